begin;
select plan(12);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed'), tests.create_job('ana', 'cancelled');
select tests.complete('completed'), tests.fail('failed', 'never');
select tests.cancel('cancelled');

-- Every terminal state, into every other state.
create function pg_temp.move(p_key text, p_status text) returns text language sql as $$
  select format(
    'update public.jobs set status = %L, current_step = %L, completed_at = %s, failed_at_step = %s where idempotency_key = %L',
    p_status, case p_status when 'pending' then 'queued' when 'processing' then 'running' else p_status end,
    case when p_status in ('pending', 'processing') then 'null' else 'private.now()' end,
    case p_status when 'failed' then '''starting''' else 'null' end, p_key)
$$;
select throws_ok(pg_temp.move(key, status), '23514', format('job %s is %s and stays so', (tests.job(key)).id, key), key || ' to ' || status)
from unnest(array['completed', 'failed', 'cancelled']) key,
     unnest(array['pending', 'processing', 'completed', 'failed', 'cancelled']) status
where status <> key;

select * from finish();
rollback;
