create type private.lane_health as (
  lane text, provider text, code text, level text, detail text, since timestamptz, expected_at timestamptz,
  slots integer, busy integer, free integer, waiting integer, scheduled integer, ended_a_minute numeric,
  slot_held_for interval, come_back numeric, drained_p50 interval, drained_p90 interval, measured_at timestamptz,
  is_fresh boolean);
comment on type private.lane_health is 'How a lane stands: see ops.lane_health.';

create function private.next_in_line(p_lane text) returns public.jobs
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs
  where lane = p_lane and status = 'pending' and run_at is null order by priority desc, ticket, id limit 1;
  v_job.lane := p_lane;
  return v_job;
end
$$;
comment on function private.next_in_line(text) is
  'The job whose turn is next in a lane; where none waits, nothing but the lane is in it.';
revoke execute on function private.next_in_line(text) from public;

create function private.health_of(p_lane private.lanes, p_at timestamptz) returns private.lane_health
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait := private.wait_of(private.next_in_line(p_lane.lane), p_at);
  v_findings private.finding[];
  v_first private.verdict;
  v_is_waiting boolean := (v_wait.job).id is not null;
  v_drain private.drain := private.drain_of_lane(p_lane.lane, p_at);
begin
  v_findings := array(select private.findings_of_setup(v_wait)) || array(select private.findings_of_pauses(v_wait));
  if v_is_waiting then v_findings := v_findings || array(select private.findings_of_the_line(v_wait)); end if;
  -- A lane that nobody has set up, and nobody waits in, is none that is broken.
  if v_is_waiting or (v_wait.now).accounts > 0 then
    select * into v_first from private.verdicts_of(v_findings) v where not v.ruled_out order by v.rank limit 1;
  end if;
  return (p_lane.lane, p_lane.provider, coalesce(v_first.code, 'ok'), coalesce(v_first.level, 'ok'), v_first.detail,
    v_first.since, v_first.expected_at, (v_wait.now).slots, (v_wait.now).busy, (v_wait.now).free,
    private.waiting_in(p_lane.lane), (
      select count(*) from (
        select from public.jobs j where j.lane = p_lane.lane and j.status = 'pending' and j.run_at is not null
        order by j.run_at limit 10000) s),
    round((v_wait.pace).ended_a_minute::numeric, 2), (v_wait.pace).hold_mean,
    round((v_wait.pace).come_back::numeric, 2), v_drain.p50, v_drain.p90, (v_wait.pace).measured_at,
    v_wait.is_fresh)::private.lane_health;
end
$$;
comment on function private.health_of(private.lanes, timestamptz) is 'How a lane stands at a time, which is now.';
revoke execute on function private.health_of(private.lanes, timestamptz) from public;

create function ops.lane_health() returns setof private.lane_health
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select h.* from private.lanes l, private.health_of(l, (select private.now())) h
    order by array_position('{error,warn,wait,info,ok}', h.level), h.waiting desc, l.lane;
end
$$;
comment on function ops.lane_health() is
  'How each lane stands, the worst first. code, level, detail, since: the first verdict of its next job in line, or '
  'ok; expected_at: when that is likely to start. slots: that stay; busy, free: of those whose account is not paused. '
  'waiting, scheduled: ready jobs, and those that wait for a time; both count to 10,000. Measured of its last 200 '
  'attempts: ended_a_minute; slot_held_for; come_back, the share whose job waited again. drained_p50, drained_p90: in '
  'how long all who wait now are likely to have started. Where is_fresh is false, nothing is foretold.';
revoke execute on function ops.lane_health() from public;
