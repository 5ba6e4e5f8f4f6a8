create function private.first_waiting(p_lane private.lanes) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined();
  v_paused uuid[] := private.paused_users();
begin
  if p_lane.max_active_per_user is null then
    return (
      select id from public.jobs
      where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside) and user_id <> all (v_paused)
      order by priority desc, ticket, id limit 1);
  end if;
  return (
    with near as materialized (
      select w.id, w.user_id, row_number() over () as place from (
        select id, user_id from public.jobs
        where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside) and user_id <> all (v_paused)
        order by priority desc, ticket, id limit 1000) w
    ), users as materialized (
      select u.user_id from (select distinct user_id from near) u
      where private.active_jobs(p_lane.lane, u.user_id) < p_lane.max_active_per_user
    )
    select near.id from near join users using (user_id) order by near.place limit 1);
end
$$;
comment on function private.first_waiting(private.lanes) is
  'The first job of a lane that may start as soon as there is a slot, whoever has it locked; null: none.';
revoke execute on function private.first_waiting(private.lanes) from public;

create function private.first_free(p_lane text) returns bigint
language plpgsql volatile set search_path = '' as $$
begin
  return (
    select s.slot_id from private.slots s join private.accounts a on a.account_id = s.account_id
    where s.lane = p_lane and s.token is null and not s.is_retiring
      and coalesce(a.paused_until <= private.now(), true)
    order by s.slot_id limit 1);
end
$$;
comment on function private.first_free(text) is
  'The first slot of a lane that a job may be given, whoever has it locked; null: none.';
revoke execute on function private.first_free(text) from public;

create function private.is_kept_apart(p_lane private.lanes) returns boolean
language plpgsql volatile set search_path = '' set enable_seqscan = off set jit = off as $$
begin
  if p_lane.paused_until > private.now() or private.first_free(p_lane.lane) is null then return false; end if;
  return private.first_waiting(p_lane) is not null;
end
$$;
comment on function private.is_kept_apart(private.lanes) is
  'Whether a job of a lane waits beside a free slot: because the lane''s rate or its circuit says so, or because '
  'somebody who has not committed yet has what dispatch skips.';
revoke execute on function private.is_kept_apart(private.lanes) from public;

create function private.wait_for_others(p_lane private.lanes) returns boolean
language plpgsql set search_path = '' set lock_timeout = '2s' set enable_seqscan = off set jit = off as $$
declare
  v_key bigint;
begin
  if not private.is_kept_apart(p_lane) then return false; end if;
  -- In the order of locks: who counts this lane's starts or its probes, who counts what a user has running, who has the
  -- job, who has the slot.
  if p_lane.rate_limit is not null or p_lane.circuit_opened_at is not null then
    perform from private.lanes where lane = p_lane.lane for no key update;
  end if;
  if p_lane.max_active_per_user is not null then
    for v_key in
      select distinct private.active_key(p_lane.lane, w.user_id) from (
        select user_id from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
        order by priority desc, ticket, id limit 1000) w order by 1
    loop
      perform pg_advisory_xact_lock(v_key);
    end loop;
  end if;
  -- Asked once: as it stands in the condition, each row of the table would ask anew.
  perform from public.jobs where id = (select private.first_waiting(p_lane)) for no key update;
  perform from private.slots where slot_id = (select private.first_free(p_lane.lane)) for update;
  return true;
exception when lock_not_available or deadlock_detected then
  return false; -- the tick will see
end
$$;
comment on function private.wait_for_others(private.lanes) is
  'When a job waits beside a free slot: waits for those who have what dispatch skips, two seconds at most. Returns '
  'whether it is worth to dispatch again. For who drains a lane and holds nothing.';
revoke execute on function private.wait_for_others(private.lanes) from public;
