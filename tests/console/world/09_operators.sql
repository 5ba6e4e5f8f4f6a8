-- What operators have seen and done: alerts, runs, the audit; what the schedules have noted.
insert into ops.alerts (rule, count, opened_at, closed_at, subject, posted_at)
select r.name, r.threshold + a % 9, at, case when a > 2 then at + interval '1 minute' * (6 + a % 50) end,
  case when r.name like 'A provider%' then 'replicate' end, at
from generate_series(1, 60) a,
  lateral (select name, threshold, row_number() over (order by name) as nth from ops.alert_rules) r,
  lateral (select now() - interval '11 hours' * a + interval '10 hours 50 minutes' as at) t
where r.nth = 1 + (a * 7) % (select count(*) from ops.alert_rules);
insert into ops.alert_posts (alert_id, event, made_at, next_at, tries, sent_at, delivered_at, dead_at, error)
select alert_id, 'alert.opened', opened_at, null, 1 + (alert_id % 3)::integer, opened_at,
  case when alert_id % 9 <> 0 then opened_at + interval '1 second' end, case when alert_id % 9 = 0 then opened_at end,
  case when alert_id % 9 = 0 then 'HTTP 500' end from ops.alerts;

create table console_world.runs as
select n, console_world.uuid_at(now() - interval '30 hours' * n, n) as run_id,
  (array['redrive', 'retry', 'cancel', 'refund', 'quarantine'])[1 + n % 5] as action,
  case when n = 1 then 'running' when n % 6 = 0 then 'aborted' else 'done' end as state,
  now() - interval '30 hours' * n + interval '29 hours' as begun_at, 120 + n * 10 as items
from generate_series(1, 20) n;
insert into private.bulk_runs (run_id, action, filter, reason, actor, actor_role, called_as, state, items, done,
  skipped,
  failed, begun_at, beat_at, ended_at)
select run_id, action, '{"lane": "replicate", "error_code": "unreachable"}', 'Replicate is back', null, 'admin',
  'postgres',
  state, items, case state when 'done' then items - 30 else items / 3 end, 20, 10, begun_at,
    begun_at + interval '1 minute',
  case when state <> 'running' then begun_at + interval '3 minutes' end
from console_world.runs;
insert into private.bulk_items (run_id, n, job_id, outcome, code, message, tries, done_at)
select r.run_id, i, j.id, o.outcome, case o.outcome when 'skipped' then 'already_retried' when 'failed'
  then 'internal_error' end,
  case o.outcome when 'failed' then 'It did not work.' end, 1, case when o.outcome is not null
    then r.begun_at + i * interval '100 milliseconds' end
from console_world.runs r, generate_series(1, r.items) i,
  lateral (select id from console_world.jobs where n = 1 + (r.n * 131 + i * 17) % :jobs) j,
  lateral (select case when i <= 20 then 'skipped' when i <= 30 then 'failed'
    when r.state = 'done' or i <= 30 + r.items / 3 then 'done' end as outcome) o;

insert into private.audit (at, actor, actor_role, called_as, action, filter, counts, qualified, credits, reason, run_id)
select now() - interval '2 hours' * a, null, case when a % 3 = 0 then 'support' else 'admin' end, 'postgres',
  (array['retry', 'refund', 'pause', 'resume', 'redrive', 'cancel', 'set_capacity', 'quarantine'])[1 + a % 8],
  jsonb_build_object('lane', (array['kie', 'fal', 'runninghub'])[1 + a % 3]), jsonb_build_object('matched', a,
    'qualified', a),
  a, -(a % 20), (array['She asked us to', 'fal is down', 'Demorou demais', null])[1 + a % 4],
  case when a % 20 = 0 then (select run_id from console_world.runs where n = a / 20) end
from generate_series(1, 360) a order by a desc;

insert into private.faults (part, lane, sqlstate, error, since, last_at, times) values
  ('copies', 'kie', '57014', 'canceling statement due to statement timeout', now() - interval '20 minutes', now(), 4);
insert into private.quarantine (job_id, part, lane, sqlstate, error, since, last_at)
select id, 'operator', lane, 'P0001', 'Set aside by an operator: a strange picture', now() - interval '3 hours', now()
from console_world.jobs where fate = 'waits' and lane <> 'publication' order by n desc limit 5;
insert into private.repairs (schedule, repair, count, repaired_at)
select 'esteira-reap', (array['given_up', 'slots_freed', 'expired', 'leases_ended'])[1 + r % 4], 1 + r % 5,
  now() - interval '3 hours' * r from generate_series(1, 200) r;
insert into private.heartbeats (name, beat_at, result)
select distinct name, now(), '{}'::jsonb from private.parts(), unnest(array[part,
  schedule]) name on conflict (name) do update
set beat_at = excluded.beat_at;
select private.measure_paces();
