begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2026-01-01 00:00:00Z');
update public.tools set timeout = '7 minutes' where tool = 'echo';

select results_eq(
  $$ select status, current_step, attempt, started_at, deadline_at
     from public.create_job(tests.user_id('ana'), 'echo', '{"say": "hello"}', p_idempotency_key => 'one') $$,
  $$ values ('processing'::public.job_status, 'starting'::public.job_step, 1,
       '2026-01-01 00:00:00Z'::timestamptz, null::timestamptz) $$,
  'the job that create_job answers with is starting; its time does not run before its task may exist');
select is((tests.job('one')).input, '{"say": "hello"}', 'it keeps its input');
select results_eq(
  $$ select job_id, account_id from private.slots where lane = 'echo' $$,
  $$ values ((tests.job('one')).id, tests.account_id('echo')) $$,
  'it holds the slot');
select results_eq(
  $$ select attempt, user_id, account_id, phase, started_at, outcome from public.job_attempts where job_id = (tests.job('one')).id $$,
  $$ values (1, tests.user_id('ana'), tests.account_id('echo'), 'dispatched'::public.attempt_phase,
       '2026-01-01 00:00:00Z'::timestamptz, null::text) $$,
  'it has an attempt on the slot''s account');
select results_eq(
  $$ select message from tests.messages('echo_queue') $$,
  $$ select jsonb_build_object('job_id', (tests.job('one')).id, 'attempt', 1, 'dispatch', 1) $$,
  'the worker has a message that points at the attempt, and says no more');
select is(tests.balance('ana'), 99, 'it is paid for');
select is((tests.job('one')).credits_charged, 1, 'and knows how much');

select * from finish();
rollback;
