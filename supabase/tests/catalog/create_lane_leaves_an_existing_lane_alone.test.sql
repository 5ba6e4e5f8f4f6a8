begin;
select plan(2);

select private.create_lane('echo', 'echoes');
update private.lanes set backoff_base = '7 seconds' where lane = 'echo';
select pgmq.send('echo_queue', '{}');

select private.create_lane('echo', 'others', 'sync');
select results_eq(
  $$ select provider, delivery, backoff_base from private.lanes where lane = 'echo' $$,
  $$ values ('echoes', 'webhook', interval '7 seconds') $$,
  'making it again changes nothing');
select is((select count(*) from tests.messages('echo_queue')), 1::bigint, 'and loses no message');

select * from finish();
rollback;
