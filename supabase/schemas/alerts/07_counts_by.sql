create function private.dimension_of(p_dimension text, p_tool text, p_lane text) returns text
language sql immutable set search_path = '' as $$
  select case p_dimension when 'tool' then p_tool when 'lane' then p_lane
    when 'platform' then case when p_lane = 'publication' then split_part(p_tool, '_', 1) end end
$$;
comment on function private.dimension_of(text, text, text) is
  'What of a job is counted by: its tool, its lane, or the platform that it publishes on (null: it publishes nothing).';
revoke execute on function private.dimension_of(text, text, text) from public;

create function private.counts_of_late(p_dimension text, p_since timestamptz, p_now timestamptz)
returns table (value text, name text, count bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select private.dimension_of(p_dimension, j.tool, j.lane), 'attempts ' || a.outcome, count(*)
    from public.job_attempts a join public.jobs j on j.id = a.job_id
    where a.finished_at > p_since and a.finished_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'webhooks ' || e.verdict, count(*)
    from private.webhook_events e join public.jobs j on j.id = e.job_id
    where e.received_at > p_since and e.received_at <= p_now group by 1, 2
    union all
    -- Of those that were refused of late, all that there were.
    select private.dimension_of(p_dimension, j.tool, j.lane), 'webhooks refused: ' || r.reason, sum(r.times)::bigint
    from private.webhook_refusals r join public.jobs j on j.id = r.job_id
    where r.last_at > p_since and r.last_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'effects ' || e.outcome, count(*)
    from public.job_effects e join public.jobs j on j.id = e.job_id
    where e.updated_at > p_since and e.updated_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, c.tool, c.lane), 'tasks ended ' || c.how, count(*) from private.cancels c
    where c.over_at > p_since and c.over_at <= p_now group by 1, 2;
end
$$;
comment on function private.counts_of_late(text, timestamptz, timestamptz) is
  'What ops.counts_by tells of what has happened.';
revoke execute on function private.counts_of_late(text, timestamptz, timestamptz) from public;

create function private.counts_of_now(p_dimension text) returns table (value text, name text, count bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select private.dimension_of(p_dimension, j.tool, j.lane), 'jobs ' || j.status::text, count(*)
    from (select * from public.jobs where status in ('pending', 'processing') limit 100000) j group by 1, 2
    union all
    select private.dimension_of(p_dimension, c.tool, c.lane), 'tasks winding down', count(*) from private.cancels c
    where c.over_at is null group by 1
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'refunds due', count(*)
    from private.cancels c join public.jobs j on j.id = c.job_id
    where c.over_at is null and j.refund = 'due' group by 1
    union all
    select private.dimension_of(p_dimension, d.tool, d.lane), 'dead letters', count(*)
    from (select * from ops.dead_letters order by failed_at desc limit 1000) d group by 1 -- more than that is no news
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'publications unknown', count(*)
    from public.publications p join public.jobs j on j.id = p.job_id
    where p.unknown_at is not null and p.resolved is null group by 1
    union all
    select private.dimension_of(p_dimension, null, l.lane), s.name, 1 from private.lanes l,
      lateral (values ('circuits open', l.circuit_opened_at is not null),
        ('lanes paused', l.paused_until > (select private.now()))) s (name, is_so)
    where s.is_so and p_dimension = 'lane'
    union all
    select a.lane, 'accounts paused', count(*) from private.accounts a
    where a.paused_until > (select private.now()) and a.retired_at is null and p_dimension = 'lane' group by 1
    union all
    select p.platform, 'platforms paused', 1 from private.platforms p
    where p.paused_until > (select private.now()) and p_dimension = 'platform'
    union all
    select c.platform, 'connections to be connected anew', count(*) from public.connections c
    where c.state = 'reconnect_needed' and p_dimension = 'platform' group by 1;
end
$$;
comment on function private.counts_of_now(text) is 'What ops.counts_by tells of what is so now.';
revoke execute on function private.counts_of_now(text) from public;

create function ops.counts_by(p_dimension text, p_since interval default '1 hour')
returns table (value text, name text, count bigint)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if p_dimension is null or p_dimension not in ('lane', 'tool', 'platform') then
    perform private.refuse(422, 'invalid_input', 'It is counted by lane, tool or platform.', 'dimension');
  end if;
  return query
    select c.value, c.name, c.count from (
      select * from private.counts_of_late(p_dimension, v_now - p_since, v_now)
      union all select * from private.counts_of_now(p_dimension)) c
    where c.value is not null and c.count > 0 order by 1, 2;
end
$$;
comment on function ops.counts_by(text, interval) is
  'What ops.counts counts of jobs, by p_dimension: lane, tool or platform (of publications). Over the last p_since: '
  'attempts by how they ended, webhooks by verdict and by why they were refused, effects by outcome, tasks of ended '
  'jobs by how they ended; and now: jobs pending and processing (of 100,000), tasks winding down, refunds due, dead '
  'letters (of the last 1,000), publications of which nobody knows; by lane circuits, pauses and '
  'paused accounts; by platform its pause and connections to be connected anew. What is none has no row. Error: 422 '
  'invalid_input.';
revoke execute on function ops.counts_by(text, interval) from public;
