create function private.lock_job(p_job_id uuid, p_token uuid) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  perform from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if not found then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return v_job;
end
$$;
comment on function private.lock_job(uuid, uuid) is
  'Locks a job and its attempt with this token, in that order, and returns the job. Error: 409 stale_token when the '
  'job has no such attempt.';
revoke execute on function private.lock_job(uuid, uuid) from public;
