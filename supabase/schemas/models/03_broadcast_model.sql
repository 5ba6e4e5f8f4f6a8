create function private.visible_model(p_model public.ai_models) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_model) - array['userId'];
end
$$;
comment on function private.visible_model(public.ai_models) is
  'What a broadcast shows of a model: all of it, for its owner.';
revoke execute on function private.visible_model(public.ai_models) from public;

create function private.broadcast_model() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_model public.ai_models := coalesce(new, old);
begin
  perform private.broadcast('jobs:' || v_model."userId", 'model_status_changed', jsonb_build_object(
    'type', 'model_status_changed', 'table', tg_table_name, 'schema', tg_table_schema,
    'modelId', v_model.id, 'userId', v_model."userId", 'status', v_model.status, 'progress', v_model.progress,
    'new', case when tg_op <> 'DELETE' then private.visible_model(new) end,
    'old', case when tg_op <> 'INSERT' then jsonb_build_object(
      'id', old.id, 'status', old.status, 'progress', old.progress, 'version', old.version) end,
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', tg_name, 'broadcastSuccess', true)),
    v_model.id);
  return null;
end
$$;
comment on function private.broadcast_model() is
  'After every change of a model: tells the topic of its owner''s jobs, as the event model_status_changed.';
revoke execute on function private.broadcast_model() from public;

create trigger ai_models_broadcast_trigger after insert or update or delete on public.ai_models
  for each row execute function private.broadcast_model();
