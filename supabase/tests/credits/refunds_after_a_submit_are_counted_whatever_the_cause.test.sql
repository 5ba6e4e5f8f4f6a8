begin;
select plan(22);

select tests.freeze('2030-01-01 00:00Z');
select tests.create_user('ana', 100);
select tests.enable_tool('hook', 'hooked', 50);
update private.lanes set backoff_base = '1 second', backoff_max = '1 second', task_life = '1 hour' where lane = 'hooked';
update public.tools set timeout = '10 minutes', expires_after = '1 hour', max_attempts = 2 where tool = 'hook';

-- Does something with a job of that name, and tells whether its refund counts; null: it has none.
create function pg_temp.is_counted(p_key text) returns boolean language sql as $$
  select is_counted from public.credit_entries where kind = 'refund' and job_id = (tests.job(p_key)).id
$$;
create function pg_temp.over(p_key text, p_how text) returns boolean language sql as $$
  select worker.task_over((tests.attempt(p_key)).token, p_how)
$$;

-- Before a task can have been made.
select tests.create_job('ana', 'waiting', 'hook', p_run_at => '2100-01-01'), tests.create_job('ana', 'starting', 'hook'),
  tests.create_job('ana', 'refused', 'hook'), tests.create_job('ana', 'never taken', 'hook');
select tests.cancel('waiting'), tests.cancel('starting');
select is(pg_temp.is_counted('waiting'), false, 'cancelled while it waits: not counted');
select is(pg_temp.is_counted('starting'), false, 'cancelled before the checkpoint');
select tests.pass('refused'), tests.fail('refused', 'never');
select is(pg_temp.is_counted('refused'), false, 'the only submit was refused');
select tests.pass('never taken'), tests.cancel('never taken');
select is(pg_temp.is_counted('never taken'), null, 'cancelled while it is submitted: nothing yet');
select pg_temp.over('never taken', 'never_existed');
select is(pg_temp.is_counted('never taken'), false, 'and not counted, for there never was a task');

-- After.
select tests.create_job('ana', key, 'hook') from unnest('{stopped,failed,went on,heard of nothing,always,task failed,too late,in doubt,too large}'::text[]) key;
select tests.submit(key, key) from unnest('{stopped,failed,went on,always,task failed,too late,too large}'::text[]) key;
select tests.pass('heard of nothing'), tests.pass('in doubt');
select tests.cancel(key) from unnest('{stopped,failed,went on,heard of nothing}'::text[]) key;
select pg_temp.over('stopped', 'stopped'), pg_temp.over('failed', 'failed'), pg_temp.over('went on', 'succeeded'),
  pg_temp.over('heard of nothing', 'unknown');
select is(pg_temp.is_counted('stopped'), true, 'cancelled, and the task was stopped: counted');
select is(pg_temp.is_counted('failed'), true, 'cancelled, and it failed');
select is(pg_temp.is_counted('went on'), null, 'cancelled, and it went on: withheld');
select is(pg_temp.is_counted('heard of nothing'), true, 'cancelled, and nobody knows: paid, for no task was ever heard of');
update private.lanes set cancel_refund = 'always' where lane = 'hooked';
select tests.cancel('always');
select is(pg_temp.is_counted('always'), true, 'a lane that always pays');
select tests.webhook('task failed', 'w1', 'failed', p_external_id => 'task failed');
select tests.fail('task failed', 'never');
select is(pg_temp.is_counted('task failed'), true, 'the task failed');
select worker.submit_unknown((tests.job('in doubt')).id, (tests.attempt('in doubt')).token);
select is(pg_temp.is_counted('in doubt'), true, 'nobody knows whether it was taken');
select worker.output_refused((tests.job('too large')).id, (tests.attempt('too large')).token, 'output_too_large', 'It is too large.');
select is(pg_temp.is_counted('too large'), true, 'the result is not kept');
select tests.freeze('2030-01-01 00:11Z');
select worker.deadline_passed((tests.job('too late')).id, (tests.attempt('too late')).token, 'It took too long.');
select is(pg_temp.is_counted('too late'), true, 'the deadline');

-- A task of an earlier attempt counts too.
select tests.create_job('ana', 'tried', 'hook'), tests.create_job('ana', 'expires', 'hook'), tests.create_job('ana', 'never tried', 'hook', p_run_at => '2030-01-01 00:20Z');
select ops.pause_account(tests.account_id('hooked'), 'nothing more');
select tests.submit('tried', 'tried'), tests.submit('expires', 'expires');
select tests.fail('tried', 'backoff'), tests.fail('expires', 'backoff');
select is((tests.job('tried')).status, 'pending', 'a job that waits for its second try');
select tests.cancel('tried');
select is(pg_temp.is_counted('tried'), true, 'is paid back when it is cancelled, and counted: its first task ran');
select tests.freeze('2030-01-01 03:00Z');
select worker.reap();
select is((tests.job('expires')).error_code, 'expired', 'another waits too long');
select is(pg_temp.is_counted('expires'), true, 'counted as well');
select is((tests.job('never tried')).error_code, 'expired', 'one that never had a task');
select is(pg_temp.is_counted('never tried'), false, 'is not');

select is(
  (select count(*) from public.credit_entries where user_id = tests.user_id('ana') and is_counted), 10::bigint, 'these are all that count');
select is_empty('select * from ops.credit_drift()', 'and the ledger is right');

select * from finish();
rollback;
