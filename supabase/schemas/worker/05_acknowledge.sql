create function private.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_queue is not null and p_msg_id is not null then
    perform private.delete_messages(p_queue, array[p_msg_id]);
  end if;
end
$$;
comment on function private.acknowledge(text, bigint) is
  'Deletes the message that a worker has dealt with; does nothing without one.';
revoke execute on function private.acknowledge(text, bigint) from public;

create function worker.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
begin
  perform private.acknowledge(p_queue, p_msg_id);
end
$$;
comment on function worker.acknowledge(text, bigint) is
  'Deletes a message that has been dealt with and changed nothing, such as the cancelling of a task.';
revoke execute on function worker.acknowledge(text, bigint) from public;
grant execute on function worker.acknowledge(text, bigint) to service_role;
