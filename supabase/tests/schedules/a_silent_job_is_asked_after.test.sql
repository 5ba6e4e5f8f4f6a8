-- @acceptance 001:48-51, 001:134-143, 001:292
begin;
select plan(16);

select tests.create_user('ana');
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set poll_after = '2 minutes', poll_every = '1 minute' where lane = 'echo';
select tests.create_job('ana', 'silent'), tests.create_job('ana', 'not taken'), tests.create_job('ana', 'completed');
select tests.submit('silent'), tests.submit('completed');
select tests.complete('completed');
create function pg_temp.asked() returns jsonb language sql as $$ select worker.reap() -> 'asked' $$;
create function pg_temp.questions(p_key text) returns bigint language sql as $$
  select count(*) from tests.messages('settle_queue') where message ->> 'job_id' = (tests.job(p_key)).id::text
$$;

select results_eq(
  $$ select message, round(extract(epoch from vt - clock_timestamp())) from tests.messages('settle_queue')
     where message ->> 'job_id' = (tests.job('silent')).id::text $$,
  $$ select jsonb_build_object('job_id', (tests.job('silent')).id, 'attempt', 1, 'dispatch', 1, 'kind', 'poll'), 120::numeric $$,
  'the first question lies ready from the submit on, for when the provider has had its time');
select is(pg_temp.questions('not taken'), 0::bigint, 'what the provider has not taken is not asked after');
select tests.freeze('2030-01-01 00:02:01Z');
select is(pg_temp.asked(), '0', 'the reaper asks nothing that is going to be asked');

delete from pgmq.q_settle_queue where true;
select is(pg_temp.asked(), '1', 'a question that was lost is asked again');
select is(pg_temp.questions('silent'), 1::bigint, 'about the one that is silent');
select is((tests.attempt('silent')).polled_at, '2030-01-01 00:02:01Z', 'when, is noted');
select tests.as_service();
select is((select item ->> 'kind' from worker.receive_settlements()), 'poll', 'a worker learns that it is a question');
select tests.reset();
select is(pg_temp.asked(), '0', 'while a worker has it, nobody else asks');
delete from pgmq.q_settle_queue where true;
select tests.freeze('2030-01-01 00:03:01Z');
select is(pg_temp.asked(), '0', 'nor before a while has passed');
select tests.freeze('2030-01-01 00:03:02Z');
select is(pg_temp.asked(), '1', 'then again');

delete from pgmq.q_settle_queue where true;
update public.job_attempts set polled_at = private.now() + interval '1 day' where job_id = (tests.job('silent')).id;
select is(pg_temp.asked(), '1', 'and when it was asked before the clock was set back');
select tests.webhook('silent', 'event-1', p_word => null);
delete from pgmq.q_settle_queue where true;
select tests.freeze('2030-01-01 00:05:04Z');
select is(pg_temp.asked(), '1', 'also when its webhook has come and what was to be settled is lost');
select tests.complete('silent');
delete from pgmq.q_settle_queue where true;
select tests.freeze('2030-01-01 00:10:00Z');
select is(pg_temp.asked(), '0', 'until it has ended');

update private.lanes set delivery = 'sync' where lane = 'echo';
select tests.create_job('ana', 'in sync');
select tests.submit('in sync');
select is(pg_temp.questions('in sync'), 0::bigint, 'where the submit is answered with the end');
select tests.freeze('2030-01-01 00:20:00Z');
select is(pg_temp.asked(), '0', 'nobody asks');
update private.lanes set delivery = 'webhook' where lane = 'echo';
select is(pg_temp.asked(), '1', 'which is what tells the two apart');

select * from finish();
rollback;
