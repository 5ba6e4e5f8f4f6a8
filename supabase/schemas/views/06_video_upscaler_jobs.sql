create view public.video_upscaler_jobs with (security_invoker = true) as
select * from private.tool_jobs where tool = 'video_upscaler';

comment on view public.video_upscaler_jobs is 'Jobs of the tool video_upscaler: where each stands and why it stopped.';
comment on column public.video_upscaler_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column public.video_upscaler_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column public.video_upscaler_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.video_upscaler_jobs from anon, authenticated, service_role;
grant select on public.video_upscaler_jobs to authenticated, service_role;
