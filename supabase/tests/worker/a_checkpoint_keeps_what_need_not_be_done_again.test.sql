begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_upscaler(1);
select tests.create_job('ana', 'one', 'upscaler');
create temporary table received as select * from worker.receive('runninghub');
create function pg_temp.checkpoint(p_checkpoint jsonb) returns boolean language sql as $$
  select worker.checkpoint((tests.job('one')).id, (tests.attempt('one')).token, p_checkpoint)
$$;

select is(pg_temp.checkpoint('{"files": {"image": "api/cat.png"}}'), true, 'the worker may go on');
select is((tests.attempt('one')).phase, 'submitting', 'from here on the provider may have the task');
select is((tests.attempt('one')).checkpoint, '{"files": {"image": "api/cat.png"}}', 'what it has done is kept');
select is(pg_temp.checkpoint('{"files": {"image": "api/dog.png"}}'), false, 'another worker that prepared the same does not pass');

select worker.defer(queue, msg_id, '0') from received;
select is(
  (select item -> 'attempt' -> 'checkpoint' from worker.receive('runninghub')), '{"files": {"image": "api/cat.png"}}'::jsonb,
  'the next worker gets what was kept');

select * from finish();
rollback;
