-- @acceptance 000:1,5
begin;
select plan(8);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
update public.tools set max_attempts = 2, timeout = '30 minutes', expires_after = '12 hours' where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select is((tests.job('one')).deadline_at, null, 'its time does not run before somebody works on it');
select tests.freeze('2030-01-01 11:59:59Z');
select is(worker.reap() -> 'expired', '0', 'it may wait for a worker');
select tests.freeze('2030-01-01 12:00:00Z');
select is(worker.reap() -> 'expired', '1', 'as long as its tool allows');
select is((tests.job('one')).status, 'failed', 'a job does not stay pending for ever');
select is((tests.job('one')).error_code, 'expired', 'its user learns why');
select is(tests.balance('ana'), 10, 'and has the credits back');

-- One that heartbeats for ever is no better.
select tests.create_job('ana', 'endless'), tests.claim('w1');
select tests.freeze('2030-01-01 12:35:02Z');
select tests.beat('endless');
select worker.reap();
select is((tests.attempt('endless', 1)).error_code, 'deadline_exceeded', 'a deadline holds for a worker that is alive');
select is(tests.balance('ana'), 10, 'and is paid back at once');

select * from finish();
rollback;
