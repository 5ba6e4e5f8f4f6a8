begin;
select plan(5);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select is(private.tick(), 0, 'where there is nothing to do, nobody is woken');
select is_empty('select * from tests.pokes()', 'by no call');

select public.create_job(tests.user_id('ana'), 'echo', '{}', p_idempotency_key => 'one', p_caller_drains => true);
-- The caller died before it drained the lane, a while ago.
update pgmq.q_echo_queue set vt = now() - interval '5 seconds' where true;
select is(private.tick(), 1, 'a message that nobody has read');
select results_eq(
  'select body from tests.pokes()', $$ values ('{"lane": "echo"}'::jsonb) $$,
  'wakes the worker of its lane');

select worker.receive('echo');
select is(private.tick(), 0, 'one that somebody is working on does not');

select * from finish();
rollback;
