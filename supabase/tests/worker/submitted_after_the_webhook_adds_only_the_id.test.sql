begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.webhook('one', 'event-1', p_external_id => null);
create temporary table before as select * from tests.job('one');

select is(tests.submit('one', 'task-9'), 'processing', 'the job is still open');
select is((tests.job('one')).current_step, 'webhook_received', 'it does not fall back');
select is((tests.job('one')).request_id, 'task-9', 'it learns its id');
select is((tests.job('one')).step_history, (select step_history from before), 'its history stays');
select is((tests.attempt('one')).phase, 'settling', 'the attempt is being settled');
select is((tests.attempt('one')).external_id, 'task-9', 'with its id');

select * from finish();
rollback;
