create function private.ended_of_late(p_since timestamptz)
returns table (tool text, lane text, ended_at timestamptz, outcome text, took interval, ran interval, held interval)
language plpgsql stable rows 2000 set search_path = '' as $$
begin
  -- A slot is free with the provider's word or the attempt's end, and if its task lived on, when that was over.
  return query
    select j.tool, j.lane, a.finished_at, a.outcome,
      case when a.outcome = 'succeeded' then greatest(coalesce(a.word_at, a.finished_at)
        - coalesce(a.submitted_at, a.submitted_first_at, a.started_at), '0') end,
      case when a.outcome = 'succeeded' then greatest(a.finished_at - a.started_at, '0') end,
      case when c.token is null then greatest(least(a.word_at, a.finished_at) - a.started_at, '0')
        when c.over_at is not null then greatest(c.over_at - a.started_at, '0') end
    from (
      select * from public.job_attempts
      where finished_at is not null and finished_at <= p_since order by finished_at desc limit 2000) a
    join public.jobs j on j.id = a.job_id
    left join private.cancels c on c.token = a.token;
end
$$;
comment on function private.ended_of_late(timestamptz) is
  'The last 2,000 attempts that had ended by then: how long the provider had the task (took), how long the attempt '
  'ran, and how long it held its slot (held; null: it still does).';
revoke execute on function private.ended_of_late(timestamptz) from public;

create function private.seconds(p_seconds double precision) returns interval
language sql immutable set search_path = '' as $$
  select make_interval(secs => p_seconds)
$$;
comment on function private.seconds(double precision) is 'So many seconds.';
revoke execute on function private.seconds(double precision) from public;

create function private.measure_tools(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with ended as (
    select e.*, row_number() over (partition by e.tool order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), measured as (
    select t.tool, count(took) as samples, count(held) as holds,
      percentile_cont(0.5) within group (order by took) as p50,
      percentile_cont(0.95) within group (order by took) as p95,
      percentile_cont(0.5) within group (order by ran) as run_p50,
      percentile_cont(0.95) within group (order by ran) as run_p95,
      avg(held) as hold_mean, private.seconds(stddev_pop(extract(epoch from held))::double precision) as hold_sd,
      max(ended_at) as last_ended_at
    from public.tools t left join ended on ended.tool = t.tool and nth <= 200 group by t.tool
  )
  insert into private.tool_paces as p
    (tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, measured_at)
  select tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, p_at from measured
  -- What it took when it was last in use is better than nothing.
  on conflict (tool) do update set measured_at = p_at,
    samples = case when excluded.samples > 0 then excluded.samples else p.samples end,
    p50 = coalesce(excluded.p50, p.p50), p95 = coalesce(excluded.p95, p.p95),
    run_p50 = coalesce(excluded.run_p50, p.run_p50), run_p95 = coalesce(excluded.run_p95, p.run_p95),
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_tools(timestamptz) is
  'Measures every tool by its last 200 attempts among the last 2,000 that ended. Returns how many tools there are.';
revoke execute on function private.measure_tools(timestamptz) from public;

create function private.created_of_late(p_at timestamptz) returns table (lane text, a_minute double precision)
language plpgsql stable rows 10 set search_path = '' as $$
begin
  -- Ids sort by when they were made. Among fewer than 2,000 none was left out.
  return query
    with newest as materialized (
      select j.lane, j.created_at from public.jobs j order by j.id desc limit 2000
    ), span as (
      select greatest(p_at - interval '15 minutes', case when count(*) >= 2000 then min(n.created_at) end) as since
      from newest n
    )
    select n.lane, count(*) / greatest(extract(epoch from p_at - min(s.since))::double precision / 60, 0.01)
    from newest n, span s where n.created_at > s.since and n.created_at <= p_at group by n.lane;
end
$$;
comment on function private.created_of_late(timestamptz) is
  'How many jobs a minute were created in each lane of late; lanes without any are not told.';
revoke execute on function private.created_of_late(timestamptz) from public;

create function private.mark_of(p_lane text, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('at', p_at, 'clocks', (
    select coalesce(jsonb_object_agg(priority, virtual_time), '{}') from private.clocks where lane = p_lane));
end
$$;
comment on function private.mark_of(text, timestamptz) is 'Where the clocks of a lane''s order stand.';
revoke execute on function private.mark_of(text, timestamptz) from public;

create function private.measure_lanes(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with looked_at as materialized (
    select e.*, row_number() over (partition by e.lane order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), span as (
    -- Among fewer than 2,000 nothing was left out; else they are known as far back as the oldest of them.
    select greatest(p_at - interval '15 minutes', case when count(*) >= 2000 then min(ended_at) end) as since
    from looked_at
  ), created as (
    select * from private.created_of_late(p_at)
  ), measured as (
    select l.lane, count(held) filter (where nth <= 200) as holds,
      avg(held) filter (where nth <= 200) as hold_mean,
      private.seconds((stddev_pop(extract(epoch from held)) filter (where nth <= 200))::double precision) as hold_sd,
      coalesce(avg((outcome in ('retried', 'waited', 'paused'))::integer) filter (where nth <= 200), 0) as come_back,
      count(*) filter (where ended_at > span.since)
        / nullif(extract(epoch from p_at - min(span.since)) / 60, 0) as ended_a_minute,
      max(ended_at) as last_ended_at, (select c.a_minute from created c where c.lane = l.lane) as created_a_minute
    from private.lanes l cross join span left join looked_at on looked_at.lane = l.lane group by l.lane
  )
  insert into private.lane_paces as p
    (lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, created_a_minute, last_ended_at, measured_at, marks)
  select lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, coalesce(created_a_minute, 0), last_ended_at, p_at,
    jsonb_build_array(private.mark_of(lane, p_at))
  from measured
  on conflict (lane) do update set measured_at = p_at, ended_a_minute = excluded.ended_a_minute,
    created_a_minute = excluded.created_a_minute,
    marks = jsonb_path_query_array(p.marks, '$[last - 14 to last]') || excluded.marks,
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    come_back = case when excluded.holds > 0 then excluded.come_back else p.come_back end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_lanes(timestamptz) is
  'Measures every lane by its last 200 attempts among the last 2,000 that ended. Returns how many lanes there are.';
revoke execute on function private.measure_lanes(timestamptz) from public;

create function private.measure_paces() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- A time to come is a clock that was set back.
  if exists (select from private.lane_paces
    where v_now - measured_at between '0' and interval '50 seconds') then return 0;
  end if;
  perform private.measure_lanes(v_now);
  return private.measure_tools(v_now);
end
$$;
comment on function private.measure_paces() is
  'Measures how long tools take and how fast lanes drain, once a minute. Returns how many tools; 0: it is not time.';
revoke execute on function private.measure_paces() from public;
