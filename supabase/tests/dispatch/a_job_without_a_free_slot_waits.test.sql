-- @acceptance 003:288
begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');

select is(tests.running(), '{one}', 'one slot, one job');
select is((tests.job('three')).status, 'pending', 'the others are pending');
select is((tests.job('three')).current_step, 'queued', 'and queued');
select is(tests.entry('three', 'queue_check'), '{"slotsAvailable": 0, "globalRunning": 1}', 'no slot was free');
select is(
  array[tests.entry('two', 'queued') ->> 'position', tests.entry('three', 'queued') ->> 'position'], '{1,2}',
  'they know their places');
select is((select count(*) from tests.messages('echo_queue')), 1::bigint, 'the queue carries only what has a slot');
select is((select count(*) from public.job_attempts), 1::bigint, 'and only that has an attempt');

select * from finish();
rollback;
