begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_upscaler(1);
update private.lanes set lease = '3 minutes' where lane = 'runninghub';
select public.create_job(tests.user_id('ana'), 'upscaler', jsonb_build_object('image', tests.put_file('ana', 'cat.png'), 'scale', 2),
  p_idempotency_key => 'one', p_metadata => '{"page": 7}');

select tests.as_service();
create temporary table received as select * from worker.receive('runninghub');
select tests.reset();
select results_eq(
  'select queue, read_count from received', $$ values ('runninghub_queue', 1) $$,
  'where the message is, and how often it was read');
select is(
  (select item -> 'job' from received) - array['created_at', 'deadline_at'],
  jsonb_build_object('id', (tests.job('one')).id, 'user_id', tests.user_id('ana'), 'tool', 'upscaler', 'lane', 'runninghub',
    'input', jsonb_build_object('image', tests.user_id('ana') || '/cat.png', 'scale', 2), 'metadata', '{"page": 7}'::jsonb,
    'effect', null, 'model_id', null),
  'the job');
select is(
  (select item -> 'attempt' from received) - 'started_at',
  jsonb_build_object('attempt', 1, 'dispatch', 1, 'token', (tests.attempt('one')).token, 'phase', 'dispatched', 'external_id', null,
    'checkpoint', '{}'::jsonb, 'submits', 0, 'submit_until', null, 'resubmit', 'reconcile_only', 'nones', 0, 'word', null,
    'outputs', null, 'data', null),
  'the attempt, with its token');
select is(
  (select item -> 'tool_settings' from received), (select settings from public.tools where tool = 'upscaler'),
  'how the tool is wired');
select is((select item ->> 'provider' from received), 'runninghub', 'at which provider');
select is(
  (select item -> 'account' from received),
  '{"name": "tests", "settings": {"base_url": "http://127.0.0.1:9"}, "api_key": "the-api-key"}'::jsonb,
  'on which account, with its key');

select is(
  (select round(extract(epoch from vt - clock_timestamp()) / 60) from tests.messages('runninghub_queue')), 3.0,
  'the message is leased for as long as the lane says');
select is_empty($$ select * from worker.receive('runninghub') $$, 'and nobody else receives it meanwhile');

select * from finish();
rollback;
