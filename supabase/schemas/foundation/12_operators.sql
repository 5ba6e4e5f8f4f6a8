create function private.operator_role() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text;
begin
  -- Whoever is the database's own, or shows a secret key, may do anything anyway.
  if private.caller_role() in ('postgres', 'supabase_admin', 'service_role') then return 'admin'; end if;
  -- By the user's row rather than by the token: whoever is an operator no more is none at once, not in an hour.
  select raw_app_meta_data ->> 'role' into v_role from auth.users
  where id = auth.uid() and deleted_at is null and coalesce(banned_until <= (select private.now()), true);
  return case when v_role in ('admin', 'support') then v_role end;
end
$$;
comment on function private.operator_role() is
  'What the caller is as an operator: admin (may do all), support (reads, with payloads masked, and helps single '
  'users), null: none. By auth.users.raw_app_meta_data.role, as it is now; who is banned is none.';
revoke execute on function private.operator_role() from public;
grant execute on function private.operator_role() to authenticated; -- the policy of their topic asks it

create function private.require_operator(p_only_admin boolean default false) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_role text := private.operator_role();
begin
  if v_role is null or (p_only_admin and v_role <> 'admin') then
    perform private.refuse(case when auth.uid() is null then 401 else 403 end,
      case when auth.uid() is null then 'unauthenticated' else 'not_an_operator' end,
      case when p_only_admin then 'This is for admins.' else 'This is for operators: admins and support.' end);
  end if;
  return v_role;
end
$$;
comment on function private.require_operator(boolean) is
  'The caller''s role as an operator. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function private.require_operator(boolean) from public;
