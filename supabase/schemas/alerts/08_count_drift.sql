create function private.count_drift() returns integer
language plpgsql set search_path = '' as $$
begin
  return (select count(*) from (select from ops.credit_drift() limit 1000) d);
end
$$;
comment on function private.count_drift() is
  'Looks through the whole ledger and all jobs, once a day; up to 1,000 rows of ops.credit_drift. Its heartbeat keeps '
  'what it found: {drifting}.';
revoke execute on function private.count_drift() from public;
