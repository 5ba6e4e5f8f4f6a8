create function private.findings_of_publishing(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return;
end
$$;
comment on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) is
  'Where a publication stands: its line, its connection, its platform, its own steps.';
revoke execute on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) from public;
