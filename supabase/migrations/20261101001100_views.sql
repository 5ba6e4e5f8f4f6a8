-- Views: jobs, and projects, by the names that the product's documents give them.
--
-- One engine runs all jobs, and no table is copied for a new tool. These views show the jobs of a tool or a lane under
-- the names, and with the columns, that applications and diagnostic queries know. They are for reading alone; jobs are
-- written by the functions of the queue, webhook and settle rooms.
--
-- The caller's own rights decide (security_invoker). Owners see their jobs, admins and secret keys everybody's. What
-- came raw from a provider is read from the job's last attempt, so the policy of job_attempts decides about it: admins
-- and secret keys see it, for owners it is null. Somebody who is not signed in is granted nothing.
--
-- Cost. Each view is one scan of `jobs`: a row by its id is found by the primary key, an owner's rows by an index. What
-- is looked up elsewhere (raw columns, position) is looked up for each row that is shown, and only where the query
-- names the column: as subqueries, because an outer join would have the planner hash all attempts for a long list.

-- The tools of RunningHub: upscaler, pose_changer, veste_ai, video_upscaler --------------------------------------

create function private.place_in_lane(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.jobs_ahead(p_lane, p_priority, p_ticket, p_id) + 1;
end
$$;
comment on function private.place_in_lane(text, smallint, bigint, uuid) is
  'The place of a waiting job among everybody''s, most of which its owner may not see: 1 is next, 1001 is any place beyond 1,000. Reads that many entries of an index, a sixth of a millisecond at the most.';

create view private.tool_jobs with (security_invoker = true) as
select
  j.id, j.user_id, j.tool, j.status, j.current_step,
  case when j.status = 'pending' and j.run_at is null then
    private.place_in_lane(j.lane, j.priority, j.ticket, j.id)
  end as position,
  j.progress, j.step_history, j.failed_at_step, j.error_code, j.error_message, j.input, j.output_url,
  (select a.raw_api_response from public.job_attempts a where a.job_id = j.id and a.attempt = j.attempt) as raw_api_response,
  (select a.raw_webhook_payload from public.job_attempts a where a.job_id = j.id and a.attempt = j.attempt) as raw_webhook_payload,
  j.created_at, j.started_at, j.completed_at, j.updated_at, j.version
from public.jobs j;
comment on view private.tool_jobs is 'Jobs with the columns that the view of a tool shows.';

create view public.upscaler_jobs with (security_invoker = true) as select * from private.tool_jobs where tool = 'upscaler';
create view public.pose_changer_jobs with (security_invoker = true) as select * from private.tool_jobs where tool = 'pose_changer';
create view public.veste_ai_jobs with (security_invoker = true) as select * from private.tool_jobs where tool = 'veste_ai';
create view public.video_upscaler_jobs with (security_invoker = true) as select * from private.tool_jobs where tool = 'video_upscaler';

comment on view public.upscaler_jobs is 'Jobs of the tool upscaler: where each stands and why it stopped.';
comment on view public.pose_changer_jobs is 'Jobs of the tool pose_changer: where each stands and why it stopped.';
comment on view public.veste_ai_jobs is 'Jobs of the tool veste_ai: where each stands and why it stopped.';
comment on view public.video_upscaler_jobs is 'Jobs of the tool video_upscaler: where each stands and why it stopped.';
do $$
declare
  v_view text;
begin
  -- Comments of columns are not inherited by the views that stand on others.
  foreach v_view in array array['private.tool_jobs', 'public.upscaler_jobs', 'public.pose_changer_jobs', 'public.veste_ai_jobs', 'public.video_upscaler_jobs'] loop
    execute format('comment on column %s.position is %L', v_view,
      'Place in the queue, 1 for the next; null for a job that is not waiting. Computed when asked for: exact up to 1,000, 1001 beyond.');
    execute format('comment on column %s.raw_api_response is %L', v_view,
      'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.');
    execute format('comment on column %s.raw_webhook_payload is %L', v_view,
      'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.');
  end loop;
end
$$;

-- fal_jobs: images and videos, whichever provider makes them ------------------------------------------------------

create view public.fal_jobs with (security_invoker = true) as
select
  j.id, j.request_id, j.user_id, jsonb_path_query_array(j.step_history, '$[*].model') ->> -1 as model_id, j.tool as type,
  case
    when j.status in ('pending', 'processing') then 'pending'
    when j.status = 'completed' then 'completed'
    else 'failed'
  end as status,
  case when j.metadata = '{}' then j.input else j.input || jsonb_build_object('_metadata', j.metadata) end as input,
  case when j.status = 'completed' then jsonb_build_object('images', (
    -- The address of the first file ends with its path, those of the others with theirs.
    select coalesce(jsonb_agg(jsonb_build_object(
      'url', left(j.output_url, -length(j.output #>> '{files,0,path}')) || (file ->> 'path')) order by n), '[]')
    from jsonb_array_elements(j.output -> 'files') with ordinality files (file, n)))
  end as result,
  case when j.status = 'cancelled' then 'Cancelled' else j.error_message end as error,
  j.created_at, j.completed_at, j.updated_at, j.version
from public.jobs j
where j.tool in ('image', 'video');
comment on view public.fal_jobs is
  'Jobs of the tools image and video. The name is older than the engine: KIE, fal and Replicate are lanes, and a job of any of them is here.';
comment on column public.fal_jobs.request_id is 'The provider''s id of the last task; null until it is submitted.';
comment on column public.fal_jobs.model_id is 'The provider''s model, as the history tells it; null until it is submitted.';
comment on column public.fal_jobs.type is 'image or video: the tool.';
comment on column public.fal_jobs.status is 'pending (waiting or processing), completed or failed. Clients of this view know these three: a cancelled job is failed, and error says so.';
comment on column public.fal_jobs.input is 'What was asked for, and the job''s metadata as _metadata: {projectId, nodeId}.';
comment on column public.fal_jobs.result is '{"images": [{"url"}]}, permanent addresses for the owner''s token; null until completed.';

-- ai_jobs: what workers outside do --------------------------------------------------------------------------------

create function private.lanes_worked_outside() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery = 'pull'
$$;
comment on function private.lanes_worked_outside() is
  'The names of the pull lanes: all that the view ai_jobs needs of private.lanes, which its callers may not read.';

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
  'PENDING (nobody is at work on it), STARTED (a worker has it), PROCESSING (and has made progress), COMPLETED, FAILED, CANCELLED.';

-- publication_jobs: posts to social media ---------------------------------------------------------------------------

create view public.publication_jobs with (security_invoker = true) as
select
  j.id, j.user_id, split_part(j.tool, '_', 1) as platform, j.tool, j.input as content, j.status,
  j.created_at, j.started_at, j.completed_at, j.error_message,
  j.retry_count, j.max_attempts - 1 as max_retries,
  (select a.raw_api_response from public.job_attempts a where a.job_id = j.id and a.attempt = j.attempt) as platform_response,
  j.metadata, j.updated_at, j.version
from public.jobs j
where j.lane = 'publication';
comment on view public.publication_jobs is 'Jobs of the lane publication.';
comment on column public.publication_jobs.platform is 'tiktok, facebook, instagram, youtube, threads, x or linkedin: the first word of the tool (tiktok_video, instagram_feed, …).';
comment on column public.publication_jobs.content is 'What is to be published: the job''s input.';
comment on column public.publication_jobs.status is 'pending, processing, completed or failed; cancelled if its user did not want it any more.';
comment on column public.publication_jobs.retry_count is 'How many retries were used up; waiting for a platform that is busy uses none.';
comment on column public.publication_jobs.max_retries is 'How many there may be: one less than the attempts.';
comment on column public.publication_jobs.platform_response is 'The platform''s last answer, secrets redacted. For admins and secret keys; null for owners.';

-- project: projects, as document 002 calls them --------------------------------------------------------------------

create view public.project with (security_invoker = true) as select * from public.projects;
comment on view public.project is 'Projects, by the name that some queries know them by. Written as projects.';

-- Grants ----------------------------------------------------------------------------------------------------------

revoke all on private.tool_jobs, public.upscaler_jobs, public.pose_changer_jobs, public.veste_ai_jobs, public.video_upscaler_jobs,
  public.fal_jobs, public.ai_jobs, public.publication_jobs, public.project from anon, authenticated, service_role;
grant select on private.tool_jobs, public.upscaler_jobs, public.pose_changer_jobs, public.veste_ai_jobs, public.video_upscaler_jobs,
  public.fal_jobs, public.ai_jobs, public.publication_jobs, public.project to authenticated, service_role;

revoke execute on all functions in schema private, worker, ops from public;
-- Views call them as whoever asks. Nobody but a view reaches them: private is not exposed in the Data API.
grant execute on function private.place_in_lane(text, smallint, bigint, uuid), private.lanes_worked_outside()
  to authenticated, service_role;
