create function private.signature_of(p_secret text, p_id text, p_at bigint, p_body text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return 'v1,' || encode(extensions.hmac(
    convert_to(format('%s.%s.%s', p_id, p_at, p_body), 'UTF8'),
    decode(regexp_replace(p_secret, '^whsec_', ''), 'base64'), 'sha256'), 'base64');
end
$$;
comment on function private.signature_of(text, text, bigint, text) is
  'The header webhook-signature of a post, by Standard Webhooks: HMAC-SHA256 over id.seconds.body under a secret that '
  'is base64, with whsec_ before it or not. Source: github.com/standard-webhooks/standard-webhooks, spec.';
revoke execute on function private.signature_of(text, text, bigint, text) from public;

create function private.alert_headers(p_id text, p_at bigint, p_body text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_secret text := private.secret('alert_webhook_secret');
begin
  return jsonb_build_object('Content-Type', 'application/json', 'webhook-id', p_id, 'webhook-timestamp', p_at::text)
    || case when v_secret is null then '{}'
      else jsonb_build_object('webhook-signature', private.signature_of(v_secret, p_id, p_at, p_body)) end;
end
$$;
comment on function private.alert_headers(text, bigint, text) is
  'The headers of a post. Signed if the Vault has a secret alert_webhook_secret.';
revoke execute on function private.alert_headers(text, bigint, text) from public;

create function private.alert_body(p_url text, p_event text, p_alert ops.alerts, p_rule ops.alert_rules) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_text text := format('Esteira: %s%s. %s: %s in %s (threshold %s)%s.',
    case p_event when 'alert.closed' then 'over: ' else '' end, p_rule.name, p_rule.count_name, p_alert.count,
    p_rule.look_back, p_rule.threshold, coalesce(': ' || p_alert.subject, ''));
begin
  return case
    -- Those refuse, or may refuse, what they do not know.
    when p_url ~* '^https://(hooks\.slack\.com|chat\.googleapis\.com)/' or p_url ~* '/slack$' then
      jsonb_build_object('text', v_text)
    when p_url ~* '^https://([a-z]+\.)?discord(app)?\.com/' then jsonb_build_object('content', v_text)
    else jsonb_build_object('type', p_event, 'text', v_text,
      'timestamp', case p_event when 'alert.closed' then p_alert.closed_at else p_alert.opened_at end,
      'alert_id', p_alert.alert_id, 'rule', p_rule.name, 'count_name', p_rule.count_name, 'count', p_alert.count,
      'threshold', p_rule.threshold, 'look_back', p_rule.look_back, 'subject', p_alert.subject,
      'opened_at', p_alert.opened_at, 'closed_at', p_alert.closed_at) end;
end
$$;
comment on function private.alert_body(text, text, ops.alerts, ops.alert_rules) is
  'What is posted: {type, timestamp, text, alert_id, rule, count_name, count, threshold, look_back, subject, '
  'opened_at, closed_at}; type is alert.opened or alert.closed, text what chat services show. To a chat service whose '
  'address is known (Slack, Google Chat, Discord) the text alone.';
revoke execute on function private.alert_body(text, text, ops.alerts, ops.alert_rules) from public;
