create function private.leave_cancel(
  p_job public.jobs, p_attempt public.job_attempts, p_reason text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.cancels (token, job_id, user_id, attempt, tool, lane, account_id, slot_id, reason,
    external_id, accepted_id, resubmit, submits, submit_until, started_at, checkpoint, made_at, next_at, ends_at)
  select p_attempt.token, p_job.id, p_job.user_id, p_attempt.attempt, p_job.tool, p_job.lane, p_attempt.account_id,
    p_attempt.slot_id, p_reason, p_attempt.external_id, case when p_reason = 'produced' then p_attempt.external_id end,
    p_attempt.resubmit, p_attempt.submits, p_attempt.submit_until, p_attempt.started_at,
    p_attempt.checkpoint - array['stored', 'copying', 'copying_until', 'looks', 'copied_bytes', 'look_error'],
    p_at, p_at,
    case when l.delivery = 'pull' then greatest(p_attempt.leased_until, p_at)
      -- Whoever has just passed the checkpoint again may still make a task.
      else greatest(least(p_attempt.submit_until, p_at + l.lease) + interval '30 seconds',
        least(p_attempt.submitted_first_at, p_at) + greatest(l.task_life, 2 * coalesce(t.timeout, interval '0'))) end
  from private.lanes l left join public.tools t on t.tool = p_job.tool
  where l.lane = p_job.lane
  on conflict (token) do nothing;
end
$$;
comment on function private.leave_cancel(public.jobs, public.job_attempts, text, timestamptz) is
  'Leaves a row in the outbox for an attempt whose task may live on.';
revoke execute on function private.leave_cancel(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.end_attempt(
  p_job public.jobs, p_attempt public.job_attempts, p_outcome text, p_reason text, p_at timestamptz,
  p_error_code text default null, p_error_message text default null, p_may_live boolean default null
) returns boolean
language plpgsql set search_path = '' as $$
declare
  -- Nothing can be stopped at a platform: what a publication may have left there is for its owner to look at.
  v_may_live boolean := coalesce(p_may_live, private.may_live(p_attempt)) and not private.is_publication(p_job);
begin
  perform private.drop_question(p_attempt.question_id);
  if v_may_live then perform private.leave_cancel(p_job, p_attempt, p_reason, p_at);
  else perform private.free_slot(p_attempt.slot_id, p_attempt.token);
  end if;
  update public.job_attempts set phase = 'finished', outcome = p_outcome, finished_at = p_at,
    error_code = coalesce(p_error_code, error_code), error_message = coalesce(p_error_message, error_message),
    never_existed = p_attempt.never_existed, question_id = null
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
  return v_may_live;
end
$$;
comment on function private.end_attempt(
  public.jobs, public.job_attempts, text, text, timestamptz, text, text, boolean) is
  'Closes an open attempt of a locked job: one whose task may live keeps its slot and leaves a row in the outbox, for '
  'p_reason; any other gives its slot back. p_may_live: for who knows better than what is stored. Returns whether the '
  'task may live. The caller dispatches.';
revoke execute on function private.end_attempt(
  public.jobs, public.job_attempts, text, text, timestamptz, text, text, boolean) from public;
