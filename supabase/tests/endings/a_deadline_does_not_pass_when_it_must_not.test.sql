begin;
select plan(16);

select tests.create_user('ana', 20);
select tests.enable_echo(6);
update public.tools set timeout = '30 minutes' where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'waits'), tests.create_job('ana', 'word'), tests.create_job('ana', 'produced'),
  tests.create_job('ana', 'failed word'), tests.create_job('ana', 'older success'), tests.create_job('ana', 'doubt');

select tests.pass('waits'), tests.refuse_submit('waits', 'wait', null);
select is((tests.job('waits')).deadline_at, null, 'a wait clears it');
select tests.cancel('waits');
select tests.submit('word', 't-1'), tests.webhook('word', 'e-1', p_external_id => 't-1');
select is((tests.job('word')).deadline_at, null, 'a success clears it');
select tests.submit('produced', 't-2'), tests.produce('produced');
select is((tests.job('produced')).deadline_at, null, 'so does what is produced');
select tests.submit('failed word', 't-3'), tests.webhook('failed word', 'e-3', 'failed', p_external_id => 't-3');
select isnt((tests.job('failed word')).deadline_at, null, 'a failure does not');
select tests.pass('doubt');

-- An older attempt succeeds after all while the next one runs
select tests.submit('older success', 't-4'), tests.fail_task('older success', 'backoff');
update public.jobs set run_at = null where id = (tests.job('older success')).id;
select private.dispatch('echo');
select tests.submit('older success', 't-5');
select tests.webhook('older success', 'e-4', 'succeeded', 1, 't-4');

-- The circuit
select worker.provider_down('echo', 'refused') from generate_series(1, 3);
select tests.let_time_pass('36 minutes');
select is(tests.running(), '{doubt,"failed word","older success",produced,word}', 'while the circuit is open none passes');
select is(worker.deadline_passed((tests.job('doubt')).id, (tests.attempt('doubt')).token, null), 'not_yet',
  'whoever thinks so is told');
select is(worker.provider_up('echo'), true, 'the provider is back');
select is((tests.job('doubt')).deadline_at, '2030-01-01 01:12:00Z', 'the time that it was away is nobody''s');
select is(worker.deadline_passed((tests.job('doubt')).id, (tests.attempt('doubt')).token, null), 'not_yet', 'so it is not over yet');
select tests.later('37 minutes');
select is(worker.deadline_passed((tests.job('word')).id, (tests.attempt('word')).token, null), 'not_yet', 'a success has no deadline');
select is(worker.deadline_passed((tests.job('produced')).id, (tests.attempt('produced')).token, null), 'not_yet',
  'nor has what is produced');
select is(worker.deadline_passed((tests.job('older success')).id, (tests.attempt('older success')).token, null), 'not_yet',
  'nor has a job of which an older attempt has succeeded');
select tests.let_time_pass('6 minutes');
select is(tests.running(), '{"older success",produced,word}', 'what has a success is not given up by SQL either');
select is(tests.ending('failed word'), 'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, no row',
  'a failure that nobody wrote down ends with the deadline; its slot was free');
select is(tests.ending('doubt'),
  'failed, submit_unknown, refund paid, charge, refund (counted), slot kept, open row: submit_unknown',
  'a submit in doubt ends as one');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
