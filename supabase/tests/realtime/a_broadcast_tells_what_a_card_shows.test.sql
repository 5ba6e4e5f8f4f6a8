-- @acceptance 002:359, 002:360, 002:363-369, 002:370-372
begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_tool('image', 'kie', 2);
create function pg_temp.told(p_key text, p_field text) returns jsonb language sql as $$
  select payload -> 'new' -> p_field from realtime.messages
  where payload #>> '{new,id}' = (tests.job(p_key)).id::text order by (payload #>> '{new,version}')::integer desc limit 1
$$;
create function pg_temp.create(p_key text, p_metadata jsonb) returns void language sql as $$
  select public.create_job(tests.user_id('ana'), 'image', '{"prompt": "a cat"}', p_idempotency_key => p_key, p_metadata => p_metadata)
$$;

select pg_temp.create('cat', '{"projectId": "p", "nodeId": "n"}');
select is(pg_temp.told('cat', 'user_id') #>> '{}', tests.user_id('ana')::text, 'whose it is');
select is(pg_temp.told('cat', 'idempotency_key') #>> '{}', 'cat', 'the key of the click');
select is(pg_temp.told('cat', 'metadata'), '{"projectId": "p", "nodeId": "n"}', 'what it is for');
select is(pg_temp.told('cat', 'model_id'), 'null', 'its model is not known yet');
select is(pg_temp.told('cat', 'output_paths'), 'null', 'nor what will come of it');
select worker.submitted((tests.job('cat')).id, (tests.attempt('cat')).token, 'kie-1', '{}', '{"model": "google/nano-banana"}');
select is(pg_temp.told('cat', 'model_id') #>> '{}', (select model_id from public.fal_jobs where id = (tests.job('cat')).id),
  'then it is, as the view says it');
select is(pg_temp.told('cat', 'model_id') #>> '{}', 'google/nano-banana', 'and as the provider does');
select worker.complete((tests.job('cat')).id, (tests.attempt('cat')).token, jsonb_build_object('files', (
  select jsonb_agg(jsonb_build_object('bucket', 'outputs', 'path', 'u/j/1-' || n) order by n) from generate_series(0, 24) n)),
  'https://p.test/storage/v1/object/authenticated/outputs/u/j/1-0');
select is(pg_temp.told('cat', 'output_paths'), (select jsonb_agg('u/j/1-' || n order by n) from generate_series(0, 19) n),
  'where the first twenty of its files lie');

-- {"a": "xx…"} has ten characters beside those.
select pg_temp.create('short', jsonb_build_object('a', repeat('x', 1015))), pg_temp.create('long', jsonb_build_object('a', repeat('x', 1016)));
select is(octet_length(pg_temp.told('short', 'metadata')::text), 1024, 'metadata of a KiB are told');
select is(pg_temp.told('long', 'metadata'), 'null', 'longer ones are read');

select * from finish();
rollback;
