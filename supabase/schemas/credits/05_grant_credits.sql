create function private.room_for_grants(p_user_id uuid) returns bigint
language plpgsql volatile -- sees what was committed before the account was locked
set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return 9007199254740991 - coalesce(
    (select sum(amount) from public.credit_entries where user_id = p_user_id and kind = 'grant'), 0);
end
$$;
comment on function private.room_for_grants(uuid) is
  'How many credits a user can still be given: 2^53 - 1, the greatest number up to which JSON and JavaScript count '
  'without a gap, less all that was ever given. Charges do not make room: what is spent may be refunded.';
revoke execute on function private.room_for_grants(uuid) from public;

create function ops.grant_credits(
  p_user_id uuid, p_amount bigint, p_note text default null, p_reference text default null
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  v_known bigint; -- granted with the reference before
  v_room bigint;
  v_balance bigint;
begin
  if p_amount is null or p_amount <= 0 then
    perform private.refuse(422, 'invalid_amount', 'A grant is one credit or more.', 'amount');
  end if;
  perform from auth.users where id = p_user_id for key share;
  if not found then
    raise exception 'there is no user %', p_user_id using errcode = 'foreign_key_violation';
  end if;
  insert into public.credit_accounts (user_id) values (p_user_id) on conflict do nothing;
  perform from public.credit_accounts where user_id = p_user_id for update;
  select amount into v_known from public.credit_entries where user_id = p_user_id and reference = p_reference;
  if v_known <> p_amount then
    perform private.refuse(409, 'idempotency_conflict',
      format('%s credits were granted with the reference %L before.', v_known, p_reference),
      jsonb_build_object('field', 'reference', 'amount', v_known)::text);
  elsif v_known is null then
    v_room := private.room_for_grants(p_user_id);
    if p_amount > v_room then
      perform private.refuse(422, 'invalid_amount', format('This user can be given %s credits more.', v_room),
        jsonb_build_object('field', 'amount', 'maximum', v_room)::text);
    end if;
    update public.credit_accounts set balance = balance + p_amount, updated_at = private.now()
    where user_id = p_user_id returning balance into v_balance;
    insert into public.credit_entries (user_id, kind, amount, balance_after, reference, note, created_at)
    values (p_user_id, 'grant', p_amount, v_balance, p_reference, p_note, private.now());
  end if;
  return (select balance from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function ops.grant_credits(uuid, bigint, text, text) is
  'Gives a user credits and returns the balance. p_reference makes it idempotent: a second grant with the same one '
  'does nothing, whatever its note, and one of another amount is refused. All grants of a user together are at most '
  '9007199254740991 (2^53 - 1). Errors: 422 invalid_amount, 409 idempotency_conflict, 23503 for an unknown user.';
revoke execute on function ops.grant_credits(uuid, bigint, text, text) from public;
grant execute on function ops.grant_credits(uuid, bigint, text, text) to service_role;
