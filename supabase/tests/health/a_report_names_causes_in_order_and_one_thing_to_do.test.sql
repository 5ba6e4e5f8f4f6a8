begin;
select plan(23);
-- What the links of the chain say is planted here; what is tested is what the report makes of it.
create temporary table planted (key text, f private.finding);
grant select on planted to public;
create or replace function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  return query select (p.f).* from pg_temp.planted p where p.key = p_job.idempotency_key;
end
$$;
create or replace function private.findings_of_machinery(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  return query select (p.f).* from pg_temp.planted p where p.key = 'lane ' || p_job.lane;
end
$$;
create function pg_temp.report(p_section text) returns setof private.report_line language sql as $$
  select * from ops.health_report() where section = p_section
$$;
create or replace function private.probe_machine(p_at timestamptz) returns setof private.finding language sql stable as $$
  select (p.f).* from pg_temp.planted p where p.key = 'all'
$$;
select tests.enable_echo(1);
select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
delete from private.lane_paces where true;
select results_eq($$ select code, level, count, detail from pg_temp.report('summary') $$,
  $$ values ('healthy', 'ok', 0::bigint, 'Nothing is wrong, and nothing waits.') $$, 'nothing is wrong');
select results_eq($$ select code, detail from pg_temp.report('recommendation') $$, $$ values ('do_nothing', 'Do nothing: nothing waits.') $$,
  'and there is nothing to do');

-- A crowd that drains.
select tests.create_job('ana', 'job ' || n) from generate_series(0, 12) n;
insert into planted select 'job ' || n, private.finding('waiting_for_slot', 'It waits for its turn.', '{"ahead": 1}', p_subject => 'echo') from generate_series(1, 12) n;
insert into planted select 'job 0', private.not_so('waiting_for_slot', 'It has a slot.', '{"slot": 1}', 'echo');
select tests.freeze('2030-01-01 00:10:00Z');
select results_eq($$ select code, detail from pg_temp.report('recommendation') $$,
  $$ values ('do_nothing', 'Do nothing: when lane echo has drained nobody knows.') $$, 'what nobody has measured is not guessed');
insert into private.lane_paces (lane, holds, hold_mean, hold_sd, measured_at) values ('echo', 50, '30 seconds', '5 seconds', private.now());
select results_eq($$ select code, detail from pg_temp.report('recommendation') $$,
  $$ values ('do_nothing', 'Do nothing: drains in about 6 min.') $$, 'or do nothing: drains in so many minutes');
select results_eq($$ select subject, count, detail, expected_at from pg_temp.report('metric') where code = 'lane' $$,
  $$ values ('echo', 12::bigint, '12 waiting (the oldest for 00:10:00), 1 of 1 slots taken, drains in about 6 min.', private.now() + interval '6 minutes') $$,
  'as measured');
select ops.pause_lane('echo', 'a break', '10 minutes');
select is((select evidence ->> 'drain_minutes' from pg_temp.report('metric') where code = 'lane'), '16', 'once its pause is over');
select ops.pause_lane('echo', 'for good');
select is((select evidence ->> 'drain_minutes' from pg_temp.report('metric') where code = 'lane'), null, 'and never, if it is paused for good');
select ops.resume_lane('echo');
select results_eq($$ select place, code, level, subject from pg_temp.report('cause') $$, $$ values (1, 'waiting_for_slot', 'wait', 'echo') $$, 'why they wait');
select is((select code from pg_temp.report('summary')), 'busy', 'which is no fault');
select private.run_part('esteira-verdicts');
select is((select count from pg_temp.report('cause')), 12::bigint, 'how many there are is counted by what was noted');
select is_empty($$ select * from pg_temp.report('excluded') $$, 'what is the reason of any is not excluded');

-- Two causes at once.
insert into planted values ('lane echo', private.finding('submitting', 'The functions are down.', '{"status": 503}', private.now(), p_subject => 'functions',
  p_level => 'error', p_clears => 'by_operator', p_repair_sql => 'select 1'));
insert into planted select 'job ' || n, private.finding('provider_running', 'It takes long.', p_subject => 'echo', p_level => 'warn') from generate_series(0, 2) n;
insert into planted values ('job 0', private.not_so('completed', 'It is not done.', '{"status": "processing"}'));
select results_eq($$ select place, code, level, subject from pg_temp.report('cause') $$,
  $$ values (1, 'submitting', 'error', 'functions'), (2, 'provider_running', 'warn', 'echo'), (3, 'waiting_for_slot', 'wait', 'echo') $$,
  'all causes are named, in order, also those that no job shows');
select results_eq($$ select code, level, count, detail from pg_temp.report('summary') $$,
  $$ values ('broken', 'error', 2::bigint, 'Something is broken: The functions are down.') $$, 'the worst first');
select results_eq($$ select code, detail, repair_sql from pg_temp.report('recommendation') $$,
  $$ values ('submitting', 'Run the statement. Or do nothing: submitting stays as it is.', 'select 1') $$, 'one thing is recommended, and what comes of doing nothing');
select results_eq($$ select code, level, detail, evidence from pg_temp.report('excluded') $$,
  $$ values ('completed', 'ok', 'It is not done.', '{"status": "processing"}'::jsonb) $$, 'what it is not, with evidence');
select is((select count(*) from pg_temp.report('recommendation')), 1::bigint, 'one');
select set_eq('select r::text from ops.health_report() r', 'select r::text from ops.health_report() r', 'the same state gives the same report');
select matches(ops.health_report_text(), '^# Broken\n\nSomething is broken: The functions are down\.\n\n## Causes, in order\n\n1\. \*\*submitting\*\* \(error\), functions: '
  || '.*\n## Recommended\n\nRun the statement\..*```sql\nselect 1\n```\n\n## Measured\n\n- lane, echo: 12 waiting.*\n## Looked at, and not the reason\n\n- completed: It is not done\.$',
  'as a page');

-- Telemetry that is stale
insert into planted values ('lane echo', private.finding('stale_in_tests', 'x'));
delete from planted where (f).code = 'stale_in_tests';
create or replace function private.words_of_history() returns setof private.verdict_word language sql immutable set search_path = '' as $$
  values ('was_waiting', 900, 'wait', 'by_itself', null, array['x'], array['x'])
  union all select 'telemetry_stale', 190, 'warn', 'by_operator', 'Look at pg_cron.', array['x'], array['x']
  where not exists (select from private.words_of_machinery() w where w.code = 'telemetry_stale')
$$;
update planted set f = private.finding('submitting', 'The functions are down.', p_expected_at => private.now(), p_level => 'error', p_repair_sql => 'select 1')
where key = 'lane echo';
insert into planted values ('all', private.finding('telemetry_stale', 'Nothing was measured for an hour.', p_subject => 'paces'));
select is_empty($$ select * from pg_temp.report('cause') where code <> 'telemetry_stale' and (action is not null or repair_sql is not null or expected_at is not null) $$,
  'where telemetry is stale there is no advice');
select results_eq($$ select code, subject from pg_temp.report('recommendation') $$, $$ values ('telemetry_stale', 'paces') $$, 'but to mend that');
select matches((select detail from pg_temp.report('recommendation')), '^No advice, because its telemetry is stale: Nothing was measured for an hour\. ', 'and it says so');

-- Nothing is said by what is noted when nobody notes.
update private.heartbeats set beat_at = private.now() - interval '1 hour' where name = 'esteira-verdicts';
select is((select count from pg_temp.report('cause') where code = 'waiting_for_slot'), 3::bigint, 'when nothing is being noted, who was looked at is counted');
select tests.fail('job 0', 'never');
select results_eq($$ select subject, count, detail from pg_temp.report('metric') where code = 'ended' $$,
  $$ values ('echo', 1::bigint, '1 attempts of the last hour ended: 0 succeeded, 1 failed, most of them with out_of_luck.') $$, 'how attempts ended of late');
select * from finish();
rollback;
