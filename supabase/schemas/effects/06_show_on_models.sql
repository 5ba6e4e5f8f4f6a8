create type private.training as (job_id uuid, training_job_id uuid, model_id uuid);
comment on type private.training is
  'A job, the job whose model it is to be shown on (itself, or the one that it retries), and that model, locked; null: '
  'it is not to be had.';

create function private.lock_models(p_jobs uuid[], p_new uuid[]) returns private.training[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(
    with training as materialized (
      -- A retry goes on with the model of the job that it does again, if that is still there and nobody has it.
      select j.id, case when j.id = any (p_new) then coalesce(j.retried_from, j.id) else j.id end as of
      from public.jobs j where j.id = any (p_jobs) and j.effect = 'model'
    ), locked as materialized (
      select m.id, m."trainingJobId" as of from public.ai_models m
      where m."trainingJobId" = any (array(select t.of from training t)) order by m.id for no key update skip locked
    )
    select (t.id, t.of, l.id)::private.training from training t left join locked l using (of) order by t.id);
end
$$;
comment on function private.lock_models(uuid[], uuid[]) is
  'Locks the models that jobs are to be shown on; waits for nobody. p_new: the jobs that have just been created.';
revoke execute on function private.lock_models(uuid[], uuid[]) from public;

create function private.make_models(p_trainings private.training[], p_new uuid[]) returns private.training[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_lacking uuid[] := array(select job_id from unnest(p_trainings) where model_id is null and job_id = any (p_new));
begin
  if v_lacking = '{}' then return p_trainings; end if;
  insert into public.ai_models ("userId", name, "trainingJobId", "createdAt", "updatedAt")
  select j.user_id, coalesce(left(nullif(trim(j.input ->> 'name'), ''), 200), 'Model'), j.id, j.created_at, j.created_at
  from public.jobs j where j.id = any (v_lacking) order by j.id
  on conflict ("trainingJobId") do nothing;
  return array(
    select (t.job_id, t.training_job_id, coalesce(t.model_id, m.id))::private.training
    from unnest(p_trainings) t
    left join public.ai_models m on m."trainingJobId" = t.job_id and t.job_id = any (v_lacking));
end
$$;
comment on function private.make_models(private.training[], uuid[]) is
  'Makes the models of new trainings that go on with none. Returns all, with those.';
revoke execute on function private.make_models(private.training[], uuid[]) from public;

create function private.show_on_models(p_jobs uuid[], p_new uuid[]) returns private.shown[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_trainings private.training[] := private.make_models(private.lock_models(p_jobs, p_new), p_new);
begin
  if v_trainings = '{}' then return '{}'; end if;
  with newest as materialized ( -- of a job and its retry
    select distinct on (model_id) model_id, job_id from unnest(v_trainings)
    where model_id is not null order by model_id, job_id desc
  )
  update public.ai_models m set "trainingJobId" = n."trainingJobId", status = n.status, progress = n.progress,
    "modelUrl" = n."modelUrl", "trainedAt" = n."trainedAt", "errorMessage" = n."errorMessage"
  from newest w join public.ai_models o on o.id = w.model_id join public.jobs j on j.id = w.job_id,
    lateral private.model_of(o, j) n
  where m.id = w.model_id and n is distinct from o;
  return array(
    select (t.job_id, case
      when m."trainingJobId" = t.job_id then
        case when j.status = 'completed' and m.status <> 'READY' then 'model_url_missing' else 'applied' end
      when m.id is not null then 'superseded'
      when exists (select from public.ai_models o where o."trainingJobId" = t.training_job_id) then 'pending'
      when exists (select from public.jobs r where r.retried_from = t.job_id) then 'superseded'
      else 'model_missing' end)::private.shown
    from unnest(v_trainings) t join public.jobs j on j.id = t.job_id left join public.ai_models m on m.id = t.model_id);
end
$$;
comment on function private.show_on_models(uuid[], uuid[]) is
  'Shows trainings on their models, by one update. p_new: those that have just been created, whose models are made, or '
  'taken over from the jobs that they retry. Returns what becomes of the effect of each: applied, superseded (a retry '
  'has the model), model_missing, model_url_missing, or pending when somebody else has the model.';
revoke execute on function private.show_on_models(uuid[], uuid[]) from public;
