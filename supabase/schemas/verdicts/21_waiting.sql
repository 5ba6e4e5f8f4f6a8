create function private.findings_of_waiting(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status <> 'pending' then return; end if;
  return next private.finding('waiting_for_slot', format('Waits for a free slot of lane %s.', p_job.lane),
    p_since => coalesce(p_job.queued_at, p_job.created_at), p_subject => p_job.lane);
end
$$;
comment on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) is
  'Why a job has no slot yet.';
revoke execute on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) from public;
