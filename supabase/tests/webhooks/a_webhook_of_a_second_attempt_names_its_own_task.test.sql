-- jobs.request_id is the id of the last submitted task.
begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-1');
select tests.fail('one', 'wait', interval '0');

select tests.webhook('one', 'event-2', p_external_id => 'task-2');
select is((tests.attempt('one')).external_id, 'task-2', 'the webhook comes before the answer to the second submit');
select is((tests.job('one')).request_id, 'task-2', 'the job does not go on under the name of the first');

select * from finish();
rollback;
