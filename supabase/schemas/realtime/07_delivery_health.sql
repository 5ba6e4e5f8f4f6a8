create function private.lateness(p_late bigint[], p_share numeric, p_max integer) returns integer
language plpgsql immutable set search_path = '' as $$
declare
  v_bounds integer[] := '{10,25,50,100,250,500,1000,2500,5000,10000,60000}';
begin
  return (
    select least(coalesce(v_bounds[n], p_max), p_max) from (
      select n, sum(count) over (order by n) as up_to, sum(count) over () as all_of_them
      from unnest(p_late) with ordinality buckets (count, n)) sums
    where up_to >= p_share * all_of_them and all_of_them > 0 order by n limit 1);
end
$$;
comment on function private.lateness(bigint[], numeric, integer) is
  'No more than how late, in milliseconds, p_share of the changes were that were counted in the buckets of '
  'private.deliveries.late: the upper end of a bucket, or p_max, the latest of them. Null: none were.';
revoke execute on function private.lateness(bigint[], numeric, integer) from public;

create function ops.delivery_health(p_since interval default '1 hour') returns table (
  channel text, users bigint, changes bigint, terminal bigint, terminal_percent numeric, missed bigint,
  missed_percent numeric, late_p50_ms integer, late_p99_ms integer, late_max_ms integer
) language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_now timestamptz := private.now();
begin
  return query
    with told as materialized (
      -- An hour that has begun before counts as a whole; what is of the future is of a clock that was set back.
      select * from private.deliveries where hour > v_now - p_since - interval '1 hour' and hour <= v_now
    ), buckets as (
      select channel, array_agg(count order by n) as late from (
        select t.channel, n, sum(count)::bigint as count from told t, unnest(t.late) with ordinality b (count, n)
        group by t.channel, n) sums
      group by channel
    ), sums as (
      select channel, count(*) as users, sum(changes)::bigint as changes, sum(terminal)::bigint as terminal,
        sum(missed)::bigint as missed, max(late_max_ms) as latest
      from (
        select channel, user_id, sum(changes) as changes, sum(terminal) as terminal, sum(missed) as missed,
          max(late_max_ms) as late_max_ms
        from told group by channel, user_id) each_user
      group by channel
    )
    select s.channel, s.users, s.changes, s.terminal,
      round(100.0 * s.terminal / nullif(sum(s.terminal) over (), 0), 2), s.missed,
      round(100.0 * s.missed / nullif(s.changes, 0), 2),
      private.lateness(b.late, 0.5, s.latest), private.lateness(b.late, 0.99, s.latest), s.latest
    from sums s join buckets b on b.channel = s.channel
    order by s.changes desc, s.channel;
end
$$;
comment on function ops.delivery_health(interval) is
  'How changes have reached screens over the last p_since, in whole hours, as clients tell it (private.deliveries). '
  'By channel: of how many users, changes, ends of jobs and their share of all ends, changes that a live connection '
  'should have brought before and their share, and how late half and 99 % of them were at most. What is not learned '
  'by realtime or sse was learned late, or while nothing was live.';
revoke execute on function ops.delivery_health(interval) from public;

create function private.screens_that_miss(p_since timestamptz) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select 1000 * count(*) filter (where missed * 20 >= changes) / nullif(count(*), 0) from (
      select sum(d.missed) as missed, sum(d.changes) as changes from private.deliveries d
      where d.hour > p_since - interval '1 hour' and d.hour <= (select private.now())
      group by d.user_id having sum(d.changes) >= 20) each_user);
end
$$;
comment on function private.screens_that_miss(timestamptz) is
  'Of a thousand users whose screens have told of 20 changes or more since then, how many missed one in twenty while '
  'they were live. Null: nobody has told so much. By user, so that nobody''s word weighs more than another''s.';
revoke execute on function private.screens_that_miss(timestamptz) from public;
