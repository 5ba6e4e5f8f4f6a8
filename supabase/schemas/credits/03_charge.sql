create function private.refuse_price(p_user_id uuid, p_price bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_balance integer;
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

create function private.charge(p_user_id uuid, p_job_id uuid, p_amount integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_balance integer;
begin
  if p_amount = 0 then
    return coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0);
  end if;
  with paid as (
    update public.credit_accounts set balance = balance - p_amount, updated_at = private.now()
    where user_id = p_user_id and balance >= p_amount
    returning balance
  )
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
  select p_user_id, p_job_id, 'charge', -p_amount, balance from paid
  returning balance_after into v_balance;
  if not found then
    perform private.refuse_price(p_user_id, p_amount);
  end if;
  return v_balance;
end
$$;
comment on function private.charge(uuid, uuid, integer) is
  'Takes p_amount credits (zero or more) for a job and returns the balance left. Errors: 402 insufficient_credits or '
  '404 user_not_found, and nothing is written.';
revoke execute on function private.charge(uuid, uuid, integer) from public;
