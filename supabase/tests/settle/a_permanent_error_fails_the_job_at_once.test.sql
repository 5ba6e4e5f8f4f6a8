-- @acceptance 004:25, 004:56
begin;
select plan(9);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set credit_cost = 4 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.submit('one');

create temporary table key as select (tests.job('one')).id as job_id, (tests.attempt('one')).token as token;
grant select on key to service_role;
select tests.as_service();
select is(worker.attempt_failed(job_id, token, 'never', 'nsfw', 'Not this picture.', '{"code": 813}'), 'failed', 'the answer') from key;
select tests.reset();

select results_eq(
  $$ select status, current_step, failed_at_step, error_code, error_message, completed_at, retry_count from tests.job('one') $$,
  $$ values ('failed'::public.job_status, 'failed'::public.job_step, 'running'::public.job_step, 'nsfw', 'Not this picture.',
       '2030-01-01 00:00:00Z'::timestamptz, 0) $$,
  'it failed, where and why');
select is(
  tests.entry('one', 'failed'),
  '{"error": "Not this picture.", "error_code": "nsfw", "at_step": "running", "refunded": 4, "newBalance": 6}',
  'its history tells the same, and of the refund');
select is(tests.balance('ana'), 6, 'what it cost is given back');
select results_eq(
  $$ select phase, outcome, error_code, error_message, finished_at, raw_api_response from tests.attempt('one') $$,
  $$ values ('finished'::public.attempt_phase, 'failed', 'nsfw', 'Not this picture.', '2030-01-01 00:00:00Z'::timestamptz,
       '{"code": 813}'::jsonb) $$,
  'the attempt keeps the evidence');
select results_eq(
  'select job_id, error_code from ops.dead_letters', $$ select (tests.job('one')).id, 'nsfw' $$,
  'there is a dead letter');
select is(tests.running(), '{two}', 'the slot goes to the next');
select tests.fail('two', 'never');
select is(
  (tests.job('two')).failed_at_step, 'starting',
  'a job that fails before it was submitted failed at the start');
select is((select count(*) from ops.dead_letters), 2::bigint, 'one dead letter for each');

select * from finish();
rollback;
