create function ops.set_platform(
  p_platform text, p_client_id text, p_client_secret_name text, p_api_version text default null,
  p_settings jsonb default null
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_client_id text := nullif(private.trimmed(p_client_id), '');
begin
  perform private.check_platform(p_platform);
  if (v_client_id is null) <> (p_client_secret_name is null) then
    perform private.refuse(422, 'invalid_input', 'An app has an id, and a secret whose name in the Vault is told here; '
      'both null: none is registered.', 'client_id');
  elsif v_client_id !~ '^[!-~]+$' then
    perform private.refuse(422, 'invalid_input', 'An app''s id has characters of ASCII, and no blanks.', 'client_id');
  elsif p_settings is not null and jsonb_typeof(p_settings) <> 'object' then
    perform private.refuse(422, 'invalid_input', 'settings is an object.', 'settings');
  end if;
  perform private.check_secret(p_client_secret_name, 'client_secret_name');
  update private.platforms set client_id = v_client_id, client_secret_name = p_client_secret_name,
    api_version = coalesce(p_api_version, api_version), settings = coalesce(p_settings, settings)
  where platform = p_platform;
end
$$;
comment on function ops.set_platform(text, text, text, text, jsonb) is
  'Says which app Esteira is at a platform: its id, and the name of the Vault secret with its secret (ops.set_secret '
  'first). p_api_version, p_settings: null leaves them as they are. Errors: 404 unknown_platform, 422 '
  'secret_not_found, 422 invalid_input.';
revoke execute on function ops.set_platform(text, text, text, text, jsonb) from public;

create function ops.pause_platform(p_platform text, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  update private.platforms set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason,
    down_since = null, failures = 0, probe_id = null
  where platform = p_platform;
end
$$;
comment on function ops.pause_platform(text, text, interval) is
  'Publishes nothing at a platform for p_for, or until it is resumed; what has begun goes on. Error: 404 '
  'unknown_platform.';
revoke execute on function ops.pause_platform(text, text, interval) from public;

create function worker.platform_app(p_platform text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_platform private.platforms;
  v_secret text;
begin
  perform private.check_platform(p_platform);
  select * into v_platform from private.platforms where platform = p_platform;
  v_secret := private.secret(v_platform.client_secret_name);
  if v_platform.client_id is null or v_secret is null then
    perform private.refuse(503, 'misconfigured', format('No app is registered at %s (ops.set_platform), or the Vault '
      'has its secret no longer.', p_platform));
  end if;
  return jsonb_build_object('platform', p_platform, 'clientId', v_platform.client_id, 'clientSecret', v_secret,
    'apiVersion', v_platform.api_version, 'settings', v_platform.settings);
end
$$;
comment on function worker.platform_app(text) is
  'The operator''s app at a platform: {platform, clientId, clientSecret, apiVersion, settings}. Errors: 404 '
  'unknown_platform, 503 misconfigured when none is registered.';
revoke execute on function worker.platform_app(text) from public;
grant execute on function worker.platform_app(text) to service_role;
