create function private.refusal_of(p_wish jsonb, p_tool public.tools, p_by_user boolean) returns private.refusal
language plpgsql immutable set search_path = '' as $$
declare
  -- All but the tool and the input may be left out, or null.
  v_refusal private.refusal := private.tool_refusal(
    p_wish ->> 'tool', p_tool, p_wish -> 'input', coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'));
begin
  if v_refusal.code is not null then return v_refusal; end if;
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
