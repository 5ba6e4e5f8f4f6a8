-- @acceptance 003:12, 003:290
begin;
select plan(10);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.submit('one');

select is(tests.fail('one', 'backoff'), 'retried', 'it is tried again');
select results_eq(
  $$ select status, current_step, retry_count, started_at, deadline_at, progress, completed_at from tests.job('one') $$,
  $$ values ('pending'::public.job_status, 'queued'::public.job_step, 1, null::timestamptz, null::timestamptz,
       null::smallint, null::timestamptz) $$,
  'the job is queued again, one attempt poorer');
select is(
  (tests.job('one')).run_at between '2030-01-01 00:00:00Z' and '2030-01-01 00:00:05Z', true,
  'after a delay of up to the base');
select is(
  tests.entry('one', 'queued') - 'retry_at',
  '{"attempt": 1, "error": "It did not work.", "error_code": "out_of_luck", "retry_class": "backoff"}',
  'its history tells which attempt failed, and how');
select is(
  (tests.entry('one', 'queued') ->> 'retry_at')::timestamptz, (tests.job('one')).run_at,
  'and when the next comes');
select is((tests.attempt('one')).outcome, 'retried', 'the attempt is over');
select is(tests.running(), '{two}', 'meanwhile the slot goes to the next');
select is(tests.balance('ana'), 8, 'nothing is given back');

select tests.complete('two');
select tests.freeze('2030-01-01 00:00:05Z');
select private.dispatch('echo');
select is(tests.running(), '{one}', 'when its time has come, it runs again');
select is(tests.entry('one', 'starting') ->> 'attempt', '2', 'as its second attempt');

select * from finish();
rollback;
