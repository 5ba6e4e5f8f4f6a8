create function private.pair_free_slots(p_lane private.lanes, p_limit integer)
returns table (slot_id bigint, account_id integer, job_id uuid)
language plpgsql volatile rows 5 set search_path = '' as $$ -- few rows: the planner is to join them by index
begin
  return query
  with wanted as materialized ( -- no more slots than there are jobs to give them to
    select count(*) as n from (
      select from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit p_limit) w
  ), free as materialized (
    select s.slot_id, s.account_id, row_number() over () as n from (
      select s.slot_id, s.account_id
      from private.slots s
      join private.accounts a on a.account_id = s.account_id
      where s.lane = p_lane.lane and s.token is null and not s.is_retiring
        and coalesce(a.paused_until <= private.now(), true)
      order by s.slot_id
      limit (select n from wanted)
      for update of s skip locked) s
  )
  select free.slot_id, free.account_id, next.id
  from private.next_jobs(p_lane, (select count(*) from free)) next join free using (n);
end
$$;
comment on function private.pair_free_slots(private.lanes, integer) is
  'Locks up to p_limit free slots of a lane and as many of its next jobs in order, and pairs them. Skips what others '
  'have locked, waits for nothing.';
revoke execute on function private.pair_free_slots(private.lanes, integer) from public;
