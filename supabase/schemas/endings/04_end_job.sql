create function private.pay_back(
  p_job public.jobs, p_is_counted boolean, out refund public.job_refund, out balance bigint
) language plpgsql set search_path = '' as $$
begin
  balance := private.refund(p_job.user_id, p_job.id, p_is_counted);
  refund := case when p_job.credits_charged > 0 then 'paid' else 'none' end;
end
$$;
comment on function private.pay_back(public.jobs, boolean) is
  'Gives back the price of a locked job, and says what jobs.refund is then, and the balance; null if nothing was '
  'given. p_is_counted: it counts towards what a user may be refunded in a window.';
revoke execute on function private.pay_back(public.jobs, boolean) from public;

create function private.doom_files(p_job public.jobs, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- At once, and again when every upload that was begun before has ended or lost its leave.
  insert into private.doomed_files (bucket, prefix, job_id, due_at)
  select 'outputs', format('%s/%s/', p_job.user_id, p_job.id), p_job.id, p_at + delay
  from unnest(array[interval '0', interval '3 hours']) delay
  where exists (
    select from public.job_attempts a join private.lanes l on l.lane = p_job.lane where a.job_id = p_job.id
      and (a.leased_until is not null or a.word = 'succeeded' or a.outputs is not null
        or a.checkpoint ?| array['stored', 'copying', 'copying_until']
        -- A result that comes with the answer is stored before anything is told of it.
        or (l.delivery = 'sync' and a.submits > 0 and not a.never_existed)));
end
$$;
comment on function private.doom_files(public.jobs, timestamptz) is
  'Has the files deleted that lie under a job that ends without a result, if there can be any.';
revoke execute on function private.doom_files(public.jobs, timestamptz) from public;

create function private.fail_job(
  p_job public.jobs, p_step public.job_step, p_error_code text, p_error_message text, p_at timestamptz,
  p_is_counted boolean default false
) returns void language plpgsql set search_path = '' as $$
declare
  v_paid record := private.pay_back(p_job, p_is_counted);
begin
  update public.jobs set status = 'failed', current_step = 'failed', failed_at_step = p_step, completed_at = p_at,
    run_at = null, error_code = p_error_code, error_message = p_error_message, refund = v_paid.refund,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object(
      'error', p_error_message, 'error_code', p_error_code, 'at_step', p_step,
      'refunded', case when v_paid.balance is not null then credits_charged end, 'newBalance', v_paid.balance))
  where id = p_job.id;
  perform private.doom_files(p_job, p_at);
end
$$;
comment on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz, boolean) is
  'Ends a locked job as failed at a step and gives back its price. From then on it is a dead letter '
  '(ops.dead_letters).';
revoke execute on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz, boolean) from public;
