begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(2);
create function pg_temp.batch(p_count integer) returns bigint language sql as $$
  select count(*) from public.create_jobs(tests.user_id('ana'), (
    select jsonb_agg('{"tool": "echo", "input": {}}'::jsonb) from generate_series(1, p_count)))
$$;
create function pg_temp.told() returns table (event text, count bigint) language sql as $$
  select event, count(*) from realtime.messages where topic = 'jobs:' || tests.user_id('ana') group by event
$$;
select pg_temp.batch(20);
select set_eq('select * from pg_temp.told()', $$ values ('INSERT', 20::bigint), ('UPDATE', 2) $$, 'up to twenty jobs are told of one by one');
delete from realtime.messages where true;
select private.set_capacity(tests.account_id('echo'), 5);
select pg_temp.batch(21);
select set_eq('select * from pg_temp.told()', $$ values ('jobs_created', 1::bigint), ('UPDATE', 3) $$, 'more of them together; each that starts, by itself');
select is((select payload -> 'count' from realtime.messages where event = 'jobs_created'), '21', 'how many they are');
select results_eq(
  $$ select value::uuid from realtime.messages, jsonb_array_elements_text(payload -> 'ids') where event = 'jobs_created' $$,
  $$ select id from public.jobs order by created_at desc, ticket limit 21 $$, 'which they are, in their order');
select is((select private from realtime.messages where event = 'jobs_created'), true, 'to their owner alone');

delete from realtime.messages where true;
select pg_temp.batch(1);
select set_eq('select * from pg_temp.told()', $$ values ('INSERT', 1::bigint) $$, 'what comes after is told of as ever');
update public.tools set credit_cost = 0 where tool = 'echo';
delete from realtime.messages where true;
select pg_temp.batch(150);
select is((select jsonb_array_length(payload -> 'ids') from realtime.messages where event = 'jobs_created'), 100, 'no more than a hundred are named');

select * from finish();
rollback;
