begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select public.create_job(
  tests.user_id('ana'), 'echo', '{"prompt": "secret-input"}', p_idempotency_key => 'key',
  p_metadata => jsonb_build_object('note', 'secret-metadata', 'filler', repeat('x', 1000)));
select worker.submitted(
  (tests.job('key')).id, (tests.attempt('key')).token, 'task-1',
  '{"raw": "secret-response"}');
select worker.webhook(
  'echo',
  'event-1',
  (tests.job('key')).id,
  (tests.attempt('key')).token,
  'token',
  '{}',
  '{"raw": "secret-webhook"}',
  'succeeded');
select worker.complete(
  (tests.job('key')).id, (tests.attempt('key')).token, '{"raw": "secret-output"}',
  'https://project.test/a.png');

select is(
  (select count(*) from realtime.messages where topic = 'jobs:' || tests.user_id('ana')), 4::bigint,
  'four changes are announced');
select is_empty(
  $$ select payload from realtime.messages
     where payload::text like '%secret-%' or payload::text like '%' || (tests.attempt('key')).token || '%' $$,
  'none shows input, output, metadata that is long, the token or what the provider said');
select set_eq(
  $$ select distinct jsonb_object_keys(payload -> 'new') from realtime.messages where topic = 'jobs:' || tests.user_id('ana') $$,
  array['id', 'user_id', 'tool', 'lane', 'status', 'current_step', 'failed_at_step', 'error_code', 'error_message', 'output_url',
    'output_paths', 'progress', 'progress_is_estimate', 'refund', 'refundable', 'request_id', 'model_id', 'metadata', 'idempotency_key', 'run_at', 'version', 'created_at', 'completed_at', 'updated_at'],
  'but these');

select * from finish();
rollback;
