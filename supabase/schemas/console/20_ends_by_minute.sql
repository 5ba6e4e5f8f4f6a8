-- What the screens Now and Failures of the console are drawn from: how each lane stands at this moment and how it has
-- fared for an hour (20, 21), and what fails, added up by where and why (22).
--
-- Screens ask every few seconds and by many people at once, so nothing here grows with what has ended: the newest
-- attempts come from attempts_by_end, the newest failures from failed_jobs, so many and no further, and what was not
-- looked at is said to be unknown rather than nothing.

create function private.ends_of_late(p_at timestamptz, p_since timestamptz, p_most integer)
returns table (lane text, minute integer, is_failure boolean)
language plpgsql stable rows 5000 set search_path = '' as $$
begin
  -- The lane is that of the account; of an account that is gone, the job's. minute: 0 is the one that runs.
  return query
    select coalesce(c.lane, (select j.lane from public.jobs j where j.id = a.job_id)),
      (extract(epoch from date_trunc('minute', p_at) - date_trunc('minute', a.finished_at)) / 60)::integer,
      a.outcome in ('failed', 'retried')
    from (
      select x.job_id, x.account_id, x.finished_at, x.outcome from public.job_attempts x
      where x.finished_at is not null and x.finished_at >= p_since and x.finished_at <= p_at
      order by x.finished_at desc limit p_most) a
    left join private.accounts c on c.account_id = a.account_id;
end
$$;
comment on function private.ends_of_late(timestamptz, timestamptz, integer) is
  'The newest p_most attempts that ended between p_since and p_at: in which lane, how many minutes ago, and whether '
  'with an error (for good or to be tried again).';
revoke execute on function private.ends_of_late(timestamptz, timestamptz, integer) from public;

create type private.lane_minutes as (lane text, ended integer[], failed integer[]);
comment on type private.lane_minutes is
  'How many attempts of a lane ended in each of the last sixty minutes, the oldest first and the last one still going '
  'on, and how many of them with an error. Null: that minute was not looked at to its beginning.';

create function private.ends_by_minute(p_at timestamptz, p_most integer default 10000)
returns setof private.lane_minutes
language plpgsql stable rows 20 set search_path = '' as $$
declare
  v_since timestamptz := date_trunc('minute', p_at) - interval '59 minutes';
begin
  return query
    with ends as materialized (
      select e.lane, e.minute, e.is_failure from private.ends_of_late(p_at, v_since, p_most) e
    ), known as ( -- among fewer than that none was left out
      select case when count(*) < p_most then 60 else max(e.minute) end as minutes from ends e
    ), counted as (
      select e.lane, e.minute, count(*)::integer as ended, (count(*) filter (where e.is_failure))::integer as failed
      from ends e group by e.lane, e.minute
    )
    select l.lane,
      array_agg(case when m.minute < k.minutes then coalesce(c.ended, 0) end order by m.minute desc),
      array_agg(case when m.minute < k.minutes then coalesce(c.failed, 0) end order by m.minute desc)
    from private.lanes l cross join known k cross join generate_series(0, 59) m (minute)
    left join counted c on c.lane = l.lane and c.minute = m.minute
    group by l.lane;
end
$$;
comment on function private.ends_by_minute(timestamptz, integer) is
  'How each lane fared in the last sixty minutes, by the newest p_most attempts that ended in them.';
revoke execute on function private.ends_by_minute(timestamptz, integer) from public;
