create function private.settle_refund(p_job public.jobs, p_how text, p_external_id text, p_is_pull boolean) returns void
language plpgsql set search_path = '' as $$
declare
  v_is_paid boolean := case p_how
    when 'succeeded' then false
    -- In a pull lane the end of the lease is all that will be heard; elsewhere a task that is known may have gone on.
    when 'unknown' then p_is_pull or p_external_id is null
    else true end;
begin
  if p_job.refund <> 'due' then return; end if;
  if v_is_paid then perform private.pay_back(p_job, private.had_task(p_job.id)); end if;
  update public.jobs set refund = case when v_is_paid then 'paid' else 'withheld' end::public.job_refund
  where id = p_job.id;
end
$$;
comment on function private.settle_refund(public.jobs, text, text, boolean) is
  'Decides a refund that is due, now that it is known how the task of a locked job ended: withheld if it went on, paid '
  'if not; if nobody knows, paid when no task was ever known.';
revoke execute on function private.settle_refund(public.jobs, text, text, boolean) from public;

create function private.is_pull_lane(p_lane text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.lanes where lane = p_lane and delivery = 'pull');
end
$$;
comment on function private.is_pull_lane(text) is 'Whether workers outside claim the jobs of a lane.';
revoke execute on function private.is_pull_lane(text) from public;

create function worker.task_over(p_token uuid, p_how text) returns boolean
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs;
  v_cancel private.cancels;
  v_slot_is_free boolean;
begin
  if p_how is null or p_how not in ('never_existed', 'stopped', 'failed', 'succeeded', 'unknown') then
    perform private.refuse(422, 'invalid_input', format('%L is no end of a task.', p_how), 'how');
  end if;
  select j.* into v_job from public.jobs j
  where j.id = (select job_id from private.cancels where token = p_token) for update;
  v_slot_is_free := (
    select private.free_slot(slot_id, token) from private.cancels where token = p_token and over_at is null);
  update private.cancels set over_at = private.now(), how = p_how, checkpoint = '{}'
  where token = p_token and over_at is null returning * into v_cancel;
  if not found then return false; end if;
  if p_how = 'never_existed' then
    update public.job_attempts set never_existed = true where job_id = v_cancel.job_id and token = p_token;
  end if;
  if v_job.id is not null and v_job.attempt = v_cancel.attempt then
    perform private.settle_refund(v_job, p_how, v_cancel.external_id, private.is_pull_lane(v_cancel.lane));
  end if;
  if v_slot_is_free then perform private.dispatch(v_cancel.lane, p_poke => false); end if;
  return true;
end
$$;
comment on function worker.task_over(uuid, text) is
  'The task of an attempt in the outbox is over. p_how: never_existed (its only submit was refused, or the provider '
  'knows of none), stopped, failed, succeeded, or unknown (waited for long enough). Frees its slot, decides a refund '
  'that is due, closes the row and dispatches. Returns false if the outbox has no such open row: nothing is done then. '
  'Error: 422 invalid_input.';
revoke execute on function worker.task_over(uuid, text) from public;
grant execute on function worker.task_over(uuid, text) to service_role;
