create function private.lock_project(p_id uuid, p_user_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_bytes integer;
begin
  -- A project that a transaction changes a second time refers to its user again (a foreign key is checked then): of one
  -- who is just leaving, and waits for the job, it is not to be had.
  if current_setting('esteira.effect', true) = 'holds' then
    perform from auth.users where id = p_user_id for key share skip locked;
    if not found then return null; end if;
  end if;
  select pg_column_size(content) into v_bytes from public.projects
  where id = p_id and user_id = p_user_id for no key update skip locked;
  return v_bytes;
end
$$;
comment on function private.lock_project(uuid, uuid) is
  'Locks a user''s project and returns the size of its content; null when there is none, somebody else has it, or its '
  'user is leaving and it may have been changed in this transaction already. Waits for nobody.';
revoke execute on function private.lock_project(uuid, uuid) from public;

create function private.has_time_for(p_bytes integer, p_until timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- 20 to 40 ms a MiB were measured.
  return clock_timestamp() + p_bytes / 1048576.0 * interval '60 milliseconds' <= p_until;
end
$$;
comment on function private.has_time_for(integer, timestamptz) is
  'Whether a content of this size can be written anew by a certain time.';
revoke execute on function private.has_time_for(integer, timestamptz) from public;

create function private.write_nodes(p_project_id uuid, p_nodes jsonb, p_changes private.node_change[])
returns private.hint
language plpgsql set search_path = '' as $$
declare
  v_visible jsonb := private.visible_nodes(array(select node from unnest(p_changes) order by place limit 51));
  v_old jsonb;
  v_new jsonb;
begin
  select private.visible_project(id, user_id, name, version, updated_at) into v_old
  from public.projects where id = p_project_id;
  select jsonb_agg(coalesce(c.node, n.node) order by n.place) into p_nodes
  from jsonb_array_elements(p_nodes) with ordinality n (node, place) left join unnest(p_changes) c using (place);
  perform set_config('esteira.project', 'told', true);
  update public.projects set version = version, content = jsonb_set(content, '{nodes}', p_nodes)
  where id = p_project_id
  returning private.visible_project(id, user_id, name, version, updated_at) into v_new;
  perform set_config('esteira.project', '', true);
  return private.hint_of_project('UPDATE', p_project_id, v_new, v_old,
    jsonb_build_object('nodes', v_visible), v_visible #>> '{0,id}');
end
$$;
comment on function private.write_nodes(uuid, jsonb, private.node_change[]) is
  'Writes changed nodes into a locked project, whose nodes are p_nodes. Returns what is to be told of that.';
revoke execute on function private.write_nodes(uuid, jsonb, private.node_change[]) from public;

create function private.show_on_project(
  p_id uuid, p_user_id uuid, p_jobs uuid[], p_until timestamptz, out shown private.shown[], out hint private.hint
) language plpgsql set search_path = '' as $$
declare
  v_outcome text;
  v_bytes integer;
  v_nodes jsonb;
  v_did record;
begin
  if clock_timestamp() >= p_until then v_outcome := 'pending';
  else
    v_bytes := private.lock_project(p_id, p_user_id);
    v_outcome := case
      when v_bytes is not null then case when not private.has_time_for(v_bytes, p_until) then 'pending' end
      when exists (select from public.projects where id = p_id and user_id = p_user_id) then 'pending'
      else 'project_missing' end;
  end if;
  if v_outcome is not null then
    shown := array(select (id, v_outcome)::private.shown from unnest(p_jobs) id);
    return;
  end if;
  select content -> 'nodes' into v_nodes from public.projects where id = p_id;
  v_did := private.changes_of_nodes(v_nodes, p_jobs);
  shown := v_did.shown;
  if v_did.changes <> '{}' then hint := private.write_nodes(p_id, v_nodes, v_did.changes); end if;
end
$$;
comment on function private.show_on_project(uuid, uuid, uuid[], timestamptz) is
  'Shows jobs of one user on the nodes of one project, by one update under its row lock. Returns what becomes of the '
  'effect of each: as changes_of_nodes, project_missing, or pending when somebody else has the project or there is no '
  'time for it until p_until; and what is to be told of that, if anything.';
revoke execute on function private.show_on_project(uuid, uuid, uuid[], timestamptz) from public;

create function private.show_on_projects(p_jobs uuid[], p_until timestamptz) returns private.shown[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_part record;
  v_did record;
  v_shown private.shown[] := '{}';
  v_hints private.hint[] := '{}';
begin
  for v_part in
    select private.project_of(j.metadata) as project_id, j.user_id, array_agg(j.id order by j.id) as jobs
    from public.jobs j where j.id = any (p_jobs) and j.effect = 'project_node'
    group by 1, 2 order by bool_or(private.has_ended(j.status)) desc, 1, 2
  loop
    v_did := private.show_on_project(v_part.project_id, v_part.user_id, v_part.jobs, p_until);
    v_shown := v_shown || v_did.shown;
    if v_did.hint is not null then v_hints := v_hints || v_did.hint; end if;
  end loop;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return v_shown;
end
$$;
comment on function private.show_on_projects(uuid[], timestamptz) is
  'Shows jobs on their projects, as show_on_project does, first those of which some have ended; and tells their '
  'topics.';
revoke execute on function private.show_on_projects(uuid[], timestamptz) from public;
