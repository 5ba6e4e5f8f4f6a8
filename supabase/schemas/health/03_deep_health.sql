create function private.findings_of_health(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
  v_aside bigint;
  v_since timestamptz;
begin
  return query select * from private.findings_of_database(p_at);
  if (select bool_and(p.dead_since is not null) from unnest(v_parts) p where p.every < '1 hour') then
    return next private.finding_of_dead_cron(v_parts);
  else
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null;
  end if;
  return query
    select x.* from private.faults f, lateral private.finding('part_failing',
      format('The part %s fails%s: %s', f.part, coalesce(' in lane ' || nullif(f.lane, ''), ''),
        private.cut(f.error, 300)),
      jsonb_build_object('part', f.part, 'lane', nullif(f.lane, ''), 'times', f.times), p_since => f.since,
      p_subject => concat_ws(' ', f.part, nullif(f.lane, ''))) x
    where f.last_at between p_at - interval '10 minutes' and p_at order by f.since limit 20;
  return query select * from private.findings_of_waking(
    (select min(private.unread_since(l.lane)) from private.lanes l where l.delivery <> 'pull'));
  return query select * from private.findings_of_versions(p_at);
  select count(distinct q.job_id), min(q.since) into v_aside, v_since
  from (select * from private.quarantine limit 1000) q;
  if v_aside > 0 then
    return next private.finding('quarantined', format('%s jobs are set aside.', v_aside),
      jsonb_build_object('jobs', v_aside), p_since => v_since, p_level => 'warn',
      p_repair_sql => 'select ops.release()');
  end if;
end
$$;
comment on function private.findings_of_health(timestamptz) is
  'What is wrong with the machinery as a whole, whichever job it may keep: the codes of the verdicts.';
revoke execute on function private.findings_of_health(timestamptz) from public;

create function worker.deep_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_problems jsonb;
begin
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', v.code, 'level', v.level, 'subject', v.subject,
    'since', v.since, 'detail', v.detail)) order by v.rank), '[]') into v_problems
  from private.verdicts_of(array(select f from private.findings_of_health(v_now) f)) v
  where not v.ruled_out and v.level in ('error', 'warn');
  return jsonb_build_object(
    'status', case when v_problems @> '[{"level": "error"}]' then 'broken' when v_problems <> '[]' then 'degraded'
      else 'ok' end,
    'schema', public.esteira_version(),
    'tick_age_seconds', (select round(extract(epoch from v_now - beat_at)::numeric, 1) from private.heartbeats
      where name = 'esteira-tick'),
    'problems', v_problems);
end
$$;
comment on function worker.deep_health() is
  'What GET /health/deep answers with: {status: ok, degraded (something is not as it should be) or broken '
  '(somebody must '
  'act), schema, tick_age_seconds, problems: [{code, level, subject, since, detail}], the worst first}.';
revoke execute on function worker.deep_health() from public;
grant execute on function worker.deep_health() to service_role;
