create view private.tool_jobs with (security_invoker = true) as
select
  j.id, j.user_id, j.tool, j.status, j.current_step,
  case when j.status = 'pending' and j.run_at is null then
    private.place_in_lane(j.lane, j.priority, j.ticket, j.id)
  end as position,
  j.progress, j.progress_is_estimate, j.step_history, j.failed_at_step,
  j.error_code, j.error_message, j.input, j.output_url,
  (select a.raw_api_response from public.job_attempts a where a.job_id = j.id order by a.attempt desc limit 1)
    as raw_api_response,
  (select a.raw_webhook_payload from public.job_attempts a where a.job_id = j.id order by a.attempt desc limit 1)
    as raw_webhook_payload,
  j.created_at, j.started_at, j.completed_at, j.updated_at, j.version
from public.jobs j;

comment on view private.tool_jobs is 'Jobs with the columns that the view of a tool shows.';
-- Comments of columns are not inherited by the views that stand on this one.
comment on column private.tool_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column private.tool_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column private.tool_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on private.tool_jobs from anon, authenticated, service_role;
grant select on private.tool_jobs to authenticated, service_role;
