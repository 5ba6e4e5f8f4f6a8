create function public.retry_job(
  p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false, p_by_user boolean default false
) returns public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_old public.jobs;
  v_new public.jobs;
  v_by_user boolean := p_by_user or private.is_signed_in();
begin
  perform private.is_here();
  -- The user's row comes first in the lock order; the create that follows takes it too.
  perform from auth.users where id = (select user_id from public.jobs where id = p_job_id) for key share;
  select * into v_old from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_old.status not in ('failed', 'cancelled') then
    perform private.refuse(409, 'not_retryable',
      format('The job is %s; failed and cancelled jobs can be retried.', v_old.status));
  end if;
  if private.is_publication(v_old) then perform private.refuse_again(v_old); end if;
  select * into v_new from public.jobs where retried_from = p_job_id;
  if found then
    perform private.already();
    return v_new;
  end if;
  if v_by_user then
    perform private.lock_creates(v_old.user_id);
    perform private.check_creates_limit(v_old.user_id, 1, true);
  end if;
  v_new := public.create_job(v_old.user_id, v_old.tool, v_old.input,
    (select least(greatest(v_old.priority, t.min_priority), t.max_priority) from public.tools t
     where t.tool = v_old.tool), -- as high as it was, if it still may be
    p_metadata => v_old.metadata, p_caller_drains => p_caller_drains,
    p_handed => private.handed_of(p_job_id));
  update public.jobs set retried_from = p_job_id, is_by_user = v_by_user where id = v_new.id returning * into v_new;
  return v_new;
end
$$;
comment on function public.retry_job(uuid, uuid, boolean, boolean) is
  'Does a failed or cancelled job again as a new job, charged anew; a terminal job never changes. Retrying twice '
  'gives the same new job (status 208). For the job''s owner; service_role names the owner in p_user_id or leaves it '
  'out, and says p_by_user when the owner asks for it. Returns the new job. Errors: 404 not_found, 409 not_retryable, '
  '409 duplicate_content for a publication that may be there, and those of create_job.';
revoke execute on function public.retry_job(uuid, uuid, boolean, boolean) from public, anon;
grant execute on function public.retry_job(uuid, uuid, boolean, boolean) to authenticated, service_role;
