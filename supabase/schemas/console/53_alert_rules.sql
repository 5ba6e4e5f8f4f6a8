create function private.line_of_rule(p_rule ops.alert_rules, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_state private.alert_states := (select s from private.alert_states s where s.rule = p_rule.name);
  v_shipped jsonb := (select shipped from private.shipped_rows where kind = 'alert rule' and name = p_rule.name);
begin
  return jsonb_build_object('name', p_rule.name, 'count_name', p_rule.count_name, 'threshold', p_rule.threshold,
    'close_below', p_rule.close_below, 'is_enabled', p_rule.is_enabled,
    'look_back_ms', private.ms(p_rule.look_back), 'opens_after_ms', private.ms(p_rule.opens_after),
    'closes_after_ms', private.ms(p_rule.closes_after),
    'is_shipped', v_shipped is not null,
    -- As shipped_rows has them: an interval in whichever words is the same interval.
    'is_changed', v_shipped is not null and (p_rule.threshold, p_rule.close_below, p_rule.is_enabled, p_rule.look_back,
        p_rule.opens_after, p_rule.closes_after)
      is distinct from (select (s.threshold, s.close_below, coalesce(s.is_enabled, true), s.look_back,
        coalesce(s.opens_after, '0'), coalesce(s.closes_after, '0'))
        from jsonb_populate_record(null::ops.alert_rules, v_shipped) s),
    'count', v_state.count, 'subject', v_state.subject, 'above_ms', private.ms(p_now - v_state.above_since),
    'open_alert', (select alert_id from ops.alerts where rule = p_rule.name and closed_at is null),
    'opened_in_a_week', (select count(*) from (
      select from ops.alerts
      where rule = p_rule.name and opened_at > p_now - interval '7 days' limit 1000) opened));
end
$$;
comment on function private.line_of_rule(ops.alert_rules, timestamptz) is 'A rule as ops_api.alert_rules lists it.';
revoke execute on function private.line_of_rule(ops.alert_rules, timestamptz) from public;

create function ops_api.alert_rules() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(private.line_of_rule(r, private.now()) order by r.name), '[]')
    from (select * from ops.alert_rules order by name limit 200) r);
end
$$;
comment on function ops_api.alert_rules() is
  'The rules of alerts for operators, at most 200, by name: [{name, count_name, threshold, close_below, is_enabled, '
  'look_back_ms, opens_after_ms, closes_after_ms, is_shipped: it comes with Esteira, is_changed: an operator has '
  'set it otherwise, count: what was counted last (null: nothing), subject, above_ms: for how long its threshold '
  'has been reached (null: it is not), open_alert: alert_id, opened_in_a_week}]. Errors: 401 unauthenticated, 403 '
  'not_an_operator.';
revoke execute on function ops_api.alert_rules() from public;
grant execute on function ops_api.alert_rules() to authenticated, service_role;

create function private.check_rule_changes(p_changes jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  v_bad text;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    perform private.refuse(422, 'invalid_input', 'What is to be changed? An object with at least one field.',
      'changes');
  end if;
  select key into v_bad from jsonb_each(p_changes) where not coalesce(case key
    when 'is_enabled' then jsonb_typeof(value) = 'boolean'
    when 'threshold' then private.is_count(value, 1e12) and (value)::numeric > 0
    when 'close_below' then value = 'null' or private.is_count(value, 1e12) and (value)::numeric > 0
    -- Ninety days: alerts are kept no longer.
    when 'look_back_ms' then private.is_count(value, 7776000000) and (value)::numeric > 0
    when 'opens_after_ms' then private.is_count(value, 7776000000)
    when 'closes_after_ms' then private.is_count(value, 7776000000) end, false) order by key limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', 'A rule has is_enabled (true or false), threshold, close_below '
      '(or null), look_back_ms, opens_after_ms, closes_after_ms: whole numbers.', left(v_bad, 100));
  end if;
end
$$;
comment on function private.check_rule_changes(jsonb) is
  'Refuses what is no change of a rule of alerts. Error: 422 invalid_input, with the field.';
revoke execute on function private.check_rule_changes(jsonb) from public;

create function ops.set_alert_rule(p_name text, p_changes jsonb, p_reason text default null) returns ops.alert_rules
language plpgsql security definer set search_path = '' as $$
declare
  v_was ops.alert_rules;
  v_is ops.alert_rules;
begin
  perform private.require_operator(p_only_admin => true);
  perform private.check_rule_changes(p_changes);
  select * into v_was from ops.alert_rules where name = p_name for no key update;
  if not found then perform private.refuse(404, 'not_found', 'There is no such rule.', 'name'); end if;
  v_is := jsonb_populate_record(v_was, jsonb_strip_nulls(jsonb_build_object(
    'is_enabled', p_changes -> 'is_enabled', 'threshold', p_changes -> 'threshold',
    'look_back', (p_changes ->> 'look_back_ms')::numeric * interval '1 millisecond',
    'opens_after', (p_changes ->> 'opens_after_ms')::numeric * interval '1 millisecond',
    'closes_after', (p_changes ->> 'closes_after_ms')::numeric * interval '1 millisecond')));
  if p_changes ? 'close_below' then v_is.close_below := (p_changes ->> 'close_below')::bigint; end if;
  if v_is.close_below > v_is.threshold then
    perform private.refuse(422, 'invalid_input', 'A rule closes no higher than it opens.', 'close_below');
  end if;
  if v_is is not distinct from v_was then return v_was; end if;
  update ops.alert_rules set is_enabled = v_is.is_enabled, threshold = v_is.threshold, close_below = v_is.close_below,
    look_back = v_is.look_back, opens_after = v_is.opens_after, closes_after = v_is.closes_after where name = p_name;
  perform private.note_act('set_alert_rule', jsonb_build_object('rule', p_name) || p_changes,
    jsonb_build_object('was', jsonb_build_object('is_enabled', v_was.is_enabled, 'threshold', v_was.threshold,
      'close_below', v_was.close_below, 'look_back', v_was.look_back, 'opens_after', v_was.opens_after,
      'closes_after', v_was.closes_after)), p_reason, p_qualified => 1);
  return v_is;
end
$$;
comment on function ops.set_alert_rule(text, jsonb, text) is
  'Sets a rule of alerts: p_changes has some of is_enabled, threshold, close_below (null: the threshold), '
  'look_back_ms, opens_after_ms, closes_after_ms; what it does not name stays. The next look at the rules (each '
  'minute) goes by it, and a release leaves what was set. Leaves a row in the audit. Returns the rule. For admins. '
  'Errors: 403 not_an_operator, 404 not_found, 422 invalid_input.';
revoke execute on function ops.set_alert_rule(text, jsonb, text) from public;

create function ops_api.set_alert_rule(p_name text, p_changes jsonb, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return private.line_of_rule(ops.set_alert_rule(p_name, p_changes, p_reason), private.now());
end
$$;
comment on function ops_api.set_alert_rule(text, jsonb, text) is
  'ops.set_alert_rule for admins: switches a rule of alerts on or off and sets its threshold and times. Returns it '
  'as ops_api.alert_rules lists it. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found, 422 '
  'invalid_input.';
revoke execute on function ops_api.set_alert_rule(text, jsonb, text) from public;
grant execute on function ops_api.set_alert_rule(text, jsonb, text) to authenticated, service_role;

create function ops_api.repost_alerts() returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.require_operator(p_only_admin => true);
  v_count := ops.repost_alerts();
  if v_count > 0 then
    perform private.note_act('repost_alerts', '{}', jsonb_build_object('done', v_count), null, p_qualified => v_count);
  end if;
  return v_count;
end
$$;
comment on function ops_api.repost_alerts() is
  'ops.repost_alerts for admins: has posts that were given up tried again. Leaves a row in the audit. Returns how '
  'many. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.repost_alerts() from public;
grant execute on function ops_api.repost_alerts() to authenticated, service_role;
