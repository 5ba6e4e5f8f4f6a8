create function private.failures_in_a_thousand(p_since timestamptz, p_now timestamptz) returns bigint
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
begin
  return (
    select 1000 * count(*) filter (where outcome = 'failed') / nullif(count(*), 0) from public.job_attempts
    where finished_at > p_since and finished_at <= p_now and outcome in ('succeeded', 'failed')
    having count(*) >= 20);
end
$$;
comment on function private.failures_in_a_thousand(timestamptz, timestamptz) is
  'Of a thousand attempts that came to an end of their own, how many failed. Null: fewer than twenty ended.';
revoke execute on function private.failures_in_a_thousand(timestamptz, timestamptz) from public;

create function private.oldest_waits(p_now timestamptz) returns table (lane text, seconds bigint)
language plpgsql stable set search_path = '' as $$
begin
  -- One job may wait for its user's limit. So it is the one that has waited least of a lane's next twenty.
  return query
    select l.lane, floor(extract(epoch from p_now - max(w.updated_at)))::bigint
    from private.lanes l, lateral (
      select j.updated_at from public.jobs j where j.lane = l.lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 20) w
    where coalesce(l.paused_until <= p_now, true)
    group by l.lane;
end
$$;
comment on function private.oldest_waits(timestamptz) is
  'For how long all of the next twenty jobs of each lane have waited, in seconds. A lane that is paused is left out.';
revoke execute on function private.oldest_waits(timestamptz) from public;

create function private.silent_lanes(p_since timestamptz, p_now timestamptz) returns table (lane text, ended bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
begin
  return query
    -- The lanes first, each by one look at the inbox, for there may be many attempts.
    with silent as materialized (
      select l.lane from private.lanes l where l.delivery = 'webhook' and not exists (
        select from private.webhook_events e where e.received_at > p_since and e.provider in (l.lane, l.provider))
    )
    select j.lane, count(*) from public.job_attempts a join public.jobs j on j.id = a.job_id
    join silent s on s.lane = j.lane
    where a.finished_at > p_since and a.finished_at <= p_now and a.word is not null
    group by j.lane;
end
$$;
comment on function private.silent_lanes(timestamptz, timestamptz) is
  'Lanes whose providers should call back and have not, and how many of their tasks were found to be over by asking.';
revoke execute on function private.silent_lanes(timestamptz, timestamptz) from public;

create function private.accesses_that_end(p_now timestamptz) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from private.connection_tokens t join public.connections c on c.id = t.connection_id
    where c.state = 'live' and t.expires_at > p_now and t.expires_at <= p_now + interval '3 days'
      and (t.failures > 0 or (t.refresh_token is null and t.renew_at is null)));
end
$$;
comment on function private.accesses_that_end(timestamptz) is
  'How many accesses to platforms end within three days and are not renewed by themselves: there is nothing to renew '
  'them with, or it has failed.';
revoke execute on function private.accesses_that_end(timestamptz) from public;

create function private.rate_names() returns text[]
language sql immutable set search_path = '' as $$
  select array[
    'attempts in a thousand that fail', 'seconds that the next jobs of a lane have waited',
    'attempts ended in lanes whose webhooks are silent', 'credits that do not add up',
    'parts that have not beaten in time', 'accesses that end and are not renewed',
    'seconds that a snapshot is held', 'megabytes that replication holds', 'alerts that could not be posted']
$$;
comment on function private.rate_names() is 'The names that ops.rates gives, and ops.counts does not.';
revoke execute on function private.rate_names() from public;

create function ops.rates(p_since interval default '1 hour') returns table (name text, value bigint, subject text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_names text[] := private.rate_names();
begin
  return query
    select v_names[1], private.failures_in_a_thousand(v_now - p_since, v_now), null
    union all
    (select v_names[2], w.seconds, w.lane from private.oldest_waits(v_now) w order by 2 desc limit 1)
    union all
    select v_names[3], sum(s.ended)::bigint, string_agg(s.lane, ', ' order by s.lane)
    from private.silent_lanes(v_now - p_since, v_now) s
    union all
    select v_names[4], (h.result ->> 'drifting')::bigint, null from private.heartbeats h where h.name = 'esteira-drift'
    union all
    select v_names[5], count(*), string_agg(p.part, ', ' order by p.part) from private.health_of_parts(v_now) p
    where p.dead_since is not null and p.is_scheduled and p.is_active
    union all
    select v_names[6], private.accesses_that_end(v_now), null
    union all
    (select v_names[7], floor(extract(epoch from v_now - h.since))::bigint, h.name
     from private.held_snapshots(v_now) h where h.since is not null order by 2 desc limit 1)
    union all
    (select v_names[8], floor(h.bytes / 1048576)::bigint, h.name
     from private.held_snapshots(v_now) h where h.bytes is not null order by 2 desc limit 1)
    union all
    select v_names[9], count(*), null from ops.alert_posts p join ops.alerts a using (alert_id)
    where p.dead_at > v_now - p_since and a.rule <> 'Alerts cannot be posted';
end
$$;
comment on function ops.rates(interval) is
  'What alerts are made of beside ops.counts, with what it is about: attempts in a thousand that fail, over the last '
  'p_since (null: fewer than twenty ended); seconds that the next jobs of a lane have waited, in the worst lane; '
  'attempts '
  'ended in lanes whose webhooks are silent (found by asking while no webhook of the lane came in p_since); credits '
  'that do not add up (rows of ops.credit_drift, looked for piece by piece); parts of the schedules that have not '
  'beaten in time; accesses that end within three days and are not renewed; seconds that the oldest snapshot is held, '
  'beyond 15 minutes; megabytes of the log that a replication slot holds, beyond 1,024; alerts that could not be '
  'posted. '
  'What is not wrong may have no row.';
revoke execute on function ops.rates(interval) from public;
