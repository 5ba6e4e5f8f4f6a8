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
  'Locks the model of a training and returns it; null when there is none, or somebody else has it and p_may_wait is '
  'false.';
revoke execute on function private.lock_model(uuid, boolean) from public;

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
    values (p_job.user_id, coalesce(left(nullif(trim(p_job.input ->> 'name'), ''), 200), 'Model'), p_job.id,
      p_job.created_at, p_job.created_at)
    returning * into v_old;
  elsif v_old.id is null then
    return case when exists (select from public.ai_models where "trainingJobId" = v_training) then 'busy'
      when exists (select from public.jobs where retried_from = p_job.id) then 'superseded' else 'model_missing' end;
  end if;
  v_new := private.model_of(v_old, p_job);
  if v_new is distinct from v_old then
    update public.ai_models set "trainingJobId" = v_new."trainingJobId", status = v_new.status,
      progress = v_new.progress, "modelUrl" = v_new."modelUrl", "trainedAt" = v_new."trainedAt",
      "errorMessage" = v_new."errorMessage"
    where id = v_old.id;
  end if;
  return case when p_job.status = 'completed' and v_new.status <> 'READY' then 'model_url_missing' else 'applied' end;
end
$$;
comment on function private.apply_to_model(public.jobs, boolean, boolean) is
  'Shows a training on its model; p_is_new: the job has just been created, so the model is made, or taken over from '
  'the job that this one retries. Returns applied, busy (somebody else has the model and p_may_wait is false), '
  'superseded (a retry has it), model_missing or model_url_missing.';
revoke execute on function private.apply_to_model(public.jobs, boolean, boolean) from public;
