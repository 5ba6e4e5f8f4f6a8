-- Reports over all jobs: which are stuck (ops.stuck_jobs), and what is wrong as a whole (ops.health_report). They look
-- at a bounded number of jobs, each as ops.diagnose does, and add up what they see; nothing is guessed, and the same
-- state gives the same report.

create function private.verdicts_now(p_job public.jobs, p_at timestamptz) returns private.verdict[]
language plpgsql stable set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job.id order by attempt desc limit 1;
  return array(select v::private.verdict
    from private.verdicts_of(array(select private.findings_of(p_job, v_attempt, p_at))) v order by v.rank);
exception when others then
  raise warning 'job % cannot be looked at: %', p_job.id, sqlerrm;
  return '{}';
end
$$;
comment on function private.verdicts_now(public.jobs, timestamptz) is
  'The verdicts on a job, in order; none where it cannot be looked at, which is told as a warning: others can.';
revoke execute on function private.verdicts_now(public.jobs, timestamptz) from public;

create function private.suspects(p_at timestamptz, p_qty integer) returns table (job_id uuid)
language plpgsql stable rows 200 set search_path = '' as $$
begin
  return query
    with usual as materialized (
      select t.tool, private.usual_time(t.tool) as time from public.tools t
    ), noted as (
      select n.job_id from private.verdicts n where n.until is null and n.level in ('error', 'warn')
      order by n.level, n.seen_at, n.verdict_id limit p_qty
    ), running as (
      select j.id from public.jobs j left join usual u using (tool)
      where j.status = 'processing' and coalesce(j.started_at, j.created_at) < p_at - coalesce(u.time, '2 minutes')
      order by j.id limit p_qty
    )
    -- A lane that stands still shows it in those who are next.
    select n.job_id from noted n union select r.id from running r union
    select next.id from private.lanes l, lateral (
      select j.id, j.tool, j.created_at from public.jobs j
      where j.lane = l.lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 3) next
    left join usual u using (tool) where next.created_at < p_at - coalesce(u.time, '2 minutes');
end
$$;
comment on function private.suspects(timestamptz, integer) is
  'Open jobs that may be stuck: up to p_qty of which something wrong was noted, as many that run longer than usual, '
  'and the next three of each lane, where they are older than usual.';
revoke execute on function private.suspects(timestamptz, integer) from public;

create function ops.stuck_jobs(p_limit integer default 50) returns table (
  job_id uuid, user_id uuid, tool text, lane text, status public.job_status, current_step public.job_step, age interval,
  usual interval, code text, level text, subject text, since timestamptz, detail text, also text[], clears text,
  expected_at timestamptz, action text, repair_sql text
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_now timestamptz := private.now();
begin
  return query
    select j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, date_trunc('second', v_now - j.created_at),
      private.usual_time(j.tool), v.code, v.level, v.subject, v.since, v.detail,
      array(select a.code from unnest(found.verdicts) a where a.rank > 1 and not a.ruled_out
        and a.level in ('error', 'warn') order by a.rank),
      v.clears, v.expected_at, v.action, v.repair_sql
    from private.suspects(v_now, 2 * p_limit) s
    join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
    lateral private.verdicts_now(j, v_now) as found (verdicts), lateral unnest(found.verdicts) v
    where v.rank = 1 and not v.ruled_out and v.level in ('error', 'warn')
    order by v.level, j.created_at, j.id limit p_limit;
end
$$;
comment on function ops.stuck_jobs(integer) is
  'Open jobs of which the first verdict is that something is broken (error) or not as it should be (warn), the '
  'oldest first: how old, how long its tool usually takes, the verdict as ops.diagnose has it, and also: the codes '
  'of what else is wrong. Up to p_limit, of a bounded number that is looked at (private.suspects). Who waits for a '
  'known reason is not stuck.';
revoke execute on function ops.stuck_jobs(integer) from public;
