create function private.post_alert(p_alert ops.alerts, p_rule ops.alert_rules) returns void
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_request_id bigint;
begin
  v_url := private.secret('alert_webhook_url');
  if v_url is null then return; end if;
  v_request_id := net.http_post(url => v_url, timeout_milliseconds => 5000, body => jsonb_build_object(
    'text', format('Esteira: %s. %s: %s in %s (threshold %s).',
      p_rule.name, p_rule.count_name, p_alert.count, p_rule.look_back, p_rule.threshold),
    'alert_id', p_alert.alert_id, 'rule', p_rule.name, 'count_name', p_rule.count_name, 'count', p_alert.count,
    'threshold', p_rule.threshold, 'look_back', p_rule.look_back, 'opened_at', p_alert.opened_at));
  update ops.alerts set request_id = v_request_id where alert_id = p_alert.alert_id;
exception when others then
  -- A webhook address that is none must not keep alerts from being opened.
  update ops.alerts set post_error = sqlerrm where alert_id = p_alert.alert_id;
end
$$;
comment on function private.post_alert(ops.alerts, ops.alert_rules) is
  'Posts an alert that has just opened to the address in the Vault secret alert_webhook_url, after the commit and '
  'once: {text, alert_id, rule, count_name, count, threshold, look_back, opened_at}. text is what chat services show. '
  'Without the secret it does nothing.';
revoke execute on function private.post_alert(ops.alerts, ops.alert_rules) from public;
