create function private.end_lease(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_code constant text := 'lease_expired';
  v_message text;
  v_is_last boolean := p_job.retry_count + 1 >= p_job.max_attempts;
begin
  perform private.free_slot(p_job.id);
  update public.job_attempts set phase = 'finished', finished_at = v_now, error_code = v_code,
    error_message = format('The worker %s was not heard of before its lease ran out', worker),
    outcome = case when v_is_last then 'failed' else 'retried' end
  where job_id = p_job.id and attempt = p_job.attempt
  returning error_message into v_message;
  if v_is_last then
    perform private.fail_job(p_job, p_job.current_step, v_code, v_message, v_now);
  else
    -- At once: it has waited for a lease already.
    perform private.requeue_job(p_job, v_code, v_message, 'backoff', '0', v_now);
  end if;
end
$$;
comment on function private.end_lease(public.jobs) is
  'Ends the running attempt of a locked job whose worker is gone: the attempt is used up, and the job is ready again '
  'at once, or fails when none is left. The caller dispatches.';
revoke execute on function private.end_lease(public.jobs) from public;

create function private.end_expired_leases(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.outcome is null and a.leased_until < private.now() and j.lane = coalesce(p_lane, j.lane)
    order by a.leased_until limit 100
    for update of j, a skip locked
  loop
    continue when not private.can_end_at_once(v_job.id, v_job.user_id);
    perform private.end_lease(v_job);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.end_expired_leases(text) is
  'Ends the leases that ran out, of one lane or of all, at most 100 at a time; waits for nothing. Returns how many. '
  'The caller dispatches.';
revoke execute on function private.end_expired_leases(text) from public;
