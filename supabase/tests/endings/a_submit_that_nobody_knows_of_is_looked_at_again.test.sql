begin;
select plan(17);

select tests.create_user('ana', 20);
select tests.enable_echo(5);
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.unknown(p_key text) returns text language sql set search_path = '' as $$
  select worker.submit_unknown((tests.job(p_key)).id, (tests.attempt(p_key)).token)
$$;
select tests.create_job('ana', 'doubt'), tests.create_job('ana', 'known'), tests.create_job('ana', 'word'),
  tests.create_job('ana', 'dispatched'), tests.create_job('ana', 'cancelled');
select tests.pass('doubt'), tests.submit('known', 't-1'), tests.pass('word'), tests.pass('cancelled');
select tests.webhook('word', 'e-1', 'succeeded', 1, 't-2'), tests.cancel('cancelled');

select is(pg_temp.unknown('known'), 'known', 'one whose task is known is not unknown');
select is(pg_temp.unknown('word'), 'known', 'nor one whose success is stored');
select is(pg_temp.unknown('dispatched'), 'known', 'nor one that nobody has submitted');
select is(tests.running(), '{dispatched,doubt,known,word}', 'they go on');
select is(pg_temp.unknown('doubt'), 'failed', 'one in doubt is given up');
select is(tests.ending('doubt'),
  'failed, submit_unknown, refund paid, charge, refund (counted), slot kept, open row: submit_unknown',
  'paid back, counted, and the slot is kept');
select is((tests.job('doubt')).failed_at_step, 'starting', 'it never got to run, as far as anybody knows');
select is(pg_temp.unknown('doubt'), 'late', 'told again, nothing is done');
select is(pg_temp.unknown('cancelled'), 'late', 'nor of one that was cancelled');
select tests.refuses($$ select worker.submit_unknown((tests.job('doubt')).id, gen_random_uuid()) $$, 409, 'stale_token', null,
  'a token that is nobody''s is refused');

-- What is heard after all
select is(worker.submitted((tests.job('doubt')).id, (tests.attempt('doubt')).token, 't-9', null), 'failed',
  'its task is heard of: the worker is told that the job has ended');
select is((select external_id from private.cancels where token = (tests.attempt('doubt')).token), 't-9', 'the outbox has it');
select is(tests.webhook('doubt', 'e-2', 'failed', 1, 't-9') ->> 'verdict', 'late', 'its end is heard of');
select is(tests.ending('doubt'),
  'failed, submit_unknown, refund paid, charge, refund (counted), slot free, closed row: failed', 'and the slot is free');

-- Nothing is heard: the time of a task's life
select tests.create_job('ana', 'silence'), tests.pass('silence'), pg_temp.unknown('silence');
select tests.let_time_pass('1 hour', 3);
select is(tests.ending('silence'),
  'failed, submit_unknown, refund paid, charge, refund (counted), slot free, closed row: unknown', 'task_life ends the waiting');
select is((select sum(count) from private.repairs where repair = 'tasks_unknown'), 3::numeric, 'and is told, as are the others'' ends');
select tests.cancel('dispatched');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
