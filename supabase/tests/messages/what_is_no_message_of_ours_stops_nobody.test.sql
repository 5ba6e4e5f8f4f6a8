begin;
select plan(12);

-- Attempts with a number beyond nine digits do not happen; text, fractions and other people's messages may.
create temporary table strange as select message from unnest(array['{}', '[]', '"text"', 'null', '7', '{"job_id": "none"}',
  '{"job_id": null, "attempt": "one"}', '{"job_id": {"a": 1}, "attempt": 1.5, "dispatch": -1}', '{"job_id": "00000000-0000-4000-8000-000000000001", "attempt": 99999999999}'
  ]::jsonb[]) message;
select tests.deploy();
select tests.create_user('ana', 100);
select tests.enable_echo(5);
select pgmq.send(queue, message) from strange, unnest(array['echo_queue', 'settle_queue']) queue;
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.submit('two');
update pgmq.q_settle_queue set vt = now() - interval '1 second' where true;

select is((select count(*) from worker.receive('echo', 20)), 2::bigint, 'a worker gets what there is to submit');
select lives_ok('select worker.next_look(), worker.next_look(''echo'')', 'and wonders whether to stay');
select is((select count(*) from worker.receive_settlements(20)), 1::bigint, 'it gets what there is to settle');
select is_empty($$ select from pgmq.q_echo_queue where not coalesce(message ? 'attempt' and message ->> 'job_id' = (tests.job('one')).id::text or message ->> 'job_id' = (tests.job('two')).id::text, false) $$,
  'what is no message of ours is put away');
select isnt_empty('select from pgmq.a_echo_queue', 'in the archive');

select pgmq.send(queue, message) from strange, unnest(array['echo_queue', 'settle_queue']) queue;
select lives_ok('select worker.provider_down(''echo'', ''down'') from generate_series(1, 3)', 'a circuit opens');
select is(worker.provider_up('echo'), true, 'and closes');
select lives_ok('select private.run(schedule) from (select distinct schedule from private.parts()) schedules', 'every schedule runs');
select is_empty('select * from private.faults', 'without a fault');
select is_empty('select * from private.quarantine', 'and without setting anybody aside');

select is(private.uuid_in('{"id": "00000000-0000-4000-8000-00000000000A"}', 'id'), null, 'a UUID is written as PostgreSQL writes it');
select is(private.number_in('{"n": 999999999}', 'n'), 999999999, 'and a number has nine digits at most');

select * from finish();
rollback;
