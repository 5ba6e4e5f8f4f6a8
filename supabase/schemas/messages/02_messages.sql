create type private.message as (
  msg_id bigint, read_count integer, job_id uuid, attempt integer, dispatch integer, kind text
);
comment on type private.message is
  'A message that was read; {job_id, attempt, dispatch, kind?} is what all of ours say. No kind: to submit, or to '
  'settle after a webhook; poll: to ask the provider.';

create function private.send_messages(p_queue text, p_messages jsonb[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('send', p_queue), p_messages);
end
$$;
comment on function private.send_messages(text, jsonb[]) is
  'Puts messages into a queue, in their order, visible at once.';
revoke execute on function private.send_messages(text, jsonb[]) from public;

create function private.send_leased(p_queue text, p_lease interval, p_message jsonb) returns bigint
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_msg_id bigint;
begin
  execute format('execute %I (%L, %L)', private.prepared('hand', p_queue), p_lease, p_message) into v_msg_id;
  return v_msg_id;
end
$$;
comment on function private.send_leased(text, interval, jsonb) is
  'Puts a message into a queue that its sender has leased already, as if it had been read. Returns its id.';
revoke execute on function private.send_leased(text, interval, jsonb) from public;

create function private.lease_message(p_queue text, p_msg_id bigint, p_lease interval) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A lease that has just begun is as good as a new one, and costs no version of the row.
  if p_queue is not null and p_msg_id is not null then
    execute format('execute %I (%L, %s)', private.prepared('lease', p_queue), p_lease, p_msg_id);
  end if;
end
$$;
comment on function private.lease_message(text, bigint, interval) is
  'Leases a message anew, for p_lease or a twentieth less; does nothing without one.';
revoke execute on function private.lease_message(text, bigint, interval) from public;

create function private.uuid_in(p_message jsonb, p_key text) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_message ->> p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then (p_message ->> p_key)::uuid end;
end
$$;
comment on function private.uuid_in(jsonb, text) is
  'A UUID in a message; null if there is none: what somebody else has put into a queue stops nobody.';
revoke execute on function private.uuid_in(jsonb, text) from public;

create function private.number_in(p_message jsonb, p_key text) returns integer
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_message ->> p_key ~ '^[0-9]{1,9}$' then (p_message ->> p_key)::integer end;
end
$$;
comment on function private.number_in(jsonb, text) is
  'A number in a message, of nine digits at most; null if there is none.';
revoke execute on function private.number_in(jsonb, text) from public;

create function private.read_messages(p_queue text, p_lease interval, p_qty integer) returns private.message[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  -- Each by itself rather than a record, whose fields nobody who reads this, and no linter, could know.
  v_msg_id bigint;
  v_read_count integer;
  v_message jsonb;
  v_messages private.message[];
begin
  for v_msg_id, v_read_count, v_message in
    execute format('execute %I (%L, %s)', private.prepared('read', p_queue), p_lease, p_qty)
  loop
    v_messages := v_messages || (v_msg_id, v_read_count, private.uuid_in(v_message, 'job_id'),
      private.number_in(v_message, 'attempt'), private.number_in(v_message, 'dispatch'),
      v_message ->> 'kind')::private.message;
  end loop;
  return v_messages;
end
$$;
comment on function private.read_messages(text, interval, integer) is
  'Leases up to p_qty visible messages of a queue for p_lease; null when there is none.';
revoke execute on function private.read_messages(text, interval, integer) from public;

create function private.delete_messages(p_queue text, p_msg_ids bigint[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('delete', p_queue), p_msg_ids);
end
$$;
comment on function private.delete_messages(text, bigint[]) is 'Deletes messages that have been dealt with.';
revoke execute on function private.delete_messages(text, bigint[]) from public;
