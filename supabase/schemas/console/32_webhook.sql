create function private.as_text(p_value jsonb) returns text
language sql immutable set search_path = '' as $$
  select case jsonb_typeof(p_value) when 'string' then p_value #>> '{}' else jsonb_pretty(p_value) end
$$;
comment on function private.as_text(jsonb) is
  'JSON for people to read, each number as it came; what was no JSON is kept as a string, and is that text.';
revoke execute on function private.as_text(jsonb) from public;

create function ops_api.webhook(p_event_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_event private.webhook_events;
begin
  select * into v_event from private.webhook_events where event_id = p_event_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no webhook %s.', p_event_id), 'event_id');
  end if;
  if v_role <> 'admin' then
    v_event.headers := private.masked(v_event.headers);
    v_event.payload := private.masked(v_event.payload);
  end if;
  return private.inbox_entry(row('webhook:' || v_event.event_id, v_event.received_at, v_event.event_id,
      v_event.provider, v_event.verdict, 1, v_event.received_at, v_event.job_id, v_event.user_id, v_event.attempt,
      v_event.external_id, v_event.verified_by, true)::private.inbox_line, private.now())
    || jsonb_build_object('headers', private.as_text(v_event.headers), 'payload', private.as_text(v_event.payload),
      'is_masked', v_role <> 'admin');
end
$$;
comment on function ops_api.webhook(bigint) is
  'A webhook as in ops_api.webhooks, and how it came: headers and payload, as text, secrets redacted, long ones cut; '
  'is_masked: for support only their shape is left. Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.webhook(bigint) from public;
grant execute on function ops_api.webhook(bigint) to authenticated, service_role;
