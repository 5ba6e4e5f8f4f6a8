create function private.send_apart(p_hints private.hint[], p_cause text, p_message text) returns integer
language plpgsql set search_path = '' as $$
declare
  v_sent integer := 0;
  v_in_row integer := 0;
begin
  if p_cause = 'no_partition' or exists (
    select from private.broadcast_failures
    where minute = date_trunc('minute', private.now()) and cause = p_cause and pid = pg_backend_pid())
  then
    perform private.note_unsent(p_hints, p_cause, p_message);
    return 0;
  end if;
  if cardinality(p_hints) = 1 then
    -- As the platform would have it. It reports no failure but by a warning, yet it sets realtime.topic in the
    -- sub-transaction that a failure rolls back.
    perform set_config('realtime.topic', '', true);
    perform realtime.send(p_hints[1].payload, p_hints[1].event, p_hints[1].topic, true);
    if current_setting('realtime.topic', true) = p_hints[1].topic then
      if private.logs_broadcasts() then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
      return 1;
    end if;
    perform private.note_unsent(p_hints, p_cause, p_message);
    return 0;
  end if;
  for i in 1..cardinality(p_hints) loop
    if v_in_row = 3 then -- it is not this one or that one
      perform private.note_unsent(p_hints[i:], p_cause, p_message);
      exit;
    end if;
    v_in_row := case when private.send(p_hints[i:i]) = 0 then v_in_row + 1 else 0 end;
    v_sent := v_sent + (v_in_row = 0)::integer;
  end loop;
  return v_sent;
end
$$;
comment on function private.send_apart(private.hint[], text, text) is
  'Sends what could not be sent together: one by one, until three in a row fail; one alone by realtime.send, but not '
  'again in a minute in which that was in vain. Counts the rest as failed. Returns how many were sent.';
revoke execute on function private.send_apart(private.hint[], text, text) from public;

create function private.tell_missed(p_hints private.hint[], p_since timestamptz) returns private.hint[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select (h.id, h.topic, h.event, case
      when jsonb_typeof(h.payload -> '_debug') = 'object' and exists (
        select from private.broadcast_failures f
        where f.failed_at > p_since and f.heard > 0 and (f.topics is null or h.topic = any (f.topics)))
      then jsonb_set(h.payload, '{_debug,broadcastSuccess}', 'false') else h.payload end, h.row_id)::private.hint
    from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, place) order by h.place);
end
$$;
comment on function private.tell_missed(private.hint[], timestamptz) is
  'The hints, with _debug.broadcastSuccess false on topics that have missed one since then: whoever hears it reads '
  'anew.';
revoke execute on function private.tell_missed(private.hint[], timestamptz) from public;

create function private.send(p_hints private.hint[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_since timestamptz := private.now() - interval '2 minutes';
  v_is_missed boolean;
  v_logged text[];
  v_constraint text;
begin
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time. Nearly
  -- always nobody has missed anything and nothing is logged: the statement sees to that itself, which costs less than
  -- to ask first.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h
  where not exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0)
    and not exists (select from private.logging where until > (select private.now()));
  if found then return cardinality(p_hints); end if;
  select exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0),
    array(select what from private.logging where until > (select private.now())) into v_is_missed, v_logged;
  if v_is_missed then p_hints := private.tell_missed(p_hints, v_since); end if;
  if 'steps' = any (v_logged) then perform private.log_steps_of(p_hints); end if;
  if 'broadcasts' = any (v_logged) then perform private.log_hints(p_hints, 'trigger'); end if;
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h;
  if 'broadcasts' = any (v_logged) then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
  return cardinality(p_hints);
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return private.send_apart(p_hints,
    case when sqlstate = '23514' and v_constraint = '' then 'no_partition' else sqlstate end, sqlerrm);
end
$$;
comment on function private.send(private.hint[]) is
  'Sends private broadcasts (payloads: objects, small; each gets its id), and counts those that cannot be sent in '
  'private.broadcast_failures. On a topic that has missed one in the last two minutes _debug.broadcastSuccess becomes '
  'false. Raises nothing. Returns how many were sent.';
revoke execute on function private.send(private.hint[]) from public;

create function private.broadcast(p_topic text, p_event text, p_payload jsonb, p_row_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.send(array[(gen_random_uuid(), p_topic, p_event, p_payload, p_row_id)::private.hint]);
end
$$;
comment on function private.broadcast(text, text, jsonb, uuid) is
  'Sends one private broadcast, as private.send does. p_payload: an object, small; p_row_id: what it tells of.';
revoke execute on function private.broadcast(text, text, jsonb, uuid) from public;
