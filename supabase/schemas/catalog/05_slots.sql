create table private.slots (
  slot_id bigint generated always as identity primary key,
  lane text not null references private.lanes (lane),
  account_id integer not null references private.accounts (account_id),
  job_id uuid, -- no foreign key: a slot outlives its job while the task lives
  token uuid,
  is_retiring boolean not null default false,
  constraint an_attempt_has_one_slot unique (token),
  constraint a_held_slot_names_its_attempt check ((job_id is null) = (token is null))
) with (fillfactor = 50);
create index free_slots on private.slots (lane, slot_id) where token is null and not is_retiring;
create index slots_by_account on private.slots (account_id);
create index retiring_slots on private.slots (account_id) where is_retiring;

alter table private.slots enable row level security;

comment on table private.slots is 'Permission to have one task alive on one account. A limit of three is three rows.';
comment on column private.slots.job_id is 'The job whose attempt holds the slot; null: free.';
comment on column private.slots.token is
  'The attempt that holds the slot, until its task is over, whatever becomes of its job; null: free.';
comment on column private.slots.is_retiring is
  'The capacity was lowered while an attempt held this slot: it goes when its task is over.';
