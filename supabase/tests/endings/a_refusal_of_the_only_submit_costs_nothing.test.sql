begin;
select plan(24);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');

-- Busy: again later, and no attempt is used
select tests.create_job('ana', 'busy'), tests.pass('busy');
create temporary table first on commit drop as select * from tests.attempt('busy');
select is(tests.refuse_submit('busy', 'wait'), 'retried', 'busy: again later');
select is(tests.ending('busy'), 'pending, refund none, charge, slot free, no row', 'nothing is paid back, and the slot is free');
select is((tests.job('busy')).attempt, 0, 'it was no attempt');
select is((tests.job('busy')).deadline_at, null, 'its time has not begun');
select is((tests.job('busy')).refundable, true, 'and a cancel would be paid back');
select tests.later('1 minute'), private.dispatch('echo');
select isnt((tests.attempt('busy')).token, token, 'its next dispatch has a token of its own') from first;
select is(worker.checkpoint(job_id, token, '{}', '{"resubmit": "idempotent"}'), false, 'the old one is refused') from first;
select is((tests.job('busy')).attempt, 1, 'it is the first attempt still');
select is(tests.pass('busy'), true, 'which may be submitted');
select tests.refuse_submit('busy', 'never');
select is(tests.ending('busy'), 'failed, refused, refund paid, charge, refund, slot free, no row',
  'for good: failed and paid back, but not counted');
select is((tests.job('busy')).failed_at_step, 'starting', 'it failed before it ran');
select is((tests.attempt('busy')).never_existed, true, 'a refused submit has made no task');

-- The account cannot be used: it is paused, and the job waits for another
select tests.create_job('ana', 'pause'), tests.pass('pause');
select is(tests.refuse_submit('pause', 'pause'), 'retried', 'pause: the job waits');
select is(tests.ending('pause'), 'pending, refund none, charge, slot free, no row', 'nothing is paid back, and the slot is free');
select ok((select paused_until > private.now() from private.accounts where account_id = tests.account_id('echo')),
  'the account is paused');
select is((tests.job('pause')).attempt, 0, 'it was no attempt either');
select tests.cancel('pause'), ops.resume_account(tests.account_id('echo'));

-- A temporary error of the submit uses up an attempt
select tests.create_job('ana', 'backoff'), tests.pass('backoff');
select is(tests.refuse_submit('backoff', 'backoff'), 'retried', 'backoff: again');
select is((tests.job('backoff')).retry_count, 1, 'a try is used up');
select is(tests.ending('backoff', 1), 'pending, refund none, charge, slot free, no row', 'the slot is free');
select tests.later('10 minutes'), private.dispatch('echo');
select is((tests.job('backoff')).attempt, 2, 'the second is another attempt');
select tests.pass('backoff'), tests.refuse_submit('backoff', 'never');
select is(tests.is_counted('backoff'), false, 'two refusals have cost nobody anything');
select is(tests.fail('backoff', 'never'), 'duplicate', 'told again, nothing is done');
select is(tests.balance('ana'), 20, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
