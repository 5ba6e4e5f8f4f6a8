create function private.last_return(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select e.entry from jsonb_array_elements(p_job.step_history) with ordinality e (entry, n)
    where e.entry ->> 'step' = 'queued' and e.entry ? 'retry_class' order by e.n desc limit 1);
end
$$;
comment on function private.last_return(public.jobs) is
  'The entry of a job''s history that tells why it came back to wait: {error, error_code, retry_class, …}; null: it '
  'has not.';
revoke execute on function private.last_return(public.jobs) from public;

create function private.findings_of_times(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_entry jsonb;
begin
  if v_job.run_at is null or v_job.run_at <= p_wait.at or private.is_held_in_line(v_job) then return; end if;
  if v_job.dispatches = 0 then
    return next private.finding('scheduled_for', 'It is not to start before the time that was asked for.',
      jsonb_build_object('run_at', v_job.run_at), p_since => v_job.created_at, p_expected_at => v_job.run_at);
    return;
  end if;
  v_entry := private.last_return(v_job);
  if v_job.waits > 0 then
    return next private.finding('provider_busy', format(
        'The provider of lane %s is busy; it has sent the job back %s times.', v_job.lane, v_job.waits),
      jsonb_build_object('waits', v_job.waits, 'error_code', v_entry ->> 'error_code',
        'error', left(v_entry ->> 'error', 200), 'expires_at', v_job.start_by),
      p_since => v_job.queued_at, p_expected_at => v_job.run_at, p_subject => v_job.lane);
  else
    return next private.finding('retry_at', format(
        'Attempt %s did not succeed (%s); the next one may start at its time.',
        coalesce(v_entry ->> 'attempt', v_job.attempt::text), coalesce(v_entry ->> 'error_code', 'no code')),
      jsonb_build_object('error_code', v_entry ->> 'error_code', 'error', left(v_entry ->> 'error', 200),
        'attempt', v_job.attempt, 'retry_count', v_job.retry_count, 'max_attempts', v_job.max_attempts,
        'run_at', v_job.run_at),
      p_since => v_job.queued_at, p_expected_at => v_job.run_at);
  end if;
end
$$;
comment on function private.findings_of_times(private.wait) is
  'Whether a job waits for a time: the one asked for, that of its retry, or until a busy provider is offered it again.';
revoke execute on function private.findings_of_times(private.wait) from public;
