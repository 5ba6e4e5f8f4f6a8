create function private.install_alert_rules() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('Many jobs fail', 'attempts failed', '15 minutes', 20, null::integer, '0 minutes'),
      ('Results came too late', 'attempts orphaned', '1 hour', 5, null::integer, '0 minutes'),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5, null::integer, '0 minutes'),
      ('An account is paused', 'accounts paused', '1 minute', 1, null::integer, '0 minutes'),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10, null::integer, '0 minutes'),
      ('Screens miss changes', 'screens in a thousand that miss changes', '1 hour', 100, null::integer, '0 minutes'),
      ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5, null::integer, '0 minutes'),
      ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5, null::integer, '0 minutes'),
      ('Nobody knows what became of tasks', 'esteira-reap tasks_unknown', '1 hour', 1, null::integer, '0 minutes'),
      ('Results could not be copied', 'esteira-reap copies_given_up', '1 hour', 1, null::integer, '0 minutes'),
      ('Jobs wait too long to begin', 'esteira-reap expired', '1 hour', 5, null::integer, '0 minutes'),
      ('A provider is down', 'circuits open', '1 minute', 1, null::integer, '0 minutes'),
      ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1, null::integer, '0 minutes'),
      ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10, null::integer, '0 minutes'),
      ('A schedule fails', 'schedules failed', '15 minutes', 3, null::integer, '0 minutes'),
      ('A platform is paused', 'platforms paused', '1 minute', 1, null::integer, '0 minutes'),
      ('Nobody knows what became of publications', 'publications unknown', '1 minute', 1, null::integer, '0 minutes'),
      ('A version of a platform''s API ends soon', 'api versions ending', '1 minute', 1, null::integer, '0 minutes'),
      ('Many connections are lost', 'connections to be connected anew', '1 hour', 10, null::integer, '0 minutes'),
      ('Accesses cannot be renewed', 'accesses that cannot be renewed', '1 minute', 5, null::integer, '0 minutes'),
      ('A key of tokens is missing', 'token keys missing', '1 minute', 1, null::integer, '0 minutes'),
      ('Accesses cannot be given back', 
       'accesses that cannot be given back', '1 minute', 1, null::integer, '0 minutes'),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1, null::integer, '0 minutes'),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1, null::integer, '0 minutes'),
      ('Many attempts fail', 'attempts in a thousand that fail', '15 minutes', 500, 250, '5 minutes'),
      ('Jobs wait long to begin', 
       'seconds that the next jobs of a lane have waited', '1 minute', 1800, 900, '0 minutes'),
      ('A provider''s webhooks are silent', 
       'attempts ended in lanes whose webhooks are silent', '30 minutes', 5, null, '0 minutes'),
      ('Credits do not add up', 'credits that do not add up', '1 minute', 1, null, '0 minutes'),
      ('A part of the schedules has stopped', 'parts that have not beaten in time', '1 minute', 1, null, '0 minutes'),
      ('Accesses end soon', 'accesses that end and are not renewed', '1 minute', 1, null, '0 minutes'),
      ('A snapshot is held', 'seconds that a snapshot is held', '1 minute', 3600, 1800, '0 minutes'),
      ('Replication holds back the log', 'megabytes that replication holds', '1 minute', 4096, 2048, '5 minutes'),
      ('Alerts cannot be posted', 'alerts that could not be posted', '1 hour', 1, null, '0 minutes')
    ) rules (name, count_name, look_back, threshold, close_below, opens_after),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true,
      'close_below', close_below, 'opens_after', opens_after, 'closes_after', interval '5 minutes')) s;
end
$$;
comment on function private.install_alert_rules() is 'Brings the alert rules; called by ops.install() alone.';
revoke execute on function private.install_alert_rules() from public;
