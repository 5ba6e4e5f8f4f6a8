create function private.after(p_seconds jsonb, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(p_seconds) = 'number'
    then p_at + make_interval(secs => least(p_seconds::numeric, 3153600000)::double precision) end
$$;
comment on function private.after(jsonb, timestamptz) is
  'So many seconds after p_at, a hundred years at the most; null when p_seconds is no number.';
revoke execute on function private.after(jsonb, timestamptz) from public;

create function private.keep_tokens(p_connection_id uuid, p_platform text, p_tokens jsonb, p_at timestamptz)
returns timestamptz
language plpgsql volatile set search_path = '' as $$
declare
  v_key text := private.seal_key();
  v_ahead interval := (select renew_ahead from private.platforms where platform = p_platform);
  v_access_ends timestamptz := private.after(p_tokens -> 'expires_in', p_at);
  v_old private.connection_tokens;
  v_refresh text := nullif(p_tokens ->> 'refresh_token', '');
  v_ends timestamptz;
begin
  select * into v_old from private.connection_tokens where connection_id = p_connection_id for update;
  -- With a refresh token it is that which ends, without one the access is all there is.
  v_ends := private.after(
    p_tokens -> case when v_refresh is null then 'expires_in' else 'refresh_expires_in' end, p_at);
  -- One that was not given anew stays, under the key that seals from now on.
  if v_refresh is null and v_old.refresh_token is not null then
    v_ends := coalesce(private.after(p_tokens -> 'refresh_expires_in', p_at),
      (select expires_at from public.connections where id = p_connection_id));
    v_refresh := private.unseal('refresh ' || p_connection_id, v_old.refresh_token, v_old.key_name);
  end if;
  insert into private.connection_tokens as t (connection_id, access_token, refresh_token, key_name, expires_at,
    refreshed_at, renew_at)
  values (p_connection_id, private.seal('access ' || p_connection_id, p_tokens ->> 'access_token', v_key),
    private.seal('refresh ' || p_connection_id, v_refresh, v_key), v_key, v_access_ends, p_at,
    -- Half of a short life at the earliest, so that it is not renewed over and over.
    case when v_ahead is not null then greatest(v_access_ends - v_ahead, p_at + (v_access_ends - p_at) / 2) end)
  on conflict (connection_id) do update set access_token = excluded.access_token,
    refresh_token = excluded.refresh_token, key_name = excluded.key_name, expires_at = excluded.expires_at,
    refreshed_at = excluded.refreshed_at, renew_at = excluded.renew_at, refresh_claims = '{}',
    refresh_claimed_until = null, failures = 0;
  return v_ends;
end
$$;
comment on function private.keep_tokens(uuid, text, jsonb, timestamptz) is
  'Seals and keeps what a sign-in or a refresh has given; an empty refresh token never overwrites one. Ends all '
  'claims. Returns when the access ends for good, null: it does not, or nobody says.';
revoke execute on function private.keep_tokens(uuid, text, jsonb, timestamptz) from public;

create function worker.save_connection(p_user_id uuid, p_platform text, p_account jsonb, p_tokens jsonb)
returns public.connections
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_scopes text[] := case when jsonb_typeof(p_account -> 'scopes') = 'array'
    then array(select jsonb_array_elements_text(p_account -> 'scopes')) end;
  v_connection public.connections;
  v_ends timestamptz;
begin
  perform private.check_platform(p_platform);
  if coalesce(p_tokens ->> 'access_token', '') = '' then
    perform private.refuse(422, 'sign_in_refused', 'The platform has given no access.');
  end if;
  insert into public.connections as c (user_id, platform, external_id, display_name, avatar_url, scopes, settings,
    checked_at, created_at, updated_at)
  values (p_user_id, p_platform, p_account ->> 'external_id', private.cut(p_account ->> 'display_name', 200),
    p_account ->> 'avatar_url', coalesce(v_scopes, '{}'), coalesce(p_account -> 'settings', '{}'), v_now, v_now, v_now)
  on conflict (user_id, platform, external_id) do update set display_name = excluded.display_name,
    avatar_url = excluded.avatar_url, scopes = coalesce(v_scopes, c.scopes), settings = excluded.settings,
    state = 'live', state_code = null, state_message = null, held_until = null, checked_at = v_now
  returning * into v_connection;
  v_ends := private.keep_tokens(v_connection.id, p_platform, p_tokens, v_now);
  if v_ends is distinct from v_connection.expires_at then
    update public.connections set expires_at = v_ends where id = v_connection.id returning * into v_connection;
  end if;
  perform private.connection_freed(v_connection.id);
  return v_connection;
end
$$;
comment on function worker.save_connection(uuid, text, jsonb, jsonb) is
  'A user has signed in at a platform, and p_account is meant: {external_id, display_name, avatar_url, scopes, '
  'settings}, with p_tokens: {access_token, refresh_token, expires_in, refresh_expires_in (seconds)}. Connecting anew '
  'ends what stood in the way; an empty refresh token never overwrites one. Returns the connection. Errors: 404 '
  'unknown_platform, 422 sign_in_refused without an access token, 23503 for an unknown user.';
revoke execute on function worker.save_connection(uuid, text, jsonb, jsonb) from public;
grant execute on function worker.save_connection(uuid, text, jsonb, jsonb) to service_role;

create function worker.list_connections(p_user_id uuid) returns setof jsonb
language plpgsql stable security definer rows 10 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    select to_jsonb(c) - array['user_id', 'settings', 'limits']
      || jsonb_build_object('limit', case when c.state <> 'revoked' then private.posting_limit(c, v_now) end)
    from public.connections c where c.user_id = p_user_id
    order by c.platform, c.display_name, c.id limit 1000;
end
$$;
comment on function worker.list_connections(uuid) is
  'A user''s connections as they are shown, each with limit: what may still be posted (private.posting_limit).';
revoke execute on function worker.list_connections(uuid) from public;
grant execute on function worker.list_connections(uuid) to service_role;
