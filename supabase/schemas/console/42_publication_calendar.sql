create type private.placed_publication as (job_id uuid, at timestamptz, platform text, state text);
comment on type private.placed_publication is 'A publication and its place in time.';

create function private.publications_to_look_at(
  p_from timestamptz, p_to timestamptz, p_user_id uuid, p_now timestamptz
) returns table (job_id uuid, is_complete boolean)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
begin
  -- Along the indexes that have them in order, and no further than the limits: however many there are.
  if p_user_id is not null then
    return query
      with theirs as materialized (
        select p.job_id from public.publications p where p.user_id = p_user_id
        order by p.created_at desc, p.job_id desc limit 10000)
      select t.job_id, (select count(*) < 10000 from theirs) from theirs t;
    return;
  end if;
  return query
    with ended as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.completed_at >= p_from and j.completed_at < p_to
      order by j.completed_at desc, j.id desc limit 10000
    ), waiting as materialized (
      -- What is held waits for its end, long after it was due; what is yet to come is waited for by nothing else.
      select j.id from public.jobs j
      where j.lane = 'publication' and j.status = 'pending' and j.run_at is not null and j.run_at >= p_from
        and (p_from <= p_now or j.run_at < p_to)
      order by j.run_at limit 5000
    ), ready as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.status = 'pending' and j.run_at is null and p_from <= p_now
      order by j.priority desc, j.ticket, j.id limit 5000
    ), under_way as (
      select j.id from public.jobs j where j.lane = 'publication' and j.status = 'processing' and p_from <= p_now
    ), complete as (
      select (select count(*) < 10000 from ended) and (select count(*) < 5000 from waiting)
        and (select count(*) < 5000 from ready) as it_is
    )
    select found.id, complete.it_is
    from (
      select id from ended union all select id from waiting union all select id from ready
      union all select id from under_way) found, complete;
end
$$;
comment on function private.publications_to_look_at(timestamptz, timestamptz, uuid, timestamptz) is
  'The jobs among which those are that have their place from p_from until before p_to: of one user the 10,000 enqueued '
  'last; of all, up to 10,000 that ended in between and 5,000 that are open. is_complete: these are all.';
revoke execute on function private.publications_to_look_at(timestamptz, timestamptz, uuid, timestamptz) from public;

create function private.publications_between(
  p_from timestamptz, p_to timestamptz, p_filter private.publication_filter, p_now timestamptz,
  out placed private.placed_publication[], out looked_at bigint, out is_complete boolean
) language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
begin
  -- One by one, by their keys: however large the tables are, no more is read than is looked at.
  select coalesce(array_agg(row(s.job_id, s.at, s.platform, s.state)::private.placed_publication) filter (
      where s.at >= p_from and s.at < p_to
        and (p_filter.platforms is null or s.platform = any (p_filter.platforms))
        and (p_filter.options is null or s.option = any (p_filter.options))
        and (p_filter.states is null or s.state = any (p_filter.states))
        and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id)), '{}'),
    count(*), coalesce(bool_and(look.is_complete), true)
  into placed, looked_at, is_complete
  from private.publications_to_look_at(p_from, p_to, p_filter.user_id, p_now) look
  join private.shown_publications s on s.job_id = look.job_id;
end
$$;
comment on function private.publications_between(timestamptz, timestamptz, private.publication_filter, timestamptz) is
  'The publications that a filter asks for and that have their place from p_from until before p_to, in no order; how '
  'many were looked at, and whether these were all.';
revoke execute on function private.publications_between(timestamptz, timestamptz, private.publication_filter,
  timestamptz) from public;

create function private.days_of(p_from date, p_to date, p_zone text)
returns table (day date, begins timestamptz, ends timestamptz)
language sql stable set search_path = '' as $$
  select d::date, d at time zone p_zone, (d + interval '1 day') at time zone p_zone
  from generate_series(p_from::timestamp, p_to - interval '1 day', interval '1 day') d
$$;
comment on function private.days_of(date, date, text) is
  'The days from p_from until before p_to, and when each begins and ends in a time zone.';
revoke execute on function private.days_of(date, date, text) from public;

create function private.calendar_days(
  p_from date, p_to date, p_zone text, p_placed private.placed_publication[], p_role text
) returns jsonb
language plpgsql stable set search_path = ''
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
begin
  return (
    with placed as materialized (
      select (u.at at time zone p_zone)::date as day, u.job_id, u.state, u.platform,
        row_number() over (partition by (u.at at time zone p_zone)::date order by u.at, u.job_id) as n
      from unnest(p_placed) u
    ), by_state as (
      select c.day, sum(c.n) as total, jsonb_object_agg(c.state, c.n) as states
      from (select p.day, p.state, count(*) as n from placed p group by 1, 2) c group by 1
    ), by_platform as (
      select c.day, jsonb_object_agg(c.platform, c.n) as platforms
      from (select p.day, p.platform, count(*) as n from placed p group by 1, 2) c group by 1
    ), first as (
      select p.day, jsonb_agg(private.publication_line(s, p_role) order by p.n) as publications
      from placed p join private.shown_publications s on s.job_id = p.job_id where p.n <= 5 group by 1
    )
    select jsonb_agg(jsonb_build_object('day', d.day, 'begins', d.begins, 'ends', d.ends,
      'total', coalesce(by_state.total, 0), 'states', coalesce(by_state.states, '{}'),
      'platforms', coalesce(by_platform.platforms, '{}'), 'first', coalesce(first.publications, '[]')) order by d.day)
    from private.days_of(p_from, p_to, p_zone) d
    left join by_state using (day) left join by_platform using (day) left join first using (day));
end
$$;
comment on function private.calendar_days(date, date, text, private.placed_publication[], text) is
  'What there is on each day of a calendar: [{day, begins, ends, total, states: {state: how many}, platforms: '
  '{platform: how many}, first: the first five}].';
revoke execute on function private.calendar_days(date, date, text, private.placed_publication[], text) from public;

create function ops_api.publication_calendar(
  p_from date, p_to date, p_zone text default 'UTC', p_filter jsonb default '{}'
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_now timestamptz := private.now();
  v_found record;
begin
  perform private.check_zone(p_zone);
  if p_from is null or p_to is null or p_to - p_from not between 1 and 45 then
    perform private.refuse(422, 'invalid_input', 'A calendar has 1 to 45 days.', 'to');
  end if;
  v_found := private.publications_between(p_from::timestamp at time zone p_zone,
    p_to::timestamp at time zone p_zone, v_filter, v_now);
  return jsonb_build_object('at', v_now, 'zone', p_zone, 'today', (v_now at time zone p_zone)::date,
    'days', private.calendar_days(p_from, p_to, p_zone, v_found.placed, v_role),
    'looked_at', v_found.looked_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.publication_calendar(date, date, text, jsonb) is
  'What is published, and was, on the days from p_from until before p_to (45 at most), as they begin and end in the '
  'time zone p_zone: {at, zone, today, days: [{day, begins, ends, total, states: {state: how many}, platforms: '
  '{platform: how many}, first: the first five as of publications}], looked_at, is_complete}. p_filter: {platform, '
  'option, state: a text or an array, user_id or user_email, connection_id}. state: scheduled, waiting, publishing, '
  'published, failed, cancelled or unknown. Errors: 403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publication_calendar(date, date, text, jsonb) from public;
grant execute on function ops_api.publication_calendar(date, date, text, jsonb) to authenticated, service_role;

create function ops_api.publications(
  p_from timestamptz, p_to timestamptz, p_filter jsonb default '{}', p_limit integer default 50,
  p_after jsonb default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_after record := private.read_publication_place(p_after);
  v_found record;
  v_page private.placed_publication[];
begin
  perform private.check_entries(p_limit);
  if p_from is null or p_to is null or p_to <= p_from or p_to - p_from > interval '45 days' then
    perform private.refuse(422, 'invalid_input', 'From one time until a later one, 45 days at most.', 'to');
  end if;
  v_found := private.publications_between(p_from, p_to, v_filter, private.now());
  v_page := array(
    select u from unnest(v_found.placed) u where p_after is null or (u.at, u.job_id) > (v_after.at, v_after.job_id)
    order by u.at, u.job_id limit p_limit);
  return jsonb_build_object(
    'publications', (select coalesce(jsonb_agg(private.publication_line(s, v_role) order by u.at, u.job_id), '[]')
      from unnest(v_page) u join private.shown_publications s on s.job_id = u.job_id),
    'next', case when cardinality(v_page) = p_limit then jsonb_build_object('at', v_page[p_limit].at,
      'job_id', v_page[p_limit].job_id) end,
    'looked_at', v_found.looked_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb) is
  'Publications that have their place from p_from until before p_to (45 days at most), in the order of time, up to '
  'p_limit (200): {publications: [{job_id, group_id, user_id, user_email, connection_id, account, platform, option, '
  'state, at, due_at, hold, created_at, started_at, completed_at, committed_at, took_ms, post_id, permalink, warnings, '
  'unknown_at, resolved, resolved_how, error_code, error_message, retry_count, credits_charged, refund, caption}], '
  'next, looked_at, is_complete}. p_filter: as of publication_calendar; p_after: the next of the page before. Errors: '
  '403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb) from public;
grant execute on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb)
  to authenticated, service_role;
