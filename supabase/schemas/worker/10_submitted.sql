create function private.take_up_task(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_details jsonb, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  -- A webhook may have come first: then the step is further on already, and only the id is news.
  update public.jobs set request_id = p_external_id,
    current_step = case current_step when 'starting' then 'running' else current_step end,
    step_history = case current_step
      when 'starting' then step_history
        || private.step('running', p_at, jsonb_build_object('taskId', p_external_id) || p_details)
      else step_history end
  where id = p_job.id;
end
$$;
comment on function private.take_up_task(public.jobs, public.job_attempts, text, jsonb, timestamptz) is
  'The task of a locked job''s running attempt has become known: shows it.';
revoke execute on function private.take_up_task(public.jobs, public.job_attempts, text, jsonb, timestamptz) from public;

create function private.ask_first(p_job public.jobs, p_attempt public.job_attempts) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_job.lane;
  if v_lane.delivery not in ('poll', 'webhook') or p_attempt.word is not null or p_attempt.question_id is not null then
    return p_attempt.question_id;
  end if;
  return private.send_to_settle(p_attempt, 'poll', v_lane.poll_after);
end
$$;
comment on function private.ask_first(public.jobs, public.job_attempts) is
  'Sets the first question to the provider about a task that has become known, where there is one to be set. Returns '
  'its message.';
revoke execute on function private.ask_first(public.jobs, public.job_attempts) from public;

create function private.other_name(p_known text, p_named text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_known <> p_named then jsonb_build_object('other_id', p_named) else '{}' end;
end
$$;
comment on function private.other_name(text, text) is
  'For an attempt''s checkpoint: a name that its task was given beside the one that it has; see worker.other_task.';
revoke execute on function private.other_name(text, text) from public;

create function worker.submitted(
  p_job_id uuid, p_token uuid, p_external_id text, p_raw jsonb, p_details jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null, p_checkpoint jsonb default '{}'
) returns public.job_status
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_is_news boolean; -- to the job
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  v_is_news := v_job.status = 'processing' and v_attempt.outcome is null and v_job.attempt = v_attempt.attempt
    and (v_attempt.external_id is null or v_job.current_step = 'starting');
  if v_attempt.token is null or v_attempt.outcome is not null then
    -- It has ended, and perhaps its job is gone: the outbox hears of the task.
    if not private.note_task(p_token, p_external_id, v_now, p_checkpoint) and v_attempt.token is null then
      perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
    end if;
  end if;
  -- The first id stays, and the first answer with it: a worker that finds the task has none of its own to show.
  update public.job_attempts set external_id = coalesce(external_id, p_external_id),
    raw_api_response = coalesce(p_raw, raw_api_response), submitted_at = coalesce(submitted_at, v_now),
    -- What a webhook has named before may have been a stranger's task.
    checkpoint = checkpoint || p_checkpoint || private.other_name(external_id, p_external_id),
    question_id = case when v_is_news then private.ask_first(v_job, v_attempt) else question_id end,
    phase = case when phase in ('settling', 'produced', 'finished') then phase else 'submitted' end
  where job_id = p_job_id and token = p_token;
  if v_is_news then
    perform private.take_up_task(v_job, v_attempt, coalesce(v_attempt.external_id, p_external_id), p_details, v_now);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return coalesce(v_job.status, 'cancelled');
end
$$;
comment on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) is
  'The provider has taken the task. p_external_id: its id, as text, kept unless one is known already; p_raw: its '
  'answer, redacted, or null to keep the one that is there; p_details: shown in the history (taskStatus, …); '
  'p_queue and p_msg_id: the message to acknowledge; p_checkpoint: what settling or cancelling has to know of the '
  'task, merged. Returns the job''s status, cancelled when it is gone: after a terminal one the outbox has the task '
  'to stop. Error: 409 stale_token.';
revoke execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) from public;
grant execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) to service_role;
