create view public.publication_jobs with (security_invoker = true) as
select
  j.id, j.user_id, split_part(j.tool, '_', 1) as platform, j.tool, j.input as content, j.status,
  j.created_at, j.started_at, j.completed_at, j.error_message,
  j.retry_count, j.max_attempts - 1 as max_retries,
  (select a.raw_api_response from public.job_attempts a
    where a.job_id = j.id and a.attempt = j.attempt) as platform_response,
  j.metadata, j.updated_at, j.version,
  (select p.group_id from public.publications p where p.job_id = j.id) as group_id,
  (select p.connection_id from public.publications p where p.job_id = j.id) as connection_id,
  (select p.permalink from public.publications p where p.job_id = j.id) as permalink,
  j.error_code,
  (select p.resolved from public.publications p where p.job_id = j.id) as resolved
from public.jobs j
where j.lane = 'publication';
comment on view public.publication_jobs is 'Jobs of the lane publication.';
comment on column public.publication_jobs.permalink is 'Where it can be seen, once the platform has said so.';
comment on column public.publication_jobs.error_code is
  'A stable code; outcome_unknown: nobody knows whether it is there, see resolved.';
comment on column public.publication_jobs.resolved is
  'What somebody who looked has said of one of which nobody knew: there or not_there.';
comment on column public.publication_jobs.platform is
  'tiktok, facebook, instagram, youtube, threads, x or linkedin, and no other: the first word of the tool '
  '(tiktok_video, instagram_feed, …).';
comment on column public.publication_jobs.content is 'What is to be published: the job''s input.';
comment on column public.publication_jobs.status is
  'pending, processing, completed or failed; cancelled if its user did not want it any more.';
comment on column public.publication_jobs.retry_count is
  'How many retries were used up; waiting for a platform that is busy uses none.';
comment on column public.publication_jobs.max_retries is 'How many there may be: one less than the attempts.';
comment on column public.publication_jobs.platform_response is
  'The platform''s last answer, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.publication_jobs from anon, authenticated, service_role;
grant select on public.publication_jobs to authenticated, service_role;
