create function private.is_committed(p_job public.jobs, p_attempt public.job_attempts) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return private.is_publication(p_job) and p_attempt.submits > 0 and not p_attempt.never_existed
    and p_attempt.word is distinct from 'failed';
end
$$;
comment on function private.is_committed(public.jobs, public.job_attempts) is
  'Whether an attempt of a publication may have made it visible: its commit has passed, and the platform has not said '
  'that nothing came of it.';
revoke execute on function private.is_committed(public.jobs, public.job_attempts) from public;

create function private.end_unknown(
  p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  v_refund public.job_refund := case when p_job.credits_charged > 0 then 'due' else 'none' end;
begin
  perform private.end_attempt(p_job, p_attempt, 'failed', null, p_at, 'outcome_unknown', p_message);
  update public.publications set unknown_at = p_at, committed_at = coalesce(committed_at, p_at) where job_id = p_job.id;
  update public.jobs set status = 'failed', current_step = 'failed',
    failed_at_step = private.step_of(p_job, p_attempt), completed_at = p_at, run_at = null,
    error_code = 'outcome_unknown', error_message = p_message, refund = v_refund, refundable = false,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object('error', p_message,
      'error_code', 'outcome_unknown', 'at_step', private.step_of(p_job, p_attempt),
      'refund', nullif(v_refund, 'none')))
  where id = p_job.id;
end
$$;
comment on function private.end_unknown(public.jobs, public.job_attempts, text, timestamptz) is
  'Ends a locked publication of which nobody knows whether it is there: failed with outcome_unknown, its slot free, '
  'its price due until somebody has looked (public.resolve_publication). The caller dispatches.';
revoke execute on function private.end_unknown(public.jobs, public.job_attempts, text, timestamptz) from public;
