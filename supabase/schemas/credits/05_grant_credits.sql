create function ops.grant_credits(
  p_user_id uuid, p_amount integer, p_note text default null, p_reference text default null
) returns integer language plpgsql security definer set search_path = '' as $$
declare
  v_balance integer;
begin
  if p_amount is null or p_amount <= 0 then
    perform private.refuse(422, 'invalid_amount', 'A grant is one credit or more.', 'amount');
  end if;
  insert into public.credit_accounts (user_id) values (p_user_id) on conflict do nothing;
  perform from public.credit_accounts where user_id = p_user_id for update;
  if not exists (select from public.credit_entries where user_id = p_user_id and reference = p_reference) then
    update public.credit_accounts set balance = balance + p_amount, updated_at = private.now()
    where user_id = p_user_id returning balance into v_balance;
    insert into public.credit_entries (user_id, kind, amount, balance_after, reference, note)
    values (p_user_id, 'grant', p_amount, v_balance, p_reference, p_note);
  end if;
  return (select balance from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function ops.grant_credits(uuid, integer, text, text) is
  'Gives a user credits and returns the balance. p_reference makes it idempotent: a second grant with the same one '
  'does nothing. Errors: 422 invalid_amount, 23503 for an unknown user.';
revoke execute on function ops.grant_credits(uuid, integer, text, text) from public;
grant execute on function ops.grant_credits(uuid, integer, text, text) to service_role;
