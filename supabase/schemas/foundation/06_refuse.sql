create function private.refuse(p_http integer, p_code text, p_message text, p_hint text default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- PostgREST answers SQLSTATE PTxyz with HTTP xyz and passes detail and hint on.
  raise exception using
    errcode = 'PT' || p_http, message = p_message, detail = p_code, hint = coalesce(p_hint, '');
end
$$;
comment on function private.refuse(integer, text, text, text) is
  'Raises an error that a caller caused. p_http: HTTP status, three digits; p_code: the stable machine-readable code, '
  'sent as detail; p_hint: the field at fault; or a JSON object as text, of the field and whatever else helps to mend '
  'it, in numbers and lists: {"field", "limit", …}.';
revoke execute on function private.refuse(integer, text, text, text) from public;
