begin;
select plan(15);

select tests.create_user('ana');
select tests.enable_upscaler(1);
select tests.enable_echo(1);
update private.lanes set lease = '3 minutes' where lane = 'echo';

select tests.as_service();
create temporary table created as
select worker.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'one') as answer;
select tests.reset();
select is((select (answer #>> '{job,id}')::uuid from created), (tests.job('one')).id, 'the job is told');
select is((tests.job('one')).current_step, 'starting', 'it starts at once, where a slot is free');
select is((select answer #>> '{message,item,attempt,token}' from created)::uuid, (tests.attempt('one')).token,
  'and whoever created it has all that a worker needs');
select is((select (answer #> '{message,item}'::text[]) - array['attempt', 'job', 'handed', 'kind'] from created),
  private.wiring('echo', 'echo', (tests.attempt('one')).account_id), 'as one who receives it would');
select is((select answer #>> '{message,read_count}' from created), '1', 'the message counts as read');
select is(
  (select round(extract(epoch from vt - clock_timestamp()) / 60) from tests.messages('echo_queue')), 3.0,
  'and is leased for as long as the lane says');
select is_empty($$ select * from worker.receive('echo') $$, 'so nobody else receives it meanwhile');

-- Whoever created it is gone: its lease runs out, and that is all.
select worker.defer(answer #>> '{message,queue}', (answer #>> '{message,msg_id}')::bigint, '0') from created;
create temporary table received as select * from worker.receive('echo');
select results_eq($$ select item #>> '{attempt,token}', read_count from received $$,
  $$ select (tests.attempt('one')).token::text, 2 $$, 'then another receives the same attempt');
select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 'task-1',
  null, p_queue => queue, p_msg_id => msg_id) from received;
select is((tests.job('one')).current_step, 'running', 'and submits it');

select is(worker.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'one') -> 'message', null,
  'a job that was there before is nobody''s to begin with');
select is(worker.create_job(tests.user_id('ana'), 'echo', '{"n": 2}', p_idempotency_key => 'two') -> 'message', null,
  'nor one that has to wait');
select is((tests.job('two')).current_step, 'queued', 'for a slot');
select is_empty($$ select * from worker.receive('echo') $$, 'which no message says');

select is(
  worker.create_job(tests.user_id('ana'), 'upscaler', jsonb_build_object('image', tests.put_file('ana', 'cat.png'), 'scale', 2),
    p_idempotency_key => 'file') #>> '{message,item,attempt,phase}', 'dispatched', 'nobody has begun before');
select is((tests.attempt('file')).phase, 'preparing', 'where files must be handed over first, it prepares');

select * from finish();
rollback;
