begin;
select plan(6);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_pull(1);
select tests.create_job('ana', 'one');
select is((tests.job('one')).current_step, 'starting', 'a job has its slot');
select is_empty('select * from tests.pokes()', 'and nobody is woken for it');
select is_empty($$ select * from worker.receive('echo') $$, 'the worker function is handed nothing');
select is(tests.claim(), '{one}', 'it is for those outside');
select tests.cancel('one');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'there is no provider to stop a cancelled task at');
select is(tests.beat('one') ->> 'status', 'cancelled', 'its worker hears of it when it asks');

select * from finish();
rollback;
