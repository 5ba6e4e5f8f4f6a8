create function worker.claim(p_lane text, p_worker text, p_qty integer default 1) returns setof jsonb
language plpgsql security definer rows 5 set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_lane private.lanes := private.pull_lane(p_lane);
  v_messages private.message[];
  v_items jsonb;
  v_left integer := p_qty;
begin
  if p_qty is null or p_qty not between 1 and 100 then
    perform private.refuse(422, 'invalid_input', 'A claim is for 1 to 100 jobs.', 'quantity');
  end if;
  if p_worker is null or length(p_worker) not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A worker has a name of 1 to 200 characters.', 'worker');
  end if;
  perform private.end_expired_leases(p_lane);
  perform private.end_overdue_cancels(p_lane);
  perform private.dispatch(p_lane, p_poke => false);

  while v_left > 0 loop
    -- Those that cannot be taken just now come back in a few seconds.
    v_messages := private.read_messages(v_lane.queue_name, '5 seconds', v_left);
    exit when v_messages is null;
    select coalesce(jsonb_agg(i), '[]') into v_items from private.take(v_lane, p_worker, v_messages) i;
    return query select value from jsonb_array_elements(v_items);
    v_left := v_left - jsonb_array_length(v_items);
    perform private.archive_dead_messages(v_lane.queue_name, v_messages);
  end loop;
end
$$;
comment on function worker.claim(text, text, integer) is
  'Leases up to p_qty (1 to 100) jobs of a pull lane to a worker, in their order, and moves them to running. Ends '
  'expired leases and dispatches first. Returns for each {job: {id, user_id, tool, lane, input, metadata, created_at, '
  'deadline_at}, attempt: {attempt, token}, lease_seconds, tool_settings}. p_worker: its name, shown in the history. '
  'Errors: 404 lane_not_found, 409 lane_not_pull, 422 invalid_input.';
revoke execute on function worker.claim(text, text, integer) from public;
grant execute on function worker.claim(text, text, integer) to service_role;
