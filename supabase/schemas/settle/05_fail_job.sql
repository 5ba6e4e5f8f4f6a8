create function private.fail_job(
  p_job public.jobs, p_step public.job_step, p_error_code text, p_error_message text, p_at timestamptz
) returns void language plpgsql set search_path = '' as $$
declare
  v_balance integer := private.refund(p_job.user_id, p_job.id);
begin
  update public.jobs set status = 'failed', current_step = 'failed', failed_at_step = p_step, completed_at = p_at,
    run_at = null, error_code = p_error_code, error_message = p_error_message,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object(
      'error', p_error_message, 'error_code', p_error_code, 'at_step', p_step,
      'refunded', case when v_balance is not null then credits_charged end, 'newBalance', v_balance))
  where id = p_job.id;
  perform pgmq.send('dead_letters',
    jsonb_build_object('job_id', p_job.id, 'attempt', p_job.attempt, 'error_code', p_error_code));
end
$$;
comment on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz) is
  'Ends a locked job as failed at a step, refunds it and leaves a dead letter.';
revoke execute on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz) from public;
