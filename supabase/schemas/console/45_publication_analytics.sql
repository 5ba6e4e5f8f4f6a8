create type private.ended_publication as (
  job_id uuid, platform text, option text, state text, day date, completed_at timestamptz, error_code text,
  from_due bigint, from_start bigint, retry_count integer, is_dead boolean);
comment on type private.ended_publication is
  'A publication that has ended, as it is counted. day: of a time zone; from_due, from_start: milliseconds until it '
  'was there, from when it was due and from the beginning of the attempt that published it; is_dead: it has failed, '
  'and nobody has done it again.';

create function private.ended_publications(
  p_since timestamptz, p_zone text, p_filter private.publication_filter
) returns setof private.ended_publication
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
begin
  -- One by one, by their keys: however large the tables are, no more is read than is counted.
  return query
    with ended as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.completed_at is not null and j.completed_at >= p_since
      order by j.completed_at desc, j.id desc limit 10000
    )
    select s.job_id, s.platform, s.option, s.state, (s.completed_at at time zone p_zone)::date, s.completed_at,
      s.error_code, case when s.status = 'completed' then private.ms(s.completed_at - s.due_at) end,
      case when s.status = 'completed' then private.ms(s.completed_at - s.started_at) end, s.retry_count,
      s.state = 'failed' and not exists (select from public.jobs again where again.retried_from = s.job_id)
    from ended e join private.shown_publications s on s.job_id = e.id
    where (p_filter.platforms is null or s.platform = any (p_filter.platforms))
      and (p_filter.options is null or s.option = any (p_filter.options))
      and (p_filter.user_id is null or s.user_id = p_filter.user_id)
      and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id);
end
$$;
comment on function private.ended_publications(timestamptz, text, private.publication_filter) is
  'The publications that a filter asks for among the 10,000 that ended last, since p_since.';
revoke execute on function private.ended_publications(timestamptz, text, private.publication_filter) from public;

create function private.ms_at(p_ms bigint[]) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('p50', round(percentile_cont(0.5) within group (order by ms))::bigint,
    'p95', round(percentile_cont(0.95) within group (order by ms))::bigint)
  from unnest(p_ms) ms
$$;
comment on function private.ms_at(bigint[]) is 'Two percentiles of milliseconds: {p50, p95}; null of nothing.';
revoke execute on function private.ms_at(bigint[]) from public;

create function private.publication_figures(p_ended private.ended_publication[])
returns table (day date, platform text, option text, figures jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select e.day, e.platform, e.option, jsonb_build_object(
      'ended', count(e.job_id), 'published', count(*) filter (where e.state = 'published'),
      'failed', count(*) filter (where e.state = 'failed'),
      'cancelled', count(*) filter (where e.state = 'cancelled'),
      'unknown', count(*) filter (where e.state = 'unknown'), 'dead', count(*) filter (where e.is_dead),
      'success', round(count(*) filter (where e.state = 'published')::numeric
        / nullif(count(*) filter (where e.state in ('published', 'failed')), 0), 4),
      'retries', coalesce(sum(e.retry_count), 0),
      'ms_from_due', private.ms_at(array_agg(e.from_due) filter (where e.from_due is not null)),
      'ms_from_start', private.ms_at(array_agg(e.from_start) filter (where e.from_start is not null)))
    from unnest(p_ended) e
    group by grouping sets ((), (e.day), (e.platform), (e.platform, e.option));
end
$$;
comment on function private.publication_figures(private.ended_publication[]) is
  'The figures of publications: of all (day, platform and option null), of each day, platform, and option.';
revoke execute on function private.publication_figures(private.ended_publication[]) from public;

create function private.publication_errors(p_ended private.ended_publication[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(c) order by c.count desc, c.error_code, c.option), '[]') from (
      select e.error_code, e.platform, e.option, count(*), count(*) filter (where e.is_dead) as dead,
        max(e.completed_at) as last_at, (array_agg(e.job_id order by e.completed_at desc))[1] as job_id
      from unnest(p_ended) e where e.state in ('failed', 'unknown')
      group by 1, 2, 3 order by 4 desc, 1, 3 limit 100) c);
end
$$;
comment on function private.publication_errors(private.ended_publication[]) is
  'Why publications have failed, the most frequent first, a hundred at most: [{error_code, platform, option, count, '
  'dead: of those, nobody has done again, last_at, job_id: the last of them}].';
revoke execute on function private.publication_errors(private.ended_publication[]) from public;

create function private.open_publications(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set jit = off as $$
begin
  return (
    with open as materialized (
      select j.id from public.jobs j where j.lane = 'publication' and j.status = 'processing'
      union all (
        select j.id from public.jobs j where j.lane = 'publication' and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 5000)
      union all (
        select j.id from public.jobs j where j.lane = 'publication' and j.status = 'pending' and j.run_at is not null
        order by j.run_at limit 5000)
    ), shown as materialized (
      select s.state, s.hold, s.due_at from open o join private.shown_publications s on s.job_id = o.id
    )
    select jsonb_build_object('scheduled', count(*) filter (where state = 'scheduled'),
      'waiting', count(*) filter (where state = 'waiting'),
      'publishing', count(*) filter (where state = 'publishing'),
      'holds', (select coalesce(jsonb_object_agg(h.hold, h.n), '{}') from (
        select s.hold, count(*) as n from shown s where s.hold is not null group by 1) h),
      'oldest_waiting_ms', private.ms(p_now - min(due_at) filter (where state = 'waiting')),
      'unknown', (select count(*) from (
        select from public.publications p where p.unknown_at is not null and p.resolved is null limit 1000) u),
      'is_complete', (select count(*) < 5000 from open))
    from shown);
end
$$;
comment on function private.open_publications(timestamptz) is
  'What is open now: {scheduled, waiting, publishing, holds: {reason: how many}, oldest_waiting_ms, unknown (1,000 at '
  'most), is_complete}, of up to 10,000.';
revoke execute on function private.open_publications(timestamptz) from public;

create function private.told_figures(
  p_ended private.ended_publication[], p_from date, p_last date, p_zone text
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_nothing jsonb := (select f.figures from private.publication_figures('{}') f);
begin
  return (
    with f as materialized (select * from private.publication_figures(p_ended))
    select jsonb_build_object(
      'totals', (select figures from f where day is null and platform is null and option is null),
      'platforms', (select coalesce(jsonb_agg(figures || jsonb_build_object('platform', platform) order by platform),
        '[]') from f where platform is not null and option is null),
      'options', (select coalesce(jsonb_agg(figures || jsonb_build_object('platform', platform, 'option', option)
        order by platform, option), '[]') from f where option is not null),
      'days', (
        select jsonb_agg(coalesce(f.figures, v_nothing) || jsonb_build_object('day', d.day, 'begins', d.begins)
          order by d.day)
        from private.days_of(p_from, p_last + 1, p_zone) d left join f on f.day = d.day)));
end
$$;
comment on function private.told_figures(private.ended_publication[], date, date, text) is
  'What ops_api.publication_analytics tells of what has ended: {totals, platforms, options, days}, each day from '
  'p_from until p_last.';
revoke execute on function private.told_figures(private.ended_publication[], date, date, text) from public;

create function ops_api.publication_analytics(
  p_days integer default 30, p_zone text default 'UTC', p_filter jsonb default '{}'
) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_seqscan = off set jit = off as $$
declare
  v_filter private.publication_filter;
  v_now timestamptz := private.now();
  v_today date;
  v_since timestamptz;
  v_ended private.ended_publication[];
begin
  perform private.require_operator();
  v_filter := private.read_publication_filter(p_filter, '{platform,option,user_id,user_email,connection_id}', '{}');
  perform private.check_zone(p_zone);
  if p_days is null or p_days not between 1 and 90 then
    perform private.refuse(422, 'invalid_input', 'It tells of 1 to 90 days.', 'days');
  end if;
  v_today := (v_now at time zone p_zone)::date;
  v_since := (v_today - p_days + 1)::timestamp at time zone p_zone;
  v_ended := array(select e from private.ended_publications(v_since, p_zone, v_filter) e);
  return jsonb_build_object('at', v_now, 'since', v_since, 'zone', p_zone, 'now', private.open_publications(v_now))
    || private.told_figures(v_ended, v_today - p_days + 1, v_today, p_zone)
    || jsonb_build_object('errors', private.publication_errors(v_ended), 'is_complete', (
      select count(*) < 10000 from (
        select from public.jobs j
        where j.lane = 'publication' and j.completed_at is not null and j.completed_at >= v_since
        order by j.completed_at desc, j.id desc limit 10000) ended));
end
$$;
comment on function ops_api.publication_analytics(integer, text, jsonb) is
  'How publishing went in the last p_days (90 at most, today is one) of the time zone p_zone: {at, since, zone, now: '
  '{scheduled, waiting, publishing, holds: {reason: how many}, oldest_waiting_ms, unknown, is_complete}, totals: '
  'figures, platforms: [{platform, …figures}], options: [{platform, option, …figures}], days: [{day, begins, '
  '…figures}], errors: [{error_code, platform, option, count, dead, last_at, job_id}], is_complete}. figures: {ended, '
  'published, failed, cancelled, unknown, dead: failed and not done again, success: published of those published or '
  'failed, 0 to 1, null of none, retries, ms_from_due: {p50, p95}, ms_from_start: {p50, p95}: milliseconds until it '
  'was there}. Of the 10,000 that ended last; now is of all, whatever the filter. p_filter: {platform, option: a text '
  'or an array, user_id or user_email, connection_id}. Errors: 403 not_an_operator, 422 invalid_input, 422 '
  'invalid_filter.';
revoke execute on function ops_api.publication_analytics(integer, text, jsonb) from public;
grant execute on function ops_api.publication_analytics(integer, text, jsonb) to authenticated, service_role;
