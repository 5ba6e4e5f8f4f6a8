create type private.report_line as (
  place integer, section text, code text, level text, subject text, count bigint, since timestamptz, detail text,
  evidence jsonb, clears text, expected_at timestamptz, action text, repair_sql text);
comment on type private.report_line is 'A line of ops.health_report.';

create type private.looked_at as (job_id uuid, verdict private.verdict);
comment on type private.looked_at is 'A verdict on a job; job_id null: on what would move any job of a lane.';

create function private.probe_of(p_lane text, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs;
begin
  v_job.id := '00000000-0000-0000-0000-000000000000';
  v_job.user_id := v_job.id;
  v_job.lane := p_lane;
  select t.tool into v_job.tool from public.tools t where t.lane = p_lane order by t.tool limit 1;
  v_job.status := 'pending';
  v_job.current_step := 'queued';
  v_job.created_at := p_at;
  v_job.updated_at := p_at;
  return query select * from private.findings_of_machinery(v_job, null, p_at);
exception when others then
  raise warning 'lane % cannot be looked at: %', p_lane, sqlerrm;
end
$$;
comment on function private.probe_of(text, timestamptz) is
  'What the machinery would do to a job of a lane that was made this moment: found though there is no job.';
revoke execute on function private.probe_of(text, timestamptz) from public;

create function private.probe_machine(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
begin
  return query select * from private.findings_of_triggers(null::public.jobs);
  return query select * from private.findings_of_rights(null::public.jobs);
  -- Where nothing runs at all, one finding says it, of any job.
  if exists (select from unnest(v_parts) p where p.every < '1 hour' and p.dead_since is null) then
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null;
  end if;
  return query select f.* from unnest(v_parts) p, lateral private.finding('part_failing',
      format('The part %s fails: %s', p.part, private.cut(p.fault, 300)),
      jsonb_build_object('part', p.part, 'error', private.cut(p.fault, 300)), p_since => p.fault_since,
      p_subject => p.part) f
    where p.fault is not null;
exception when others then
  raise warning 'the machinery cannot be looked at: %', sqlerrm;
end
$$;
comment on function private.probe_machine(timestamptz) is
  'What is wrong with what serves all jobs, whether a job shows it or not: parts of the schedules, and what screens '
  'stand on.';
revoke execute on function private.probe_machine(timestamptz) from public;

create function private.look_around(p_at timestamptz) returns setof private.looked_at
language plpgsql stable set search_path = '' as $$
begin
  return query
    with picked as (
      select s.job_id from private.suspects(p_at, 30) s
      union
      select next.id from private.lanes l, lateral (
        select j.id from public.jobs j where j.lane = l.lane and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 2) next
      union
      (select j.id from public.jobs j where j.status = 'processing' order by j.id limit 10))
    select j.id, v::private.verdict from picked s
    join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
    lateral private.verdicts_now(j, p_at) as found (verdicts), lateral unnest(found.verdicts) v
    union all
    select null::uuid, v::private.verdict from private.lanes l,
    lateral private.verdicts_of(array(select private.probe_of(l.lane, p_at))) v
    where exists (select from private.accounts a where a.lane = l.lane and a.retired_at is null)
    union all
    select null::uuid, v::private.verdict from private.verdicts_of(array(select private.probe_machine(p_at))) v;
end
$$;
comment on function private.look_around(timestamptz) is
  'Verdicts on open jobs that say how all of them fare: those that may be stuck, the next of each lane, some that '
  'run; on what would move a job of each lane that has an account; and on what serves them all.';
revoke execute on function private.look_around(timestamptz) from public;

create function private.is_noting(p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.heartbeats
    where name = 'esteira-verdicts' and beat_at > p_at - interval '5 minutes');
end
$$;
comment on function private.is_noting(timestamptz) is
  'Whether verdicts are being noted, so that what is noted can be counted.';
revoke execute on function private.is_noting(timestamptz) from public;

create function private.report_causes(p_looks private.looked_at[], p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
declare
  v_is_noting boolean := private.is_noting(p_at);
begin
  return query
    with wrong as (
      select (l.verdict).*, l.verdict, l.job_id from unnest(p_looks) l
      where not (l.verdict).ruled_out and (l.verdict).level in ('error', 'warn', 'wait')
    ), causes as (
      select w.code, w.subject, min(array_position('{error,warn,wait}', w.level)) as severity,
        count(distinct w.job_id) as jobs, count(distinct w.job_id) filter (where w.rank = 1) as first_of,
        min(w.since) as since, max(w.expected_at) as expected_at,
        (array_agg(w.verdict order by w.rank, w.since, w.job_id))[1] as example,
        (array_agg(w.job_id order by w.rank, w.since, w.job_id))[1] as example_job
      from wrong w group by w.code, w.subject
    ), counted as (
      select c.*, (select count(distinct n.job_id) from (
          select x.job_id from private.verdicts x
          where v_is_noting and x.until is null and x.code = c.code and x.subject is not distinct from c.subject
            and x.level in ('error', 'warn', 'wait') limit 10000) n) as noted
      from causes c)
    select (row_number() over (order by c.severity, w.place, c.subject))::integer, 'cause', c.code,
      ('{error,warn,wait}'::text[])[c.severity], c.subject, greatest(c.jobs, c.noted), c.since, (c.example).detail,
      coalesce((c.example).evidence, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'example_job', c.example_job, 'first_verdict_of', c.first_of)),
      (c.example).clears, c.expected_at, (c.example).action, (c.example).repair_sql
    from counted c join private.verdict_words() w on w.code = c.code
    order by 1;
end
$$;
comment on function private.report_causes(private.looked_at[], timestamptz) is
  'What is wrong or waits, by code and subject, in the order of verdicts: of how many jobs (as noted, or as looked '
  'at), with what the first of them shows.';
revoke execute on function private.report_causes(private.looked_at[], timestamptz) from public;

create function private.report_excluded(p_looks private.looked_at[]) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    with excluded as (
      select (l.verdict).code, (l.verdict).subject, (l.verdict).detail, (l.verdict).evidence, l.job_id
      from unnest(p_looks) l
      where (l.verdict).ruled_out and not exists (select from unnest(p_looks) o
        where not (o.verdict).ruled_out and (o.verdict).code = (l.verdict).code)
    ), codes as (
      select distinct on (e.code) e.*, count(e.job_id) over (partition by e.code) as jobs,
        min(e.subject) over (partition by e.code) = max(e.subject) over (partition by e.code) as is_of_one
      from excluded e order by e.code, e.subject, e.detail, e.job_id)
    select (row_number() over (order by w.place))::integer, 'excluded', c.code, 'ok',
      case when c.is_of_one then c.subject end, c.jobs, null::timestamptz, c.detail, c.evidence, null,
      null::timestamptz, null, null
    from codes c join private.verdict_words() w on w.code = c.code
    order by 1;
end
$$;
comment on function private.report_excluded(private.looked_at[]) is
  'What was looked at and is the reason of no job: of how many, with the evidence that one of them gave.';
revoke execute on function private.report_excluded(private.looked_at[]) from public;
