-- Worker: what Edge Functions say and are told of an attempt, until the provider has it.
--
-- A worker receives leased messages with all it needs, notes a checkpoint just before the submit, and says what the
-- provider answered: submitted here, failed in the settle room. Every write shows the attempt's token; a worker whose
-- attempt is over is told to stop. Lock order: job → slot → attempt (see the dispatch room).

create function private.work_item(p_job public.jobs, p_attempt public.job_attempts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'job', jsonb_build_object('id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
        'input', p_job.input, 'metadata', p_job.metadata,
        'created_at', p_job.created_at, 'deadline_at', p_job.deadline_at),
      'attempt', jsonb_build_object('attempt', p_attempt.attempt, 'token', p_attempt.token, 'phase', p_attempt.phase,
        'external_id', p_attempt.external_id, 'checkpoint', p_attempt.checkpoint, 'started_at', p_attempt.started_at),
      'tool_settings', t.settings || coalesce(t.settings -> l.provider, '{}'),
      'provider', l.provider,
      'account', jsonb_build_object('name', a.name, 'settings', a.settings, 'api_key', s.decrypted_secret))
    from public.tools t
    join private.lanes l on l.lane = p_job.lane
    left join private.accounts a on a.account_id = p_attempt.account_id
    left join vault.decrypted_secrets s on s.name = a.secret_name
    where t.tool = p_job.tool);
end
$$;
comment on function private.work_item(public.jobs, public.job_attempts) is
  'All that a worker needs to submit or settle an attempt, the API key included: {job, attempt, tool_settings, '
  'provider, account}. For service_role alone.';
revoke execute on function private.work_item(public.jobs, public.job_attempts) from public;
