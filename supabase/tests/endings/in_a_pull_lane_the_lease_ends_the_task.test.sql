begin;
select plan(34);

select tests.create_user('ana', 30);
select tests.enable_pull(1);
update public.tools set timeout = '30 minutes', max_attempts = 2 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.claimed(p_key text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  perform tests.claim('w1');
end
$$;

-- The lease ends
select pg_temp.claimed('lease');
select is((tests.attempt('lease')).submits, 1, 'to be claimed is to pass the checkpoint');
select tests.let_time_pass('3 minutes');
select is((tests.attempt('lease', 1)).outcome, 'retried', 'a lease that ends uses up a try');
select is(tests.ending('lease', 1), 'processing, refund none, charge, slot free, no row', 'the slot is free: the next attempt has it');
select tests.claim('w2'), tests.let_time_pass('3 minutes');
select is(tests.ending('lease'), 'failed, lease_expired, refund paid, charge, refund (counted), slot free, no row',
  'when no try is left it fails, is paid back, and counted');
select is(tests.complete('lease'), 'late', 'its worker comes too late');

-- Before it is claimed
select tests.create_job('ana', 'unclaimed'), tests.cancel('unclaimed');
select is(tests.ending('unclaimed'), 'cancelled, refund paid, charge, refund, slot free, no row',
  'a cancel before the claim is paid back at once');

-- A cancel waits for the worker's word, or the end of the lease
select pg_temp.claimed('silent');
select is((tests.job('silent')).refundable, true, 'it says that a cancel may be paid back');
select tests.cancel('silent');
select is(tests.ending('silent'), 'cancelled, refund due, charge, slot kept, open row: cancelled', 'a cancel: the refund waits');
select is((tests.beat('silent')) ->> 'continue', 'false', 'a heartbeat hears of it');
select tests.later('1 minute 59 seconds'), tests.beat('silent');
select is_empty('select worker.receive_cancels()', 'no worker of ours can stop it');
select tests.let_time_pass('1 second');
select is(tests.ending('silent'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'for the end of the lease, which no heartbeat moves any more');
select is_empty($$ select from private.repairs where repair = 'tasks_unknown' $$, 'which is nothing to be alarmed about');
select pg_temp.claimed('done'), tests.cancel('done');
select is(tests.complete('done'), 'late', 'or for a worker who is done');
select is(tests.ending('done'), 'cancelled, refund withheld, charge, slot free, closed row: succeeded', 'that is not paid back');
select is((select count(*) from private.doomed_files where prefix like '%' || (tests.job('done')).id || '/'), 3::bigint,
  'and what it has stored is deleted');
select pg_temp.claimed('broken'), tests.cancel('broken');
select is(tests.fail('broken', 'backoff'), 'late', 'or for one who has failed');
select is(tests.ending('broken'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: failed', 'that is');
select pg_temp.claimed('claim'), tests.cancel('claim'), tests.create_job('ana', 'next'), tests.later('2 minutes 1 second');
select is(tests.claim('w3'), '{next}', 'the next claim ends what ran out, and has the slot');
select is(tests.ending('claim'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: unknown', 'with its refund');
select tests.complete('next');

-- The lane's terms
update private.lanes set cancel_refund = 'never' where lane = 'echo';
select pg_temp.claimed('never');
select is((tests.job('never')).refundable, false, 'never: it says so before');
select tests.cancel('never');
select is(tests.ending('never'), 'cancelled, refund withheld, charge, slot kept, open row: cancelled', 'and it is withheld');
select tests.let_time_pass('3 minutes');
select is(tests.ending('never'), 'cancelled, refund withheld, charge, slot free, closed row: unknown', 'and stays so');
update private.lanes set cancel_refund = 'confirmed' where lane = 'echo';

-- A deadline pays at once
select pg_temp.claimed('deadline');
create function pg_temp.beats(p_key text, p_minutes integer) returns void language plpgsql as $$
begin
  for i in 1..p_minutes loop perform tests.later('1 minute'), tests.beat(p_key), worker.reap(); end loop;
end
$$;
select pg_temp.beats('deadline', 35);
select is(tests.running(), '{deadline}', 'a worker at work has five minutes more as well');
select pg_temp.beats('deadline', 1);
select is(tests.ending('deadline'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot kept, open row: deadline_exceeded',
  'a deadline pays at once, and keeps the slot for the lease');
select is((tests.beat('deadline')) ->> 'continue', 'false', 'its worker hears of it');
select tests.let_time_pass('2 minutes 1 second');
select is(tests.ending('deadline'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, closed row: unknown', 'and the slot is free with it');

-- An older worker is done after all
select pg_temp.claimed('older'), tests.later('3 minutes'), tests.claim('w5');
select is((tests.job('older')).attempt, 2, 'another has it');
select is(tests.complete('older', 1), 'completed', 'the first is done before it');
select is(tests.ending('older', 2), 'completed, refund none, charge, slot kept, open row: superseded',
  'what the second does is in vain; the slot is its own to the end of its lease');
select is(tests.complete('older', 2), 'late', 'or until it is done');
select is(tests.ending('older', 2), 'completed, refund none, charge, slot free, closed row: succeeded', 'then it is free');

-- A user who is gone
select pg_temp.claimed('gone');
create temporary table was on commit drop as select * from tests.attempt('gone');
delete from auth.users where id = tests.user_id('ana');
select is(tests.trace(job_id, token), 'charge, slot kept, open row: user_deleted', 'a user who is gone: the slot is kept') from was;
select is(worker.complete(job_id, token, '{"files": []}'), 'late', 'until its worker is done') from was;
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
