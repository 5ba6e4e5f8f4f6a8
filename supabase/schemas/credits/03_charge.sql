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
    perform private.refuse(402, 'insufficient_credits',
      format('This costs %s credits, more than there are.', p_amount));
  end if;
  return v_balance;
end
$$;
comment on function private.charge(uuid, uuid, integer) is
  'Takes p_amount credits (zero or more) for a job and returns the balance left. Error: 402 insufficient_credits, and '
  'nothing is written.';
revoke execute on function private.charge(uuid, uuid, integer) from public;
