-- ops_api.now, what the console's first screen is drawn from.
begin;
select plan(33);
select tests.freeze('2030-01-01 00:00:30Z');
select tests.create_user('ana'), tests.create_user('sue', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');

create function pg_temp.answer() returns text language plpgsql as $$
begin
  perform ops_api.now();
  return 'yes';
exception when others then return sqlstate;
end
$$;
select tests.as_anon();
select is(pg_temp.answer(), '42501', 'who is not signed in is told nothing');
select tests.as_user('ana');
select is(pg_temp.answer(), 'PT403', 'nor is a user');
select tests.as_gone('ana', 'admin');
select is(pg_temp.answer(), 'PT403', 'nor who was an admin, whatever the token says');
select tests.as_gone('sue', 'support');
select is(pg_temp.answer(), 'yes', 'support sees how everything stands');
select tests.as_admin();
select is(pg_temp.answer(), 'yes', 'and so does an admin');
select tests.reset(), tests.as_service();
select is(pg_temp.answer(), 'yes', 'and a server');
select tests.reset();

-- From here on as one of support.
create function pg_temp.now() returns jsonb language plpgsql as $$
declare
  v_now jsonb;
begin
  perform tests.as_gone('sue', 'support');
  v_now := ops_api.now();
  perform tests.reset();
  return v_now;
end
$$;
create function pg_temp.lane() returns jsonb language sql as $$
  select l from jsonb_array_elements(pg_temp.now() -> 'lanes') l where l ->> 'lane' = 'echo'
$$;

select set_eq($$ select l ->> 'lane' from jsonb_array_elements(pg_temp.now() -> 'lanes') l $$, 'select lane from private.lanes',
  'every lane is there');
select tests.enable_echo(2);
create function pg_temp.of_lane(variadic p_keys text[]) returns jsonb language sql as $$
  select jsonb_agg(pg_temp.lane() -> key order by n) from unnest(p_keys) with ordinality keys (key, n)
$$;
select is(pg_temp.of_lane('level', 'slots', 'running', 'free', 'waiting', 'oldest_ms'), '["ok", 2, 0, 2, 0, null]', 'one in which nothing waits');
select is(pg_temp.of_lane('paused', 'circuit', 'rate', 'drains_p50_ms'), '[null, null, null, null]', 'nothing stops it');
select is(jsonb_array_length(pg_temp.lane() -> 'ended') || ' ' || jsonb_array_length(pg_temp.lane() -> 'failed'), '60 60', 'it has an hour of minutes');
select is(pg_temp.lane() #>> '{ended,59}', '0', 'in which nothing ended');
select is(pg_temp.now() ->> 'is_complete', 'true', 'of which all is known');

select tests.create_job('ana', 'job ' || n) from generate_series(1, 4) n;
select tests.create_job('ana', 'later', p_run_at => '2030-01-02 00:00:00Z');
select tests.later('1 minute');
select is(pg_temp.of_lane('code', 'running', 'free', 'waiting', 'scheduled', 'oldest_ms', 'drains_p50_ms'),
  '["waiting_for_slot", 2, 0, 2, 1, 60000, null]', 'one in which two run and two wait; nobody has measured it');
select tests.submit('job 1'), tests.submit('job 2', 'task-2'), tests.later('1 minute'), tests.complete('job 1'), tests.fail('job 2', 'never');
select is(pg_temp.of_lane('running', 'waiting'), '[2, 0]', 'the next two run');
select is(pg_temp.lane() #>> '{ended,59}', '2', 'two have ended in this minute');
select is(pg_temp.lane() #>> '{failed,59}', '1', 'one of them with an error');
select is(pg_temp.now() #> '{totals}' -> 'ended', '2', 'which the hour has too');
select tests.later('1 minute');
select is(pg_temp.lane() #>> '{ended,58}', '2', 'a minute later they are a minute ago');
select is(pg_temp.lane() #>> '{ended,59}', '0', 'and nothing has ended since');
select private.run_part('esteira-paces');
select tests.create_job('ana', 'last');
select is(pg_temp.lane() ->> 'drains_p50_ms', (select private.ms((private.drain_of_lane('echo', private.now())).p50)::text), 'when it has drained is foretold');
select tests.fail('job 3', 'backoff'), tests.later('1 second');
select is(pg_temp.lane() #>> '{failed,59}', '1', 'what is tried again has failed, too');
select is((select ended[59] from private.ends_by_minute(private.now(), 1) where lane = 'echo'), null,
  'what is beyond the attempts that are looked at is unknown, not nothing');
update public.job_attempts set account_id = 999999 where finished_at is not null;
select is(pg_temp.lane() #>> '{ended,58}', '2', 'an attempt whose account is gone is told of by its job');
select tests.create_job('ana', 'more ' || n) from generate_series(1, 3) n;
select ok((pg_temp.lane() ->> 'drains_p50_ms')::bigint < 600000, 'what waits is foretold');

select ops.pause_lane('echo', 'maintenance', '10 minutes');
select is(pg_temp.lane() -> 'paused', '{"reason": "maintenance", "until": "2030-01-01T00:13:31+00:00"}', 'a pause says why and until when');
select ok((pg_temp.lane() ->> 'drains_p50_ms')::bigint >= 600000, 'and what waits waits for its end');
select ops.pause_lane('echo', 'maintenance');
select is(pg_temp.lane() -> 'paused', '{"reason": "maintenance", "until": null}', 'one until it is resumed has no end');
select is(pg_temp.lane() ->> 'drains_p50_ms', null, 'and nobody knows when it has drained');
select is(pg_temp.now() #>> '{lanes,0,lane}', 'echo', 'the worst comes first');
select is(pg_temp.now() #> '{totals}' -> 'lanes_paused', '1', 'and is counted');
select ops.resume_lane('echo');
select worker.provider_down('echo', 'HTTP 503') from generate_series(1, 3);
select tests.later('5 seconds');
select is(pg_temp.lane() -> 'circuit' ->> 'reason' || ' ' || (pg_temp.lane() -> 'circuit' ->> 'open_ms'), 'HTTP 503 5000', 'a provider that is down says for how long');
update private.lanes set rate_limit = 10, rate_window = '1 minute' where lane = 'echo';
select is(pg_temp.lane() -> 'rate' ->> 'window_ms', '60000', 'a rate is told in milliseconds');
insert into ops.alerts (rule, count, opened_at) select name, 1, private.now() from ops.alert_rules limit 1;
select is(pg_temp.now() #> '{totals}' -> 'alerts_open', '1', 'open alerts are counted');

select * from finish();
rollback;
