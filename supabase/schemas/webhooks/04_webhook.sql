create function worker.webhook(
  p_provider text, p_dedupe_key text, p_job_id uuid, p_token uuid, p_verified_by text, p_headers jsonb, p_payload jsonb,
  p_is_final boolean, p_external_id text default null, p_details jsonb default '{}'
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_msg_id bigint;
begin
  if not private.has_token(p_provider, p_job_id, p_token) then return jsonb_build_object('verdict', 'unknown'); end if;
  v_job := private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  v_verdict := case
    when v_job.status in ('completed', 'failed', 'cancelled') or v_attempt.outcome = 'succeeded' then 'late'
    when v_attempt.attempt <> v_job.attempt or v_attempt.outcome is not null then 'stale_attempt'
    else 'accepted' end;

  insert into private.webhook_events (
    provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at)
  values (p_provider, p_dedupe_key, v_job.user_id, p_job_id, v_attempt.attempt, p_external_id, p_verified_by,
    p_headers, p_payload, v_verdict, v_now)
  on conflict (provider, dedupe_key) do nothing;
  if not found then return jsonb_build_object('verdict', 'duplicate'); end if;

  update public.job_attempts set raw_webhook_payload = p_payload, external_id = coalesce(external_id, p_external_id),
    phase = case when outcome is null then 'settling' else phase end
  where job_id = p_job_id and token = p_token
  returning * into v_attempt;

  if v_verdict = 'accepted' then
    update public.jobs set current_step = 'webhook_received', request_id = coalesce(v_attempt.external_id, request_id),
      step_history = step_history || private.step('webhook_received', v_now, p_details)
    where id = p_job_id;
    -- The provider is done with it, so its slot is free for the next, whatever settling still takes.
    if p_is_final and private.free_slot(p_job_id) then perform private.dispatch(v_job.lane, p_poke => false); end if;
  end if;
  if v_verdict = 'late' then return jsonb_build_object('verdict', v_verdict); end if;

  -- Invisible for a minute: the function that took the webhook settles at once; this is for when it dies.
  v_msg_id := private.send_to_settle(p_job_id, v_attempt.attempt, p_delay => '60 seconds');
  return jsonb_build_object('verdict', v_verdict, 'lane', v_job.lane, 'message', jsonb_build_object(
    'queue', 'settle_queue', 'msg_id', v_msg_id, 'read_count', 1, 'item', private.work_item(v_job, v_attempt)));
end
$$;
comment on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, boolean, text, jsonb) is
  'Takes in a webhook. p_dedupe_key: same event, same key; p_external_id: the provider''s task id if the body names '
  'one; p_verified_by: token or a signature scheme; p_is_final: the body says that the provider is done; p_details: '
  'shown in the history. Returns {verdict}: unknown (no such job and token: nothing is stored), duplicate, late, or '
  'accepted / stale_attempt with {lane, message}, the settle message to work on at once.';
revoke execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, boolean, text, jsonb) from public;
grant execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, boolean, text, jsonb)
  to service_role;
