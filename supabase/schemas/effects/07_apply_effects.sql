create function private.wait_for_one(p_jobs uuid[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_job public.jobs;
begin
  select j.* into v_job from public.jobs j where j.id = any (p_jobs) and private.has_ended(j.status)
  order by j.effect desc, private.project_of(j.metadata), j.user_id, j.id limit 1;
  if v_job.effect = 'project_node' then
    perform from public.projects
    where id = private.project_of(v_job.metadata) and user_id = v_job.user_id for no key update;
  elsif v_job.effect = 'model' then
    perform from public.ai_models where "trainingJobId" = v_job.id for no key update;
  end if;
exception when lock_not_available or deadlock_detected then null;
end
$$;
comment on function private.wait_for_one(uuid[]) is
  'Waits, as long as lock_timeout allows, for the project or model of one job that has ended, if any of these has.';
revoke execute on function private.wait_for_one(uuid[]) from public;

create function private.all_are(p_jobs uuid[], p_outcome text) returns private.shown[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(select (id, p_outcome)::private.shown from unnest(p_jobs) id);
end
$$;
comment on function private.all_are(uuid[], text) is 'The same outcome for all of these jobs.';
revoke execute on function private.all_are(uuid[], text) from public;

create function private.try_effects(p_jobs uuid[], p_new uuid[], p_until timestamptz) returns integer
language plpgsql set search_path = '' as $$
begin
  return private.note_effects(
    private.show_on_projects(p_jobs, p_until) || private.show_on_models(p_jobs, p_new), p_new);
exception
  when lock_not_available or deadlock_detected or serialization_failure then
    return private.note_effects(private.all_are(p_jobs, 'pending'), p_new);
  when others then
    if cardinality(p_jobs) = 1 then
      return private.note_effects(private.all_are(p_jobs, 'failed'), p_new, sqlerrm);
    end if;
    return private.try_effects_apart(p_jobs, p_new, p_until);
end
$$;
comment on function private.try_effects(uuid[], uuid[], timestamptz) is
  'Applies the effects of jobs, in one sub-transaction, and writes down what became of them; what is not done by '
  'p_until, or is locked, stays pending. p_new: the jobs that have just been created. An effect that fails is told in '
  'job_effects and keeps none of the others from being applied. Returns how many are not pending.';
revoke execute on function private.try_effects(uuid[], uuid[], timestamptz) from public;

create function private.try_effects_apart(p_jobs uuid[], p_new uuid[], p_until timestamptz) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_parts jsonb; -- of what is one part, each job is one
  v_part jsonb;
  v_jobs uuid[];
  v_count integer := 0;
  v_done uuid[] := '{}';
begin
  select jsonb_agg(jobs order by jobs) into v_parts from (
    select jsonb_agg(j.id order by j.id) as jobs from public.jobs j where j.id = any (p_jobs)
    group by case j.effect when 'project_node' then private.project_of(j.metadata) end, j.effect) parts;
  if jsonb_array_length(v_parts) = 1 then
    select jsonb_agg(jsonb_build_array(id)) into v_parts from jsonb_array_elements(v_parts -> 0) id;
  end if;
  for v_part in select part from jsonb_array_elements(v_parts) part loop
    exit when clock_timestamp() >= p_until and v_done <> '{}';
    v_jobs := array(select id::uuid from jsonb_array_elements_text(v_part) id);
    v_count := v_count + private.try_effects(v_jobs, p_new, p_until);
    v_done := v_done || v_jobs;
  end loop;
  return v_count + private.note_effects(private.all_are(
    array(select id from unnest(p_jobs) id where id <> all (v_done)), 'pending'), p_new);
end
$$;
comment on function private.try_effects_apart(uuid[], uuid[], timestamptz) is
  'Tries one by one what fails together: by project, then job by job; what there is no time for stays pending.';
revoke execute on function private.try_effects_apart(uuid[], uuid[], timestamptz) from public;

create function private.apply_effects(p_jobs uuid[], p_new uuid[]) returns void
language plpgsql set search_path = '' set lock_timeout = '250ms' as $$
declare
  -- What is left of it is for writing down what did not fit.
  v_until timestamptz := clock_timestamp() + current_setting('lock_timeout')::interval * 0.8;
begin
  -- Whoever holds one project or model waits for no other; whoever ends many jobs at once, for none (can_end_at_once).
  if current_setting('esteira.effect', true) is distinct from 'holds' then perform private.wait_for_one(p_jobs); end if;
  -- For what may be waited for besides: a user who is just leaving, say.
  perform set_config('lock_timeout',
    greatest(1000 * extract(epoch from v_until - clock_timestamp()), 1)::integer::text, true);
  perform private.try_effects(p_jobs, p_new, v_until);
  perform set_config('esteira.effect', 'holds', true);
exception when others then -- whatever it is, it does not fail the jobs
  perform private.note_pending(p_jobs, p_new);
end
$$;
comment on function private.apply_effects(uuid[], uuid[]) is
  'Brings what jobs change besides themselves to where they stand, and writes down what became of it. Takes no longer '
  'than its lock_timeout; what does not fit stays pending. p_new: those that have just been created. Raises nothing.';
revoke execute on function private.apply_effects(uuid[], uuid[]) from public;
