begin;
select plan(9);

select throws_ok($$ select private.create_lane('settle', 'settles') $$, '23505', null, 'settle_queue is the engine''s');
select throws_ok($$ insert into private.lanes (lane, provider, queue_name) values ('settle', 'settles', 'settle_queue') $$, '23514', null,
  'whichever way it is tried');
select throws_ok($$ select private.create_lane('dead', 'dead', p_queue_name => 'dead_letters') $$, '23514', null, 'so is dead_letters, as it was');

-- Queues of somebody else; pgmq's tables have names in lower case.
select pgmq.create('orders_queue'), pgmq.create('Parcels_Queue');
select pgmq.send('orders_queue', '{"order": 1}');
select throws_like($$ select private.create_lane('orders', 'orders') $$, '%orders_queue already%', 'nor is a queue taken that is there');
select throws_ok($$ select private.create_lane('parcels', 'parcels') $$, '23505', null, 'however its name is written');
select is((select count(*) from tests.messages('orders_queue')), 1::bigint, 'it is left as it was');
select is_empty($$ select lane from private.lanes where lane in ('settle', 'dead', 'orders', 'parcels') $$, 'and no lane is left behind');

select lives_ok($$ select private.create_lane('orders', 'orders', p_queue_name => 'orders_lane') $$, 'another name will do');
select lives_ok($$ select private.create_lane('orders', 'orders') $$, 'and a lane that is there is no matter');

select * from finish();
rollback;
