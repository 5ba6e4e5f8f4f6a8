create function private.is_admin() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
$$;
comment on function private.is_admin() is
  'Whether the caller''s token carries app_metadata.role = admin, which only a service key can set.';
revoke execute on function private.is_admin() from public;
grant execute on function private.is_admin() to authenticated;

create function private.is_callers(p_user_id uuid, p_named uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- A signed-in user's own and nobody else's, whatever the arguments say; a server may name the owner or not.
  if auth.role() = 'authenticated' then return coalesce(p_user_id = auth.uid(), false); end if;
  return p_user_id = coalesce(p_named, p_user_id);
end
$$;
comment on function private.is_callers(uuid, uuid) is
  'Whether a row of p_user_id is the caller''s: a user''s own, or for a server any that fits the owner it names.';
revoke execute on function private.is_callers(uuid, uuid) from public;
