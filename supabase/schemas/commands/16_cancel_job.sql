create function private.running_attempt(p_job public.jobs) returns public.job_attempts
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and attempt = p_job.attempt and finished_at is null for update;
  return v_attempt;
end
$$;
comment on function private.running_attempt(public.jobs) is
  'The open attempt of a locked job, locked too; null if there is none.';
revoke execute on function private.running_attempt(public.jobs) from public;

create function private.end_for_cancel(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, out refund public.job_refund, out balance bigint
) language plpgsql set search_path = '' as $$
declare
  v_may_live boolean := false;
  v_terms text := (select cancel_refund from private.lanes where lane = p_job.lane);
  v_had_task boolean;
begin
  if p_attempt.token is not null then
    v_may_live := private.end_attempt(p_job, p_attempt, 'cancelled', 'cancelled', p_at);
  end if;
  v_had_task := private.had_task(p_job.id);
  refund := case when p_job.credits_charged = 0 then 'none' when not v_may_live or v_terms = 'always' then 'paid'
    when v_terms = 'never' then 'withheld' else 'due' end;
  if refund = 'paid' then
    select paid.balance into balance from private.pay_back(p_job, v_had_task) paid;
  end if;
end
$$;
comment on function private.end_for_cancel(public.jobs, public.job_attempts, timestamptz) is
  'Ends the running attempt, if there is one, of a locked job that is being cancelled, and says what becomes of its '
  'price: paid back now while no task can exist, else as its lane''s cancel_refund has it.';
revoke execute on function private.end_for_cancel(public.jobs, public.job_attempts, timestamptz) from public;

create function public.cancel_job(p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false)
returns public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_ends record;
begin
  perform private.is_here();
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.already();
    return v_job;
  end if;
  v_attempt := private.running_attempt(v_job);
  if v_attempt.word is not null or (v_job.attempt > 0 and private.has_success(p_job_id)) then
    perform private.refuse(409, 'job_finishing', 'Its provider is done with the job: it cannot be cancelled any more.');
  elsif private.is_committed(v_job, v_attempt) then
    perform private.refuse(409, 'job_finishing', 'It is being made visible: it cannot be cancelled any more.');
  end if;
  v_now := private.now();
  v_ends := private.end_for_cancel(v_job, v_attempt, v_now);
  update public.jobs set status = 'cancelled', current_step = 'cancelled', completed_at = v_now, run_at = null,
    refund = v_ends.refund, refundable = false,
    step_history = step_history || private.step('cancelled', v_now, jsonb_build_object(
      'at_step', v_job.current_step, 'refund', nullif(v_ends.refund, 'none'),
      'refunded', case when v_ends.balance is not null then credits_charged end, 'newBalance', v_ends.balance))
  where id = p_job_id returning * into v_job;
  perform private.doom_files(v_job, v_now);
  perform private.dispatch(v_job.lane, p_poke => not p_caller_drains);
  if not p_caller_drains and v_job.attempt > 0 then perform private.poke(v_job.lane); end if;
  return v_job;
end
$$;
comment on function public.cancel_job(uuid, uuid, boolean) is
  'Cancels a job at whatever step it is, until its provider is done with it. What no task can have been made for is '
  'paid back at once; else the task is stopped if it still can be, and its slot and the price (refund: due) wait '
  'until it is over. A late result is not kept. A publication is not cancelled once its commit has passed. A job that '
  'has ended is returned as it is (status 208). For the '
  'job''s owner; service_role names the owner in p_user_id or leaves it out. Errors: 404 not_found, 409 '
  'job_finishing.';
revoke execute on function public.cancel_job(uuid, uuid, boolean) from public, anon;
grant execute on function public.cancel_job(uuid, uuid, boolean) to authenticated, service_role;
