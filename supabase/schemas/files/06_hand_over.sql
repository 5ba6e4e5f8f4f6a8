create function worker.hand_over(p_job_id uuid, p_token uuid, p_handed jsonb) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_known jsonb := private.handed_of(p_job_id);
  v_rules jsonb := (select settings -> 'files' from public.tools where tool = v_job.tool);
begin
  perform private.check_input_files(v_job.user_id, v_rules, v_job.input, p_handed || v_known);
  -- Where two workers copied the same, the first one's copy is the one.
  perform private.keep_handed(array[p_job_id], p_handed - array(select jsonb_object_keys(v_known)));
  return private.handed_of(p_job_id);
end
$$;
comment on function worker.hand_over(uuid, uuid, jsonb) is
  'Copies were made of files of a job that had none. p_handed: {path: key in the bucket handed}; they are checked as '
  'those of a new job. Returns the copies that count, as {path: key}: others are to be deleted. Errors: 409 '
  'stale_token, and those of private.check_input_files.';
revoke execute on function worker.hand_over(uuid, uuid, jsonb) from public;
grant execute on function worker.hand_over(uuid, uuid, jsonb) to service_role;
