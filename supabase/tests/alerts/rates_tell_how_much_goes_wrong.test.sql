-- Each of the rates that alerts are made of, made to be wrong on purpose.
begin;
select plan(24);

create function pg_temp.rate(p_name text, p_since interval default '1 hour') returns text language sql as $$
  select concat_ws(' ', value, subject) from ops.rates(p_since) where name = p_name
$$;
select tests.create_user('ana');
select tests.enable_echo(30);
select tests.freeze('2030-01-01 00:00Z');
delete from private.heartbeats where true;
select set_eq($$ select name from ops.rates() where value > 0 $$, array[]::text[], 'where nothing is wrong, nothing is told');
select is_empty($$ select name from ops.rates() where name <> all (private.rate_names()) $$, 'each by a name that rules can be asked for');

-- Failures.
select tests.create_job('ana', 'bad ' || n), tests.fail('bad ' || n, 'never') from generate_series(1, 6) n;
select tests.create_job('ana', 'good ' || n), tests.submit('good ' || n, 'task ' || n), tests.complete('good ' || n) from generate_series(1, 13) n;
select is(pg_temp.rate('attempts in a thousand that fail'), '', 'nineteen are too few to say');
select tests.create_job('ana', 'good 14'), tests.complete('good 14');
select is(pg_temp.rate('attempts in a thousand that fail'), '300', 'six of twenty');
select tests.create_job('ana', 'again'), tests.fail('again', 'backoff', '1 day');
select is(pg_temp.rate('attempts in a thousand that fail'), '300', 'what is tried again has not failed yet');

-- Age of the queue.
select private.set_capacity(tests.account_id('echo'), 0);
select tests.create_job('ana', 'waits ' || n) from generate_series(1, 3) n;
select tests.freeze('2030-01-01 00:40Z');
select is(pg_temp.rate('seconds that the next jobs of a lane have waited'), '2400 echo', 'when nobody''s turn comes');
select tests.create_job('ana', 'waits 4');
select is(pg_temp.rate('seconds that the next jobs of a lane have waited'), '0 echo', 'one that has just come says that nothing is known yet');
select tests.create_job('ana', 'waits ' || n) from generate_series(5, 30) n;
select tests.freeze('2030-01-01 01:00Z');
select is(pg_temp.rate('seconds that the next jobs of a lane have waited'), '1200 echo', 'only the next twenty are looked at');
select ops.pause_lane('echo', 'a test');
select is(pg_temp.rate('seconds that the next jobs of a lane have waited'), null, 'who has paused a lane knows');
select ops.resume_lane('echo');

-- Silence.
select is(pg_temp.rate('attempts ended in lanes whose webhooks are silent'), '', 'what ended so long ago is no news');
select private.set_capacity(tests.account_id('echo'), 30);
select private.dispatch('echo');
select tests.submit('waits ' || n, 'task w' || n), tests.produce('waits ' || n), tests.complete('waits ' || n) from generate_series(1, 7) n;
select is(pg_temp.rate('attempts ended in lanes whose webhooks are silent'), '7 echo', 'tasks were over, and nobody had called');
select tests.webhook('waits 8', 'event-1', p_external_id => 'task w8');
select is(pg_temp.rate('attempts ended in lanes whose webhooks are silent'), '', 'one call is enough');
update private.webhook_events set received_at = private.now() - interval '2 hours' where true;
update private.lanes set delivery = 'poll' where lane = 'echo';
select is(pg_temp.rate('attempts ended in lanes whose webhooks are silent'), '', 'a provider that does not call is asked');

-- Drift.
select private.run_part('esteira-drift');
select is(pg_temp.rate('credits that do not add up'), '0', 'the ledger is right');
update public.credit_accounts set balance = balance + 1 where user_id = tests.user_id('ana');
select is(pg_temp.rate('credits that do not add up'), '0', 'that is looked for piece by piece');
select private.run_part('esteira-drift');
select is(pg_temp.rate('credits that do not add up'), '1', 'and then not');

-- Schedules.
select private.beat(part, '{}') from private.parts();
select tests.freeze('2030-01-01 01:10Z');
select private.beat(part, '{}') from private.parts() where part <> 'esteira-tick';
select is(pg_temp.rate('parts that have not beaten in time'), '1 esteira-tick', 'one that has stopped, among others that go on');
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-tick';
select is(pg_temp.rate('parts that have not beaten in time'), '0', 'who has switched one off knows');

-- Accesses.
select tests.connect_account('ana');
select is(pg_temp.rate('accesses that end and are not renewed'), '0', 'an access of two hours is renewed by itself');
update private.connection_tokens set failures = 1 where true;
select is(pg_temp.rate('accesses that end and are not renewed'), '1', 'unless that fails');
update private.connection_tokens set failures = 0, refresh_token = null, renew_at = null where true;
select is(pg_temp.rate('accesses that end and are not renewed'), '1', 'or there is nothing to renew it with');
update private.connection_tokens set expires_at = private.now() + interval '4 days' where true;
select is(pg_temp.rate('accesses that end and are not renewed'), '0', 'in more than three days that is');

-- What is held, as private.held_snapshots finds it in the server's views; tests/e2e/alerts.test.ts holds one.
create or replace function private.held_snapshots(p_at timestamptz)
returns table (kind text, name text, since timestamptz, bytes numeric, repair_sql text) language sql as $$
  values ('transaction', 'psql of ana (pid 1)', p_at - interval '2 hours', null::numeric, ''), ('transaction', 'b', p_at - interval '1 hour', null, ''),
    ('replication slot', 'old', null, 5368709120, '')
$$;
select is(pg_temp.rate('seconds that a snapshot is held'), '7200 psql of ana (pid 1)', 'the oldest snapshot');
select is(pg_temp.rate('megabytes that replication holds'), '5120 old', 'the slot that holds most');

select * from finish();
rollback;
