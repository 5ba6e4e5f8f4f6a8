create function private.caller_role() returns text
language plpgsql stable set search_path = '' as $$
begin
  -- The token's, where there is one; else what the session has become, for in a function that runs as its owner
  -- current_user says nothing; else who it is.
  return coalesce(auth.role(), nullif(current_setting('role', true), 'none'), session_user);
end
$$;
comment on function private.caller_role() is 'In which role the caller calls, whichever function runs as its owner.';
revoke execute on function private.caller_role() from public;

create function private.is_signed_in() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.caller_role() in ('authenticated', 'esteira_admin');
end
$$;
comment on function private.is_signed_in() is
  'Whether the caller calls as a signed-in user: an admin is one too. No other role is, whatever its token says.';
revoke execute on function private.is_signed_in() from public;

create function private.is_here() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  -- A token is good for an hour after its user is gone: Auth signs it and asks no more.
  if auth.uid() is not null and not exists (select from auth.users where id = auth.uid()) then
    perform private.refuse(401, 'unauthenticated', 'The user of this token is no longer there.');
  end if;
  return true;
end
$$;
comment on function private.is_here() is
  'True: the user of the caller''s token is there, or it has none. Error: 401 unauthenticated.';
revoke execute on function private.is_here() from public;
grant execute on function private.is_here() to authenticated;

create function private.caller() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_here() then auth.uid() end
$$;
comment on function private.caller() is
  'The user of the caller''s token, null if it has none. In policies as (select private.caller()): asked once a query. '
  'Error: 401 unauthenticated when that user is gone.';
revoke execute on function private.caller() from public;
grant execute on function private.caller() to authenticated;

create function private.known_caller() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select id from auth.users where id = auth.uid());
end
$$;
comment on function private.known_caller() is
  'The user of the caller''s token, null if it has none or that user is gone: for policies of Storage and Realtime, '
  'whose servers tell their callers in words of their own.';
revoke execute on function private.known_caller() from public;
grant execute on function private.known_caller() to authenticated;

create function private.is_callers(p_user_id uuid, p_named uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- A signed-in user's own and nobody else's, whatever the arguments say; a server may name the owner or not, and so
  -- may who is the database's own. Whoever else it is has nothing.
  return coalesce(case private.caller_role()
    when 'authenticated' then p_user_id = auth.uid()
    when 'esteira_admin' then p_user_id = auth.uid()
    when 'service_role' then p_user_id = coalesce(p_named, p_user_id)
    when 'postgres' then p_user_id = coalesce(p_named, p_user_id)
    when 'supabase_admin' then p_user_id = coalesce(p_named, p_user_id)
  end, false);
end
$$;
comment on function private.is_callers(uuid, uuid) is
  'Whether a row of p_user_id is the caller''s: a user''s own; for a server, and for the roles postgres and '
  'supabase_admin, any that fits the owner it names; for any other role none.';
revoke execute on function private.is_callers(uuid, uuid) from public;

create function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.is_signed_in() and private.is_here() and private.operator_role() is not distinct from 'admin';
end
$$;
comment on function private.is_admin() is
  'Whether the caller is signed in and an admin, as their row in auth.users says now: raw_app_meta_data.role = admin, '
  'which only a service key can set. Error: 401 unauthenticated when the caller''s user is gone.';
revoke execute on function private.is_admin() from public;
grant execute on function private.is_admin() to authenticated;
