create function private.give_up(
  p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  v_code text := case when private.is_in_doubt(p_attempt) then 'submit_unknown' else 'deadline_exceeded' end;
begin
  if private.is_committed(p_job, p_attempt) then
    perform private.end_unknown(p_job, p_attempt, p_message, p_at);
    return;
  end if;
  perform private.end_attempt(p_job, p_attempt, 'failed', v_code, p_at, v_code, p_message);
  perform private.fail_job(p_job, private.step_of(p_job, p_attempt), v_code, p_message, p_at,
    p_is_counted => private.had_task(p_job.id));
end
$$;
comment on function private.give_up(public.jobs, public.job_attempts, text, timestamptz) is
  'Ends a locked job whose task has not been heard of in time: failed (submit_unknown while its submit is in doubt, '
  'else deadline_exceeded), paid back, no further attempt. The slot stays with the attempt until its task is over. A '
  'publication that may be there ends as outcome_unknown. The caller dispatches.';
revoke execute on function private.give_up(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.is_in_doubt(p_attempt public.job_attempts) returns boolean
language sql immutable set search_path = '' as $$
  select p_attempt.phase = 'submitting' and p_attempt.external_id is null and p_attempt.word is null
$$;
comment on function private.is_in_doubt(public.job_attempts) is
  'Whether nobody knows if an attempt''s submit has made a task: it has passed the checkpoint, and nothing was heard.';
revoke execute on function private.is_in_doubt(public.job_attempts) from public;

create function worker.submit_unknown(
  p_job_id uuid, p_token uuid, p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  if v_job.status <> 'processing' or v_attempt.outcome is not null or v_job.attempt <> v_attempt.attempt then
    perform private.acknowledge(p_queue, p_msg_id);
    return 'late';
  end if;
  -- Looked at again under the lock: since the worker read it, the task may have been heard of.
  if not private.is_in_doubt(v_attempt) then return 'known'; end if;
  perform private.give_up(v_job, v_attempt, 'The provider never said whether it took the task', private.now());
  perform private.acknowledge(p_queue, p_msg_id);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'failed';
end
$$;
comment on function worker.submit_unknown(uuid, uuid, text, bigint) is
  'Nobody will know any more whether the provider took the task of an attempt. Returns failed (the job; paid back, the '
  'slot kept until more is known), known (the task or the provider''s word is known after all: look again), or late. '
  'Error: 409 stale_token.';
revoke execute on function worker.submit_unknown(uuid, uuid, text, bigint) from public;
grant execute on function worker.submit_unknown(uuid, uuid, text, bigint) to service_role;

create function private.may_give_up(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_is_early boolean default false
) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return p_job.status = 'processing' and p_attempt.outcome is null
    and (p_job.deadline_at <= p_at or (p_is_early and p_attempt.submits > 0))
    and p_attempt.phase <> 'produced' and not private.has_success(p_job.id)
    and not exists (select from private.lanes where lane = p_job.lane and circuit_opened_at is not null);
end
$$;
comment on function private.may_give_up(public.jobs, public.job_attempts, timestamptz, boolean) is
  'Whether the deadline of a job''s running attempt has passed. It does not while the lane''s circuit is open, nor '
  'once the provider has reported success, be it of an older attempt.';
revoke execute on function private.may_give_up(public.jobs, public.job_attempts, timestamptz, boolean) from public;

create function worker.deadline_passed(
  p_job_id uuid, p_token uuid, p_message text, p_queue text default null, p_msg_id bigint default null,
  p_is_early boolean default false
) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  if v_job.status <> 'processing' or v_attempt.outcome is not null or v_job.attempt <> v_attempt.attempt then
    perform private.acknowledge(p_queue, p_msg_id);
    return 'late';
  end if;
  if not coalesce(private.may_give_up(v_job, v_attempt, v_now, p_is_early), false) then return 'not_yet'; end if;
  perform private.give_up(v_job, v_attempt, coalesce(p_message, 'No result came before the deadline'), v_now);
  perform private.acknowledge(p_queue, p_msg_id);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'failed';
end
$$;
comment on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) is
  'The provider, asked a last time, still has no result. p_is_early: its own time for the task is up, whatever the '
  'deadline. Returns failed (the job: deadline_exceeded; paid back, the slot kept until its task is over), not_yet '
  '(the deadline was postponed, or there is none any more: go on asking), or late. Error: 409 stale_token.';
revoke execute on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) from public;
grant execute on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) to service_role;
