begin;
select plan(1);

select private.create_lane('echo', 'echoes', p_queue_name => 'shouting');
select private.create_lane('echo', 'echoes');
select is_empty(
  $$ select queue_name from pgmq.list_queues() where queue_name = 'echo_queue' $$,
  'a lane that keeps its queue leaves no queue behind that nobody reads');

select * from finish();
rollback;
