create function private.supersede_others(p_job public.jobs, p_token uuid, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- By the index of a job's attempts rather than that of all open ones: finished_at is as good as outcome here.
  for v_attempt in
    select * from public.job_attempts
    where job_id = p_job.id and finished_at is null and token <> p_token order by attempt for update
  loop
    perform private.end_attempt(p_job, v_attempt, 'superseded', 'superseded', p_at);
  end loop;
end
$$;
comment on function private.supersede_others(public.jobs, uuid, timestamptz) is
  'Ends the open attempts of a locked job but the one with this token: what they do is in vain.';
revoke execute on function private.supersede_others(public.jobs, uuid, timestamptz) from public;

create function private.accept_success(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_at timestamptz
) returns public.job_attempts
language plpgsql set search_path = '' as $$
begin
  -- Attempts are numbered from one, and the last one is the job's.
  if greatest(p_job.attempt, p_attempt.attempt) > 1 then
    perform private.supersede_others(p_job, p_attempt.token, p_at);
  end if;
  -- The task whose success is stored is the attempt's; what comes later changes that no more.
  p_attempt.external_id := case when p_attempt.word = 'succeeded' then coalesce(p_attempt.external_id, p_external_id)
    else coalesce(p_external_id, p_attempt.external_id) end;
  p_attempt.word := 'succeeded';
  p_attempt.word_at := coalesce(p_attempt.word_at, p_at);
  -- Others that it may have made keep its slot until they are over.
  if not private.may_live(p_attempt) or private.is_publication(p_job) then
    -- One that was superseded, and succeeds first after all, has a row in the outbox.
    if not exists (select from private.cancels where token = p_attempt.token)
       or not worker.task_over(p_attempt.token, 'succeeded') then
      perform private.free_slot(p_attempt.slot_id, p_attempt.token);
    end if;
  elsif exists (
    select from private.slots where slot_id = p_attempt.slot_id and token = p_attempt.token) then
    perform private.leave_cancel(p_job, p_attempt, 'produced', p_at);
  end if;
  return p_attempt;
end
$$;
comment on function private.accept_success(public.jobs, public.job_attempts, text, timestamptz) is
  'The provider has the result of an attempt of a locked, open job: whatever else is done for the job is in vain, and '
  'its slot is free unless other tasks of it may live. Returns the attempt as it is to be written.';
revoke execute on function private.accept_success(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.has_produced(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from public.job_attempts where job_id = p_job_id and phase = 'produced');
end
$$;
comment on function private.has_produced(uuid) is 'Whether the result of one of a job''s attempts is being copied.';
revoke execute on function private.has_produced(uuid) from public;

create function worker.produced(
  p_job_id uuid, p_token uuid, p_outputs jsonb, p_data jsonb default null, p_raw jsonb default null,
  p_external_id text default null, p_cost numeric default null, p_cost_currency text default null
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  if jsonb_typeof(p_outputs) is distinct from 'array' then
    perform private.refuse(422, 'invalid_input', 'The outputs are an array.', 'outputs');
  end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null then return private.success_of_gone(p_job_id, p_token, p_external_id); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.hear_of_ended(p_token, 'succeeded', p_external_id, v_now);
    if v_attempt.outcome = 'succeeded' then return 'duplicate'; end if;
    -- A result that came with the answer is stored before it is told of.
    if v_attempt.checkpoint ? 'stored' then perform private.doom_late_files(v_job, v_attempt.attempt, v_now); end if;
    return 'late';
  end if;
  if v_attempt.phase <> 'produced' and private.has_produced(p_job_id) then
    perform private.hear_of_ended(p_token, 'succeeded', p_external_id, v_now);
    return 'late';
  end if;
  if v_attempt.phase = 'produced' then
    -- Addresses that have gone stale are told anew.
    update public.job_attempts set outputs = p_outputs, data = coalesce(p_data, data)
    where job_id = p_job_id and token = p_token and outputs <> p_outputs;
    return 'duplicate';
  end if;
  v_attempt := private.accept_success(v_job, v_attempt, p_external_id, v_now);
  update public.job_attempts set phase = 'produced', outcome = null, finished_at = null, word = v_attempt.word,
    word_at = v_attempt.word_at, external_id = v_attempt.external_id, outputs = p_outputs, data = p_data,
    raw_api_response = coalesce(p_raw, raw_api_response), 
    cost = case when p_cost_currency is not null then p_cost end,
    cost_currency = case when p_cost is not null then p_cost_currency end
  where job_id = p_job_id and token = p_token;
  perform private.show_produced(v_job, v_attempt, v_now);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'produced';
end
$$;
comment on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) is
  'The provider has the result. p_outputs: where it keeps it, [{url, contentType}]; p_data: a result that is no '
  'file; p_raw: its answer, redacted; p_external_id: the task that succeeded, where the attempt may have made '
  'several; p_cost, p_cost_currency: what the provider says that it cost. From here on the result is only copied: '
  'there is no deadline but that of copying, no further attempt, no cancel. Returns produced; duplicate (told '
  'before: go on copying, perhaps from fresh addresses); late (the job has ended or is gone, or another attempt''s '
  'result is being copied: copy nothing). Errors: 409 stale_token, 422 invalid_input.';
revoke execute on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) from public;
grant execute on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) to service_role;

create function private.show_produced(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.jobs set status = 'processing', run_at = null, deadline_at = null, refundable = false,
    attempt = greatest(attempt, p_attempt.attempt), started_at = coalesce(started_at, p_at),
    request_id = coalesce(p_attempt.external_id, request_id),
    current_step = greatest(current_step, 'running'),
    step_history = case when current_step < 'running' then step_history || private.step('running', p_at,
        jsonb_build_object('taskId', p_attempt.external_id, 'attempt', nullif(p_attempt.attempt, p_job.attempt)))
      else step_history end
  where id = p_job.id;
end
$$;
comment on function private.show_produced(public.jobs, public.job_attempts, timestamptz) is
  'Shows on a locked job that one of its attempts has succeeded at the provider.';
revoke execute on function private.show_produced(public.jobs, public.job_attempts, timestamptz) from public;
