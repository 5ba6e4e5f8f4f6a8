create function worker.submitted(
  p_job_id uuid, p_token uuid, p_external_id text, p_raw jsonb, p_details jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null, p_checkpoint jsonb default '{}'
) returns public.job_status
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  v_job := private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  -- A worker that finds the task submitted already has no answer of its own to show: the first one stays.
  update public.job_attempts set external_id = p_external_id, raw_api_response = coalesce(p_raw, raw_api_response),
    submitted_at = v_now, checkpoint = checkpoint || p_checkpoint,
    phase = case when phase in ('settling', 'finished') then phase else 'submitted' end
  where job_id = p_job_id and token = p_token;

  -- A webhook may have come first: then the step is further on already, and only the id is news.
  if v_job.status = 'processing' and v_job.attempt = v_attempt.attempt then
    update public.jobs set request_id = p_external_id,
      current_step = case current_step when 'starting' then 'running' else current_step end,
      step_history = case current_step
        when 'starting' then step_history
          || private.step('running', v_now, jsonb_build_object('taskId', p_external_id) || p_details)
        else step_history end
    where id = p_job_id;
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return v_job.status;
end
$$;
comment on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) is
  'The provider has taken the task. p_external_id: its id, as text; p_raw: its answer, redacted, or null to keep the '
  'one that is there; p_details: shown in the history (taskStatus, …); p_queue and p_msg_id: the message to '
  'acknowledge; p_checkpoint: what settling or cancelling has to know of the task, merged. Returns the job''s status: '
  'when it is terminal the caller cancels the task at the provider. Error: 409 stale_token.';
revoke execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) from public;
grant execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) to service_role;
