begin;
select plan(22);

select tests.create_user('ana', 20);
select tests.enable_echo(8);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'idempotent'), tests.create_job('ana', 'reconcile only'), tests.create_job('ana', 'known'),
  tests.create_job('ana', 'word'), tests.create_job('ana', 'files');

select is(tests.pass('idempotent', 'idempotent'), true, 'the first submit passes');
select is((tests.attempt('idempotent')).submits, 1, 'and is counted');
select is((tests.attempt('idempotent')).phase, 'submitting', 'from here on its task may exist');
select is((tests.attempt('idempotent')).submit_until, '2030-01-01 00:02:00Z', 'the submit may take as long as its lease');
select is(tests.pass('idempotent', 'idempotent'), false, 'while it may be under way nobody else may');
select tests.later('2 minutes');
select is(tests.pass('idempotent', 'idempotent'), false, 'to the very end of the lease');
select tests.later('1 second');
select is(tests.pass('idempotent', 'idempotent'), true, 'after it an idempotent provider is submitted to again');
select is((tests.attempt('idempotent')).submits, 2, 'which is counted too');
select is((tests.attempt('idempotent')).submitted_first_at, '2030-01-01 00:00:00Z', 'the first is remembered');
select tests.later('10 minutes'), tests.pass('idempotent', 'idempotent'), tests.later('10 minutes');
select is(tests.pass('idempotent', 'idempotent'), true, 'as often as need be');
select tests.later('10 minutes');
select is(tests.pass('idempotent', 'idempotent'), false, 'but never after the deadline: the job is about to end');

select tests.pass('reconcile only'), tests.later('1 hour');
select is(tests.pass('reconcile only'), false, 'one that must be looked for is not submitted again');
select tests.submit('known', 't-1'), tests.later('1 hour');
select is(tests.pass('known', 'idempotent'), false, 'nor one whose task is known');
select tests.pass('word', 'idempotent'), tests.webhook('word', 'e-1', 'failed', 1, null), tests.later('1 hour');
select is(tests.pass('word', 'idempotent'), false, 'nor one of whose task the end is known');

select is(worker.checkpoint((tests.job('files')).id, (tests.attempt('files')).token, '{"files": {"image": "api/1.png"}}',
  '{"can_stop": false}', 'echo_queue', -1), true, 'a checkpoint may keep something, and lease a message anew');
select is((tests.attempt('files')).checkpoint, '{"files": {"image": "api/1.png"}}', 'it is kept');
select is((tests.job('files')).refundable, false, 'what cannot be stopped is not paid back when it is cancelled');
select is((tests.attempt('files')).resubmit, 'reconcile_only', 'who does not say how it may be repeated does not repeat');
select is(worker.checkpoint((tests.job('files')).id, gen_random_uuid(), '{}'), false, 'a token that is nobody''s does not pass');

-- A success is stored for an older attempt: nothing more is bought
select tests.submit('known', 't-1'), tests.fail_task('known', 'backoff');
update public.jobs set run_at = null where id = (tests.job('known')).id;
select private.dispatch('echo'), tests.webhook('known', 'e-2', 'succeeded', 1, 't-1');
select is((tests.job('known')).attempt, 2, 'a second attempt has begun');
select is(tests.pass('known', 'idempotent'), false, 'after the success of the first it may not be submitted');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
