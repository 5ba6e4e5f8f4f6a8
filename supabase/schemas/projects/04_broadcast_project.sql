create function private.visible_project(
  p_id uuid, p_user_id uuid, p_name text, p_version integer, p_updated_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p_id, 'userId', p_user_id, 'name', p_name, 'version', p_version, 'updatedAt', p_updated_at);
end
$$;
comment on function private.visible_project(uuid, uuid, text, integer, timestamptz) is
  'What a broadcast shows of a project: no content.';
revoke execute on function private.visible_project(uuid, uuid, text, integer, timestamptz) from public;

create function private.hint_of_project(
  p_event text, p_id uuid, p_new jsonb, p_old jsonb, p_content jsonb, p_node_id text default null
) returns private.hint
language plpgsql volatile set search_path = '' as $$
begin
  return (gen_random_uuid(), 'project:' || p_id, p_event, jsonb_build_object(
    'type', p_event, 'table', 'projects', 'schema', 'public',
    'new', p_new || jsonb_build_object('content', p_content),
    'old', p_old,
    '_debug', jsonb_strip_nulls(jsonb_build_object('triggeredAt', private.now(),
      'triggerName', 'projects_broadcast_trigger', 'broadcastSuccess', true, 'nodeUpdated', p_node_id))),
    p_id)::private.hint;
end
$$;
comment on function private.hint_of_project(text, uuid, jsonb, jsonb, jsonb, text) is
  'What the topic of a project is told of a change: what is visible of it now and before (null: it is gone, it is new) '
  'and what of its content has changed. _debug.nodeUpdated (p_node_id): the first of the nodes that jobs have written '
  'to; then content.nodes is all that changed.';
revoke execute on function private.hint_of_project(text, uuid, jsonb, jsonb, jsonb, text) from public;

create function private.broadcast_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.send(array[private.hint_of_project(tg_op, coalesce(new.id, old.id),
    case when tg_op <> 'DELETE' then
      private.visible_project(new.id, new.user_id, new.name, new.version, new.updated_at) end,
    case when tg_op <> 'INSERT' then
      private.visible_project(old.id, old.user_id, old.name, old.version, old.updated_at) end,
    case when tg_op <> 'DELETE' then private.changed_content(coalesce(old.content, '{}'), new.content) end)]);
  return null;
end
$$;
comment on function private.broadcast_project() is
  'After every change of a project: tells its topic the new version and what of its content has changed.';
revoke execute on function private.broadcast_project() from public;

-- What jobs write is told by the effects room, of all projects of a transaction at once.
create trigger projects_broadcast_trigger after insert or update or delete on public.projects
  for each row when (current_setting('esteira.project', true) is distinct from 'told')
  execute function private.broadcast_project();
