create function private.ai_job_status(
  p_status public.job_status, p_step public.job_step, p_progress smallint
) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_status = 'pending' or p_step = 'starting' then 'PENDING'
    when p_status = 'processing' and p_step = 'running' and coalesce(p_progress, 0) = 0 then 'STARTED'
    when p_status = 'processing' then 'PROCESSING'
    else upper(p_status::text)
  end
$$;
comment on function private.ai_job_status(public.job_status, public.job_step, smallint) is
  'A job''s status in the words of ai_jobs: PENDING (nobody is at work on it: waiting, or given a slot and not '
  'claimed), STARTED (somebody is), PROCESSING (and has made progress, or the provider is done), COMPLETED, FAILED, '
  'CANCELLED.';
revoke execute on function private.ai_job_status(public.job_status, public.job_step, smallint) from public;
-- A view with security_invoker evaluates it as whoever reads.
grant execute on function private.ai_job_status(public.job_status, public.job_step, smallint)
  to authenticated, service_role;
