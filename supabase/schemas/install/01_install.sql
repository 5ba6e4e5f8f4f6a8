-- Install: the rows that come with Esteira are not DDL; a function of each room brings its own.

create function ops.install() returns void
language plpgsql set search_path = '' as $$
begin
  perform private.install_catalog();
  perform private.install_buckets();
  perform private.install_queues();
  perform private.install_schedules();
  perform private.install_alert_rules();
end
$$;
comment on function ops.install() is 'Brings the rows that come with Esteira. Every migration ends by calling it.';
revoke execute on function ops.install() from public;
