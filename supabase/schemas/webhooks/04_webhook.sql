create function private.verdict_of_webhook(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_word text
) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_job.id is null or p_job.status in ('completed', 'failed', 'cancelled') or p_attempt.outcome = 'succeeded' then
    return 'late';
  end if;
  -- Only where a submit may have made a second task can another one be the attempt's as well.
  if p_external_id <> p_attempt.external_id and not (p_word is not distinct from 'succeeded'
     and p_attempt.word is distinct from 'succeeded' and private.may_be_several(p_attempt.resubmit, p_attempt.submits))
  then
    return 'other_task';
  end if;
  return case when p_attempt.attempt <> p_job.attempt or p_attempt.outcome is not null then 'stale_attempt'
    else 'accepted' end;
end
$$;
comment on function private.verdict_of_webhook(public.jobs, public.job_attempts, text, text) is
  'What a webhook is worth that names this task, or none, and says this final word, or none: see '
  'private.webhook_events.verdict.';
revoke execute on function private.verdict_of_webhook(public.jobs, public.job_attempts, text, text) from public;

create function private.hear_word(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_word text, p_payload jsonb, p_at timestamptz
) returns public.job_attempts
language plpgsql set search_path = '' as $$
declare
  v_is_first boolean := p_word is not null and p_attempt.word is distinct from 'succeeded'
    and p_attempt.word is distinct from p_word;
begin
  update public.job_attempts set raw_webhook_payload = p_payload,
    -- The task whose success is stored is the attempt's.
    external_id = case when v_is_first and p_word = 'succeeded' then coalesce(p_external_id, external_id)
      else coalesce(external_id, p_external_id) end,
    checkpoint = case when v_is_first and p_word = 'succeeded'
      then checkpoint || private.other_name(p_external_id, external_id) else checkpoint end,
    word = case when v_is_first then p_word else word end, word_at = case when v_is_first then p_at else word_at end,
    phase = case when outcome is null and phase <> 'produced' then 'settling' else phase end,
    never_existed = never_existed and p_word is null -- a refusal stands until the last word is another
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt
  returning * into p_attempt;
  -- Its only submit was refused, and it was given back; it has had a task all the same, so its number is taken.
  if p_job.attempt < p_attempt.attempt and p_word is not null then
    update public.jobs set attempt = p_attempt.attempt where id = p_job.id;
  end if;
  -- The provider is done with it, so its slot is free for the next, whatever settling still takes.
  if p_attempt.word is not null and not private.may_live(p_attempt)
     and private.free_slot(p_attempt.slot_id, p_attempt.token) then
    perform private.dispatch(p_job.lane, p_poke => false);
  end if;
  return p_attempt;
end
$$;
comment on function private.hear_word(public.jobs, public.job_attempts, text, text, jsonb, timestamptz) is
  'Keeps what a webhook says of an attempt of a locked, open job: the task, the provider''s final word if it is '
  'one, the body. Returns the attempt as it is then.';
revoke execute on function private.hear_word(public.jobs, public.job_attempts, text, text, jsonb, timestamptz)
  from public;

create function private.is_awaited(p_lane text) returns boolean
language plpgsql volatile set search_path = '' set enable_seqscan = off set jit = off as $$
begin
  return exists (select from public.jobs where lane = p_lane and status = 'pending' and run_at is null)
    or coalesce(private.first_due(p_lane) <= private.now(), false);
end
$$;
comment on function private.is_awaited(text) is
  'Whether anybody waits for a slot of a lane, or is due to: as far as is committed, and whoever has them locked.';
revoke execute on function private.is_awaited(text) from public;

create function private.show_webhook(
  p_job public.jobs, p_attempt public.job_attempts, p_details jsonb, p_nth bigint, p_at timestamptz
) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  -- A provider that calls again and again is told of ten times, and then with every power of two.
  v_is_told boolean := p_nth <= 10 or p_nth & (p_nth - 1) = 0 or p_attempt.word_at = p_at
    or p_job.step_history -> -1 ->> 'step' <> 'webhook_received';
begin
  update public.jobs set current_step = 'webhook_received', request_id = coalesce(p_attempt.external_id, request_id),
    deadline_at = case when p_attempt.word = 'succeeded' then null else deadline_at end,
    refundable = refundable and p_attempt.word is null,
    step_history = case when v_is_told then step_history || private.step('webhook_received', p_at,
        p_details || jsonb_build_object('webhooks', case when p_nth > 10 then p_nth end))
      else step_history end
  where id = p_job.id returning * into p_job;
  return p_job;
end
$$;
comment on function private.show_webhook(public.jobs, public.job_attempts, jsonb, bigint, timestamptz) is
  'Shows on a locked job that its provider has been heard of; a success ends its deadline. p_nth: how often it was '
  'heard of in this attempt; the history tells of the first ten times, of every power of two, and of a new final word. '
  'Returns the job as it is then.';
revoke execute on function private.show_webhook(public.jobs, public.job_attempts, jsonb, bigint, timestamptz)
  from public;

create function private.is_one_too_many(
  p_nth bigint, p_verdict text, p_attempt public.job_attempts, p_word text
) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_nth > 100 and not coalesce(
    -- A final word that is news: there are two at the most.
    p_verdict in ('accepted', 'stale_attempt') and p_word is not null and p_attempt.word is distinct from p_word
      and p_attempt.word is distinct from 'succeeded', false);
end
$$;
comment on function private.is_one_too_many(bigint, text, public.job_attempts, text) is
  'Whether the p_nth webhook of an attempt is not kept: a hundred are more than any provider has to say, but for its '
  'final word.';
revoke execute on function private.is_one_too_many(bigint, text, public.job_attempts, text) from public;

create function private.webhook_key(p_dedupe_key text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case when octet_length(p_dedupe_key) <= 500 then p_dedupe_key
    else left(p_dedupe_key, 100) || ':' || encode(sha256(convert_to(p_dedupe_key, 'UTF8')), 'hex') end;
end
$$;
comment on function private.webhook_key(text) is
  'What an event is known by: its key, or of a long one, which no index holds, the beginning and its digest.';
revoke execute on function private.webhook_key(text) from public;

create function worker.webhook(
  p_provider text, p_dedupe_key text, p_job_id uuid, p_token uuid, p_verified_by text, p_headers jsonb, p_payload jsonb,
  p_word text, p_external_id text default null, p_details jsonb default '{}'
) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_holder record := private.token_holder(p_provider, p_job_id, p_token);
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_msg_id bigint;
  v_nth bigint;
  v_waits boolean;
begin
  if v_holder.attempt is null then return jsonb_build_object('verdict', 'unknown'); end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if v_job.id is null then -- deleted meanwhile, perhaps with its user: only the outbox knows of it
    v_holder := private.token_holder(p_provider, p_job_id, p_token);
    if v_holder.attempt is null then return jsonb_build_object('verdict', 'unknown'); end if;
  end if;
  v_now := private.now();
  v_verdict := private.verdict_of_webhook(v_job, v_attempt, p_external_id, p_word);
  select count(*) + 1 into v_nth from (
    select from private.webhook_events where job_id = p_job_id and attempt = v_holder.attempt limit 100) e;
  if private.is_one_too_many(v_nth, v_verdict, v_attempt, p_word) then
    if v_verdict in ('late', 'stale_attempt') then
      perform private.hear_of_ended(p_token, p_word, p_external_id, v_now);
    end if;
    return jsonb_build_object('verdict', 'too_many');
  end if;

  insert into private.webhook_events (
    provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at)
  -- A user who is gone is forgotten.
  values (p_provider, private.webhook_key(p_dedupe_key), v_holder.user_id, p_job_id, v_holder.attempt, p_external_id,
    p_verified_by, case when v_job.id is null then '{}' else p_headers end,
    case when v_job.id is null then '{}' else p_payload end, v_verdict, v_now)
  on conflict (provider, dedupe_key) do nothing;
  if not found then return jsonb_build_object('verdict', 'duplicate'); end if;
  if v_verdict = 'late' then
    update public.job_attempts set raw_webhook_payload = p_payload where job_id = p_job_id and token = p_token;
    perform private.hear_of_ended(p_token, p_word, p_external_id, v_now);
    return jsonb_build_object('verdict', v_verdict);
  end if;

  v_waits := private.is_awaited(v_job.lane); -- before one of them is started
  if v_verdict <> 'other_task' then
    v_attempt := private.hear_word(v_job, v_attempt, p_external_id, p_word, p_payload, v_now);
  end if;
  if v_verdict = 'stale_attempt' then perform private.hear_of_ended(p_token, p_word, p_external_id, v_now); end if;
  if v_verdict = 'accepted' then v_job := private.show_webhook(v_job, v_attempt, p_details, v_nth, v_now); end if;
  -- Invisible for a minute: the function that took the webhook settles at once; this is for when it dies.
  v_msg_id := private.send_to_settle(v_attempt, p_delay => '60 seconds');
  return jsonb_build_object('verdict', v_verdict, 'lane', v_job.lane, 'waits', v_waits, 'message', jsonb_build_object(
    'queue', 'settle_queue', 'msg_id', v_msg_id, 'read_count', 1, 'item', private.work_item(v_job, v_attempt)));
end
$$;
comment on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb) is
  'Takes in a webhook. p_dedupe_key: same event, same key; p_external_id: the provider''s task id if the body names '
  'one; p_verified_by: token or a signature scheme; p_word: the provider''s final word, succeeded or failed, null '
  'if it is not final; p_details: shown in the history. Returns {verdict}: unknown (no such job and token: nothing '
  'is stored), duplicate, late, too_many (the attempt has had a hundred, and this is no final word: nothing is '
  'stored), or accepted / stale_attempt / other_task with {lane, waits, message}, the settle message to work on at '
  'once; waits: somebody waited for a slot of the lane, which is to be drained at once, else when the message is done '
  'with: a job may have been created in the same moment.';
revoke execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb) from public;
grant execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb)
  to service_role;
