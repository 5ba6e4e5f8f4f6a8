begin;
select plan(2);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select public.create_job(tests.user_id('ana'), 'echo', '{}', p_idempotency_key => 'one', p_caller_drains => true);
select worker.receive('echo');
select tests.webhook('one', 'event-1');
select is(private.tick(), 0, 'whoever took the webhook settles it');
update pgmq.q_settle_queue set vt = now() - interval '1 second'; -- it has not, for a minute
select cmp_ok(private.tick(), '>=', 1, 'if not, the worker is woken');

select * from finish();
rollback;
