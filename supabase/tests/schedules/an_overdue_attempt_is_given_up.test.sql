-- @acceptance 003:13, 003:259-261, 003:293
begin;
select plan(14);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set timeout = '30 minutes', max_attempts = 2 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two', p_priority => 5);
create function pg_temp.given_up() returns jsonb language sql as $$ select worker.reap() -> 'given_up' $$;

select tests.freeze('2030-01-01 00:35:00Z');
select is(pg_temp.given_up(), '0', 'not before a worker has had five minutes beyond its deadline');
select tests.freeze('2030-01-01 00:35:01Z');
select is(pg_temp.given_up(), '1', 'then it is');
select is((tests.attempt('one')).outcome, 'retried', 'it is an attempt that did not succeed');
select is((tests.attempt('one')).error_code, 'deadline_exceeded', 'for want of time');
select is((tests.job('one')).status, 'pending', 'the job is tried again');
select is((tests.job('one')).retry_count, 1::smallint, 'which uses up an attempt');
select is(tests.running(), '{two}', 'its slot goes to the next job');
select is(pg_temp.given_up(), '0', 'once');

select tests.complete('two');
select tests.freeze('2030-01-01 01:00:00Z');
select private.dispatch('echo');
select is((tests.job('one')).attempt, 2::smallint, 'the second attempt has a deadline of its own');
select tests.freeze('2030-01-01 01:35:01Z');
select is(pg_temp.given_up(), '1', 'which it misses as well');
select is((tests.job('one')).status, 'failed', 'after the last attempt the job fails');
select is(tests.entry('one', 'failed') ->> 'error_code', 'deadline_exceeded', 'and says why');
select is(tests.balance('ana'), 9, 'it is refunded');
select is_empty('select * from ops.credit_drift()', 'exactly once');

select * from finish();
rollback;
