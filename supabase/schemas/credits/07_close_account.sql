create function private.digest(p_text text) returns text
language sql immutable set search_path = '' as $$
  select 'sha256:' || encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;
comment on function private.digest(text) is
  'sha256: and the digest of a text in hexadecimal: what proves the text to whoever has it, and tells it to nobody.';
revoke execute on function private.digest(text) from public;

create function private.close_account(p_user_id uuid, p_tombstone_id uuid, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
  v_count integer;
begin
  delete from public.credit_accounts where user_id = p_user_id returning balance into v_balance;
  if not exists (select from public.credit_entries where user_id = p_user_id) then return 0; end if;
  insert into private.tombstones (tombstone_id, balance, made_at)
  select p_tombstone_id, coalesce(v_balance, greatest(sum(amount), 0)), p_at
  from public.credit_entries where user_id = p_user_id
  on conflict (tombstone_id) do update set balance = private.tombstones.balance + excluded.balance;
  -- A note is free text. A reference proves a payment: whoever has it finds the entry by its digest, and nobody reads
  -- it here.
  update public.credit_entries set user_id = p_tombstone_id, note = null, reference = private.digest(reference)
  where user_id = p_user_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.close_account(uuid, uuid, timestamptz) is
  'Closes the credit account of a user who leaves and moves the entries under a tombstone: the money says the same, '
  'and of nobody. Returns how many entries.';
revoke execute on function private.close_account(uuid, uuid, timestamptz) from public;
