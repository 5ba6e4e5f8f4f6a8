create function private.forget_events(p_keep interval, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_sweep text := 'events ' || p_keep;
  v_now timestamptz := private.now();
  v_from timestamptz := private.sweep_time(v_sweep);
  v_to timestamptz;
  v_late record;
begin
  -- All that came in the same moment as the last of them is one piece.
  select max(received_at) into v_to from (
    select received_at from private.webhook_events
    where received_at > v_from and received_at < v_now - p_keep order by received_at limit p_qty) next;
  if v_to is null then return null; end if;
  with times as materialized (
    select t.tool from public.tools t where (private.retention_of(t.tool)).events = p_keep
  ), over as materialized (
    select e.event_id from private.webhook_events e left join public.jobs j on j.id = e.job_id
    where e.received_at > v_from and e.received_at <= v_to
      and case when j.id is null then p_keep = interval '30 days' else j.tool in (select tool from times) end
    for update of e skip locked -- whoever has one is deleting it
  ), gone as (
    delete from private.webhook_events e using over where e.event_id = over.event_id
    returning e.job_id, e.attempt, e.verdict
  )
  select count(*)::integer as count, array_agg(g.job_id) filter (where g.verdict = 'late') as jobs into v_late
  from gone g;
  -- What came after an attempt's payloads were forgotten is kept in it as well.
  update public.job_attempts a set raw_webhook_payload = null
  from public.jobs j
  where a.job_id = any (v_late.jobs) and j.id = a.job_id and a.raw_webhook_payload is not null
    and a.finished_at < v_now - (private.retention_of(j.tool)).attempts;
  perform private.go_on(v_sweep, v_to::text, false);
  return v_late.count;
end
$$;
comment on function private.forget_events(interval, integer) is
  'Among the next p_qty webhooks that came longer than p_keep ago, deletes those of tools whose webhooks are kept for '
  'that long; of jobs that are gone, after 30 days. Returns how many; null: nothing more is that old.';
revoke execute on function private.forget_events(interval, integer) from public;

create function private.forget_answers(p_keep interval, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_sweep text := 'answers ' || p_keep;
  v_from timestamptz := private.sweep_time(v_sweep);
  v_end timestamptz := private.now() - p_keep;
  v_to timestamptz;
  v_due integer;
  v_done integer;
begin
  select max(finished_at) into v_to from (
    select finished_at from public.job_attempts
    where finished_at > v_from and finished_at < v_end order by finished_at limit p_qty) next;
  if v_to is null then return null; end if;
  with times as materialized (
    select t.tool from public.tools t where (private.retention_of(t.tool)).attempts = p_keep
  ), due as materialized (
    select a.job_id, a.attempt from public.job_attempts a join public.jobs j on j.id = a.job_id
    join times on times.tool = j.tool
    where a.finished_at > v_from and a.finished_at <= v_to
      and (a.raw_api_response is not null or a.raw_webhook_payload is not null or a.outputs is not null
        or a.data is not null or a.checkpoint <> '{}')
  ), locked as materialized (
    select a.job_id, a.attempt from public.job_attempts a join due using (job_id, attempt) for update of a skip locked
  ), done as (
    update public.job_attempts a set raw_api_response = null, raw_webhook_payload = null, outputs = null, data = null,
      checkpoint = '{}'
    from locked where a.job_id = locked.job_id and a.attempt = locked.attempt returning 1
  )
  select (select count(*) from due), (select count(*) from done) into v_due, v_done;
  if v_done = v_due then perform private.go_on(v_sweep, v_to::text, false); end if;
  return v_done;
end
$$;
comment on function private.forget_answers(interval, integer) is
  'Among the next p_qty attempts that ended longer than p_keep ago, forgets what those of tools whose answers are kept '
  'for that long keep of a provider''s. Goes no further while one of them is locked. Returns how many; null: nothing '
  'more is that old.';
revoke execute on function private.forget_answers(interval, integer) from public;

create function private.forget_payloads(p_within interval default '20 milliseconds', p_qty integer default 200)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_begun timestamptz := clock_timestamp();
  v_keep interval;
  v_count integer;
  v_events integer := 0;
  v_answers integer := 0;
begin
  for v_keep in select distinct (private.retention_of(t.tool)).events from public.tools t union select '30 days' loop
    while v_keep is not null and (v_count is null or clock_timestamp() < v_begun + p_within) loop
      v_count := private.forget_events(v_keep, p_qty);
      exit when v_count is null;
      v_events := v_events + v_count;
    end loop;
  end loop;
  v_count := null;
  v_begun := clock_timestamp();
  for v_keep in select distinct (private.retention_of(t.tool)).attempts from public.tools t loop
    while v_keep is not null and (v_count is null or clock_timestamp() < v_begun + p_within) loop
      v_count := private.forget_answers(v_keep, p_qty);
      exit when v_count is null;
      v_answers := v_answers + v_count;
    end loop;
  end loop;
  return jsonb_build_object('webhook_events', v_events, 'payloads', v_answers);
end
$$;
comment on function private.forget_payloads(interval, integer) is
  'Forgets webhooks and what attempts keep of a provider''s answers, when their tool''s retention says so, p_qty at a '
  'time until p_within is over, once for each of both: whoever comes to one of their rows waits no longer. Returns '
  'counts: {webhook_events, payloads}.';
revoke execute on function private.forget_payloads(interval, integer) from public;
