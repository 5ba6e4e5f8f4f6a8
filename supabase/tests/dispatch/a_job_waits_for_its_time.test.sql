begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.freeze('2026-01-01 00:00:00Z');
select tests.create_job('ana', 'later', p_run_at => '2026-01-01 01:00:00Z'), tests.create_job('ana', 'now');
select tests.create_job('ana', 'overdue', p_run_at => '2025-12-31 23:00:00Z');

select is(
  tests.running(), '{now,overdue}',
  'a time that has passed is now; another is waited for, while others go first');
select is((tests.job('later')).run_at, '2026-01-01 01:00:00Z', 'the job knows its time');
select is(tests.entry('later', 'queued') ->> 'run_at', '2026-01-01T01:00:00+00:00', 'and so does its history');
select is((tests.job('overdue')).run_at, null, 'a time that has passed is forgotten');

select tests.freeze('2026-01-01 00:59:59.999Z');
select is(private.dispatch('echo'), 0, 'it is not started sooner');
select is(private.admit_due('echo'), 0, 'nor made ready');
select tests.freeze('2026-01-01 01:00:00Z');
select is(private.dispatch('echo'), 1, 'it is started when its time has come');
select is((tests.job('later')).run_at, null, 'and waits for none any more');
select is(tests.running(), '{later,now,overdue}', 'it runs');

update private.lanes set paused_until = 'infinity', pause_reason = 'maintenance' where lane = 'echo';
select tests.create_job('ana', 'waits for a slot', p_run_at => '2025-12-31 23:00:00Z');
select is((tests.job('waits for a slot')).run_at, null, 'a job that waits for a slot alone waits for no time');

select * from finish();
rollback;
