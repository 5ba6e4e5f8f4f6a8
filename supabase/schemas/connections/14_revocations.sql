create table private.revocations (
  id uuid primary key default gen_random_uuid(),
  platform text not null,
  tokens bytea not null,
  key_name text not null references private.seal_keys (key_name),
  asked_at timestamptz not null,
  next_at timestamptz not null,
  tries integer not null default 0,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  constraint tries_are_counted check (tries >= 0)
);
create index revocations_by_time on private.revocations (next_at);
create index revocations_by_key on private.revocations (key_name);

alter table private.revocations enable row level security;

comment on table private.revocations is
  'The outbox of accesses that are to be given back to their platform, sealed, and nothing of whose they were.';
comment on column private.revocations.next_at is 'When it is to be done; a worker that has it moves this on.';

create function private.sealed_anew(p_id uuid, p_tokens private.connection_tokens, p_key_name text) returns bytea
language plpgsql volatile set search_path = '' as $$
begin
  return private.seal(p_id::text, jsonb_build_object(
    'access_token', private.unseal('access ' || p_tokens.connection_id, p_tokens.access_token, p_tokens.key_name),
    'refresh_token', private.unseal('refresh ' || p_tokens.connection_id, p_tokens.refresh_token, p_tokens.key_name)
  )::text, p_key_name);
exception when others then
  return null; -- what cannot be opened any more cannot be given back, and keeps nobody here
end
$$;
comment on function private.sealed_anew(uuid, private.connection_tokens, text) is
  'A connection''s tokens, sealed for a row of the outbox of revocations; null: they cannot be opened any more.';
revoke execute on function private.sealed_anew(uuid, private.connection_tokens, text) from public;

create function private.leave_revocation(p_connection public.connections) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  v_key text := private.seal_key();
  v_now timestamptz := private.now();
  v_tokens private.connection_tokens;
  v_sealed bytea;
begin
  delete from private.connection_tokens where connection_id = p_connection.id returning * into v_tokens;
  if v_tokens.connection_id is null then return false; end if;
  v_sealed := private.sealed_anew(v_id, v_tokens, v_key);
  if v_sealed is null then return false; end if;
  -- Where all accounts of a user hang on one grant, giving it back would end the others too.
  if (select shares_grants from private.platforms where platform = p_connection.platform) and exists (
    select from public.connections c join private.connection_tokens t on t.connection_id = c.id
    where c.user_id = p_connection.user_id and c.platform = p_connection.platform and c.id <> p_connection.id)
  then return false; end if;
  insert into private.revocations (id, platform, tokens, key_name, asked_at, next_at)
  values (v_id, p_connection.platform, v_sealed, v_key, v_now, v_now);
  return true;
end
$$;
comment on function private.leave_revocation(public.connections) is
  'Moves a connection''s tokens to the outbox of revocations. False: there were none, or they can no longer be opened, '
  'or another connection hangs on the same grant; they are gone then.';
revoke execute on function private.leave_revocation(public.connections) from public;

create function private.revoke_connection() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leave_revocation(old);
  return old;
end
$$;
comment on function private.revoke_connection() is
  'Before a connection is deleted, with its user or by hand: has its access given back.';
revoke execute on function private.revoke_connection() from public;

create trigger deleted_connections_are_revoked before delete on public.connections
  for each row execute function private.revoke_connection();

create function worker.disconnect(p_connection_id uuid, p_user_id uuid) returns public.connections
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_connection public.connections;
begin
  select * into v_connection from public.connections
  where id = p_connection_id and user_id = p_user_id for update;
  if not found then
    perform private.refuse(404, 'connection_not_found', 'You have no such connection.');
  end if;
  if v_connection.state = 'revoked' then
    perform private.already();
    return v_connection;
  end if;
  update public.connections set state = 'revoked', state_code = 'disconnected',
    state_message = 'Its owner has ended it.', held_until = null, expires_at = null, limits = null, settings = '{}'
  where id = p_connection_id returning * into v_connection;
  perform private.leave_revocation(v_connection);
  -- Its line is gone through by whoever dispatches, who locks jobs first: what waits fails, and is paid back.
  perform private.connection_freed(p_connection_id);
  return v_connection;
end
$$;
comment on function worker.disconnect(uuid, uuid) is
  'A user ends a connection: nothing begins with it any more, what waits for it fails, and its access is given back to '
  'the platform by the outbox. Returns it; once more changes nothing (HTTP 208). Error: 404 connection_not_found.';
revoke execute on function worker.disconnect(uuid, uuid) from public;
grant execute on function worker.disconnect(uuid, uuid) to service_role;

create function worker.receive_revocations(p_qty integer default 5) returns setof jsonb
language plpgsql volatile security definer rows 5 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select r.id from private.revocations r where r.next_at <= v_now
      order by r.next_at limit p_qty for update of r skip locked
    )
    update private.revocations r
    set tries = r.tries + 1, next_at = v_now + interval '1 minute' * power(2, least(r.tries, 9))
    from due where r.id = due.id
    returning jsonb_build_object('id', r.id, 'platform', r.platform, 'tries', r.tries,
      'tokens', private.unseal(r.id::text, r.tokens, r.key_name)::jsonb);
end
$$;
comment on function worker.receive_revocations(integer) is
  'Leases up to p_qty accesses that are to be given back: [{id, platform, tries, tokens: {access_token, '
  'refresh_token}}]. They come back, later each time, until worker.revocation_done is told.';
revoke execute on function worker.receive_revocations(integer) from public;
grant execute on function worker.receive_revocations(integer) to service_role;

create function worker.revocation_done(p_id uuid, p_retry boolean default false) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- After two days of trying it is let go: its user has been told how to look for themselves (docs/connections.md).
  delete from private.revocations where id = p_id and (not p_retry or tries >= 12);
  return found;
end
$$;
comment on function worker.revocation_done(uuid, boolean) is
  'An access was given back, or was gone already; p_retry: it could not be, and is tried again until it was in vain '
  'twelve times. True: it is forgotten.';
revoke execute on function worker.revocation_done(uuid, boolean) from public;
grant execute on function worker.revocation_done(uuid, boolean) to service_role;
