create function private.estimated_progress(p_running_for interval, p_p50 interval) returns smallint
language sql immutable set search_path = '' as $$
  select floor(case when share < 1 then 90 * share else least(90 + 5 * (share - 1), 95) end)::smallint
  from greatest(extract(epoch from p_running_for) / extract(epoch from p_p50), 0) share
$$;
comment on function private.estimated_progress(interval, interval) is
  'How far, in percent, a task may be that has run for so long, where half of its kind take p_p50: 45 after half of '
  'that, 90 after all of it, then slowly 95, and never more: when it will end, nobody knows.';
revoke execute on function private.estimated_progress(interval, interval) from public;

create function private.running_behind() returns table (id uuid, estimate smallint)
language plpgsql rows 300 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-progress');
begin
  -- By the slots: there are few of them, however many jobs there are. Each change is a broadcast, so only one that can
  -- be seen is made; those that are left over are further behind at the next tick.
  return query
    select j.id, e.estimate
    from private.lanes l
    join private.slots s on s.lane = l.lane and s.token is not null
    join public.jobs j on j.id = s.job_id and j.status = 'processing' and j.current_step = 'running'
    join public.job_attempts a on a.job_id = j.id and a.token = s.token and a.finished_at is null
      and a.submitted_at is not null
    join private.tool_durations d on d.tool = j.tool,
    lateral private.estimated_progress(v_now - a.submitted_at, d.p50) e (estimate)
    where l.estimates_progress and (j.progress is null or j.progress_is_estimate)
      and e.estimate >= coalesce(j.progress, 0) + 5 and j.id <> all (v_aside)
    order by e.estimate - coalesce(j.progress, 0) desc, j.id limit 300
    for no key update of j skip locked;
end
$$;
comment on function private.running_behind() is
  'Locks up to 300 running jobs that may be further than they show by five points or more, and how far that is.';
revoke execute on function private.running_behind() from public;

create function private.show_progress(p_jobs uuid[], p_estimates smallint[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.jobs j set progress = r.estimate, progress_is_estimate = true
  from unnest(p_jobs, p_estimates) r (id, estimate) where j.id = r.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.show_progress(uuid[], smallint[]) is
  'Shows estimates of how far jobs are, locked by the caller. Returns how many.';
revoke execute on function private.show_progress(uuid[], smallint[]) from public;

create function private.estimate_progress() returns integer
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
  v_estimates smallint[];
begin
  perform private.guarded('esteira-progress', 'private.measure_durations()');
  select array_agg(id), array_agg(estimate) into v_jobs, v_estimates from private.running_behind();
  if v_jobs is null then return 0; end if;
  return private.show_progress(v_jobs, v_estimates);
exception when others then
  return (
    select coalesce(sum(private.do_each('esteira-progress',
      format('private.show_progress($1, array[%s]::smallint[])', b.estimate), array[b.id])), 0)
    from private.running_behind() b);
end
$$;
comment on function private.estimate_progress() is
  'Shows how far running jobs may be whose provider tells no percentage, by the median of their tool; none where '
  'nothing was measured, and none once somebody has told a real one. It rises by five points or more at a time, up to '
  '95, in at most 300 jobs a call. Returns in how many.';
revoke execute on function private.estimate_progress() from public;
