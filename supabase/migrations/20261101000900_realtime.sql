-- Realtime: telling the screen. A broadcast is a hint that a row has changed; losing one costs time, never truth.
--
-- Private topics, one for each audience: jobs:{user_id}, lane:{lane}, and project:{project_id} of the results room.
-- Triggers send from the same transaction as the change, so nothing is announced that did not happen. Nothing is
-- created in schema realtime but policies.

create table private.broadcast_failures (
  failure_id bigint generated always as identity primary key,
  topic text not null,
  event text not null,
  row_id uuid,
  failed_at timestamptz not null default now()
);
create index broadcast_failures_by_time on private.broadcast_failures (failed_at desc);
alter table private.broadcast_failures enable row level security;
comment on table private.broadcast_failures is 'Broadcasts that realtime.send swallowed. Rows here mean screens that learned late.';

create function private.broadcast(p_topic text, p_event text, p_payload jsonb, p_row_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  -- realtime.send reports no failure, but it sets realtime.topic in the sub-transaction that a failure rolls back.
  perform set_config('realtime.topic', '', true);
  perform realtime.send(p_payload, p_event, p_topic, true);
  if current_setting('realtime.topic', true) is distinct from p_topic then
    insert into private.broadcast_failures (topic, event, row_id) values (p_topic, p_event, p_row_id);
  end if;
end
$$;
comment on function private.broadcast(text, text, jsonb, uuid) is
  'Sends a private broadcast and records it in private.broadcast_failures if realtime.send swallowed an error. p_payload: an object, small.';

create function private.visible_job(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_job.id, 'tool', p_job.tool, 'lane', p_job.lane, 'status', p_job.status,
    'current_step', p_job.current_step, 'failed_at_step', p_job.failed_at_step, 'error_code', p_job.error_code,
    'error_message', p_job.error_message, 'output_url', p_job.output_url, 'progress', p_job.progress,
    'request_id', p_job.request_id, 'run_at', p_job.run_at, 'version', p_job.version,
    'created_at', p_job.created_at, 'completed_at', p_job.completed_at, 'updated_at', p_job.updated_at);
end
$$;
comment on function private.visible_job(public.jobs) is 'What a broadcast shows of a job: no input, output or raw payload.';

create function private.broadcast_new_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into realtime.messages (id, topic, extension, event, payload, private)
  select m.id, 'jobs:' || n.user_id, 'broadcast', tg_op, jsonb_build_object(
    'id', m.id, 'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
    'new', private.visible_job(n), 'old', null, 'steps', n.step_history,
    '_debug', jsonb_build_object('triggeredAt', n.updated_at, 'triggerName', tg_name, 'broadcastSuccess', true)), true
  from new_jobs n, lateral (select gen_random_uuid() as id, n.id as job_id) m;
  return null;
exception when others then
  insert into private.broadcast_failures (topic, event, row_id) select 'jobs:' || user_id, tg_op, id from new_jobs;
  return null;
end
$$;
comment on function private.broadcast_new_jobs() is 'After every insert of jobs: tells the owner''s topic of each what the row is, and its history so far.';
create trigger new_jobs_broadcast_trigger after insert on public.jobs
  referencing new table as new_jobs for each statement execute function private.broadcast_new_jobs();

create function private.broadcast_changed_jobs() returns trigger
-- Planned once for one job or a thousand: pairing old and new rows by nested loops would take a thousand times a thousand.
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
  insert into realtime.messages (id, topic, extension, event, payload, private)
  select m.id, 'jobs:' || n.user_id, 'broadcast', tg_op, jsonb_build_object(
    'id', m.id, 'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
    'new', private.visible_job(n),
    'old', jsonb_build_object('id', o.id, 'status', o.status, 'current_step', o.current_step, 'version', o.version),
    -- What this change added to the history.
    'steps', jsonb_path_query_array(
      n.step_history, '$[$from to last]', jsonb_build_object('from', jsonb_array_length(o.step_history)), silent => true),
    '_debug', jsonb_build_object('triggeredAt', n.updated_at, 'triggerName', tg_name, 'broadcastSuccess', true)), true
  from new_jobs n join old_jobs o on o.id = n.id, lateral (select gen_random_uuid() as id, n.id as job_id) m;
  return null;
exception when others then
  insert into private.broadcast_failures (topic, event, row_id) select 'jobs:' || user_id, tg_op, id from new_jobs;
  return null;
end
$$;
comment on function private.broadcast_changed_jobs() is 'After every update of jobs: tells the owner''s topic of each what the row is now and what was added to its history.';
create trigger jobs_broadcast_trigger after update on public.jobs
  referencing old table as old_jobs new table as new_jobs for each statement execute function private.broadcast_changed_jobs();

create policy "users listen to their own jobs" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'jobs:' || (select auth.uid())::text);
create policy "signed-in users listen to lanes" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) ~ '^lane:[a-z][a-z0-9_]*$');

revoke execute on all functions in schema private, worker, ops from public;
