begin;
select plan(9);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one');
select tests.cancel('one');
create temporary table before as select * from tests.job('one');

select is(tests.webhook('one', 'event-1') ->> 'verdict', 'late', 'its webhook comes late');
select is((select count(*) from private.webhook_events), 1::bigint, 'and is kept');
select is(tests.complete('one'), 'late', 'so does its result');
select results_eq($$ select status, output, output_url, step_history from tests.job('one') $$, 'select status, output, output_url, step_history from before', 'the job does not change');
select is((tests.attempt('one')).outcome, 'orphaned', 'the attempt knows of a result that nobody has');
select is((tests.attempt('one')).raw_webhook_payload, '{"event": "TASK_END"}', 'with its evidence');
select is((tests.job('one')).refund, 'withheld', 'the provider did the work: nothing is paid back');
select is(tests.balance('ana'), 9, 'neither now nor later');
select is_empty('select * from worker.receive_cancels()', 'a task that is done need not be stopped any more');

select * from finish();
rollback;
