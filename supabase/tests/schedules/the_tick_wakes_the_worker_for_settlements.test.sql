begin;
select plan(8);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1), tests.enable_tool('other', 'other', 1);
select public.create_job(tests.user_id('ana'), 'echo', '{}', p_idempotency_key => 'one', p_caller_drains => true);
select worker.receive('echo');
select tests.webhook('one', 'event-1');
delete from net.http_request_queue where true;
select is(private.tick(), 0, 'whoever took the webhook settles it');
update pgmq.q_settle_queue set vt = now() - interval '1 second' where true; -- it has not, for a minute
select is(private.tick(), 1, 'if not, the worker is woken');
select results_eq('select body from tests.pokes()', $$ values ('{"lane": "echo"}'::jsonb) $$, 'for its lane, and for no other');

-- What is no message of ours is nobody's.
update pgmq.q_settle_queue set vt = now() + interval '1 hour' where true;
select pgmq.send('settle_queue', '{"job_id": "none"}'), pgmq.send('settle_queue', '{}');
update pgmq.q_settle_queue set vt = now() - interval '1 second' where not message ? 'attempt';
select is(private.tick(), 0, 'a message that names no job wakes nobody');
select is_empty('select * from private.faults', 'and is no matter');
delete from pgmq.q_settle_queue where not message ? 'attempt';

-- What is of no lane, any worker does.
insert into private.doomed_files (bucket, prefix, due_at) values ('outputs', 'x/', private.now());
delete from private.throttles where true;
delete from net.http_request_queue where true;
select is(private.tick(), 1, 'one worker is woken for files that are to be deleted');
select is((select count(*) from tests.pokes()), 1::bigint, 'by one call');
update pgmq.q_echo_queue set vt = now() - interval '1 second' where true;
update pgmq.q_settle_queue set vt = now() - interval '1 second' where true;
select is(private.tick(), 1, 'and none more where one is woken anyway');

select * from finish();
rollback;
