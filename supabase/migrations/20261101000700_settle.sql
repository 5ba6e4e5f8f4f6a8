-- Settle: turning a provider's answer into a stored result or a classified failure.
--
-- A settle message points at an attempt whose outcome is to be found out: sent by a webhook, or by the reaper when no
-- webhook came. The worker asks the provider for the truth, stores what there is, and ends the attempt with one of the
-- functions here. Every one of them shows the attempt's token; none of them changes a job that is terminal already.
--
-- Lock order: job → slot → attempt → credit account (see the queue room).

select pgmq.create('settle_queue');
select pgmq.create('dead_letters');

create function private.send_to_settle(p_job_id uuid, p_attempt smallint, p_kind text default null, p_delay interval default '0') returns bigint
language plpgsql set search_path = '' as $$
declare
  v_msg_id bigint;
begin
  -- What pgmq.send does; but the statement is planned once.
  insert into pgmq.q_settle_queue (vt, message)
  values (clock_timestamp() + p_delay, jsonb_strip_nulls(jsonb_build_object('job_id', p_job_id, 'attempt', p_attempt, 'kind', p_kind)))
  returning msg_id into v_msg_id;
  return v_msg_id;
end
$$;
comment on function private.send_to_settle(uuid, smallint, text, interval) is
  'Sends a settle message for an attempt, to be seen after p_delay, and returns its id. p_kind: null after a webhook, poll or cancel.';

create function worker.receive_settlements(p_qty integer default 10)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_messages private.message[] := private.read_messages('settle_queue', '60 seconds', p_qty);
  v_live integer;
begin
  if v_messages is null then return; end if;
  return query select * from private.live_items('settle_queue', v_messages);
  get diagnostics v_live = row_count;
  if v_live < cardinality(v_messages) then perform private.archive_dead_messages('settle_queue', v_messages); end if;
end
$$;
comment on function worker.receive_settlements(integer) is
  'Leases up to p_qty settle messages for 60 seconds, of every lane, and returns their work items as worker.receive does. Messages of jobs that have ended meanwhile are archived.';
grant execute on function worker.receive_settlements(integer) to service_role;

-- Success -------------------------------------------------------------------------------------------------------

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
    if v_attempt.attempt <> v_job.attempt then perform private.end_attempts(p_job_id, 'superseded', v_now, p_except => p_token); end if;
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
  'The result is stored: completes the job, frees its slot and dispatches the next. p_output: {"files": [{bucket, path, content_type, bytes}], "data"?: {…}}, data being a result that is no file; p_output_url: permanent address of the first file, null without one. Returns completed, duplicate (done before) or late (the job had ended otherwise: the result is kept as an orphan and not applied). Error: 409 stale_token.';
grant execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) to service_role;

create function private.end_attempts(p_job_id uuid, p_outcome text, p_at timestamptz, p_except uuid default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- finished_at is as good as outcome here, and leads the planner to the job's attempts rather than through all open ones.
  update public.job_attempts set outcome = p_outcome, phase = 'finished', finished_at = p_at
  where job_id = p_job_id and finished_at is null and token is distinct from p_except;
end
$$;
comment on function private.end_attempts(uuid, text, timestamptz, uuid) is 'Ends the open attempts of a job but the one with token p_except.';

-- Failure -------------------------------------------------------------------------------------------------------

create function private.retry_delay(p_lane text, p_retry_count integer) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  -- Full jitter: anything up to the exponential bound, so that jobs that failed together do not come back together.
  return (
    select random() * least(backoff_max, backoff_base * power(2, least(p_retry_count, 20)))
    from private.lanes where lane = p_lane);
end
$$;
comment on function private.retry_delay(text, integer) is
  'How long to wait before the retry after p_retry_count earlier ones: random between zero and backoff_base × 2^p_retry_count, at most backoff_max (exponential backoff with full jitter).';

create function private.fail_job(p_job public.jobs, p_step public.job_step, p_error_code text, p_error_message text, p_at timestamptz)
returns void language plpgsql set search_path = '' as $$
declare
  v_balance integer := private.refund(p_job.user_id, p_job.id);
begin
  update public.jobs set status = 'failed', current_step = 'failed', failed_at_step = p_step, completed_at = p_at, run_at = null,
    error_code = p_error_code, error_message = p_error_message,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object(
      'error', p_error_message, 'error_code', p_error_code, 'at_step', p_step,
      'refunded', case when v_balance is not null then credits_charged end, 'newBalance', v_balance))
  where id = p_job.id;
  perform pgmq.send('dead_letters', jsonb_build_object('job_id', p_job.id, 'attempt', p_job.attempt, 'error_code', p_error_code));
end
$$;
comment on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz) is
  'Ends a locked job as failed at a step, refunds it and leaves a dead letter.';

create function private.requeue_job(
  p_job public.jobs, p_error_code text, p_error_message text, p_retry_class text, p_delay interval, p_at timestamptz
) returns void language plpgsql volatile set search_path = '' as $$
declare
  v_waits integer; -- in a row, with this one
begin
  -- A provider that is busy for hours sends a job back every few seconds. After ten times only the 16th, 32nd, 64th and
  -- so on are written into the history; the version rises with each, and each is an attempt.
  if p_retry_class = 'wait' and p_job.step_history -> -1 ->> 'step' = 'starting' then
    select count(*) into v_waits from public.job_attempts w where w.job_id = p_job.id and w.attempt > (
      select coalesce(max(o.attempt), 0) from public.job_attempts o where o.job_id = p_job.id and o.outcome is distinct from 'waited');
  end if;
  update public.jobs set status = 'pending', current_step = 'queued', started_at = null, deadline_at = null, progress = null,
    run_at = p_at + p_delay, queued_at = p_at,
    retry_count = retry_count + (p_retry_class = 'backoff')::integer,
    step_history = case when v_waits > 10 and v_waits & (v_waits - 1) <> 0 then step_history
      else step_history || private.step('queued', p_at, jsonb_build_object(
        'attempt', attempt, 'error', p_error_message, 'error_code', p_error_code,
        'retry_class', p_retry_class, 'retry_at', p_at + p_delay, 'waits', nullif(v_waits, 1))) end
  where id = p_job.id;
end
$$;
comment on function private.requeue_job(public.jobs, text, text, text, interval, timestamptz) is
  'Puts a locked job back to wait: it keeps its ticket, so its place in time. Only the class backoff uses up an attempt. The history tells of the first ten waits in a row for a busy provider, then of every power of two, with their number (waits).';

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
    when p_retry_class = 'never' or (p_retry_class = 'backoff' and v_job.retry_count + 1 >= v_job.max_attempts) then 'failed'
    else 'retried' end;

  if v_verdict in ('failed', 'retried') then perform private.free_slot(p_job_id); end if;
  if v_verdict <> 'duplicate' then
    update public.job_attempts set phase = 'finished', finished_at = v_now, error_code = p_error_code, error_message = v_message,
      raw_api_response = coalesce(p_raw, raw_api_response),
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
    perform private.pause_account(v_attempt.account_id, coalesce(p_retry_after, interval '15 minutes'), concat_ws(': ', p_error_code, v_message));
  end if;
  if v_verdict in ('failed', 'retried') then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.attempt_failed(uuid, uuid, text, text, text, jsonb, interval, text, bigint) is
  'An attempt did not succeed. p_retry_class: never (permanent: the job fails and is refunded), backoff (again later, uses up an attempt; fails when none is left), wait (provider busy: again after p_retry_after, uses none), pause (the account cannot be used: it is paused, the job waits for another, uses none). Returns failed, retried, duplicate or late. Errors: 409 stale_token, 422 invalid_retry_class.';
grant execute on function worker.attempt_failed(uuid, uuid, text, text, text, jsonb, interval, text, bigint) to service_role;

create function private.pause_account(p_account_id integer, p_for interval, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  -- An account that is just being changed is left alone: the next failure on it pauses it. Waiting here for an
  -- account while holding a job would break the lock order.
  -- A pause is never made shorter, and keeps the reason of whoever made it longer.
  update private.accounts set paused_until = private.now() + p_for, pause_reason = p_reason
  where account_id = (
    select account_id from private.accounts
    where account_id = p_account_id and coalesce(paused_until < private.now() + p_for, true)
    for update skip locked);
end
$$;
comment on function private.pause_account(integer, interval, text) is 'Gives an account no further jobs for p_for; the reason is shown to operators.';

create function private.can_end_at_once(p_job_id uuid, p_user_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform set_config('esteira.effect', 'holds', true); -- so that effects wait for nothing either (results room)
  perform from private.slots where job_id = p_job_id for update skip locked;
  if not found and exists (select from private.slots where job_id = p_job_id) then return false; end if;
  perform from public.credit_accounts where user_id = p_user_id for update skip locked;
  return found or not exists (select from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function private.can_end_at_once(uuid, uuid) is
  'Locks what ending an attempt of a locked job needs, its slot and its user''s credit account; false when somebody else has one of them. For those who end many in one transaction, and so wait for nothing.';

-- Dead letters --------------------------------------------------------------------------------------------------

create function ops.redrive(
  p_tool text default null, p_error_code text default null, p_user_id uuid default null, p_limit integer default 100
) returns table (job_id uuid, new_job_id uuid, error text)
language plpgsql security definer set search_path = '' as $$
declare
  v_letter record;
begin
  for v_letter in
    select m.msg_id, j.id from pgmq.read('dead_letters', 60, p_limit) m
    join public.jobs j on j.id = (m.message ->> 'job_id')::uuid
    where (p_tool is null or j.tool = p_tool) and (p_error_code is null or j.error_code = p_error_code)
      and (p_user_id is null or j.user_id = p_user_id)
    order by m.msg_id
  loop
    job_id := v_letter.id;
    new_job_id := null;
    error := null;
    begin
      new_job_id := (public.retry_job(v_letter.id)).id;
      perform pgmq.delete('dead_letters', v_letter.msg_id);
    exception when others then
      error := sqlerrm; -- the letter stays: a user without credits, a tool that is switched off
    end;
    return next;
  end loop;
end
$$;
comment on function ops.redrive(text, text, uuid, integer) is
  'Puts dead letters back: each failed job that fits is done again as a new job, charged anew. Looks at up to p_limit letters at a time; those that do not fit, or whose retry is refused, stay and come up again after a minute. Returns a row for each that fits: the new job, or why there is none.';

revoke execute on all functions in schema private, worker, ops from public;
