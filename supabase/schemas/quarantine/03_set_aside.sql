create function private.set_aside(p_part text, p_job_id uuid, p_sqlstate text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane text := (select lane from public.jobs where id = p_job_id
    union all select lane from private.cancels where job_id = p_job_id limit 1);
begin
  insert into private.repairs (schedule, repair, count, repaired_at) values ('esteira-reap', 'set_aside', 1, v_now);
  if private.is_passing(p_sqlstate) then
    perform private.note_fault(p_part, v_lane, p_sqlstate, format('job %s: %s', p_job_id, p_error));
    return;
  end if;
  raise warning 'esteira: job % was set aside by %: %', p_job_id, p_part, p_error;
  insert into private.quarantine as q (job_id, part, lane, sqlstate, error, since, last_at)
  values (p_job_id, p_part, v_lane, p_sqlstate, left(p_error, 2000), v_now, v_now)
  on conflict (job_id, part) do update set sqlstate = excluded.sqlstate, error = excluded.error,
    last_at = greatest(q.since, v_now), times = q.times + 1;
end
$$;
comment on function private.set_aside(text, uuid, text, text) is
  'What a part does for a job, locked by the caller, has raised an error: the job is quarantined, unless the error '
  'passes by itself. Told in the log and among the repairs (esteira-reap set_aside).';
revoke execute on function private.set_aside(text, uuid, text, text) from public;

create function private.forget_quarantined() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.quarantine q
  where not exists (select from public.jobs j where j.id = q.job_id and j.status in ('pending', 'processing'))
    and not exists (select from private.cancels c where c.job_id = q.job_id and c.over_at is null);
  get diagnostics v_count = row_count;
  delete from private.faults where last_at < (select private.now()) - interval '30 days';
  return v_count;
end
$$;
comment on function private.forget_quarantined() is
  'Forgets quarantined jobs that have ended meanwhile, their tasks too, or that are gone; and faults of a month ago. '
  'Returns how many jobs.';
revoke execute on function private.forget_quarantined() from public;
