begin;
select plan(5);

select private.create_lane('echo', 'echoes');
select results_eq(
  $$ select provider, delivery, queue_name from private.lanes where lane = 'echo' $$,
  $$ values ('echoes', 'webhook', 'echo_queue') $$,
  'a lane calls back by webhook and has a queue of its own name, unless told otherwise');
select pgmq.send('echo_queue', '{}');
select is((select count(*) from tests.messages('echo_queue')), 1::bigint, 'the queue is there');

select private.create_lane('shouts', 'echoes', 'pull', 'shouting');
select results_eq(
  $$ select delivery, queue_name from private.lanes where lane = 'shouts' $$,
  $$ values ('pull', 'shouting') $$,
  'delivery and queue can be chosen');
select is((select count(*) from tests.messages('shouting')), 0::bigint, 'that queue is there too');

select throws_ok($$ select private.create_lane('other', 'echoes', p_queue_name => 'echo_queue') $$, '23505', null,
  'two lanes do not share a queue');

select * from finish();
rollback;
