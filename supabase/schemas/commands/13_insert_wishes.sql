create function private.insert_wishes(
  p_user_id uuid, p_wishes private.wish[], p_uploads jsonb[], p_balance bigint, p_at timestamptz,
  p_by_user boolean
) returns void
language plpgsql set search_path = '' set enable_sort = off set jit = off as $$
begin
  with fresh as materialized (
    select w.*, case when w.run_at > p_at then w.run_at end as runs_at, t.max_attempts, t.effect,
      greatest(p_at, w.run_at) + t.expires_after as expires_at,
      p_balance - sum(w.price) over (order by w.n) as balance
    from unnest(p_wishes) w join public.tools t on t.tool = w.tool where w.is_new
  ), lanes as materialized (
    select s.lane, count(*) filter (where s.token is null and not s.is_retiring) as available,
      count(s.token) as running
    from private.slots s where s.lane in (select lane from fresh) group by s.lane
  ), taken as materialized (
    select lane, priority, private.take_tickets(lane, p_user_id, priority, count(*)) as first_ticket
    from fresh group by lane, priority
  ), placed as materialized (
    select f.*, t.first_ticket - 1 + row_number() over (partition by f.lane, f.priority order by f.n) as ticket
    from fresh f join taken t on t.lane = f.lane and t.priority = f.priority
  ), line as ( -- those who wait already, as far as positions are counted, and the newcomers among them
    select lane, priority, ticket, id, n, runs_at is null as is_ready from placed
    union all
    select l.lane, j.priority, j.ticket, j.id, null, true from (select distinct lane from fresh) l, lateral (
      select * from public.jobs w where w.lane = l.lane and w.status = 'pending' and w.run_at is null
      order by w.priority desc, w.ticket, w.id limit 1000) j
  ), positions as materialized (
    select n, 1 + least(1000, count(*) filter (where is_ready) over (
      partition by lane order by priority desc, ticket, id
      rows between unbounded preceding and 1 preceding)) as position
    from line
  )
  insert into public.jobs (id, user_id, tool, lane, effect, current_step, input, priority, ticket, max_attempts, run_at,
    expires_at, start_by, credits_charged, idempotency_key, idempotency_hash, metadata, is_by_user, created_at,
    queued_at, updated_at, step_history)
  select w.id, p_user_id, w.tool, w.lane, w.effect, 'queued', w.input, w.priority, w.ticket, w.max_attempts, w.runs_at,
    w.expires_at, w.expires_at, w.price, w.idempotency_key, w.idempotency_hash, w.metadata, p_by_user, p_at, p_at,
    p_at,
    coalesce(p_uploads[w.n], '[]')
      || private.first_steps(p_at, w.price, w.balance, l.available, l.running, p.position, w.runs_at)
  from placed w join positions p on p.n = w.n left join lanes l on l.lane = w.lane
  order by w.n;
end
$$;
comment on function private.insert_wishes(uuid, private.wish[], jsonb[], bigint, timestamptz, boolean) is
  'Writes the new jobs of a batch, each with its place in the order and its history so far. p_uploads: their first '
  'entries; p_balance: before anything was paid.';
revoke execute on function private.insert_wishes(uuid, private.wish[], jsonb[], bigint, timestamptz, boolean)
  from public;
