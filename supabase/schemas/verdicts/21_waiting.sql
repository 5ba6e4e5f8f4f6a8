create type private.wait as (
  job public.jobs, lane private.lanes, now private.lane_now, pace private.lane_paces, is_fresh boolean,
  due timestamptz, at timestamptz);
comment on type private.wait is
  'A job that waits, and what its link of the chain looks at once: its lane (null: there is none), how that stands, '
  'how fast it drains and whether that is fresh; due: when it may start by its own time, which is over if it is ready.';

create function private.wait_of(p_job public.jobs, p_at timestamptz) returns private.wait
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait;
begin
  v_wait.job := p_job;
  v_wait.at := p_at;
  v_wait.due := greatest(p_job.run_at, p_at);
  v_wait.lane := (select l from private.lanes l where l.lane = p_job.lane);
  v_wait.now := private.lane_now(p_job.lane, p_at);
  v_wait.pace := (select p from private.lane_paces p where p.lane = p_job.lane);
  v_wait.is_fresh := private.is_fresh((v_wait.pace).measured_at, p_at);
  return v_wait;
end
$$;
comment on function private.wait_of(public.jobs, timestamptz) is 'What is looked at of a job that waits.';
revoke execute on function private.wait_of(public.jobs, timestamptz) from public;

create function private.is_held_in_line(p_job public.jobs) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.is_publication(p_job) and p_job.run_at >= p_job.expires_at;
end
$$;
comment on function private.is_held_in_line(public.jobs) is
  'Whether it is a publication behind others of its connection: it has no place in the lane yet.';
revoke execute on function private.is_held_in_line(public.jobs) from public;

create function private.findings_of_waiting(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait;
begin
  return query select * from private.findings_of_tool(p_job);
  if p_job.status <> 'pending' then return; end if;
  v_wait := private.wait_of(p_job, p_at);
  return query select * from private.findings_of_setup(v_wait);
  if (v_wait.lane).lane is null then return; end if;
  return query select * from private.findings_of_pauses(v_wait);
  return query select * from private.findings_of_times(v_wait);
  if v_wait.due > p_at or private.is_held_in_line(p_job) then return; end if;
  return query select * from private.findings_of_limits(v_wait);
  return query select * from private.findings_of_the_line(v_wait);
end
$$;
comment on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) is
  'Why a job has no slot yet.';
revoke execute on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) from public;
