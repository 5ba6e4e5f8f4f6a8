begin;
select plan(5);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table received as select * from worker.receive('echo');

delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select worker.complete((tests.job('one')).id, (tests.attempt('one')).token, '{}', 'https://project.test/a.png', null, queue, msg_id)
from received;
select is(tests.running(), '{two}', 'its slot goes to the next');
select results_eq(
  $$ select message ->> 'job_id' from tests.messages('echo_queue') $$, array[(tests.job('two')).id::text],
  'its message is gone, that of the next is there');
select is_empty('select * from tests.pokes()', 'the worker, who is awake, is not woken');
select tests.complete('two');
select is((select job_id from private.slots where lane = 'echo'), null, 'after the last the slot is free');
select is((tests.job('one')).completed_at <= (tests.job('two')).completed_at, true, 'one after the other');

select * from finish();
rollback;
