create function public.cancel_job(p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false)
returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_balance integer;
begin
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.already();
    return v_job;
  end if;
  v_now := private.now();

  perform private.free_slot(p_job_id);
  if v_job.status = 'processing' then
    -- Whether the task can still be stopped, only the provider knows; the worker asks. Workers outside ask us.
    perform pgmq.send('settle_queue',
      jsonb_build_object('job_id', p_job_id, 'attempt', v_job.attempt, 'kind', 'cancel'))
    from private.lanes where lane = v_job.lane and delivery <> 'pull';
    perform private.end_attempts(p_job_id, 'cancelled', v_now);
  end if;
  v_balance := private.refund(v_job.user_id, p_job_id);
  update public.jobs set status = 'cancelled', current_step = 'cancelled', completed_at = v_now, run_at = null,
    step_history = step_history || private.step('cancelled', v_now, jsonb_build_object(
      'at_step', v_job.current_step,
      'refunded', case when v_balance is not null then credits_charged end, 'newBalance', v_balance))
  where id = p_job_id returning * into v_job;
  perform private.dispatch(v_job.lane, p_poke => not p_caller_drains);
  return v_job;
end
$$;
comment on function public.cancel_job(uuid, uuid, boolean) is
  'Cancels a job at whatever step it is, refunds it and frees its slot; a running task is stopped at the provider if '
  'that still can be, and a late result is kept as an orphan. A job that has ended is returned as it is (status 208). '
  'For the job''s owner; service_role names the owner in p_user_id or leaves it out. Error: 404 not_found.';
revoke execute on function public.cancel_job(uuid, uuid, boolean) from public, anon;
grant execute on function public.cancel_job(uuid, uuid, boolean) to authenticated, service_role;
