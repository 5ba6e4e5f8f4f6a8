create function private.refund(p_user_id uuid, p_job_id uuid, p_is_counted boolean default false) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
begin
  -- The balance is locked before the entry is looked for: two refunds of one job cannot both find none.
  perform from public.credit_accounts where user_id = p_user_id for update;
  update public.credit_accounts a set balance = a.balance - e.amount, updated_at = private.now()
  from public.credit_entries e
  where a.user_id = p_user_id and e.job_id = p_job_id and e.kind = 'charge'
    and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')
  returning a.balance into v_balance;
  if not found then return null; end if;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, is_counted, created_at)
  select p_user_id, p_job_id, 'refund', -amount, v_balance, p_is_counted, private.now()
  from public.credit_entries where job_id = p_job_id and kind = 'charge';
  return v_balance;
end
$$;
comment on function private.refund(uuid, uuid, boolean) is
  'Gives back what a job was charged, once. p_is_counted: its provider may have worked on it, so the refund counts '
  'against max_refunds_per_user. Returns the new balance, or null when there was nothing (left) to give back.';
revoke execute on function private.refund(uuid, uuid, boolean) from public;
