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
select is(pg_temp.checkpoint('{"at": 2}'), true, 'a second one');
select is((tests.attempt('one')).checkpoint, '{"files": {"image": "api/cat.png"}, "at": 2}', 'is added to the first');

select worker.defer(queue, msg_id, '0') from received;
select is(
  (select item -> 'attempt' -> 'checkpoint' from worker.receive('runninghub')), '{"files": {"image": "api/cat.png"}, "at": 2}'::jsonb,
  'the next worker gets both');

select * from finish();
rollback;
