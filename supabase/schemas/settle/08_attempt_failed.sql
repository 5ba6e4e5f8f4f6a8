create type private.failure as (retry_class text, code text, message text, raw jsonb, retry_after interval);
comment on type private.failure is 'Why an attempt did not succeed, and how long its provider asks to wait.';

create function private.bounded(p_wait interval, p_longest interval) returns interval
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_wait is not null then least(greatest(p_wait, interval '0'), p_longest) end;
end
$$;
comment on function private.bounded(interval, interval) is
  'A time to wait as somebody outside has asked for it, made no shorter than nothing and no longer than p_longest; '
  'null if nobody has.';
revoke execute on function private.bounded(interval, interval) from public;

create function private.verdict_of_failure(
  p_job public.jobs, p_attempt public.job_attempts, p_is_refusal boolean, p_is_all_over boolean
) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.outcome is not null then return 'ended'; end if;
  if p_attempt.phase = 'produced' then return 'duplicate'; end if; -- it has the result: only copying can fail
  if p_job.status <> 'processing' or p_job.attempt <> p_attempt.attempt then return 'late'; end if;
  if p_attempt.submits = 0 then return 'ends'; end if;
  -- A refusal speaks of one submit: another may have been taken.
  if p_is_refusal then
    return case when p_attempt.submits > 1 or p_attempt.external_id is not null or p_attempt.word is not null
      then 'in_doubt' else 'ends' end;
  end if;
  return case when private.may_be_several(p_attempt.resubmit, p_attempt.submits) and not p_is_all_over
    then 'in_doubt' else 'ends' end;
end
$$;
comment on function private.verdict_of_failure(public.jobs, public.job_attempts, boolean, boolean) is
  'What a failure comes to: ends (the attempt), in_doubt (a task of it may live: nothing changes), ended (before), '
  'late or duplicate.';
revoke execute on function private.verdict_of_failure(public.jobs, public.job_attempts, boolean, boolean) from public;

create function private.end_by_failure(
  p_job public.jobs, p_attempt public.job_attempts, p_failure private.failure, p_at timestamptz,
  p_delay interval default null
) returns text
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_delay interval;
  v_is_last boolean;
begin
  select * into v_lane from private.lanes where lane = p_job.lane;
  -- Another attempt has succeeded, and its result is on its way: the job waits for that.
  if p_attempt.word is distinct from 'succeeded' and private.has_success(p_job.id) then
    p_failure.retry_class := 'wait';
  end if;
  v_delay := coalesce(p_delay, case p_failure.retry_class
    when 'backoff' then greatest(private.retry_delay(p_job.lane, p_job.retry_count), p_failure.retry_after)
    when 'wait' then coalesce(p_failure.retry_after, v_lane.backoff_base * (0.5 + random()))
    else interval '0' end);
  -- After a success nothing more is bought, and with little time left no try is begun.
  v_is_last := p_failure.retry_class = 'never' or p_attempt.word is not distinct from 'succeeded'
    or (p_failure.retry_class = 'backoff'
      and (p_job.retry_count + 1 >= p_job.max_attempts or p_at + v_delay > private.retry_by(p_job)));

  perform private.end_attempt(p_job, p_attempt, case
      when v_is_last then 'failed' when p_failure.retry_class = 'wait' then 'waited'
      when p_failure.retry_class = 'pause' then 'paused' else 'retried' end,
    null, p_at, p_failure.code, p_failure.message, p_may_live => false);
  if not v_is_last then
    perform private.requeue_job(p_job, p_failure.code, p_failure.message, p_failure.retry_class, v_delay, p_at,
      p_gives_back => p_failure.retry_class <> 'backoff' and (p_attempt.submits = 0 or p_attempt.never_existed));
    return 'retried';
  end if;
  perform private.fail_job(p_job, private.step_of(p_job, p_attempt), p_failure.code, p_failure.message, p_at,
    p_is_counted => private.had_task(p_job.id));
  return 'failed';
end
$$;
comment on function private.end_by_failure(
  public.jobs, public.job_attempts, private.failure, timestamptz, interval) is
  'Ends the running attempt of a locked job, whose task is over or never was, as a failure of this class would have '
  'it: the job waits again (retried; p_delay: for so long), or fails. The caller dispatches.';
revoke execute on function private.end_by_failure(
  public.jobs, public.job_attempts, private.failure, timestamptz, interval) from public;

create function private.step_of(p_job public.jobs, p_attempt public.job_attempts) returns public.job_step
language plpgsql immutable set search_path = '' as $$
begin
  -- What went wrong inside the task went wrong while it ran, whoever told us and when.
  return case when p_attempt.submits > 0 and not p_attempt.never_existed and p_job.current_step > 'running'
    then 'running' else p_job.current_step end;
end
$$;
comment on function private.step_of(public.jobs, public.job_attempts) is
  'The step at which a job fails whose running attempt has failed at the provider.';
revoke execute on function private.step_of(public.jobs, public.job_attempts) from public;

create function worker.attempt_failed(
  p_job_id uuid, p_token uuid, p_retry_class text, p_error_code text, p_error_message text,
  p_raw jsonb default null, p_retry_after interval default null,
  p_queue text default null, p_msg_id bigint default null, p_all_over boolean default false
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_is_refusal boolean;
  v_failure private.failure := (p_retry_class, private.cut(p_error_code, 200),
    private.cut(coalesce(p_error_message, p_error_code, 'unknown error')), p_raw,
    private.bounded(p_retry_after, case when p_retry_class = 'pause' then interval '1 day' else '1 hour' end));
begin
  if p_retry_class is null or p_retry_class not in ('never', 'backoff', 'wait', 'pause') then
    perform private.refuse(422, 'invalid_retry_class', format('%L is no retry class.', p_retry_class), 'retry_class');
  end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  -- Whoever settles speaks of the task; whoever has the lane's message, of the submit.
  v_is_refusal := case when p_queue is not null then p_queue <> 'settle_queue'
    else v_attempt.phase in ('dispatched', 'preparing', 'submitting') end;
  if v_attempt.token is null then
    return private.failure_of_gone(p_job_id, p_token, p_queue, v_now);
  end if;
  v_verdict := private.verdict_of_failure(v_job, v_attempt, v_is_refusal, p_all_over);
  if v_verdict = 'in_doubt' then return v_verdict; end if;
  if v_verdict in ('ended', 'late') then
    v_verdict := private.note_late_failure(v_attempt, v_failure, v_is_refusal, v_now);
  elsif v_verdict = 'ends' then
    v_attempt.never_existed := v_is_refusal and v_attempt.submits > 0;
    v_verdict := private.end_by_failure(v_job, v_attempt, v_failure, v_now);
    -- The last word on a task is kept, whoever told it.
    update public.job_attempts set raw_api_response = coalesce(p_raw, raw_api_response),
      word = case when submits > 0 and not never_existed then coalesce(word, 'failed') else word end,
      word_at = case when submits > 0 and not never_existed then coalesce(word_at, v_now) else word_at end
    where job_id = p_job_id and token = p_token;
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if p_retry_class = 'pause' and v_verdict = 'retried' then
    perform private.pause_account(v_attempt.account_id,
      coalesce(v_failure.retry_after, interval '15 minutes'),
      concat_ws(': ', v_failure.code, v_failure.message));
  end if;
  if v_verdict in ('failed', 'retried') then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) is
  'An attempt did not succeed. p_retry_class: never (permanent: the job fails and is refunded), backoff (again '
  'later, uses up an attempt; fails when none is left, or no time), wait (provider busy: again after p_retry_after, '
  'uses none), pause (the account cannot be used: it is paused, the job waits for another, uses none). '
  'p_retry_after counts to an hour, in a pause to a day. p_queue, p_msg_id: the message to acknowledge; it also '
  'says what is spoken of: settle_queue, the task; any other, a submit that was refused. p_all_over: every task '
  'that several submits may have made is over. Returns failed, retried, duplicate, late, or in_doubt: a task of the '
  'attempt may live, so nothing was changed and nothing acknowledged. Errors: 409 stale_token, 422 '
  'invalid_retry_class.';
revoke execute on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) from public;
grant execute on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) to service_role;
