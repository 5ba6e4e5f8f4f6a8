create function worker.model_told(p_model_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_model public.ai_models;
begin
  select * into v_model from public.ai_models where id = p_model_id;
  -- A message bears the time at which its transaction began.
  return exists (
    select from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || v_model."userId"
      and m.inserted_at > (v_model."updatedAt" - interval '2 minutes') at time zone 'UTC'
      and m.event = 'model_status_changed' and m.payload ->> 'modelId' = p_model_id::text
      and (m.payload #>> '{new,version}')::integer >= v_model.version);
end
$$;
comment on function worker.model_told(uuid) is
  'Whether a model''s last change was broadcast. For the log of functions that speak as document 001 does.';
revoke execute on function worker.model_told(uuid) from public;
grant execute on function worker.model_told(uuid) to service_role;
