create function private.findings_of_ended(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status in ('pending', 'processing') then return; end if;
  return next private.finding(p_job.status::text, format('It has %s%s.',
      case p_job.status when 'completed' then 'completed' when 'failed' then 'failed' else 'been cancelled' end,
      coalesce(': ' || p_job.error_message, '')),
    jsonb_build_object('error_code', p_job.error_code, 'failed_at_step', p_job.failed_at_step),
    p_since => p_job.completed_at);
end
$$;
comment on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) is
  'How a job has ended, and what is still open of it: money, task, effect.';
revoke execute on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) from public;
