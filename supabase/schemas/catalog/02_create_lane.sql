create function private.is_queue_taken(p_queue_name text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- pgmq makes nothing where a table of that name is there already; and the names of its tables are in lower case.
  return exists (select from pgmq.meta where lower(queue_name) = lower(p_queue_name))
    or to_regclass(format('pgmq.%I', 'q_' || lower(p_queue_name))) is not null
    or to_regclass(format('pgmq.%I', 'a_' || lower(p_queue_name))) is not null;
end
$$;
comment on function private.is_queue_taken(text) is 'Whether a queue of that name is there, whoever made it.';
revoke execute on function private.is_queue_taken(text) from public;

create function private.create_lane(
  p_lane text, p_provider text, p_delivery text default 'webhook', p_queue_name text default null
) returns void language plpgsql set search_path = '' as $$
declare
  v_queue_name text := coalesce(p_queue_name, p_lane || '_queue');
begin
  if exists (select from private.lanes where lane = p_lane) then return; end if;
  if private.is_queue_taken(v_queue_name) then
    raise unique_violation using message = format(
      'There is a queue %s already, and lane %s would take it over: name another one, or drop it first.',
      v_queue_name, p_lane);
  end if;
  insert into private.lanes (lane, provider, delivery, queue_name)
  values (p_lane, p_provider, p_delivery, v_queue_name) on conflict (lane) do nothing;
  if found then perform pgmq.create(v_queue_name); end if;
end
$$;
comment on function private.create_lane(text, text, text, text) is
  'Makes a lane and its pgmq queue (default <lane>_queue). Idempotent: an existing lane keeps its settings. Limits '
  'are columns of private.lanes, to be updated after. Errors: 23505 when there is a queue of that name: another '
  'lane''s, somebody''s own, or one left over; 23514 when the name is reserved (settle_queue).';
revoke execute on function private.create_lane(text, text, text, text) from public;
