-- The schedules for operators: each part of them with its last beat, its next and how late it is; what fails as a
-- whole, and what was set aside.

create function private.next_run(p_schedule text, p_last timestamptz, p_now timestamptz) returns timestamptz
language plpgsql immutable set search_path = '' as $$
declare
  v_today timestamptz := date_trunc('day', p_now, 'UTC');
  v_every interval := private.every(p_schedule);
  v_time interval;
begin
  if p_schedule ~* '^\s*[0-9]+\s*seconds?\s*$' then return greatest(p_last + v_every, p_now); end if;
  if p_schedule ~ '^(\*|\*/[0-9]+) \* \* \* \*$' then return date_bin(v_every, p_now, v_today) + v_every; end if;
  if p_schedule ~ '^[0-9]{1,2} [0-9]{1,2} \* \* \*$' then
    v_time := make_interval(hours => split_part(p_schedule, ' ', 2)::integer,
      mins => split_part(p_schedule, ' ', 1)::integer);
    return v_today + v_time + case when v_today + v_time <= p_now then interval '1 day' else '0' end;
  end if;
  return null;
end
$$;
comment on function private.next_run(text, timestamptz, timestamptz) is
  'When a schedule of pg_cron runs next, in UTC as pg_cron reckons: seconds, minutes and times of the day are read; '
  'null: it is another. p_last: when it ran last.';
revoke execute on function private.next_run(text, timestamptz, timestamptz) from public;

create function private.lines_of_parts(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('part', c.part, 'schedule', c.schedule, 'cron', j.schedule,
      'every_ms', private.ms(c.every), 'beat_at', c.beat_at, 'ago_ms', private.ms(c.ago),
      'beats', h.beats, 'next_at', n.at, 'next_in_ms', private.ms(n.at - p_now),
      'late_ms', private.ms(c.ago - c.every), 'verdict', c.verdict, 'since', c.since,
      'since_ms', private.ms(p_now - c.since), 'detail', c.detail, 'last_run', c.last_run, 'did', c.did,
      'repair_sql', c.repair_sql) order by c.verdict = 'ok', c.part), '[]')
    from ops.cron_health() c left join cron.job j on j.jobname = c.schedule and j.database = current_database()
    left join private.heartbeats h on h.name = c.part,
    lateral (select case when j.active then private.next_run(j.schedule, c.beat_at, p_now) end) n (at));
end
$$;
comment on function private.lines_of_parts(timestamptz) is
  'The parts of the schedules as ops_api.schedules lists them.';
revoke execute on function private.lines_of_parts(timestamptz) from public;

create function ops_api.schedules() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  return jsonb_build_object('at', v_now, 'parts', private.lines_of_parts(v_now),
    'faults', (
      select coalesce(jsonb_agg(to_jsonb(f) || jsonb_build_object('ago_ms', private.ms(v_now - f.last_at),
        'lasted_ms', private.ms(f.last_at - f.since)) order by f.fails_now desc, f.last_at desc), '[]')
      from (select * from ops.faults order by last_at desc limit 200) f),
    'quarantine', (
      select coalesce(jsonb_agg(to_jsonb(q) || jsonb_build_object('aside_ms', private.ms(v_now - q.since))
        order by q.since desc, q.job_id, q.part), '[]')
      from (select * from ops.quarantine order by since desc, job_id, part limit 200) q),
    'quarantined', (select count(*) from (select from private.quarantine limit 1000) q));
end
$$;
comment on function ops_api.schedules() is
  'The schedules for operators: {at, parts: [{part, schedule, cron, every_ms, beat_at, ago_ms, beats, next_at, '
  'next_in_ms, late_ms: how long ago it should have run again, verdict, since, since_ms, detail, last_run, did, '
  'repair_sql}] as ops.cron_health() has them, what is wrong first, faults: [ops.faults, ago_ms, lasted_ms], '
  'quarantine: [ops.quarantine, aside_ms], of both the newest 200, quarantined: how many rows there are, counted to '
  '1,000}. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.schedules() from public;
grant execute on function ops_api.schedules() to authenticated, service_role;
