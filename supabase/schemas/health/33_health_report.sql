create function private.without_advice(p_causes private.report_line[]) returns private.report_line[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select (c.place, c.section, c.code, c.level, c.subject, c.count, c.since, c.detail, c.evidence, c.clears, null,
      case when c.code = 'telemetry_stale' then c.action end,
      case when c.code = 'telemetry_stale' then c.repair_sql end)::private.report_line
    from unnest(p_causes) c order by c.place);
end
$$;
comment on function private.without_advice(private.report_line[]) is
  'Causes without what would be done about them or when they are over, but for telemetry that is stale.';
revoke execute on function private.without_advice(private.report_line[]) from public;

create function private.do_nothing(p_causes private.report_line[], p_metrics private.report_line[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_stays text := (select c.code from unnest(p_causes) c where c.level in ('error', 'warn')
    and c.clears not in ('by_itself', 'by_provider') order by c.place limit 1);
  v_slowest record;
begin
  if v_stays is not null then return format('do nothing: %s stays as it is', v_stays); end if;
  select m.subject, m.count as waiting, (m.evidence ->> 'drain_minutes')::integer as minutes into v_slowest
  from unnest(p_metrics) m where m.code = 'lane' and m.count > 0
  order by (m.evidence -> 'drain_minutes') is null desc, minutes desc, m.subject limit 1;
  if not found then return 'do nothing: nothing waits'; end if;
  if v_slowest.minutes is null then
    return format('do nothing: when lane %s has drained nobody knows', v_slowest.subject);
  end if;
  return format('do nothing: drains in about %s min', v_slowest.minutes);
end
$$;
comment on function private.do_nothing(private.report_line[], private.report_line[]) is
  'What comes of it if nobody does anything: something stays broken, or in how many minutes the slowest lane has '
  'drained.';
revoke execute on function private.do_nothing(private.report_line[], private.report_line[]) from public;

create function private.recommend(p_causes private.report_line[], p_metrics private.report_line[])
returns private.report_line
language plpgsql immutable set search_path = '' as $$
declare
  v_nothing text := private.do_nothing(p_causes, p_metrics);
  v_cause private.report_line;
  v_detail text;
begin
  select * into v_cause from unnest(p_causes) c where c.code = 'telemetry_stale' order by c.place limit 1;
  if found then
    v_detail := format('No advice, because its telemetry is stale: %s %s', v_cause.detail, v_cause.action);
  else
    select * into v_cause from unnest(p_causes) c
    where c.level in ('error', 'warn') and (c.action is not null or c.repair_sql is not null) order by c.place limit 1;
    v_detail := case when v_cause.code is null then upper(left(v_nothing, 1)) || substr(v_nothing, 2) || '.'
      else format('%s Or %s.', coalesce(v_cause.action, 'Run the statement.'), v_nothing) end;
  end if;
  return (1, 'recommendation', coalesce(v_cause.code, 'do_nothing'), coalesce(v_cause.level, 'ok'), v_cause.subject,
    v_cause.count, v_cause.since, v_detail, coalesce(v_cause.evidence, '{}'), v_cause.clears, v_cause.expected_at,
    v_cause.action, v_cause.repair_sql)::private.report_line;
end
$$;
comment on function private.recommend(private.report_line[], private.report_line[]) is
  'The one thing to do: about the first cause that anybody can do something about, or nothing. Where telemetry is '
  'stale, no other advice than that.';
revoke execute on function private.recommend(private.report_line[], private.report_line[]) from public;

create function private.sum_up(p_causes private.report_line[], p_at timestamptz) returns private.report_line
language plpgsql immutable set search_path = '' as $$
declare
  v_level text := coalesce((select c.level from unnest(p_causes) c order by c.place limit 1), 'ok');
  v_first private.report_line := (select c from unnest(p_causes) c order by c.place limit 1);
begin
  return (1, 'summary', case v_level when 'error' then 'broken' when 'warn' then 'not_as_it_should_be'
      when 'wait' then 'busy' else 'healthy' end, v_level, null,
    (select count(*) from unnest(p_causes) c where c.level in ('error', 'warn')), p_at,
    case v_level when 'error' then 'Something is broken: ' || v_first.detail
      when 'warn' then 'Something is not as it should be: ' || v_first.detail
      when 'wait' then 'Nothing is wrong; jobs wait for known reasons.' else 'Nothing is wrong, and nothing waits.' end,
    '{}', v_first.clears, null, null, null)::private.report_line;
end
$$;
comment on function private.sum_up(private.report_line[], timestamptz) is
  'The report in one line: broken, not_as_it_should_be, busy or healthy; count: of how many causes that are errors or '
  'warnings.';
revoke execute on function private.sum_up(private.report_line[], timestamptz) from public;

create function ops.health_report() returns setof private.report_line
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_looks private.looked_at[] := array(select l from private.look_around(v_now) l);
  v_causes private.report_line[] := array(select c from private.report_causes(v_looks, v_now) c);
  v_metrics private.report_line[];
begin
  v_metrics := array(
    select m from private.report_lanes(v_now) m union all select m from private.report_endings(v_now) m);
  if exists (select from unnest(v_causes) c where c.code = 'telemetry_stale') then
    v_causes := private.without_advice(v_causes);
  end if;
  return next private.sum_up(v_causes, v_now);
  return query select * from unnest(v_causes);
  return next private.recommend(v_causes, v_metrics);
  return query select * from unnest(v_metrics);
  return query select * from private.report_excluded(v_looks);
end
$$;
comment on function ops.health_report() is
  'What is wrong as a whole, in sections: summary (a line: broken, not_as_it_should_be, busy, healthy); cause '
  '(reasons in order, by code and subject, of how many jobs, with evidence); recommendation (one, or do nothing, '
  'and what comes of that); metric (each lane''s load, and how its attempts of the last hour ended); excluded (what '
  'was looked at and is not the reason, with evidence). Columns as those of ops.diagnose, and count. Looks at some '
  'fifty open jobs; the same state gives the same report. Where telemetry is stale, no cause has an action, a '
  'repair or an expected_at. Reads only.';
revoke execute on function ops.health_report() from public;
