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

create function private.uuid_in(p_message jsonb, p_key text) returns uuid
language sql immutable set search_path = '' as $$
  select case when p_message ->> p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then (p_message ->> p_key)::uuid end
$$;
comment on function private.uuid_in(jsonb, text) is
  'A UUID in a message; null if there is none: what somebody else has put into a queue stops nobody.';
revoke execute on function private.uuid_in(jsonb, text) from public;

create function private.number_in(p_message jsonb, p_key text) returns integer
language sql immutable set search_path = '' as $$
  select case when p_message ->> p_key ~ '^[0-9]{1,9}$' then (p_message ->> p_key)::integer end
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
