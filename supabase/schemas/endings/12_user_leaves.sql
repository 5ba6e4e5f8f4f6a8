create function private.end_all_of(p_user_id uuid, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_tasks integer := 0;
begin
  -- All jobs before any slot, and the slots in the order in which a change of capacity takes them.
  perform from public.jobs where user_id = p_user_id order by id for update;
  perform from private.slots where job_id in (select id from public.jobs where user_id = p_user_id)
  order by slot_id for update;
  for v_job in
    select * from public.jobs where user_id = p_user_id and exists (
      select from public.job_attempts a where a.job_id = id and a.finished_at is null)
    order by id for update
  loop
    for v_attempt in
      select * from public.job_attempts where job_id = v_job.id and finished_at is null order by attempt for update
    loop
      v_tasks := v_tasks + private.end_attempt(v_job, v_attempt, 'cancelled', 'user_deleted', p_at)::integer;
    end loop;
  end loop;
  return v_tasks;
end
$$;
comment on function private.end_all_of(uuid, timestamptz) is
  'Locks all jobs of a user who leaves and ends their attempts. Slots of what was not submitted are free; a task that '
  'may live keeps its slot, and the outbox stops it. Returns how many of those.';
revoke execute on function private.end_all_of(uuid, timestamptz) from public;

create function private.let_go(p_user_id uuid) returns private.leavers
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lanes text[] := array(select distinct lane from public.jobs
    where user_id = p_user_id and status in ('pending', 'processing') order by lane);
  v_leaver private.leavers;
  v_tasks integer;
  v_forgets integer;
begin
  perform private.lock_creates(p_user_id); -- creates are kept out
  v_tasks := private.end_all_of(p_user_id, v_now);
  v_leaver := private.note_leaver(p_user_id, v_now);
  v_forgets := private.leave_forgets(array(
    select j.id from public.jobs j where j.user_id = p_user_id and j.effect = 'model'), v_now);
  perform private.forget_cancels_of(p_user_id, v_leaver.tombstone_id);
  delete from private.webhook_events where job_id = any (v_leaver.job_ids);
  delete from private.webhook_refusals where user_id = p_user_id;
  -- Now rather than with the user's row: what waits must not be given the slots that are free.
  perform set_config('esteira.deletes', 'all of a user', true); -- what goes with each job goes with the user here
  delete from public.jobs where user_id = p_user_id;
  perform set_config('esteira.deletes', '', true);
  v_leaver.did := jsonb_build_object('jobs', cardinality(v_leaver.job_ids), 'tasks', v_tasks,
    'forgets', v_forgets, 'entries', private.close_account(p_user_id, v_leaver.tombstone_id, v_now))
    || private.delete_rows_of(p_user_id);
  perform private.doom_all_of(p_user_id, v_now);
  update private.leavers set did = v_leaver.did where user_id = p_user_id;
  perform private.dispatch(lane) from unnest(v_lanes) lane;
  return v_leaver;
end
$$;
comment on function private.let_go(uuid) is
  'All that happens when a user leaves: what runs is ended, rows go, files and trained models are to be deleted, the '
  'ledger stays under a tombstone, and what else may tell of the user is noted to be looked for. Any number of times. '
  'Returns what it noted.';
revoke execute on function private.let_go(uuid) from public;

create function private.user_leaves() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The row of the user is locked already, and is the head of the lock order.
  perform private.let_go(old.id);
  return old;
end
$$;
comment on function private.user_leaves() is 'Before a user is deleted: lets go of all that is the user''s.';
revoke execute on function private.user_leaves() from public;

create trigger esteira_user_leaves before delete on auth.users
  for each row execute function private.user_leaves();
