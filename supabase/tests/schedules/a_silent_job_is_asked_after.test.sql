-- @acceptance 001:48-51, 001:134-143, 001:292
begin;
select plan(14);

select tests.create_user('ana');
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set poll_after = '2 minutes', poll_every = '1 minute' where lane = 'echo';
select tests.create_job('ana', 'silent'), tests.create_job('ana', 'not taken'), tests.create_job('ana', 'completed');
select tests.submit('silent'), tests.submit('completed');
select tests.complete('completed');
create function pg_temp.read() returns bigint language sql as $$ select count(*) from worker.receive_settlements() $$;
create function pg_temp.asked() returns jsonb language sql as $$ select worker.reap() -> 'asked' $$;

select tests.freeze('2030-01-01 00:02:00Z');
select is(pg_temp.asked(), '0', 'not before the time that its provider may take');
select tests.freeze('2030-01-01 00:02:01Z');
select is(pg_temp.asked(), '1', 'then it is');
select results_eq(
  $$ select message from tests.messages('settle_queue') $$,
  $$ select jsonb_build_object('job_id', (tests.job('silent')).id, 'attempt', 1, 'kind', 'poll') $$,
  'not those that the provider has not taken, and not those that have ended');
select is((tests.attempt('silent')).polled_at, '2030-01-01 00:02:01Z', 'when, is noted');
select tests.as_service();
select is((select item ->> 'kind' from worker.receive_settlements()), 'poll', 'a worker learns that it is a question');
select tests.reset();
select is(pg_temp.asked(), '0', 'it is not asked after twice at once');
select tests.freeze('2030-01-01 00:03:01Z');
select is(pg_temp.asked(), '0', 'nor before a while has passed');
select tests.freeze('2030-01-01 00:03:02Z');
select is(pg_temp.asked(), '1', 'then again');
select tests.freeze('2030-01-01 00:04:03Z');
select is(pg_temp.asked(), '0', 'but not while nobody has read the question');
select pg_temp.read();
select is(pg_temp.asked(), '1', 'then again');
select pg_temp.read();

select tests.webhook('silent', 'event-1', p_word => null);
select tests.freeze('2030-01-01 00:05:04Z');
select is(pg_temp.asked(), '1', 'also when its webhook has come and nobody has settled it');
select tests.complete('silent');
select tests.freeze('2030-01-01 00:10:00Z');
select is(pg_temp.asked(), '0', 'until it has ended');

update private.lanes set delivery = 'sync' where lane = 'echo';
select tests.create_job('ana', 'in sync');
select tests.submit('in sync');
select tests.freeze('2030-01-01 00:20:00Z');
select is(pg_temp.asked(), '0', 'where no webhook is awaited, nobody asks');
update private.lanes set delivery = 'webhook' where lane = 'echo';
select is(pg_temp.asked(), '1', 'which is what tells the two apart');

select * from finish();
rollback;
