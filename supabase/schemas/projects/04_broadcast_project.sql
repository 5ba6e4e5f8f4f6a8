create function private.visible_project(p_project public.projects) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_project.id, 'userId', p_project.user_id, 'name', p_project.name,
    'version', p_project.version, 'updatedAt', p_project.updated_at);
end
$$;
comment on function private.visible_project(public.projects) is 'What a broadcast shows of a project: no content.';
revoke execute on function private.visible_project(public.projects) from public;

create function private.broadcast_project() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := coalesce(new.id, old.id);
  v_nodes jsonb := nullif(current_setting('esteira.nodes', true), ''); -- what write_nodes has just written
begin
  perform private.broadcast('project:' || v_id, tg_op, jsonb_build_object(
    'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
    'new', case when tg_op <> 'DELETE' then private.visible_project(new) || jsonb_build_object(
      'content', jsonb_build_object('nodes',
        coalesce(v_nodes, private.changed_nodes(coalesce(old.content, '{}'), new.content)))) end,
    'old', case when tg_op <> 'INSERT' then private.visible_project(old) end,
    '_debug', jsonb_strip_nulls(jsonb_build_object('triggeredAt', private.now(), 'triggerName', tg_name,
      'broadcastSuccess', true, 'nodeUpdated', v_nodes #> '{0,id}'))), v_id);
  return null;
end
$$;
comment on function private.broadcast_project() is
  'After every change of a project: tells its topic the new version and the nodes that changed. _debug.nodeUpdated: '
  'the first of the nodes that jobs have written to; then content.nodes is all that changed.';
revoke execute on function private.broadcast_project() from public;

create trigger projects_broadcast_trigger after insert or update or delete on public.projects
  for each row execute function private.broadcast_project();
