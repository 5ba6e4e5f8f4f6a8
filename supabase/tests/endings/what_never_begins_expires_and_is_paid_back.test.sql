begin;
select plan(18);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'dispatched'), tests.create_job('ana', 'pending'),
  tests.create_job('ana', 'scheduled', p_run_at => '2030-01-03 00:00:00Z');
select is((tests.job('pending')).expires_at, '2030-01-02 00:00:00Z', 'a job lives for a day');
select is((tests.job('scheduled')).expires_at, '2030-01-04 00:00:00Z', 'from the time when it may begin');
select tests.let_time_pass('23 hours 59 minutes');
select is(tests.running(), '{dispatched}', 'until then it waits');
select tests.let_time_pass('1 minute');
select is(tests.ending('pending'), 'failed, expired, refund paid, charge, refund, slot free, no row',
  'pending: failed and paid back, and not counted');
select is(tests.ending('dispatched'), 'failed, expired, refund paid, charge, refund, slot free, no row', 'dispatched: the same');
select is((tests.job('pending')).failed_at_step, 'queued', 'at the step where it waited');
select is((tests.job('dispatched')).failed_at_step, 'starting', 'or was about to begin');
select is(tests.pass('dispatched'), false, 'its worker may not submit any more');
select is((tests.job('scheduled')).status, 'pending', 'what is to run later waits');

select tests.let_time_pass('1 day'), tests.let_time_pass('1 second');
update public.job_attempts set phase = 'preparing' where job_id = (tests.job('scheduled')).id;
select is(tests.running(), '{scheduled}', 'its time has come');
select tests.let_time_pass('1 day');
select is(tests.ending('scheduled'), 'failed, expired, refund paid, charge, refund, slot free, no row', 'preparing: the same');

-- A tool says how long; and what has a task does not expire
update public.tools set expires_after = '1 hour', timeout = '3 hours' where tool = 'echo';
select tests.create_job('ana', 'runs'), tests.submit('runs', 't-1');
select tests.create_job('ana', 'short');
select is((tests.job('short')).expires_at, (tests.job('short')).created_at + interval '1 hour', 'the tool says for how long');
select tests.let_time_pass('1 hour');
select is(tests.ending('short'), 'failed, expired, refund paid, charge, refund, slot free, no row', 'and for no longer');
select is(tests.running(), '{runs}', 'what has a task has a deadline instead');

-- After a task that has failed a refund counts, though the job expires while it waits
update private.lanes set backoff_base = '1 second', backoff_max = '1 second' where lane = 'echo';
update public.jobs set expires_at = private.now() + interval '23 hours' where id = (tests.job('runs')).id;
select is(tests.fail_task('runs', 'backoff'), 'retried', 'there is time for another try');
select ops.pause_lane('echo', 'for a test'), tests.let_time_pass('23 hours');
select is(tests.ending('runs'), 'failed, expired, refund paid, charge, refund (counted), slot free, no row',
  'what had a task is counted');
select is(tests.balance('ana'), 20, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
