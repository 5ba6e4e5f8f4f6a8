begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.submit('one', 'task-1');
select tests.fail('one', 'wait', interval '0');
select is((tests.job('one')).attempt, 2, 'a second attempt is running');
select tests.submit('one', 'task-2');

select is(tests.complete('one', 1), 'completed', 'then the first turns out to have succeeded');
select is((tests.job('one')).status, 'completed', 'the job is completed');
select is((tests.job('one')).request_id, 'task-1', 'by the task that did it');
select is((tests.attempt('one', 1)).outcome, 'succeeded', 'the first attempt succeeded');
select is((tests.attempt('one', 2)).outcome, 'superseded', 'the second was in vain');
select is(tests.running(), '{}', 'its slot stays with it: its task may live');
select worker.task_over((tests.attempt('one', 2)).token, 'stopped');
select is(tests.running(), '{two}', 'when that is over, it goes to the next');
select is(tests.complete('one', 2), 'late', 'if it succeeds as well');
select is((tests.attempt('one', 2)).outcome, 'orphaned', 'that is noted');

select * from finish();
rollback;
