create table private.slots (
  slot_id bigint generated always as identity primary key,
  lane text not null references private.lanes (lane),
  account_id integer not null references private.accounts (account_id),
  job_id uuid,
  is_retiring boolean not null default false,
  constraint a_job_has_one_slot unique (job_id)
) with (fillfactor = 50);
create index free_slots on private.slots (lane, slot_id) where job_id is null and not is_retiring;
create index slots_by_account on private.slots (account_id);
create index retiring_slots on private.slots (account_id) where is_retiring;

alter table private.slots enable row level security;

comment on table private.slots is 'Permission to have one job running on one account. A limit of three is three rows.';
comment on column private.slots.job_id is 'The job that holds the slot; null: free.';
comment on column private.slots.is_retiring is
  'The capacity was lowered while a job held this slot: it goes when the job lets go of it.';
