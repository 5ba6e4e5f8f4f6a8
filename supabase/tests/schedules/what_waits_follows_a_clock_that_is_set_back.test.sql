begin;
select plan(28);

select tests.create_user('ana', 100);
select tests.enable_echo(10), tests.enable_tool('pulled', 'pulled', 10), tests.enable_tool('rated', 'rated', 10);
update private.lanes set delivery = 'pull', lease = '2 minutes' where lane = 'pulled';
update private.lanes set rate_limit = 1, rate_window = '10 seconds' where lane = 'rated';

-- At noon: everything that can wait waits, and the reaper has just run.
select tests.freeze('2030-06-01 12:00Z');
select tests.create_job('ana', 'submitted'), tests.create_job('ana', 'retried'), tests.create_job('ana', 'cancelled'),
  tests.create_job('ana', 'claimed', 'pulled'), tests.create_job('ana', 'asked for', p_run_at => '2030-06-01 12:30Z'),
  tests.create_job('ana', 'rated', 'rated'), tests.create_job('ana', 'rated too', 'rated');
select tests.submit('submitted'), tests.submit('cancelled'), tests.cancel('cancelled'), tests.fail('retried', 'backoff', interval '1 minute');
select worker.claim('pulled', 'w1');
select worker.cancel_noted((tests.attempt('cancelled')).token, p_delay => '30 seconds');
select ops.pause_account(tests.account_id('echo'), 'a while', '15 minutes');
select ops.pause_lane('rated', 'until resumed');
select worker.reap();
select is((tests.job('submitted')).deadline_at, '2030-06-01 12:30Z', 'a deadline is half an hour away');

-- By a little, nothing moves.
select tests.freeze('2030-06-01 11:59:55Z');
select worker.reap();
select is((tests.job('submitted')).deadline_at, '2030-06-01 12:30Z', 'five seconds are no matter');
select is_empty($$ select * from private.repairs where repair = 'clock' $$, 'and no repair');

-- By a day.
select tests.freeze('2030-05-31 12:00Z');
select worker.reap();
select is((tests.job('submitted')).deadline_at, '2030-05-31 12:30:05Z', 'a deadline comes as soon as it would have');
select is((tests.job('retried')).run_at, '2030-05-31 12:01:05Z', 'so does a retry');
select is((tests.job('asked for')).run_at, '2030-06-01 12:30Z', 'a time that was asked for is what it was');
select is((tests.attempt('claimed')).leased_until, '2030-05-31 12:02:05Z', 'a lease is as long as it was');
select is((select next_at from private.cancels), '2030-05-31 12:00:35Z', 'a task that is to be stopped is looked at as soon');
select cmp_ok((select ends_at from private.cancels), '<', '2030-06-01 12:00Z', 'and waited for as long');
select is(
  (select paused_until from private.accounts where account_id = tests.account_id('echo')), '2030-05-31 12:15:05Z',
  'a pause is as long as it was');
select is((select paused_until from private.lanes where lane = 'rated'), 'infinity', 'unless it is until resumed');
select is((select repaired_at from private.repairs where repair = 'clock'), '2030-05-31 12:00Z', 'a repair tells of it');
select is((select result ->> 'given_up' from private.heartbeats where name = 'esteira-overdue'), '0', 'nothing is given up for it');
select worker.reap();
select is((tests.job('submitted')).deadline_at, '2030-05-31 12:30:05Z', 'it is done once');
select is(
  (select paused_until from private.accounts where account_id = tests.account_id('echo')), '2030-05-31 12:15:05Z', 'for each');

-- And then they come.
select tests.freeze('2030-05-31 12:03Z');
select worker.reap();
select is((tests.attempt('claimed', 1)).outcome, 'retried', 'the lease ends');
select is((tests.job('retried')).run_at, null, 'the retry is ready');
select tests.freeze('2030-05-31 12:36Z');
select worker.reap();
select is((tests.job('submitted')).error_code, 'deadline_exceeded', 'the deadline passes');
select is((tests.job('asked for')).status, 'pending', 'the time that was asked for does not');

-- What was done in the future was done.
select ops.resume_lane('rated');
select is(array(select idempotency_key from public.jobs where lane = 'rated' and status = 'processing'), '{rated}', 'a start of the future counts, as one of just now');
select tests.freeze('2030-05-31 12:36:09Z');
select is(private.dispatch('rated'), 0, 'so that the rate holds');
select tests.freeze('2030-05-31 12:36:10Z');
select is(private.dispatch('rated'), 1, 'and no longer');
update private.throttles set passed_at = clock_timestamp() + interval '1 day' where true;
select tests.deploy();
select private.poke('echo');
select is((select count(*) from tests.pokes()), 1::bigint, 'a throttle of the future lets pass');
select private.poke('echo');
select is((select count(*) from tests.pokes()), 1::bigint, 'and holds again');

-- A circuit: probed in five minutes at the latest, closed without taking time from anybody.
select tests.create_job('ana', 'down', 'pulled');
update private.lanes set circuit_failures = 3, circuit_opened_at = '2030-07-01', circuit_probe_at = '2030-07-01', circuit_reason = 'it was down'
where lane = 'rated';
select ok(worker.provider_down('rated', 'it is down'), 'a circuit that was opened in the future is open');
select cmp_ok((select circuit_probe_at from private.lanes where lane = 'rated'), '<=', private.now() + interval '5 minutes', 'and probed soon');
update public.jobs set deadline_at = private.now() + interval '10 minutes' where idempotency_key = 'rated';
select worker.provider_up('rated');
select is((tests.job('rated')).deadline_at, private.now() + interval '10 minutes', 'when it closes, nobody''s deadline comes sooner');

-- An alert closes when its rule holds no longer, whatever the clock.
insert into ops.alert_rules (name, count_name, look_back, threshold) values ('tests', 'accounts paused', '1 hour', 1);
select ops.pause_account(tests.account_id('echo'), 'a while');
select private.alerts_tick();
select ops.resume_account(tests.account_id('echo'));
select tests.freeze('2030-01-01');
select private.alerts_tick();
select results_eq(
  $$ select opened_at, closed_at from ops.alerts where rule = 'tests' $$,
  $$ values (timestamptz '2030-05-31 12:36:10Z', timestamptz '2030-05-31 12:36:10Z') $$, 'an alert closes no sooner than it opened');

select * from finish();
rollback;
