-- How changes have reached screens over time: what ops.delivery_health() says of an hour, hour by hour. Clients tell it
-- (private.deliveries), the database tells what it could not send (private.broadcast_failures).

create function private.deliveries_told(p_from timestamptz, p_to timestamptz)
returns table (
  hour timestamptz, channel text, users bigint, changes bigint, terminal bigint, missed bigint, late bigint[],
  latest integer, rows_read bigint
) language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    with told as materialized (
      select d.hour, d.channel, d.user_id, d.changes, d.terminal, d.missed, d.late, d.late_max_ms
      from private.deliveries d
      where d.hour >= p_from and d.hour <= p_to order by d.hour desc limit 100000
    ), sums as materialized ( -- some hundred rows at most, whatever the number of users
      select t.hour, t.channel, sum(t.changes)::bigint as changes, sum(t.terminal)::bigint as terminal,
        sum(t.missed)::bigint as missed, array[sum(t.late[1]), sum(t.late[2]), sum(t.late[3]), sum(t.late[4]),
          sum(t.late[5]), sum(t.late[6]), sum(t.late[7]), sum(t.late[8]), sum(t.late[9]), sum(t.late[10]),
          sum(t.late[11]), sum(t.late[12])]::bigint[] as late, max(t.late_max_ms) as latest, count(*) as rows_read
      from told t group by t.hour, t.channel
    ), people as (
      select p.channel, count(*) as users from (select distinct channel, user_id from told) p group by p.channel
      union all
      select null, count(*) from (select distinct user_id from told) p
    ), rolled as (
      select s.hour, s.channel, sum(s.changes)::bigint as changes, sum(s.terminal)::bigint as terminal,
        sum(s.missed)::bigint as missed, max(s.latest) as latest, sum(s.rows_read)::bigint as rows_read,
        array[sum(s.late[1]), sum(s.late[2]), sum(s.late[3]), sum(s.late[4]), sum(s.late[5]), sum(s.late[6]),
          sum(s.late[7]), sum(s.late[8]), sum(s.late[9]), sum(s.late[10]), sum(s.late[11]), sum(s.late[12])]::bigint[]
          as late
      from sums s group by grouping sets ((s.hour, s.channel), (s.hour), (s.channel), ())
    )
    select r.hour, r.channel, p.users, r.changes, r.terminal, r.missed, r.late, r.latest, r.rows_read
    from rolled r left join people p on r.hour is null and p.channel is not distinct from r.channel;
end
$$;
comment on function private.deliveries_told(timestamptz, timestamptz) is
  'What screens have told of the hours from p_from to p_to: by hour and channel, by hour (channel null), by channel '
  '(hour null) and in all; users: where hour is null. Of no more than 100,000 rows (rows_read), the newest.';
revoke execute on function private.deliveries_told(timestamptz, timestamptz) from public;

create function private.unsent_since(p_from timestamptz, p_to timestamptz, p_hours timestamptz[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with failed as materialized (
      select f.*, date_trunc('hour', f.failed_at, 'UTC') as hour from private.broadcast_failures f
      where f.failed_at >= p_from and f.failed_at <= p_to order by f.failed_at desc limit 20000
    ), causes as (
      select cause, sum(count) as count, sum(heard) as heard, max(failed_at) as last_at,
        (array_agg(message order by failed_at desc))[1] as message,
        -- Of a user's topic no more than tells it from others.
        (array_agg(case when topic like 'jobs:%' then left(topic, 13) || '…' else topic end
          order by failed_at desc))[1] as topic,
        (array_agg(event order by failed_at desc))[1] as event
      from failed group by cause order by sum(heard) desc, sum(count) desc limit 20
    )
    select jsonb_build_object('count', (select coalesce(sum(count), 0) from failed),
      'heard', (select coalesce(sum(heard), 0) from failed),
      'by_hour', (select jsonb_agg(coalesce((select sum(f.heard) from failed f where f.hour = h.hour), 0) order by n)
        from unnest(p_hours) with ordinality h (hour, n)),
      'causes', (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from causes c)));
end
$$;
comment on function private.unsent_since(timestamptz, timestamptz, timestamptz[]) is
  'Broadcasts that could not be sent: {count, heard: of them, what somebody could have heard, by_hour: the same in '
  'each of p_hours, causes: [{cause, count, heard, last_at, message, topic, event}]}.';
revoke execute on function private.unsent_since(timestamptz, timestamptz, timestamptz[]) from public;

create function ops_api.delivery(p_hours integer default 24) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from timestamptz := date_trunc('hour', v_now, 'UTC') - interval '1 hour' * (least(greatest(p_hours, 1), 168) - 1);
  v_hours timestamptz[] := array(select generate_series(v_from, v_now, '1 hour'));
begin
  perform private.require_operator();
  return (
    with told as materialized (
      select t.*, private.lateness(t.late, 0.5, t.latest) as p50, private.lateness(t.late, 0.95, t.latest) as p95,
        private.lateness(t.late, 0.99, t.latest) as p99
      from private.deliveries_told(v_from, v_now) t
    ), series as (
      select c.channel, jsonb_agg(coalesce(t.changes, 0) order by h.n) as changes,
        jsonb_agg(coalesce(t.missed, 0) order by h.n) as missed,
        jsonb_agg(t.p50 order by h.n) as p50, jsonb_agg(t.p95 order by h.n) as p95
      from (select distinct channel from told) c cross join unnest(v_hours) with ordinality h (hour, n)
      left join told t on t.hour = h.hour and t.channel is not distinct from c.channel
      group by c.channel
    )
    select jsonb_build_object('from', v_from, 'to', v_now, 'hours', to_jsonb(v_hours),
      'is_complete', coalesce(max(t.rows_read), 0) < 100000,
      'channels', coalesce(jsonb_agg(jsonb_build_object('channel', t.channel, 'users', t.users, 'changes', t.changes,
        'percent', round(100.0 * t.changes / nullif(w.changes, 0), 2), 'terminal', t.terminal,
        'terminal_percent', round(100.0 * t.terminal / nullif(w.terminal, 0), 2), 'missed', t.missed,
        'missed_percent', round(100.0 * t.missed / nullif(t.changes, 0), 2), 'late_p50_ms', t.p50,
        'late_p95_ms', t.p95, 'late_p99_ms', t.p99, 'late_max_ms', t.latest, 'by_hour', jsonb_build_object(
          'changes', s.changes, 'missed', s.missed, 'late_p50_ms', s.p50, 'late_p95_ms', s.p95))
        order by t.channel is not null, t.changes desc, t.channel), '[]'),
      'unsent', private.unsent_since(v_from, v_now, v_hours))
    from told t join series s on s.channel is not distinct from t.channel, (
      select sum(changes) as changes, sum(terminal) as terminal from told where channel is null and hour is null) w
    where t.hour is null and t.changes is not null);
end
$$;
comment on function ops_api.delivery(integer) is
  'How changes have reached screens in the last p_hours (1 to 168, the one that has begun among them), as clients '
  'tell it, for operators: {from, to, hours: [when each begins], is_complete: false where more was told than is '
  'read, channels: [{channel: null (all), realtime, sse, poll or snapshot; users, changes, percent: of all changes, '
  'terminal, terminal_percent: of all ends of jobs, missed, missed_percent: of its changes, late_p50_ms, '
  'late_p95_ms, late_p99_ms, late_max_ms, by_hour: {changes, missed, late_p50_ms, late_p95_ms}}], unsent: {count, '
  'heard, by_hour, causes}}. Lateness: the upper end of a bucket of private.deliveries.late. Errors: 401 '
  'unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.delivery(integer) from public;
grant execute on function ops_api.delivery(integer) to authenticated, service_role;
