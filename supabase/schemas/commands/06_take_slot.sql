create function private.take_slot(
  p_lane private.lanes, p_user_id uuid, p_at timestamptz,
  out slot_id bigint, out account_id integer, out account_name text
) language plpgsql set search_path = '' set enable_sort = off set jit = off as $$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides;
  -- publications have a line first.
  if p_lane.lane = 'publication' or p_lane.paused_until > p_at or p_lane.rate_limit is not null
     or p_lane.circuit_opened_at is not null or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform where (
      select id from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1) is null
    and coalesce(private.first_due(p_lane.lane) > p_at, true)
    and not exists (select from private.user_pauses where user_id = p_user_id and paused_until > p_at);
  if not found or private.may_start(p_lane, p_user_id) = 0 then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$$;
comment on function private.take_slot(private.lanes, uuid, timestamptz) is
  'Locks a free slot of a lane in which nobody waits, for a job of this user that is just being created; nulls if '
  'there is none, if the user is paused or has as many going as they may, or if it is for dispatch to say who is '
  'next. Waits for nothing.';
revoke execute on function private.take_slot(private.lanes, uuid, timestamptz) from public;
