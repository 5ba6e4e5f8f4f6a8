create function ops.install() returns setof private.shipment
language plpgsql set search_path = '' set intervalstyle = 'postgres' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('esteira.install', 0));
  perform private.install_admins();
  return query select * from private.install_lanes();
  return query select * from private.install_queues();
  return query select * from private.install_tools();
  return query select * from private.install_limits();
  return query select * from private.install_accounts();
  return query select * from private.install_platforms();
  return query select * from private.install_buckets();
  return query select * from private.install_alert_rules();
  return query select * from private.install_schedules();
end
$$;
comment on function ops.install() is
  'Brings the rows that come with this release, and never overwrites what an operator has changed or deleted. Can be '
  'run at any time, any number of times. Returns what became of each: inserted, updated, unchanged, deleted, own or '
  'refused, with a note.';
revoke execute on function ops.install() from public;
