begin;
select plan(24);

select tests.freeze('2030-01-01 10:30:20Z');
create function pg_temp.part(p_part text) returns jsonb language sql as $$
  select p from jsonb_array_elements(ops_api.schedules() -> 'parts') p where p ->> 'part' = p_part
$$;

-- When it runs next ------------------------------------------------------------------------------------------------------
select is(private.next_run(schedule, last, '2030-01-01 10:30:20Z'), due, coalesce(schedule, 'no schedule') || coalesce(', ' || last::text, ''))
from (values
  ('10 seconds', '2030-01-01 10:30:15Z'::timestamptz, '2030-01-01 10:30:25Z'::timestamptz), ('10 seconds', '2030-01-01 10:00Z', '2030-01-01 10:30:20Z'),
  ('10 seconds', null, '2030-01-01 10:30:20Z'), ('* * * * *', null, '2030-01-01 10:31Z'), ('*/5 * * * *', '2029-01-01', '2030-01-01 10:35Z'),
  ('0 2 * * *', null, '2030-01-02 02:00Z'), ('31 10 * * *', null, '2030-01-01 10:31Z'), ('30 10 * * *', null, '2030-01-02 10:30Z'),
  ('0 2 * * 1', null, null), ('@hourly', null, null), (null, null, null)) schedules (schedule, last, due);
set local timezone = 'America/Sao_Paulo';
select is(private.next_run('0 2 * * *', null, '2030-01-01 23:30:00Z'), '2030-01-02 02:00:00Z', 'pg_cron reckons in UTC, wherever somebody sits');
reset timezone;

-- Parts ------------------------------------------------------------------------------------------------------------------
select is(jsonb_array_length(ops_api.schedules() -> 'parts'), (select count(*)::integer from private.parts()), 'each part is listed');
delete from private.heartbeats where name = 'esteira-tick';
insert into private.heartbeats (name, beat_at, beats, result) values ('esteira-tick', '2030-01-01 10:30:12Z', 7, '{"poked": 1}');
select is(pg_temp.part('esteira-tick') - 'last_run', '{"part": "esteira-tick", "schedule": "esteira-tick", "cron": "10 seconds", "every_ms": 10000,
  "beat_at": "2030-01-01T10:30:12+00:00", "ago_ms": 8000, "beats": 7, "next_at": "2030-01-01T10:30:22+00:00", "next_in_ms": 2000, "late_ms": 0,
  "verdict": "ok", "since": null, "since_ms": null, "detail": "It runs.", "did": {"poked": 1}, "repair_sql": null}', 'one that runs');
update private.heartbeats set beat_at = '2030-01-01 10:20:00Z' where name = 'esteira-tick';
select is(pg_temp.part('esteira-tick') - 'last_run' @> '{"ago_ms": 620000, "late_ms": 610000, "next_in_ms": 0, "verdict": "dead", "since_ms": 620000}', true,
  'one that has stopped, and how late it is');
select is(pg_temp.part('esteira-tick') ->> 'repair_sql', 'select worker.reap()', 'what mends it');
update private.heartbeats set beat_at = '2030-01-01 10:31:00Z' where name = 'esteira-tick';
select is(pg_temp.part('esteira-tick') @> '{"ago_ms": 0, "late_ms": 0}', true, 'nothing is shorter than no time, though a clock was set back');
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-tick';
select is(pg_temp.part('esteira-tick') @> '{"verdict": "inactive", "next_at": null}', true, 'one that is switched off does not run next');

-- Faults and quarantine ----------------------------------------------------------------------------------------------------
insert into private.faults (part, lane, sqlstate, error, since, last_at, times) values
  ('esteira-ask', 'fal', '42P01', 'the queue is gone', '2030-01-01 10:00:20Z', '2030-01-01 10:29:20Z', 31),
  ('esteira-tasks', '', '22012', 'division by zero', '2030-01-01 08:00Z', '2030-01-01 08:10Z', 9);
select is(ops_api.schedules() #> '{faults,0}', '{"part": "esteira-ask", "lane": "fal", "error": "the queue is gone", "sqlstate": "42P01", "times": 31,
  "since": "2030-01-01T10:00:20+00:00", "last_at": "2030-01-01T10:29:20+00:00", "fails_now": true, "ago_ms": 60000, "lasted_ms": 1740000}',
  'what fails now comes first');
select is(ops_api.schedules() #> '{faults,1,fails_now}', 'false', 'what failed before, after it');
select tests.create_user('ana'), tests.enable_echo(1), tests.create_job('ana', 'bad');
insert into private.quarantine (job_id, part, lane, sqlstate, error, since, last_at)
select (tests.job('bad')).id, 'esteira-ask', 'echo', 'P0001', 'no', '2030-01-01 10:30Z', '2030-01-01 10:30Z';
select is(ops_api.schedules() #> '{quarantine,0}', jsonb_build_object('job_id', (tests.job('bad')).id, 'part', 'esteira-ask', 'lane', 'echo',
  'user_id', tests.user_id('ana'), 'status', (tests.job('bad')).status, 'current_step', (tests.job('bad')).current_step, 'refund', 'none', 'error', 'no', 'sqlstate', 'P0001',
  'since', '2030-01-01T10:30:00+00:00', 'last_at', '2030-01-01T10:30:00+00:00', 'times', 1, 'aside_ms', 20000), 'what was set aside, and for how long');
select is(ops_api.schedules() -> 'quarantined', '1', 'how much that is');

-- By whom ----------------------------------------------------------------------------------------------------------------
select tests.as_gone('ana');
select tests.refuses('select ops_api.schedules()', 403, 'not_an_operator', null, 'users do not ask');
select tests.reset();
select tests.create_user('sue', 0), tests.make_operator('sue', 'support');
select tests.as_gone('sue', 'support');
select lives_ok('select ops_api.schedules()', 'support does');
select tests.reset();

select * from finish();
rollback;
