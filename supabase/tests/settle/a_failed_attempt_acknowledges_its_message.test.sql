begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z'); -- or the random wait for a retry may be over before anybody looks
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table received as select * from worker.receive('echo');
select worker.attempt_failed((tests.job('one')).id, (tests.attempt('one')).token, 'backoff', 'x', 'x', p_queue => queue, p_msg_id => msg_id)
from received;
select results_eq($$ select message ->> 'job_id' from tests.messages('echo_queue') $$, array[(tests.job('two')).id::text],
  'its message is gone, that of the next is there');
select is_empty($$ select tests.archived('echo_queue') $$, 'and nothing is left behind');

select * from finish();
rollback;
