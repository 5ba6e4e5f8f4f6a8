create function private.now() returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- The wall clock rather than the start of the transaction: a transaction that waited for a lock must not write
  -- a time before the one that held it.
  return coalesce(nullif(current_setting('esteira.now', true), '')::timestamptz, clock_timestamp());
end
$$;
comment on function private.now() is
  'The time, as every room sees it. Tests freeze it: set esteira.now = ''2026-01-01T00:00:00Z''. Volatile: read it '
  'into a variable once, or where rows are compared with it by (select private.now()).';
revoke execute on function private.now() from public;
