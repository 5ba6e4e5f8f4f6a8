begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'later', p_run_at => now() + interval '1 hour');
select tests.create_job('ana', 'running'), tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed');
select tests.complete('completed'), tests.fail('failed', 'never');
select tests.create_job('ana', 'cancelled'), tests.create_job('ana', 'running too'), tests.create_job('ana', 'waiting');
select tests.cancel('cancelled');

select is(public.queue_position((tests.job(key)).id) -> 'position', 'null', key)
from unnest(array['later', 'running', 'completed', 'failed', 'cancelled']) key;
select is(public.queue_position((tests.job('later')).id) -> 'exact', 'null', 'what is not known is not exact either');
select is(
  public.queue_position((tests.job('waiting')).id) - 'ticket',
  '{"position": 1, "exact": true, "waiting": 1, "running": 2, "slots": 2}', 'a job that waits has one, beside what is going on in its lane');
update private.slots set is_retiring = true where job_id = (tests.job('running')).id;
select is(
  public.queue_position((tests.job('waiting')).id) - 'ticket',
  '{"position": 1, "exact": true, "waiting": 1, "running": 2, "slots": 1}', 'a slot that is about to go is not promised');

select * from finish();
rollback;
