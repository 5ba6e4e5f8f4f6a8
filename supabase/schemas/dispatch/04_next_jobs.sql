create function private.active_seen(p_lane text, p_user_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing')
    + (select count(*) from private.cancels c
       where c.user_id = p_user_id and c.lane = p_lane and c.over_at is null and c.reason <> 'produced');
end
$$;
comment on function private.active_seen(text, uuid) is
  'How many jobs a user has running in a lane, those counted too that have ended while their task may live: as the '
  'statement sees it.';
revoke execute on function private.active_seen(text, uuid) from public;

create function private.active_jobs(p_lane text, p_user_id uuid) returns bigint
language plpgsql volatile -- sees what was committed before the user's lock was taken
set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.active_seen(p_lane, p_user_id);
end
$$;
comment on function private.active_jobs(text, uuid) is
  'The same as active_seen, as it is now rather than when the statement began: for whoever has the user''s lock.';
revoke execute on function private.active_jobs(text, uuid) from public;

create function private.active_key(p_lane text, p_user_id uuid) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return hashtextextended('esteira.active:' || p_lane || ':' || p_user_id, 0);
end
$$;
comment on function private.active_key(text, uuid) is
  'The advisory lock under which a user''s running jobs in a lane are counted.';
revoke execute on function private.active_key(text, uuid) from public;

create function private.may_start(p_lane private.lanes, p_user_id uuid) returns bigint
language plpgsql volatile set search_path = '' as $$
begin
  if p_lane.max_active_per_user is null then return null; end if;
  -- Counted under a lock of the user's, or two who start jobs could each start the last one allowed.
  if not pg_try_advisory_xact_lock(private.active_key(p_lane.lane, p_user_id)) then return 0; end if;
  return greatest(p_lane.max_active_per_user - private.active_jobs(p_lane.lane, p_user_id), 0);
end
$$;
comment on function private.may_start(private.lanes, uuid) is
  'How many jobs of a user may start in a lane now, by its max_active_per_user; null: any number. None while somebody '
  'else is looking: waits for nothing. After it nobody else starts one, until the transaction ends.';
revoke execute on function private.may_start(private.lanes, uuid) from public;

create function private.pick_jobs(p_lane private.lanes, p_count bigint, p_busy uuid[], p_window bigint) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[] := '{}';
  v_users uuid[] := '{}'; -- who were met and may start one, and how many more
  v_left bigint[] := '{}';
  v_nth integer;
  v_job record;
  v_aside uuid[] := private.quarantined();
begin
  p_busy := p_busy || private.paused_users();
  for v_job in
    select w.id, w.user_id from public.jobs w
    where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (p_busy)
      and w.start_by > (select private.now()) and w.id <> all (v_aside)
    order by w.priority desc, w.ticket, w.id limit p_window
  loop
    continue when v_job.user_id = any (p_busy);
    v_nth := array_position(v_users, v_job.user_id);
    if v_nth is null then -- no more users are locked than it takes
      v_users := v_users || v_job.user_id;
      v_nth := cardinality(v_users);
      v_left[v_nth] := private.may_start(p_lane, v_job.user_id);
    end if;
    if v_left[v_nth] = 0 then
      p_busy := p_busy || v_job.user_id;
    else
      -- One that somebody else has is passed over, not counted: the next in the order has its place.
      perform from public.jobs where id = v_job.id and status = 'pending' and run_at is null for update skip locked;
      continue when not found;
      v_left[v_nth] := v_left[v_nth] - 1;
      v_ids := v_ids || v_job.id;
      exit when cardinality(v_ids) = p_count;
    end if;
  end loop;
  return v_ids;
end
$$;
comment on function private.pick_jobs(private.lanes, bigint, uuid[], bigint) is
  'Locks the first p_count jobs that their users may start, of the first p_window that wait in a lane, those of p_busy '
  'left out. Skips what others have locked. Returns them in order.';
revoke execute on function private.pick_jobs(private.lanes, bigint, uuid[], bigint) from public;

create function private.next_jobs(p_lane private.lanes, p_count bigint) returns table (n bigint, id uuid)
language plpgsql rows 5 set search_path = '' as $$
declare
  v_ids uuid[];
  v_aside uuid[] := private.quarantined();
  v_paused uuid[] := private.paused_users();
  v_now timestamptz := private.now();
begin
  if p_count = 0 then return; end if;
  if p_lane.max_active_per_user is null then
    return query
      select row_number() over (), j.id from (
        select w.id from public.jobs w
        where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.start_by > v_now
          and w.id <> all (v_aside) and w.user_id <> all (v_paused)
        order by w.priority desc, w.ticket, w.id
        limit p_count for update skip locked) j;
    return;
  end if;
  -- Mostly the first in the order are those that may start. Where some may not, however many wait of users who have
  -- enough going, they hold up nobody.
  v_ids := private.pick_jobs(p_lane, p_count, '{}', p_count + 20);
  if cardinality(v_ids) < p_count then
    v_ids := private.pick_jobs(p_lane, p_count, array(
      select j.user_id from public.jobs j where j.lane = p_lane.lane and j.status = 'processing'
      group by j.user_id having count(*) >= p_lane.max_active_per_user), 1000);
  end if;
  return query select p.place, p.id from unnest(v_ids) with ordinality p (id, place);
end
$$;
comment on function private.next_jobs(private.lanes, bigint) is
  'Locks the next p_count waiting jobs of a lane in order, leaving out users who are paused or have '
  'max_active_per_user going. Skips what others have locked, waits for nothing.';
revoke execute on function private.next_jobs(private.lanes, bigint) from public;
