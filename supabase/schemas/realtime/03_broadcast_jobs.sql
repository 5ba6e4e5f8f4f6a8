create function private.broadcast_jobs() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off as $$
declare
  -- No nested loop: the plan is kept from a session's first change, mostly of one job, and is to do for a thousand.
  v_jobs refcursor;
  v_job record; -- not as public.jobs: each column costs, and what is large in it would be read, and is not shown
  v_hints private.hint[] := '{}';
begin
  -- Asked here: a trigger's condition is parsed anew by every statement.
  if current_setting('esteira.broadcast', true) = 'together' then return null; end if;
  if tg_op = 'INSERT' then
    open v_jobs for
      select n.id, n.user_id, n.tool, n.lane, n.status, n.current_step, n.failed_at_step, n.error_code, n.error_message,
        n.output_url, n.output, n.progress, n.progress_is_estimate, n.request_id, n.step_history, n.metadata,
        n.idempotency_key, n.run_at, n.version, n.refund, n.refundable, n.created_at, n.completed_at, n.updated_at,
        null::public.job_status as old_status, null::public.job_step as old_step, null::integer as old_version,
        0 as old_steps from new_jobs n;
  else
    open v_jobs for
      select n.id, n.user_id, n.tool, n.lane, n.status, n.current_step, n.failed_at_step, n.error_code, n.error_message,
        n.output_url, n.output, n.progress, n.progress_is_estimate, n.request_id, n.step_history, n.metadata,
        n.idempotency_key, n.run_at, n.version, n.refund, n.refundable, n.created_at, n.completed_at, n.updated_at,
        o.status as old_status, o.current_step as old_step, o.version as old_version,
        jsonb_array_length(o.step_history) as old_steps
      from new_jobs n join old_jobs o on o.id = n.id where n.version > o.version;
  end if;
  loop
    fetch v_jobs into v_job;
    exit when not found;
    v_hints := v_hints || (gen_random_uuid(), 'jobs:' || v_job.user_id, tg_op, jsonb_build_object(
      'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
      -- No input, output or raw payload: a hint is small.
      'new', jsonb_build_object('id', v_job.id, 'user_id', v_job.user_id, 'tool', v_job.tool,
        'lane', v_job.lane, 'status', v_job.status,
        'current_step', v_job.current_step, 'failed_at_step', v_job.failed_at_step, 'error_code', v_job.error_code,
        'error_message', v_job.error_message, 'output_url', v_job.output_url,
        'output_paths', case when v_job.status = 'completed' then
          jsonb_path_query_array(v_job.output, '$.files[0 to 19].path', silent => true) end,
        'progress', v_job.progress, 'progress_is_estimate', v_job.progress_is_estimate,
        'request_id', v_job.request_id,
        'model_id', jsonb_path_query_array(v_job.step_history, '$[*].model') ->> -1, -- as in fal_jobs
        'metadata', case when octet_length(v_job.metadata::text) <= 1024 then v_job.metadata end,
        'idempotency_key', v_job.idempotency_key, 'run_at', v_job.run_at, 'version', v_job.version,
        'refund', v_job.refund, 'refundable', v_job.refundable,
        'created_at', v_job.created_at, 'completed_at', v_job.completed_at, 'updated_at', v_job.updated_at),
      'old', case when tg_op = 'UPDATE' then jsonb_build_object('id', v_job.id, 'status', v_job.old_status,
        'current_step', v_job.old_step, 'version', v_job.old_version) end,
      -- What this change added to the history.
      'steps', case v_job.old_steps when 0 then v_job.step_history else jsonb_path_query_array(v_job.step_history,
        '$[$from to last]', jsonb_build_object('from', v_job.old_steps), silent => true) end,
      '_debug', jsonb_build_object(
        'triggeredAt', v_job.updated_at, 'triggerName', tg_name, 'broadcastSuccess', true)),
      v_job.id)::private.hint;
  end loop;
  close v_jobs;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_jobs() is
  'After every statement that inserts or updates jobs: tells their owners'' topics what the rows are now and what was '
  'added to their histories; of a change that is no version, nobody. A failure is counted and never fails the change.';
revoke execute on function private.broadcast_jobs() from public;

create trigger new_jobs_broadcast_trigger after insert on public.jobs referencing new table as new_jobs
  for each statement execute function private.broadcast_jobs();
create trigger jobs_broadcast_trigger after update on public.jobs
  referencing old table as old_jobs new table as new_jobs
  for each statement execute function private.broadcast_jobs();
