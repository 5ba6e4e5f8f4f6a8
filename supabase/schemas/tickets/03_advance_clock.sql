create type private.start as (
  job_id uuid, attempt integer, dispatch integer, user_id uuid, slot_id bigint, account_id integer, priority smallint,
  ticket bigint
);
comment on type private.start is
  'A job that has just been given a slot: the attempt that begins, and the place in the order that was served.';

create function private.advance_clock(p_lane text, p_priority smallint, p_ticket bigint) returns void
language plpgsql set search_path = '' as $$
begin
  -- A lost advance makes the order a shade older; waiting for it would make the clock a queue of its own. That goes for
  -- making the row as well: "on conflict do nothing" waits for whoever is just changing the row that is there.
  update private.clocks set virtual_time = p_ticket
  where lane = p_lane and priority = (
    select priority from private.clocks where lane = p_lane and priority = p_priority and virtual_time < p_ticket
    for update skip locked);
  if found then return; end if;
  insert into private.clocks (lane, priority, virtual_time) select p_lane, p_priority, p_ticket
  where not exists (select from private.clocks where lane = p_lane and priority = p_priority)
    and pg_try_advisory_xact_lock(hashtextextended('esteira.clock:' || p_lane || ':' || p_priority, 0))
  on conflict do nothing;
end
$$;
comment on function private.advance_clock(text, smallint, bigint) is
  'Moves the clock of a lane''s priority to a ticket just served.';
revoke execute on function private.advance_clock(text, smallint, bigint) from public;
