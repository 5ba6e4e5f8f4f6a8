create function private.may_submit(p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.phase in ('dispatched', 'preparing') then return true; end if;
  -- A repetition: nothing may be known of the last one, and nobody may be at it still.
  if p_attempt.phase <> 'submitting' or p_attempt.external_id is not null or p_attempt.word is not null
     or p_attempt.submit_until >= p_at then return false; end if;
  return case p_attempt.resubmit
    when 'idempotent' then true
    -- The provider has said twice that it has no such task; each submit more may be paid for: two at the most.
    when 'at_least_once' then p_attempt.nones >= 2 and p_attempt.submits < 3
    else false end;
end
$$;
comment on function private.may_submit(public.job_attempts, timestamptz) is
  'Whether an open attempt may be submitted now, for the first time or again.';
revoke execute on function private.may_submit(public.job_attempts, timestamptz) from public;

create function private.note_submit(
  p_job public.jobs, p_lane private.lanes, p_attempt public.job_attempts, p_files jsonb, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  -- Once an attempt, and not again and again where a busy provider sends the job back (see requeue_job).
  v_is_told boolean := p_files is not null and p_attempt.submits = 1
    and p_job.step_history -> -1 ->> 'step' = 'starting';
begin
  update public.jobs j set deadline_at = case
      -- From its first commit on, a publication has as long again for finding out what became of it.
      when private.is_publication(p_job) and p_attempt.submits = 1 then p_at + t.timeout
      else coalesce(j.deadline_at, p_at + t.timeout) end,
    step_history = case when v_is_told then j.step_history || private.upload_steps(p_files, p_at)
      else j.step_history end,
    refundable = case p_lane.cancel_refund when 'always' then true when 'never' then false
      else p_attempt.can_stop end
  from public.tools t where j.id = p_job.id and t.tool = j.tool;
end
$$;
comment on function private.note_submit(public.jobs, private.lanes, public.job_attempts, jsonb, timestamptz) is
  'From now on a task of a locked job may exist: its time begins to run, it says whether a cancel will be paid back, '
  'and its history names its files as the provider does. p_attempt: as it is now; p_files: see private.upload_steps.';
revoke execute on function private.note_submit(
  public.jobs, private.lanes, public.job_attempts, jsonb, timestamptz) from public;

create function worker.checkpoint(
  p_job_id uuid, p_token uuid, p_checkpoint jsonb, p_terms jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_lane private.lanes;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null or v_attempt.outcome is not null or v_job.status <> 'processing'
     or v_job.attempt <> v_attempt.attempt or not private.may_submit(v_attempt, v_now)
     or (v_attempt.submits > 0 and v_job.deadline_at <= v_now)
     or (v_attempt.attempt > 1 and private.has_success(p_job_id)) then
    return false;
  end if;
  select * into v_lane from private.lanes where lane = v_job.lane;
  update public.job_attempts set phase = 'submitting', checkpoint = checkpoint || p_checkpoint,
    submits = submits + 1, submit_until = v_now + v_lane.lease, nones = 0, none_at = null,
    submitted_first_at = coalesce(submitted_first_at, v_now),
    resubmit = coalesce(p_terms ->> 'resubmit', resubmit),
    can_stop = coalesce((p_terms ->> 'can_stop')::boolean, can_stop)
  where job_id = p_job_id and token = p_token returning * into v_attempt;
  perform private.note_submit(v_job, v_lane, v_attempt, p_checkpoint -> 'files', v_now);
  perform private.lease_message(p_queue, p_msg_id, v_lane.lease);
  return true;
end
$$;
comment on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) is
  'Called just before each submit: keeps what need not be done again after a crash (p_checkpoint, merged; its files '
  'are named in the history), counts the '
  'submit and notes that from here on the provider may have the task. p_terms: {resubmit: idempotent, at_least_once or '
  'reconcile_only, can_stop: whether the provider can stop tasks}; p_queue and p_msg_id: the message, leased anew: the '
  'submit is to be aborted when that lease ends. Returns false when the attempt is no longer current, when another '
  'worker has passed, or when it may not be submitted again (never after its deadline): do not submit.';
revoke execute on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) to service_role;

create function worker.none_found(p_job_id uuid, p_token uuid) returns integer
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_nones integer;
begin
  perform private.lock_job(p_job_id, p_token);
  v_now := private.now();
  update public.job_attempts set nones = nones + 1, none_at = v_now
  where job_id = p_job_id and token = p_token and outcome is null and phase = 'submitting' and external_id is null
    and word is null and private.is_sender_gone(submit_until, v_now)
    and coalesce(none_at <= v_now - interval '60 seconds' or none_at > v_now, true);
  select nones into v_nones from public.job_attempts where job_id = p_job_id and token = p_token;
  return v_nones;
end
$$;
comment on function worker.none_found(uuid, uuid) is
  'The provider, asked for the task of an attempt whose submit is in doubt, has none. Counts once a minute, and only '
  'when no submit can be under way any more. Returns how often it has had none. Error: 409 stale_token.';
revoke execute on function worker.none_found(uuid, uuid) from public;
grant execute on function worker.none_found(uuid, uuid) to service_role;
