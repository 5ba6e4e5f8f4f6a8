create function worker.progress(
  p_job_id uuid, p_token uuid, p_progress smallint, p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs;
begin
  if p_progress is null or p_progress not between 0 and 100 then
    perform private.refuse(422, 'invalid_progress', 'Progress is a percentage, 0 to 100.', 'progress');
  end if;
  v_job := private.lock_job(p_job_id, p_token);
  if v_job.status <> 'processing' or not exists (
    select from public.job_attempts where job_id = p_job_id and token = p_token and attempt = v_job.attempt
      and outcome is null) then
    return false;
  end if;
  -- Progress only rises: reports may overtake each other. One that an estimate was ahead of is as good as no news.
  if p_progress > coalesce(v_job.progress, -1) then
    update public.jobs set progress = p_progress, progress_is_estimate = false where id = p_job_id;
  end if;
  if p_queue is not null then
    perform private.lease_message(p_queue, p_msg_id, lease) from private.lanes where lane = v_job.lane;
  end if;
  return true;
end
$$;
comment on function worker.progress(uuid, uuid, smallint, text, bigint) is
  'Shows how far an attempt is, in percent, and extends the lease of its message if one is named. Returns false when '
  'the attempt is no longer current: stop working. Errors: 409 stale_token, 422 invalid_progress.';
revoke execute on function worker.progress(uuid, uuid, smallint, text, bigint) from public;
grant execute on function worker.progress(uuid, uuid, smallint, text, bigint) to service_role;
