create function private.lane_loads(p_at timestamptz) returns table (
  lane text, waiting bigint, oldest_wait interval, slots bigint, taken bigint, minutes integer
)
language plpgsql stable rows 20 set search_path = '' as $$
begin
  return query
    select l.lane, w.waiting, w.oldest, (n.is_now).slots::bigint, (n.is_now).busy::bigint,
      -- A lane begins to drain when its pause is over; nobody knows when a provider that is down is back.
      case when w.waiting > 0 and d.p50 is not null and l.circuit_opened_at is null
          and isfinite(coalesce(l.paused_until, p_at))
        then greatest(1, ceil(extract(epoch from greatest(l.paused_until, p_at) - p_at + d.p50) / 60))::integer end
    from private.lanes l,
    lateral (select private.lane_now(l.lane, p_at) as is_now) n,
    lateral (
      select private.waiting_in(l.lane)::bigint as waiting, date_trunc('second', p_at - min(next.created_at)) as oldest
      from (
        select j.created_at from public.jobs j
        where j.lane = l.lane and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 1000) next) w,
    lateral private.drain_of_lane(l.lane, p_at) d
    order by l.lane;
end
$$;
comment on function private.lane_loads(timestamptz) is
  'Each lane: how many jobs wait (10,000: or more), how long the oldest of the next thousand has, how many slots there '
  'are and how many are taken, and in how many minutes, its pause included, it is likely to drain; null: nobody knows.';
revoke execute on function private.lane_loads(timestamptz) from public;

create function private.report_lanes(p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (row_number() over (order by l.lane))::integer, 'metric', 'lane', 'info', l.lane, l.waiting,
      null::timestamptz,
      format('%s waiting%s, %s of %s slots taken%s.',
        case when l.waiting < 10000 then l.waiting::text else '10000 or more' end,
        coalesce(' (the oldest for ' || l.oldest_wait || ')', ''), l.taken, l.slots,
        case when l.waiting = 0 then '' when l.minutes is null then ', and nobody knows for how long'
          else format(', drains in about %s min', l.minutes) end),
      jsonb_strip_nulls(jsonb_build_object('waiting', l.waiting, 'slots', l.slots, 'taken', l.taken,
        'oldest_wait', l.oldest_wait, 'drain_minutes', l.minutes)),
      null, p_at + make_interval(mins => l.minutes), null, null
    from private.lane_loads(p_at) l where l.taken > 0 or l.waiting > 0
    order by 1;
end
$$;
comment on function private.report_lanes(timestamptz) is 'A line for each lane that is in use.';
revoke execute on function private.report_lanes(timestamptz) from public;

create function private.report_endings(p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    with ended as materialized (
      select a.job_id, a.outcome from public.job_attempts a
      where a.finished_at is not null and a.finished_at > p_at - interval '1 hour' and a.finished_at <= p_at
      order by a.finished_at desc limit 2000
    ), lanes as (
      select j.lane, count(*) filter (where e.outcome = 'succeeded') as succeeded,
        count(*) filter (where e.outcome = 'failed') as failed, count(*) as attempts,
        mode() within group (order by j.error_code) filter (where e.outcome = 'failed') as error_code
      from ended e join public.jobs j on j.id = e.job_id group by j.lane)
    select (row_number() over (order by l.lane))::integer, 'metric', 'ended', case
        when l.failed >= 5 and l.failed * 5 >= l.attempts then 'warn' else 'info' end, l.lane, l.attempts,
      p_at - interval '1 hour',
      format('%s attempts of the last hour ended: %s succeeded, %s failed%s.', l.attempts, l.succeeded, l.failed,
        coalesce(', most of them with ' || l.error_code, '')),
      jsonb_strip_nulls(jsonb_build_object('attempts', l.attempts, 'succeeded', l.succeeded, 'failed', l.failed,
        'error_code', l.error_code)), null, null::timestamptz, null, null
    from lanes l order by 1;
end
$$;
comment on function private.report_endings(timestamptz) is
  'A line for each lane in which attempts have ended within the hour (of the last 2,000): how. warn: one in five '
  'has failed.';
revoke execute on function private.report_endings(timestamptz) from public;
