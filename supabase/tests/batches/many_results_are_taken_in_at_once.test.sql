begin;
select plan(17);

select tests.create_user('ana', 20);
select tests.enable_echo(3);
select tests.create_job('ana', key) from unnest(array['one', 'two', 'three', 'four', 'five']) key;
create temporary table items as
select key, jsonb_build_object('job_id', (tests.job(key)).id, 'token', (tests.attempt(key)).token, 'external_id', 'task ' || key,
  'output', '{"files": []}'::jsonb, 'output_url', 'https://example.test/' || key, 'raw', jsonb_build_object('of', key), 'checkpoint', jsonb_build_object('at', key),
  'queue', 'echo_queue', 'msg_id', (select msg_id from tests.messages('echo_queue') where message ->> 'job_id' = (tests.job(key)).id::text)) as item
from unnest(array['one', 'two', 'three']) key;

select results_eq(
  $$ select key, r.verdict from worker.submitted_many((select jsonb_agg(item order by key) from items)) with ordinality r (job_id, verdict, n)
     join items on item ->> 'job_id' = r.job_id::text order by n $$, $$ select key, 'processing' from items order by key $$,
  'three submits are taken in, and answered in their order');
select results_eq(
  $$ select (tests.job(key)).request_id, tests.entry(key, 'running') ->> 'taskId', (tests.attempt(key)).raw_api_response ->> 'of', (tests.attempt(key)).checkpoint ->> 'at' from items order by key $$,
  $$ select 'task ' || key, 'task ' || key, key, key from items order by key $$, 'each with its own task');
select is_empty('select * from tests.messages(''echo_queue'')', 'their messages are dealt with');

create function pg_temp.msg_id(p_key text) returns bigint language sql as $$
  select msg_id from tests.messages('echo_queue') where message ->> 'job_id' = (tests.job(p_key)).id::text
$$;
select tests.cancel('two');
select private.set_capacity(tests.account_id('echo'), 4);
select results_eq(
  $$ select j.idempotency_key, r.verdict from worker.complete_many((select jsonb_agg(item order by key) from items)
       || jsonb_build_object('job_id', (tests.job('four')).id, 'token', gen_random_uuid(), 'queue', 'echo_queue', 'msg_id', pg_temp.msg_id('four'))) with ordinality r (job_id, verdict, n)
     join public.jobs j on j.id = r.job_id order by r.n $$,
  $$ values ('one', 'completed'), ('three', 'completed'), ('two', 'late'), ('four', 'stale_token') $$,
  'each result has its own verdict, in the order in which they came');
select isnt(pg_temp.msg_id('four'), null, 'what is no news of an attempt acknowledges no message of it');
select results_eq(
  $$ select (tests.job(key)).output_url from unnest(array['one', 'three']) key $$, $$ values ('https://example.test/one'), ('https://example.test/three') $$,
  'the results are with their jobs');
select is((tests.job('two')).status, 'cancelled', 'what was cancelled stays so');
select is((tests.attempt('two')).outcome, 'orphaned', 'and its result is an orphan');
select is(tests.running(), '{five,four}', 'the slots went to the next');
select is_empty('select * from ops.credit_drift()', 'the ledger is right');
select results_eq(
  $$ select verdict from worker.complete_many((select jsonb_agg(item order by key) from items where key <> 'two')) $$, array['duplicate', 'duplicate'],
  'a second time changes nothing');

select tests.refuses('select worker.complete_many(''[{"job_id": "x"}]'')', 422, 'invalid_input', 'items', 'an item names its job and token');
select tests.refuses(
  format('select worker.submitted_many(%L)', (select jsonb_agg(item) || jsonb_agg(item) from items)), 422, 'invalid_input', 'items', 'and no job comes twice');
select tests.refuses(
  format('select worker.complete_many(%L)', (select jsonb_agg(jsonb_build_object('job_id', (tests.job('four')).id, 'token', gen_random_uuid()))
    from generate_series(1, 2))), 422, 'invalid_input', 'items', 'whichever of its attempts is meant');
create function pg_temp.many(p_count integer) returns text language sql as $$
  select format('select worker.submitted_many(%L)', jsonb_agg(jsonb_build_object('job_id', gen_random_uuid(), 'token', gen_random_uuid())))
  from generate_series(1, p_count)
$$;
select lives_ok(pg_temp.many(1000), 'a thousand are read');
select tests.refuses(pg_temp.many(1001), 422, 'invalid_input', 'items', 'and no more');
select set_eq(
  $$ select event, count(*) from realtime.messages where topic = 'jobs:' || tests.user_id('ana') and payload #>> '{new,status}' = 'completed' group by event $$,
  $$ values ('UPDATE', 2::bigint) $$, 'the screen hears of each');

select * from finish();
rollback;
