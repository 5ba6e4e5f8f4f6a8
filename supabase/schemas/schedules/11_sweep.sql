create function private.unread_messages(p_queue text, p_for interval) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_count bigint;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('select count(*) from pgmq.%I where vt < clock_timestamp() - $1', 'q_' || p_queue)
  into v_count using p_for;
  return v_count;
end
$$;
comment on function private.unread_messages(text, interval) is
  'How many messages of a queue have been visible for longer than p_for, and nobody read them.';
revoke execute on function private.unread_messages(text, interval) from public;

create function private.catch_up(p_lane text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_due integer := 0;
  v_started integer := 0;
  v_count integer;
begin
  -- A hundred at a time, as the tick does it, and a thousand at the most: their rows stay locked until the sweep ends.
  for i in 1..10 loop
    v_count := private.admit_due(p_lane);
    v_due := v_due + v_count;
    exit when v_count < 100;
  end loop;
  for i in 1..10 loop
    v_count := private.dispatch(p_lane, p_poke => false);
    v_started := v_started + v_count;
    exit when v_count = 0;
  end loop;
  return jsonb_build_object('due', v_due, 'started', v_started);
end
$$;
comment on function private.catch_up(text) is
  'Makes ready what is due in a lane and starts what there are free slots for, up to 1,000 jobs each. Returns counts: '
  '{due, started}.';
revoke execute on function private.catch_up(text) from public;

create function private.sweep_lane(p_lane private.lanes, p_settlements bigint) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_did jsonb := case when p_lane.paused_until > private.now() then '{"due": 0, "started": 0}'
    else private.catch_up(p_lane.lane) end;
  v_unread bigint := private.unread_messages(p_lane.queue_name, p_lane.lease);
begin
  if p_lane.delivery <> 'pull' and (v_unread > 0 or p_settlements > 0 or v_did ->> 'started' <> '0') then
    perform private.poke(p_lane.lane);
  end if;
  return v_did || jsonb_build_object('unread', v_unread);
end
$$;
comment on function private.sweep_lane(private.lanes, bigint) is
  'Does in a lane what the tick has missed; p_settlements: how many settle messages nobody reads. Returns counts: '
  '{due, started, unread}.';
revoke execute on function private.sweep_lane(private.lanes, bigint) from public;

create function private.sweep() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_settlements bigint := private.unread_messages('settle_queue', '1 minute');
  v_result jsonb;
begin
  select jsonb_build_object('due', coalesce(sum((did ->> 'due')::bigint), 0),
    'started', coalesce(sum((did ->> 'started')::bigint), 0),
    'unread', v_settlements + coalesce(sum((did ->> 'unread')::bigint), 0)) into v_result
  from private.each_lane('esteira-retry', format('private.sweep_lane($1, %s)', v_settlements)) did;
  return private.note_repairs('esteira-retry', v_result);
end
$$;
comment on function private.sweep() is
  'Does in every lane, pull lanes too, what the tick has missed: makes jobs ready that are due, starts jobs that wait '
  'beside free slots, wakes the worker for messages unread for longer than a lease. Returns counts: {due, started, '
  'unread}. A few are no alarm: they came due since the last tick.';
revoke execute on function private.sweep() from public;
