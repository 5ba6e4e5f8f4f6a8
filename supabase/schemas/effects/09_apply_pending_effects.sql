create function private.take_pending(p_project_id uuid, out jobs uuid[], out new_jobs uuid[])
language plpgsql set search_path = '' as $$
declare
  v_users uuid[]; -- who are not just leaving
begin
  -- The user's row comes first in the lock order: what is written refers to it and to the jobs, and who leaves has both
  -- and waits for the project.
  v_users := array(
    select u.id from auth.users u where u.id in (
      select j.user_id from private.pending_effects p join public.jobs j on j.id = p.job_id
      where p.project_id is not distinct from p_project_id)
    order by u.id for key share skip locked);
  -- Of several who look at once one takes them; while a project is in use they stay.
  perform from public.projects where id = p_project_id for no key update skip locked;
  if not found and exists (select from public.projects where id = p_project_id) then return; end if;
  with taken as (
    delete from private.pending_effects where pending_id in (
      select p.pending_id from private.pending_effects p left join public.jobs j on j.id = p.job_id
      where p.project_id is not distinct from p_project_id
        and (j.user_id = any (v_users) or not exists (select from auth.users u where u.id = j.user_id))
      order by p.pending_id limit 1000 for update of p skip locked)
    returning job_id, is_new
  )
  select array_agg(distinct job_id), coalesce(array_agg(distinct job_id) filter (where is_new), '{}')
  into jobs, new_jobs from taken;
end
$$;
comment on function private.take_pending(uuid) is
  'Takes up to 1,000 pending effects of a project (null: of models), unless somebody has it; not those of a user '
  'who is just leaving. Waits for nobody.';
revoke execute on function private.take_pending(uuid) from public;

create function private.apply_pending_effects() returns integer
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_until timestamptz := clock_timestamp() + current_setting('lock_timeout')::interval;
  v_project_id uuid;
  v_taken record;
  v_count integer := 0;
begin
  for v_project_id in
    select project_id from private.pending_effects group by project_id order by min(pending_id)
  loop
    exit when clock_timestamp() >= v_until;
    v_taken := private.take_pending(v_project_id);
    continue when v_taken.jobs is null;
    v_count := v_count + private.try_effects(v_taken.jobs, v_taken.new_jobs, v_until);
    perform set_config('esteira.effect', 'holds', true);
  end loop;
  return v_count;
end
$$;
comment on function private.apply_pending_effects() is
  'Applies effects that did not fit into the commit of their job: project by project, each by set, the longest waiting '
  'first, for 2 s (its lock_timeout). Waits for nobody. Returns how many are settled.';
revoke execute on function private.apply_pending_effects() from public;
