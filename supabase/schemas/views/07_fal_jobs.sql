create view public.fal_jobs with (security_invoker = true) as
select
  j.id, j.request_id, j.user_id,
  jsonb_path_query_array(j.step_history, '$[*].model') ->> -1 as model_id, j.tool as type,
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
  'Jobs of the tools image and video. The name is older than the engine: KIE, fal and Replicate are lanes, and a job '
  'of any of them is here.';
comment on column public.fal_jobs.request_id is 'The provider''s id of the last task; null until it is submitted.';
comment on column public.fal_jobs.model_id is
  'The provider''s model, as the history tells it; null until it is submitted.';
comment on column public.fal_jobs.type is 'image or video: the tool.';
comment on column public.fal_jobs.status is
  'pending (waiting or processing), completed or failed. Clients of this view know these three: a cancelled job is '
  'failed, and error says so.';
comment on column public.fal_jobs.input is
  'What was asked for, and the job''s metadata as _metadata: {projectId, nodeId}.';
comment on column public.fal_jobs.result is
  '{"images": [{"url"}]}, permanent addresses for the owner''s token; null until completed.';

revoke all on public.fal_jobs from anon, authenticated, service_role;
grant select on public.fal_jobs to authenticated, service_role;
