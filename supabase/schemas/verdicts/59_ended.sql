create function private.findings_of_ended(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.drift_findings(p_job); -- of those that go on, too
  if not private.has_ended(p_job.status) then return; end if;
  return query select * from private.end_findings(p_job);
  return query select * from private.outbox_findings(p_job, p_at);
  return query select * from private.effect_findings(p_job, p_at);
  return query select * from private.file_findings(p_job);
end
$$;
comment on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) is
  'How a job has ended, and what is still open of it: money, task, effect, files.';
revoke execute on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) from public;
