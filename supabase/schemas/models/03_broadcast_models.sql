create function private.hint_of_model(p_new public.ai_models, p_old public.ai_models) returns private.hint
language plpgsql volatile set search_path = '' as $$
declare
  v_model public.ai_models := case when p_new.id is null then p_old else p_new end;
begin
  return (gen_random_uuid(), 'jobs:' || v_model."userId", 'model_status_changed', jsonb_build_object(
    'type', 'model_status_changed', 'table', 'ai_models', 'schema', 'public',
    'modelId', v_model.id, 'userId', v_model."userId", 'status', v_model.status, 'progress', v_model.progress,
    -- All of it, for its owner.
    'new', case when p_new.id is not null then to_jsonb(p_new) - array['userId'] end,
    'old', case when p_old.id is not null then jsonb_build_object(
      'id', p_old.id, 'status', p_old.status, 'progress', p_old.progress, 'version', p_old.version) end,
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'ai_models_broadcast_trigger',
      'broadcastSuccess', true)), v_model.id)::private.hint;
end
$$;
comment on function private.hint_of_model(public.ai_models, public.ai_models) is
  'What the topic of its owner''s jobs is told of a model that is new (p_old null), changed, or gone (p_new null).';
revoke execute on function private.hint_of_model(public.ai_models, public.ai_models) from public;

create function private.broadcast_models() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new public.ai_models[] := '{}';
  v_old public.ai_models[] := '{}';
  v_hints private.hint[];
begin
  if tg_op <> 'DELETE' then v_new := array(select n::public.ai_models from new_models n); end if;
  if tg_op <> 'INSERT' then v_old := array(select o::public.ai_models from old_models o); end if;
  v_hints := array(
    select private.hint_of_model(n, o) from unnest(v_new) n full join unnest(v_old) o on o.id = n.id
    order by coalesce(n.id, o.id));
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_models() is
  'After every statement that changes models: tells the topics of their owners'' jobs, as the event '
  'model_status_changed.';
revoke execute on function private.broadcast_models() from public;

create trigger new_models_broadcast_trigger after insert on public.ai_models referencing new table as new_models
  for each statement execute function private.broadcast_models();
create trigger ai_models_broadcast_trigger after update on public.ai_models
  referencing old table as old_models new table as new_models
  for each statement execute function private.broadcast_models();
create trigger gone_models_broadcast_trigger after delete on public.ai_models referencing old table as old_models
  for each statement execute function private.broadcast_models();
