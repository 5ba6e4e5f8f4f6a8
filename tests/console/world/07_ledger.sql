-- The ledger: two grants a user, a charge a job, a refund where its job says so. Balances are its sums.
with entries as (
  select p.id as user_id, null::uuid as job_id, 'grant' as kind, 50000::bigint as amount,
    now() - interval '31 days' as at,
    'Welcome' as note, 'welcome' as reference
  from console_world.people p
  union all
  select p.id, null, 'grant', 100 + p.n, now() - interval '1 hour' * (p.n % 600), 'Bought a pack', 'payment-' || p.n
  from console_world.people p
  union all
  select j.user_id, j.id, 'charge', -j.credits_charged, j.created_at, null, null from public.jobs j
  where j.credits_charged > 0
  union all
  select j.user_id, j.id, 'refund', j.credits_charged, j.completed_at, null, null from public.jobs j
  where j.refund = 'paid' and j.credits_charged > 0
)
insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, note, reference, created_at)
select user_id, job_id, kind::public.credit_kind, amount, sum(amount) over (partition by user_id order by at,
  amount desc,
  job_id rows unbounded preceding), note, reference, at
from entries order by at;
insert into public.credit_accounts (user_id, balance, updated_at)
select user_id, sum(amount), max(created_at) from public.credit_entries group by user_id
on conflict (user_id) do update set balance = excluded.balance;
