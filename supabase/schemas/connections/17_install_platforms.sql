create function private.ship_version(p_platform text, p_version text, p_sunset_at timestamptz) returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_key text := p_platform || '/' || p_version;
  v_new jsonb := jsonb_build_object('sunset_at', p_sunset_at);
  v_is jsonb;
  v_plan record;
begin
  if not private.is_platform(p_platform) then
    return ('platform version', v_key, 'refused', 'its platform is not there')::private.shipment;
  end if;
  select jsonb_build_object('sunset_at', sunset_at) into v_is from private.platform_versions
  where platform = p_platform and version = p_version for no key update;
  v_plan := private.plan_shipment('platform version', v_key, v_is, v_new);

  if v_plan.outcome = 'inserted' then
    insert into private.platform_versions (platform, version, sunset_at) values (p_platform, p_version, p_sunset_at);
  elsif v_plan.outcome = 'updated' then
    update private.platform_versions set sunset_at = (v_plan.changes ->> 'sunset_at')::timestamptz
    where platform = p_platform and version = p_version;
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped('platform version', v_key, case when v_plan.outcome <> 'own' then v_new end);
  end if;
  return ('platform version', v_key, v_plan.outcome, v_plan.note)::private.shipment;
end
$$;
comment on function private.ship_version(text, text, timestamptz) is
  'Ships what is known of the end of a version of a platform''s API; null: nothing yet.';
revoke execute on function private.ship_version(text, text, timestamptz) from public;

create function private.install_platforms() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Of any 24 hours, all apps together; as far as TikTok says.
      ('tiktok', '{"api_version": "v2", "connection_post_limit": 15, "connection_post_window": "24 hours"}'::jsonb),
      ('facebook', '{"api_version": "v27.0", "renew_ahead": "10 days", "shares_grants": true}'),
      -- Of any 24 hours, until the platform says how much an account may.
      ('instagram', '{"api_version": "v27.0", "connection_post_limit": 50, "connection_post_window": "24 hours",
        "renew_ahead": "10 days", "shares_grants": true}'),
      -- Uploads of a project, from midnight to midnight in California.
      ('youtube', '{"api_version": "v3", "post_limit": 100, "post_window": "1 day",
        "post_zone": "America/Los_Angeles"}'),
      ('threads', '{"api_version": "v1.0", "connection_post_limit": 250, "connection_post_window": "24 hours",
        "renew_ahead": "10 days"}'),
      ('x', '{"post_limit": 10000, "post_window": "24 hours", "connection_post_limit": 100,
        "connection_post_window": "15 minutes"}'),
      -- A person's access is that of all organizations they post for. How many posts is shown to each app alone, in the
      -- portal; by the day it is.
      ('linkedin', '{"api_version": "202608", "shares_grants": true, "post_zone": "UTC",
        "connection_post_zone": "UTC"}')
    ) platforms (name, columns),
    lateral private.ship_row('platform', 'private.platforms', 'platform', name, columns) s;
  return query
    select s.* from (values
      ('facebook', 'v21.0', '2027-01-21Z'::timestamptz), ('facebook', 'v22.0', '2027-05-20Z'),
      ('facebook', 'v27.0', null),
      ('instagram', 'v21.0', '2027-01-21Z'), ('instagram', 'v22.0', '2027-05-20Z'), ('instagram', 'v27.0', null),
      ('threads', 'v1.0', null), ('youtube', 'v3', null), ('tiktok', 'v2', null),
      ('linkedin', '202511', '2026-11-16Z'), ('linkedin', '202601', '2027-01-15Z'),
      ('linkedin', '202602', '2027-02-15Z'), ('linkedin', '202603', '2027-03-16Z'),
      ('linkedin', '202608', null)
    ) versions (platform, version, sunset_at),
    lateral private.ship_version(platform, version, sunset_at) s;
  perform private.seal_key();
end
$$;
comment on function private.install_platforms() is
  'Brings the platforms, what is known of their APIs'' ends, and the key that tokens are sealed under; called by '
  'ops.install() alone.';
revoke execute on function private.install_platforms() from public;
