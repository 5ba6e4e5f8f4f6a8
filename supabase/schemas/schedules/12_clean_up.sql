create function private.forget_archived(p_queue text, p_before timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from pgmq.%I where archived_at < $1', 'a_' || p_queue) using p_before;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_archived(text, timestamptz) is
  'Forgets messages of a queue that were archived before p_before. Returns how many.';
revoke execute on function private.forget_archived(text, timestamptz) from public;

create function private.forget_payloads(p_qty integer default 20000) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_events integer;
  v_payloads integer;
begin
  with times as materialized (
    select t.tool, r.attempts, r.events from public.tools t, lateral private.retention_of(t.tool) r
  ), over as materialized (
    select e.event_id from private.webhook_events e left join public.jobs j on j.id = e.job_id
    left join times on times.tool = j.tool
    where e.received_at < v_now - (select min(events) from times)
      and e.received_at < v_now - case when j.id is null then interval '30 days' else times.events end
    limit p_qty for update of e skip locked
  )
  delete from private.webhook_events e using over where e.event_id = over.event_id;
  get diagnostics v_events = row_count;
  with times as materialized (
    select t.tool, r.attempts from public.tools t, lateral private.retention_of(t.tool) r
  ), over as materialized (
    select a.job_id, a.attempt from public.job_attempts a join public.jobs j on j.id = a.job_id
    join times on times.tool = j.tool
    where a.finished_at < v_now - (select min(attempts) from times) and a.finished_at < v_now - times.attempts
      and (a.raw_api_response is not null or a.raw_webhook_payload is not null or a.outputs is not null
        or a.data is not null or a.checkpoint <> '{}')
    limit p_qty for update of a skip locked
  )
  update public.job_attempts a set raw_api_response = null, raw_webhook_payload = null, outputs = null, data = null,
    checkpoint = '{}'
  from over where a.job_id = over.job_id and a.attempt = over.attempt;
  get diagnostics v_payloads = row_count;
  return jsonb_build_object('webhook_events', v_events, 'payloads', v_payloads);
end
$$;
comment on function private.forget_payloads(integer) is
  'Forgets webhooks and what attempts keep of a provider''s answers, up to p_qty of each, when their tool''s retention '
  'says so. Returns counts: {webhook_events, payloads}.';
revoke execute on function private.forget_payloads(integer) from public;

create function private.forget_older(
  p_table regclass, p_column text, p_before timestamptz, p_qty integer default 20000
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from %1$s where ctid in (select ctid from %1$s where %2$I < $1 limit $2)', p_table, p_column)
  using p_before, p_qty;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_older(regclass, text, timestamptz, integer) is
  'Deletes up to p_qty rows of a table whose p_column is before p_before. Returns how many.';
revoke execute on function private.forget_older(regclass, text, timestamptz, integer) from public;

create function private.clean_up(p_keep interval default '30 days') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_before timestamptz := private.now() - p_keep;
  v_archived integer;
begin
  v_archived := coalesce(private.guarded('esteira-cleanup',
      format('private.forget_archived(''settle_queue'', %L)', v_before))::integer, 0) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  -- One that fails keeps the others neither from being done nor from having been done.
  perform private.guarded('esteira-cleanup', call) from (values
    ('private.forget_publications()'),
    (format('private.forget_group_media(%L)', private.now() - interval '1 day')),
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'), ('private.forget_connections()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''private.webhook_refusals'', ''last_at'', %L)', v_before)),
    (format('private.forget_older(''private.verdicts'', ''until'', %L)', v_before)),
    (format('private.forget_older(''private.bulk_runs'', ''ended_at'', %L, 100)', v_before)),
    ('private.forget_audit()'),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
end
$$;
comment on function private.clean_up(interval) is
  'Forgets payloads as the tools'' retention says (private.retention), archives, the outbox, verdicts and repairs '
  'older than p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';
revoke execute on function private.clean_up(interval) from public;
