create type private.shown as (job_id uuid, outcome text);
comment on type private.shown is 'What became of the effect of a job: an outcome of job_effects.';

create function private.project_of(p_metadata jsonb) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when pg_input_is_valid(p_metadata ->> 'projectId', 'uuid') then (p_metadata ->> 'projectId')::uuid end;
end
$$;
comment on function private.project_of(jsonb) is 'The project that a job''s metadata name; null: none that can be.';
revoke execute on function private.project_of(jsonb) from public;

create function private.has_ended(p_status public.job_status) returns boolean
language sql immutable set search_path = '' as $$
  select p_status in ('completed', 'failed', 'cancelled')
$$;
comment on function private.has_ended(public.job_status) is 'Whether a job of this status stays as it is.';
revoke execute on function private.has_ended(public.job_status) from public;

create function private.note_pending(p_jobs uuid[], p_new uuid[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
begin
  insert into private.pending_effects (job_id, project_id, is_new, made_at)
  select j.id, case j.effect when 'project_node' then private.project_of(j.metadata) end, j.id = any (p_new),
    private.now()
  from public.jobs j where j.id = any (p_jobs);
end
$$;
comment on function private.note_pending(uuid[], uuid[]) is
  'Puts the effects of jobs on the list of those that are still to be applied. p_new: the jobs that have just been '
  'created.';
revoke execute on function private.note_pending(uuid[], uuid[]) from public;

create function private.note_effects(p_shown private.shown[], p_new uuid[], p_message text default null) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_now timestamptz := private.now();
  v_pending uuid[] := array(select job_id from unnest(p_shown) where outcome = 'pending');
begin
  perform private.note_pending(v_pending, p_new) where v_pending <> '{}';
  insert into public.job_effects as e (job_id, user_id, effect, outcome, message, updated_at)
  select j.id, j.user_id, j.effect, s.outcome, case s.outcome when 'failed' then p_message end, v_now
  from unnest(p_shown) s join public.jobs j on j.id = s.job_id where private.has_ended(j.status)
  on conflict (job_id) do update
  set outcome = excluded.outcome, message = excluded.message, updated_at = excluded.updated_at
  where (e.outcome, e.message) is distinct from (excluded.outcome, excluded.message);
  return (select count(*) from unnest(p_shown) s where s.outcome <> 'pending');
end
$$;
comment on function private.note_effects(private.shown[], uuid[], text) is
  'Writes down what became of the effects of jobs, each once: in job_effects for those that have ended, and in '
  'pending_effects what is still to be done. p_new: those of them that have just been created; p_message: why they '
  'failed. Returns how many are not pending.';
revoke execute on function private.note_effects(private.shown[], uuid[], text) from public;
