begin;
select plan(5);

select tests.freeze('2026-01-05 12:00:00+00');
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.pass('one');
create temporary table before on commit drop as select token from public.job_attempts;
select is(worker.attempt_failed((tests.job('one')).id, (tests.attempt('one')).token, 'wait', 'busy', 'busy',
  p_retry_after => '1 minute'), 'retried', 'its only submit is refused');
select is(tests.submit('one', 'task-1')::text, 'pending', 'another worker has seen a task of it all the same');

select tests.freeze('2026-01-05 12:02:00+00');
select private.dispatch('echo');
select is((tests.attempt('one')).attempt, 1, 'it begins again under its number');
select ok((tests.attempt('one')).token <> (select token from before) and (tests.attempt('one')).external_id is null,
  'with a token of its own, and no task');
select tests.pass('one');
select tests.submit('one', 'task-2');
select is((tests.attempt('one')).external_id, 'task-2', 'so that its own task is the one that is asked about');

select * from finish();
rollback;
