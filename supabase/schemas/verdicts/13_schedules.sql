create function private.every(p_schedule text) returns interval
language sql immutable set search_path = '' as $$
  select case
    when p_schedule ~* '^\s*[0-9]+\s*seconds?\s*$' then trim(p_schedule)::interval
    when p_schedule ~ '^\* ' then interval '1 minute'
    when p_schedule ~ '^\*/[0-9]+ ' then make_interval(mins => substring(p_schedule from '[0-9]+')::integer)
    when p_schedule ~ '^[0-9]+ \* ' then interval '1 hour'
    when p_schedule is not null then interval '1 day' end
$$;
comment on function private.every(text) is
  'About how often a schedule of pg_cron runs: seconds, minutes and hours are read, all else counts as a day.';
revoke execute on function private.every(text) from public;

create function private.never_beaten(p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- A server that has just been started is given time for the first beats.
  return case when clock_timestamp() - pg_postmaster_start_time() > interval '1 hour'
    then pg_postmaster_start_time() end;
end
$$;
comment on function private.never_beaten(timestamptz) is
  'Since when a part that has no heartbeat at all can be said to be dead; null: it may be too early to say.';
revoke execute on function private.never_beaten(timestamptz) from public;

create type private.part_health as (
  part text, schedule text, every interval, is_scheduled boolean, is_active boolean, beat_at timestamptz, beats bigint,
  result jsonb, fault text, fault_since timestamptz, dead_since timestamptz);
comment on type private.part_health is
  'How a part of the schedules is. every: null, it is not scheduled; fault: the error that it has failed with in '
  'the last '
  'ten minutes; dead_since: since when it has not run although it should have, and has not failed either.';

create function private.health_of_parts(p_at timestamptz) returns setof private.part_health
language plpgsql stable set search_path = '' as $$
begin
  return query
    select p.part, p.schedule, s.every, j.jobid is not null, coalesce(j.active, false), h.beat_at, h.beats, h.result,
      f.error, f.since,
      case when f.error is null and coalesce(p_at - h.beat_at, interval 'infinity') > s.patience
        then coalesce(h.beat_at, private.never_beaten(p_at)) end
    from private.parts() p
    left join cron.job j on j.jobname = p.schedule and j.database = current_database()
    left join private.heartbeats h on h.name = p.part
    left join private.faults f on f.part = p.part and f.lane = ''
      and f.last_at between p_at - interval '10 minutes' and p_at
    cross join lateral (select private.every(j.schedule)) e (every)
    cross join lateral (select e.every, case when e.every >= '1 hour' then e.every + interval '2 hours'
      else greatest(interval '2 minutes', coalesce(e.every, '0') * 3) end) s (every, patience);
end
$$;
comment on function private.health_of_parts(timestamptz) is
  'How each part of the schedules is: by its heartbeat, by pg_cron''s table of jobs and by the faults. A part may '
  'miss '
  'two runs, and two minutes, before it counts as dead; one that runs once a day, two hours.';
revoke execute on function private.health_of_parts(timestamptz) from public;

create function private.moves(p_part text, p_job public.jobs, p_attempt public.job_attempts) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_is_open boolean := p_job.status in ('pending', 'processing');
  v_is_running boolean := p_job.status = 'processing';
  v_is_pulled boolean := exists (select from private.lanes where lane = p_job.lane and delivery = 'pull');
begin
  return case
    when p_part in ('esteira-publications', 'esteira-connections') then p_job.lane = 'publication'
    when p_part = 'esteira-effects' then p_job.effect is not null and p_job.status = 'completed'
    when p_part in ('esteira-tasks', 'esteira-outbox') then not v_is_open
    when p_part = 'esteira-leases' then v_is_open and v_is_pulled
    when p_part = 'esteira-overdue' then v_is_running
    when p_part = 'esteira-expire' then p_job.status = 'pending'
    when p_part = 'esteira-copies' then v_is_running and p_attempt.phase = 'produced'
    when p_part in ('esteira-ask', 'esteira-resend', 'esteira-ask-last') then v_is_running and not v_is_pulled
    when p_part = 'esteira-tick' then v_is_open
    else false end;
end
$$;
comment on function private.moves(text, public.jobs, public.job_attempts) is
  'Whether a part of the schedules has a hand in where a job stands, so that its death can be the reason for that.';
revoke execute on function private.moves(text, public.jobs, public.job_attempts) from public;

create function private.revival(p_part private.part_health) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_shipped jsonb := (select shipped from private.shipped_rows where kind = 'schedule' and name = p_part.schedule);
begin
  return case
    when p_part.is_active then 'select worker.reap()'
    when p_part.is_scheduled then
      format('select cron.alter_job(jobid, active => true) from cron.job where jobname = %L', p_part.schedule)
    else format('select cron.schedule(%L, %L, %L)', p_part.schedule, coalesce(v_shipped ->> 'schedule', '1 minute'),
      format('select private.run(%L)', p_part.schedule)) end;
end
$$;
comment on function private.revival(private.part_health) is
  'The statement that has a part run again: schedules it, switches it on; or does by hand what pg_cron should '
  'have done.';
revoke execute on function private.revival(private.part_health) from public;
