create function private.balance_drift(p_from uuid, p_to uuid) returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from (
    select c.user_id, c.balance from public.credit_accounts c where c.user_id > p_from and c.user_id <= p_to
    union all -- the ledger of who is gone is proved as well
    select t.tombstone_id, t.balance from private.tombstones t where t.tombstone_id > p_from and t.tombstone_id <= p_to
  ) a
  full join (
    select s.user_id, sum(s.amount) as total from public.credit_entries s
    where s.user_id > p_from and s.user_id <= p_to group by s.user_id
  ) e on e.user_id = a.user_id
  where coalesce(a.balance, 0) <> coalesce(e.total, 0);
end
$$;
comment on function private.balance_drift(uuid, uuid) is
  'What ops.credit_drift finds in the balances of users after p_from and up to p_to.';
revoke execute on function private.balance_drift(uuid, uuid) from public;

create function private.price_drift(p_from uuid, p_to uuid) returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select j.user_id, j.id, format('%s, charged %s, refunded %s', j.status, coalesce(c.amount, 0), coalesce(r.amount, 0))
  from public.jobs j
  left join public.credit_entries c on c.job_id = j.id and c.kind = 'charge'
  left join public.credit_entries r on r.job_id = j.id and r.kind = 'refund'
  where j.id > p_from and j.id <= p_to and (coalesce(-c.amount, 0) <> j.credits_charged
     or coalesce(r.amount, 0) <> case when j.refund = 'paid' then j.credits_charged else 0 end
     or (j.status = 'failed' and j.credits_charged > 0 and j.refund <> 'paid' and not exists (
       select from public.publications p where p.job_id = j.id and j.refund = case p.resolved
         when 'there' then 'withheld' when 'not_there' then 'paid' else 'due' end::public.job_refund))
     or (j.status = 'cancelled' and j.credits_charged > 0 and j.refund = 'none'))
  union all
  select j.user_id, j.id, 'refunded, and has a result' from public.jobs j
  where j.id > p_from and j.id <= p_to and j.refund <> 'none' and (j.output is not null or j.output_url is not null)
  union all
  select j.user_id, j.id, 'a refund is due, and nothing is waited for' from public.jobs j
  where j.id > p_from and j.id <= p_to and j.refund = 'due'
    and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null)
    and not exists (
      select from public.publications p where p.job_id = j.id and p.unknown_at is not null and p.resolved is null);
end
$$;
comment on function private.price_drift(uuid, uuid) is
  'What ops.credit_drift finds in the entries and refunds of jobs after p_from and up to p_to.';
revoke execute on function private.price_drift(uuid, uuid) from public;

create function private.task_drift(p_from timestamptz, p_to timestamptz)
returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable set search_path = '' as $$
begin
  return query
  with alive as materialized (
    select a.user_id, a.job_id, a.token from public.job_attempts a
    where a.outcome is null and a.submits > 0 and a.word is null
    union
    select c.user_id, c.job_id, c.token from private.cancels c where c.over_at is null
  )
  select v.user_id, v.job_id, 'a task may be alive, and its attempt holds no slot' from alive v
  where not exists (select from private.slots s where s.token = v.token)
    and not exists (select from public.publications p where p.job_id = v.job_id) -- those rest without one
  union all
  select distinct x.user_id, x.job_id, 'an attempt has begun while the task of another may be alive'
  from alive x join alive y on y.job_id = x.job_id and y.token < x.token
  union all
  select a.user_id, a.job_id, 'an attempt has ended while its task may be alive, and nobody looks after it'
  from public.job_attempts a
  where a.outcome is not null and a.submits > 0 and a.word is null and not a.never_existed and a.leased_until is null
    and a.finished_at > p_from and a.finished_at <= p_to -- closed rows of the outbox are forgotten after a month
    and not exists (select from private.cancels c where c.token = a.token)
    and not exists (select from public.publications p where p.job_id = a.job_id and p.unknown_at is not null)
  union all
  select null, s.job_id, 'an attempt holds two slots' from private.slots s
  where exists (select from private.slots o where o.token = s.token and o.slot_id < s.slot_id)
  union all
  select null, s.job_id, 'a slot is held, and nothing is alive' from private.slots s
  where s.token is not null and not exists (select from alive v where v.token = s.token)
    and not exists (
      select from public.job_attempts a where a.job_id = s.job_id and a.token = s.token and a.outcome is null);
end
$$;
comment on function private.task_drift(timestamptz, timestamptz) is
  'What ops.credit_drift finds in tasks that live and slots, and in attempts that ended after p_from and up to p_to.';
revoke execute on function private.task_drift(timestamptz, timestamptz) from public;

create function ops.credit_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select * from private.balance_drift(private.first_uuid(), private.last_uuid())
    union all select * from private.price_drift(private.first_uuid(), private.last_uuid())
    union all select * from private.task_drift(private.now() - interval '7 days', 'infinity');
end
$$;
comment on function ops.credit_drift() is
  'Proves that what may be paid for is bought once and that nothing is given away. Returns a row for each balance that '
  'is not the sum of its entries; each job not charged as it says, not refunded as its refund says, or refunded with a '
  'result; each refund that waits for nothing; each task that may be alive beyond its account''s slots or beside '
  'another of its job; each slot held for nothing, or as a second one of its attempt. No rows: all is right.';
revoke execute on function ops.credit_drift() from public;
