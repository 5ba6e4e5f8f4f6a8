create function private.close_alerts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_closed integer;
begin
  with closed as (
    update ops.alerts a set closed_at = greatest(p_now, a.opened_at) -- the clock may have been set back
    from ops.alert_rules r join private.alert_states s on s.rule = r.name
    where a.closed_at is null and a.rule = r.name
      and (not r.is_enabled or s.below_since <= p_now - r.closes_after)
    returning a.alert_id
  ), posts as (
    -- Who was told that it began is told that it is over.
    insert into ops.alert_posts (alert_id, event, made_at, next_at)
    select c.alert_id, 'alert.closed', p_now, p_now from closed c
    where exists (select from ops.alert_posts p where p.alert_id = c.alert_id and p.event = 'alert.opened')
  )
  select count(*) into v_closed from closed;
  return v_closed;
end
$$;
comment on function private.close_alerts(timestamptz) is
  'Closes the alerts of rules that have been low for long enough, or are switched off. Returns how many.';
revoke execute on function private.close_alerts(timestamptz) from public;

create function private.open_alerts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_opened integer;
begin
  with opened as (
    insert into ops.alerts (rule, count, subject, opened_at)
    select r.name, s.count, s.subject, p_now from ops.alert_rules r join private.alert_states s on s.rule = r.name
    where r.is_enabled and s.above_since <= p_now - r.opens_after order by r.name
    on conflict (rule) where closed_at is null do nothing -- it is open already, or another tick has just opened it
    returning alert_id
  ), posts as (
    insert into ops.alert_posts (alert_id, event, made_at, next_at)
    select o.alert_id, 'alert.opened', p_now, p_now from opened o where private.secret('alert_webhook_url') is not null
  )
  select count(*) into v_opened from opened;
  return v_opened;
end
$$;
comment on function private.open_alerts(timestamptz) is
  'Opens an alert for each rule that has held for long enough and has none. Returns how many.';
revoke execute on function private.open_alerts(timestamptz) from public;
