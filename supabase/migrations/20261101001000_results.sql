-- Results: what a job changes besides itself. A project's node shows the job that was made for it, a model is what a
-- training leaves behind. Which of the two, if any, is the job's effect: its tool's, when it was created.
--
-- One deferred trigger on `jobs` does it, so no function of the engine can forget it, and a job without effect costs a
-- look at one column. It runs when the transaction commits, as its last act: together with the transition or not at all.
--
-- Locks. A project or model comes last of all (see the queue room). Its owner's app may hold it, so:
--   · the end of a job waits for it, two seconds at most, and only while its transaction holds no other project or model;
--   · what is in between (pending, processing, progress) skips one that is locked: the job's next change shows it;
--   · an end that could not wait is noted as pending in `job_effects` and applied ten seconds later, or whenever it can be.
-- So no two transactions wait for each other, nothing in dispatch waits, and no job fails or hangs for its effect.
--
-- A project's content is saved whole by its owner's app while jobs land in it. Every save names the version that it has
-- seen: a stale one is refused, never merged by guessing (shared/project.ts takes over what has landed meanwhile).

-- Projects ------------------------------------------------------------------------------------------------------

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  name text,
  content jsonb not null default '{"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint content_has_a_list_of_nodes check (coalesce(jsonb_typeof(content -> 'nodes') = 'array', false)),
  constraint content_has_at_most_8_mib check (pg_column_size(content) <= 8388608) -- each effect writes it anew
) with (fillfactor = 70);
create index projects_by_user on public.projects (user_id);

alter table public.projects enable row level security;
revoke all on public.projects from anon, authenticated, service_role;
comment on table public.projects is 'A canvas of one user, on whose nodes jobs show what they do.';
comment on column public.projects.name is 'What its owner calls it; null: nothing yet.';
comment on column public.projects.content is
  '{nodes: [{id, type, data, …}], edges, viewport}. In data, jobs write generated, loading, status, error, requestId, jobId and updatedAt; all else is the owner''s.';
comment on column public.projects.version is 'Rises by one with each change. Whoever saves content says which one it is based on.';

grant select on public.projects to authenticated, service_role;
grant insert (id, user_id, name, content), update (name, content, version), delete on public.projects to authenticated, service_role;
create policy "users see their own projects, admins see all" on public.projects for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));
create policy "users make their own projects" on public.projects for insert to authenticated with check (user_id = (select auth.uid()));
create policy "users change their own projects" on public.projects for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "users delete their own projects" on public.projects for delete to authenticated using (user_id = (select auth.uid()));

create function private.check_seen_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version is distinct from old.version then
    perform private.refuse(409, 'stale_version',
      format('This save is based on version %s of project %s, which is at version %s.', new.version, old.id, old.version), 'version');
  end if;
  new.version := old.version + 1;
  return new;
end
$$;
comment on function private.check_seen_version() is
  'Before an update that names a version: it must be the one that is there, and becomes the next. Error: 409 stale_version.';
-- Fires when the statement sets version, whatever to; and first, by its name.
create trigger a_named_version_is_the_one_seen before update of version on public.projects
  for each row execute function private.check_seen_version();

create function private.guard_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version = old.version then
    if new.content is distinct from old.content then
      perform private.refuse(428, 'version_required', 'Say which version of the project this content is based on: set version too.', 'version');
    end if;
    new.version := old.version + 1;
  end if;
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.guard_project() is
  'Before every update of a project: numbers the version, and refuses content that comes without one, for it could wipe out what a job has just shown. Error: 428 version_required.';
create trigger projects_are_numbered before update on public.projects for each row execute function private.guard_project();

-- Models --------------------------------------------------------------------------------------------------------

create type public.model_status as enum ('TRAINING', 'READY', 'ERROR');
comment on type public.model_status is 'Where a model stands. A retry of its training takes it from ERROR back to TRAINING.';

create table public.ai_models (
  id uuid primary key default private.uuid_v7(),
  "userId" uuid not null references auth.users (id) on delete cascade,
  name text not null,
  status public.model_status not null default 'TRAINING',
  progress smallint not null default 0,
  "trainingJobId" uuid references public.jobs (id) on delete set null,
  "modelUrl" text,
  "errorMessage" text,
  version integer not null default 1,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "trainedAt" timestamptz,
  constraint a_training_makes_one_model unique ("trainingJobId"),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint ready_models_are_whole check (status <> 'READY' or (progress = 100 and "modelUrl" is not null)),
  constraint ready_models_have_trained_at check ((status = 'READY') = ("trainedAt" is not null)),
  constraint models_in_error_name_it check ((status = 'ERROR') = ("errorMessage" is not null))
) with (fillfactor = 70);
create index ai_models_by_user on public.ai_models ("userId", "createdAt" desc);

alter table public.ai_models enable row level security;
revoke all on public.ai_models from anon, authenticated, service_role;
comment on table public.ai_models is 'What trainings leave behind: one row for each model of a user, from the moment its training is asked for.';
comment on column public.ai_models."trainingJobId" is 'The job that trains or trained it; after a retry, the new one. Null when that job is gone.';
comment on column public.ai_models."modelUrl" is
  'What the provider knows the model by: output.data.model_url of the job, else its request_id (Astria: the tune id). Null until READY.';
comment on column public.ai_models."errorMessage" is 'Why there is no model; null unless status is ERROR.';
comment on column public.ai_models."trainedAt" is 'When the training ended well; null unless status is READY.';
comment on column public.ai_models.version is 'Rises by one with each change; clients drop what is not newer.';

-- Users name and throw away; all else is what trainings say.
grant select, update (name), delete on public.ai_models to authenticated;
grant select on public.ai_models to service_role;
create policy "users see their own models, admins see all" on public.ai_models for select to authenticated
  using ("userId" between (select private.first_visible_user()) and (select private.last_visible_user()));
create policy "users rename their own models" on public.ai_models for update to authenticated
  using ("userId" = (select auth.uid())) with check ("userId" = (select auth.uid()));
create policy "users delete their own models" on public.ai_models for delete to authenticated using ("userId" = (select auth.uid()));

create function private.guard_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.version := old.version + 1;
  new."updatedAt" := private.now();
  return new;
end
$$;
comment on function private.guard_model() is 'Before every update of a model: numbers the version.';
create trigger ai_models_are_numbered before update on public.ai_models for each row execute function private.guard_model();

-- What became of effects ------------------------------------------------------------------------------------------

create table public.job_effects (
  job_id uuid primary key references public.jobs (id) on delete cascade,
  user_id uuid not null,
  effect text not null,
  outcome text not null,
  message text,
  updated_at timestamptz not null,
  constraint outcomes_are_known check (outcome in ('applied', 'pending', 'superseded', 'project_missing', 'node_missing',
    'node_malformed', 'model_missing', 'model_url_missing', 'failed')),
  constraint failed_effects_say_why check (outcome <> 'failed' or message is not null)
);
create index pending_effects on public.job_effects (updated_at) where outcome = 'pending';
create index effects_by_time on public.job_effects (updated_at);

alter table public.job_effects enable row level security;
revoke all on public.job_effects from anon, authenticated, service_role;
comment on table public.job_effects is 'What became of the effect of each job that has ended and has one. The job itself is what it is, whatever stands here.';
comment on column public.job_effects.outcome is
  'applied; pending (its project or model was in use; tried again every ten seconds); superseded (the node shows a newer job, a retry has the model); project_missing (or not the job owner''s), node_missing, node_malformed (data is no object), model_missing: reported, not recreated; model_url_missing; failed: see message.';
comment on column public.job_effects.message is 'The database''s error; null unless outcome is failed.';

grant select on public.job_effects to authenticated, service_role;
create policy "users see their own effects, admins see all" on public.job_effects for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

create function private.note_effect(p_job public.jobs, p_outcome text, p_message text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.job_effects as e (job_id, user_id, effect, outcome, message, updated_at)
  values (p_job.id, p_job.user_id, p_job.effect, p_outcome, p_message, private.now())
  on conflict (job_id) do update set outcome = excluded.outcome, message = excluded.message, updated_at = excluded.updated_at
  where (e.outcome, e.message) is distinct from (excluded.outcome, excluded.message);
end
$$;
comment on function private.note_effect(public.jobs, text, text) is 'Writes down what became of the effect of an ended job.';

-- A project's node ------------------------------------------------------------------------------------------------

create function private.node_data(p_data jsonb, p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  -- What an earlier job said of itself goes; what it generated stays until there is something newer.
  return (p_data - array['jobId', 'requestId', 'status', 'loading', 'error']) || jsonb_strip_nulls(jsonb_build_object(
    'jobId', p_job.id,
    'requestId', p_job.request_id,
    'status', p_job.status,
    'loading', p_job.status in ('pending', 'processing'),
    'error', case when p_job.status = 'failed' then p_job.error_message end,
    'generated', case when p_job.status = 'completed' then jsonb_build_object(
      'url', p_job.output_url, 'type', p_job.output #>> '{files,0,content_type}') end));
end
$$;
comment on function private.node_data(jsonb, public.jobs) is 'The data of a node, as it is when it shows a job: {…, jobId, requestId?, status, loading, error?, generated?: {url, type}}.';

create function private.lock_project(p_id uuid, p_user_id uuid, p_may_wait boolean) returns public.projects
language plpgsql set search_path = '' as $$
declare
  v_project public.projects;
begin
  if p_may_wait then
    select * into v_project from public.projects where id = p_id and user_id = p_user_id for no key update;
  else
    select * into v_project from public.projects where id = p_id and user_id = p_user_id for no key update skip locked;
  end if;
  return v_project;
end
$$;
comment on function private.lock_project(uuid, uuid, boolean) is
  'Locks a user''s project and returns it; null when there is none, or somebody else has it and p_may_wait is false.';

create function private.apply_to_node(p_job public.jobs, p_may_wait boolean) returns text
language plpgsql set search_path = '' as $$
declare
  v_id uuid := case when pg_input_is_valid(p_job.metadata ->> 'projectId', 'uuid') then (p_job.metadata ->> 'projectId')::uuid end;
  v_node_id text := p_job.metadata ->> 'nodeId';
  v_project public.projects := private.lock_project(v_id, p_job.user_id, p_may_wait);
  v_index bigint;
  v_node jsonb;
  v_old jsonb;
  v_new jsonb;
begin
  if v_project.id is null then
    return case when exists (select from public.projects where id = v_id and user_id = p_job.user_id)
      then 'busy' else 'project_missing' end;
  end if;
  select place - 1, node, coalesce(node -> 'data', '{}') into v_index, v_node, v_old
  from jsonb_array_elements(v_project.content -> 'nodes') with ordinality nodes (node, place)
  where node ->> 'id' = v_node_id order by place limit 1;
  if not found then return 'node_missing'; end if;
  if jsonb_typeof(v_old) <> 'object' then return 'node_malformed'; end if;
  -- A job's id tells when it was made: the node shows the newest of its jobs.
  if pg_input_is_valid(v_old ->> 'jobId', 'uuid') and (v_old ->> 'jobId')::uuid > p_job.id then return 'superseded'; end if;

  v_new := private.node_data(v_old, p_job);
  if v_new = v_old then return 'applied'; end if;
  v_node := v_node || jsonb_build_object('data', v_new || jsonb_build_object('updatedAt', private.now()));
  -- For the broadcast, which need not look for it then.
  perform set_config('esteira.node', case when octet_length(v_node::text) < 65536 then private.visible_node(v_node)::text else '' end, true);
  update public.projects set version = version, content = jsonb_set(content, array['nodes', v_index::text], v_node) where id = v_project.id;
  perform set_config('esteira.node', '', true);
  return 'applied';
end
$$;
comment on function private.apply_to_node(public.jobs, boolean) is
  'Shows a job on the node that its metadata {projectId, nodeId} names, under the project''s row lock. Returns applied, busy (somebody else has the project and p_may_wait is false), superseded, project_missing, node_missing or node_malformed.';

-- A model -------------------------------------------------------------------------------------------------------

create function private.lock_model(p_training_job_id uuid, p_may_wait boolean) returns public.ai_models
language plpgsql set search_path = '' as $$
declare
  v_model public.ai_models;
begin
  if p_may_wait then
    select * into v_model from public.ai_models where "trainingJobId" = p_training_job_id for no key update;
  else
    select * into v_model from public.ai_models where "trainingJobId" = p_training_job_id for no key update skip locked;
  end if;
  return v_model;
end
$$;
comment on function private.lock_model(uuid, boolean) is
  'Locks the model of a training and returns it; null when there is none, or somebody else has it and p_may_wait is false.';

create function private.model_of(p_model public.ai_models, p_job public.jobs) returns public.ai_models
language plpgsql stable set search_path = '' as $$
declare
  v_url text := case when p_job.status = 'completed' then coalesce(p_job.output #>> '{data,model_url}', p_job.request_id) end;
begin
  p_model."trainingJobId" := p_job.id;
  p_model.status := case
    when p_job.status in ('pending', 'processing') then 'TRAINING' when v_url is not null then 'READY' else 'ERROR' end;
  p_model.progress := case p_model.status when 'READY' then 100 when 'TRAINING' then coalesce(p_job.progress, 0) else p_model.progress end;
  p_model."modelUrl" := v_url;
  p_model."trainedAt" := case when p_model.status = 'READY' then p_job.completed_at end;
  p_model."errorMessage" := case when p_model.status = 'ERROR' then case p_job.status
    when 'cancelled' then 'The training was cancelled.'
    when 'completed' then 'The training ended without a model.'
    else p_job.error_message end end;
  return p_model;
end
$$;
comment on function private.model_of(public.ai_models, public.jobs) is 'A model, as it is when its training stands where p_job does.';

create function private.apply_to_model(p_job public.jobs, p_may_wait boolean, p_is_new boolean) returns text
language plpgsql set search_path = '' as $$
declare
  -- A retry goes on with the model of the job that it does again, if that is still there and nobody has it.
  v_training uuid := case when p_is_new and p_job.retried_from is not null then p_job.retried_from else p_job.id end;
  v_old public.ai_models := private.lock_model(v_training, p_may_wait);
  v_new public.ai_models;
begin
  if v_old.id is null and p_is_new then
    insert into public.ai_models ("userId", name, "trainingJobId", "createdAt", "updatedAt")
    values (p_job.user_id, coalesce(left(nullif(trim(p_job.input ->> 'name'), ''), 200), 'Model'), p_job.id, p_job.created_at, p_job.created_at)
    returning * into v_old;
  elsif v_old.id is null then
    return case when exists (select from public.ai_models where "trainingJobId" = v_training) then 'busy'
      when exists (select from public.jobs where retried_from = p_job.id) then 'superseded' else 'model_missing' end;
  end if;
  v_new := private.model_of(v_old, p_job);
  if v_new is distinct from v_old then
    update public.ai_models set "trainingJobId" = v_new."trainingJobId", status = v_new.status, progress = v_new.progress,
      "modelUrl" = v_new."modelUrl", "trainedAt" = v_new."trainedAt", "errorMessage" = v_new."errorMessage"
    where id = v_old.id;
  end if;
  return case when p_job.status = 'completed' and v_new.status <> 'READY' then 'model_url_missing' else 'applied' end;
end
$$;
comment on function private.apply_to_model(public.jobs, boolean, boolean) is
  'Shows a training on its model; p_is_new: the job has just been created, so the model is made, or taken over from the job that this one retries. Returns applied, busy (somebody else has the model and p_may_wait is false), superseded (a retry has it), model_missing or model_url_missing.';

-- Applying ------------------------------------------------------------------------------------------------------

create function private.apply_effect(p_job public.jobs, p_may_wait boolean, p_is_new boolean default false) returns text
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_outcome text;
  v_message text;
begin
  begin
    v_outcome := case p_job.effect
      when 'project_node' then private.apply_to_node(p_job, p_may_wait)
      when 'model' then private.apply_to_model(p_job, p_may_wait, p_is_new) end;
  exception
    when lock_not_available or deadlock_detected or serialization_failure then v_outcome := 'busy';
    when others then -- an effect never fails the job
      v_outcome := 'failed';
      v_message := sqlerrm;
  end;
  if p_job.status in ('completed', 'failed', 'cancelled') then
    perform private.note_effect(p_job, case v_outcome when 'busy' then 'pending' else v_outcome end, v_message);
  end if;
  return v_outcome;
end
$$;
comment on function private.apply_effect(public.jobs, boolean, boolean) is
  'Brings what a job changes besides itself to where the job stands, and once it has ended writes down in job_effects what became of that. Raises nothing. Returns an outcome, or busy.';

create function private.show_job() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_may_wait boolean;
begin
  select * into v_job from public.jobs where id = new.id; -- as the transaction leaves it
  if not found or (v_job.effect = 'project_node' and v_job.metadata ->> 'projectId' is null) then return null; end if;
  -- Whoever holds one project or model waits for no other; whoever ends many jobs at once, for none (can_end_at_once).
  v_may_wait := current_setting('esteira.effect', true) is distinct from 'holds'
    and v_job.status in ('completed', 'failed', 'cancelled');
  perform private.apply_effect(v_job, v_may_wait, tg_op = 'INSERT');
  perform set_config('esteira.effect', 'holds', true);
  return null;
end
$$;
comment on function private.show_job() is 'When a transaction that changed a job with an effect commits: applies the effect. See the head of this room for what waits and what does not.';

-- The conditions are looked at when the row changes: a job without effect queues nothing.
create constraint trigger new_jobs_are_shown after insert on public.jobs
  deferrable initially deferred for each row when (new.effect is not null) execute function private.show_job();
create constraint trigger changed_jobs_are_shown after update of status, progress, request_id on public.jobs
  deferrable initially deferred for each row
  when (new.effect is not null and (new.status <> old.status or new.request_id is distinct from old.request_id
    or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.show_job();

create function private.apply_pending_effects() returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.job_effects e join public.jobs j on j.id = e.job_id
    where e.outcome = 'pending' order by e.updated_at limit 100 for update of e skip locked
  loop
    v_count := v_count + (private.apply_effect(v_job, p_may_wait => false) <> 'busy')::integer;
  end loop;
  perform private.beat('esteira-effects', jsonb_build_object('applied', v_count));
  return v_count;
end
$$;
comment on function private.apply_pending_effects() is
  'Applies effects whose project or model was in use when their job ended, at most 100; waits for none. Returns how many are settled.';

-- Telling the screen ----------------------------------------------------------------------------------------------

create function private.visible_node(p_node jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_node ->> 'id', 'type', p_node ->> 'type', 'data', (
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(case jsonb_typeof(p_node -> 'data') when 'object' then p_node -> 'data' else '{}' end)
    where key in ('generated', 'loading', 'status', 'error', 'requestId', 'jobId', 'updatedAt')));
end
$$;
comment on function private.visible_node(jsonb) is 'What a broadcast shows of a node: {id, type, data} with what jobs write into data, and nothing else of it.';

create function private.changed_nodes(p_old jsonb, p_new jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_nodes jsonb;
begin
  with before as materialized (
    select node from jsonb_array_elements(p_old -> 'nodes') nodes (node)
  ), changed as (
    select node, place from jsonb_array_elements(p_new -> 'nodes') with ordinality nodes (node, place)
    where jsonb_typeof(node) = 'object' and not exists (select from before where before.node = nodes.node)
    order by place limit 51
  )
  select coalesce(jsonb_agg(private.visible_node(node) order by place), '[]') into v_nodes from changed;
  -- A broadcast stays small; whoever needs more reads the row.
  return case when jsonb_array_length(v_nodes) > 50 or octet_length(v_nodes::text) > 65536 then '[]' else v_nodes end;
end
$$;
comment on function private.changed_nodes(jsonb, jsonb) is
  'The nodes of the content p_new that p_old has not or not so, as a broadcast shows them; none when there are more than 50 or they take more than 64 KiB.';

create function private.visible_project(p_project public.projects) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_project.id, 'userId', p_project.user_id, 'name', p_project.name,
    'version', p_project.version, 'updatedAt', p_project.updated_at);
end
$$;
comment on function private.visible_project(public.projects) is 'What a broadcast shows of a project: no content.';

create function private.broadcast_project() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := coalesce(new.id, old.id);
  v_node jsonb := nullif(current_setting('esteira.node', true), ''); -- what apply_to_node has just written
begin
  perform private.broadcast('project:' || v_id, tg_op, jsonb_build_object(
    'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
    'new', case when tg_op <> 'DELETE' then private.visible_project(new) || jsonb_build_object(
      'content', jsonb_build_object('nodes', case when v_node is null
        then private.changed_nodes(coalesce(old.content, '{}'), new.content) else jsonb_build_array(v_node) end)) end,
    'old', case when tg_op <> 'INSERT' then private.visible_project(old) end,
    '_debug', jsonb_strip_nulls(jsonb_build_object('triggeredAt', private.now(), 'triggerName', tg_name, 'broadcastSuccess', true,
      'nodeUpdated', v_node -> 'id'))), v_id);
  return null;
end
$$;
comment on function private.broadcast_project() is
  'After every change of a project: tells its topic the new version and the nodes that changed. _debug.nodeUpdated: the node that a job has written to; then content.nodes is all that changed.';
create trigger projects_broadcast_trigger after insert or update or delete on public.projects
  for each row execute function private.broadcast_project();

create function private.visible_model(p_model public.ai_models) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_model) - array['userId'];
end
$$;
comment on function private.visible_model(public.ai_models) is 'What a broadcast shows of a model: all of it, for its owner.';

create function private.broadcast_model() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_model public.ai_models := coalesce(new, old);
begin
  perform private.broadcast('jobs:' || v_model."userId", 'model_status_changed', jsonb_build_object(
    'type', 'model_status_changed', 'table', tg_table_name, 'schema', tg_table_schema,
    'modelId', v_model.id, 'userId', v_model."userId", 'status', v_model.status, 'progress', v_model.progress,
    'new', case when tg_op <> 'DELETE' then private.visible_model(new) end,
    'old', case when tg_op <> 'INSERT' then jsonb_build_object('id', old.id, 'status', old.status, 'progress', old.progress, 'version', old.version) end,
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', tg_name, 'broadcastSuccess', true)), v_model.id);
  return null;
end
$$;
comment on function private.broadcast_model() is 'After every change of a model: tells the topic of its owner''s jobs, as the event model_status_changed.';
create trigger ai_models_broadcast_trigger after insert or update or delete on public.ai_models
  for each row execute function private.broadcast_model();

create policy "users listen to their own projects" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and case
    when (select realtime.topic()) ~ '^project:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then exists (
      select from public.projects where id = substr((select realtime.topic()), 9)::uuid and user_id = (select auth.uid()))
    else false end);

revoke execute on all functions in schema private, worker, ops from public;

-- What comes with Esteira -----------------------------------------------------------------------------------------

update public.tools set effect = 'project_node' where tool = 'image';
