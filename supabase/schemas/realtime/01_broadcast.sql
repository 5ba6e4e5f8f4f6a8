-- Realtime: telling the screen. A broadcast is a hint that a row has changed; losing one costs time, never truth.
--
-- Private topics, one for each audience: jobs:{user_id}, lane:{lane}, and project:{project_id} of the projects room.
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

comment on table private.broadcast_failures is
  'Broadcasts that realtime.send swallowed. Rows here mean screens that learned late.';

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
  'Sends a private broadcast and records it in private.broadcast_failures if realtime.send swallowed an error. '
  'p_payload: an object, small.';
revoke execute on function private.broadcast(text, text, jsonb, uuid) from public;
