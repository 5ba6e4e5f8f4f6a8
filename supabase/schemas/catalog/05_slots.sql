create table private.slots (
  slot_id bigint generated always as identity primary key,
  -- No foreign keys: they are checked again by a transaction that frees a slot and gives it to the next, and would have
  -- it wait for whoever changes the lane or the account, who waits for slots. Accounts with slots stay (below).
  lane text not null,
  account_id integer not null,
  job_id uuid, -- no foreign key: a slot outlives its job while the task lives
  token uuid,
  is_retiring boolean not null default false,
  constraint a_held_slot_names_its_attempt check ((job_id is null) = (token is null))
) with (fillfactor = 50);
-- No index knows who holds a slot: that changes with every attempt, and a change that no index sees is written beside
-- the old row and leaves nothing to clean up (HOT). A free slot is looked for among those of its lane, the slot of an
-- attempt by the id that the attempt keeps. That no two slots have one token, ops.credit_drift proves.
create index slots_by_lane on private.slots (lane, slot_id) where not is_retiring;
create index slots_by_account on private.slots (account_id);
create index retiring_slots on private.slots (account_id) where is_retiring;

alter table private.slots enable row level security;

comment on table private.slots is 'Permission to have one task alive on one account. A limit of three is three rows.';
comment on column private.slots.job_id is 'The job whose attempt holds the slot; null: free.';
comment on column private.slots.token is
  'The attempt that holds the slot, until its task is over, whatever becomes of its job; null: free.';
comment on column private.slots.is_retiring is
  'The capacity was lowered while an attempt held this slot: it goes when its task is over.';

create function private.keep_accounts_with_slots() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from private.slots where account_id = old.account_id) then
    raise exception 'the account % of lane % has slots; remove it with ops.remove_account', old.name, old.lane
      using errcode = 'foreign_key_violation';
  end if;
  return old;
end
$$;
comment on function private.keep_accounts_with_slots() is
  'Before an account is deleted: refuses while it has slots. So lanes that have slots stay too, for their accounts do.';
revoke execute on function private.keep_accounts_with_slots() from public;

create trigger accounts_with_slots_stay before delete on private.accounts
  for each row execute function private.keep_accounts_with_slots();
