-- The users whose rows the caller may see, as a range of ids rather than "their own, or an admin": no index finds a row
-- by an OR, and an owner who lists their jobs would read everybody's. For an owner the range is one id, found by the
-- indexes that begin with it.
create function private.first_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_here() and private.is_admin() then '00000000-0000-0000-0000-000000000000'
    else auth.uid() end
$$;
comment on function private.first_visible_user() is
  'From here to private.last_visible_user() are the ids of the users whose rows the caller may see: their own alone, '
  'for an admin all. Null: nobody''s. Error: 401 unauthenticated '
  'when the caller''s user is gone.';
revoke execute on function private.first_visible_user() from public;
grant execute on function private.first_visible_user() to authenticated;

create function private.last_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else auth.uid() end
$$;
comment on function private.last_visible_user() is
  'Where the range that begins with private.first_visible_user() ends.';
revoke execute on function private.last_visible_user() from public;
grant execute on function private.last_visible_user() to authenticated;
