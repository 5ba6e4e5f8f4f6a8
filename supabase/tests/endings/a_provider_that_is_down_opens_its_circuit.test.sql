begin;
select plan(32);

select tests.create_user('ana', 30);
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.circuit() returns text language sql stable as $$
  select format('%s %s %s', circuit_failures, to_char(circuit_opened_at at time zone 'UTC', 'HH24:MI:SS'),
    to_char(circuit_probe_at at time zone 'UTC', 'HH24:MI:SS')) from private.lanes where lane = 'echo'
$$;
select is(worker.provider_up('echo'), false, 'it was not down');
select is(worker.provider_down('echo', 'refused'), false, 'once is nothing');
select is(worker.provider_down('echo', 'refused'), false, 'nor is twice');
select is(worker.provider_up('echo'), false, 'an answer between');
select is(pg_temp.circuit(), '0  ', 'begins the counting anew');
select worker.provider_down('echo', 'refused'), worker.provider_down('echo', 'refused');
select is(worker.provider_down('echo', 'connection refused'), true, 'three in a row open it');
select is((select circuit_reason from private.lanes where lane = 'echo'), 'connection refused', 'for a reason');
select is(pg_temp.circuit(), '3 00:00:00 00:00:15', 'it is tried again in 15 seconds');

-- Nothing starts but a probe
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(tests.running(), '{}', 'nothing starts');
select tests.later('14 seconds');
select is(private.dispatch('echo'), 0, 'nor later');
select tests.later('1 second');
select is(private.dispatch('echo'), 1, 'but one job, to see');
select is(tests.running(), '{one}', 'the next in order');
select is(private.dispatch('echo'), 0, 'and no other');
select is(pg_temp.circuit(), '3 00:00:00 00:00:30', 'the time until the next doubles');

-- A probe that fails; and others that fail meanwhile
select tests.pass('one'), tests.refuse_submit('one', 'wait', null), worker.provider_down('echo', 'refused');
select is((tests.job('one')).attempt, 0, 'a probe that fails is no attempt');
select is(pg_temp.circuit(), '4 00:00:00 00:00:30', 'and does not put the next one off');
select tests.later('14 seconds'), worker.provider_down('echo', 'refused');
select is(pg_temp.circuit(), '5 00:00:00 00:00:30', 'nor do others that are not answered');
select tests.later('1 second'), worker.provider_down('echo', 'refused');
select is(pg_temp.circuit(), '6 00:00:00 00:00:30', 'not even when its time has come: a job that waits is to have it');
select is(private.dispatch('echo'), 1, 'another');
select is(pg_temp.circuit(), '6 00:00:00 00:01:00', 'doubled again');
select tests.cancel('one'), tests.cancel('two');
select tests.later('31 seconds'), worker.provider_down('echo', 'refused');
select is(pg_temp.circuit(), '7 00:00:00 00:02:02', 'while nobody waits, whoever asks about a task is the probe');
select tests.freeze('2030-01-01 01:00:00Z'), tests.create_job('ana', 'three');
select private.dispatch('echo');
select is(pg_temp.circuit(), '7 00:00:00 01:05:00', 'up to five minutes');

-- It is back
select tests.later('1 minute'), tests.pass('three'), tests.create_job('ana', 'four');
select is((tests.job('three')).deadline_at, '2030-01-01 01:31:00Z', 'what is submitted has its time');
select tests.later('1 minute');
select is(worker.provider_up('echo'), true, 'an answer closes it');
select is(pg_temp.circuit(), '0  ', 'and begins anew');
select is(tests.running(), '{four,three}', 'what waits starts');
select ok((tests.job('three')).deadline_at > '2030-01-01 01:31:00Z', 'what runs has more time');
select is((select circuit_reason from private.lanes where lane = 'echo'), null, 'there is no reason any more');
select is(worker.provider_up('echo'), false, 'told again, nothing is done');
select is(worker.provider_down('nowhere', 'refused'), false, 'a lane that is not there does not open');
select is(worker.provider_up('nowhere'), false, 'nor close');

-- A task's life ends all the same
select worker.provider_down('echo', 'refused') from generate_series(1, 3);
select tests.let_time_pass('3 hours'), tests.let_time_pass('1 minute');
select is(tests.ending('three'),
  'failed, submit_unknown, refund paid, charge, refund (counted), slot free, closed row: unknown',
  'a task''s life ends all the same, and its job with it');

select * from finish();
rollback;
