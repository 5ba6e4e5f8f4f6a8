-- Publishing: connections to social platforms, and publications in their lane.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

create extension if not exists pgcrypto with schema extensions;


create table private.platforms (
  platform text primary key,
  client_id text,
  client_secret_name text,
  api_version text,
  settings jsonb not null default '{}',
  paused_until timestamptz,
  pause_reason text,
  failures integer not null default 0,
  down_since timestamptz,
  post_limit integer,
  post_window interval,
  connection_post_limit integer,
  connection_post_window interval,
  renew_ahead interval,
  shares_grants boolean not null default false,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  constraint an_app_has_an_id_and_a_secret check ((client_id is null) = (client_secret_name is null)),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint a_pause_has_a_reason check ((paused_until is null) = (pause_reason is null)),
  constraint failures_are_counted check (failures >= 0),
  constraint a_limit_has_a_window check (
    (post_limit is null) = (post_window is null)
    and (connection_post_limit is null) = (connection_post_window is null)),
  constraint limits_are_positive check (
    coalesce(post_limit > 0 and post_window > '0', true)
    and coalesce(connection_post_limit > 0 and connection_post_window > '0', true)),
  constraint renewals_come_before_the_end check (renew_ahead > '0')
);

alter table private.platforms enable row level security;

comment on table private.platforms is
  'The social platforms: the app that an operator has registered at each, and what may be published there at all.';
comment on column private.platforms.client_id is
  'Of the operator''s app; null: none has been registered, and nobody can connect.';
comment on column private.platforms.client_secret_name is 'Name of the Vault secret that holds the app''s secret.';
comment on column private.platforms.api_version is
  'The version of its API that is called; null where it has none. private.platform_versions knows when it ends.';
comment on column private.platforms.settings is
  'base_url, oauth_url, … where they are not the platform''s own; anything else that its folder reads. No secrets.';
comment on column private.platforms.paused_until is
  'Nothing is published there before this time; infinity: until an operator resumes it. Null: not paused.';
comment on column private.platforms.failures is
  'Calls in a row that it, being down, did not answer; zero again with its next answer.';
comment on column private.platforms.down_since is 'Since when it is taken for down; null: it is not.';
comment on column private.platforms.post_limit is
  'How many posts all connections together may make in any post_window; null: any number.';
comment on column private.platforms.connection_post_limit is
  'How many posts one account may make in any connection_post_window, until the platform says otherwise of that '
  'account (public.connections.limits); null: any number.';
comment on column private.platforms.renew_ahead is
  'How long before its end an access is renewed though nothing is published. Null: only when it is needed, as it must '
  'be where a refresh token can be used once.';
comment on column private.platforms.shares_grants is
  'All of a user''s accounts there hang on one grant: it is given back with the last of them.';

create table private.platform_versions (
  platform text not null references private.platforms (platform),
  version text not null,
  sunset_at timestamptz,
  primary key (platform, version)
);

alter table private.platform_versions enable row level security;

comment on table private.platform_versions is
  'Versions of platforms'' APIs. One that is in use and ends within 60 days raises an alert.';
comment on column private.platform_versions.sunset_at is 'When it ends; null: the platform has not said.';

create function private.is_platform(p_platform text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.platforms where platform = p_platform);
end
$$;
comment on function private.is_platform(text) is 'Whether there is a platform of that name.';
revoke execute on function private.is_platform(text) from public;

create function private.check_platform(p_platform text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.is_platform(p_platform) then return; end if;
  perform private.refuse(404, 'unknown_platform', format('There is no platform %s.', left(p_platform, 100)), 'platform');
end
$$;
comment on function private.check_platform(text) is 'Error 404 unknown_platform unless there is a platform of that name.';
revoke execute on function private.check_platform(text) from public;

create function private.api_versions_ending(p_within interval default '60 days') returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from private.platforms p
    join private.platform_versions v on v.platform = p.platform and v.version = p.api_version
    where p.client_id is not null and v.sunset_at < private.now() + p_within);
end
$$;
comment on function private.api_versions_ending(interval) is
  'How many platforms that can be published to are called by a version that ends within p_within, or has ended.';
revoke execute on function private.api_versions_ending(interval) from public;
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
  'first). p_api_version, p_settings: null leaves them as they are. Errors: 404 unknown_platform, 422 secret_not_found, '
  '422 invalid_input.';
revoke execute on function ops.set_platform(text, text, text, text, jsonb) from public;

create function ops.pause_platform(p_platform text, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  update private.platforms set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason,
    down_since = null, failures = 0
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

create table private.connection_redirects (
  url text primary key,
  constraint redirects_are_https_or_at_home check (
    url ~ ('^(https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?)'
      '/[A-Za-z0-9/._~!$&''()+,;=:@%-]*\*?$'))
);

alter table private.connection_redirects enable row level security;

comment on table private.connection_redirects is
  'Addresses that a browser may be sent to after signing in at a platform: without query; one that ends in * stands '
  'for all that begin so.';

create function ops.allow_redirect(p_url text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.connection_redirects (url) values (private.trimmed(p_url)) on conflict do nothing;
exception when check_violation then
  perform private.refuse(422, 'invalid_input', 'An address is https://<host>/<path>, without query, or http:// at '
    'localhost; one that ends in * stands for all that begin so.', 'url');
end
$$;
comment on function ops.allow_redirect(text) is
  'Lets a browser be sent to an address of your app after signing in at a platform: https://app.example/connections, '
  'or https://app.example/* for all of it. Error: 422 invalid_input.';
revoke execute on function ops.allow_redirect(text) from public;

create function ops.disallow_redirect(p_url text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.connection_redirects where url = private.trimmed(p_url);
  return found;
end
$$;
comment on function ops.disallow_redirect(text) is
  'Takes back what ops.allow_redirect has allowed. False: it was not allowed.';
revoke execute on function ops.disallow_redirect(text) from public;

create function private.may_redirect(p_url text) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_place text := split_part(split_part(p_url, '#', 1), '?', 1);
begin
  -- What could be read in two ways is refused: a name before the host, a way up, a backslash.
  return v_place ~ '^https?://[^/@\\]+/[^\\]*$' and v_place !~ '(/\.\.?(/|$)|%2[eEfF]|%5[cC]|[[:space:][:cntrl:]])'
    and exists (
      select from private.connection_redirects r
      where r.url = v_place or r.url like '%*' and starts_with(v_place, left(r.url, -1)));
end
$$;
comment on function private.may_redirect(text) is
  'Whether a browser may be sent there: p_url as a browser writes it, with its host in lower case.';
revoke execute on function private.may_redirect(text) from public;
create table private.seal_keys (
  key_name text primary key,
  made_at timestamptz not null default now(),
  is_current boolean not null default false
);
create unique index one_key_is_current on private.seal_keys (is_current) where is_current;

alter table private.seal_keys enable row level security;

comment on table private.seal_keys is
  'The keys that tokens are sealed under: names of Vault secrets. The current one seals, the others only open.';

create function private.make_seal_key() returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_name text := 'connections_key';
begin
  perform pg_advisory_xact_lock(hashtextextended('esteira.seal_keys', 0));
  if exists (select from private.seal_keys) or exists (select from vault.secrets where name = v_name) then
    v_name := v_name || '_' || to_char(private.now() at time zone 'UTC', 'YYYYMMDDHH24MISSUS');
  end if;
  perform vault.create_secret(encode(extensions.gen_random_bytes(32), 'base64'), v_name,
    'Seals the tokens of connections. Without it everybody has to connect anew.');
  update private.seal_keys set is_current = false where is_current;
  insert into private.seal_keys (key_name, made_at, is_current) values (v_name, private.now(), true);
  return v_name;
end
$$;
comment on function private.make_seal_key() is
  'Makes a key of 256 random bits in the Vault, under which tokens are sealed from now on. Returns its name.';
revoke execute on function private.make_seal_key() from public;

create function private.seal_key() returns text
language plpgsql volatile set search_path = '' as $$
declare
  -- @plpgsql_check_options: performance_warnings = off
  v_name text := (select key_name from private.seal_keys where is_current);
begin
  return coalesce(v_name, private.make_seal_key());
end
$$;
comment on function private.seal_key() is 'The name of the key that seals; made when there is none.';
revoke execute on function private.seal_key() from public;

create function private.seal(p_for text, p_text text, p_key_name text) returns bytea
language plpgsql volatile set search_path = '' as $$
begin
  -- The key is random: deriving it slowly, as passwords need, would only cost time. Whose it is lies inside, so that one
  -- row's seal does not open in another.
  return case when p_text is not null then extensions.pgp_sym_encrypt(
    p_for || E'\n' || p_text, private.key_of(p_key_name), 'cipher-algo=aes256, s2k-mode=1, compress-algo=0') end;
end
$$;
comment on function private.seal(text, text, text) is
  'Seals a text under a key of private.seal_keys, for what it is named for; null stays null. AES-256, and whatever was '
  'changed does not open.';
revoke execute on function private.seal(text, text, text) from public;

create function private.key_of(p_key_name text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_key text := private.secret(p_key_name);
begin
  if v_key is null then
    perform private.refuse(503, 'misconfigured', format('The Vault has no secret %s, which tokens are sealed under.',
      p_key_name));
  end if;
  return v_key;
end
$$;
comment on function private.key_of(text) is 'A key of private.seal_keys. Error: 503 misconfigured when it is gone.';
revoke execute on function private.key_of(text) from public;

create function private.unseal(p_for text, p_sealed bytea, p_key_name text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_text text := extensions.pgp_sym_decrypt(p_sealed, private.key_of(p_key_name));
begin
  if p_sealed is null then return null; end if;
  if not starts_with(v_text, p_for || E'\n') then
    raise exception 'what was sealed for another was put in the place of %', p_for using errcode = 'data_corrupted';
  end if;
  return substr(v_text, char_length(p_for) + 2);
end
$$;
comment on function private.unseal(text, bytea, text) is
  'Opens what private.seal has sealed for p_for. Errors: 39000 when it was changed or the key is another one, XX001 '
  'when it was sealed for another, 503 misconfigured when the key is gone.';
revoke execute on function private.unseal(text, bytea, text) from public;
create table public.connections (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  platform text not null,
  external_id text not null,
  display_name text,
  avatar_url text,
  scopes text[] not null default '{}',
  state text not null default 'live',
  state_code text,
  state_message text,
  expires_at timestamptz,
  held_until timestamptz,
  limits jsonb,
  settings jsonb not null default '{}',
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  constraint an_account_is_connected_once_by_a_user unique (user_id, platform, external_id),
  constraint states_are_known check (state in ('live', 'expiring', 'reconnect_needed', 'limited', 'revoked')),
  constraint what_is_not_live_says_why check ((state = 'live') = (state_code is null)),
  constraint a_limit_lasts_until check ((state = 'limited') = (held_until is not null)),
  constraint external_ids_have_1_to_200_characters check (char_length(external_id) between 1 and 200),
  constraint limits_are_an_object check (jsonb_typeof(limits) = 'object'),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object')
) with (fillfactor = 80);
create index connections_held on public.connections (held_until) where held_until is not null;
create index connections_that_end on public.connections (expires_at)
  where expires_at is not null and state in ('live', 'expiring');
create index connections_ended on public.connections (updated_at) where state = 'revoked';

alter table public.connections enable row level security;
revoke all on public.connections from anon, authenticated, service_role;

comment on table public.connections is
  'Accounts of users at social platforms. Their tokens are in private.connection_tokens, and shown to nobody.';
comment on column public.connections.external_id is 'The account''s id at its platform.';
comment on column public.connections.state is
  'live · expiring: its access ends within a week and cannot be renewed · reconnect_needed: its access is gone · '
  'limited: nothing is published before held_until · revoked: its owner has ended it.';
comment on column public.connections.state_code is 'Why it is not live, a stable code; null while it is.';
comment on column public.connections.state_message is 'The same in words, the platform''s where it has any.';
comment on column public.connections.expires_at is
  'When the access that was given ends, unless it is renewed; null: it does not, or nobody says.';
comment on column public.connections.limits is
  'What the platform says that may be posted: {total, used, windowSeconds, resetsAt, foreign}; foreign: how many of '
  'those used were not posted by us. Null: it has not said.';
comment on column public.connections.settings is 'What the platform''s calls need, such as the id of a page. No secret.';
comment on column public.connections.checked_at is 'When the platform last answered for it.';

grant select (id, user_id, platform, external_id, display_name, avatar_url, scopes, state, state_code, state_message,
  expires_at, held_until, limits, checked_at, created_at, updated_at) on public.connections to authenticated;
grant select (id, user_id, platform, external_id, display_name, avatar_url, scopes, state, state_code, state_message,
  expires_at, held_until, limits, checked_at, created_at, updated_at) on public.connections to service_role;

create policy "users see their own connections, admins see all" on public.connections for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

create table private.connection_tokens (
  connection_id uuid primary key references public.connections (id) on delete cascade,
  access_token bytea not null,
  refresh_token bytea,
  key_name text not null references private.seal_keys (key_name),
  expires_at timestamptz,
  refreshed_at timestamptz not null,
  refresh_claims uuid[] not null default '{}',
  refresh_claimed_until timestamptz,
  renew_at timestamptz,
  failures integer not null default 0,
  constraint failures_are_counted check (failures >= 0)
) with (fillfactor = 70);
create index connection_tokens_by_key on private.connection_tokens (key_name);
create index connection_tokens_to_renew on private.connection_tokens (renew_at) where renew_at is not null;

alter table private.connection_tokens enable row level security;

comment on table private.connection_tokens is
  'The tokens of connections, sealed. Apart from them, so that no select of a connection comes near.';
comment on column private.connection_tokens.key_name is 'The key that both are sealed under.';
comment on column private.connection_tokens.expires_at is 'When the access token ends; null: the platform did not say.';
comment on column private.connection_tokens.refresh_claims is
  'Who has set out to renew it since it was renewed last, the newest last: what any of them brings home is taken.';
comment on column private.connection_tokens.refresh_claimed_until is 'Nobody else sets out before this time.';
comment on column private.connection_tokens.renew_at is
  'When it is renewed though nothing is published (private.platforms.renew_ahead); null: never.';
comment on column private.connection_tokens.failures is 'How often in a row it could not be renewed.';
create table private.freed_connections (
  freed_id bigint generated always as identity primary key,
  connection_id uuid not null
);

alter table private.freed_connections enable row level security;

comment on table private.freed_connections is
  'Connections whose line may go on: something that held them up has ended. Only appended to, so that nobody waits.';

create function private.connection_freed(p_connection_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.freed_connections (connection_id) values (p_connection_id);
end
$$;
comment on function private.connection_freed(uuid) is
  'Notes that a connection''s line may go on; whoever dispatches publications looks at it next.';
revoke execute on function private.connection_freed(uuid) from public;
create function private.hint_of_connection(p_connection public.connections) returns private.hint
language plpgsql volatile set search_path = '' as $$
begin
  return (gen_random_uuid(), 'jobs:' || p_connection.user_id, 'connection_changed', jsonb_build_object(
    'type', 'connection_changed', 'table', 'connections', 'schema', 'public', 'connection_id', p_connection.id,
    'platform', p_connection.platform, 'state', p_connection.state, 'state_code', p_connection.state_code,
    'held_until', p_connection.held_until, 'at', private.now()), p_connection.id)::private.hint;
end
$$;
comment on function private.hint_of_connection(public.connections) is
  'What the topic of its owner''s jobs is told of a connection that is new or stands otherwise.';
revoke execute on function private.hint_of_connection(public.connections) from public;

create function private.broadcast_connections() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_hints private.hint[];
begin
  if tg_op = 'INSERT' then
    v_hints := array(select private.hint_of_connection(n::public.connections) from new_connections n order by n.id);
  else
    v_hints := array(
      select private.hint_of_connection(n::public.connections)
      from new_connections n join old_connections o on o.id = n.id
      where (n.state, n.state_code, n.held_until, n.display_name, n.avatar_url, n.scopes)
        is distinct from (o.state, o.state_code, o.held_until, o.display_name, o.avatar_url, o.scopes)
      order by n.id);
  end if;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_connections() is
  'After every statement that makes connections, or changes what is shown of them: tells the topics of their owners'' '
  'jobs, as the event connection_changed.';
revoke execute on function private.broadcast_connections() from public;

create trigger new_connections_broadcast_trigger after insert on public.connections
  referencing new table as new_connections for each statement execute function private.broadcast_connections();
create trigger connections_broadcast_trigger after update on public.connections
  referencing old table as old_connections new table as new_connections
  for each statement execute function private.broadcast_connections();

create function private.date_connection() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.date_connection() is 'Before a connection stands otherwise: says when.';
revoke execute on function private.date_connection() from public;

create trigger connections_are_dated before update on public.connections for each row
  when (to_jsonb(new) - array['limits', 'checked_at'] is distinct from to_jsonb(old) - array['limits', 'checked_at'])
  execute function private.date_connection();
create function private.hold_connection(
  p_connection_id uuid, p_state text, p_until timestamptz, p_code text, p_message text
) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_until timestamptz := case when p_state = 'limited' then coalesce(p_until, private.now() + interval '5 minutes') end;
begin
  -- A wait is never made shorter, and hides nothing that only its owner can mend.
  update public.connections set state = p_state, held_until = v_until, state_code = coalesce(p_code, p_state),
    state_message = private.cut(p_message, 500)
  where id = p_connection_id and state not in ('revoked', 'reconnect_needed')
    and (p_state <> 'limited' or held_until is null or held_until < v_until);
end
$$;
comment on function private.hold_connection(uuid, text, timestamptz, text, text) is
  'Lets nothing begin with a connection: p_state limited, until p_until (five minutes when that is null), or '
  'reconnect_needed, until its owner connects it anew. p_code, p_message: why, for its owner.';
revoke execute on function private.hold_connection(uuid, text, timestamptz, text, text) from public;

create function private.hold_platform(p_platform text, p_until timestamptz, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- A pause is never made shorter, and keeps the reason of whoever made it longer.
  update private.platforms set paused_until = p_until, pause_reason = private.cut(p_reason, 500), down_since = null
  where platform = p_platform and (paused_until is null or paused_until < p_until);
end
$$;
comment on function private.hold_platform(text, timestamptz, text) is
  'Lets nothing begin at a platform before p_until; infinity: before an operator resumes it (ops.resume_platform).';
revoke execute on function private.hold_platform(text, timestamptz, text) from public;

create function private.connection_hold(p_connection_id uuid, p_at timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select case
      when c.state in ('revoked', 'reconnect_needed') then c.state
      when c.held_until > p_at then case c.state_code when 'posting_limit' then 'posting_limit' else 'limited' end
      when p.paused_until > p_at then 'platform_paused'
    end
    from public.connections c join private.platforms p using (platform) where c.id = p_connection_id);
end
$$;
comment on function private.connection_hold(uuid, timestamptz) is
  'Why nothing may begin with a connection at p_at: reconnect_needed, revoked, limited, posting_limit or '
  'platform_paused. Null: it may.';
revoke execute on function private.connection_hold(uuid, timestamptz) from public;

create function private.platform_freed(p_platform text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  -- Those for whom something waits; nobody else has a line.
  insert into private.freed_connections (connection_id)
  select distinct (j.input ->> 'connectionId')::uuid from public.jobs j
  join public.connections c on c.id = private.uuid_in(j.input, 'connectionId') and c.platform = p_platform
  where j.lane = 'publication' and j.status = 'pending';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.platform_freed(text) is
  'Notes that the lines of all connections at a platform may go on for which something waits. Returns how many.';
revoke execute on function private.platform_freed(text) from public;

create function ops.resume_platform(p_platform text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  update private.platforms set paused_until = null, pause_reason = null, failures = 0, down_since = null
  where platform = p_platform;
  return private.platform_freed(p_platform);
end
$$;
comment on function ops.resume_platform(text) is
  'Ends a platform''s pause; its publications go on with the next dispatch. Returns for how many connections something '
  'waits. Error: 404 unknown_platform.';
revoke execute on function ops.resume_platform(text) from public;

create table private.commit_counts (
  scope text primary key,
  n bigint not null default 0,
  constraint counts_are_not_negative check (n >= 0)
) with (fillfactor = 50);

alter table private.commit_counts enable row level security;

comment on table private.commit_counts is 'The number of the last post that went out, by scope.';
comment on column private.commit_counts.scope is '<platform>, or <platform>:<external_id>.';

create table private.commits (
  scope text not null,
  n bigint not null,
  committed_at timestamptz not null,
  primary key (scope, n)
);
create index commits_by_time on private.commits (committed_at);

alter table private.commits enable row level security;

comment on table private.commits is 'When each post went out, by scope, for as long as a window may be.';

create function private.open_at(p_scope text, p_n bigint, p_limit integer, p_window interval, p_at timestamptz)
returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Ten seconds more than the window: it is the platform's clock that counts, and when each of the two came there.
  return (
    select c.committed_at + p_window + interval '10 seconds' from private.commits c
    where c.scope = p_scope and c.n = p_n - p_limit
      and c.committed_at + p_window + interval '10 seconds' > p_at);
end
$$;
comment on function private.open_at(text, bigint, integer, interval, timestamptz) is
  'From when on number p_n may go out, where p_limit may in any p_window. Null: at once, at p_at.';
revoke execute on function private.open_at(text, bigint, integer, interval, timestamptz) from public;

create function private.account_limit(
  p_connection public.connections, p_at timestamptz, out most integer, out span interval, out until timestamptz
) language plpgsql stable set search_path = '' as $$
begin
  select p.connection_post_limit, p.connection_post_window into most, span
  from private.platforms p where p.platform = p_connection.platform;
  if p_connection.limits is null then return; end if;
  -- What the platform says counts, and what others have posted there is no longer there for us, until it is looked at
  -- again or has left the window.
  span := make_interval(secs => (p_connection.limits ->> 'windowSeconds')::numeric::double precision);
  most := (p_connection.limits ->> 'total')::integer;
  if p_connection.checked_at > p_at - span then
    most := most - coalesce((p_connection.limits ->> 'foreign')::integer, 0);
  end if;
  if most <= 0 then
    until := greatest(coalesce((p_connection.limits ->> 'resetsAt')::timestamptz, p_connection.checked_at + span / 24),
      p_at + interval '1 minute');
  end if;
end
$$;
comment on function private.account_limit(public.connections, timestamptz) is
  'How much may be posted to a connection''s account in any span: most (null: any number); until: there is nothing '
  'left before this time, as the platform has said.';
revoke execute on function private.account_limit(public.connections, timestamptz) from public;

create function private.lock_count(p_scope text) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_n bigint;
begin
  insert into private.commit_counts (scope) values (p_scope) on conflict (scope) do nothing;
  select n into strict v_n from private.commit_counts where scope = p_scope for update;
  return v_n;
end
$$;
comment on function private.lock_count(text) is 'Locks a scope, and returns the number of the last post.';
revoke execute on function private.lock_count(text) from public;

create function private.pass_limits(p_connection_id uuid, p_at timestamptz) returns timestamptz
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
  v_platform private.platforms;
  v_scopes text[];
  v_n bigint[];
  v_account record;
  v_until timestamptz;
begin
  select * into strict v_connection from public.connections where id = p_connection_id;
  select * into strict v_platform from private.platforms where platform = v_connection.platform;
  v_scopes := array[v_connection.platform, v_connection.platform || ':' || v_connection.external_id];
  v_n := array[private.lock_count(v_scopes[1]) + 1, private.lock_count(v_scopes[2]) + 1];
  v_account := private.account_limit(v_connection, p_at);

  v_until := private.open_at(v_scopes[1], v_n[1], v_platform.post_limit, v_platform.post_window, p_at);
  if v_until is not null then
    perform private.hold_platform(v_connection.platform, v_until, 'posting_limit: all that the app may post');
    return v_until;
  end if;
  v_until := coalesce(v_account.until,
    private.open_at(v_scopes[2], v_n[2], v_account.most, v_account.span, p_at));
  if v_until is not null then
    perform private.hold_connection(p_connection_id, 'limited', v_until, 'posting_limit',
      'As much has been posted as this account may post for now.');
    return v_until;
  end if;
  update private.commit_counts c set n = s.n from unnest(v_scopes, v_n) s (scope, n) where c.scope = s.scope;
  insert into private.commits (scope, n, committed_at)
  select s.scope, s.n, p_at from unnest(v_scopes, v_n) s (scope, n);
  return null;
end
$$;
comment on function private.pass_limits(uuid, timestamptz) is
  'Lets one post of a connection go out at p_at, counted, or not yet: then nothing is counted, the connection or its '
  'platform is held, and it returns until when. Null: it may. Its scopes stay locked until the transaction ends.';
revoke execute on function private.pass_limits(uuid, timestamptz) from public;

create function private.posted_in(p_scope text, p_window interval, p_at timestamptz, out used bigint,
  out first_at timestamptz)
language plpgsql stable set search_path = '' as $$
declare
  v_last bigint := (select n from private.commit_counts where scope = p_scope);
  v_low bigint := (select min(n) from private.commits where scope = p_scope);
  v_high bigint := v_last;
  v_middle bigint;
begin
  -- The first within the window, by halves: numbers and times rise together.
  used := 0;
  if v_low is null then return; end if;
  while v_low <= v_high loop
    v_middle := (v_low + v_high) / 2;
    if (select committed_at from private.commits where scope = p_scope and n = v_middle) > p_at - p_window then
      v_high := v_middle - 1;
    else v_low := v_middle + 1;
    end if;
  end loop;
  used := v_last - v_low + 1;
  first_at := (select committed_at from private.commits where scope = p_scope and n = v_low);
end
$$;
comment on function private.posted_in(text, interval, timestamptz) is
  'How many posts went out in a scope within p_window before p_at, and when the first of them did.';
revoke execute on function private.posted_in(text, interval, timestamptz) from public;

create function private.posting_limit(p_connection public.connections, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_account record := private.account_limit(p_connection, p_at);
  v_total integer := coalesce((p_connection.limits ->> 'total')::integer, v_account.most);
  v_posted record;
begin
  if v_account.most is null then return null; end if;
  v_posted := private.posted_in(p_connection.platform || ':' || p_connection.external_id, v_account.span, p_at);
  return jsonb_build_object(
    'used', greatest(v_posted.used + v_total - v_account.most, 0), 'total', v_total,
    'windowSeconds', extract(epoch from v_account.span)::bigint,
    'resetsAt', coalesce(v_account.until, v_posted.first_at + v_account.span),
    'source', case when p_connection.limits is null then 'ours' else 'platform' end);
end
$$;
comment on function private.posting_limit(public.connections, timestamptz) is
  'What may still be posted with a connection: {used, total, windowSeconds, resetsAt, source} '
  '(shared/rows/connection.ts). Null: any number, as far as anybody says.';
revoke execute on function private.posting_limit(public.connections, timestamptz) from public;
create table private.connection_starts (
  state_hash text primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  platform text not null,
  verifier text not null,
  redirect_to text not null,
  expires_at timestamptz not null,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin'))
);
create index connection_starts_by_user on private.connection_starts (user_id, expires_at);
create index connection_starts_by_time on private.connection_starts (expires_at);

alter table private.connection_starts enable row level security;

comment on table private.connection_starts is
  'Who has set out to sign in at a platform, for ten minutes: by a hash of the state that comes back from there.';
comment on column private.connection_starts.verifier is 'The secret of PKCE (RFC 7636): of no use without the code.';

create function worker.start_connection(
  p_user_id uuid, p_platform text, p_state_hash text, p_verifier text, p_redirect_to text
) returns timestamptz
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_expires_at timestamptz := private.now() + interval '10 minutes';
begin
  perform private.check_platform(p_platform);
  if not private.may_redirect(p_redirect_to) then
    perform private.refuse(422, 'redirect_not_allowed', 'A browser may come back only to addresses that the operator '
      'allows (ops.allow_redirect).', 'redirectTo');
  end if;
  -- No more than twenty at a time of one user.
  delete from private.connection_starts where state_hash in (
    select state_hash from private.connection_starts where user_id = p_user_id
    order by expires_at desc offset 19 for update skip locked);
  insert into private.connection_starts (state_hash, user_id, platform, verifier, redirect_to, expires_at)
  values (p_state_hash, p_user_id, p_platform, p_verifier, p_redirect_to, v_expires_at);
  return v_expires_at;
end
$$;
comment on function worker.start_connection(uuid, text, text, text, text) is
  'A user sets out to sign in at a platform. p_state_hash: of the state that will come back, once; p_verifier: of '
  'PKCE; p_redirect_to: where the browser goes in the end. Returns until when. Errors: 404 unknown_platform, 422 '
  'redirect_not_allowed.';
revoke execute on function worker.start_connection(uuid, text, text, text, text) from public;
grant execute on function worker.start_connection(uuid, text, text, text, text) to service_role;

create function worker.take_connection_start(p_state_hash text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_start private.connection_starts;
begin
  delete from private.connection_starts where state_hash = p_state_hash returning * into v_start;
  if v_start.user_id is null or v_start.expires_at <= private.now() then
    perform private.refuse(422, 'invalid_state', 'Nobody has set out to sign in so, or it is more than ten minutes '
      'ago, or it has come back before.', 'state');
  end if;
  return jsonb_build_object('user_id', v_start.user_id, 'platform', v_start.platform, 'verifier', v_start.verifier,
    'redirect_to', v_start.redirect_to);
end
$$;
comment on function worker.take_connection_start(text) is
  'Who has come back from a platform: {user_id, platform, verifier, redirect_to}, once. Error: 422 invalid_state.';
revoke execute on function worker.take_connection_start(text) from public;
grant execute on function worker.take_connection_start(text) to service_role;

create table private.connection_choices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  platform text not null,
  tokens bytea not null,
  key_name text not null references private.seal_keys (key_name),
  expires_at timestamptz not null,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin'))
);
create index connection_choices_by_user on private.connection_choices (user_id);
create index connection_choices_by_time on private.connection_choices (expires_at);
create index connection_choices_by_key on private.connection_choices (key_name);

alter table private.connection_choices enable row level security;

comment on table private.connection_choices is
  'Who has signed in at a platform and is yet to say which account is meant, for an hour: their tokens, sealed.';

create function worker.save_choice(p_user_id uuid, p_platform text, p_tokens jsonb) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  v_key text := private.seal_key();
begin
  insert into private.connection_choices (id, user_id, platform, tokens, key_name, expires_at)
  values (v_id, p_user_id, p_platform, private.seal(v_id::text, p_tokens::text, v_key), v_key,
    private.now() + interval '1 hour');
  return v_id;
end
$$;
comment on function worker.save_choice(uuid, text, jsonb) is
  'Keeps, for an hour, what a sign-in has given, until its user says which account is meant. Returns its id.';
revoke execute on function worker.save_choice(uuid, text, jsonb) from public;
grant execute on function worker.save_choice(uuid, text, jsonb) to service_role;

create function worker.open_choice(p_choice_id uuid, p_user_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_choice private.connection_choices;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select * into v_choice from private.connection_choices
  where id = p_choice_id and user_id = p_user_id and expires_at > private.now();
  if not found then
    perform private.refuse(410, 'choice_expired', 'There is no such choice, or it was to be made within an hour: sign '
      'in again.');
  end if;
  return jsonb_build_object('platform', v_choice.platform,
    'tokens', private.unseal(v_choice.id::text, v_choice.tokens, v_choice.key_name)::jsonb);
end
$$;
comment on function worker.open_choice(uuid, uuid) is
  'What worker.save_choice has kept for this user: {platform, tokens}, any number of times within an hour. Error: 410 '
  'choice_expired.';
revoke execute on function worker.open_choice(uuid, uuid) from public;
grant execute on function worker.open_choice(uuid, uuid) to service_role;
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
  v_ends := private.after(p_tokens -> case when v_refresh is null then 'expires_in' else 'refresh_expires_in' end, p_at);
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
  'Seals and keeps what a sign-in or a refresh has given; an empty refresh token never overwrites one. Ends all claims. '
  'Returns when the access ends for good, null: it does not, or nobody says.';
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
create function worker.connection_tokens(p_connection_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_state text;
  v_tokens private.connection_tokens;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select c.state into v_state from public.connections c where c.id = p_connection_id;
  if not found then
    perform private.refuse(404, 'connection_not_found', 'There is no such connection.');
  end if;
  select * into v_tokens from private.connection_tokens where connection_id = p_connection_id;
  if not found then
    perform private.refuse(409, 'connection_revoked', 'Its owner has ended this connection.');
  end if;
  return jsonb_build_object(
    'access_token', private.unseal('access ' || p_connection_id, v_tokens.access_token, v_tokens.key_name),
    'expires_at', v_tokens.expires_at, 'state', v_state);
end
$$;
comment on function worker.connection_tokens(uuid) is
  'What a worker needs to call a platform: {access_token, expires_at, state}. Errors: 404 connection_not_found, 409 '
  'connection_revoked.';
revoke execute on function worker.connection_tokens(uuid) from public;
grant execute on function worker.connection_tokens(uuid) to service_role;

create function worker.claim_refresh(p_connection_id uuid, p_refused_access_token text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
create function private.foreign_posts(p_connection public.connections, p_limits jsonb, p_at timestamptz)
returns integer
language plpgsql stable set search_path = '' as $$
begin
  return greatest(0, (p_limits ->> 'used')::integer - (
    select used from private.posted_in(p_connection.platform || ':' || p_connection.external_id,
      make_interval(secs => (p_limits ->> 'windowSeconds')::double precision), p_at)));
end
$$;
comment on function private.foreign_posts(public.connections, jsonb, timestamptz) is
  'How many of the posts that a platform has counted were not made by us.';
revoke execute on function private.foreign_posts(public.connections, jsonb, timestamptz) from public;

create function worker.connection_checked(p_connection_id uuid, p_limits jsonb, p_profile jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_connection public.connections;
  v_limits jsonb;
begin
  select * into v_connection from public.connections where id = p_connection_id and state <> 'revoked' for update;
  if not found then return; end if;
  if private.is_count(p_limits -> 'total', 1000000) and private.is_count(p_limits -> 'used', 1000000)
     and private.is_count(p_limits -> 'windowSeconds', 31536000) and (p_limits ->> 'windowSeconds')::integer > 0 then
    v_limits := jsonb_build_object('total', p_limits -> 'total', 'used', p_limits -> 'used', 'windowSeconds',
      p_limits -> 'windowSeconds', 'resetsAt', p_limits -> 'resetsAt', 'foreign',
      private.foreign_posts(v_connection, p_limits, v_now));
  end if;
  update public.connections set limits = coalesce(v_limits, limits), checked_at = v_now,
    display_name = coalesce(private.cut(p_profile ->> 'display_name', 200), display_name),
    avatar_url = coalesce(p_profile ->> 'avatar_url', avatar_url)
  where id = p_connection_id;
end
$$;
comment on function worker.connection_checked(uuid, jsonb, jsonb) is
  'A platform has answered for a connection. p_limits: what it says that may be posted, {used, total, windowSeconds, '
  'resetsAt}; p_profile: {display_name, avatar_url}; null: it has said nothing of that.';
revoke execute on function worker.connection_checked(uuid, jsonb, jsonb) from public;
grant execute on function worker.connection_checked(uuid, jsonb, jsonb) to service_role;
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

create function private.leave_revocation(p_connection public.connections) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  v_key text := private.seal_key();
  v_now timestamptz := private.now();
  v_tokens private.connection_tokens;
begin
  delete from private.connection_tokens where connection_id = p_connection.id returning * into v_tokens;
  if v_tokens.connection_id is null then return false; end if;
  -- Where all accounts of a user hang on one grant, giving it back would end the others too.
  if (select shares_grants from private.platforms where platform = p_connection.platform) and exists (
    select from public.connections c join private.connection_tokens t on t.connection_id = c.id
    where c.user_id = p_connection.user_id and c.platform = p_connection.platform and c.id <> p_connection.id)
  then return false; end if;
  insert into private.revocations (id, platform, tokens, key_name, asked_at, next_at)
  values (v_id, p_connection.platform, private.seal(v_id::text, jsonb_build_object(
      'access_token', private.unseal('access ' || p_connection.id, v_tokens.access_token, v_tokens.key_name),
      'refresh_token', private.unseal('refresh ' || p_connection.id, v_tokens.refresh_token, v_tokens.key_name))::text,
    v_key), v_key, v_now, v_now);
  return true;
exception when external_routine_invocation_exception or data_corrupted then
  return false; -- what cannot be opened cannot be given back, and keeps nobody
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
  -- After two days of trying it is let go: its user has been told how to look for themselves (docs/publishing.md).
  delete from private.revocations where id = p_id and (not p_retry or tries >= 12);
  return found;
end
$$;
comment on function worker.revocation_done(uuid, boolean) is
  'An access was given back, or was gone already; p_retry: it could not be, and is tried again until it was in vain '
  'twelve times. True: it is forgotten.';
revoke execute on function worker.revocation_done(uuid, boolean) from public;
grant execute on function worker.revocation_done(uuid, boolean) to service_role;
create function worker.platform_down(p_platform text, p_reason text) returns timestamptz
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_until timestamptz;
begin
  update private.platforms p set failures = p.failures + 1,
    down_since = case when p.failures >= 2 then coalesce(p.down_since, v_now) end,
    paused_until = case when p.failures >= 2 then greatest(p.paused_until, n.until) else p.paused_until end,
    pause_reason = case when p.failures >= 2 and coalesce(p.paused_until < n.until, true)
      then 'down: ' || private.cut(p_reason, 500) else p.pause_reason end
  from (select v_now + least(interval '15 seconds' * power(2, least(greatest(failures - 2, 0), 5)),
      interval '5 minutes') as until from private.platforms where platform = p_platform) n
  where p.platform = p_platform returning p.paused_until into v_until;
  return v_until;
end
$$;
comment on function worker.platform_down(text, text) is
  'A platform did not answer, or with an error of its own. Three times in a row pause it, alone: for 15 seconds, then '
  'twice as long each time, up to five minutes. Returns until when, null: it goes on.';
revoke execute on function worker.platform_down(text, text) from public;
grant execute on function worker.platform_down(text, text) to service_role;

create function worker.platform_up(p_platform text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was_down boolean;
begin
  -- Nearly always there is nothing to write.
  if not exists (select from private.platforms where platform = p_platform and failures > 0) then return; end if;
  select starts_with(pause_reason, 'down: ') into v_was_down
  from private.platforms where platform = p_platform for update;
  update private.platforms set failures = 0, down_since = null,
    paused_until = case when not v_was_down then paused_until end,
    pause_reason = case when not v_was_down then pause_reason end
  where platform = p_platform;
  if v_was_down then perform private.platform_freed(p_platform); end if;
end
$$;
comment on function worker.platform_up(text) is
  'A platform has answered: it is not down, and what waited for that goes on. Other pauses stay.';
revoke execute on function worker.platform_up(text) from public;
grant execute on function worker.platform_up(text) to service_role;
create function private.end_holds(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_freed uuid[];
  v_platforms text[];
begin
  with due as materialized (
    select id from public.connections where held_until <= p_at order by held_until limit 1000
    for update skip locked
  ), ended as (
    update public.connections c set state = 'live', state_code = null, state_message = null, held_until = null
    from due where c.id = due.id returning c.id
  )
  select array_agg(id order by id) into v_freed from ended;
  perform private.connection_freed(id) from unnest(v_freed) id;
  with due as materialized (
    select platform from private.platforms where paused_until <= p_at order by platform for update skip locked
  ), ended as (
    -- Those that were down stay so until they answer: the next failure pauses them again, and longer.
    update private.platforms p set paused_until = null, pause_reason = null
    from due where p.platform = due.platform returning p.platform
  )
  select array_agg(platform order by platform) into v_platforms from ended;
  perform private.platform_freed(platform) from unnest(v_platforms) platform;
  return coalesce(cardinality(v_freed), 0) + coalesce(cardinality(v_platforms), 0);
end
$$;
comment on function private.end_holds(timestamptz) is
  'Ends the waits of connections and the pauses of platforms whose time has come, up to 1,000. Returns how many.';
revoke execute on function private.end_holds(timestamptz) from public;

create function private.note_ends(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  with due as materialized (
    select id, expires_at <= p_at as is_over from public.connections
    where state in ('live', 'expiring') and expires_at <= p_at + case state when 'live' then interval '7 days' else '0' end
    order by expires_at limit 1000 for update skip locked
  )
  update public.connections c set state = case when is_over then 'reconnect_needed' else 'expiring' end,
    state_code = case when is_over then 'access_expired' else 'access_expires' end,
    state_message = case when is_over then 'The access that was given has ended.'
      else 'The access that was given ends soon.' end
  from due where c.id = due.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.note_ends(timestamptz) is
  'Tells of connections whose access ends within a week, or has ended, up to 1,000. Returns how many.';
revoke execute on function private.note_ends(timestamptz) from public;

create function private.reseal(p_qty integer default 500) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_key text := (select key_name from private.seal_keys where is_current);
  v_old record;
  v_count integer := 0;
begin
  -- Nearly always there is one key.
  if (select count(*) from private.seal_keys) < 2 then return 0; end if;
  for v_old in
    select * from private.connection_tokens where key_name <> v_key
    order by connection_id limit p_qty for update skip locked
  loop
    update private.connection_tokens set key_name = v_key,
      access_token = private.seal('access ' || connection_id,
        private.unseal('access ' || connection_id, access_token, key_name), v_key),
      refresh_token = private.seal('refresh ' || connection_id,
        private.unseal('refresh ' || connection_id, refresh_token, key_name), v_key)
    where connection_id = v_old.connection_id;
    v_count := v_count + 1;
  end loop;
  -- The outbox and the choices are short-lived: a key goes when nothing lies under it any more.
  with unused as (
    delete from private.seal_keys k where not is_current and made_at < private.now() - interval '1 hour'
      and not exists (select from private.connection_tokens t where t.key_name = k.key_name)
      and not exists (select from private.connection_choices c where c.key_name = k.key_name)
      and not exists (select from private.revocations r where r.key_name = k.key_name)
    returning key_name
  )
  delete from vault.secrets s using unused where s.name = unused.key_name;
  return v_count;
end
$$;
comment on function private.reseal(integer) is
  'Seals up to p_qty connections'' tokens anew that lie under a key which is no longer the current one, and throws '
  'away keys under which nothing lies. Returns how many.';
revoke execute on function private.reseal(integer) from public;

create function ops.rotate_connections_key() returns text
language plpgsql security definer set search_path = '' as $$
begin
  return private.make_seal_key();
end
$$;
comment on function ops.rotate_connections_key() is
  'Makes a new key for the tokens of connections. Those that are there are sealed anew by and by, by the schedules; '
  'then the old key is thrown away. Returns the name of the new one.';
revoke execute on function ops.rotate_connections_key() from public;

create function private.look_after_connections() returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  delete from private.connection_starts where expires_at <= v_now;
  delete from private.connection_choices where expires_at <= v_now;
  return jsonb_strip_nulls(jsonb_build_object(
    'freed', private.guarded('esteira-connections', format('private.end_holds(%L)', v_now)),
    'ended', private.guarded('esteira-connections', format('private.note_ends(%L)', v_now)),
    'resealed', private.guarded('esteira-connections', 'private.reseal()')));
end
$$;
comment on function private.look_after_connections() is
  'Ends holds whose time has come, tells of accesses that end, forgets sign-ins that came to nothing, and seals tokens '
  'anew after a change of key. Returns counts: {freed, ended, resealed}.';
revoke execute on function private.look_after_connections() from public;

create function private.forget_commits() returns integer
language plpgsql volatile set search_path = '' as $$
begin
  -- As long as the longest window of any platform, and a day.
  return private.forget_older('private.commits', 'committed_at', private.now() - interval '1 day' - (
    select greatest(max(post_window), max(connection_post_window), interval '1 day') from private.platforms));
end
$$;
comment on function private.forget_commits() is
  'Forgets when posts went out that no window knows any more, up to 20,000. Returns how many.';
revoke execute on function private.forget_commits() from public;
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
      ('tiktok', '{"api_version": "v2"}'::jsonb),
      ('facebook', '{"api_version": "v27.0", "renew_ahead": "10 days", "shares_grants": true}'),
      -- Of any 24 hours, until the platform says how much an account may.
      ('instagram', '{"api_version": "v27.0", "connection_post_limit": 50, "connection_post_window": "24 hours",
        "renew_ahead": "10 days", "shares_grants": true}'),
      ('youtube', '{"api_version": "v3"}'),
      ('threads', '{"api_version": "v1.0", "connection_post_limit": 250, "connection_post_window": "24 hours",
        "renew_ahead": "10 days"}'),
      ('x', '{"post_limit": 10000, "post_window": "24 hours", "connection_post_limit": 100,
        "connection_post_window": "15 minutes"}'),
      ('linkedin', '{"api_version": "202608"}')
    ) platforms (name, columns),
    lateral private.ship_row('platform', 'private.platforms', 'platform', name, columns) s;
  return query
    select s.* from (values
      ('facebook', 'v21.0', '2027-01-21Z'::timestamptz), ('facebook', 'v22.0', '2027-05-20Z'), ('facebook', 'v27.0', null),
      ('instagram', 'v21.0', '2027-01-21Z'), ('instagram', 'v22.0', '2027-05-20Z'), ('instagram', 'v27.0', null),
      ('threads', 'v1.0', null), ('youtube', 'v3', null), ('tiktok', 'v2', null),
      ('linkedin', '202601', '2027-01-15Z'), ('linkedin', '202602', '2027-02-15Z'), ('linkedin', '202603', '2027-03-16Z'),
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

SET local check_function_bodies = off;

ALTER TABLE "private"."shipped_rows"
  DROP CONSTRAINT "kinds_are_known";

CREATE OR REPLACE FUNCTION ops.counts (
  p_since interval DEFAULT '01:00:00'::interval
)
  RETURNS TABLE (
    name  text,
    count bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_since timestamptz := v_now - p_since;
begin
  -- What is of the future is of a clock that was set back, and not of late.
  return query
    select 'attempts ' || a.outcome, count(*) from public.job_attempts a
    where a.finished_at > v_since and a.finished_at <= v_now group by a.outcome
    union all
    select 'webhooks ' || e.verdict, count(*) from private.webhook_events e
    where e.received_at > v_since and e.received_at <= v_now group by e.verdict
    union all
    select r.schedule || ' ' || r.repair, sum(r.count)::bigint from private.repairs r
    where r.repaired_at > v_since and r.repaired_at <= v_now group by r.schedule, r.repair
    union all
    select 'schedules failed', count(*) from cron.job_run_details d
    where d.status = 'failed' and d.end_time > v_since and d.end_time <= v_now
    union all
    select 'parts failing', count(*) from private.faults x where x.last_at > v_since and x.last_at <= v_now
    union all
    select 'jobs quarantined', count(distinct q.job_id) from private.quarantine q
    union all
    select 'effects ' || e.outcome, count(*) from public.job_effects e
    where e.updated_at > v_since and e.updated_at <= v_now group by e.outcome
    union all
    select 'broadcasts ' || b.fate, b.count from (
      select sum(f.heard)::bigint as failed, sum(f.count - f.heard)::bigint as unheard from private.broadcast_failures f
      where f.failed_at > v_since and f.failed_at <= v_now) f,
    lateral (values ('failed', f.failed), ('unheard', f.unheard)) b (fate, count)
    where b.count > 0
    union all
    select 'screens in a thousand that miss changes', s.count from private.screens_that_miss(v_since) s(count)
    where s.count is not null
    union all
    select 'accounts paused', count(*) from private.accounts a
    where a.paused_until > private.now() and a.retired_at is null
    union all
    select 'circuits open', count(*) from private.lanes l where l.circuit_opened_at is not null
    union all
    select 'tasks winding down', count(*) from private.cancels c where c.over_at is null
    union all
    select 'tasks ended ' || c.how, count(*) from private.cancels c where c.over_at > v_since and c.over_at <= v_now
    group by c.how
    union all
    select 'refunds due', count(*) from private.cancels c join public.jobs j on j.id = c.job_id
    where c.over_at is null and j.refund = 'due'
    union all
    select 'files to be deleted', count(*) from private.doomed_files f where f.due_at <= private.now()
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > private.now()
    union all
    select 'platforms paused', count(*) from private.platforms p where p.paused_until > private.now()
    union all
    select 'api versions ending', private.api_versions_ending()
    union all
    select 'connections to be connected anew', count(*) from public.connections c
    where c.state = 'reconnect_needed' and c.updated_at > v_since and c.updated_at <= v_now
    union all
    select 'accesses that cannot be renewed', count(*) from private.connection_tokens t where t.failures >= 3
    union all
    select 'accesses that cannot be given back', count(*) from private.revocations r where r.tries >= 6
    union all
    select 'dead letters', count(*) from (select from ops.dead_letters limit 1000) d; -- more than that is no news
end
$function$;

CREATE OR REPLACE FUNCTION ops.export_user (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_user jsonb := (
    select jsonb_build_object('id', u.id, 'email', u.email, 'phone', to_jsonb(u) -> 'phone', 'created_at', u.created_at,
      'user_metadata', to_jsonb(u) -> 'raw_user_meta_data', 'app_metadata', to_jsonb(u) -> 'raw_app_meta_data')
    from auth.users u where u.id = p_user_id);
begin
  if v_user is null then perform private.refuse(404, 'user_not_found', 'There is no such user.'); end if;
  return jsonb_build_object('user', v_user, 'exported_at', private.now(), 'jobs', private.jobs_of(p_user_id),
    'balance', coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0),
    'credits', (select coalesce(jsonb_agg(to_jsonb(e) - 'user_id' order by e.entry_id), '[]')
      from public.credit_entries e where e.user_id = p_user_id),
    'models', (select coalesce(jsonb_agg(to_jsonb(m) - 'userId' order by m.id), '[]')
      from public.ai_models m where m."userId" = p_user_id),
    'projects', (select coalesce(jsonb_agg(to_jsonb(p) - 'user_id' order by p.created_at, p.id), '[]')
      from public.projects p where p.user_id = p_user_id),
    'connections', (select coalesce(jsonb_agg(to_jsonb(c) - 'user_id' order by c.id), '[]')
      from public.connections c where c.user_id = p_user_id),
    'effects', (select coalesce(jsonb_agg(to_jsonb(f) - 'user_id' order by f.job_id), '[]')
      from public.job_effects f where f.user_id = p_user_id),
    'limits', (select coalesce(jsonb_object_agg(l.limit_name, l.maximum), '{}')
      from private.limits_of_users l where l.user_id = p_user_id),
    'deliveries', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
      from private.deliveries d where d.user_id = p_user_id),
    'files', private.files_of(p_user_id));
end
$function$;

CREATE OR REPLACE FUNCTION ops.install()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  SET "IntervalStyle" TO 'postgres'
  AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('esteira.install', 0));
  return query select * from private.install_lanes();
  return query select * from private.install_queues();
  return query select * from private.install_tools();
  return query select * from private.install_limits();
  return query select * from private.install_accounts();
  return query select * from private.install_platforms();
  return query select * from private.install_buckets();
  return query select * from private.install_alert_rules();
  return query select * from private.install_schedules();
end
$function$;

CREATE OR REPLACE FUNCTION private.clean_up (
  p_keep interval DEFAULT '30 days'::interval
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_before timestamptz := private.now() - p_keep;
  v_archived integer;
begin
  v_archived := coalesce(private.guarded('esteira-cleanup',
      format('private.forget_archived(''settle_queue'', %L)', v_before))::integer, 0) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  -- One that fails keeps the others neither from being done nor from having been done.
  perform private.guarded('esteira-cleanup', call) from (values
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_rows_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_models integer;
  v_projects integer;
  v_connections integer;
begin
  -- Here rather than by the foreign keys to auth.users: in the order in which whoever saves several locks them.
  perform from public.projects where user_id = p_user_id order by id for update;
  delete from public.projects where user_id = p_user_id;
  get diagnostics v_projects = row_count;
  delete from public.ai_models where "userId" = p_user_id;
  get diagnostics v_models = row_count;
  -- Each leaves its access in the outbox of revocations.
  perform from public.connections where user_id = p_user_id order by id for update;
  delete from public.connections where user_id = p_user_id;
  get diagnostics v_connections = row_count;
  delete from private.connection_starts where user_id = p_user_id;
  delete from private.connection_choices where user_id = p_user_id;
  delete from private.tickets where user_id = p_user_id;
  delete from private.limits_of_users where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
end
$function$;

CREATE OR REPLACE FUNCTION private.has_endings_due()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return exists (select from private.cancels where over_at is null and next_at <= private.now())
    or exists (select from private.doomed_files where due_at <= private.now())
    or exists (select from private.forgets where next_at <= private.now())
    or exists (select from private.revocations where next_at <= private.now())
    or exists (select from private.connection_tokens where renew_at <= private.now());
end
$function$;

CREATE OR REPLACE FUNCTION private.install_alert_rules()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      ('Many jobs fail', 'attempts failed', '15 minutes', 20),
      ('Results came too late', 'attempts orphaned', '1 hour', 5),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5),
      ('An account is paused', 'accounts paused', '1 minute', 1),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10),
      ('Screens miss changes', 'screens in a thousand that miss changes', '1 hour', 100),
      ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5),
      ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5),
      ('Nobody knows what became of tasks', 'esteira-reap tasks_unknown', '1 hour', 1),
      ('Results could not be copied', 'esteira-reap copies_given_up', '1 hour', 1),
      ('Jobs wait too long to begin', 'esteira-reap expired', '1 hour', 5),
      ('A provider is down', 'circuits open', '1 minute', 1),
      ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1),
      ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10),
      ('A schedule fails', 'schedules failed', '15 minutes', 3),
      ('A platform is paused', 'platforms paused', '1 minute', 1),
      ('A version of a platform''s API ends soon', 'api versions ending', '1 minute', 1),
      ('Many connections are lost', 'connections to be connected anew', '1 hour', 10),
      ('Accesses cannot be renewed', 'accesses that cannot be renewed', '1 minute', 5),
      ('Accesses cannot be given back', 'accesses that cannot be given back', '1 minute', 1),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1)
    ) rules (name, count_name, look_back, threshold),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_schedules()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      ('esteira-tick', '10 seconds'),
      ('esteira-effects', '10 seconds'),
      ('esteira-progress', '11 seconds'),
      ('esteira-connections', '13 seconds'),
      -- No divisor in common, so that they hardly ever fall together (see the head of this room).
      ('esteira-ask', '59 seconds'),
      ('esteira-leases', '53 seconds'),
      ('esteira-overdue', '47 seconds'),
      ('esteira-expire', '43 seconds'),
      ('esteira-copies', '41 seconds'),
      ('esteira-tasks', '37 seconds'),
      ('esteira-retention', '31 seconds'),
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.parts()
  RETURNS TABLE (
    part      text,
    schedule  text,
    routine   text,
    counts    text,
    is_repair boolean
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values
    -- Before any time is looked at.
    ('esteira-clock', 'esteira-ask', 'follow_clock', 'moved', false),
    ('esteira-ask', 'esteira-ask', 'ask_about_silent_jobs', 'asked', true),
    ('esteira-resend', 'esteira-ask', 'resend_lost_messages', 'resent', true),
    ('esteira-leases', 'esteira-leases', 'tend_pull_lanes', 'leases_ended', true),
    ('esteira-ask-last', 'esteira-ask', 'ask_a_last_time', 'asked_last', true),
    ('esteira-overdue', 'esteira-overdue', 'give_up_overdue_jobs', 'given_up', true),
    ('esteira-expire', 'esteira-expire', 'end_expired_jobs', 'expired', true),
    ('esteira-copies', 'esteira-copies', 'give_up_copies', 'copies_given_up', true),
    ('esteira-tasks', 'esteira-tasks', 'give_up_old_tasks', 'old_tasks', false),
    ('esteira-outbox', 'esteira-tasks', 'end_task_lives', 'tasks_unknown', true),
    ('esteira-slots', 'esteira-tasks', 'tidy_up', 'slots_freed', true),
    ('esteira-tick', 'esteira-tick', 'tick_lanes', 'poked', false),
    ('esteira-progress', 'esteira-progress', 'estimate_progress', 'estimated', false),
    ('esteira-effects', 'esteira-effects', 'apply_pending_effects', 'applied', false),
    ('esteira-alerts', 'esteira-alerts', 'alerts_tick', null, false),
    ('esteira-retry', 'esteira-retry', 'sweep', null, false),
    ('esteira-connections', 'esteira-connections', 'look_after_connections', null, false),
    ('esteira-leavers', 'esteira-retention', 'forget_leavers', null, false),
    ('esteira-inputs', 'esteira-retention', 'sweep_inputs', 'doomed', false),
    ('esteira-orphans', 'esteira-retention', 'sweep_outputs', 'doomed', false),
    ('esteira-outputs', 'esteira-retention', 'expire_outputs', 'expired', false),
    ('esteira-deliveries', 'esteira-retention', 'forget_deliveries', 'forgotten', false),
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false)
$function$;

ALTER TABLE "private"."shipped_rows"
  ADD CONSTRAINT "kinds_are_known"
    CHECK
    ((kind = ANY (ARRAY['lane'::text, 'tool'::text, 'account'::text, 'bucket'::text, 'schedule'::text, 'alert rule'::text, 'limit'::text, 'platform'::text,
    'platform version'::text])));

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with attempts and webhooks), models, projects, connections, effects, limits, deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "ops"."forget_user"(uuid) IS 'Deletes a user and all that is theirs; for one who is gone already, what may be left. What runs is stopped, files and trained models are deleted by the worker, the ledger stays under a tombstone. Returns {user (deleted or gone), jobs, tasks (that the outbox still stops), projects, models, connections (their accesses are given back by the worker), forgets (trained models to be deleted at their provider), entries (of the ledger), tombstone_id (null without entries; told here and nowhere else), files (prefixes to be deleted), traces, again_at (when traces and files are looked for once more)}. Error: 422 invalid_input.';

COMMENT ON FUNCTION "private"."delete_rows_of"(uuid) IS 'Deletes what a user who leaves has besides jobs and credits. Returns {projects, models, connections}: how many.';

COMMENT ON FUNCTION "private"."has_endings_due"() IS 'Whether the outboxes of cancels, of what providers are to forget and of revocations, the files to be deleted or accesses to be renewed wait for a worker.';

select ops.install();
