create function ops.credit_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from public.credit_accounts a
  full join (
    select s.user_id, sum(s.amount) as total from public.credit_entries s group by s.user_id
  ) e on e.user_id = a.user_id
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
  'Proves the ledger: returns a row for each balance that is not the sum of its entries, and for each job not charged '
  'as it says, or not refunded exactly when it failed or was cancelled. No rows: all is right.';
revoke execute on function ops.credit_drift() from public;
