create function private.broadcast_job() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  v_topic text := 'jobs:' || new.user_id;
  v_payload jsonb := jsonb_build_object(
    'id', v_id, 'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
    -- No input, output or raw payload.
    'new', jsonb_build_object('id', new.id, 'tool', new.tool, 'lane', new.lane, 'status', new.status,
      'current_step', new.current_step, 'failed_at_step', new.failed_at_step, 'error_code', new.error_code,
      'error_message', new.error_message, 'output_url', new.output_url, 'progress', new.progress,
      'progress_is_estimate', new.progress_is_estimate,
      'request_id', new.request_id, 'run_at', new.run_at, 'version', new.version,
      'refund', new.refund, 'refundable', new.refundable,
      'created_at', new.created_at, 'completed_at', new.completed_at, 'updated_at', new.updated_at),
    'old', case when tg_op = 'UPDATE' then jsonb_build_object(
      'id', old.id, 'status', old.status, 'current_step', old.current_step, 'version', old.version) end,
    -- What this change added to the history.
    'steps', case when tg_op = 'INSERT' then new.step_history else jsonb_path_query_array(new.step_history,
      '$[$from to last]', jsonb_build_object('from', jsonb_array_length(old.step_history)), silent => true) end,
    '_debug', jsonb_build_object('triggeredAt', new.updated_at, 'triggerName', tg_name, 'broadcastSuccess', true));
begin
  -- The row that realtime.send would write. Every change of a job is told, so it matters that this takes half the time.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  values (v_id, v_topic, 'broadcast', tg_op, true, v_payload);
  return null;
exception when others then
  -- As the platform would have it; if that fails too, it is recorded.
  perform private.broadcast(v_topic, tg_op, v_payload, new.id);
  return null;
end
$$;
comment on function private.broadcast_job() is
  'After every insert or update of a job: tells its owner''s topic what the row is now and what was added to its '
  'history. A failure is recorded and never fails the change.';
revoke execute on function private.broadcast_job() from public;

create trigger jobs_broadcast_trigger after insert or update on public.jobs
  for each row when (current_setting('esteira.broadcast', true) is distinct from 'together')
  execute function private.broadcast_job();
