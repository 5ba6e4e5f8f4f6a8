create function private.alerts_tick() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_opened ops.alerts[];
  v_closed integer;
begin
  with counts as materialized (
    select w.look_back, c.name, c.count
    from (select distinct look_back from ops.alert_rules where is_enabled) w, lateral ops.counts(w.look_back) c
  ), holding as materialized (
    select r.name, c.count from ops.alert_rules r join counts c on c.look_back = r.look_back and c.name = r.count_name
    where r.is_enabled and c.count >= r.threshold
  ), closed as (
    update ops.alerts set closed_at = greatest(v_now, opened_at) -- the clock may have been set back
    where closed_at is null and rule not in (select name from holding)
    returning 1
  ), opened as (
    insert into ops.alerts (rule, count, opened_at) select name, holding.count, v_now from holding
    on conflict (rule) where closed_at is null do nothing -- it is open already, or another tick has just opened it
    returning *
  )
  select (select array_agg(o::ops.alerts) from opened o), (select count(*) from closed) into v_opened, v_closed;
  perform private.post_alert(a, r) from unnest(v_opened) a join ops.alert_rules r on r.name = a.rule;
  delete from ops.alerts where closed_at < v_now - interval '90 days';
  return jsonb_build_object('opened', coalesce(cardinality(v_opened), 0), 'closed', v_closed);
end
$$;
comment on function private.alerts_tick() is
  'Opens an alert for each rule that has begun to hold, posts it, and closes those of rules that hold no longer. '
  'Forgets alerts closed 90 days ago. Returns counts: {opened, closed}.';
revoke execute on function private.alerts_tick() from public;
