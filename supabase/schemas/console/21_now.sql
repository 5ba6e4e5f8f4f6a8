create function private.oldest_in_line(p_lane text) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (
    select min(next.created_at) from (
      select j.created_at from public.jobs j where j.lane = p_lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 1000) next);
end
$$;
comment on function private.oldest_in_line(text) is
  'Since when the oldest of the next thousand jobs of a lane has been there; null: none waits.';
revoke execute on function private.oldest_in_line(text) from public;

create function private.rate_now(p_lane private.lanes, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if p_lane.rate_limit is null then return null; end if;
  return jsonb_build_object('limit', p_lane.rate_limit, 'window_ms', private.ms(p_lane.rate_window), 'used', (
    select count(*) from (
      select from private.starts s where s.lane = p_lane.lane and s.started_at > p_at - p_lane.rate_window
      order by s.started_at desc limit p_lane.rate_limit) u));
end
$$;
comment on function private.rate_now(private.lanes, timestamptz) is
  'How many jobs a lane may start in a window, {limit, window_ms}, and how many it has in the one that ends now '
  '(used); null: any number.';
revoke execute on function private.rate_now(private.lanes, timestamptz) from public;

create function private.stops_of(p_lane private.lanes, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'paused', case when p_lane.paused_until > p_at then jsonb_build_object('reason', p_lane.pause_reason, 'until',
      case when isfinite(p_lane.paused_until) then p_lane.paused_until end) end,
    'circuit', case when p_lane.circuit_opened_at is not null then jsonb_build_object(
      'since', p_lane.circuit_opened_at, 'open_ms', private.ms(p_at - p_lane.circuit_opened_at),
      'reason', p_lane.circuit_reason, 'probe_at', p_lane.circuit_probe_at) end);
end
$$;
comment on function private.stops_of(private.lanes, timestamptz) is
  'What stops a lane: {paused: {reason, until (null: until somebody resumes it)} or null, circuit: {since, open_ms, '
  'reason, probe_at} or null}.';
revoke execute on function private.stops_of(private.lanes, timestamptz) from public;

create function private.lane_line(p_lane private.lanes, p_minutes private.lane_minutes, p_at timestamptz)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v private.lane_health := private.health_of(p_lane, p_at);
  v_pause interval := greatest(p_lane.paused_until, p_at) - p_at;
  -- A lane begins to drain when its pause is over; nobody knows when somebody resumes it, or a provider is back.
  v_drains boolean := v.waiting > 0 and p_lane.circuit_opened_at is null
    and isfinite(coalesce(p_lane.paused_until, p_at));
begin
  return private.stops_of(p_lane, p_at) || jsonb_build_object(
    'lane', v.lane, 'provider', v.provider, 'delivery', p_lane.delivery, 'code', v.code, 'level', v.level,
    'detail', v.detail, 'since', v.since, 'expected_at', v.expected_at, 'slots', v.slots, 'free', v.free,
    'running', (
      select count(*) from private.slots s where s.lane = v.lane and not s.is_retiring and s.token is not null),
    'waiting', v.waiting, 'scheduled', v.scheduled,
    'oldest_ms', private.ms(p_at - private.oldest_in_line(v.lane)),
    'drains_p50_ms', case when v_drains then private.ms(coalesce(v_pause, '0') + v.drained_p50) end,
    'drains_p90_ms', case when v_drains then private.ms(coalesce(v_pause, '0') + v.drained_p90) end,
    'held_ms', private.ms(v.slot_held_for), 'ended_a_minute', v.ended_a_minute, 'is_fresh', v.is_fresh,
    'rate', private.rate_now(p_lane, p_at), 'ended', p_minutes.ended, 'failed', p_minutes.failed);
end
$$;
comment on function private.lane_line(private.lanes, private.lane_minutes, timestamptz) is
  'How a lane stands now, as ops_api.now has it.';
revoke execute on function private.lane_line(private.lanes, private.lane_minutes, timestamptz) from public;

create function private.totals_of(p_lanes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'running', coalesce(sum((l ->> 'running')::bigint), 0), 'slots', coalesce(sum((l ->> 'slots')::bigint), 0),
      'waiting', coalesce(sum((l ->> 'waiting')::bigint), 0),
      'scheduled', coalesce(sum((l ->> 'scheduled')::bigint), 0),
      'ended', coalesce(sum((select sum(n::bigint) from jsonb_array_elements_text(l -> 'ended') n)), 0),
      'failed', coalesce(sum((select sum(n::bigint) from jsonb_array_elements_text(l -> 'failed') n)), 0),
      'lanes_paused', count(*) filter (where l -> 'paused' <> 'null'),
      'circuits_open', count(*) filter (where l -> 'circuit' <> 'null'))
    from jsonb_array_elements(p_lanes) l)
  || jsonb_build_object(
    'alerts_open', (select count(*) from ops.alerts where closed_at is null),
    'runs_open', (select count(*) from private.bulk_runs where state = 'running'),
    'set_aside', (select count(*) from (select distinct q.job_id from private.quarantine q limit 1000) q));
end
$$;
comment on function private.totals_of(jsonb) is
  'The sums of what ops_api.now tells of each lane, and what is open beside them: alerts, runs, jobs that are set '
  'aside (counted to 1,000).';
revoke execute on function private.totals_of(jsonb) from public;

create function ops_api.now() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lanes jsonb;
begin
  perform private.require_operator();
  v_lanes := (
    -- Once for each lane: what is sorted by is not asked for again.
    with lines as materialized (
      select l.lane, private.lane_line(l, m, v_now) as told
      from private.lanes l join private.ends_by_minute(v_now) m on m.lane = l.lane
    )
    select coalesce(jsonb_agg(told order by array_position('{error,warn,wait,info,ok}', told ->> 'level'),
      (told ->> 'waiting')::integer desc, lane), '[]')
    from lines);
  return jsonb_build_object('at', v_now, 'minute', date_trunc('minute', v_now), 'lanes', v_lanes,
    'totals', private.totals_of(v_lanes),
    'is_complete', not coalesce(v_lanes @? '$[*].ended[*] ? (@ == null)', false));
end
$$;
comment on function ops_api.now() is
  'How everything stands now, for operators: {at, minute: when the last minute of ended and failed began, lanes, the '
  'worst first, totals, is_complete}. A lane: {lane, provider, delivery; code, level, detail, since, expected_at: as '
  'ops.lane_health has them; slots, running: tasks that may live, free; waiting, scheduled: both count to 10,000; '
  'oldest_ms: of the next thousand; drains_p50_ms, drains_p90_ms: in how long whoever waits is likely to have '
  'started, the pause included, null: nobody knows; held_ms; ended_a_minute; is_fresh; rate: {limit, window_ms, '
  'used}; paused: {reason, until}; circuit: {since, open_ms, reason, probe_at}; ended, failed: attempts a minute, '
  'sixty of them, null where it was not looked, for which is_complete is false: the newest 10,000 are}. totals: '
  '{running, slots, waiting, scheduled, ended, failed (of the hour), lanes_paused, circuits_open, alerts_open, '
  'runs_open, set_aside}. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.now() from public;
grant execute on function ops_api.now() to authenticated, service_role;
