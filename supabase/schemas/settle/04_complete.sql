create function worker.complete(
  p_job_id uuid, p_token uuid, p_output jsonb, p_output_url text default null, p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_is_free boolean := false; -- a slot is
begin
  v_job := private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  v_verdict := case
    when v_attempt.outcome = 'succeeded' then 'duplicate'
    when v_job.status in ('completed', 'failed', 'cancelled') then 'late'
    else 'completed' end;

  if v_verdict = 'completed' then
    -- An older attempt that succeeds after all completes the job; whatever the newer one is doing is in vain.
    update public.jobs set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null,
      progress = 100, output = p_output, output_url = p_output_url,
      request_id = coalesce(v_attempt.external_id, request_id),
      step_history = step_history || private.step('completed', v_now, jsonb_build_object('outputUrl', p_output_url))
    where id = p_job_id;
    v_is_free := private.free_slot(p_job_id);
    if v_attempt.attempt <> v_job.attempt then
      perform private.end_attempts(p_job_id, 'superseded', v_now, p_except => p_token);
    end if;
  end if;
  if v_verdict <> 'duplicate' then
    update public.job_attempts set phase = 'finished', finished_at = coalesce(finished_at, v_now),
      outcome = case v_verdict when 'completed' then 'succeeded' else 'orphaned' end,
      raw_api_response = coalesce(p_raw, raw_api_response)
    where job_id = p_job_id and token = p_token;
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if v_is_free then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) is
  'The result is stored: completes the job, frees its slot and dispatches the next. p_output: {"files": [{bucket, '
  'path, content_type, bytes}], "data"?: {…}}, data being a result that is no file; p_output_url: permanent address '
  'of the first file, null without one. Returns completed, duplicate (done before) or late (the job had ended '
  'otherwise: the result is kept as an orphan and not applied). Error: 409 stale_token.';
revoke execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) from public;
grant execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) to service_role;
