begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select worker.receive('echo');
select tests.pass('one');
select is((tests.attempt('one')).phase, 'submitting', 'the answer to the submit has not arrived');

select is(
  tests.webhook('one', 'event-1', p_external_id => 'task-1') ->> 'verdict', 'accepted',
  'the token knows the attempt all the same');
select is((tests.job('one')).current_step, 'webhook_received', 'the job is a step further on');
select is((tests.attempt('one')).external_id, 'task-1', 'the attempt learns the task''s id');
select is((tests.job('one')).request_id, 'task-1', 'and so does the job');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('two')).id, 'the slot is the next job''s');

select * from finish();
rollback;
