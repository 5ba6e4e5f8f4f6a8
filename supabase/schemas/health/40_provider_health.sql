create function ops.provider_health(p_since interval default '1 hour')
returns table (
  provider text, lane text, tool text, attempts bigint, succeeded bigint, failed bigint, sent_back bigint,
  failure_percent numeric, latency_p50_seconds numeric, latency_p95_seconds numeric, running bigint,
  oldest_running_seconds numeric, cost jsonb, circuit text
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with ended as (
      select l.lane, l.provider, j.tool, a.outcome, a.cost, a.cost_currency, null::timestamptz as running_since,
        case when a.outcome = 'succeeded' then coalesce(a.word_at, a.finished_at)
          - coalesce(a.submitted_at, a.submitted_first_at, a.started_at) end as took
      from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
      where a.finished_at > v_now - p_since and a.finished_at <= v_now
    ), running as (
      -- By the slots: there are few of them, however many jobs there are.
      select l.lane, l.provider, j.tool, null, null::numeric, null, a.submitted_at, null::interval
      from private.slots s join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
      join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
      where s.token is not null and a.finished_at is null and a.submitted_at is not null
    ), all_of as (select * from ended union all select * from running), costs as (
      select c.lane, c.tool, jsonb_object_agg(c.cost_currency, c.cost) as cost from (
        select e.lane, e.tool, e.cost_currency, sum(e.cost) as cost from ended e
        where e.cost is not null group by e.lane, e.tool, e.cost_currency) c
      group by c.lane, c.tool
    )
    select o.provider, o.lane, o.tool, count(*) filter (where o.outcome is not null),
      count(*) filter (where o.outcome = 'succeeded'), count(*) filter (where o.outcome in ('failed', 'retried')),
      count(*) filter (where o.outcome in ('waited', 'paused')),
      round(100.0 * count(*) filter (where o.outcome in ('failed', 'retried'))
        / nullif(count(*) filter (where o.outcome in ('succeeded', 'failed', 'retried')), 0), 1),
      private.in_seconds(percentile_cont(0.5) within group (order by o.took)),
      private.in_seconds(percentile_cont(0.95) within group (order by o.took)),
      count(*) filter (where o.outcome is null), private.in_seconds(v_now - min(o.running_since)),
      min(c.cost::text)::jsonb, (select coalesce(l.circuit_reason, 'closed') from private.lanes l where l.lane = o.lane)
    from all_of o left join costs c on c.lane = o.lane and c.tool = o.tool
    group by o.provider, o.lane, o.tool order by o.provider, o.lane, o.tool;
end
$$;
comment on function ops.provider_health(interval) is
  'How providers have fared over the last p_since, by provider, lane and tool: attempts that ended, of which '
  'succeeded, failed (for good or to be tried again) or were sent_back (a busy provider, a paused account); '
  'failure_percent: of those that succeeded or failed; latency: from the submit to the final word of those that '
  'succeeded; running: tasks at the provider now, and the age of the oldest; cost: what it says that its tasks cost, '
  'by currency or unit; circuit: closed, or why the provider is taken for down. What did nothing has no row.';
revoke execute on function ops.provider_health(interval) from public;
