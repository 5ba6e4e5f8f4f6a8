create function private.findings_of_running(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status <> 'processing' then return; end if;
  return next private.finding(
    case when p_attempt.phase < 'submitted' then 'submitting' else 'provider_running' end,
    format('Attempt %s is %s.', p_attempt.attempt, p_attempt.phase),
    p_since => coalesce(p_attempt.submitted_at, p_attempt.started_at), p_subject => p_job.lane);
end
$$;
comment on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) is
  'Where a running job is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) from public;
