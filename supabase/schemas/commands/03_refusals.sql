create type private.refusal as (http integer, code text, message text, field text);
comment on type private.refusal is 'What private.refuse is to raise; field: its hint.';

create function private.raise_refusal(p_refusal private.refusal) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_refusal.code is not null then
    perform private.refuse(p_refusal.http, p_refusal.code, p_refusal.message, p_refusal.field);
  end if;
end
$$;
comment on function private.raise_refusal(private.refusal) is 'Raises a refusal; null: does nothing.';
revoke execute on function private.raise_refusal(private.refusal) from public;

create function private.tool_refusal(p_name text, p_tool public.tools, p_input jsonb, p_metadata jsonb)
returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  if p_tool.tool is null then
    return (404, 'unknown_tool', format('There is no tool %L.', p_name), 'tool')::private.refusal;
  end if;
  if not p_tool.is_enabled then
    return (409, 'tool_disabled', format('The tool %s is switched off.', p_name), 'tool')::private.refusal;
  end if;
  if jsonb_typeof(p_input) is distinct from 'object' then
    return (422, 'invalid_input', 'The input is a JSON object.', 'input')::private.refusal;
  end if;
  if jsonb_typeof(p_metadata) is distinct from 'object' then
    return (422, 'invalid_input', 'The metadata is a JSON object.', 'metadata')::private.refusal;
  end if;
  if octet_length(p_metadata::text) > 65536 then
    return (422, 'invalid_input', 'The metadata has at most 64 KiB as JSON.', '{"field": "metadata", "limit": 65536}'
      )::private.refusal;
  end if;
  return null;
end
$$;
comment on function private.tool_refusal(text, public.tools, jsonb, jsonb) is
  'What is wrong with asking the tool of that name, null if there is none, for a job with this input and metadata; '
  'null: nothing. Its priority, files and price are looked at elsewhere.';
revoke execute on function private.tool_refusal(text, public.tools, jsonb, jsonb) from public;

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
