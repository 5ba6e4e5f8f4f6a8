create function private.lock_project(p_id uuid, p_user_id uuid, p_may_wait boolean) returns public.projects
language plpgsql set search_path = '' as $$
declare
  v_project public.projects;
begin
  -- A project that a transaction changes a second time refers to its user again (a foreign key is checked then): of one
  -- who is just leaving, and waits for the job, it is not to be had.
  if current_setting('esteira.effect', true) = 'holds' then
    perform from auth.users where id = p_user_id for key share skip locked;
    if not found then return null; end if;
  end if;
  if p_may_wait then
    select * into v_project from public.projects where id = p_id and user_id = p_user_id for no key update;
  else
    select * into v_project from public.projects where id = p_id and user_id = p_user_id for no key update skip locked;
  end if;
  return v_project;
end
$$;
comment on function private.lock_project(uuid, uuid, boolean) is
  'Locks a user''s project and returns it; null when there is none, somebody else has it and p_may_wait is false, or '
  'its user is leaving and it may have been changed in this transaction already.';
revoke execute on function private.lock_project(uuid, uuid, boolean) from public;

create function private.apply_to_node(p_job public.jobs, p_may_wait boolean) returns text
language plpgsql set search_path = '' as $$
declare
  v_id uuid := case
    when pg_input_is_valid(p_job.metadata ->> 'projectId', 'uuid') then (p_job.metadata ->> 'projectId')::uuid end;
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
  if pg_input_is_valid(v_old ->> 'jobId', 'uuid') and (v_old ->> 'jobId')::uuid > p_job.id then
    return 'superseded';
  end if;

  v_new := private.node_data(v_old, p_job);
  if v_new = v_old then return 'applied'; end if;
  v_node := v_node || jsonb_build_object('data', v_new || jsonb_build_object('updatedAt', private.now()));
  -- For the broadcast, which need not look for it then.
  perform set_config('esteira.node',
    case when octet_length(v_node::text) < 65536 then private.visible_node(v_node)::text else '' end, true);
  update public.projects set version = version, content = jsonb_set(content, array['nodes', v_index::text], v_node)
  where id = v_project.id;
  perform set_config('esteira.node', '', true);
  return 'applied';
end
$$;
comment on function private.apply_to_node(public.jobs, boolean) is
  'Shows a job on the node that its metadata {projectId, nodeId} names, under the project''s row lock. Returns '
  'applied, busy (somebody else has the project and p_may_wait is false), superseded, project_missing, node_missing '
  'or node_malformed.';
revoke execute on function private.apply_to_node(public.jobs, boolean) from public;
