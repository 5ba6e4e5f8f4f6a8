create function private.last_run(p_schedule text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object('status', d.status, 'message', private.cut(d.return_message, 200),
      'started_at', d.start_time))
    from (select * from cron.job_run_details order by runid desc limit 500) d
    where d.command = format('select private.run(%L)', p_schedule) order by d.runid desc limit 1);
end
$$;
comment on function private.last_run(text) is
  'What pg_cron notes of a schedule''s last run, among the last five hundred of all: {status, message, started_at}.';
revoke execute on function private.last_run(text) from public;

create function private.finding_of_dead_part(p_part private.part_health) returns private.finding
language plpgsql stable set search_path = '' as $$
begin
  return private.finding('cron_dead',
    format('The part %s of the schedules has not run since %s: %s.', p_part.part, p_part.dead_since, case
      when not p_part.is_scheduled then 'it is not scheduled' when not p_part.is_active then 'it is switched off'
      else 'pg_cron does not run it' end),
    jsonb_build_object('parts', jsonb_build_array(p_part.part), 'schedule', p_part.schedule,
      'is_scheduled', p_part.is_scheduled, 'is_active', p_part.is_active,
      'last_run', private.last_run(p_part.schedule)),
    p_since => p_part.dead_since, p_subject => p_part.part, p_repair_sql => private.revival(p_part));
end
$$;
comment on function private.finding_of_dead_part(private.part_health) is
  'That a single part of the schedules is dead.';
revoke execute on function private.finding_of_dead_part(private.part_health) from public;

create function private.finding_of_dead_cron(p_parts private.part_health[]) returns private.finding
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.finding('cron_dead', format('pg_cron runs nothing: no part of the schedules has run since %s.',
        max(p.dead_since)),
      jsonb_build_object('parts', jsonb_agg(p.part order by p.part), 'last_run', private.last_run('esteira-tick')),
      p_since => max(p.dead_since), p_subject => 'pg_cron', p_repair_sql => 'select worker.reap()')
    from unnest(p_parts) p where p.dead_since is not null);
end
$$;
comment on function private.finding_of_dead_cron(private.part_health[]) is
  'That all of the schedules are dead. The repair does by hand what was missed; pg_cron itself comes back with '
  'the server.';
revoke execute on function private.finding_of_dead_cron(private.part_health[]) from public;

create function private.findings_of_schedules(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
begin
  -- What should run every few minutes or more often, and none of it does.
  if (select bool_and(p.dead_since is not null) from unnest(v_parts) p where p.every < '1 hour') then
    return next private.finding_of_dead_cron(v_parts);
  else
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null and private.moves(p.part, p_job, p_attempt);
    if not found then
      return next private.not_so('cron_dead', 'The parts of the schedules that move it have run in time.',
        jsonb_build_object('tick_at', (select p.beat_at from unnest(v_parts) p where p.part = 'esteira-tick')));
    end if;
  end if;
  return query
    select x.* from private.faults f, lateral private.finding('part_failing',
      format('The part %s fails%s: %s', f.part, coalesce(' in lane ' || nullif(f.lane, ''), ''),
        private.cut(f.error, 300)),
      jsonb_build_object('part', f.part, 'lane', nullif(f.lane, ''), 'sqlstate', f.sqlstate, 'times', f.times,
        'error', private.cut(f.error, 300)), p_since => f.since, p_subject => f.part) x
    where f.lane in ('', p_job.lane) and f.last_at between p_at - interval '10 minutes' and p_at
      and (f.part in ('poke', 'dispatch') or private.moves(f.part, p_job, p_attempt));
  if not found then
    return next private.not_so('part_failing', 'No part of the schedules has failed in the last ten minutes.');
  end if;
end
$$;
comment on function private.findings_of_schedules(public.jobs, public.job_attempts, timestamptz) is
  'Whether the parts of the schedules that move a job run, and run to their end.';
revoke execute on function private.findings_of_schedules(public.jobs, public.job_attempts, timestamptz) from public;
