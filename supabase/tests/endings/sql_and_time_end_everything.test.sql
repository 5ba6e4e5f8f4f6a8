begin;
select plan(16);

-- Every worker crashes: whatever an attempt has come to, nothing is heard of it any more. Here each writes one thing and
-- is never seen again; the reaper and the clock are all that go on.
select tests.create_user('ana', 100), tests.create_user('bo', 100);
select tests.enable_echo(40);
select tests.enable_tool('spoken', 'spoken', 5), tests.enable_tool('asked', 'asked', 5), tests.enable_tool('claimed', 'claimed', 5);
update private.lanes set delivery = 'sync' where lane = 'spoken';
update private.lanes set delivery = 'poll' where lane = 'asked';
update private.lanes set delivery = 'pull', lease = '2 minutes' where lane = 'claimed';
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.again(p_key text) returns void language plpgsql as $$ -- submitted to twice
declare
  v_token uuid := tests.doubt(p_key, 'at_least_once');
begin
  update public.job_attempts set nones = 2, submit_until = private.now() - interval '1 second' where token = v_token;
  perform tests.pass(p_key, 'at_least_once');
end
$$;

select tests.create_job('ana', 'dispatched');
select tests.create_job('ana', 'preparing');
update public.job_attempts set phase = 'preparing' where job_id = (tests.job('preparing')).id;
select tests.create_job('ana', 'submitting'), tests.pass('submitting');
select tests.create_job('ana', 'submitted'), tests.submit('submitted', 't-1');
select tests.create_job('ana', 'word first'), tests.pass('word first'), tests.webhook('word first', 'e-1', 'succeeded', 1, null);
select tests.create_job('ana', 'succeeded'), tests.submit('succeeded', 't-2'), tests.webhook('succeeded', 'e-2', p_external_id => 't-2');
select tests.create_job('ana', 'failed'), tests.submit('failed', 't-3'), tests.webhook('failed', 'e-3', 'failed', p_external_id => 't-3');
select tests.create_job('ana', 'produced'), tests.submit('produced', 't-4'), tests.produce('produced');
select tests.create_job('ana', 'twice'), pg_temp.again('twice');
select tests.create_job('ana', 'twice produced'), pg_temp.again('twice produced'), tests.produce('twice produced', p_external_id => 't-5');
select tests.create_job('ana', 'twice failed'), pg_temp.again('twice failed'), tests.webhook('twice failed', 'e-4', 'failed', 1, 't-6');
select tests.create_job('ana', 'waited'), tests.pass('waited'), tests.refuse_submit('waited', 'wait');
select tests.create_job('ana', 'retried'), tests.submit('retried', 't-7'), tests.fail_task('retried', 'backoff');
select tests.create_job('ana', 'older success'), tests.submit('older success', 't-8'), tests.fail_task('older success', 'backoff'),
  tests.webhook('older success', 'e-5', 'succeeded', 1, 't-8');
select tests.create_job('ana', 'refused success'), tests.pass('refused success'), tests.refuse_submit('refused success', 'wait'),
  tests.webhook('refused success', 'e-6', 'succeeded', 1, 't-9');
select tests.create_job('ana', 'cancelled'), tests.submit('cancelled', 't-10'), tests.cancel('cancelled');
select tests.create_job('ana', 'cancelled in doubt'), tests.pass('cancelled in doubt'), tests.cancel('cancelled in doubt');
select tests.create_job('ana', 'cancelled twice'), pg_temp.again('cancelled twice'), tests.cancel('cancelled twice');
select tests.create_job('ana', 'unknown'), tests.pass('unknown');
select worker.submit_unknown((tests.job('unknown')).id, (tests.attempt('unknown')).token);
select tests.create_job('ana', 'scheduled', p_run_at => '2030-01-02 00:00:00Z');
select tests.create_job('ana', 'spoken', 'spoken'), tests.pass('spoken');
select tests.create_job('ana', 'asked', 'asked'), tests.submit('asked', 't-11');
select tests.create_job('ana', 'claimed', 'claimed'), tests.create_job('ana', 'claimed, cancelled', 'claimed');
select worker.claim('claimed', 'w1', 10);
select tests.cancel('claimed, cancelled');
select tests.create_job('bo', 'gone'), tests.pass('gone'), tests.create_job('bo', 'gone, cancelled'), tests.submit('gone, cancelled', 't-12'),
  tests.cancel('gone, cancelled');
delete from auth.users where id = tests.user_id('bo');

-- The circuit of one lane stays open; the account of another is removed
select worker.provider_down('asked', 'gone') from generate_series(1, 3);
select ops.remove_account(tests.account_id('spoken'));

select is_empty('select * from ops.credit_drift()', 'nothing is wrong before');
select tests.let_time_pass('5 minutes', 48);
select is_empty('select * from ops.credit_drift()', 'nor four hours later');
select tests.let_time_pass('1 hour', 60);
select is_empty('select * from tests.unrest()', 'after two days and a half all has ended, and nothing is wrong');
select is(tests.ending('dispatched'), 'failed, expired, refund paid, charge, refund, slot free, no row', 'what nobody began has expired');
select is(tests.ending('preparing'), 'failed, expired, refund paid, charge, refund, slot free, no row', 'so has what nobody submitted');
select is(tests.ending('submitting'), 'failed, submit_unknown, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'what was in doubt is unknown');
select is(tests.ending('submitted'), 'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'what ran had a deadline');
select is(tests.ending('failed'), 'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, no row',
  'a failure that nobody wrote down too');
select is(tests.ending('produced'), 'failed, output_unavailable, refund paid, charge, refund (counted), slot free, no row',
  'what nobody copied is not to be had');
select is(tests.ending('older success', 1), 'failed, output_unavailable, refund paid, charge, refund (counted), slot free, no row',
  'nor is the success of an older attempt');
select is(tests.ending('refused success', 1), 'failed, output_unavailable, refund paid, charge, refund (counted), slot free, no row',
  'nor that of a submit that was said to be refused');
select is(tests.ending('twice produced'), 'failed, output_unavailable, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'nor that of one of two tasks');
select is(tests.ending('cancelled'), 'cancelled, refund withheld, charge, slot free, closed row: unknown', 'a task that is known may have gone on');
select is(tests.ending('cancelled in doubt'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'one that never was known is paid back');
select is(tests.ending('asked'), 'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'a task''s life ends behind an open circuit too');
select is((select count(*) from private.slots where token is not null), 0::bigint, 'no slot is held');

select * from finish();
rollback;
