begin;
select plan(9);

select tests.create_user('ana', 2000);
select tests.enable_echo(3);
alter table public.jobs disable trigger jobs_broadcast_trigger; -- a thousand broadcasts prove nothing here
create function pg_temp.batch(p_jobs jsonb) returns text language sql as $$
  select format('select public.create_jobs(%L, %L)', tests.user_id('ana'), p_jobs)
$$;
create function pg_temp.many(p_count integer) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', 'job ' || n) order by n)
  from generate_series(1, p_count) n
$$;
select tests.refuses(pg_temp.batch('[]'), 422, 'invalid_input', 'jobs', 'none are no batch');
select tests.refuses(pg_temp.batch('{}'), 422, 'invalid_input', 'jobs', 'nor is what is no array');
select tests.refuses(pg_temp.batch(null), 422, 'invalid_input', 'jobs', 'nor nothing');
select tests.refuses(pg_temp.batch(pg_temp.many(1001)), 422, 'invalid_input', 'jobs', 'nor a thousand and one');

create temporary table created as
select * from public.create_jobs(tests.user_id('ana'), pg_temp.many(1000)) with ordinality;
select results_eq(
  'select idempotency_key, ticket from created order by ordinality',
  $$ select 'job ' || n, n::bigint from generate_series(1, 1000) n $$, 'a thousand come in order');
select is(tests.running(), '{"job 1","job 2","job 3"}', 'the first of them start');
select is(tests.balance('ana'), 1000, 'all are paid for');
select is(public.queue_position((tests.job('job 1000')).id) ->> 'position', '997', 'the last knows its place');
select is_empty('select * from ops.credit_drift()', 'the ledger is right');

select * from finish();
rollback;
