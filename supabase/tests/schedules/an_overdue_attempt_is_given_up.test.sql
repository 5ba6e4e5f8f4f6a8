-- @acceptance 003:13, 003:259-261, 003:293
begin;
select plan(15);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set timeout = '30 minutes', max_attempts = 2 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two', p_priority => 5);
create function pg_temp.given_up() returns jsonb language sql as $$ select worker.reap() -> 'given_up' $$;

select is((tests.job('one')).deadline_at, null, 'its time does not run while nobody has submitted it');
select tests.freeze('2030-01-01 01:00:00Z');
select tests.submit('one');
select is((tests.job('one')).deadline_at, '2030-01-01 01:30:00Z', 'but from the moment when its task may exist');
select tests.freeze('2030-01-01 01:30:00Z');
select is(worker.reap() -> 'asked_last', '1', 'at its deadline the provider is asked a last time');
select is(worker.reap() -> 'asked_last', '0', 'once');
select tests.freeze('2030-01-01 01:35:00Z');
select is(pg_temp.given_up(), '0', 'a worker has five minutes for that');
select tests.freeze('2030-01-01 01:35:01Z');
select is(pg_temp.given_up(), '1', 'then it is given up');
select is((tests.attempt('one')).outcome, 'failed', 'it is an attempt that did not succeed');
select is((tests.attempt('one')).error_code, 'deadline_exceeded', 'for want of time');
select is((tests.job('one')).status, 'failed', 'and the job fails, though an attempt was left: its task may live');
select is(tests.running(), '{}', 'nor does the next start in its slot');
select is(pg_temp.given_up(), '0', 'once');
select is(tests.entry('one', 'failed') ->> 'error_code', 'deadline_exceeded', 'its history says why');
select is(tests.balance('ana'), 9, 'it is refunded');
select is_empty('select * from ops.credit_drift()', 'exactly once');
select worker.task_over((tests.attempt('one')).token, 'failed');
select is(tests.running(), '{two}', 'when its task is over, the slot goes to the next job');

select * from finish();
rollback;
