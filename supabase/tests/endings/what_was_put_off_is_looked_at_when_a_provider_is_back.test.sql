begin;
select plan(5);

select tests.create_user('ana', 30);
select tests.enable_echo(10);
create function pg_temp.put_off(p_queue text, p_key text, p_by interval, p_reads integer default 1) returns void
language plpgsql as $$
begin
  execute format('update pgmq.%I set vt = clock_timestamp() + $1, read_ct = $2
    where (message ->> ''job_id'')::uuid = $3', 'q_' || p_queue) using p_by, p_reads, (tests.job(p_key)).id;
end
$$;
create function pg_temp.due(p_queue text) returns text[] language plpgsql as $$
declare
  v_due text[];
begin
  execute format('select array_agg(j.idempotency_key order by 1) from pgmq.%I q
    join public.jobs j on j.id = (q.message ->> ''job_id'')::uuid where q.vt <= clock_timestamp()', 'q_' || p_queue)
  into v_due;
  return v_due;
end
$$;

-- Questions
select tests.create_job('ana', key), tests.submit(key, key) from unnest(array[
  'asked while it was down', 'being asked', 'never asked', 'being copied']) key;
select tests.produce('being copied');
select private.send_to_settle(tests.attempt('being copied'));
select pg_temp.put_off('settle_queue', 'asked while it was down', '5 minutes');
select pg_temp.put_off('settle_queue', 'being asked', '59 seconds');
select pg_temp.put_off('settle_queue', 'never asked', '5 minutes', 0);
select pg_temp.put_off('settle_queue', 'being copied', '15 minutes');
-- The outbox
select tests.create_job('ana', key), tests.submit(key, key), tests.cancel(key)
from unnest(array['to be stopped', 'being stopped']) key;
update private.cancels set next_at = private.now() + case external_id
  when 'to be stopped' then interval '5 minutes' else interval '59 seconds' end where true;
-- Submits
select pgmq.purge_queue('echo_queue');
select tests.create_job('ana', 'to be submitted'), tests.create_job('ana', 'being submitted'),
  tests.create_job('ana', 'in doubt');
select tests.pass('in doubt');
select pg_temp.put_off('echo_queue', 'to be submitted', '5 minutes');
select pg_temp.put_off('echo_queue', 'being submitted', lease - interval '1 second')
from private.lanes where lane = 'echo';
select pg_temp.put_off('echo_queue', 'in doubt', '5 minutes');

select worker.provider_down('echo', 'refused'), worker.provider_down('echo', 'refused');
select worker.provider_up('echo');
select is(pg_temp.due('settle_queue'), null, 'where the circuit never opened, nothing was put off for it');
select worker.provider_down('echo', 'refused') from generate_series(1, 3);
select worker.provider_up('echo');
select is(pg_temp.due('settle_queue'), array['asked while it was down'],
  'questions that were put off are asked now; not those that somebody asks, nor those that are not due, nor copies');
select is(pg_temp.due('echo_queue'), array['to be submitted'],
  'what nobody could submit is submitted now; what is in doubt has its own time');
select is((select array_agg(external_id) from private.cancels where next_at <= private.now()), array['to be stopped'],
  'what is to be stopped is stopped now');
select is((select count(*)::integer from private.cancels where over_at is null), 2, 'and nothing is taken for over');

select * from finish();
rollback;
