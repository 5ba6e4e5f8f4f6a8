create type private.failed_line as (
  id uuid, user_id uuid, tool text, lane text, error_code text, failed_step public.job_step, at timestamptz,
  is_redrivable boolean);
comment on type private.failed_line is
  'A job that has failed, as far as it is added up; is_redrivable: nobody has done it again, and its tool is switched '
  'on.';

create function private.failures_of_late(p_at timestamptz, p_since timestamptz, p_most integer)
returns setof private.failed_line
language plpgsql stable rows 5000 set search_path = '' as $$
begin
  return query
    select f.id, f.user_id, f.tool, f.lane, f.error_code, f.failed_at_step, f.completed_at,
      coalesce(t.is_enabled, false) and not exists (select from public.jobs again where again.retried_from = f.id)
    from (
      select * from public.jobs j where j.status = 'failed' and j.completed_at > p_since and j.completed_at <= p_at
      order by j.completed_at desc, j.id desc limit p_most) f
    left join public.tools t on t.tool = f.tool;
end
$$;
comment on function private.failures_of_late(timestamptz, timestamptz, integer) is
  'The newest p_most jobs that failed between p_since and p_at.';
revoke execute on function private.failures_of_late(timestamptz, timestamptz, integer) from public;

create function private.check_failures_asked(p_since interval, p_filter jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
begin
  if p_since is null or p_since not between interval '1 minute' and interval '90 days' then
    perform private.refuse(422, 'invalid_input', 'From a minute to 90 days.', 'since');
  end if;
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{lane,tool,error_code,failed_step,user_id}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('Failures have no %L, but lane, tool, error_code, failed_step, user_id.',
      v_unknown), v_unknown);
  end if;
end
$$;
comment on function private.check_failures_asked(interval, jsonb) is
  'Errors: 422 invalid_input, 422 invalid_filter, unless failures may be asked for so.';
revoke execute on function private.check_failures_asked(interval, jsonb) from public;

create function private.failure_groups(
  p_failures private.failed_line[], p_filter jsonb, p_at timestamptz, p_since timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with kept as materialized (
      select f.*, least(23, floor(24 * extract(epoch from f.at - p_since) / extract(epoch from p_at - p_since))) as part
      from unnest(p_failures) f
      where coalesce(f.lane = p_filter ->> 'lane', true) and coalesce(f.tool = p_filter ->> 'tool', true)
        and (not p_filter ? 'error_code' or f.error_code is not distinct from p_filter ->> 'error_code')
        and coalesce(f.failed_step::text = p_filter ->> 'failed_step', true)
        and coalesce(f.user_id::text = p_filter ->> 'user_id', true)
    ), named as (
      select concat_ws(':', k.lane, coalesce(k.error_code, ''), k.failed_step) as fingerprint, k.* from kept k
    ), parts as (
      select n.fingerprint, n.part, count(*) as count from named n group by n.fingerprint, n.part
    ), grouped as (
      select n.fingerprint, n.lane, n.error_code, n.failed_step, count(*) as count, count(distinct n.user_id) as users,
        array_agg(distinct n.tool) as tools, count(*) filter (where n.is_redrivable) as redrivable,
        min(n.at) as first_at, max(n.at) as last_at, (array_agg(n.id order by n.at desc, n.id desc))[1] as sample_id
      from named n group by n.fingerprint, n.lane, n.error_code, n.failed_step
      order by count(*) desc, max(n.at) desc, n.fingerprint limit 200
    )
    select coalesce(jsonb_agg(to_jsonb(g) || jsonb_build_object('last_ms', private.ms(p_at - g.last_at),
      'sample_message', (select left(j.error_message, 300) from public.jobs j where j.id = g.sample_id),
      'trend', (
        select jsonb_agg(coalesce(p.count, 0) order by n) from generate_series(0, 23) n
        left join parts p on p.fingerprint = g.fingerprint and p.part = n))
      order by g.count desc, g.last_at desc, g.fingerprint), '[]')
    from grouped g);
end
$$;
comment on function private.failure_groups(private.failed_line[], jsonb, timestamptz, timestamptz) is
  'Failures by lane, error code and step, the most frequent first, up to 200: as ops_api.failures has them.';
revoke execute on function private.failure_groups(private.failed_line[], jsonb, timestamptz, timestamptz) from public;

create function ops_api.failures(p_since interval default '1 day', p_filter jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_most constant integer := 20000;
  v_now timestamptz := private.now();
  v_failures private.failed_line[];
  v_groups jsonb;
begin
  perform private.require_operator();
  perform private.check_failures_asked(p_since, p_filter);
  v_failures := array(select f from private.failures_of_late(v_now, v_now - p_since, v_most) f);
  v_groups := private.failure_groups(v_failures, p_filter, v_now, v_now - p_since);
  return jsonb_build_object('at', v_now, 'since', v_now - p_since, 'part_ms', private.ms(p_since / 24),
    'groups', v_groups, 'looked_at', cardinality(v_failures), 'is_complete', cardinality(v_failures) < v_most);
end
$$;
comment on function ops_api.failures(interval, jsonb) is
  'What has failed over the last p_since (a minute to 90 days), for operators, by what it has in common: {at, since, '
  'part_ms, groups, looked_at, is_complete}. Only the newest 20,000 failed jobs are looked at; where there are more, '
  'is_complete is false. A group: {fingerprint, lane, error_code, failed_step, count, users: how many, tools, '
  'redrivable: how many nobody has done again and whose tool is switched on, first_at, last_at, last_ms: how long '
  'ago, sample_id, sample_message: of the newest, trend: counts of 24 equal parts of the time, of part_ms each, the '
  'oldest first}; the most frequent first, up to 200. p_filter: {lane, tool, error_code (null: of those without '
  'one), failed_step, user_id}. Errors: 401 unauthenticated, 403 not_an_operator, 422 invalid_filter, 422 '
  'invalid_input.';
revoke execute on function ops_api.failures(interval, jsonb) from public;
grant execute on function ops_api.failures(interval, jsonb) to authenticated, service_role;
