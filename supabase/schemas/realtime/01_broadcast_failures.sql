-- Realtime: telling the screen. A broadcast is a hint that a row has changed; losing one costs time, never truth.
--
-- Private topics, one for each audience: jobs:{user_id}, lane:{lane}, and project:{project_id} of the projects room.
-- Triggers send from the same transaction as the change, so nothing is announced that did not happen, and by statement,
-- in one sub-transaction whatever the number of rows. Nothing is created in schema realtime but policies.
--
-- A broadcast that cannot be written is counted and never fails the change. It may be every one of a day: Realtime
-- makes the daily partitions of its table when clients connect, so a project that nobody listens to has none. So they
-- are counted by minute and cause, and it matters whether somebody could have heard them: then the next hint that can
-- be sent tells their topics so (_debug.broadcastSuccess is false).
--
-- How late screens learn only they can tell: public.report_delivery adds it up, ops.delivery_health reads it back.

create table private.broadcast_failures (
  minute timestamptz not null,
  cause text not null,
  pid integer not null default pg_backend_pid(),
  count bigint not null,
  heard bigint not null,
  message text,
  topic text not null,
  event text not null,
  row_id uuid,
  failed_at timestamptz not null,
  topics text[] default '{}',
  primary key (minute, cause, pid),
  constraint no_more_are_missed_than_failed check (heard between 0 and count)
);
create index broadcast_failures_by_time on private.broadcast_failures (failed_at desc);

alter table private.broadcast_failures enable row level security;

comment on table private.broadcast_failures is
  'Broadcasts that could not be sent, counted by minute and cause. What of them is heard is screens that learned late.';
comment on column private.broadcast_failures.cause is
  'no_partition: realtime.messages has none for today; else the SQLSTATE.';
comment on column private.broadcast_failures.pid is
  'The backend that counted: each counts for itself, so that none waits for another.';
comment on column private.broadcast_failures.heard is 'How many of them somebody could have heard.';
comment on column private.broadcast_failures.message is 'What the database said of the last one.';
comment on column private.broadcast_failures.topic is 'The topic of the last one.';
comment on column private.broadcast_failures.event is 'The event of the last one.';
comment on column private.broadcast_failures.row_id is 'The row that the last one told of, if it was one.';
comment on column private.broadcast_failures.failed_at is 'When the last one failed.';
comment on column private.broadcast_failures.topics is
  'The topics of those that somebody could have heard; null: more than a hundred.';

create function private.somebody_listens() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Realtime reads its table through a slot of its own, for as long as clients are connected.
  return exists (
    select from pg_catalog.pg_replication_slots where active and slot_name ~ '^supabase_realtime_messages_');
end
$$;
comment on function private.somebody_listens() is
  'Whether Realtime reads what is broadcast, as it does while clients are connected.';
revoke execute on function private.somebody_listens() from public;

create type private.hint as (id uuid, topic text, event text, payload jsonb, row_id uuid);
comment on type private.hint is
  'A broadcast: its id, what is sent to whom, and the row that it tells of, if it is one.';

create function private.topics_with(p_topics text[], p_more text[]) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_topics is null or p_more is null then return null; end if;
  p_topics := array(select unnest(p_topics) union select unnest(p_more) order by 1 limit 101);
  return case when cardinality(p_topics) <= 100 then p_topics end;
end
$$;
comment on function private.topics_with(text[], text[]) is
  'Both lists of topics as one, each once; null: more than a hundred.';
revoke execute on function private.topics_with(text[], text[]) from public;

create function private.note_unsent(p_hints private.hint[], p_cause text, p_message text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_last private.hint := p_hints[cardinality(p_hints)];
  -- Without a partition nobody has listened for days, unless Realtime itself is at fault.
  v_heard bigint := case
    when p_cause <> 'no_partition' or private.somebody_listens() then cardinality(p_hints) else 0 end;
begin
  insert into private.broadcast_failures as f (
    minute, cause, count, heard, message, topic, event, row_id, failed_at, topics)
  values (date_trunc('minute', v_now), p_cause, cardinality(p_hints), v_heard, p_message,
    v_last.topic, v_last.event, v_last.row_id, v_now,
    case when v_heard > 0 then private.topics_with('{}', array(select topic from unnest(p_hints))) else '{}' end)
  on conflict (minute, cause, pid) do update set count = f.count + excluded.count, heard = f.heard + excluded.heard,
    message = excluded.message, topic = excluded.topic, event = excluded.event, row_id = excluded.row_id,
    failed_at = excluded.failed_at, topics = private.topics_with(f.topics, excluded.topics);
  if private.logs_broadcasts() then
    perform private.log_hints(p_hints, format('broadcast FAILED (%s)', p_message), 'warning');
  end if;
  if private.may_pass('broadcasts failed', '1 minute') then
    raise warning 'broadcasts fail: %', p_message using hint = 'See private.broadcast_failures.';
  end if;
end
$$;
comment on function private.note_unsent(private.hint[], text, text) is
  'Counts broadcasts that could not be sent, at least one; warns of it once a minute. Waits for nobody.';
revoke execute on function private.note_unsent(private.hint[], text, text) from public;
