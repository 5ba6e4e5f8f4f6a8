create function private.install_limits() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- So that a batch of 100 passes for a user, and some clicks beside it.
      ('creates_a_minute', 200::bigint),
      -- Two batches of 1,000, which is as large as one can be.
      ('creates_a_minute_by_server', 2000),
      -- 1 TiB: two batches of 1,000 jobs that may each store as much as a tool allows unless it says otherwise.
      ('stored_bytes', 1099511627776),
      ('projects', 1000)
    ) limits (name, maximum),
    lateral private.ship_row('limit', 'private.limits', 'limit_name', name,
      jsonb_build_object('maximum', maximum)) s;
end
$$;
comment on function private.install_limits() is 'Brings the limits that no lane knows; called by ops.install() alone.';
revoke execute on function private.install_limits() from public;
