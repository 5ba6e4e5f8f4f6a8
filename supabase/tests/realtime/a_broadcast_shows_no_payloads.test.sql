begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select public.create_job(
  tests.user_id('ana'), 'echo', '{"prompt": "secret-input"}', p_idempotency_key => 'secret-key',
  p_metadata => '{"note": "secret-metadata"}');
select worker.submitted(
  (tests.job('secret-key')).id, (tests.attempt('secret-key')).token, 'task-1',
  '{"raw": "secret-response"}');
select worker.webhook(
  'echo',
  'event-1',
  (tests.job('secret-key')).id,
  (tests.attempt('secret-key')).token,
  'token',
  '{}',
  '{"raw": "secret-webhook"}',
  'succeeded');
select worker.complete(
  (tests.job('secret-key')).id, (tests.attempt('secret-key')).token, '{"raw": "secret-output"}',
  'https://project.test/a.png');

select is(
  (select count(*) from realtime.messages where topic = 'jobs:' || tests.user_id('ana')), 4::bigint,
  'four changes are announced');
select is_empty(
  $$ select payload from realtime.messages
     where payload::text like '%secret-%' or payload::text like '%' || (tests.attempt('secret-key')).token || '%' $$,
  'none shows input, output, metadata, the token or what the provider said');
select set_eq(
  $$ select distinct jsonb_object_keys(payload -> 'new') from realtime.messages where topic = 'jobs:' || tests.user_id('ana') $$,
  array['id', 'tool', 'lane', 'status', 'current_step', 'failed_at_step', 'error_code', 'error_message', 'output_url', 'progress',
    'progress_is_estimate', 'refund', 'refundable', 'request_id', 'run_at', 'version', 'created_at', 'completed_at', 'updated_at'],
  'but these');

select * from finish();
rollback;
