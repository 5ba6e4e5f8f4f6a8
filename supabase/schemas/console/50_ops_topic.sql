-- The operators' topic, `ops`: that an alert has opened or closed, how far a run is, that the audit has grown. Hints as
-- all broadcasts are (see the realtime room): the console reads anew what it shows. So they say little, least of all
-- of the audit, of which support may read its own rows alone. Who may listen: beside the other policies.

create function private.broadcast_alerts() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_moved ops.alerts[];
begin
  if tg_op = 'INSERT' then
    v_moved := array(select a::ops.alerts from new_alerts a order by a.alert_id);
  else
    v_moved := array(
      select a::ops.alerts from new_alerts a join old_alerts o using (alert_id)
      where (a.closed_at, a.posted_at, a.post_error) is distinct from (o.closed_at, o.posted_at, o.post_error)
      order by alert_id);
  end if;
  if cardinality(v_moved) > 0 then
    perform private.send(array(
      select (gen_random_uuid(), 'ops', 'alert_moved', jsonb_build_object('alert_id', a.alert_id, 'rule', a.rule,
        'subject', a.subject, 'opened_at', a.opened_at, 'closed_at', a.closed_at, 'at', clock_timestamp()),
        null)::private.hint
      from unnest(v_moved) a));
  end if;
  return null;
end
$$;
comment on function private.broadcast_alerts() is
  'After every statement that opens, closes or posts alerts: tells operators which. A failure is counted and never '
  'fails the change.';
revoke execute on function private.broadcast_alerts() from public;

create trigger new_alerts_broadcast_trigger after insert on ops.alerts referencing new table as new_alerts
  for each statement execute function private.broadcast_alerts();
create trigger alerts_broadcast_trigger after update on ops.alerts
  referencing old table as old_alerts new table as new_alerts
  for each statement execute function private.broadcast_alerts();

create function private.broadcast_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_hints private.hint[] := array(
    select (gen_random_uuid(), 'ops', 'run_moved', jsonb_build_object('run_id', r.run_id, 'action', r.action,
      'state', r.state, 'items', r.items, 'done', r.done, 'skipped', r.skipped, 'failed', r.failed,
      'at', clock_timestamp()), null)::private.hint
    from new_runs r order by r.begun_at, r.run_id);
begin
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_runs() is
  'After every statement that begins, works on, aborts or ends runs: tells operators how far they are. A failure is '
  'counted and never fails the change.';
revoke execute on function private.broadcast_runs() from public;

create trigger new_runs_broadcast_trigger after insert on private.bulk_runs referencing new table as new_runs
  for each statement execute function private.broadcast_runs();
create trigger runs_broadcast_trigger after update on private.bulk_runs referencing new table as new_runs
  for each statement execute function private.broadcast_runs();

create function private.broadcast_audit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_last bigint := (select max(audit_id) from new_acts);
begin
  if v_last is not null then
    perform private.broadcast('ops', 'audit_grew',
      jsonb_build_object('audit_id', v_last, 'at', clock_timestamp()), null);
  end if;
  return null;
end
$$;
comment on function private.broadcast_audit() is
  'After every statement that notes acts: tells operators that the audit has grown, and up to which audit_id. A '
  'failure is counted and never fails the act.';
revoke execute on function private.broadcast_audit() from public;

create trigger audit_broadcast_trigger after insert on private.audit referencing new table as new_acts
  for each statement execute function private.broadcast_audit();
