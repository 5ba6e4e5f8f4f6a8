begin;
select plan(10);

select tests.create_user('ana', 20);
select tests.enable_echo(3);
update public.tools set timeout = '20 hours' where tool = 'echo';
update private.lanes set backoff_base = '1 second', backoff_max = '1 second', task_life = '40 hours' where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'in time'), tests.create_job('ana', 'too late'), tests.create_job('ana', 'busy');
select tests.submit('in time', 't-1'), tests.submit('too late', 't-2');
select tests.later('15 hours 59 minutes 50 seconds');
select is(tests.fail_task('in time', 'backoff'), 'retried', 'with more than a third of its day left it is tried again');
select is((tests.job('in time')).start_by, '2030-01-01 16:00:00Z', 'by then, and no later');
select tests.later('11 seconds');
select is(tests.fail_task('too late', 'backoff'), 'failed', 'with less it is not');
select is(tests.ending('too late'), 'failed, task_failed, refund paid, charge, refund (counted), slot free, no row',
  'it fails as it failed, and is paid back');
select is((tests.job('too late')).retry_count, 0, 'there was no other try');
select is(private.dispatch('echo'), 0, 'one that waited too long for its turn does not begin either');
select tests.let_time_pass('0');
select is(tests.ending('in time'), 'failed, expired, refund paid, charge, refund (counted), slot free, no row', 'it has expired');

select tests.pass('busy');
select is(tests.refuse_submit('busy', 'wait'), 'retried', 'a wait is no retry: the first task may begin until the job expires');
select is((tests.job('busy')).start_by, (tests.job('busy')).expires_at, 'to the end');
select tests.let_time_pass('9 hours');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
