-- Worker: what Edge Functions say and are told of an attempt, until the provider has it.
--
-- A worker receives leased messages with all it needs, passes the checkpoint just before each submit, and says what the
-- provider answered: submitted here, failed in the settle room. Every write shows the attempt's token; a worker whose
-- attempt is over is told to stop. Lock order: job → slot → attempt (see the dispatch room).
--
-- What is called for each job plans its statements once in a session (force_generic_plan), here and in the other rooms.
-- Left to itself PostgreSQL weighs a plan for the moment against the one that is kept; where that was made by a caller
-- who has no table read whole, it looks so dear that a new one is made at each call, which takes longer than to run it.
-- Nor is any of it compiled (jit = off, wherever a way of planning is switched off): what cannot be done without that
-- way is reckoned at ten billion, and PostgreSQL compiles what is so dear, at each run anew.

create function private.wiring(p_tool text, p_lane text, p_account_id integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'tool_settings', coalesce(t.settings || coalesce(t.settings -> l.provider, '{}'), '{}'),
      'max_output_bytes', t.max_output_bytes,
      'provider', l.provider,
      'account', jsonb_build_object('name', a.name, 'settings', a.settings,
        'api_key', private.trimmed(s.decrypted_secret)),
      'lease_seconds', extract(epoch from l.lease),
      'poll_seconds', jsonb_build_object('after', extract(epoch from l.poll_after),
        'every', extract(epoch from l.poll_every)),
      'lane_circuit', jsonb_build_object('failures', l.circuit_failures, 'opened_at', l.circuit_opened_at,
        'probe_at', l.circuit_probe_at))
    from private.lanes l
    left join public.tools t on t.tool = p_tool
    left join private.accounts a on a.account_id = p_account_id
    left join vault.decrypted_secrets s on s.name = a.secret_name
    where l.lane = p_lane);
end
$$;
comment on function private.wiring(text, text, integer) is
  'How a job of a tool reaches its provider, the API key included: {tool_settings, max_output_bytes, provider, '
  'account: {name, settings, api_key}, lease_seconds, poll_seconds: {after, every}, lane_circuit: {failures, '
  'opened_at, probe_at}}. For service_role alone.';
revoke execute on function private.wiring(text, text, integer) from public;

create function private.bare_item(p_job public.jobs, p_attempt public.job_attempts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'job', jsonb_build_object('id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
      'input', p_job.input, 'metadata', p_job.metadata,
      'created_at', p_job.created_at, 'deadline_at', p_job.deadline_at, 'effect', p_job.effect,
      'model_id', case when p_job.effect = 'model' then (
        select id from public.ai_models where "trainingJobId" = p_job.id) end),
    'attempt', jsonb_build_object('attempt', p_attempt.attempt, 'dispatch', p_attempt.dispatch,
      'token', p_attempt.token, 'phase', p_attempt.phase, 'external_id', p_attempt.external_id,
      'checkpoint', p_attempt.checkpoint, 'started_at', p_attempt.started_at, 'submits', p_attempt.submits,
      'submit_until', p_attempt.submit_until, 'resubmit', p_attempt.resubmit, 'nones', p_attempt.nones,
      'word', p_attempt.word, 'outputs', p_attempt.outputs, 'data', p_attempt.data),
    'handed', case when p_attempt.phase in ('dispatched', 'preparing', 'submitting')
      then private.handed_of(p_job.id) end);
end
$$;
comment on function private.bare_item(public.jobs, public.job_attempts) is
  'What of a work item is an attempt''s own: {job, attempt, handed}. For service_role alone.';
revoke execute on function private.bare_item(public.jobs, public.job_attempts) from public;

create function private.work_item(p_job public.jobs, p_attempt public.job_attempts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.bare_item(p_job, p_attempt) || private.wiring(p_job.tool, p_job.lane, p_attempt.account_id);
end
$$;
comment on function private.work_item(public.jobs, public.job_attempts) is
  'All that a worker needs to submit or settle an attempt: {job, attempt, handed, …wiring}, '
  'handed being {path: key} of the copies of its files, for a submit. For service_role alone.';
revoke execute on function private.work_item(public.jobs, public.job_attempts) from public;
