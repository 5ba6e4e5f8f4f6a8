-- Credits: what users have paid for, and where it went.
--
-- A balance and the entries that explain it, written together by the functions below and by nothing else: charged
-- in the transaction that creates a job, refunded in the one that fails or cancels it. The credit account is the
-- last row that any transaction waits for (see the lock order in the queue room).

create table public.credit_accounts (
  user_id uuid primary key references auth.users (id) on delete cascade,
  balance integer not null default 0,
  updated_at timestamptz not null default now(),
  constraint balances_are_never_negative check (balance >= 0)
) with (fillfactor = 70);

alter table public.credit_accounts enable row level security;
revoke all on public.credit_accounts from anon, authenticated, service_role;
comment on table public.credit_accounts is 'A user''s balance, in credits; always the sum of the user''s entries.';
grant select on public.credit_accounts to authenticated, service_role;
create policy "users see their own balance" on public.credit_accounts
  for select to authenticated using (user_id = (select auth.uid()));

create type public.credit_kind as enum ('grant', 'charge', 'refund');
comment on type public.credit_kind is 'Why a balance changed: given or bought, spent on a job, given back for a job that did not complete.';

create table public.credit_entries (
  entry_id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  job_id uuid,
  kind public.credit_kind not null,
  amount integer not null,
  balance_after integer not null,
  reference text,
  note text,
  created_at timestamptz not null default now(),
  constraint a_job_is_charged_once_and_refunded_once unique (job_id, kind),
  constraint a_grant_with_a_reference_is_made_once unique (user_id, reference),
  constraint charges_take_and_the_rest_give check (case kind when 'charge' then amount < 0 else amount > 0 end),
  constraint charges_and_refunds_name_their_job check ((kind = 'grant') = (job_id is null))
);
create index credit_entries_by_user on public.credit_entries (user_id, entry_id desc);

alter table public.credit_entries enable row level security;
revoke all on public.credit_entries from anon, authenticated, service_role;
comment on table public.credit_entries is 'A user''s statement: append-only. It outlives the jobs it names, hence no foreign key to them.';
comment on column public.credit_entries.amount is 'Credits added to the balance; negative for a charge.';
comment on column public.credit_entries.reference is 'The caller''s own id of a grant (a payment, an order), so that a repeated grant is made once.';
grant select on public.credit_entries to authenticated, service_role;
create policy "users see their own entries" on public.credit_entries
  for select to authenticated using (user_id = (select auth.uid()));

create function private.charge(p_user_id uuid, p_job_id uuid, p_amount integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_balance integer;
begin
  if p_amount = 0 then
    return coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0);
  end if;
  with paid as (
    update public.credit_accounts set balance = balance - p_amount, updated_at = private.now()
    where user_id = p_user_id and balance >= p_amount
    returning balance
  )
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
  select p_user_id, p_job_id, 'charge', -p_amount, balance from paid
  returning balance_after into v_balance;
  if not found then
    perform private.refuse(402, 'insufficient_credits', format('This costs %s credits, more than there are.', p_amount));
  end if;
  return v_balance;
end
$$;
comment on function private.charge(uuid, uuid, integer) is
  'Takes p_amount credits (zero or more) for a job and returns the balance left. Error: 402 insufficient_credits, and nothing is written.';

create function private.refund(p_user_id uuid, p_job_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_balance integer;
begin
  -- The balance is locked before the entry is looked for: two refunds of one job cannot both find none.
  perform from public.credit_accounts where user_id = p_user_id for update;
  update public.credit_accounts a set balance = a.balance - e.amount, updated_at = private.now()
  from public.credit_entries e
  where a.user_id = p_user_id and e.job_id = p_job_id and e.kind = 'charge'
    and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')
  returning a.balance into v_balance;
  if not found then return null; end if;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
  select p_user_id, p_job_id, 'refund', -amount, v_balance
  from public.credit_entries where job_id = p_job_id and kind = 'charge';
  return v_balance;
end
$$;
comment on function private.refund(uuid, uuid) is
  'Gives back what a job was charged, once. Returns the new balance, or null when there was nothing (left) to give back.';

create function ops.grant_credits(p_user_id uuid, p_amount integer, p_note text default null, p_reference text default null)
returns integer language plpgsql security definer set search_path = '' as $$
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
  'Gives a user credits and returns the balance. p_reference makes it idempotent: a second grant with the same one does nothing. Errors: 422 invalid_amount, 23503 for an unknown user.';
grant execute on function ops.grant_credits(uuid, integer, text, text) to service_role;

create function ops.credit_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from public.credit_accounts a
  full join (select s.user_id, sum(s.amount) as total from public.credit_entries s group by s.user_id) e on e.user_id = a.user_id
  where coalesce(a.balance, 0) <> coalesce(e.total, 0)
  union all
  select j.user_id, j.id, format('%s, charged %s, refunded %s', j.status, coalesce(c.amount, 0), coalesce(r.amount, 0))
  from public.jobs j
  left join public.credit_entries c on c.job_id = j.id and c.kind = 'charge'
  left join public.credit_entries r on r.job_id = j.id and r.kind = 'refund'
  where coalesce(-c.amount, 0) <> j.credits_charged
     or coalesce(r.amount, 0) <> case when j.status in ('failed', 'cancelled') then j.credits_charged else 0 end;
end
$$;
comment on function ops.credit_drift() is
  'Proves the ledger: returns a row for each balance that is not the sum of its entries, and for each job not charged as it says, or not refunded exactly when it failed or was cancelled. No rows: all is right.';

revoke execute on all functions in schema private, worker, ops from public;
