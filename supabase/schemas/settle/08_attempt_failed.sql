create function worker.attempt_failed(
  p_job_id uuid, p_token uuid, p_retry_class text, p_error_code text, p_error_message text,
  p_raw jsonb default null, p_retry_after interval default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_lane private.lanes;
  v_verdict text;
  v_message text := coalesce(p_error_message, p_error_code, 'unknown error');
begin
  if p_retry_class is null or p_retry_class not in ('never', 'backoff', 'wait', 'pause') then
    perform private.refuse(422, 'invalid_retry_class', format('%L is no retry class.', p_retry_class), 'retry_class');
  end if;
  v_job := private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  select * into v_lane from private.lanes where lane = v_job.lane;
  v_now := private.now();
  v_verdict := case
    when v_attempt.outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'orphaned') then 'duplicate'
    when v_job.status <> 'processing' or v_job.attempt <> v_attempt.attempt then 'late'
    when p_retry_class = 'never' or (p_retry_class = 'backoff' and v_job.retry_count + 1 >= v_job.max_attempts)
      then 'failed'
    else 'retried' end;

  if v_verdict in ('failed', 'retried') then perform private.free_slot(p_job_id); end if;
  if v_verdict <> 'duplicate' then
    update public.job_attempts set phase = 'finished', finished_at = v_now, error_code = p_error_code,
      error_message = v_message, raw_api_response = coalesce(p_raw, raw_api_response),
      outcome = case
        when v_verdict = 'late' then coalesce(outcome, 'orphaned') when v_verdict = 'failed' then 'failed'
        when p_retry_class = 'wait' then 'waited' when p_retry_class = 'pause' then 'paused' else 'retried' end
    where job_id = p_job_id and token = p_token;
  end if;

  if v_verdict = 'failed' then
    perform private.fail_job(v_job, v_job.current_step, p_error_code, v_message, v_now);
  elsif v_verdict = 'retried' then
    perform private.requeue_job(v_job, p_error_code, v_message, p_retry_class, case p_retry_class
      when 'backoff' then greatest(private.retry_delay(v_job.lane, v_job.retry_count), p_retry_after)
      when 'wait' then coalesce(p_retry_after, v_lane.backoff_base * (0.5 + random()))
      else interval '0' end, v_now);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if p_retry_class = 'pause' and v_verdict = 'retried' then
    perform private.pause_account(v_attempt.account_id, coalesce(p_retry_after, interval '15 minutes'),
      concat_ws(': ', p_error_code, v_message));
  end if;
  if v_verdict in ('failed', 'retried') then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.attempt_failed(uuid, uuid, text, text, text, jsonb, interval, text, bigint) is
  'An attempt did not succeed. p_retry_class: never (permanent: the job fails and is refunded), backoff (again later, '
  'uses up an attempt; fails when none is left), wait (provider busy: again after p_retry_after, uses none), pause '
  '(the account cannot be used: it is paused, the job waits for another, uses none). Returns failed, retried, '
  'duplicate or late. Errors: 409 stale_token, 422 invalid_retry_class.';
revoke execute on function worker.attempt_failed(uuid, uuid, text, text, text, jsonb, interval, text, bigint)
  from public;
grant execute on function worker.attempt_failed(uuid, uuid, text, text, text, jsonb, interval, text, bigint)
  to service_role;
