create view private.seen_publications with (security_invoker = true) as
select p.platform, j.tool as option, p.line, coalesce(p.hold, p.line) as hold, j.status, j.error_code, p.unknown_at,
  p.resolved, j.retry_count, p.created_at,
  case when j.status = 'completed' then extract(epoch from j.completed_at - greatest(j.created_at, (
    select (entry ->> 'run_at')::timestamptz from jsonb_array_elements(j.step_history) entry
    where entry ->> 'step' = 'queued' limit 1))) end as from_due,
  case when j.status = 'completed' then extract(epoch from j.completed_at - j.started_at) end as from_start
from public.publications p join public.jobs j on j.id = p.job_id;
comment on view private.seen_publications is
  'Publications as they are counted; from_due: seconds from when it was enqueued, or from the time it was scheduled '
  'for, until it was there; from_start: from the beginning of the attempt that published it.';
revoke all on private.seen_publications from anon, authenticated, service_role;

create function private.seconds_at(p_seconds numeric[]) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('p50', round(percentile_cont(0.5) within group (order by s)::numeric, 3),
    'p95', round(percentile_cont(0.95) within group (order by s)::numeric, 3))
  from unnest(p_seconds) s
$$;
comment on function private.seconds_at(numeric[]) is
  'Two percentiles of times in seconds, to the millisecond: {p50, p95}; null of nothing.';
revoke execute on function private.seconds_at(numeric[]) from public;

create function private.reasons(p_platform text, p_option text, p_since timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'held', coalesce(jsonb_object_agg(reason, n) filter (where kind = 'held'), '{}'),
      'failed', coalesce(jsonb_object_agg(reason, n) filter (where kind = 'failed'), '{}'))
    from (
      select case status when 'pending' then 'held' else 'failed' end as kind,
        case status when 'pending' then hold else error_code end as reason, count(*) as n
      from private.seen_publications
      where platform = p_platform and option = p_option
        and (status = 'pending' and line <> 'front' or status = 'failed' and created_at > p_since)
        and case status when 'pending' then hold else error_code end is not null
      group by 1, 2) counted);
end
$$;
comment on function private.reasons(text, text, timestamptz) is
  'Why publications of an option are held, and why those enqueued since then have failed: {held: {reason: how many}, '
  'failed: {code: how many}}.';
revoke execute on function private.reasons(text, text, timestamptz) from public;

create function private.option_metrics(p_since timestamptz, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with counted as (
      select platform, option, jsonb_build_object('platform', platform, 'option', option,
        'enqueued', count(*) filter (where created_at > p_since),
        'waiting', count(*) filter (where status = 'pending'),
        'publishing', count(*) filter (where status = 'processing'),
        'published', count(*) filter (where status = 'completed' and created_at > p_since),
        'unknown', count(*) filter (where unknown_at is not null and resolved is null),
        'resolved', jsonb_build_object('there', count(*) filter (where resolved = 'there' and created_at > p_since),
          'not_there', count(*) filter (where resolved = 'not_there' and created_at > p_since)),
        'retries', coalesce(sum(retry_count) filter (where created_at > p_since), 0),
        'seconds_from_enqueue', private.seconds_at(array_agg(from_due)
          filter (where from_due is not null and created_at > p_since)),
        'seconds_from_start', private.seconds_at(array_agg(from_start)
          filter (where from_start is not null and created_at > p_since)),
        'oldest_waiting_seconds', round(extract(epoch from p_now - min(created_at)
          filter (where status = 'pending' and line <> 'scheduled')), 3)) as figures
      from private.seen_publications
      where created_at > p_since or line <> 'done' or (unknown_at is not null and resolved is null)
      group by platform, option
    )
    select coalesce(jsonb_agg(figures || private.reasons(platform, option, p_since) order by platform, option), '[]')
    from counted);
end
$$;
comment on function private.option_metrics(timestamptz, timestamptz) is
  'The figures of ops.publication_metrics for each option.';
revoke execute on function private.option_metrics(timestamptz, timestamptz) from public;

create function ops.publication_metrics(p_since interval default '24 hours') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return jsonb_build_object('at', v_now, 'since', v_now - p_since,
    'options', private.option_metrics(v_now - p_since, v_now),
    'connections', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.platform, c.state), '[]') from (
        select platform, state, count(*) from public.connections group by platform, state) c),
    'platforms', (
      select coalesce(jsonb_agg(jsonb_build_object('platform', f.platform, 'paused_until', f.paused_until,
        'pause_reason', f.pause_reason) order by f.platform), '[]')
      from private.platforms f where f.paused_until > v_now));
end
$$;
comment on function ops.publication_metrics(interval) is
  'How publishing goes, of what was enqueued in the last p_since, and of what waits or is unknown now: {at, since, '
  'options: [{platform, option, enqueued, waiting, held: {reason: how many}, publishing, published, failed: {code: how '
  'many}, unknown, resolved: {there, not_there}, retries, seconds_from_enqueue: {p50, p95} (or from the time it was '
  'scheduled for), seconds_from_start: {p50, p95}, oldest_waiting_seconds}], connections: [{platform, state, count}], '
  'platforms: [{platform, paused_until, pause_reason}] that are paused}.';
revoke execute on function ops.publication_metrics(interval) from public;
