begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'cancelled'), tests.create_job('ana', 'completed');
select tests.cancel('cancelled');
select tests.complete('completed');
create temporary table before as select * from tests.job('cancelled');

select is(tests.submit('cancelled', 'task-9'), 'cancelled', 'so that it cancels the task at the provider');
select results_eq('select * from tests.job(''cancelled'')', 'select * from before', 'the job does not change');
select is((tests.attempt('cancelled')).external_id, 'task-9', 'the attempt keeps the id: the task has cost something');
select is(tests.submit('completed', 'task-8'), 'completed', 'after its end');
select is((tests.attempt('completed')).phase, 'finished', 'an attempt stays finished');
select is((tests.attempt('completed')).outcome, 'succeeded', 'as it was');

select * from finish();
rollback;
