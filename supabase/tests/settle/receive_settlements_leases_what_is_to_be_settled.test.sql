begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
select tests.webhook('one', 'event-1'), tests.webhook('two', 'event-2'), tests.webhook('three', 'event-3');
select tests.as_service();
select is_empty(
  'select * from worker.receive_settlements()',
  'the function that took a webhook settles it; nobody else does, for a minute');
select tests.reset();

select worker.defer('settle_queue', msg_id, '0') from tests.messages('settle_queue');
select tests.complete('two');
create temporary table received as select * from worker.receive_settlements(1);
insert into received select * from worker.receive_settlements();
select bag_eq(
  $$ select item #>> '{job,id}' from received $$, array[(tests.job('one')).id::text, (tests.job('three')).id::text],
  'then whoever asks receives what is still to be settled');
select set_eq(
  'select queue, read_count from received', $$ values ('settle_queue', 1) $$,
  'with the message to acknowledge');
select is(
  (select item from received where item #>> '{job,id}' = (tests.job('one')).id::text),
  private.work_item(tests.job('one'), tests.attempt('one')) || '{"kind": "work"}', 'and all that is needed for it');
select set_eq(
  $$ select vt between now() + interval '60 seconds' and clock_timestamp() + interval '60 seconds' from pgmq.q_settle_queue $$, array[true],
  'leased for a minute');
select is((select count(*) from tests.archived('settle_queue')), 1::bigint, 'what was settled meanwhile is put away');
select is_empty('select * from worker.receive_settlements()', 'nothing is handed out twice');

select * from finish();
rollback;
