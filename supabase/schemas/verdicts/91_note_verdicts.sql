create function private.usual_time(p_tool text) returns interval
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_tool);
begin
  if v_pace.samples >= 10 and private.is_fresh(v_pace.measured_at, private.now()) then
    return greatest(v_pace.run_p95, '30 seconds');
  end if;
  return interval '2 minutes';
end
$$;
comment on function private.usual_time(text) is
  'How old an open job of a tool usually gets at the most: nineteen of twenty attempts take no longer, half a '
  'minute at the least; two minutes where nobody has measured it.';
revoke execute on function private.usual_time(text) from public;

create function private.note_verdicts_of(p_job public.jobs, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
  v_found private.verdict[];
  v_count integer;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job.id order by attempt desc limit 1;
  v_found := array(select v::private.verdict
    from private.verdicts_of(array(select private.findings_of(p_job, v_attempt, p_at))) v where not v.ruled_out);
  with held as (
    update private.verdicts n set last_seen_at = greatest(n.last_seen_at, p_at)
    from unnest(v_found) f
    where n.job_id = p_job.id and n.until is null and (n.code, n.level, n.clears) = (f.code, f.level, f.clears)
      and n.subject is not distinct from f.subject
    returning n.verdict_id)
  update private.verdicts n set until = greatest(n.seen_at, p_at)
  where n.job_id = p_job.id and n.until is null and n.verdict_id not in (select verdict_id from held);
  insert into private.verdicts (job_id, user_id, code, level, subject, clears, since, detail, evidence, expected_at,
    seen_at, last_seen_at)
  select p_job.id, p_job.user_id, f.code, f.level, f.subject, f.clears, f.since, private.cut(f.detail),
    coalesce(private.cut_json(f.evidence, 4096), '{}'), f.expected_at, p_at, p_at
  from unnest(v_found) f
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.note_verdicts_of(public.jobs, timestamptz) is
  'Looks at a job and notes what has changed: what is new, what still holds, what is over. Returns how many are new.';
revoke execute on function private.note_verdicts_of(public.jobs, timestamptz) from public;

create function private.note_each(
  p_sweep text, p_jobs uuid[], p_positions text[], p_is_rest boolean, p_at timestamptz, p_stop timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_job public.jobs;
  v_last text;
  v_count integer := 0;
begin
  for v_one in select job_id, position from unnest(p_jobs, p_positions) each_one (job_id, position) loop
    exit when v_count > 0 and clock_timestamp() >= p_stop;
    begin
      select * into v_job from public.jobs where id = v_one.job_id and status in ('pending', 'processing');
      if found then perform private.note_verdicts_of(v_job, p_at); end if;
    exception when others then
      perform private.note_fault('esteira-verdicts', v_job.lane, sqlstate, format('job %s: %s', v_one.job_id, sqlerrm));
    end;
    v_last := v_one.position;
    v_count := v_count + 1;
  end loop;
  perform private.go_on(p_sweep, v_last, p_is_rest and v_count = cardinality(p_jobs));
  return v_count;
end
$$;
comment on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) is
  'Looks at one job after the other, each in a sub-transaction of its own, until p_stop, and notes how far it came. '
  'p_is_rest: after these the sweep begins anew. Returns how many it looked at.';
revoke execute on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) from public;

create function private.note_running(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('running verdicts'), ''),
    '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
begin
  with usual as materialized (select t.tool, private.usual_time(t.tool) as time from public.tools t)
  select coalesce(array_agg(late.id order by late.id), '{}') into v_jobs from (
    select j.id from public.jobs j left join usual u using (tool)
    where j.status = 'processing' and j.id > v_from and j.created_at < p_at - coalesce(u.time, '2 minutes')
    order by j.id limit p_qty) late;
  return private.note_each('running verdicts', v_jobs, v_jobs::text[], cardinality(v_jobs) < p_qty, p_at, p_stop);
end
$$;
comment on function private.note_running(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that run and are older than usual. Returns at how many.';
revoke execute on function private.note_running(timestamptz, timestamptz, integer) from public;

create function private.note_waiting(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_position text := private.sweep_position('waiting verdicts');
  v_time timestamptz := coalesce(nullif(split_part(v_position, '/', 1), '')::timestamptz, '-infinity');
  v_id uuid := coalesce(nullif(split_part(v_position, '/', 2), ''), '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
  v_positions text[];
  v_seen integer;
  v_to text;
begin
  with usual as materialized (
    select t.tool, private.usual_time(t.tool) as time from public.tools t
  ), next as materialized (
    select j.* from public.jobs j
    where j.status = 'pending' and j.start_by >= v_time and (j.start_by, j.id) > (v_time, v_id)
    order by j.start_by, j.id limit p_qty * 10
  ), placed as (
    select n.id, n.start_by, format('%s/%s', n.start_by, n.id) as position,
      -- What is to begin later is not late.
      n.created_at < p_at - coalesce(u.time, '2 minutes')
        and (n.dispatches > 0 or (n.run_at > p_at) is not true) as late
    from next n left join usual u using (tool)
  )
  select coalesce(array_agg(p.id order by p.start_by, p.id) filter (where p.late), '{}'),
    coalesce(array_agg(p.position order by p.start_by, p.id) filter (where p.late), '{}'), count(*),
    (array_agg(p.position order by p.start_by desc, p.id desc))[1]
  into v_jobs, v_positions, v_seen, v_to from placed p;
  if cardinality(v_jobs) = 0 then
    perform private.go_on('waiting verdicts', v_to, v_seen < p_qty * 10);
    return 0;
  end if;
  return private.note_each('waiting verdicts', v_jobs[:p_qty], v_positions[:p_qty],
    v_seen < p_qty * 10 and cardinality(v_jobs) <= p_qty, p_at, p_stop);
end
$$;
comment on function private.note_waiting(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that wait and are older than usual, among ten times as many. Returns at how many.';
revoke execute on function private.note_waiting(timestamptz, timestamptz, integer) from public;

create function private.close_verdicts(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('open verdicts'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_count integer;
begin
  v_seen := array(
    select n.job_id from private.verdicts n where n.until is null and n.job_id > v_from order by n.job_id limit p_qty);
  delete from private.verdicts n
  where n.job_id = any (v_seen) and not exists (select from public.jobs j where j.id = n.job_id);
  update private.verdicts n set until = greatest(n.seen_at, j.completed_at)
  from public.jobs j
  where n.job_id = any (v_seen) and n.until is null and j.id = n.job_id and j.completed_at is not null;
  get diagnostics v_count = row_count;
  perform private.go_on('open verdicts', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.close_verdicts(integer) is
  'Among the next p_qty verdicts that held when they were seen last, notes the end of those whose job has ended, and '
  'forgets those whose job is gone. Returns how many have ended.';
revoke execute on function private.close_verdicts(integer) from public;

create function private.note_verdicts(p_qty integer default 200, p_within interval default '2 seconds') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_begun timestamptz := clock_timestamp();
begin
  return jsonb_build_object('closed', private.close_verdicts(),
    'running', private.note_running(v_now, v_begun + p_within / 2, p_qty),
    'waiting', private.note_waiting(v_now, v_begun + p_within, p_qty));
end
$$;
comment on function private.note_verdicts(integer, interval) is
  'Notes what is to be said of open jobs that are older than usual: of up to p_qty that run and as many that wait, for '
  'about p_within; the next time it goes on with the others. Returns counts: {closed, running, waiting}.';
revoke execute on function private.note_verdicts(integer, interval) from public;
