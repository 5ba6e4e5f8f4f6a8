create function private.lock_creates(p_user_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The user's row first, as what is written refers to it: a deletion holds it, and then waits for creates.
  perform from auth.users where id = p_user_id for key share;
  perform pg_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0));
end
$$;
comment on function private.lock_creates(uuid) is
  'One create of a user at a time, until the transaction ends: what is counted and looked up is then exact.';
revoke execute on function private.lock_creates(uuid) from public;
