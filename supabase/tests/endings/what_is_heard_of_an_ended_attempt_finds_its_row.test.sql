begin;
select plan(24);

select tests.create_user('ana', 30);
select tests.enable_echo(12);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.cancelled(p_key text, p_id text default null) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  if p_id is null then perform tests.pass(p_key); else perform tests.submit(p_key, p_id); end if;
  perform tests.cancel(p_key);
end
$$;

-- Submitted
select pg_temp.cancelled('submitted'), worker.receive_cancels();
select is((select worker.submitted((tests.job('submitted')).id, (tests.attempt('submitted')).token, 't-1', '{}',
  p_checkpoint => '{"cancel_url": "u"}')), 'cancelled', 'a task that is heard of late: the worker learns that the job has ended');
select is((select external_id || (checkpoint ->> 'cancel_url') from private.cancels), 't-1u', 'the outbox knows what to stop, and how');
select is((select count(*) from worker.receive_cancels()), 1::bigint, 'it is looked at now, though somebody has just looked');
select is(tests.ending('submitted'), 'cancelled, refund due, charge, slot kept, open row: cancelled', 'the refund waits');

-- Refused
select pg_temp.cancelled('refused');
select is(tests.refuse_submit('refused', 'wait'), 'late', 'the only submit was refused');
select is(tests.ending('refused'), 'cancelled, refund paid, charge, refund, slot free, closed row: never_existed',
  'so there never was a task');
select is(tests.refuse_submit('refused', 'wait'), 'late', 'told again');
select pg_temp.cancelled('refused for good'), tests.refuse_submit('refused for good', 'never');
select is(tests.ending('refused for good'), 'cancelled, refund paid, charge, refund, slot free, closed row: never_existed',
  'whatever the reason');
select tests.create_job('ana', 'second refused'), tests.pass('second refused', 'idempotent'), tests.later('3 minutes'),
  tests.pass('second refused', 'idempotent'), tests.cancel('second refused'), tests.refuse_submit('second refused', 'wait');
select is(tests.ending('second refused'), 'cancelled, refund due, charge, slot kept, open row: cancelled',
  'a refusal of the second of two says nothing of the first');
select pg_temp.cancelled('known refused', 't-2'), tests.refuse_submit('known refused', 'wait');
select is(tests.ending('known refused'), 'cancelled, refund due, charge, slot kept, open row: cancelled',
  'nor does one of an attempt whose task is known');

-- Webhooks
select pg_temp.cancelled('went on', 't-3');
select is(tests.webhook('went on', 'e-3', 'succeeded', 1, 't-3') ->> 'verdict', 'late', 'a success comes too late');
select is(tests.ending('went on'), 'cancelled, refund withheld, charge, slot free, closed row: succeeded', 'it was paid for');
select pg_temp.cancelled('failed', 't-4'), tests.webhook('failed', 'e-4', 'failed', 1, 't-4');
select is(tests.ending('failed'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: failed', 'a failure was not');
select pg_temp.cancelled('progress', 't-5'), tests.webhook('progress', 'e-5', null, 1, 't-5');
select is(tests.ending('progress'), 'cancelled, refund due, charge, slot kept, open row: cancelled', 'what is not final ends nothing');
select tests.webhook('progress', 'e-6', 'succeeded', 1, 't-6');
select is(tests.ending('progress'), 'cancelled, refund due, charge, slot kept, open row: cancelled',
  'nor does a word about another task');
select pg_temp.cancelled('first heard'), tests.webhook('first heard', 'e-7', null, 1, 't-7');
select is((select external_id from private.cancels where token = (tests.attempt('first heard')).token), 't-7',
  'a webhook may be the first to name the task');
select is(tests.webhook('first heard', 'e-7', null, 1, 't-7') ->> 'verdict', 'duplicate', 'and counts once');

-- Several tasks of one attempt
select tests.create_job('ana', 'several'), tests.pass('several', 'at_least_once');
update public.job_attempts set nones = 2 where token = (tests.attempt('several')).token;
select tests.later('3 minutes'), tests.pass('several', 'at_least_once'), tests.cancel('several');
select tests.webhook('several', 'e-8', 'failed', 1, 't-8');
select is(tests.ending('several'), 'cancelled, refund due, charge, slot kept, open row: cancelled',
  'one task''s end says nothing of the others');

-- Results
select pg_temp.cancelled('produced', 't-9');
select is(tests.produce('produced'), 'late', 'whoever asks about the task hears that the job has ended');
select is(tests.ending('produced'), 'cancelled, refund withheld, charge, slot free, closed row: succeeded', 'the outbox hears it too');
select pg_temp.cancelled('stored', 't-10');
select is(tests.complete('stored'), 'late', 'so does whoever has stored the result');
select is(tests.ending('stored'), 'cancelled, refund withheld, charge, slot free, closed row: succeeded', 'the same');
select pg_temp.cancelled('settled', 't-11');
select is(tests.fail_task('settled'), 'late', 'and whoever was told of a failure');
select is(tests.ending('settled'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: failed', 'the same');

select * from finish();
rollback;
