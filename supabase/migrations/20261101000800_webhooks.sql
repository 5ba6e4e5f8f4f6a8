-- Webhooks: the inbox. What arrived is stored raw before it is understood, and counts once.
--
-- The callback URL of an attempt is …/functions/v1/<provider>-webhook/<job_id>/<token>: the token says that the caller
-- was told about this attempt, and which one, even before the provider's answer to the submit has reached us.
--
-- Lock order: job → slot → attempt (see the queue room).

create table private.webhook_events (
  event_id bigint generated always as identity primary key,
  provider text not null,
  dedupe_key text not null,
  user_id uuid not null,
  job_id uuid not null,
  attempt smallint not null,
  external_id text,
  verified_by text not null,
  headers jsonb not null default '{}',
  payload jsonb not null,
  verdict text not null,
  received_at timestamptz not null default now(),
  constraint an_event_counts_once unique (provider, dedupe_key),
  constraint verdicts_are_known check (verdict in ('accepted', 'stale_attempt', 'late'))
);
create index webhook_events_by_job on private.webhook_events (job_id);
create index webhook_events_by_time on private.webhook_events (received_at);
alter table private.webhook_events enable row level security;
comment on table private.webhook_events is 'Every webhook that showed a good token, as it came, and what became of it.';
comment on column private.webhook_events.dedupe_key is 'What makes two deliveries the same event; chosen by the provider''s file.';
comment on column private.webhook_events.verified_by is 'What vouches for it: token, or the name of a signature scheme.';
comment on column private.webhook_events.payload is 'The body, secrets redacted; a JSON string where it was not JSON.';
comment on column private.webhook_events.verdict is 'accepted; stale_attempt (a newer attempt is running); late (the job had ended).';

create function private.has_token(p_provider text, p_job_id uuid, p_token uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Compared by digest: how long a comparison takes then tells nothing about the token.
  return exists (
    select from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
    where a.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(a.token)) = sha256(uuid_send(p_token)));
end
$$;
comment on function private.has_token(text, uuid, uuid) is 'Whether a job that runs at this provider has an attempt with this token.';

create function worker.webhook_account(p_provider text, p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_token(p_provider, p_job_id, p_token) then return null; end if;
  return (
    select jsonb_build_object('settings', coalesce(c.settings, '{}'), 'webhook_secret', s.decrypted_secret)
    from public.job_attempts a
    left join private.accounts c on c.account_id = a.account_id
    left join vault.decrypted_secrets s on s.name = c.webhook_secret_name
    where a.job_id = p_job_id and a.token = p_token);
end
$$;
comment on function worker.webhook_account(text, uuid, uuid) is
  'What is needed to verify the webhook of an attempt: {settings, webhook_secret} of its account, webhook_secret null when there is none. Null when no attempt of the provider''s has this token.';
grant execute on function worker.webhook_account(text, uuid, uuid) to service_role;

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

  insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at)
  values (p_provider, p_dedupe_key, v_job.user_id, p_job_id, v_attempt.attempt, p_external_id, p_verified_by, p_headers, p_payload, v_verdict, v_now)
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
  'Takes in a webhook. p_dedupe_key: same event, same key; p_external_id: the provider''s task id if the body names one; p_verified_by: token or a signature scheme; p_is_final: the body says that the provider is done; p_details: shown in the history. Returns {verdict}: unknown (no such job and token: nothing is stored), duplicate, late, or accepted / stale_attempt with {lane, message}, the settle message to work on at once.';
grant execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, boolean, text, jsonb) to service_role;

revoke execute on all functions in schema private, worker, ops from public;
