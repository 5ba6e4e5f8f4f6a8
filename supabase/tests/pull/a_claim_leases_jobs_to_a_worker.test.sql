begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_pull(2);
update public.tools set settings = '{"voice": "low"}', timeout = '1 hour' where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.freeze('2030-01-01 00:10:00Z');
create temporary table claimed as select * from worker.claim('echo', 'w1', 1) item;

select is((select count(*) from claimed), 1::bigint, 'one was asked for');
select is(
  (select item -> 'job' from claimed),
  (select jsonb_build_object('id', id, 'user_id', user_id, 'tool', 'echo', 'lane', 'echo', 'input', input,
     'metadata', metadata, 'created_at', created_at, 'deadline_at', deadline_at) from tests.job('one')),
  'it is the first, and the worker gets all that it needs of the job');
select is(
  (select item -> 'attempt' from claimed),
  (select jsonb_build_object('attempt', 1, 'token', token) from tests.attempt('one')), 'the token to answer with');
select is(
  (select item - 'job' - 'attempt' from claimed), '{"handed": {}, "lease_seconds": 120, "tool_settings": {"voice": "low"}}',
  'for how long, and how the tool is set; no key of any account');
select is((tests.job('one')).current_step, 'running', 'the user sees that somebody has begun');
select is(tests.entry('one', 'running'), '{"worker": "w1"}', 'and who');
select is((tests.job('one')).deadline_at, '2030-01-01 01:10:00Z', 'the attempt''s time begins with its worker');
select results_eq(
  $$ select phase, worker, leased_until from tests.attempt('one') $$,
  $$ values ('submitted'::public.attempt_phase, 'w1', '2030-01-01 00:12:00Z'::timestamptz) $$,
  'the attempt knows its worker and its lease');
select results_eq(
  $$ select message ->> 'job_id' from tests.messages('echo_queue') $$, $$ values ((tests.job('two')).id::text) $$,
  'the queue holds what nobody has claimed yet');
select is((tests.job('two')).current_step, 'starting', 'which is not taken for begun');

select * from finish();
rollback;
