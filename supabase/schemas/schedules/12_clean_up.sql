create function private.forget_archived(p_queue text, p_before timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  execute format('delete from pgmq.%I where archived_at < $1', 'a_' || p_queue) using p_before;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_archived(text, timestamptz) is
  'Forgets messages of a queue that were archived before p_before. Returns how many.';
revoke execute on function private.forget_archived(text, timestamptz) from public;

create function private.clean_up(p_keep interval default '30 days') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_before timestamptz := private.now() - p_keep;
  v_events integer;
  v_archived integer;
  v_payloads integer;
begin
  delete from private.webhook_events where received_at < v_before;
  get diagnostics v_events = row_count;
  update public.job_attempts set raw_api_response = null, raw_webhook_payload = null
  where finished_at < v_before and (raw_api_response is not null or raw_webhook_payload is not null);
  get diagnostics v_payloads = row_count;
  v_archived := private.forget_archived('settle_queue', v_before) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  perform private.sweep_handed(p_keep);
  delete from private.cancels where over_at < v_before;
  delete from private.broadcast_failures where failed_at < v_before;
  delete from private.repairs where repaired_at < v_before;
  delete from cron.job_run_details where end_time < private.now() - interval '3 days';
  return jsonb_build_object('webhook_events', v_events, 'payloads', v_payloads, 'archived', v_archived);
end
$$;
comment on function private.clean_up(interval) is
  'Forgets raw payloads, inbox and archives older than p_keep, and pg_cron''s log after three days; jobs and credits '
  'stay. Returns counts.';
revoke execute on function private.clean_up(interval) from public;
