create function private.findings_of_attempt(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pointer private.pointer;
begin
  if p_lane.delivery <> 'pull' or p_attempt.leased_until is null then
    v_pointer := private.pointer_of(p_attempt, p_lane, p_at);
    return query select * from private.message_findings(p_attempt, p_lane, v_pointer, p_at);
  end if;
  if p_attempt.phase = 'produced' then
    return query select * from private.copy_findings(p_attempt, v_pointer, p_at);
    return;
  elsif p_lane.delivery = 'pull' then
    return query select * from private.lease_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
  else
    return query select * from private.circuit_findings(p_lane, p_at);
    if p_attempt.phase in ('dispatched', 'preparing', 'submitting') then
      return query select * from private.submit_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
    else
      return query select * from private.task_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
    end if;
  end if;
  return query select * from private.deadline_findings(p_job, p_lane, p_at);
end
$$;
comment on function private.findings_of_attempt(public.jobs, public.job_attempts, private.lanes, timestamptz) is
  'Where an open attempt is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_attempt(public.jobs, public.job_attempts, private.lanes, timestamptz)
  from public;

create function private.findings_of_running(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  if p_job.status <> 'processing' then return; end if;
  -- What an older attempt has produced is copied, though a newer one has begun since.
  if p_attempt.finished_at is not null then
    select * into p_attempt from public.job_attempts
    where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  end if;
  if p_attempt.job_id is null or p_attempt.finished_at is not null then
    return next private.finding('stranded', 'It is processing, and none of its attempts is open.',
      jsonb_build_object('attempt', p_job.attempt), p_since => p_job.updated_at);
    return;
  end if;
  select * into v_lane from private.lanes where lane = p_job.lane;
  return query select * from private.findings_of_attempt(p_job, p_attempt, v_lane, p_at);
end
$$;
comment on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) is
  'Where a running job is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) from public;
