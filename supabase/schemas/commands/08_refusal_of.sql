create function private.priority_refusal(p_tool public.tools, p_priority integer, p_by_user boolean)
returns private.refusal
language plpgsql immutable set search_path = '' as $$
declare
  v_max smallint := case when p_by_user then p_tool.priority else p_tool.max_priority end;
begin
  if coalesce(p_priority between p_tool.min_priority and v_max, true) then return null; end if;
  return (422, 'invalid_priority',
    format('The priority of a job of %s goes from %s to %s.', p_tool.tool, p_tool.min_priority, v_max),
    jsonb_build_object('field', 'priority', 'minimum', p_tool.min_priority, 'maximum', v_max))::private.refusal;
end
$$;
comment on function private.priority_refusal(public.tools, integer, boolean) is
  'What is wrong with asking a tool for this priority; null: nothing. p_priority null: its own. p_by_user: users may '
  'not ask for more than that, servers may.';
revoke execute on function private.priority_refusal(public.tools, integer, boolean) from public;

create function private.refusal_of(p_wish jsonb, p_tool public.tools, p_by_user boolean) returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  if p_tool.tool is null then
    return (404, 'unknown_tool', format('There is no tool %L.', p_wish ->> 'tool'), 'tool')::private.refusal;
  end if;
  if not p_tool.is_enabled then
    return (409, 'tool_disabled', format('The tool %s is switched off.', p_tool.tool), 'tool')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'input') is distinct from 'object' then
    return (422, 'invalid_input', 'The input is a JSON object.', 'input')::private.refusal;
  end if;
  -- The rest may be left out, or null.
  if jsonb_typeof(p_wish -> 'metadata') not in ('object', 'null') then
    return (422, 'invalid_input', 'The metadata is a JSON object.', 'metadata')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'priority') <> 'null'
     and not (jsonb_typeof(p_wish -> 'priority') = 'number'
              and pg_input_is_valid(p_wish ->> 'priority', 'smallint')) then
    return (422, 'invalid_input', 'A priority is a whole number from -32768 to 32767.', 'priority')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'run_at') <> 'null'
     and not (jsonb_typeof(p_wish -> 'run_at') = 'string'
              and pg_input_is_valid(p_wish ->> 'run_at', 'timestamptz')) then
    return (422, 'invalid_input', 'A time is text in ISO 8601.', 'run_at')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'idempotency_key') not in ('string', 'null') then
    return (422, 'invalid_input', 'An idempotency key is text.', 'idempotency_key')::private.refusal;
  end if;
  if p_wish - '{tool,input,priority,run_at,idempotency_key,metadata}'::text[] <> '{}' then
    return (422, 'invalid_input',
      'A job says tool, input, priority, run_at, idempotency_key and metadata, and nothing else.', 'jobs'
    )::private.refusal;
  end if;
  return private.priority_refusal(p_tool, (p_wish ->> 'priority')::integer, p_by_user);
end
$$;
comment on function private.refusal_of(jsonb, public.tools, boolean) is
  'The first thing that is wrong with what is asked of a tool, taken by itself; null: nothing. p_by_user: '
  'see create_job.';
revoke execute on function private.refusal_of(jsonb, public.tools, boolean) from public;
