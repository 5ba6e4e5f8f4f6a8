create function private.install_schedules() returns void
language plpgsql set search_path = '' as $$
begin
  -- Named jobs, so that scheduling them again changes them in place.
  perform cron.schedule('esteira-tick', '10 seconds', 'select private.tick()');
  perform cron.schedule('esteira-reap', '* * * * *', 'select worker.reap()');
  perform cron.schedule('esteira-retry', '*/5 * * * *', 'select private.sweep()');
  perform cron.schedule('esteira-effects', '10 seconds', 'select private.apply_pending_effects()');
  perform cron.schedule('esteira-cleanup', '0 2 * * *', 'select private.clean_up()');
  perform cron.schedule('esteira-alerts', '* * * * *', 'select private.alerts_tick()');
end
$$;
comment on function private.install_schedules() is 'Brings the schedules.';
revoke execute on function private.install_schedules() from public;
