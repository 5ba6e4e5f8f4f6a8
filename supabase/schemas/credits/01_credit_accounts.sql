-- Credits: what users have paid for, and where it went.
--
-- A balance and the entries that explain it, written together by the functions below and by nothing else: charged
-- in the transaction that creates a job, refunded in the one that fails or cancels it. The credit account is the
-- last row that any transaction waits for (see the lock order in the dispatch room).
--
-- Money is bigint wherever it is added up; a price by itself is an integer. All that a user was ever given is at most
-- 2^53 - 1 (grant_credits sees to it), and nobody can have more than that: so no refund can overflow, and every
-- balance and amount is a number that JSON carries exactly.
--
-- The ledger outlives its user under a tombstone, an id made by chance: the sums stay provable, and lead to nobody.

create table public.credit_accounts (
  user_id uuid primary key, -- no foreign key, as in jobs; goes with its user all the same (user_leaves)
  balance bigint not null default 0,
  updated_at timestamptz not null default now(),
  constraint balances_are_never_negative check (balance >= 0)
) with (fillfactor = 70);

alter table public.credit_accounts enable row level security;
revoke all on public.credit_accounts from anon, authenticated, service_role;

comment on table public.credit_accounts is 'A user''s balance, in credits; always the sum of the user''s entries.';

grant select on public.credit_accounts to authenticated, service_role;

create policy "users see their own balance" on public.credit_accounts
  for select to authenticated using (user_id = (select private.caller()));
