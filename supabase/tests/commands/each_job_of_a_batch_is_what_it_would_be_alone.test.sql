-- A batch writes by another statement than a create: each of its jobs is all the same the job that create_job makes of
-- the same request, whatever of it is said, null or left out.
begin;
select plan(11);

select tests.freeze('2030-01-01 00:00Z');
select tests.create_user('ana', 1000), tests.create_user('bo', 1000);
select tests.enable_tool('one', 'one', 0), tests.enable_tool('two', 'two', 0);
update public.tools set priority = 5, max_attempts = 4, expires_after = '2 hours', credit_cost = 3 where tool = 'two';
create temporary table wishes as
  select n, jsonb_build_object('tool', tool, 'input', jsonb_build_object('n', n)) || said as wish from (
    select row_number() over () as n, tool, said
    from unnest(array['one', 'two']) tool, unnest(array['{}', '{"priority": null, "run_at": null, "metadata": null, "idempotency_key": null}',
    '{"run_at": "2030-01-01T01:00:00Z"}', '{"run_at": "2029-12-31T23:00:00Z"}', '{"run_at": "2030-01-01T00:00:00Z"}',
    '{"run_at": "2030-01-01T00:00:00.000001Z", "priority": -7}', '{"priority": 9, "metadata": {"projectId": "p"}}',
    '{"idempotency_key": "k", "metadata": {}}']::jsonb[]) said
    where tool = 'one' or said ->> 'idempotency_key' is null) w;

select public.create_jobs(tests.user_id('ana'), (select jsonb_agg(wish order by n) from wishes));
select public.create_job(tests.user_id('bo'), wish ->> 'tool', wish -> 'input', (wish ->> 'priority')::smallint, (wish ->> 'run_at')::timestamptz,
  wish ->> 'idempotency_key', coalesce(nullif(wish -> 'metadata', 'null'), '{}'))
from (select * from wishes order by n) w;
create function pg_temp.of(p_user text) returns table (n bigint, job jsonb) language sql as $$
  select (input ->> 'n')::bigint,
    to_jsonb(j) - '{id,user_id,ticket,step_history}'::text[] || jsonb_build_object('steps', (
      select jsonb_agg(step - '{slotsAvailable,globalRunning,newBalance,position}'::text[] order by nth)
      from jsonb_array_elements(step_history) with ordinality s (step, nth)))
  from public.jobs j where user_id = tests.user_id(p_user)
$$;
select is((select count(*) from pg_temp.of('ana')), 15::bigint, 'as many as were asked for');
select results_eq($$ select * from pg_temp.of('ana') order by n $$, $$ select * from pg_temp.of('bo') order by n $$, 'each as it would be alone');
create function pg_temp.paid(p_user text) returns table (n text, kind text, amount bigint, balance_after bigint) language sql as $$
  select j.input ->> 'n', e.kind, e.amount, e.balance_after from public.credit_entries e left join public.jobs j on j.id = e.job_id
  where e.user_id = tests.user_id(p_user) order by e.entry_id
$$;
select results_eq($$ select * from pg_temp.paid('ana') $$, $$ select * from pg_temp.paid('bo') $$, 'and each is paid for at its own price');
select results_eq(
  $$ select n, job ->> 'run_at' from pg_temp.of('ana') where job ->> 'run_at' is not null order by n $$,
  $$ values (3::bigint, '2030-01-01T01:00:00+00:00'), (6, '2030-01-01T00:00:00.000001+00:00'), (11, '2030-01-01T01:00:00+00:00'),
    (14, '2030-01-01T00:00:00.000001+00:00') $$,
  'a time that is still to come is waited for; none, and one that has come, is not');
select is(
  (select array_agg(distinct job ->> 'expires_at' order by job ->> 'expires_at') from pg_temp.of('ana') where job ->> 'tool' = 'two'),
  '{2030-01-01T02:00:00+00:00,2030-01-01T02:00:00.000001+00:00,2030-01-01T03:00:00+00:00}', 'from then on its time counts');
select is((select count(*) from public.jobs where user_id = tests.user_id('ana') and is_by_user), 0::bigint, 'a server''s');
select public.create_jobs(tests.user_id('ana'), '[{"tool": "one", "input": {}}]', p_by_user => true);
select is((select count(*) from public.jobs where user_id = tests.user_id('ana') and is_by_user), 1::bigint, 'and the user''s own are told apart');
select is(tests.balance('ana'), tests.balance('bo') - 1, 'at the same price');

-- What is too much of metadata for either.
create function pg_temp.metadata(p_bytes integer) returns jsonb language sql as $$ select jsonb_build_object('m', repeat('x', p_bytes - 9)) $$;
create function pg_temp.refusals(p_bytes integer) returns text language plpgsql as $f$
declare
  v_refused text[] := '{}';
  v_call text;
  v_hint text;
begin
  foreach v_call in array array[
    format('select public.create_job(%L, ''one'', ''{}'', p_metadata => %L)', tests.user_id('ana'), pg_temp.metadata(p_bytes)),
    format('select public.create_jobs(%L, %L)', tests.user_id('ana'), jsonb_build_array(jsonb_build_object('tool', 'one', 'input', '{}'::jsonb,
      'metadata', pg_temp.metadata(p_bytes))))]
  loop
    begin
      execute v_call;
    exception when sqlstate 'PT422' then
      get stacked diagnostics v_hint = pg_exception_hint;
      v_refused := v_refused || v_hint;
    end;
  end loop;
  return v_refused::text;
end
$f$;
select is(octet_length(pg_temp.metadata(65536)::text), 65536, 'metadata of 64 KiB');
select is(pg_temp.refusals(65536), '{}', 'pass');
select is(pg_temp.refusals(65537), array['{"field": "metadata", "limit": 65536}', '{"field": "metadata", "limit": 65536}']::text, 'a byte more does not');

select * from finish();
rollback;
