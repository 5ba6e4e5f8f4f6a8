create function private.give_up_output(
  p_job public.jobs, p_attempt public.job_attempts, p_code text, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.supersede_others(p_job, p_attempt.token, p_at);
  perform private.end_attempt(p_job, p_attempt, 'failed', 'produced', p_at, p_code, p_message,
    case when p_attempt.outcome is not null then false end); -- one that had ended is known to be over
  perform private.fail_job(p_job, case when p_job.current_step < 'running' then 'running' else p_job.current_step end,
    p_code, p_message, p_at, p_is_counted => true);
end
$$;
comment on function private.give_up_output(public.jobs, public.job_attempts, text, text, timestamptz) is
  'Ends a locked job whose result cannot be kept: failed, paid back, no further attempt. The caller dispatches.';
revoke execute on function private.give_up_output(public.jobs, public.job_attempts, text, text, timestamptz)
  from public;

create function worker.output_refused(
  p_job_id uuid, p_token uuid, p_error_code text, p_error_message text, p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
  v_verdict text;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_verdict := case
    when v_attempt.error_code = p_error_code and v_attempt.outcome = 'failed' then 'duplicate'
    when v_job.status in ('completed', 'failed', 'cancelled') then 'late' else 'failed' end;
  if v_verdict = 'failed' then
    -- A result that is refused is one: the provider's success, also where its answer was the first that told of it.
    v_attempt := private.accept_success(v_job, v_attempt, null, private.now());
    update public.job_attempts set word = v_attempt.word, word_at = v_attempt.word_at,
      raw_api_response = coalesce(p_raw, raw_api_response)
    where job_id = p_job_id and token = p_token;
    perform private.give_up_output(v_job, v_attempt, p_error_code, coalesce(p_error_message, p_error_code),
      private.now());
    perform private.dispatch(v_job.lane, p_poke => false);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return v_verdict;
end
$$;
comment on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) is
  'The provider''s result is one that is not kept, whatever is done: p_error_code output_too_large, '
  'output_wrong_type or output_unavailable. The job fails and is paid back; nothing is bought again. Returns '
  'failed, duplicate or late. Error: 409 stale_token.';
revoke execute on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) from public;
grant execute on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) to service_role;
