create function private.has_open_ends(p_job public.jobs) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_job.refund = 'due'
    or exists (select from private.cancels c where c.job_id = p_job.id and c.over_at is null)
    or exists (select from private.pending_effects e where e.job_id = p_job.id)
    or exists (select from private.quarantine q where q.job_id = p_job.id);
end
$$;
comment on function private.has_open_ends(public.jobs) is
  'Whether something is still to be done for a job that has ended: its task, its price, what it shows, what was '
  'set aside.';
revoke execute on function private.has_open_ends(public.jobs) from public;

create function private.findings_of_machinery(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status not in ('pending', 'processing') and not private.has_open_ends(p_job) then return; end if;
  return query select * from private.findings_of_database(p_at);
  return query select * from private.findings_of_schedules(p_job, p_attempt, p_at);
  return query select * from private.findings_of_wakes(p_job);
  return query select * from private.findings_of_versions(p_at);
  return query select * from private.findings_of_quarantine(p_job);
end
$$;
comment on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) is
  'What keeps the machinery from moving a job: database, schedules, wake-ups, functions, the quarantine. Nothing '
  'of a job '
  'that has ended and has no open ends.';
revoke execute on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) from public;

create function private.findings_of_quarantine(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query
    select f.* from private.quarantine q, lateral private.finding('quarantined',
      format('%s raised an error for it, and leaves it out since: %s', q.part, private.cut(q.error, 300)),
      jsonb_build_object('part', q.part, 'sqlstate', q.sqlstate, 'error', private.cut(q.error, 300), 'times', q.times),
      p_since => q.since, p_subject => q.part, p_repair_sql => format('select ops.release(%L, %L)', q.job_id, q.part)) f
    where q.job_id = p_job.id;
  if not found then return next private.not_so('quarantined', 'No part of the engine has set it aside.'); end if;
end
$$;
comment on function private.findings_of_quarantine(public.jobs) is
  'Whether a job was set aside, by which part and why.';
revoke execute on function private.findings_of_quarantine(public.jobs) from public;
