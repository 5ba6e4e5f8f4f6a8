create function private.active_jobs(p_lane text, p_user_id uuid) returns bigint
language plpgsql volatile -- sees what was committed before the user's lock was taken
set search_path = '' as $$
begin
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing')
    + (select count(*) from private.cancels c
       where c.user_id = p_user_id and c.lane = p_lane and c.over_at is null and c.reason <> 'produced');
end
$$;
comment on function private.active_jobs(text, uuid) is
  'How many jobs a user has running in a lane, those counted too that have ended while their task may live.';
revoke execute on function private.active_jobs(text, uuid) from public;

create function private.next_jobs(p_lane text, p_count bigint) returns table (n bigint, id uuid)
language plpgsql rows 5 set search_path = '' as $$
declare
  v_max_active integer := (select max_active_per_user from private.lanes where lane = p_lane);
  v_busy uuid[];
  v_now timestamptz := private.now();
begin
  if v_max_active is null then
    return query
      select row_number() over (), j.id from (
        select w.id from public.jobs w
        where w.lane = p_lane and w.status = 'pending' and w.run_at is null and w.start_by > v_now
        order by w.priority desc, w.ticket, w.id
        limit p_count for update skip locked) j;
    return;
  end if;
  -- A user's active jobs are counted under a lock of that user's, or two dispatches could each start the last one
  -- allowed. Users whom another dispatch is looking at are left to it, those who have enough going are passed over.
  select coalesce(array_agg(u.user_id), '{}') into v_busy from (
    select j.user_id from public.jobs j where j.lane = p_lane and j.status = 'processing'
    group by j.user_id having count(*) >= v_max_active) u;
  return query
    with near as materialized (
      select w.id, w.user_id, row_number() over () as place from (
        select w.id, w.user_id from public.jobs w
        where w.lane = p_lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (v_busy)
            and w.start_by > v_now
        order by w.priority desc, w.ticket, w.id
        limit 1000) w
    ), users as materialized (
      select u.user_id, v_max_active - private.active_jobs(p_lane, u.user_id) as may_start
      from (select distinct near.user_id from near) u
      where pg_try_advisory_xact_lock(hashtextextended('esteira.active:' || p_lane || ':' || u.user_id, 0))
    ), allowed as materialized (
      select x.id, x.place from (
        select near.id, near.place, users.may_start,
          row_number() over (partition by near.user_id order by near.place) as nth
        from near join users on users.user_id = near.user_id) x
      where x.nth <= x.may_start
      order by x.place limit p_count
    ), locked as materialized (
      select allowed.place, j.id from allowed join public.jobs j on j.id = allowed.id
      where j.status = 'pending'
      for update of j skip locked
    )
    select row_number() over (order by locked.place), locked.id from locked;
end
$$;
comment on function private.next_jobs(text, bigint) is
  'Locks the next p_count waiting jobs of a lane in order, leaving out users who have max_active_per_user going. '
  'Skips what others have locked, waits for nothing.';
revoke execute on function private.next_jobs(text, bigint) from public;
