create function worker.heartbeat(p_job_id uuid, p_token uuid, p_progress smallint default null) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs;
  v_lease interval;
begin
  perform worker.claimed(p_job_id, p_token); -- refuses tokens that no claim has given
  v_job := private.lock_job(p_job_id, p_token);
  if p_progress is not null then perform worker.progress(p_job_id, p_token, p_progress); end if;
  select lease into v_lease from private.lanes where lane = v_job.lane;
  -- A lease that has run out is as good as new while nobody has ended it: the work is still this worker's.
  update public.job_attempts set leased_until = private.now() + v_lease
  where job_id = p_job_id and token = p_token and attempt = v_job.attempt and outcome is null
    and v_job.status = 'processing';
  return jsonb_build_object('continue', found, 'status', v_job.status, 'deadline_at', v_job.deadline_at,
    'lease_seconds', extract(epoch from v_lease));
end
$$;
comment on function worker.heartbeat(uuid, uuid, smallint) is
  'A worker is still at work: extends its lease by the lane''s, and shows its progress in percent if it says how far '
  'it is. Returns {continue, status, deadline_at, lease_seconds}; continue is false when the attempt is no longer '
  'current: stop, and see by the job''s status whether it was cancelled or another attempt is running. Errors: 409 '
  'stale_token, 422 invalid_progress.';
revoke execute on function worker.heartbeat(uuid, uuid, smallint) from public;
grant execute on function worker.heartbeat(uuid, uuid, smallint) to service_role;
