create type private.start as (
  job_id uuid, attempt integer, dispatch integer, user_id uuid, slot_id bigint, account_id integer, priority smallint,
  ticket bigint
);
comment on type private.start is
  'A job that has just been given a slot: the attempt that begins, and the place in the order that was served.';

create function private.advance_clocks(p_lane text, p_starts private.start[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A lost advance makes the order a shade older; waiting for it would make the clock a queue of its own. That goes for
  -- making the row as well: "on conflict do nothing" waits for whoever is just changing the row that is there.
  if exists (
    select from unnest(p_starts) s left join private.clocks c on c.lane = p_lane and c.priority = s.priority
    where c.lane is null) then
    insert into private.clocks (lane, priority)
    select p_lane, n.priority from (select distinct priority from unnest(p_starts)) n
    where not exists (select from private.clocks c where c.lane = p_lane and c.priority = n.priority)
      and pg_try_advisory_xact_lock(hashtextextended('esteira.clock:' || p_lane || ':' || n.priority, 0))
    on conflict do nothing;
  end if;
  with behind as (
    select c.priority, s.ticket from private.clocks c
    join (select priority, max(ticket) as ticket from unnest(p_starts) group by priority) s using (priority)
    where c.lane = p_lane and c.virtual_time < s.ticket
    for update of c skip locked
  )
  update private.clocks c set virtual_time = behind.ticket
  from behind where c.lane = p_lane and c.priority = behind.priority;
end
$$;
comment on function private.advance_clocks(text, private.start[]) is
  'Moves a lane''s clocks to the tickets just served.';
revoke execute on function private.advance_clocks(text, private.start[]) from public;
