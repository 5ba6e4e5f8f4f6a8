-- Alerts and their rules for operators: what has opened, for how long, who was told; and how a rule is set.

create function private.line_of_alert(p_alert ops.alerts, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('alert_id', p_alert.alert_id, 'rule', p_alert.rule, 'subject', p_alert.subject,
      'count', p_alert.count, 'count_name', r.count_name, 'threshold', r.threshold,
      'count_now', case when p_alert.closed_at is null then s.count end, 'opened_at', p_alert.opened_at,
      'closed_at', p_alert.closed_at,
      'lasted_ms', private.ms(coalesce(p_alert.closed_at, p_now) - p_alert.opened_at),
      'posted_at', p_alert.posted_at, 'post_error', p_alert.post_error, 'posts', (
        select coalesce(jsonb_agg(jsonb_build_object('event', p.event, 'made_at', p.made_at, 'tries', p.tries,
          'next_at', p.next_at, 'delivered_at', p.delivered_at, 'dead_at', p.dead_at, 'error', p.error,
          'took_ms', private.ms(p.delivered_at - p.made_at)) order by p.made_at, p.event desc), '[]')
        from ops.alert_posts p where p.alert_id = p_alert.alert_id))
    from ops.alert_rules r left join private.alert_states s on s.rule = r.name where r.name = p_alert.rule);
end
$$;
comment on function private.line_of_alert(ops.alerts, timestamptz) is
  'An alert as ops_api.alerts lists it, with what became of its posts.';
revoke execute on function private.line_of_alert(ops.alerts, timestamptz) from public;

create function private.closed_alerts(p_limit integer, p_before bigint, p_rule text) returns setof ops.alerts
language plpgsql stable set search_path = '' as $$
begin
  return query
    select * from ops.alerts a
    where a.closed_at is not null and coalesce(a.alert_id < p_before, true) and coalesce(a.rule = p_rule, true)
    order by a.alert_id desc limit p_limit;
end
$$;
comment on function private.closed_alerts(integer, bigint, text) is
  'A page of alerts that are over, the last opened first.';
revoke execute on function private.closed_alerts(integer, bigint, text) from public;

create function ops_api.alerts(p_limit integer default 50, p_before bigint default null, p_rule text default null)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_limit integer := least(greatest(p_limit, 1), 200);
  v_closed jsonb;
begin
  perform private.require_operator();
  v_closed := (
    select coalesce(jsonb_agg(private.line_of_alert(a::ops.alerts, v_now) order by a.alert_id desc), '[]')
    from private.closed_alerts(v_limit, p_before, p_rule) a);
  return jsonb_build_object('at', v_now,
    'are_posted', private.secret('alert_webhook_url') is not null,
    'dead_posts', (select count(*) from (
      select from ops.alert_posts p where p.dead_at is not null limit 1000) dead),
    'open', case when p_before is null then (
      select coalesce(jsonb_agg(private.line_of_alert(a::ops.alerts, v_now) order by a.opened_at desc, a.alert_id desc),
        '[]')
      from (select * from ops.alerts a where a.closed_at is null and coalesce(a.rule = p_rule, true) limit 200) a)
      else '[]' end,
    'closed', v_closed,
    'next', case when jsonb_array_length(v_closed) = v_limit then v_closed #> '{-1,alert_id}' end);
end
$$;
comment on function ops_api.alerts(integer, bigint, text) is
  'Alerts for operators: {at, are_posted: whether there is an address, dead_posts: how many were given up, open: '
  'all that are (on the first page), closed: up to p_limit (200), the last opened first, next: p_before of the next '
  'page, null: there is none}. One: {alert_id, rule, subject, count, count_name, threshold, count_now, opened_at, '
  'closed_at, lasted_ms, posted_at, post_error, posts: [{event, made_at, tries, next_at, delivered_at, dead_at, '
  'error, took_ms}]}. p_rule: of that one. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.alerts(integer, bigint, text) from public;
grant execute on function ops_api.alerts(integer, bigint, text) to authenticated, service_role;
