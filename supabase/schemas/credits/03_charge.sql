create function private.refuse_price(p_user_id uuid, p_price bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
begin
  select coalesce(a.balance, 0) into v_balance
  from auth.users u left join public.credit_accounts a on a.user_id = u.id where u.id = p_user_id;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.'); end if;
  perform private.refuse(402, 'insufficient_credits',
    format('This costs %s credits, and there are %s.', p_price, v_balance),
    jsonb_build_object('price', p_price, 'balance', v_balance)::text);
end
$$;
comment on function private.refuse_price(uuid, bigint) is
  'Raises 402 insufficient_credits with the price and the balance, or 404 user_not_found.';
revoke execute on function private.refuse_price(uuid, bigint) from public;

create function private.charge(p_user_id uuid, p_job_ids uuid[], p_prices integer[]) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_total bigint := case when cardinality(p_prices) > 1
    then (select sum(price) from unnest(p_prices) price where price <> 0) else nullif(p_prices[1], 0) end;
  v_balance bigint;
begin
  if v_total is null then
    return coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0);
  end if;
  update public.credit_accounts set balance = balance - v_total, updated_at = private.now()
  where user_id = p_user_id and balance >= v_total
  returning balance into v_balance;
  if not found then perform private.refuse_price(p_user_id, v_total); end if;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, created_at)
  select p_user_id, id, 'charge', -price, v_balance + v_total - sum(price) over (order by n), private.now()
  from unnest(p_job_ids, p_prices) with ordinality jobs (id, price, n)
  where price <> 0 order by n;
  return v_balance;
end
$$;
comment on function private.charge(uuid, uuid[], integer[]) is
  'Takes the price (zero or more) of each job, in their order, and returns the balance left. Errors: 402 '
  'insufficient_credits or 404 user_not_found, and nothing is written.';
revoke execute on function private.charge(uuid, uuid[], integer[]) from public;
