create function worker.connection_tokens(p_connection_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_connection public.connections;
  v_tokens private.connection_tokens;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select * into v_connection from public.connections where id = p_connection_id;
  if not found then
    perform private.refuse(404, 'connection_not_found', 'There is no such connection.');
  end if;
  select * into v_tokens from private.connection_tokens where connection_id = p_connection_id;
  if not found then
    perform private.refuse(409, 'connection_revoked', 'Its owner has ended this connection.');
  end if;
  return jsonb_build_object(
    'access_token', private.unseal('access ' || p_connection_id, v_tokens.access_token, v_tokens.key_name),
    'expires_at', v_tokens.expires_at, 'state', v_connection.state, 'platform', v_connection.platform,
    'external_id', v_connection.external_id, 'display_name', v_connection.display_name,
    'settings', v_connection.settings, 'scopes', v_connection.scopes);
end
$$;
comment on function worker.connection_tokens(uuid) is
  'What a worker needs to call a platform with a connection: {access_token, expires_at, state, platform, external_id, '
  'display_name, settings, scopes}. Errors: 404 connection_not_found, 409 connection_revoked.';
revoke execute on function worker.connection_tokens(uuid) from public;
grant execute on function worker.connection_tokens(uuid) to service_role;

create function worker.claim_refresh(p_connection_id uuid, p_refused_access_token text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz := private.now();
  v_state text;
  v_tokens private.connection_tokens;
  v_access text;
  v_claim uuid := gen_random_uuid();
begin
  select state into v_state from public.connections where id = p_connection_id;
  if v_state is null or v_state = 'revoked' then return jsonb_build_object('verdict', 'gone'); end if;
  select * into v_tokens from private.connection_tokens where connection_id = p_connection_id for update;
  if not found then return jsonb_build_object('verdict', 'gone'); end if;
  v_access := private.unseal('access ' || p_connection_id, v_tokens.access_token, v_tokens.key_name);
  if v_access <> p_refused_access_token
     or p_refused_access_token is null and v_tokens.refreshed_at > v_now - interval '1 minute' then
    return jsonb_build_object('verdict', 'fresh', 'access_token', v_access, 'expires_at', v_tokens.expires_at);
  end if;
  -- As of now: whoever has held the lock may have found that there is nothing left to renew.
  select state into v_state from public.connections where id = p_connection_id;
  if v_state = 'reconnect_needed' then return jsonb_build_object('verdict', 'reconnect_needed'); end if;
  if v_tokens.refresh_claimed_until > v_now then
    return jsonb_build_object('verdict', 'wait',
      'seconds', ceil(extract(epoch from v_tokens.refresh_claimed_until - v_now)));
  end if;
  update private.connection_tokens set refresh_claimed_until = v_now + interval '60 seconds',
    refresh_claims = (v_claim || refresh_claims)[:10]
  where connection_id = p_connection_id;
  return jsonb_build_object('verdict', 'claimed', 'claim', v_claim, 'access_token', v_access, 'refresh_token',
    private.unseal('refresh ' || p_connection_id, v_tokens.refresh_token, v_tokens.key_name));
end
$$;
comment on function worker.claim_refresh(uuid, text) is
  'Sets out to renew an access, alone for 60 seconds. p_refused_access_token: the one that the caller has and cannot '
  'use; another that is there now is fresh. Returns {verdict}: claimed {claim, access_token, refresh_token}, fresh '
  '{access_token, expires_at}, wait {seconds at the most}, reconnect_needed, or gone.';
revoke execute on function worker.claim_refresh(uuid, text) from public;
grant execute on function worker.claim_refresh(uuid, text) to service_role;

create function worker.refreshed(p_connection_id uuid, p_claim uuid, p_tokens jsonb) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_connection public.connections;
  v_ends timestamptz;
begin
  if coalesce(p_tokens ->> 'access_token', '') = '' then return false; end if;
  select * into v_connection from public.connections where id = p_connection_id for update;
  perform from private.connection_tokens where connection_id = p_connection_id and p_claim = any (refresh_claims)
  for update;
  if not found then return false; end if;
  v_ends := private.keep_tokens(p_connection_id, v_connection.platform, p_tokens, v_now);
  -- What stood in the way for want of an access stands there no longer; a limit does.
  if v_connection.state in ('expiring', 'reconnect_needed') or v_connection.state_code = 'refresh_failed' then
    update public.connections set state = 'live', state_code = null, state_message = null, held_until = null,
      expires_at = v_ends, checked_at = v_now
    where id = p_connection_id;
    perform private.connection_freed(p_connection_id);
  else
    update public.connections set expires_at = v_ends, checked_at = v_now where id = p_connection_id;
  end if;
  return true;
end
$$;
comment on function worker.refreshed(uuid, uuid, jsonb) is
  'Keeps what a claim has brought home, late or not: {access_token, refresh_token, expires_in, refresh_expires_in}. '
  'False: it was renewed otherwise meanwhile, or ended, and nothing is kept.';
revoke execute on function worker.refreshed(uuid, uuid, jsonb) from public;
grant execute on function worker.refreshed(uuid, uuid, jsonb) to service_role;

create function worker.refresh_failed(
  p_connection_id uuid, p_claim uuid, p_is_final boolean, p_code text, p_message text,
  p_retry_after interval default null
) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_tokens private.connection_tokens;
  v_until timestamptz;
begin
  perform from public.connections where id = p_connection_id for update;
  select * into v_tokens from private.connection_tokens
  where connection_id = p_connection_id and p_claim = any (refresh_claims) for update;
  if not found then return false; end if;
  v_until := v_now + least(greatest(coalesce(p_retry_after, '0'), interval '15 seconds' * power(2, least(
    v_tokens.failures, 5))), interval '1 hour');
  update private.connection_tokens set failures = failures + 1,
    refresh_claimed_until = case when not p_is_final then v_until end,
    renew_at = case when not p_is_final and renew_at is not null then greatest(renew_at, v_until) end
  where connection_id = p_connection_id;
  if p_is_final then
    perform private.hold_connection(p_connection_id, 'reconnect_needed', null, coalesce(p_code, 'reconnect_needed'),
      p_message);
  elsif coalesce(v_tokens.expires_at <= v_until, false) then
    -- An access that is good until the next try holds nobody up.
    perform private.hold_connection(p_connection_id, 'limited', v_until, 'refresh_failed', p_message);
  end if;
  return true;
end
$$;
comment on function worker.refresh_failed(uuid, uuid, boolean, text, text, interval) is
  'A claim has brought nothing home. p_is_final: the platform renews it no more, and its owner is to connect it anew; '
  'else it is tried again later, after p_retry_after at the earliest, and until then nothing is published with an '
  'access that ends before. p_code, p_message: what the platform said. False: it was renewed otherwise meanwhile.';
revoke execute on function worker.refresh_failed(uuid, uuid, boolean, text, text, interval) from public;
grant execute on function worker.refresh_failed(uuid, uuid, boolean, text, text, interval) to service_role;

create function worker.receive_renewals(p_qty integer default 5) returns setof jsonb
language plpgsql volatile security definer rows 5 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select t.connection_id from private.connection_tokens t where t.renew_at <= v_now
      order by t.renew_at limit p_qty for update of t skip locked
    )
    update private.connection_tokens t set renew_at = v_now + interval '10 minutes'
    from due, public.connections c where t.connection_id = due.connection_id and c.id = t.connection_id
    returning jsonb_build_object('connection_id', t.connection_id, 'platform', c.platform);
end
$$;
comment on function worker.receive_renewals(integer) is
  'Leases up to p_qty accesses for ten minutes that are to be renewed though nothing is published: [{connection_id, '
  'platform}].';
revoke execute on function worker.receive_renewals(integer) from public;
grant execute on function worker.receive_renewals(integer) to service_role;
