-- @acceptance 000:1,5
begin;
select plan(7);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
update public.tools set max_attempts = 2, timeout = '30 minutes' where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.freeze('2030-01-01 00:35:01Z');
select is(worker.reap() -> 'given_up', '1', 'five minutes past its deadline, as in every lane');
select is((tests.attempt('one', 1)).error_code, 'not_claimed', 'and it says that no worker came');
select tests.freeze('2030-01-01 01:00:00Z');
select worker.reap();
select tests.freeze('2030-01-01 01:35:01Z');
select is(worker.reap() -> 'given_up', '1', 'the second attempt as well');
select is((tests.job('one')).status, 'failed', 'a job does not stay pending for ever');
select is((tests.job('one')).error_message, 'No worker claimed the job before its deadline', 'its user learns why');
select is(tests.balance('ana'), 10, 'and has the credits back');

-- One that heartbeats for ever is no better.
select tests.create_job('ana', 'endless'), tests.claim('w1');
select tests.freeze('2030-01-01 02:10:02Z');
select tests.beat('endless');
select worker.reap();
select is((tests.attempt('endless', 1)).error_code, 'deadline_exceeded', 'a deadline holds for a worker that is alive');

select * from finish();
rollback;
