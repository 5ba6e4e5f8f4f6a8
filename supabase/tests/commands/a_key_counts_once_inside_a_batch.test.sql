begin;
select plan(6);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.create_job('ana', 'old');
create function pg_temp.create_batch() returns text[] language sql as $$
  select array_agg(idempotency_key order by ordinality) from public.create_jobs(tests.user_id('ana'), '[
    {"tool": "echo", "input": {"n": 1}, "idempotency_key": "twin"},
    {"tool": "echo", "input": {}, "priority": 0, "idempotency_key": "old"},
    {"tool": "echo", "input": {"n": 1.0}, "idempotency_key": "twin"}]') with ordinality
$$;
select is(pg_temp.create_batch(), '{twin,old,twin}', 'every place of the batch is answered');
select is((select count(*) from public.jobs), 2::bigint, 'with the same job for the same key');
select is((tests.job('twin')).input::text, '{"n": 1}', 'the first of them, as it was written');
select is(tests.balance('ana'), 8, 'which is paid for once');
select is(pg_temp.create_batch(), '{twin,old,twin}', 'the whole batch again');
select is(
  (select array[count(*), tests.balance('ana')] from public.jobs), '{2,8}'::bigint[], 'creates and costs nothing');

select * from finish();
rollback;
