create function private.user_leaves() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_lanes text[] := array(select distinct lane from public.jobs
    where user_id = old.id and status in ('pending', 'processing') order by lane);
begin
  -- The row of the user is locked already, and is the head of the lock order; creates are kept out. Then all jobs
  -- before any slot, and the slots in the order in which a change of capacity takes them.
  perform private.lock_creates(old.id);
  perform from public.jobs where user_id = old.id order by id for update;
  perform from private.slots where job_id in (select id from public.jobs where user_id = old.id)
  order by slot_id for update;
  for v_job in select * from public.jobs where user_id = old.id order by id for update loop
    for v_attempt in
      select * from public.job_attempts where job_id = v_job.id and finished_at is null order by attempt for update
    loop
      perform private.end_attempt(v_job, v_attempt, 'cancelled', 'user_deleted', v_now);
    end loop;
  end loop;
  -- Now rather than with the user's row: what waits must not be given the slots that are free.
  delete from public.jobs where user_id = old.id;
  delete from public.credit_accounts where user_id = old.id;
  perform from public.projects where user_id = old.id order by id for update; -- as whoever saves several
  insert into private.doomed_files (bucket, prefix, due_at)
  select bucket, old.id || '/', v_now + delay
  from unnest(array['inputs', 'outputs']) bucket, unnest(array[interval '0', interval '3 hours']) delay;
  perform private.dispatch(lane) from unnest(v_lanes) lane;
  return old;
end
$$;
comment on function private.user_leaves() is
  'Before a user is deleted: ends what runs. Slots of what was not submitted are free; a task that may live keeps its '
  'slot, and the outbox stops it. The user''s files are deleted by the worker. The ledger stays.';
revoke execute on function private.user_leaves() from public;

create trigger esteira_user_leaves before delete on auth.users
  for each row execute function private.user_leaves();
