create function public.report_delivery(p_reports jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid := private.caller();
  v_hour timestamptz := date_trunc('hour', private.now(), 'UTC');
begin
  if v_user_id is null then perform private.refuse(401, 'unauthenticated', 'Sign in first.'); end if;
  perform private.check_reports(p_reports);
  -- One a minute from each of twenty tabs that know nothing of one another.
  if exists (select from private.deliveries where user_id = v_user_id and hour = v_hour and reports >= 1200) then
    perform private.refuse_limit(429, 'too_many_reports', 'No more than 1200 reports an hour.', 1200,
      v_hour + interval '1 hour');
  end if;
  with reports as materialized (
    select r ->> 'channel' as channel, r as report from jsonb_array_elements(p_reports) r
  ), buckets as (
    select channel, n, sum((report -> 'late' -> n)::bigint) as count from reports, generate_series(0, 11) n
    group by channel, n
  )
  insert into private.deliveries as d (
    user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
  select v_user_id, v_hour, r.channel, 1, sum((r.report -> 'changes')::bigint),
    sum((r.report -> 'terminal')::bigint), sum((r.report -> 'missed')::bigint),
    (select array_agg(b.count order by b.n) from buckets b where b.channel = r.channel),
    max((r.report -> 'late_max_ms')::integer)
  from reports r group by r.channel order by r.channel -- in the same order everywhere: two tabs may report at once
  on conflict (user_id, hour, channel) do update set reports = d.reports + 1, changes = d.changes + excluded.changes,
    terminal = d.terminal + excluded.terminal, missed = d.missed + excluded.missed,
    late = private.sums_of(d.late, excluded.late), late_max_ms = greatest(d.late_max_ms, excluded.late_max_ms);
end
$$;
comment on function public.report_delivery(jsonb) is
  'For clients: adds up how changes have reached the caller''s screen. p_reports: up to 100 of {channel: realtime, '
  'sse, poll or snapshot; changes, terminal, missed: counts; late: twelve counts; late_max_ms} '
  '(shared/rows/delivery.ts), each number up to 100,000, the last up to a day. Errors: 401 unauthenticated, 422 '
  'invalid_input, 429 too_many_reports.';
revoke execute on function public.report_delivery(jsonb) from public, anon;
grant execute on function public.report_delivery(jsonb) to authenticated;

create function private.forget_deliveries_of(p_user_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  -- In the order in which a report writes them.
  perform from private.deliveries where user_id = p_user_id order by hour, channel for update;
  delete from private.deliveries where user_id = p_user_id;
end
$$;
comment on function private.forget_deliveries_of(uuid) is 'Forgets what was told of one user''s screens.';
revoke execute on function private.forget_deliveries_of(uuid) from public;

create function private.forget_deliveries() returns integer
language plpgsql set search_path = '' as $$
begin
  return private.forget_older('private.deliveries', 'hour', private.now() - interval '7 days');
end
$$;
comment on function private.forget_deliveries() is
  'Forgets what was told of screens more than a week ago, up to 20,000 rows. Returns how many.';
revoke execute on function private.forget_deliveries() from public;
