create function private.role_in_tokens(p_role text, p_app_metadata jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_app_metadata ->> 'role' = 'admin' and coalesce(p_role, '') in ('', 'authenticated') then 'esteira_admin'
    when p_app_metadata ->> 'role' is distinct from 'admin' and p_role = 'esteira_admin' then 'authenticated'
    else p_role end
$$;
comment on function private.role_in_tokens(text, jsonb) is
  'Which role the tokens of a user name: esteira_admin exactly while app_metadata.role is admin. A role that somebody '
  'else has given stays.';
revoke execute on function private.role_in_tokens(text, jsonb) from public;

create function private.keep_admins() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.role := private.role_in_tokens(new.role, new.raw_app_meta_data);
  return new;
end
$$;
comment on function private.keep_admins() is
  'Before a user''s role or app_metadata is written: whoever is made an admin gets the role esteira_admin in their '
  'next token, whoever is one no longer loses it.';
revoke execute on function private.keep_admins() from public;

create trigger esteira_keep_admins before insert or update of role, raw_app_meta_data on auth.users
  for each row execute function private.keep_admins();

create function private.install_admins() returns integer
language plpgsql set search_path = '' as $$
declare
  v_moved integer;
begin
  update auth.users set role = private.role_in_tokens(role, raw_app_meta_data)
  where role is distinct from private.role_in_tokens(role, raw_app_meta_data);
  get diagnostics v_moved = row_count;
  return v_moved;
end
$$;
comment on function private.install_admins() is
  'Gives their role to who were admins before there was one; called by ops.install() alone. Returns how many.';
revoke execute on function private.install_admins() from public;
