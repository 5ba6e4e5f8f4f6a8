create function private.finish_attempt(p_attempt public.job_attempts, p_outcome text, p_raw jsonb, p_at timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  perform private.drop_question(p_attempt.question_id);
  update public.job_attempts set phase = 'finished', outcome = p_outcome, question_id = null,
    finished_at = coalesce(finished_at, p_at), word = p_attempt.word, word_at = p_attempt.word_at,
    external_id = p_attempt.external_id, raw_api_response = coalesce(p_raw, raw_api_response)
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
end
$$;
comment on function private.finish_attempt(public.job_attempts, text, jsonb, timestamptz) is
  'Writes the end of an attempt whose task is over.';
revoke execute on function private.finish_attempt(public.job_attempts, text, jsonb, timestamptz) from public;

create function worker.complete(
  p_job_id uuid, p_token uuid, p_output jsonb, p_output_url text default null, p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null then return private.success_of_gone(p_job_id, p_token); end if;
  v_verdict := case
    when v_attempt.outcome = 'succeeded' then 'duplicate'
    when v_job.status in ('completed', 'failed', 'cancelled') then 'late'
    else 'completed' end;

  if v_verdict = 'completed' then
    -- An older attempt that succeeds after all completes the job; whatever the newer one is doing is in vain.
    v_attempt := private.accept_success(v_job, v_attempt, null, v_now);
    update public.jobs set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null,
      progress = 100, output = p_output, output_bytes = private.output_bytes(p_output), output_url = p_output_url,
      refundable = false,
      request_id = coalesce(v_attempt.external_id, request_id),
      step_history = step_history || private.step('completed', v_now, jsonb_build_object('outputUrl', p_output_url))
    where id = p_job_id;
    perform private.finish_attempt(v_attempt, 'succeeded', p_raw, v_now);
  elsif v_verdict = 'late' then
    perform private.hear_of_ended(p_token, 'succeeded', null, v_now);
    perform private.finish_attempt(v_attempt, 'orphaned', p_raw, v_now);
    perform private.doom_late_files(v_job, v_attempt.attempt, v_now);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if v_verdict = 'completed' then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) is
  'The result is stored: completes the job and dispatches the next. p_output: {"files": [{bucket, path, '
  'content_type, bytes}], "data"?: {…}}, data being a result that is no file; p_output_url: permanent address of '
  'the first file, null without one. Returns completed, duplicate (done before) or late (the job had ended '
  'otherwise, or is gone: the result is not applied, and its files are deleted). Error: 409 stale_token.';
revoke execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) from public;
grant execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) to service_role;
