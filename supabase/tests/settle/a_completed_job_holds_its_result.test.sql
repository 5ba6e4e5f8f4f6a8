-- @acceptance 002:51, 004:55
begin;
select plan(8);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-1');
update public.jobs set progress = 40 where idempotency_key = 'one';
select tests.freeze('2030-01-01 00:05:00Z');

create temporary table key as select (tests.job('one')).id as job_id, (tests.attempt('one')).token as token;
grant select on key to service_role;
select tests.as_service();
select is(
  worker.complete(job_id, token, '{"files": [{"bucket": "outputs", "path": "x/a.png"}]}', 'https://project.test/a.png', '{"results": [1]}'),
  'completed', 'the answer')
from key;
select tests.reset();

select results_eq(
  $$ select status, current_step, completed_at, progress, run_at from tests.job('one') $$,
  $$ values ('completed'::public.job_status, 'completed'::public.job_step, '2030-01-01 00:05:00Z'::timestamptz, 100::smallint,
       null::timestamptz) $$,
  'it is completed, all of it');
select is((tests.job('one')).output, '{"files": [{"bucket": "outputs", "path": "x/a.png"}]}', 'with what came out');
select is((tests.job('one')).output_url, 'https://project.test/a.png', 'and where');
select is(
  tests.steps('one'), '{insert,credits,queue_check,queued,starting,running,completed}',
  'its history is complete');
select is(tests.entry('one', 'completed'), '{"outputUrl": "https://project.test/a.png"}', 'and tells the address');
select results_eq(
  $$ select phase, outcome, finished_at, raw_api_response, error_code from tests.attempt('one') $$,
  $$ values ('finished'::public.attempt_phase, 'succeeded', '2030-01-01 00:05:00Z'::timestamptz, '{"results": [1]}'::jsonb, null::text) $$,
  'its attempt succeeded');
select is(tests.balance('ana'), 9, 'what it cost is spent');

select * from finish();
rollback;
