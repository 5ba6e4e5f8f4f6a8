create function private.platform_limit(p_platform private.platforms, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_posted record;
begin
  if p_platform.post_limit is null then return null; end if;
  v_posted := private.posted_since(p_platform.platform,
    private.counts_since(p_platform.post_window, p_platform.post_zone, p_now));
  return jsonb_build_object('used', v_posted.used, 'total', p_platform.post_limit,
    'windowSeconds', extract(epoch from p_platform.post_window)::bigint,
    'resetsAt', case when p_platform.post_zone is null then v_posted.first_at + p_platform.post_window
      else private.midnight_after(p_platform.post_zone, p_now) end);
end
$$;
comment on function private.platform_limit(private.platforms, timestamptz) is
  'What all connections together may still post at a platform: {used, total, windowSeconds, resetsAt}. Null: any '
  'number.';
revoke execute on function private.platform_limit(private.platforms, timestamptz) from public;

create function ops_api.platforms() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  return (
    with newest as materialized (
      select c.platform, c.state from public.connections c order by c.id desc limit 20000
    ), counted as (
      select platform, jsonb_object_agg(state, n) as states
      from (select platform, state, count(*) as n from newest group by 1, 2) by_state group by 1
    )
    select jsonb_build_object('at', v_now, 'is_complete', (select count(*) < 20000 from newest),
      'platforms', jsonb_agg(jsonb_build_object('platform', p.platform, 'has_app', p.client_id is not null,
        'api_version', p.api_version, 'sunset_at', private.sunset_of(p.platform, p.api_version),
        'is_paused', coalesce(p.paused_until > v_now, false), 'paused_until', nullif(p.paused_until, 'infinity'),
        'pause_reason', p.pause_reason, 'failures', p.failures, 'down_ms', private.ms(v_now - p.down_since),
        'limit', private.platform_limit(p, v_now), 'connections', coalesce(counted.states, '{}')) order by p.platform))
    from private.platforms p left join counted using (platform));
end
$$;
comment on function ops_api.platforms() is
  'How the platforms stand: {at, platforms: [{platform, has_app: somebody has registered one, api_version, sunset_at, '
  'is_paused, paused_until (null: until an operator resumes it), pause_reason, failures: in a row, down_ms: for how '
  'long it has not answered, limit: {used, total, windowSeconds, resetsAt} or null, connections: {state: how many}}], '
  'is_complete}, of the 20,000 connections made last. Error: 403 not_an_operator.';
revoke execute on function ops_api.platforms() from public;
grant execute on function ops_api.platforms() to authenticated, service_role;
