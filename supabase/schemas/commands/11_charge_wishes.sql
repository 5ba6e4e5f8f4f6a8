create function private.charge_wishes(p_user_id uuid, p_wishes private.wish[], p_balance integer) returns void
language plpgsql set search_path = '' as $$
begin
  with costs as materialized (
    select w.n, w.id, t.credit_cost as cost from unnest(p_wishes) w join public.tools t on t.tool = w.tool
    where w.is_new and t.credit_cost > 0
  ), paid as (
    update public.credit_accounts set balance = p_balance - (select sum(cost) from costs), updated_at = private.now()
    where user_id = p_user_id and exists (select from costs)
  )
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
  select p_user_id, id, 'charge', -cost, p_balance - sum(cost) over (order by n) from costs order by n;
end
$$;
comment on function private.charge_wishes(uuid, private.wish[], integer) is
  'Takes the price of each new job from a balance that is locked and suffices, in their order.';
revoke execute on function private.charge_wishes(uuid, private.wish[], integer) from public;
