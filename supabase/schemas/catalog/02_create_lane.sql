create function private.create_lane(
  p_lane text, p_provider text, p_delivery text default 'webhook', p_queue_name text default null
) returns void language plpgsql set search_path = '' as $$
begin
  insert into private.lanes (lane, provider, delivery, queue_name)
  values (p_lane, p_provider, p_delivery, coalesce(p_queue_name, p_lane || '_queue'))
  on conflict (lane) do nothing;
  perform pgmq.create(queue_name) from private.lanes where lane = p_lane;
end
$$;
comment on function private.create_lane(text, text, text, text) is
  'Makes a lane and its pgmq queue (default <lane>_queue). Idempotent: an existing lane keeps its settings. Limits '
  'are columns of private.lanes, to be updated after.';
revoke execute on function private.create_lane(text, text, text, text) from public;
