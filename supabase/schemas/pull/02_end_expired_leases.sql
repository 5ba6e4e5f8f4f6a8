create function private.end_lease(p_job public.jobs, p_attempt public.job_attempts) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_failure private.failure := ('backoff', 'lease_expired',
    format('The worker %s was not heard of before its lease ran out', p_attempt.worker), null, null);
begin
  -- As far as anybody knows, the end of the lease is the end of the work. Again at once: it has waited for a lease.
  perform private.end_by_failure(p_job, p_attempt, v_failure, v_now, p_delay => '0');
end
$$;
comment on function private.end_lease(public.jobs, public.job_attempts) is
  'Ends the running attempt of a locked job whose worker is gone: the attempt is used up, and the job is ready again '
  'at once, or fails when none is left. The caller dispatches.';
revoke execute on function private.end_lease(public.jobs, public.job_attempts) from public;

create function private.end_expired_leases(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_found record;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-leases');
begin
  for v_found in
    select j as job, a as attempt from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.outcome is null and a.leased_until < (select private.now()) and j.lane = coalesce(p_lane, j.lane)
      and j.id <> all (v_aside)
    order by a.leased_until limit 100
    for update of j, a skip locked
  loop
    begin
      continue when not private.can_end_at_once(
        (v_found.attempt).slot_id, (v_found.attempt).token, (v_found.job).user_id);
      perform private.end_lease(v_found.job, v_found.attempt);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-leases', (v_found.job).id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.end_expired_leases(text) is
  'Ends the leases that ran out, of one lane or of all, at most 100 at a time; waits for nothing. Returns how many. '
  'The caller dispatches.';
revoke execute on function private.end_expired_leases(text) from public;

create function private.dispatch_pull_lane(p_lane private.lanes) returns integer
language plpgsql set search_path = '' as $$
begin
  return case when p_lane.delivery = 'pull' then private.dispatch(p_lane.lane, p_poke => false) else 0 end;
end
$$;
comment on function private.dispatch_pull_lane(private.lanes) is
  'Dispatches a pull lane, which the tick leaves to claims. Returns how many jobs started.';
revoke execute on function private.dispatch_pull_lane(private.lanes) from public;

create function private.tend_pull_lanes() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer := private.end_expired_leases();
begin
  perform private.each_lane('esteira-leases', 'private.dispatch_pull_lane($1)');
  return v_count;
end
$$;
comment on function private.tend_pull_lanes() is
  'Ends the leases that ran out and dispatches pull lanes, though nobody claims. Returns how many leases.';
revoke execute on function private.tend_pull_lanes() from public;
