begin;
select plan(2);

insert into private.lanes (lane, provider, queue_name) values ('mine', 'kie', 'mine_queue');
select pgmq.drop_queue('settle_queue'), pgmq.drop_queue('kie_queue');

select set_eq(
  $$ select name from ops.install() where kind = 'queue' and outcome = 'inserted' $$,
  array['settle_queue', 'kie_queue', 'mine_queue'], 'also that of a lane of the operator''s own');
select is((select count(*) from tests.messages('kie_queue')), 0::bigint, 'it can be read');

select * from finish();
rollback;
