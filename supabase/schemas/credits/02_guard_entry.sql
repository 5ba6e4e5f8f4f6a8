create table private.tombstones (
  tombstone_id uuid primary key,
  balance bigint not null,
  made_at timestamptz not null,
  constraint balances_are_never_negative check (balance >= 0)
);

alter table private.tombstones enable row level security;

comment on table private.tombstones is
  'Who the entries of users who are gone belong to: an id made by chance, which leads to nobody.';
comment on column private.tombstones.balance is
  'What the user had left when the account was closed: the sum of the entries, which ops.credit_drift proves.';

create function private.guard_entry() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- The one change that there is: an entry loses its user, and says the same of the money.
  if tg_op = 'UPDATE' and exists (select from private.tombstones where tombstone_id = new.user_id)
     and not exists (select from private.tombstones where tombstone_id = old.user_id)
     and to_jsonb(new) - array['user_id', 'note', 'reference'] = to_jsonb(old) - array['user_id', 'note', 'reference']
  then
    return new;
  end if;
  raise exception 'entry % of the ledger stays as it is: it is only appended to', old.entry_id
    using errcode = 'check_violation', constraint = 'the_ledger_is_only_appended_to';
end
$$;
comment on function private.guard_entry() is
  'Before an entry is changed or deleted: refuses, but for one that moves under a tombstone.';
revoke execute on function private.guard_entry() from public;

create trigger the_ledger_is_only_appended_to before update or delete on public.credit_entries
  for each row execute function private.guard_entry();
