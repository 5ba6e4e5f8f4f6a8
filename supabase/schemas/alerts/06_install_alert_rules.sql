create function private.install_alert_rules() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('Many jobs fail', 'attempts failed', '15 minutes', 20),
      ('Results came too late', 'attempts orphaned', '1 hour', 5),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5),
      ('An account is paused', 'accounts paused', '1 minute', 1),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10),
      ('Screens miss changes', 'screens in a thousand that miss changes', '1 hour', 100),
      ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5),
      ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5),
      ('Nobody knows what became of tasks', 'esteira-reap tasks_unknown', '1 hour', 1),
      ('Results could not be copied', 'esteira-reap copies_given_up', '1 hour', 1),
      ('Jobs wait too long to begin', 'esteira-reap expired', '1 hour', 5),
      ('A provider is down', 'circuits open', '1 minute', 1),
      ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1),
      ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10),
      ('A schedule fails', 'schedules failed', '15 minutes', 3),
      ('A platform is paused', 'platforms paused', '1 minute', 1),
      ('Nobody knows what became of publications', 'publications unknown', '1 minute', 1),
      ('A version of a platform''s API ends soon', 'api versions ending', '1 minute', 1),
      ('Many connections are lost', 'connections to be connected anew', '1 hour', 10),
      ('Accesses cannot be renewed', 'accesses that cannot be renewed', '1 minute', 5),
      ('A key of tokens is missing', 'token keys missing', '1 minute', 1),
      ('Accesses cannot be given back', 'accesses that cannot be given back', '1 minute', 1),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1)
    ) rules (name, count_name, look_back, threshold),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true)) s;
end
$$;
comment on function private.install_alert_rules() is 'Brings the alert rules; called by ops.install() alone.';
revoke execute on function private.install_alert_rules() from public;
