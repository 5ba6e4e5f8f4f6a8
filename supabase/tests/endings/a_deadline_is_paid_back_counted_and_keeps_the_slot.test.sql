begin;
select plan(22);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
update public.tools set timeout = '30 minutes' where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'next');

-- When the time begins
select is((tests.job('one')).deadline_at, null, 'while no task can exist there is no deadline');
select tests.later('10 minutes'), tests.pass('one', 'idempotent');
select is((tests.job('one')).deadline_at, '2030-01-01 00:40:00Z', 'the checkpoint sets it');
select tests.later('3 minutes'), tests.pass('one', 'idempotent');
select is((tests.job('one')).deadline_at, '2030-01-01 00:40:00Z', 'a repetition does not move it');
select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 't-1', null);
select is((tests.job('one')).deadline_at, '2030-01-01 00:40:00Z', 'nor does the task''s id');

-- Before it, and at it
select is(worker.deadline_passed((tests.job('one')).id, (tests.attempt('one')).token, 'Nothing.'), 'not_yet', 'before it nothing ends');
select tests.let_time_pass('26 minutes 59 seconds');
select is((select count(*) from tests.messages('settle_queue') where vt < clock_timestamp() + interval '1 second'), 0::bigint, 'nobody need ask yet');
select tests.let_time_pass('1 second');
select is((select count(*) from tests.messages('settle_queue') where vt < clock_timestamp() + interval '1 second'), 1::bigint,
  'at the deadline the provider is asked');
select tests.let_time_pass('1 minute', 4);
select is((select count(*) from tests.messages('settle_queue') where vt < clock_timestamp() + interval '1 second'), 1::bigint,
  'a last time, once');
select is(tests.running(), '{one}', 'and there are five minutes for its answer');
select tests.let_time_pass('1 minute 1 second');
select is(tests.ending('one'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot kept, open row: deadline_exceeded',
  'then SQL ends the job without one: paid back, and the slot is kept');
select is(tests.running(), '{}', 'nothing is put beside a task that may live');
select is((tests.job('one')).retry_count, 0, 'there is no further attempt');
select is((tests.job('one')).failed_at_step, 'running', 'it failed while it ran');
select tests.over('one', 'succeeded');
select is(tests.ending('one'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, closed row: succeeded',
  'a task that went on changes nothing but the slot');
select is(tests.running(), '{next}', 'which is the next one''s');

-- The worker that asked a last time may end it at once
select tests.submit('next', 't-2'), tests.later('30 minutes');
select is(worker.deadline_passed((tests.job('next')).id, (tests.attempt('next')).token, 'It was running still.'), 'failed',
  'whoever asks may end it at the deadline');
select is(tests.ending('next'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot kept, open row: deadline_exceeded', 'the same');
select is((tests.job('next')).error_message, 'It was running still.', 'and says what it was told');
select is(worker.deadline_passed((tests.job('next')).id, (tests.attempt('next')).token, null), 'late', 'told again, nothing is done');
select is(tests.complete('next'), 'late', 'a result that comes now is too late');
select is(tests.ending('next'),
  'failed, deadline_exceeded, refund paid, charge, refund (counted), slot free, closed row: succeeded', 'and ends the waiting');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
