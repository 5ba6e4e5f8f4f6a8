create type public.credit_kind as enum ('grant', 'charge', 'refund');
comment on type public.credit_kind is
  'Why a balance changed: given or bought, spent on a job, given back for a job that did not complete.';

create table public.credit_entries (
  entry_id bigint generated always as identity primary key,
  user_id uuid not null,
  job_id uuid,
  kind public.credit_kind not null,
  amount bigint not null,
  balance_after bigint not null,
  reference text,
  note text,
  is_counted boolean not null default false,
  created_at timestamptz not null default now(),
  constraint a_job_is_charged_once_and_refunded_once unique (job_id, kind),
  constraint a_grant_with_a_reference_is_made_once unique (user_id, reference),
  constraint charges_take_and_the_rest_give check (case kind when 'charge' then amount < 0 else amount > 0 end),
  constraint charges_and_refunds_name_their_job check ((kind = 'grant') = (job_id is null)),
  constraint only_refunds_are_counted check (not is_counted or kind = 'refund')
);
create index credit_entries_by_user on public.credit_entries (user_id, entry_id desc);
-- How often was this user refunded of late, though a provider may have been paid?
create index counted_refunds on public.credit_entries (user_id, created_at) where is_counted;
-- What was this user given?
create index grants_by_user on public.credit_entries (user_id) include (amount) where kind = 'grant';

alter table public.credit_entries enable row level security;
revoke all on public.credit_entries from anon, authenticated, service_role;
revoke all on sequence public.credit_entries_entry_id_seq from anon, authenticated, service_role;

comment on table public.credit_entries is
  'A user''s statement: append-only. It outlives the jobs that it names, and the user, for it proves what was paid: '
  'hence no foreign keys to them. Who leaves is replaced by a tombstone.';
comment on column public.credit_entries.amount is 'Credits added to the balance; negative for a charge.';
comment on column public.credit_entries.reference is
  'The caller''s own id of a grant (a payment, an order), so that a repeated grant is made once.';
comment on column public.credit_entries.is_counted is
  'Whether it is a refund for a job that its provider may have worked on: see max_refunds_per_user of lanes.';

grant select on public.credit_entries to authenticated, service_role;

create policy "users see their own entries" on public.credit_entries
  for select to authenticated using (user_id = (select private.caller()));
