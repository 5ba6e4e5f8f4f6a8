begin;
select plan(11);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
-- The HTTP status that a call has set; afterwards it is as if it had not.
create function pg_temp.status(p_sql text) returns text language plpgsql as $$
begin
  perform set_config('response.status', '', true);
  execute p_sql;
  return current_setting('response.status');
end
$$;
create function pg_temp.one(p_key text) returns text language sql as $$
  select pg_temp.status(format('select public.create_job(%L, ''echo'', ''{}'', p_idempotency_key => %L)', tests.user_id('ana'), p_key))
$$;
create function pg_temp.many(variadic p_keys text[]) returns text language sql as $$
  select pg_temp.status(format('select public.create_jobs(%L, %L)', tests.user_id('ana'),
    (select jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', k) order by n)
     from unnest(p_keys) with ordinality u (k, n))))
$$;
create function pg_temp.cancel(p_key text) returns text language sql as $$
  select pg_temp.status(format('select public.cancel_job(%L)', (tests.job(p_key)).id))
$$;
create function pg_temp.retry(p_key text) returns text language sql as $$
  select pg_temp.status(format('select public.retry_job(%L)', (tests.job(p_key)).id))
$$;

select is(pg_temp.one('a'), '', 'a new job is news');
select is(pg_temp.one('a'), '208', 'the same key again is not');
select is(pg_temp.many('b', 'a'), '', 'a batch with something new in it is news');
select is(pg_temp.many('b', 'a'), '208', 'the same batch again is not');

select is(pg_temp.cancel('b'), '', 'cancelling is news');
select is(pg_temp.cancel('b'), '208', 'cancelling twice is not');
select is(pg_temp.retry('b'), '', 'a retry is news');
select is(pg_temp.retry('b'), '208', 'a second one is not');
select tests.complete('a');
select is(pg_temp.cancel('a'), '208', 'nor is cancelling what has completed');
select is((tests.job('a')).status, 'completed', 'which stays as it is');
select is(
  (select array_agg(distinct n) from (select count(*) as n from public.jobs group by idempotency_key) g where n > 1),
  null, 'and no repetition made a job');

select * from finish();
rollback;
