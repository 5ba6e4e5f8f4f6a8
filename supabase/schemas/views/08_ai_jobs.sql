create function private.lanes_worked_outside() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery = 'pull'
$$;
comment on function private.lanes_worked_outside() is
  'The names of the pull lanes: all that the view ai_jobs needs of private.lanes, which its callers may not read.';
revoke execute on function private.lanes_worked_outside() from public;
-- The view calls it as whoever asks. Nobody but a view reaches it: private is not exposed in the Data API.
grant execute on function private.lanes_worked_outside() to authenticated, service_role;

create view public.ai_jobs with (security_invoker = true) as
select
  j.id, j.user_id, j.tool,
  private.ai_job_status(j.status, j.current_step, j.progress) as status,
  j.progress, j.input, j.output, j.output_url, j.error_code, j.error_message, j.metadata,
  j.created_at, j.started_at, j.completed_at, j.updated_at, j.version
from public.jobs j
where j.lane = any (array(select private.lanes_worked_outside()));
comment on view public.ai_jobs is 'Jobs of pull lanes, which workers outside claim.';
comment on column public.ai_jobs.status is
  'PENDING (nobody is at work on it), STARTED (a worker has it), PROCESSING (and has made progress), COMPLETED, '
  'FAILED, CANCELLED.';

revoke all on public.ai_jobs from anon, authenticated, service_role;
grant select on public.ai_jobs to authenticated, service_role;
