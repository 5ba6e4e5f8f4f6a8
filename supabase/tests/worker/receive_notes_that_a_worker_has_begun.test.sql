begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_upscaler(1);
select tests.enable_echo(1);
select tests.create_job('ana', 'with_file', 'upscaler'), tests.create_job('ana', 'without');
create temporary table received as select * from worker.receive('runninghub') union all select * from worker.receive('echo');
select set_eq(
  $$ select item #>> '{attempt,phase}' from received $$, array['dispatched'],
  'the worker is told that nobody has begun before');
select is((tests.attempt('with_file')).phase, 'preparing', 'where files must be handed over first, it prepares');
select is((tests.attempt('without')).phase, 'dispatched', 'where not, the next that is heard of it is the checkpoint');
select tests.pass('without');

-- The workers die; their leases run out.
select worker.defer(queue, msg_id, '0') from received;
truncate received;
insert into received select * from worker.receive('runninghub') union all select * from worker.receive('echo');
select bag_eq(
  $$ select item #>> '{attempt,phase}' from received $$, array['preparing', 'submitting'],
  'the next worker is told how far they came');
select set_eq('select read_count from received', array[2], 'and that it is the second');
select is((tests.attempt('with_file')).phase, 'preparing', 'which changes nothing');

select * from finish();
rollback;
