-- Publishing: connections to social platforms, and publications in their lane.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

create extension if not exists pgcrypto with schema extensions;

create function private.is_publication(p_job public.jobs) returns boolean
language sql immutable set search_path = '' as $$
  select p_job.lane = 'publication' and p_job.input ? 'connectionId'
$$;
comment on function private.is_publication(public.jobs) is
  'Whether a job publishes with a connection (see the publications room), rather than being an ordinary one.';
revoke execute on function private.is_publication(public.jobs) from public;

create function private.is_time_zone(p_zone text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return ('2000-01-01 00:00:00Z'::timestamptz at time zone p_zone) is not null;
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function private.is_time_zone(text) is
  'Whether there is a time zone of that name, such as America/Los_Angeles.';
revoke execute on function private.is_time_zone(text) from public;

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
  probe_id uuid,
  tried_id uuid,
  post_limit integer,
  post_window interval,
  post_zone text,
  connection_post_limit integer,
  connection_post_window interval,
  connection_post_zone text,
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
  constraint days_are_of_a_time_zone check (
    (post_zone is null or private.is_time_zone(post_zone))
    and (connection_post_zone is null or private.is_time_zone(connection_post_zone))),
  constraint what_has_a_zone_is_a_day check (
    (post_zone is null or coalesce(post_window = '1 day', true))
    and (connection_post_zone is null or coalesce(connection_post_window = '1 day', true))),
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
comment on column private.platforms.probe_id is
  'The connection that may try, while it is down, whether it answers again: the others wait for what comes of that.';
comment on column private.platforms.tried_id is 'The connection that was the last to try: the next one is another.';
comment on column private.platforms.post_limit is
  'How many posts all connections together may make in any post_window; null: any number.';
comment on column private.platforms.post_zone is
  'The time zone by whose midnight post_limit begins anew: a day of the calendar, of 23 to 25 hours, whose post_window '
  'is 1 day. Null: post_window is a window that moves along.';
comment on column private.platforms.connection_post_zone is
  'The same of connection_post_limit, and of what the platform says of an account''s day.';
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
  perform private.refuse(404, 'unknown_platform', format('There is no platform %s.', left(p_platform, 100)),
    'platform');
end
$$;
comment on function private.check_platform(text) is
  'Error 404 unknown_platform unless there is a platform of that name.';
revoke execute on function private.check_platform(text) from public;

create function private.sunset_of(p_platform text, p_version text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_ends timestamptz := (
    select sunset_at from private.platform_versions where platform = p_platform and version = p_version);
begin
  if v_ends is null and p_platform = 'linkedin' and p_version ~ '^20\d\d(0[1-9]|1[0-2])' then
    return make_timestamptz(left(p_version, 4)::integer + 1, substr(p_version, 5, 2)::integer, 15, 0, 0, 0, 'UTC');
  end if;
  return v_ends;
end
$$;
comment on function private.sunset_of(text, text) is
  'When a version of a platform''s API ends: as its row says; one of LinkedIn''s, which are named for months, in the '
  'middle of its month a year later, as those before it did. Null: nothing is known.';
revoke execute on function private.sunset_of(text, text) from public;

create function private.api_versions_ending(p_within interval default '60 days') returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from private.platforms p
    where p.client_id is not null and private.sunset_of(p.platform, p.api_version) < private.now() + p_within);
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
  -- The key is random: deriving it slowly, as passwords need, would only cost time. Whose it is lies inside, so that
  -- one row's seal does not open in another.
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
comment on column public.connections.settings is
  'What the platform''s calls need, such as the id of a page. No secret.';
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
  update private.platforms set paused_until = p_until, pause_reason = private.cut(p_reason, 500), down_since = null,
    probe_id = null
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
      when p.paused_until > p_at and p.probe_id is distinct from c.id then 'platform_paused'
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
  -- Whatever they show as their hold: that is written for the first of a line, and skips what is locked.
  insert into private.freed_connections (connection_id)
  select distinct p.connection_id from public.publications p where p.line = 'held' and p.platform = p_platform;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.platform_freed(text) is
  'Notes that the lines of all connections may go on that a pause of their platform holds up. Returns how many.';
revoke execute on function private.platform_freed(text) from public;

create function ops.resume_platform(p_platform text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  update private.platforms set paused_until = null, pause_reason = null, failures = 0, down_since = null,
    probe_id = null
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

create function private.midnight_before(p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select date_trunc('day', p_at at time zone p_zone) at time zone p_zone
$$;
comment on function private.midnight_before(text, timestamptz) is
  'When the day began that it is at p_at in a time zone. Where clocks skip midnight, it begins with what they show '
  'next; where they show it twice, with the second time.';
revoke execute on function private.midnight_before(text, timestamptz) from public;

create function private.midnight_after(p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select (date_trunc('day', p_at at time zone p_zone) + interval '1 day') at time zone p_zone
$$;
comment on function private.midnight_after(text, timestamptz) is
  'When the day ends that it is at p_at in a time zone.';
revoke execute on function private.midnight_after(text, timestamptz) from public;

create function private.leaves_window(p_committed_at timestamptz, p_window interval, p_zone text) returns timestamptz
language sql immutable set search_path = '' as $$
  select interval '10 seconds' + case when p_zone is null then p_committed_at + p_window
    else private.midnight_after(p_zone, p_committed_at + interval '10 seconds') end
$$;
comment on function private.leaves_window(timestamptz, interval, text) is
  'From when on a post does not count any more, by whatever clock the platform has: when p_window is over, or the day '
  'of p_zone.';
revoke execute on function private.leaves_window(timestamptz, interval, text) from public;

create function private.counts_since(p_window interval, p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select case when p_zone is null then p_at - p_window
    else private.midnight_before(p_zone, p_at) - interval '1 microsecond' end
$$;
comment on function private.counts_since(interval, text, timestamptz) is
  'Whatever went out after this time counts at p_at: within p_window, or on the same day of p_zone.';
revoke execute on function private.counts_since(interval, text, timestamptz) from public;

create function private.open_at(
  p_scope text, p_n bigint, p_limit integer, p_window interval, p_zone text, p_at timestamptz
) returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select f.at from private.commits c, private.leaves_window(c.committed_at, p_window, p_zone) f (at)
    where c.scope = p_scope and c.n = p_n - p_limit and f.at > p_at);
end
$$;
comment on function private.open_at(text, bigint, integer, interval, text, timestamptz) is
  'From when on number p_n may go out, where p_limit may in any p_window, or day of p_zone. Null: at once, at p_at.';
revoke execute on function private.open_at(text, bigint, integer, interval, text, timestamptz) from public;

create function private.account_limit(
  p_connection public.connections, p_at timestamptz, out most integer, out span interval, out zone text,
  out until timestamptz
) language plpgsql stable set search_path = '' as $$
begin
  select p.connection_post_limit, p.connection_post_window, p.connection_post_zone into most, span, zone
  from private.platforms p where p.platform = p_connection.platform;
  if p_connection.limits is null then return; end if;
  -- What the platform says counts, and what others have posted there is no longer there for us, until it is looked at
  -- again or has left the window.
  span := make_interval(secs => (p_connection.limits ->> 'windowSeconds')::numeric::double precision);
  zone := case when span = '1 day' then zone end;
  most := (p_connection.limits ->> 'total')::integer;
  if p_connection.checked_at > private.counts_since(span, zone, p_at) then
    most := most - coalesce((p_connection.limits ->> 'foreign')::integer, 0);
  end if;
  if most <= 0 then
    until := greatest(coalesce((p_connection.limits ->> 'resetsAt')::timestamptz, p_connection.checked_at + span / 24),
      p_at + interval '1 minute');
  end if;
end
$$;
comment on function private.account_limit(public.connections, timestamptz) is
  'How much may be posted to a connection''s account in any span, or day of zone: most (null: any number); until: '
  'there is nothing left before this time, as the platform has said.';
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

  v_until := private.open_at(v_scopes[1], v_n[1], v_platform.post_limit, v_platform.post_window,
    v_platform.post_zone, p_at);
  if v_until is not null then
    perform private.hold_platform(v_connection.platform, v_until, 'posting_limit: all that the app may post');
    return v_until;
  end if;
  v_until := coalesce(v_account.until,
    private.open_at(v_scopes[2], v_n[2], v_account.most, v_account.span, v_account.zone, p_at));
  if v_until is not null then
    perform private.hold_connection(p_connection_id, 'limited', v_until, 'posting_limit',
      'As much has been posted as this account may post for now.');
    return v_until;
  end if;
  update private.commit_counts c set n = s.n from unnest(v_scopes, v_n) s (scope, n) where c.scope = s.scope;
  -- Never before the last one: whoever has waited for a lock brings an older time.
  insert into private.commits (scope, n, committed_at)
  select s.scope, s.n, greatest(p_at, (
    select c.committed_at from private.commits c where c.scope = s.scope and c.n = s.n - 1))
  from unnest(v_scopes, v_n) s (scope, n);
  return null;
end
$$;
comment on function private.pass_limits(uuid, timestamptz) is
  'Lets one post of a connection go out at p_at, counted, or not yet: then nothing is counted, the connection or its '
  'platform is held, and it returns until when. Null: it may. Its scopes stay locked until the transaction ends.';
revoke execute on function private.pass_limits(uuid, timestamptz) from public;

create function private.posted_since(p_scope text, p_since timestamptz, out used bigint, out first_at timestamptz)
language plpgsql stable set search_path = '' as $$
declare
  v_last bigint := (select n from private.commit_counts where scope = p_scope);
  v_low bigint := (select min(n) from private.commits where scope = p_scope);
  v_high bigint := v_last;
  v_middle bigint;
begin
  -- The first of them, by halves: numbers and times rise together.
  used := 0;
  if v_low is null then return; end if;
  while v_low <= v_high loop
    v_middle := (v_low + v_high) / 2;
    if (select committed_at from private.commits where scope = p_scope and n = v_middle) > p_since then
      v_high := v_middle - 1;
    else v_low := v_middle + 1;
    end if;
  end loop;
  used := v_last - v_low + 1;
  first_at := (select committed_at from private.commits where scope = p_scope and n = v_low);
end
$$;
comment on function private.posted_since(text, timestamptz) is
  'How many posts went out in a scope after p_since, and when the first of them did.';
revoke execute on function private.posted_since(text, timestamptz) from public;

create function private.posting_limit(p_connection public.connections, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_account record := private.account_limit(p_connection, p_at);
  v_total integer := coalesce((p_connection.limits ->> 'total')::integer, v_account.most);
  v_posted record;
begin
  if v_account.most is null then return null; end if;
  v_posted := private.posted_since(p_connection.platform || ':' || p_connection.external_id,
    private.counts_since(v_account.span, v_account.zone, p_at));
  return jsonb_build_object(
    'used', greatest(v_posted.used + v_total - v_account.most, 0), 'total', v_total,
    'windowSeconds', extract(epoch from v_account.span)::bigint,
    'resetsAt', coalesce(v_account.until, case when v_account.zone is null then v_posted.first_at + v_account.span
      else private.midnight_after(v_account.zone, p_at) end),
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

create function worker.open_choice(p_choice_id uuid, p_user_id uuid, p_take boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_choice private.connection_choices;
begin
  select * into v_choice from private.connection_choices
  where id = p_choice_id and user_id = p_user_id and expires_at > (select private.now()) for update;
  if not found then
    perform private.refuse(410, 'choice_expired', 'There is no such choice, or it was to be made within an hour: sign '
      'in again.');
  end if;
  if p_take then delete from private.connection_choices where id = p_choice_id; end if;
  return jsonb_build_object('platform', v_choice.platform,
    'tokens', private.unseal(v_choice.id::text, v_choice.tokens, v_choice.key_name)::jsonb);
end
$$;
comment on function worker.open_choice(uuid, uuid, boolean) is
  'What worker.save_choice has kept for this user: {platform, tokens}, any number of times within an hour; p_take: for '
  'the last time, as it must be where its refresh token can be used once. Error: 410 choice_expired.';
revoke execute on function worker.open_choice(uuid, uuid, boolean) from public;
grant execute on function worker.open_choice(uuid, uuid, boolean) to service_role;
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
create function worker.connection_tokens(p_connection_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
declare
  v_span interval := make_interval(secs => (p_limits ->> 'windowSeconds')::double precision);
  v_zone text;
begin
  select connection_post_zone into v_zone from private.platforms
  where platform = p_connection.platform and v_span = '1 day';
  return greatest(0, (p_limits ->> 'used')::integer - (
    select used from private.posted_since(p_connection.platform || ':' || p_connection.external_id,
      private.counts_since(v_span, v_zone, p_at))));
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

create function worker.connection_refused(p_connection_id uuid, p_code text, p_message text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.hold_connection(p_connection_id, 'reconnect_needed', null, p_code, p_message);
end
$$;
comment on function worker.connection_refused(uuid, text, text) is
  'A platform refuses a connection''s access for good: its owner is to connect it anew. p_code, p_message: what '
  'it said.';
revoke execute on function worker.connection_refused(uuid, text, text) from public;
grant execute on function worker.connection_refused(uuid, text, text) to service_role;
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
create function worker.platform_down(p_platform text, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_until timestamptz;
begin
  update private.platforms p set failures = p.failures + 1, probe_id = null,
    down_since = case when p.failures >= 2 then coalesce(p.down_since, v_now) end,
    -- The time that somebody had to try is over with this.
    paused_until = case when p.failures < 2 then p.paused_until when p.probe_id is not null then n.until
      else greatest(p.paused_until, n.until) end,
    pause_reason = case when p.failures >= 2 and coalesce(p.paused_until < n.until, true)
      then 'down: ' || private.cut(p_reason, 500) else p.pause_reason end
  from (select v_now + least(interval '15 seconds' * power(2, least(greatest(failures - 2, 0), 5)),
      interval '5 minutes') as until from private.platforms where platform = p_platform) n
  where p.platform = p_platform returning p.paused_until into v_until;
  return coalesce(v_until > v_now, false);
end
$$;
comment on function worker.platform_down(text, text) is
  'A platform did not answer, or with an error of its own. Three times in a row pause it, alone: for 15 seconds, then '
  'twice as long each time, up to five minutes; after each pause one connection tries (private.let_one_try). Returns '
  'whether it is paused now.';
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
  update private.platforms set failures = 0, down_since = null, probe_id = null,
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
create function private.next_to_try(p_platform text, p_after uuid) returns uuid
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_id uuid;
begin
  -- Along the index of those that are held: however many wait, a few are looked at.
  select p.connection_id into v_id
  from public.publications p join public.connections c on c.id = p.connection_id
  where p.line = 'held' and p.connection_id > p_after and p.platform = p_platform and c.state in ('live', 'expiring')
    and not exists (select from public.publications f where f.connection_id = p.connection_id and f.line = 'front')
  order by p.connection_id, p.priority desc, p.ticket, p.job_id limit 1;
  return v_id;
end
$$;
comment on function private.next_to_try(text, uuid) is
  'The first connection after p_after with which something waits for its platform, and nothing is under way; null: '
  'none.';
revoke execute on function private.next_to_try(text, uuid) from public;

create function private.let_one_try(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_nobody uuid := '00000000-0000-0000-0000-000000000000';
  v_due record;
  v_id uuid;
  v_count integer := 0;
begin
  for v_due in
    select platform, coalesce(tried_id, v_nobody) as last from private.platforms
    where paused_until <= p_at and down_since is not null order by platform for update skip locked
  loop
    -- In turn, whatever came of the last one: what one cannot do another may.
    v_id := coalesce(private.next_to_try(v_due.platform, v_due.last), private.next_to_try(v_due.platform, v_nobody));
    continue when v_id is null;
    update private.platforms set probe_id = v_id, tried_id = v_id, paused_until = p_at + interval '2 minutes'
    where platform = v_due.platform;
    perform private.connection_freed(v_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.let_one_try(timestamptz) is
  'Where the pause of a platform is over that was down, lets one of the connections that wait for it try, for two '
  'minutes: all at once would keep every slot waiting for an answer. What it comes to ends the pause, or makes it '
  'longer; where nothing does, another one tries. Returns how many try.';
revoke execute on function private.let_one_try(timestamptz) from public;

create function private.end_holds(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_freed uuid[];
  v_platforms text[];
  v_tries integer := private.let_one_try(p_at);
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
    update private.platforms p set paused_until = null, pause_reason = null, probe_id = null
    from due where p.platform = due.platform returning p.platform
  )
  select array_agg(platform order by platform) into v_platforms from ended;
  perform private.platform_freed(platform) from unnest(v_platforms) platform;
  return v_tries + coalesce(cardinality(v_freed), 0) + coalesce(cardinality(v_platforms), 0);
end
$$;
comment on function private.end_holds(timestamptz) is
  'Ends the waits of connections and the pauses of platforms whose time has come, up to 1,000; of one that was down '
  'and is waited for, one connection tries first. Returns how many.';
revoke execute on function private.end_holds(timestamptz) from public;

create function private.note_ends(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  with due as materialized (
    select id, expires_at <= p_at as is_over from public.connections
    where state in ('live', 'expiring')
      and expires_at <= p_at + case state when 'live' then interval '7 days' else '0' end
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
    delete from private.seal_keys k where not is_current and made_at < (select private.now()) - interval '1 hour'
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

create function private.forget_connections(p_qty integer default 1000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  with over as materialized (
    select c.id from public.connections c
    where c.state = 'revoked' and c.updated_at < (select private.now()) - interval '30 days'
      and not exists (select from public.publications p where p.connection_id = c.id)
    limit p_qty for update of c skip locked
  )
  delete from public.connections c using over where c.id = over.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_connections(integer) is
  'Forgets up to p_qty connections that were ended 30 days ago, and that no publication names. Returns how many.';
revoke execute on function private.forget_connections(integer) from public;
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
create function ops.api_versions()
returns table (platform text, api_version text, sunset_at timestamptz, days_left integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select p.platform, p.api_version, s.sunset_at,
      floor(extract(epoch from s.sunset_at - private.now()) / 86400)::integer
    from private.platforms p, private.sunset_of(p.platform, p.api_version) s (sunset_at)
    where p.api_version is not null order by s.sunset_at nulls last, p.platform;
end
$$;
comment on function ops.api_versions() is
  'By which version each platform''s API is called, when that ends (null: not known), and in how many whole days; '
  'those that end first come first.';
revoke execute on function ops.api_versions() from public;

create function ops.set_api_version(p_platform text, p_version text) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  v_version text := nullif(private.trimmed(p_version), '');
  v_ends timestamptz;
begin
  perform private.check_platform(p_platform);
  if v_version is null or v_version !~ '^[!-~]{1,40}$' then
    perform private.refuse(422, 'invalid_input', 'A version is as the platform writes it, such as v27.0 or 202608.',
      'version');
  end if;
  v_ends := private.sunset_of(p_platform, v_version);
  if v_ends <= private.now() then
    perform private.refuse(422, 'invalid_input', format('Version %s of %s has ended on %s.', v_version, p_platform,
      v_ends::date), 'version');
  end if;
  update private.platforms set api_version = v_version where platform = p_platform;
  return v_ends;
end
$$;
comment on function ops.set_api_version(text, text) is
  'Calls a platform''s API by another version from now on; what is under way goes on with it. Returns when it ends, '
  'null where that is not known. Errors: 404 unknown_platform, 422 invalid_input, also for a version that has ended.';
revoke execute on function ops.set_api_version(text, text) from public;

create function ops.note_sunset(p_platform text, p_version text, p_sunset_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  if nullif(private.trimmed(p_version), '') is null then
    perform private.refuse(422, 'invalid_input', 'Which version?', 'version');
  end if;
  insert into private.platform_versions (platform, version, sunset_at)
  values (p_platform, private.trimmed(p_version), p_sunset_at)
  on conflict (platform, version) do update set sunset_at = excluded.sunset_at;
end
$$;
comment on function ops.note_sunset(text, text, timestamptz) is
  'Notes when a version of a platform''s API ends, as the platform has said; null: it has not. A release leaves it. '
  'Errors: 404 unknown_platform, 422 invalid_input.';
revoke execute on function ops.note_sunset(text, text, timestamptz) from public;

create table public.publications (
  job_id uuid primary key references public.jobs (id) on delete cascade,
  group_id uuid not null,
  -- No foreign keys to these two: a create would wait for whoever changes the connection, who may wait for it.
  user_id uuid not null,
  connection_id uuid not null,
  platform text not null,
  fingerprint bytea not null,
  line text not null,
  hold text,
  priority smallint not null,
  ticket bigint not null,
  steps jsonb not null default '[]',
  facts jsonb not null default '{}',
  facts_until timestamptz,
  committed_at timestamptz,
  post_id text,
  permalink text,
  warnings jsonb not null default '[]',
  unknown_at timestamptz,
  resolved text,
  resolved_at timestamptz,
  resolved_by uuid,
  resolved_how text,
  created_at timestamptz not null default now(),
  wants_slot boolean not null default false,
  constraint platforms_are_the_seven
    check (platform in ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  constraint a_line_has_four_places check (line in ('scheduled', 'held', 'front', 'done')),
  constraint only_what_is_held_says_why check (hold is null or line = 'held'),
  constraint steps_are_an_array check (jsonb_typeof(steps) = 'array'),
  constraint facts_are_an_object check (jsonb_typeof(facts) = 'object'),
  constraint warnings_are_an_array check (jsonb_typeof(warnings) = 'array'),
  constraint only_what_was_committed_is_unknown check (unknown_at is null or committed_at is not null),
  constraint only_what_is_unknown_is_resolved check (resolved is null or unknown_at is not null),
  constraint it_is_there_or_it_is_not check (resolved in ('there', 'not_there')),
  constraint what_is_resolved_says_how check (
    (resolved is null) = (resolved_at is null) and (resolved is null) = (resolved_how is null)
    and resolved_how in ('user', 'operator', 'platform', 'time'))
) with (fillfactor = 80);

create unique index one_at_a_time_per_connection on public.publications (connection_id) where line = 'front';
create index publications_held on public.publications (connection_id, priority desc, ticket, job_id)
  where line = 'held';
create index publications_by_content on public.publications (connection_id, fingerprint, created_at);
create index publications_by_user on public.publications (user_id, created_at desc, job_id desc);
create index publications_by_group on public.publications (group_id);
create index publications_unknown on public.publications (unknown_at) where unknown_at is not null and resolved is null;

create index publications_that_want_a_slot on public.publications (job_id) where wants_slot;

alter table public.publications enable row level security;
revoke all on public.publications from anon, authenticated, service_role;

comment on table public.publications is 'What is published with which connection, and what it has come to there.';
comment on column public.publications.group_id is 'All that were enqueued together have the same.';
comment on column public.publications.fingerprint is 'Of connection, option, caption and media: the same content.';
comment on column public.publications.line is
  'Where it stands among those of its connection: scheduled (it waits for a time), held (for its turn), front (it is '
  'ready, or under way), done.';
comment on column public.publications.hold is
  'Why it is held: connection_busy (another is under way), reconnect_needed, revoked, limited, posting_limit or '
  'platform_paused; null: nobody has looked yet, or it is not held.';
comment on column public.publications.priority is 'Its job''s, as is the ticket: the order of the line.';
comment on column public.publications.ticket is 'Its job''s place in the lane''s fair order.';
comment on column public.publications.steps is
  'Array of {"step": prepare, commit or observe, "name", "timestamp", …details}; the same one over again is one '
  'entry with its number (times).';
comment on column public.publications.facts is
  'What preparing has come to, such as the names of uploads and containers. Granted to nobody.';
comment on column public.publications.facts_until is 'Until when the facts are good; null: nobody says.';
comment on column public.publications.committed_at is
  'When the call that makes it visible was allowed last; null: never.';
comment on column public.publications.post_id is
  'The post''s id at its platform, or the name by which its outcome is asked for.';
comment on column public.publications.warnings is 'What is odd about it though it is there: [{"code", "message"}].';
comment on column public.publications.unknown_at is
  'When its job ended with nobody knowing whether it is there; null: somebody knows.';
comment on column public.publications.resolved is
  'What somebody who looked has said since: there or not_there. Null: nobody has, and it counts as there.';
comment on column public.publications.resolved_by is 'The user who said so; null: an operator, the platform, or time.';
comment on column public.publications.wants_slot is
  'It gave its slot to others while it was put off, is due again and found none: the next free one is kept for it.';
comment on column public.publications.resolved_how is 'Who said so: user, operator, platform, or time (nobody has).';

grant select (job_id, group_id, user_id, connection_id, platform, line, hold, steps, facts_until, committed_at, post_id,
  permalink, warnings, unknown_at, resolved, resolved_at, resolved_by, resolved_how, created_at)
  on public.publications to authenticated, service_role;

create policy "users see their own publications, admins all" on public.publications for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));
create function private.fingerprint(p_tool text, p_input jsonb) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  return sha256(convert_to(jsonb_build_array(p_input ->> 'connectionId', p_tool, p_input ->> 'caption', (
    select coalesce(jsonb_agg(coalesce(file ->> 'path', file ->> 'url') order by n), '[]')
    from jsonb_array_elements(case jsonb_typeof(p_input -> 'mediaFiles') when 'array' then p_input -> 'mediaFiles'
      else '[]' end) with ordinality files (file, n)))::text, 'UTF8'));
end
$$;
comment on function private.fingerprint(text, jsonb) is
  'What is published, in 32 bytes: the same for the same option, caption and files with the same connection.';
revoke execute on function private.fingerprint(text, jsonb) from public;

create function private.counts_as_there(p_job public.jobs, p_publication public.publications) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when p_publication.unknown_at is not null then p_publication.resolved is distinct from 'not_there'
    else p_job.status in ('pending', 'processing', 'completed') end;
end
$$;
comment on function private.counts_as_there(public.jobs, public.publications) is
  'Whether a publication is there, may be, or is to be: one of which nobody knows is, until somebody has looked.';
revoke execute on function private.counts_as_there(public.jobs, public.publications) from public;

create function private.refuse_duplicate(p_connection_id uuid, p_fingerprint bytea, p_at timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_job_id uuid;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select p.job_id into v_job_id from public.publications p join public.jobs j on j.id = p.job_id
  where p.connection_id = p_connection_id and p.fingerprint = p_fingerprint
    and p.created_at > p_at - interval '24 hours' and private.counts_as_there(j, p)
  order by p.created_at desc limit 1;
  if v_job_id is null then return; end if;
  perform private.refuse(409, 'duplicate_content', 'The same was published there within 24 hours.',
    jsonb_build_object('field', 'allowDuplicate', 'job_id', v_job_id)::text);
end
$$;
comment on function private.refuse_duplicate(uuid, bytea, timestamptz) is
  'Error 409 duplicate_content when the same content went, or is to go, to a connection within 24 hours before p_at. '
  'Exact, because one user''s creates go one at a time.';
revoke execute on function private.refuse_duplicate(uuid, bytea, timestamptz) from public;

create function private.refuse_again(p_job public.jobs) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if not exists (select from public.publications p where p.job_id = p_job.id and private.counts_as_there(p_job, p)) then
    return;
  end if;
  perform private.refuse(409, 'duplicate_content', 'It may be there: look first, and say what you found.',
    jsonb_build_object('field', 'job_id', 'job_id', p_job.id)::text);
end
$$;
comment on function private.refuse_again(public.jobs) is
  'Error 409 duplicate_content when a publication that has ended may be there, whatever its input allows: it is not '
  'done again before somebody has looked.';
revoke execute on function private.refuse_again(public.jobs) from public;
create function private.connection_for(p_job public.jobs) returns public.connections
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select * into v_connection from public.connections
  where id = private.uuid_or_null(p_job.input ->> 'connectionId') and user_id = p_job.user_id
    and platform = split_part(p_job.tool, '_', 1);
  if not found then
    perform private.refuse(404, 'connection_not_found',
      format('You have no such connection that %s could be published with.', p_job.tool), 'connectionId');
  elsif v_connection.state = 'revoked' then
    perform private.refuse(409, 'connection_revoked', 'The connection was ended: connect the account anew.',
      'connectionId');
  end if;
  return v_connection;
end
$$;
comment on function private.connection_for(public.jobs) is
  'The connection that a new job publishes with: its user''s own, at the platform of its tool. Errors: 404 '
  'connection_not_found, 409 connection_revoked.';
revoke execute on function private.connection_for(public.jobs) from public;

create function private.make_publication() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_connection public.connections := private.connection_for(new);
  v_fingerprint bytea := private.fingerprint(new.tool, new.input);
  v_is_held boolean := new.run_at >= new.expires_at;
begin
  if new.input -> 'allowDuplicate' is distinct from 'true' then
    perform private.refuse_duplicate(v_connection.id, v_fingerprint, new.created_at);
  end if;
  insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, priority,
    ticket, created_at)
  values (new.id, coalesce(private.uuid_or_null(new.input ->> 'groupId'), private.uuid_v7()), new.user_id,
    v_connection.id, v_connection.platform, v_fingerprint, case when v_is_held then 'held' else 'scheduled' end,
    new.priority, new.ticket, new.created_at);
  if v_is_held then perform private.connection_freed(v_connection.id); end if;
  return null;
end
$$;
comment on function private.make_publication() is
  'After a job is written that names a connection: writes its publication, in the connection''s line. Errors: 404 '
  'connection_not_found, 409 connection_revoked, 409 duplicate_content.';
revoke execute on function private.make_publication() from public;

create trigger jobs_are_published after insert on public.jobs
  for each row when (new.lane = 'publication' and new.input ? 'connectionId')
  execute function private.make_publication();
create function private.held_until(p_job public.jobs, p_at timestamptz) returns timestamptz
language plpgsql immutable set search_path = '' as $$
begin
  -- One that has expired is ended by the reaper, and until then in nobody's way.
  return case when p_job.expires_at > p_at then p_job.expires_at else p_at + interval '1 hour' end;
end
$$;
comment on function private.held_until(public.jobs, timestamptz) is
  'The run_at of a publication that is held: when it expires. Where that is over, never before it is ended.';
revoke execute on function private.held_until(public.jobs, timestamptz) from public;

create function private.keep_line() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_line text;
begin
  select line into v_line from public.publications where job_id = new.id;
  -- Who is held is let go by the line alone, which has made it the front before.
  if v_line = 'held' then
    new.run_at := private.held_until(new, v_now);
  elsif new.run_at > v_now then
    -- What waits for a time is not held; and nothing waits for one beyond its end.
    new.run_at := least(new.run_at, new.expires_at - interval '1 second');
    if new.run_at <= v_now then new.run_at := private.held_until(new, v_now); end if;
  elsif v_line is distinct from 'front' or new.run_at is not null then
    new.run_at := private.held_until(new, v_now);
  end if;
  return new;
end
$$;
comment on function private.keep_line() is
  'Before a publication''s job is written that waits: it is ready only as the front of its line. One whose time has '
  'come, that comes back without one, or that is new, is held.';
revoke execute on function private.keep_line() from public;

create trigger keep_new_line before insert on public.jobs
  for each row when (new.lane = 'publication' and new.status = 'pending' and new.input ? 'connectionId')
  execute function private.keep_line();
create trigger keep_line before update of status, run_at on public.jobs
  for each row when (new.lane = 'publication' and new.status = 'pending' and new.input ? 'connectionId')
  execute function private.keep_line();

create function private.follow_job() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_line text := case when new.status >= 'completed' then 'done' when new.status = 'processing' then 'front'
    when new.run_at is null then 'front' when new.run_at >= new.expires_at then 'held' else 'scheduled' end;
  v_was text;
  v_connection_id uuid;
begin
  select line, connection_id into v_was, v_connection_id from public.publications where job_id = new.id;
  if v_was is null or v_was = v_line then return null; end if;
  update public.publications set line = v_line, hold = null, wants_slot = false where job_id = new.id;
  -- Somebody has left the front, or come to wait for it.
  if v_was = 'front' or v_line = 'held' then perform private.connection_freed(v_connection_id); end if;
  return null;
end
$$;
comment on function private.follow_job() is
  'After a publication''s job has changed: its place in the line is what the job has come to. Where the front is free '
  'since, or somebody waits for it, the line is looked at by who dispatches next.';
revoke execute on function private.follow_job() from public;

create trigger lines_follow_jobs after update of status, run_at on public.jobs
  for each row when (new.lane = 'publication' and (old.status, old.run_at) is distinct from (new.status, new.run_at))
  execute function private.follow_job();

create function private.leave_line() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.connection_freed(old.connection_id);
  return null;
end
$$;
comment on function private.leave_line() is 'After the front of a line was deleted: the line goes on.';
revoke execute on function private.leave_line() from public;

create trigger fronts_leave after delete on public.publications
  for each row when (old.line = 'front') execute function private.leave_line();
create function private.line_key(p_connection_id uuid) returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended('esteira.line:' || p_connection_id, 0)
$$;
comment on function private.line_key(uuid) is 'The advisory lock of whoever lets a connection''s line go on.';
revoke execute on function private.line_key(uuid) from public;

create function private.show_hold(p_connection_id uuid, p_hold text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Of those who see it next; the others are shown it as they come nearer. Waits for nobody.
  update public.publications p set hold = p_hold where p.job_id in (
    select h.job_id from (
      select job_id, hold from public.publications where connection_id = p_connection_id and line = 'held'
      order by priority desc, ticket, job_id limit 20) h
    join public.publications l on l.job_id = h.job_id
    where h.hold is distinct from p_hold and l.line = 'held' for update of l skip locked);
end
$$;
comment on function private.show_hold(uuid, text) is
  'Shows the first twenty that are held with a connection why they are.';
revoke execute on function private.show_hold(uuid, text) from public;

create function private.next_of_line(p_connection_id uuid, p_at timestamptz, out id uuid, out is_left boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_aside uuid[] := private.quarantined();
  v_held uuid;
begin
  is_left := false;
  -- A few are locked by whoever ends them, or have no time left and are ended soon; they hold up nobody.
  for v_held in
    select p.job_id from public.publications p
    where p.connection_id = p_connection_id and p.line = 'held' and p.job_id <> all (v_aside)
    order by p.priority desc, p.ticket, p.job_id limit 50
  loop
    select j.id into id from public.jobs j join public.publications p on p.job_id = j.id
    where j.id = v_held and j.status = 'pending' and j.start_by > p_at and p.line = 'held' for update skip locked;
    exit when found;
    is_left := is_left or exists (select from public.jobs j where j.id = v_held and j.start_by > p_at);
  end loop;
end
$$;
comment on function private.next_of_line(uuid, timestamptz, out uuid, out boolean) is
  'Locks the first that is held with a connection and still may begin, and its job; skips what others have locked. '
  'id null: there is none now; is_left: but one that somebody else has.';
revoke execute on function private.next_of_line(uuid, timestamptz, out uuid, out boolean) from public;

create function private.stays_paused(p_connection_id uuid, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Who ends the pause notes all that wait by what it sees, and not what has come here and is not committed yet.
  perform from private.platforms f join public.connections c on c.platform = f.platform
  where c.id = p_connection_id and f.paused_until > p_at for share of f skip locked;
  return found;
end
$$;
comment on function private.stays_paused(uuid, timestamptz) is
  'Whether a connection''s platform is paused, and stays so until this transaction ends; false: somebody is just '
  'changing that. Waits for nothing.';
revoke execute on function private.stays_paused(uuid, timestamptz) from public;

create function private.advance_line(p_connection_id uuid, p_at timestamptz, out is_done boolean, out is_moved boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_hold text;
  v_next record;
begin
  is_moved := false;
  is_done := pg_try_advisory_xact_lock(private.line_key(p_connection_id));
  if not is_done then return; end if; -- whoever has it may not see what we see: the note stays
  if exists (select from public.publications where connection_id = p_connection_id and line = 'front') then
    perform private.show_hold(p_connection_id, 'connection_busy');
    return;
  end if;
  v_hold := private.connection_hold(p_connection_id, p_at);
  if v_hold is not null then
    perform private.show_hold(p_connection_id, v_hold);
    if v_hold = 'platform_paused' then is_done := private.stays_paused(p_connection_id, p_at);
    elsif v_hold = 'revoked' then
      is_done := private.end_waiting(p_connection_id, 'connection_revoked', 'The connection was ended') < 20;
    end if;
    return;
  end if;
  select * into v_next from private.next_of_line(p_connection_id, p_at);
  if v_next.id is null then
    is_done := not v_next.is_left;
    return;
  end if;
  update public.publications set line = 'front', hold = null where job_id = v_next.id;
  update public.jobs set run_at = null where id = v_next.id;
  is_moved := true;
  perform private.show_hold(p_connection_id, 'connection_busy');
end
$$;
comment on function private.advance_line(uuid, timestamptz, out boolean, out boolean) is
  'Makes the next publication of a connection its front, and ready, if it has none and nothing holds the connection. '
  'is_done: the line has been looked at; false: somebody else has what it takes, and it is to be looked at again. '
  'Waits for nothing.';
revoke execute on function private.advance_line(uuid, timestamptz, out boolean, out boolean) from public;

create function private.advance_connections(p_limit integer default 100) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_note record;
  v_did record;
  v_count integer := 0;
begin
  for v_note in
    with notes as materialized (
      select freed_id, connection_id from private.freed_connections order by freed_id limit 5 * p_limit
      for update skip locked
    )
    select connection_id, array_agg(freed_id) as ids from notes group by connection_id order by min(freed_id)
    limit p_limit
  loop
    begin
      v_did := private.advance_line(v_note.connection_id, v_now);
      if v_did.is_done then delete from private.freed_connections where freed_id = any (v_note.ids); end if;
      v_count := v_count + v_did.is_moved::integer;
    exception when others then
      -- Looked at again after all others.
      delete from private.freed_connections where freed_id = any (v_note.ids);
      perform private.connection_freed(v_note.connection_id);
      perform private.note_fault('dispatch', 'publication', sqlstate,
        format('the line of connection %s: %s', v_note.connection_id, sqlerrm));
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.advance_connections(integer) is
  'Lets the lines go on of up to p_limit connections that are noted in private.freed_connections. One that raises is '
  'told of and stops no other. Returns how many publications have become ready.';
revoke execute on function private.advance_connections(integer) from public;
create function private.end_waiting(p_connection_id uuid, p_code text, p_message text, p_limit integer default 20)
returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.publications p join public.jobs j on j.id = p.job_id
    where p.connection_id = p_connection_id and p.line in ('held', 'scheduled') and j.status = 'pending'
    order by p.job_id limit p_limit for update of j skip locked
  loop
    continue when not private.can_end_at_once(null, null, v_job.user_id);
    perform private.fail_job(v_job, v_job.current_step, p_code, p_message, v_now,
      p_is_counted => private.had_task(v_job.id));
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.end_waiting(uuid, text, text, integer) is
  'Fails up to p_limit publications that wait for a connection, and pays them back; waits for nothing and leaves what '
  'others have locked. Returns how many.';
revoke execute on function private.end_waiting(uuid, text, text, integer) from public;
create function private.with_step(
  p_steps jsonb, p_step text, p_name text, p_at timestamptz, p_details jsonb default '{}'
) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_last jsonb := p_steps -> -1;
  v_entry jsonb := jsonb_strip_nulls(private.cut_json(p_details, 2000)) || jsonb_build_object('step', p_step,
    'name', left(p_name, 100), 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
begin
  if v_last ->> 'step' = p_step and v_last ->> 'name' = v_entry ->> 'name' then
    return (p_steps - -1)
      || (v_entry || jsonb_build_object('times', coalesce((v_last ->> 'times')::integer, 1) + 1));
  end if;
  -- The beginning and the end tell more than the middle.
  if jsonb_array_length(p_steps) >= 200 then p_steps := p_steps - 50; end if;
  return p_steps || v_entry;
end
$$;
comment on function private.with_step(jsonb, text, text, timestamptz, jsonb) is
  'The steps of a publication with one more. The same one over again takes the place of the last, with its number '
  '(times); of more than 200 some in the middle go.';
revoke execute on function private.with_step(jsonb, text, text, timestamptz, jsonb) from public;

create function private.current_attempt(
  p_job_id uuid, p_token uuid, out job public.jobs, out attempt public.job_attempts
) language plpgsql volatile set search_path = '' as $$
begin
  select * into job from public.jobs where id = p_job_id for update;
  select * into attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if attempt.token is null or attempt.outcome is not null or job.status <> 'processing'
     or job.attempt <> attempt.attempt then
    attempt := null;
  end if;
end
$$;
comment on function private.current_attempt(uuid, uuid) is
  'Locks a job and its attempt with this token. attempt is null unless it is the one that runs.';
revoke execute on function private.current_attempt(uuid, uuid) from public;

create function private.keep_message(p_lane text, p_queue text, p_msg_id bigint, p_delay interval default null)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_queue is null or p_msg_id is null then return; end if;
  perform pgmq.set_vt(p_queue, p_msg_id,
    greatest(extract(epoch from coalesce(p_delay, (select lease from private.lanes where lane = p_lane))), 0)::integer);
end
$$;
comment on function private.keep_message(text, text, bigint, interval) is
  'Leases a message anew, or has it come back after p_delay; without one does nothing.';
revoke execute on function private.keep_message(text, text, bigint, interval) from public;

create function worker.publication_step(
  p_job_id uuid, p_token uuid, p_step text, p_name text, p_facts jsonb default '{}', p_forget text[] default '{}',
  p_until timestamptz default null, p_details jsonb default '{}', p_progress smallint default null,
  p_delay interval default null, p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record;
begin
  if p_step is null or p_step not in ('prepare', 'commit', 'observe') then
    perform private.refuse(422, 'invalid_input', 'A step is prepare, commit or observe.', 'step');
  elsif coalesce(p_progress not between 0 and 100, false) then
    perform private.refuse(422, 'invalid_progress', 'Progress is a percentage, 0 to 100.', 'progress');
  end if;
  v_current := private.current_attempt(p_job_id, p_token);
  if (v_current.attempt).token is null then return false; end if;
  update public.publications set facts = (facts - p_forget) || coalesce(p_facts, '{}'),
    facts_until = case when p_forget = '{}' then coalesce(p_until, facts_until) else p_until end,
    steps = case when p_name is null then steps
      else private.with_step(steps, p_step, p_name, private.now(), coalesce(p_details, '{}')) end
  where job_id = p_job_id;
  if p_progress > coalesce((v_current.job).progress, -1) then
    update public.jobs set progress = p_progress, progress_is_estimate = false where id = p_job_id;
  end if;
  perform private.keep_message((v_current.job).lane, p_queue, p_msg_id, p_delay);
  if p_delay >= interval '3 seconds' then perform private.rest(p_job_id, p_token); end if;
  return true;
end
$$;
comment on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) is
  'A step of a publication was done: keeps its facts (p_facts, merged; p_forget: those that are void; p_until: how '
  'long they are good, null: as before, or nobody says where some are void) in the transaction that shows it. p_step: '
  'prepare, commit or observe; p_name: what was done, in the platform''s words; null shows nothing; p_details: shown '
  'with it; p_progress: percent. The message is leased anew, or comes back after p_delay; of three seconds '
  'and more, its slot is for others meanwhile. Returns false when the attempt is no longer current: stop working. '
  'Errors: 422 invalid_input, 422 invalid_progress.';
revoke execute on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) from public;
grant execute on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) to service_role;
create function private.is_committed(p_job public.jobs, p_attempt public.job_attempts) returns boolean
language sql immutable set search_path = '' as $$
  select private.is_publication(p_job) and p_attempt.submits > 0 and not p_attempt.never_existed
    and p_attempt.word is distinct from 'failed'
$$;
comment on function private.is_committed(public.jobs, public.job_attempts) is
  'Whether an attempt of a publication may have made it visible: its commit has passed, and the platform has not said '
  'that nothing came of it.';
revoke execute on function private.is_committed(public.jobs, public.job_attempts) from public;

create function private.end_unknown(
  p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  v_refund public.job_refund := case when p_job.credits_charged > 0 then 'due' else 'none' end;
begin
  perform private.end_attempt(p_job, p_attempt, 'failed', null, p_at, 'outcome_unknown', p_message);
  update public.publications set unknown_at = p_at, committed_at = coalesce(committed_at, p_at) where job_id = p_job.id;
  update public.jobs set status = 'failed', current_step = 'failed',
    failed_at_step = private.step_of(p_job, p_attempt), completed_at = p_at, run_at = null,
    error_code = 'outcome_unknown', error_message = p_message, refund = v_refund, refundable = false,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object('error', p_message,
      'error_code', 'outcome_unknown', 'at_step', private.step_of(p_job, p_attempt),
      'refund', nullif(v_refund, 'none')))
  where id = p_job.id;
end
$$;
comment on function private.end_unknown(public.jobs, public.job_attempts, text, timestamptz) is
  'Ends a locked publication of which nobody knows whether it is there: failed with outcome_unknown, its slot free, '
  'its price due until somebody has looked (public.resolve_publication). The caller dispatches.';
revoke execute on function private.end_unknown(public.jobs, public.job_attempts, text, timestamptz) from public;
create function private.resolve(
  p_job public.jobs, p_resolved text, p_how text, p_by uuid, p_reason text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  update public.publications set resolved = p_resolved, resolved_at = p_at, resolved_by = p_by, resolved_how = p_how,
    steps = private.with_step(steps, 'observe', 'resolved', p_at, jsonb_build_object('resolved', p_resolved,
      'how', p_how, 'by', p_by, 'reason', private.cut(p_reason, 500)))
  where job_id = p_job.id;
  if p_job.refund <> 'due' then return; end if;
  if p_resolved = 'not_there' then perform private.pay_back(p_job, true); end if;
  update public.jobs set refund = case p_resolved when 'there' then 'withheld' else 'paid' end::public.job_refund
  where id = p_job.id;
end
$$;
comment on function private.resolve(public.jobs, text, text, uuid, text, timestamptz) is
  'Somebody says whether a publication is there whose locked job ended with nobody knowing: its price is withheld, or '
  'paid back and counted. p_how: user, operator, platform or time.';
revoke execute on function private.resolve(public.jobs, text, text, uuid, text, timestamptz) from public;

create function private.lock_unknown(p_job_id uuid, p_user_id uuid) returns public.jobs
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_publication public.publications;
begin
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  select * into v_publication from public.publications where job_id = v_job.id for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such publication.'); end if;
  if v_publication.unknown_at is null then
    perform private.refuse(409, 'not_unknown', format('The publication is %s: nobody needs to look.', v_job.status));
  elsif v_publication.resolved is not null then
    perform private.refuse(409, 'already_resolved',
      format('It was said to be %s.', replace(v_publication.resolved, '_', ' ')),
      jsonb_build_object('field', 'resolved', 'resolved', v_publication.resolved)::text);
  end if;
  return v_job;
end
$$;
comment on function private.lock_unknown(uuid, uuid) is
  'Locks a publication of the caller''s of which nobody knows, and returns its job. Errors: 404 not_found, 409 '
  'not_unknown, 409 already_resolved.';
revoke execute on function private.lock_unknown(uuid, uuid) from public;

create function public.resolve_publication(
  p_job_id uuid, p_resolved text, p_user_id uuid default null, p_reason text default null
) returns public.jobs
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_by uuid := case private.caller_role() when 'authenticated' then auth.uid() else p_user_id end;
begin
  perform private.is_here();
  if p_resolved is null or p_resolved not in ('there', 'not_there') then
    perform private.refuse(422, 'invalid_input', 'It is there, or not_there.', 'resolved');
  end if;
  v_job := private.lock_unknown(p_job_id, p_user_id);
  perform private.resolve(v_job, p_resolved, case when v_by is null then 'operator' else 'user' end, v_by, p_reason,
    private.now());
  select * into v_job from public.jobs where id = p_job_id;
  return v_job;
end
$$;
comment on function public.resolve_publication(uuid, text, uuid, text) is
  'Somebody has looked whether a publication is there of which nobody knew (its job failed with outcome_unknown): '
  'p_resolved there, and its price is withheld; not_there, and it is paid back. Said once. For its owner; service_role '
  'names the owner in p_user_id, or leaves it out for an operator. Returns the job. Errors: 404 not_found, 409 '
  'not_unknown, 409 already_resolved, 422 invalid_input.';
revoke execute on function public.resolve_publication(uuid, text, uuid, text) from public, anon;
grant execute on function public.resolve_publication(uuid, text, uuid, text) to authenticated, service_role;

create function ops.resolve_publication(p_job_id uuid, p_resolved text, p_reason text) returns public.job_refund
language plpgsql security definer set search_path = '' as $$
begin
  return (public.resolve_publication(p_job_id, p_resolved, p_reason => p_reason)).refund;
end
$$;
comment on function ops.resolve_publication(uuid, text, text) is
  'An operator has looked whether a publication is there of which nobody knew. Returns what became of its price. '
  'Errors: see public.resolve_publication.';
revoke execute on function ops.resolve_publication(uuid, text, text) from public;

create function private.resolve_by_time() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-publications');
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.publications p join public.jobs j on j.id = p.job_id
    where p.unknown_at <= v_now - interval '7 days' and p.resolved is null and j.id <> all (v_aside)
    order by p.unknown_at limit 100 for update of j skip locked
  loop
    begin
      continue when not private.can_end_at_once(null, null, v_job.user_id);
      perform private.resolve(v_job, 'not_there', 'time', null, null, v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-publications', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.resolve_by_time() is
  'Pays back publications of which nobody has known for seven days; waits for nothing. Returns how many.';
revoke execute on function private.resolve_by_time() from public;
create function private.wait_in_line(
  p_job public.jobs, p_attempt public.job_attempts, p_code text, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.end_by_failure(p_job, p_attempt, ('wait', p_code, p_message, null, null)::private.failure, p_at,
    interval '0');
end
$$;
comment on function private.wait_in_line(public.jobs, public.job_attempts, text, text, timestamptz) is
  'Puts a locked publication whose attempt has committed nothing back into its line; it uses up no attempt. The caller '
  'dispatches.';
revoke execute on function private.wait_in_line(public.jobs, public.job_attempts, text, text, timestamptz) from public;

create function private.may_commit(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return p_attempt.token is not null and coalesce(p_job.deadline_at > p_at, true)
    and private.may_submit(p_attempt, p_at) and not (p_attempt.attempt > 1 and private.has_success(p_job.id));
end
$$;
comment on function private.may_commit(public.jobs, public.job_attempts, timestamptz) is
  'Whether the running attempt of a locked publication may commit now, for the first time or, once the platform has '
  'said twice that there is nothing, again; never after its deadline.';
revoke execute on function private.may_commit(public.jobs, public.job_attempts, timestamptz) from public;

create function private.pass_holds(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
  v_hold text;
  v_until timestamptz;
begin
  select c.* into v_connection from public.publications p join public.connections c on c.id = p.connection_id
  where p.job_id = p_job.id;
  v_hold := case when v_connection.id is null then 'revoked' else private.connection_hold(v_connection.id, p_at) end;
  if v_hold is null then
    v_until := private.pass_limits(v_connection.id, p_at);
    if v_until is null then return null; end if; -- else it holds the connection, or the platform
  end if;
  v_until := coalesce(v_until, v_connection.held_until, (
    select paused_until from private.platforms where platform = v_connection.platform and v_hold = 'platform_paused'));
  return jsonb_build_object('verdict', case when v_hold is null then 'limited' else 'held' end,
    'hold', coalesce(v_hold, 'posting_limit'),
    'seconds', case when isfinite(v_until) then greatest(ceil(extract(epoch from v_until - p_at)), 0) end);
end
$$;
comment on function private.pass_holds(public.jobs, public.job_attempts, timestamptz) is
  'Counts a commit against the limits of the platform and the account, and returns null; or says what stops it: '
  '{verdict: limited (a limit, which holds the connection or the platform from now on) or held, hold, seconds: for how '
  'long, null if nobody knows}.';
revoke execute on function private.pass_holds(public.jobs, public.job_attempts, timestamptz) from public;

create function worker.commit_publication(
  p_job_id uuid, p_token uuid, p_queue text default null, p_msg_id bigint default null, p_terms jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_now timestamptz := private.now();
  v_stop jsonb;
begin
  if not private.may_commit(v_current.job, v_current.attempt, v_now) then return '{"verdict": "superseded"}'; end if;
  v_stop := private.pass_holds(v_current.job, v_current.attempt, v_now);
  if v_stop is not null and (v_current.attempt).submits = 0 then
    perform private.wait_in_line(v_current.job, v_current.attempt, v_stop ->> 'hold',
      'Nothing may be published with the connection just now', v_now);
    perform private.acknowledge(p_queue, p_msg_id);
    perform private.dispatch((v_current.job).lane, p_poke => false);
    return v_stop;
  elsif v_stop is not null then
    perform private.keep_message((v_current.job).lane, p_queue, p_msg_id,
      least(make_interval(secs => coalesce((v_stop ->> 'seconds')::float8, 60)), interval '5 minutes'));
    perform private.rest(p_job_id, p_token);
    return v_stop;
  end if;
  if not worker.checkpoint(p_job_id, p_token, '{}', coalesce(p_terms, '{}') || '{"can_stop": false}', p_queue, p_msg_id)
  then
    raise exception 'publication % passes its checkpoint and does not', p_job_id;
  end if;
  update public.publications set committed_at = v_now, steps = private.with_step(steps, 'commit', 'allowed', v_now)
  where job_id = p_job_id;
  return '{"verdict": "commit"}';
end
$$;
comment on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) is
  'Called just before each commit, in one transaction with all that may stop it. p_terms: {resubmit}, as of '
  'worker.checkpoint; the message is leased anew, and the commit is to be aborted when that lease ends. Returns '
  '{verdict}: commit (counted: send it, once); superseded (the attempt is over, its deadline has passed, or nobody may '
  'commit again: stop); limited or held, with {hold, seconds}: nothing may be published with the connection now. Then '
  'the publication is in its line again, and the message gone; or, where it was committed before, the message comes '
  'back later. Either way: stop.';
revoke execute on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) from public;
grant execute on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) to service_role;

create function worker.committed(
  p_job_id uuid, p_token uuid, p_id text, p_facts jsonb default '{}', p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns public.job_status
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_status public.job_status;
begin
  v_status := worker.submitted(p_job_id, p_token, p_id, p_raw);
  update public.publications set post_id = coalesce(p_id, post_id), facts = facts || coalesce(p_facts, '{}'),
    steps = private.with_step(steps, 'commit', 'accepted', private.now(), jsonb_build_object('id', p_id))
  where job_id = p_job_id;
  if v_status = 'processing' then perform private.keep_message('publication', p_queue, p_msg_id);
  else perform private.acknowledge(p_queue, p_msg_id);
  end if;
  return v_status;
end
$$;
comment on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) is
  'The platform has taken the commit. p_id: the post''s id, or the name by which its outcome is asked for; p_facts: '
  'merged; p_raw: its answer, redacted. The message stays, leased anew: whoever has it observes. Returns the job''s '
  'status; after a terminal one there is nothing more to do. Error: 409 stale_token.';
revoke execute on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) to service_role;
create function private.note_post(
  p_job_id uuid, p_post_id text, p_permalink text, p_warnings jsonb, p_at timestamptz
) returns public.publications
language plpgsql set search_path = '' as $$
declare
  v_publication public.publications;
begin
  update public.publications set post_id = coalesce(p_post_id, post_id), permalink = coalesce(p_permalink, permalink),
    warnings = case when jsonb_typeof(p_warnings) = 'array' and p_warnings <> '[]' then p_warnings else warnings end,
    steps = private.with_step(steps, 'observe', 'published', p_at, jsonb_build_object('permalink', p_permalink))
  where job_id = p_job_id returning * into v_publication;
  return v_publication;
end
$$;
comment on function private.note_post(uuid, text, text, jsonb, timestamptz) is
  'Keeps what is known of a post that is there. The caller has the job locked.';
revoke execute on function private.note_post(uuid, text, text, jsonb, timestamptz) from public;

create function worker.published(
  p_job_id uuid, p_token uuid, p_post_id text, p_permalink text default null, p_warnings jsonb default '[]',
  p_raw jsonb default null, p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_now timestamptz := private.now();
  v_publication public.publications := private.note_post(p_job_id, p_post_id, p_permalink, p_warnings, v_now);
  v_verdict text;
begin
  update public.job_attempts set external_id = coalesce(external_id, v_publication.post_id)
  where job_id = p_job_id and token = p_token;
  v_verdict := worker.complete(p_job_id, p_token, jsonb_build_object('files', '[]'::jsonb, 'data',
    jsonb_build_object('platform', v_publication.platform, 'post_id', v_publication.post_id,
      'permalink', v_publication.permalink, 'warnings', v_publication.warnings)), null, p_raw, p_queue, p_msg_id);
  -- It was given up on, and is there.
  if v_verdict = 'late' and v_publication.unknown_at is not null and v_publication.resolved is null then
    perform private.resolve(v_job, 'there', 'platform', null, null, v_now);
  end if;
  return v_verdict;
end
$$;
comment on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) is
  'A publication is there: completes its job, whose output is {"files": [], "data": {platform, post_id, permalink, '
  'warnings}}. p_post_id null keeps what worker.committed has noted. Returns completed, duplicate, or late: the job '
  'had ended otherwise; one of which nobody knew is resolved as there. Error: 409 stale_token.';
revoke execute on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) to service_role;
create function private.hold_for_failure(p_publication public.publications, p_failure jsonb, p_at timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_class text := p_failure ->> 'class';
  v_scope text := p_failure ->> 'scope';
  v_until timestamptz := p_at + coalesce(
    private.bounded((p_failure ->> 'retry_after_ms')::float8 * interval '1 millisecond', '2 days'),
    case v_class when 'pause' then interval '15 minutes' else '1 minute' end);
begin
  if v_class = 'reconnect' then
    perform private.hold_connection(p_publication.connection_id, 'reconnect_needed', null, p_failure ->> 'code',
      p_failure ->> 'message');
  elsif v_class in ('wait', 'pause') and v_scope = 'platform' or v_class = 'pause' and v_scope <> 'connection' then
    perform private.hold_platform(p_publication.platform, v_until,
      concat_ws(': ', p_failure ->> 'code', p_failure ->> 'message'));
  elsif v_class in ('wait', 'pause') and v_scope = 'connection' then
    perform private.hold_connection(p_publication.connection_id, 'limited', v_until, p_failure ->> 'code',
      p_failure ->> 'message');
  end if;
end
$$;
comment on function private.hold_for_failure(public.publications, jsonb, timestamptz) is
  'What a failure says of others: the connection is limited or has to be connected anew, or the platform is paused; as '
  'long as the platform asks, two days at most, else a minute, in a pause a quarter of an hour.';
revoke execute on function private.hold_for_failure(public.publications, jsonb, timestamptz) from public;

create function private.retry_class_of(p_failure jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_failure ->> 'class' when 'pause' then 'wait' when 'reconnect' then 'wait' when 'unknown' then 'backoff'
    else p_failure ->> 'class' end;
end
$$;
comment on function private.retry_class_of(jsonb) is
  'The retry class of an attempt by its failure: what holds a connection or a platform has the job wait in its line.';
revoke execute on function private.retry_class_of(jsonb) from public;

create function private.own_wait(p_failure jsonb) returns interval
language plpgsql immutable set search_path = '' as $$
begin
  -- What others wait for too is waited for in the line.
  if p_failure ->> 'class' = 'reconnect' or (p_failure ->> 'class' in ('wait', 'pause')
    and (p_failure ->> 'class' = 'pause' or p_failure ->> 'scope' in ('connection', 'platform'))) then
    return '0';
  end if;
  return (p_failure ->> 'retry_after_ms')::float8 * interval '1 millisecond';
end
$$;
comment on function private.own_wait(jsonb) is
  'How long a publication itself is to wait by its failure; nothing where its connection or platform is held instead.';
revoke execute on function private.own_wait(jsonb) from public;

create function private.fail_publication(
  p_job_id uuid, p_token uuid, p_failure jsonb, p_queue text, p_all_over boolean
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_attempt public.job_attempts := v_current.attempt;
begin
  -- Only the refusal of the one commit, or the word that nothing came of it, ends what may be there.
  if v_attempt.token is not null and private.is_committed(v_current.job, v_attempt) and not p_all_over
     and not (v_attempt.submits = 1 and v_attempt.phase = 'submitting' and p_failure ->> 'class' <> 'unknown') then
    return 'in_doubt';
  end if;
  return worker.attempt_failed(p_job_id, p_token, private.retry_class_of(p_failure), p_failure ->> 'code',
    p_failure ->> 'message', nullif(p_failure -> 'raw', 'null'), private.own_wait(p_failure),
    case when p_all_over and v_attempt.submits > 0 then 'settle_queue' else p_queue end, null, p_all_over);
end
$$;
comment on function private.fail_publication(uuid, uuid, jsonb, text, boolean) is
  'worker.attempt_failed for a publication. p_queue: that of its lane. Returns what that does, or in_doubt.';
revoke execute on function private.fail_publication(uuid, uuid, jsonb, text, boolean) from public;

create function private.check_failure(p_failure jsonb) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(p_failure ->> 'class' in ('never', 'backoff', 'wait', 'pause', 'reconnect', 'unknown'), false)
     and coalesce(p_failure ->> 'scope' in ('publication', 'connection', 'platform'), true)
     and coalesce(jsonb_typeof(p_failure -> 'retry_after_ms') in ('number', 'null'), true) then return; end if;
  perform private.refuse(422, 'invalid_retry_class', format('%s is no failure of a publication.',
    left(p_failure::text, 200)), 'failure');
end
$$;
comment on function private.check_failure(jsonb) is 'Error 422 invalid_retry_class for what is no failure.';
revoke execute on function private.check_failure(jsonb) from public;

create function worker.publication_failed(
  p_job_id uuid, p_token uuid, p_failure jsonb, p_queue text default null, p_msg_id bigint default null,
  p_all_over boolean default false
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_verdict text;
  v_publication public.publications;
begin
  perform private.check_failure(p_failure);
  -- The hold before anybody is dispatched: the next one would run into the same.
  perform set_config('esteira.dispatch', 'later', true);
  v_verdict := private.fail_publication(p_job_id, p_token, p_failure, coalesce(p_queue, 'publication_queue'),
    coalesce(p_all_over, false));
  select * into v_publication from public.publications where job_id = p_job_id;
  if found then perform private.hold_for_failure(v_publication, p_failure, private.now()); end if;
  if v_verdict <> 'in_doubt' then perform private.acknowledge(p_queue, p_msg_id); end if;
  perform set_config('esteira.dispatch', '', true);
  perform private.dispatch('publication', p_poke => false);
  return v_verdict;
end
$$;
comment on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) is
  'An attempt of a publication came to nothing. p_failure: {class, scope, code, message, raw, retry_after_ms} (see '
  'platform.ts). never: it fails and is paid back; backoff: again later, uses up an attempt; wait: again after '
  'retry_after_ms, uses none, and of scope connection or platform holds all of those; pause: the platform is paused; '
  'reconnect: its owner has to connect anew. What is held waits in the line. p_all_over: it was committed, and the '
  'platform says that nothing has come of it or will. Returns failed, retried, late, duplicate, or in_doubt: it was '
  'committed and may be there, so that only the hold was noted, and nothing acknowledged (observe or reconcile, with '
  'worker.publication_step to put it off). Errors: 409 stale_token, 422 invalid_retry_class.';
revoke execute on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) from public;
grant execute on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) to service_role;
create table private.group_media (
  group_id uuid not null,
  url text not null,
  user_id uuid not null,
  key text,
  bytes bigint,
  content_type text,
  probe jsonb,
  claimed_by uuid,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (group_id, url),
  constraint what_is_fetched_is_whole check (
    (key is null) = (bytes is null) and (key is null) = (content_type is null)),
  constraint what_is_fetched_is_a_copy check (
    key is null or (private.is_file_key('handed', key) and starts_with(key, user_id || '/'))),
  constraint somebody_has_claimed_it_until check ((claimed_by is null) = (claimed_until is null))
);
create index group_media_by_key on private.group_media (key) where key is not null;
create index group_media_by_user on private.group_media (user_id);
create index group_media_by_time on private.group_media (created_at);

alter table private.group_media enable row level security;

comment on table private.group_media is
  'Files that publications name by address, fetched once for all that were enqueued together. A copy that stands in no '
  'row is deleted.';
comment on column private.group_media.key is 'Of the copy, in the bucket handed; null: it has not been fetched.';
comment on column private.group_media.probe is 'What it was found to be (mediaProbe); null: nobody has looked.';
comment on column private.group_media.claimed_by is
  'The job whose worker fetches it, until claimed_until; null: nobody.';

create function private.url_of(p_input jsonb, p_index integer) returns text
language sql immutable set search_path = '' as $$
  select p_input #>> array['mediaFiles', p_index::text, 'url']
$$;
comment on function private.url_of(jsonb, integer) is
  'The address of a publication''s file, counted from 0; null: it has none, or is one of the user''s own.';
revoke execute on function private.url_of(jsonb, integer) from public;

create function worker.media_claim(p_job_id uuid, p_token uuid, p_index integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_url text := private.url_of((v_current.job).input, p_index);
  v_now timestamptz := private.now();
  v_media private.group_media;
begin
  if (v_current.attempt).token is null then return '{"verdict": "superseded"}'; end if;
  if v_url is null then
    perform private.refuse(422, 'invalid_input', format('File %s has no address.', p_index), 'mediaFiles');
  end if;
  insert into private.group_media (group_id, url, user_id, created_at)
  select group_id, v_url, user_id, v_now from public.publications where job_id = p_job_id on conflict do nothing;
  select m.* into v_media from private.group_media m join public.publications p using (group_id)
  where p.job_id = p_job_id and m.url = v_url for no key update of m;
  if v_media.key is not null then
    return jsonb_build_object('verdict', 'stored', 'url', v_url, 'key', v_media.key, 'bytes', v_media.bytes,
      'content_type', v_media.content_type, 'probe', v_media.probe);
  elsif v_media.claimed_by <> p_job_id and v_media.claimed_until between v_now and v_now + interval '10 minutes' then
    return jsonb_build_object('verdict', 'wait',
      'seconds', least(ceil(extract(epoch from v_media.claimed_until - v_now)), 15));
  end if;
  update private.group_media set claimed_by = p_job_id, claimed_until = v_now + interval '2 minutes'
  where group_id = v_media.group_id and url = v_url;
  return jsonb_build_object('verdict', 'claimed', 'url', v_url, 'seconds', 120);
end
$$;
comment on function worker.media_claim(uuid, uuid, integer) is
  'A worker wants the copy of the p_index-th of a publication''s mediaFiles, counted from 0, which is named by '
  'address. Returns {verdict}: stored, with {url, key (in the bucket handed), bytes, content_type, probe}; claimed, '
  'with {url, '
  'seconds}: fetch it, and say so with worker.media_stored; claim again before the seconds are over to keep it; wait, '
  'with {seconds}: somebody else is fetching it; superseded: stop. Error: 422 invalid_input.';
revoke execute on function worker.media_claim(uuid, uuid, integer) from public;
grant execute on function worker.media_claim(uuid, uuid, integer) to service_role;

create function worker.media_stored(
  p_job_id uuid, p_token uuid, p_index integer, p_key text, p_bytes bigint, p_content_type text,
  p_probe jsonb default null
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_key text;
begin
  -- Also where the attempt is over: it is there, for the others of the group. The first one stays.
  update private.group_media m set key = coalesce(m.key, p_key), bytes = coalesce(m.bytes, p_bytes),
    content_type = coalesce(m.content_type, p_content_type), probe = coalesce(m.probe, p_probe),
    claimed_by = null, claimed_until = null
  from public.publications p
  where p.job_id = p_job_id and m.group_id = p.group_id
    and m.url = private.url_of((v_current.job).input, p_index)
    and exists (select from public.job_attempts where job_id = p_job_id and token = p_token)
  returning m.key into v_key;
  return v_key;
end
$$;
comment on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) is
  'The p_index-th of a publication''s files was fetched, and lies in the bucket handed under p_key. Returns the key '
  'that is used from now on: another one where somebody was faster; null: nobody needs it any more.';
revoke execute on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) from public;
grant execute on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) to service_role;

create function private.forget_group_media(p_before timestamptz, p_limit integer default 10000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.group_media where (group_id, url) in (
    select m.group_id, m.url from private.group_media m
    where m.created_at < p_before and not exists (
      select from public.publications p where p.group_id = m.group_id and p.line <> 'done')
    order by m.created_at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_group_media(timestamptz, integer) is
  'Forgets fetched files of groups that are done, from before p_before; their copies are deleted (sweep_handed). '
  'Returns how many.';
revoke execute on function private.forget_group_media(timestamptz, integer) from public;
create function private.media_of(p_job public.jobs, p_group_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('url', f.url, 'key', m.key, 'bytes', m.bytes,
      'content_type', m.content_type, 'probe', m.probe) order by f.n), '[]')
    from (
      select file ->> 'url' as url, min(n) as n
      from jsonb_array_elements(case jsonb_typeof(p_job.input -> 'mediaFiles') when 'array'
        then p_job.input -> 'mediaFiles' else '[]' end) with ordinality files (file, n)
      where file ? 'url' group by file ->> 'url') f
    left join private.group_media m on m.group_id = p_group_id and m.url = f.url);
end
$$;
comment on function private.media_of(public.jobs, uuid) is
  'The files that a publication names by address, and their copies in the bucket handed: [{url, key, bytes, '
  'content_type, probe}], all but url null until it was fetched.';
revoke execute on function private.media_of(public.jobs, uuid) from public;

create function private.known_posts(p_publication public.publications) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(k.post_id order by k.created_at), '[]') from (
      select o.post_id, o.created_at from public.publications o
      where o.connection_id = p_publication.connection_id and o.job_id <> p_publication.job_id
        and o.created_at > p_publication.created_at - interval '2 days' and o.post_id is not null
      order by o.created_at desc limit 200) k);
end
$$;
comment on function private.known_posts(public.publications) is
  'The ids of what other publications of the same connection have become, of two days before it and later, at most '
  '200: posts that are not this one''s, however alike.';
revoke execute on function private.known_posts(public.publications) from public;

create function private.publication_item(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_publication(p_job) then return '{}'; end if;
  return coalesce((
    select jsonb_build_object('publication', jsonb_build_object('group_id', p.group_id, 'line', p.line,
        'facts', p.facts, 'facts_until', p.facts_until, 'committed_at', p.committed_at, 'created_at', p.created_at,
        'post_id', p.post_id, 'permalink', p.permalink, 'warnings', p.warnings,
        'connection', jsonb_build_object('id', c.id, 'platform', c.platform, 'external_id', c.external_id,
          'display_name', c.display_name, 'settings', c.settings, 'scopes', to_jsonb(c.scopes), 'state', c.state,
          'expires_at', c.expires_at),
        'app', jsonb_build_object('platform', f.platform, 'client_id', f.client_id, 'api_version', f.api_version,
          'settings', f.settings),
        'media', private.media_of(p_job, p.group_id), 'known_post_ids', private.known_posts(p)),
      'lane_circuit', jsonb_build_object('failures', f.failures, 'opened_at', f.down_since,
        'probe_at', case when f.down_since is not null then f.paused_until end))
    from public.publications p join public.connections c on c.id = p.connection_id
    join private.platforms f on f.platform = p.platform where p.job_id = p_job.id), '{}');
end
$$;
comment on function private.publication_item(public.jobs) is
  'What a worker needs to publish, beside its job and attempt: {publication: {group_id, line, facts, facts_until, '
  'committed_at, created_at, post_id, permalink, warnings, connection, app, media, known_post_ids}, lane_circuit: of '
  'the platform}. No tokens and no secrets. {} for any other job.';
revoke execute on function private.publication_item(public.jobs) from public;
create function private.enqueue_wish(p_user_id uuid, p_wish jsonb, p_handed jsonb, p_by_user boolean) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_code text;
  v_message text;
  v_hint text;
  v_key text := p_wish ->> 'idempotency_key';
  v_is_known boolean := v_key is not null and exists (
    select from public.jobs where user_id = p_user_id and idempotency_key = v_key);
  v_job public.jobs;
begin
  v_job := public.create_job(p_user_id, p_wish ->> 'tool', p_wish -> 'input', (p_wish ->> 'priority')::smallint,
    (p_wish ->> 'run_at')::timestamptz, v_key, coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'), true, p_by_user,
    p_handed);
  return jsonb_build_object('n', p_wish -> 'n', 'id', v_job.id, 'is_new', not v_is_known);
exception when others then
  if sqlstate !~ '^PT' then raise; end if;
  get stacked diagnostics v_code = pg_exception_detail, v_message = message_text, v_hint = pg_exception_hint;
  return jsonb_build_object('n', p_wish -> 'n', 'code', v_code, 'message', v_message,
    'status', substr(sqlstate, 3)::integer) || case when starts_with(v_hint, '{')
      then jsonb_build_object('field', v_hint::jsonb -> 'field', 'details', v_hint::jsonb - 'field')
      else jsonb_build_object('field', nullif(v_hint, ''), 'details', '{}'::jsonb) end;
end
$$;
comment on function private.enqueue_wish(uuid, jsonb, jsonb, boolean) is
  'Creates a job of a user as a wish says it, in a sub-transaction of its own: {n, id, is_new}; or says why there is '
  'none: {n, code, message, field, details, status}. Raises what is nobody''s fault.';
revoke execute on function private.enqueue_wish(uuid, jsonb, jsonb, boolean) from public;

create function worker.enqueue_publications(
  p_user_id uuid, p_wishes jsonb, p_handed jsonb default '{}', p_by_user boolean default true,
  p_caller_drains boolean default true
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_done jsonb[];
begin
  if jsonb_typeof(p_wishes) is distinct from 'array' or jsonb_array_length(p_wishes) not between 1 and 50 then
    perform private.refuse(422, 'invalid_input', 'The wishes are an array of 1 to 50.', 'wishes');
  end if;
  perform private.lock_creates(p_user_id);
  perform set_config('esteira.dispatch', 'later', true);
  select array_agg(private.enqueue_wish(p_user_id, wish, coalesce(p_handed, '{}'), p_by_user) order by n) into v_done
  from (select * from jsonb_array_elements(p_wishes) with ordinality w (wish, n) order by n) in_order;
  perform set_config('esteira.dispatch', '', true);
  perform set_config('response.status', '', true); -- some may be known, and others new: is_new says it
  perform private.dispatch('publication', p_poke => not p_caller_drains);
  return jsonb_build_object(
    'jobs', (select coalesce(jsonb_agg(jsonb_build_object('n', d -> 'n', 'is_new', d -> 'is_new', 'job', to_jsonb(j)
        - array['ticket', 'idempotency_hash']) order by nth), '[]')
      from unnest(v_done) with ordinality done (d, nth) join public.jobs j on j.id = (d ->> 'id')::uuid),
    'rejected', (select coalesce(jsonb_agg(d order by nth), '[]')
      from unnest(v_done) with ordinality done (d, nth) where d ? 'code'));
end
$$;
comment on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) is
  'Creates those publications of a user that can be, in their order, as far as the balance goes, in one transaction. '
  'p_wishes: [{n, tool, input, metadata, priority, run_at, idempotency_key}], 1 to 50; p_handed, p_by_user, '
  'p_caller_drains: as of create_job. Returns {jobs: [{n, is_new, job}], rejected: [{n, code, message, field, details, '
  'status}]}: codes as of create_job, and connection_not_found, connection_revoked, duplicate_content. Error: 422 '
  'invalid_input.';
revoke execute on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) from public;
grant execute on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) to service_role;
create function private.tend_publications() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.dispatch', 'later', true);
  v_count := private.resolve_by_time();
  perform set_config('esteira.dispatch', '', true);
  for i in 1..10 loop
    exit when private.advance_connections() = 0;
  end loop;
  return v_count;
end
$$;
comment on function private.tend_publications() is
  'Lets lines go on that nobody has looked at, and pays back what nobody has looked for in seven days. Returns how '
  'many of those.';
revoke execute on function private.tend_publications() from public;

create function private.forget_publications(p_limit integer default 2000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- What somebody may still look for stays, and so does what another one refers to as done again.
  with times as materialized (
    select t.tool, (private.retention_of(t.tool)).publications as keep from public.tools t where t.lane = 'publication'
  ), over as materialized (
    select j.id from times join public.jobs j on j.lane = 'publication' and j.tool = times.tool
    join public.publications p on p.job_id = j.id
    where j.status >= 'completed' and j.completed_at < v_now - times.keep and j.refund <> 'due'
      and (p.unknown_at is null or p.resolved is not null)
    limit p_limit for update of j skip locked
  )
  delete from public.jobs j using over where j.id = over.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_publications(integer) is
  'Deletes up to p_limit publications that have ended longer ago than their retention says (private.retention), never '
  'one of which nobody knows. The ledger stays. Returns how many.';
revoke execute on function private.forget_publications(integer) from public;
create view private.seen_publications with (security_invoker = true) as
select p.platform, j.tool as option, p.line, coalesce(p.hold, p.line) as hold, j.status, j.error_code, p.unknown_at,
  p.resolved, j.retry_count, p.created_at,
  case when j.status = 'completed' then extract(epoch from j.completed_at - greatest(j.created_at, (
    select (entry ->> 'run_at')::timestamptz from jsonb_array_elements(j.step_history) entry
    where entry ->> 'step' = 'queued' limit 1))) end as from_due,
  case when j.status = 'completed' then extract(epoch from j.completed_at - j.started_at) end as from_start
from public.publications p join public.jobs j on j.id = p.job_id;
comment on view private.seen_publications is
  'Publications as they are counted; from_due: seconds from when it was enqueued, or from the time it was scheduled '
  'for, until it was there; from_start: from the beginning of the attempt that published it.';
revoke all on private.seen_publications from anon, authenticated, service_role;

create function private.seconds_at(p_seconds numeric[]) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('p50', round(percentile_cont(0.5) within group (order by s)::numeric, 3),
    'p95', round(percentile_cont(0.95) within group (order by s)::numeric, 3))
  from unnest(p_seconds) s
$$;
comment on function private.seconds_at(numeric[]) is
  'Two percentiles of times in seconds, to the millisecond: {p50, p95}; null of nothing.';
revoke execute on function private.seconds_at(numeric[]) from public;

create function private.reasons(p_platform text, p_option text, p_since timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'held', coalesce(jsonb_object_agg(reason, n) filter (where kind = 'held'), '{}'),
      'failed', coalesce(jsonb_object_agg(reason, n) filter (where kind = 'failed'), '{}'))
    from (
      select case status when 'pending' then 'held' else 'failed' end as kind,
        case status when 'pending' then hold else error_code end as reason, count(*) as n
      from private.seen_publications
      where platform = p_platform and option = p_option
        and (status = 'pending' and line <> 'front' or status = 'failed' and created_at > p_since)
        and case status when 'pending' then hold else error_code end is not null
      group by 1, 2) counted);
end
$$;
comment on function private.reasons(text, text, timestamptz) is
  'Why publications of an option are held, and why those enqueued since then have failed: {held: {reason: how many}, '
  'failed: {code: how many}}.';
revoke execute on function private.reasons(text, text, timestamptz) from public;

create function private.option_metrics(p_since timestamptz, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with counted as (
      select platform, option, jsonb_build_object('platform', platform, 'option', option,
        'enqueued', count(*) filter (where created_at > p_since),
        'waiting', count(*) filter (where status = 'pending'),
        'publishing', count(*) filter (where status = 'processing'),
        'published', count(*) filter (where status = 'completed' and created_at > p_since),
        'unknown', count(*) filter (where unknown_at is not null and resolved is null),
        'resolved', jsonb_build_object('there', count(*) filter (where resolved = 'there' and created_at > p_since),
          'not_there', count(*) filter (where resolved = 'not_there' and created_at > p_since)),
        'retries', coalesce(sum(retry_count) filter (where created_at > p_since), 0),
        'seconds_from_enqueue', private.seconds_at(array_agg(from_due)
          filter (where from_due is not null and created_at > p_since)),
        'seconds_from_start', private.seconds_at(array_agg(from_start)
          filter (where from_start is not null and created_at > p_since)),
        'oldest_waiting_seconds', round(extract(epoch from p_now - min(created_at)
          filter (where status = 'pending' and line <> 'scheduled')), 3)) as figures
      from private.seen_publications
      where created_at > p_since or line <> 'done' or (unknown_at is not null and resolved is null)
      group by platform, option
    )
    select coalesce(jsonb_agg(figures || private.reasons(platform, option, p_since) order by platform, option), '[]')
    from counted);
end
$$;
comment on function private.option_metrics(timestamptz, timestamptz) is
  'The figures of ops.publication_metrics for each option.';
revoke execute on function private.option_metrics(timestamptz, timestamptz) from public;

create function ops.publication_metrics(p_since interval default '24 hours') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return jsonb_build_object('at', v_now, 'since', v_now - p_since,
    'options', private.option_metrics(v_now - p_since, v_now),
    'connections', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.platform, c.state), '[]') from (
        select platform, state, count(*) from public.connections group by platform, state) c),
    'platforms', (
      select coalesce(jsonb_agg(jsonb_build_object('platform', f.platform, 'paused_until', f.paused_until,
        'pause_reason', f.pause_reason) order by f.platform), '[]')
      from private.platforms f where f.paused_until > v_now));
end
$$;
comment on function ops.publication_metrics(interval) is
  'How publishing goes, of what was enqueued in the last p_since, and of what waits or is unknown now: {at, since, '
  'options: [{platform, option, enqueued, waiting, held: {reason: how many}, publishing, published, failed: {code: how '
  'many}, unknown, resolved: {there, not_there}, retries, seconds_from_enqueue: {p50, p95} (or from the time it was '
  'scheduled for), seconds_from_start: {p50, p95}, oldest_waiting_seconds}], connections: [{platform, state, count}], '
  'platforms: [{platform, paused_until, pause_reason}] that are paused}.';
revoke execute on function ops.publication_metrics(interval) from public;
create function worker.receive_publication(p_job_id uuid)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lease interval := (select lease from private.lanes where lane = 'publication');
  v_messages private.message[];
begin
  if not exists (select from public.publications p where p.job_id = p_job_id) then
    perform private.refuse(404, 'not_found', 'There is no such publication.', 'job_id');
  end if;
  perform private.dispatch('publication', p_poke => false);
  with read as (
    update pgmq.q_publication_queue q set vt = clock_timestamp() + v_lease, read_ct = q.read_ct + 1
    where q.msg_id = any (array(
      select w.msg_id from pgmq.q_publication_queue w
      where w.vt <= clock_timestamp() and private.uuid_in(w.message, 'job_id') = p_job_id
      order by w.msg_id for update skip locked))
    returning q.msg_id, q.read_ct, q.message
  )
  select array_agg((r.msg_id, r.read_ct, p_job_id, private.number_in(r.message, 'attempt'),
    private.number_in(r.message, 'dispatch'), r.message ->> 'kind')::private.message) into v_messages from read r;
  v_messages := private.seated(v_messages);
  if v_messages is not null then
    return query select * from private.live_items('publication_queue', v_messages);
  end if;
end
$$;
comment on function worker.receive_publication(uuid) is
  'Lets the lines go on, then leases the message of one publication, as worker.receive does: nothing where it waits '
  'for its turn or its time, where a worker is at it, or where it has ended. Error: 404 not_found for a job that is no '
  'publication.';
revoke execute on function worker.receive_publication(uuid) from public;
grant execute on function worker.receive_publication(uuid) to service_role;
create function private.rest(p_job_id uuid, p_token uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
begin
  if (v_current.attempt).token is null or not private.is_publication(v_current.job) then return; end if;
  if private.free_slot((v_current.attempt).slot_id, p_token) then
    perform private.dispatch('publication', p_poke => false);
  end if;
end
$$;
comment on function private.rest(uuid, uuid) is
  'A publication is put off while its platform is at it, or is looked for later: its slot goes to others meanwhile, so '
  'that a platform which keeps everybody waiting keeps nobody else. The message takes a slot again (private.seat).';
revoke execute on function private.rest(uuid, uuid) from public;

create function private.take_free_slot(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_slot record;
begin
  select s.slot_id, s.account_id into v_slot
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_job.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1 for update of s skip locked;
  if not found then return false; end if;
  update private.slots set job_id = p_job.id, token = p_attempt.token where slot_id = v_slot.slot_id;
  update public.job_attempts set slot_id = v_slot.slot_id, account_id = v_slot.account_id
  where job_id = p_job.id and attempt = p_attempt.attempt;
  return true;
end
$$;
comment on function private.take_free_slot(public.jobs, public.job_attempts, timestamptz) is
  'Gives a free slot to the running attempt, which has none, of a locked job. False: there is none just now. Waits for '
  'nothing.';
revoke execute on function private.take_free_slot(public.jobs, public.job_attempts, timestamptz) from public;

create function private.seat(p_message private.message) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_has_slot boolean;
begin
  select * into v_job from public.jobs where id = p_message.job_id for update skip locked;
  if not found then return not exists (select from public.jobs where id = p_message.job_id); end if;
  select * into v_attempt from public.job_attempts
  where job_id = v_job.id and attempt = v_job.attempt and finished_at is null;
  -- What is over is for whoever reads the message to find out.
  if not found or exists (
    select from private.slots where slot_id = v_attempt.slot_id and token = v_attempt.token) then return true; end if;
  v_has_slot := private.take_free_slot(v_job, v_attempt, private.now());
  update public.publications set wants_slot = not v_has_slot where job_id = v_job.id and wants_slot = v_has_slot;
  return v_has_slot;
end
$$;
comment on function private.seat(private.message) is
  'Whether a message of the lane publication may be worked on: its attempt has a slot, or is given one again after it '
  'rested. False: there is none, and the next free one is kept for it; or somebody else has the job.';
revoke execute on function private.seat(private.message) from public;

create function private.seated(p_messages private.message[]) returns private.message[]
language plpgsql volatile set search_path = '' as $$
declare
  v_message private.message;
  v_seated private.message[];
begin
  foreach v_message in array coalesce(p_messages, '{}') loop
    if private.seat(v_message) then v_seated := v_seated || v_message;
    else perform pgmq.set_vt('publication_queue', v_message.msg_id, 2);
    end if;
  end loop;
  return v_seated;
end
$$;
comment on function private.seated(private.message[]) is
  'Those of leased messages of the lane publication that may be worked on now; the others come back in two seconds. '
  'Null: none.';
revoke execute on function private.seated(private.message[]) from public;

create function private.call_back() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_wanting text[] := array(select job_id::text from public.publications where wants_slot);
  v_count integer;
begin
  if v_wanting = '{}' then return 0; end if;
  with back as materialized (
    select msg_id from pgmq.q_publication_queue
    where vt > clock_timestamp() and message ->> 'job_id' = any (v_wanting)
    order by msg_id limit (
      select count(*) from private.slots where lane = 'publication' and token is null and not is_retiring)
    for update skip locked
  )
  update pgmq.q_publication_queue q set vt = clock_timestamp() from back where q.msg_id = back.msg_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.call_back() is
  'Has as many of those that rested and found no slot come back now as there are free ones. Returns how many.';
revoke execute on function private.call_back() from public;

create function private.unwanted_slots() returns integer
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return greatest(0, (
      select count(*) from private.slots where lane = 'publication' and token is null and not is_retiring)
    - (select count(*) from public.publications where wants_slot));
end
$$;
comment on function private.unwanted_slots() is
  'How many free slots of the lane publication are for new attempts: those that rested and are due again come first.';
revoke execute on function private.unwanted_slots() from public;

SET local check_function_bodies = off;

DROP VIEW "public"."publication_jobs";

ALTER TABLE "private"."retention"
  DROP CONSTRAINT "times_are_positive";

ALTER TABLE "private"."shipped_rows"
  DROP CONSTRAINT "kinds_are_known";

ALTER TABLE "public"."jobs"
  DROP CONSTRAINT "jobs_retried_from_fkey";

DROP FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval);

ALTER TABLE "private"."retention"
  ADD COLUMN "publications" interval DEFAULT '365 days'::interval;

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
    where a.paused_until > (select private.now()) and a.retired_at is null
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
    select 'files to be deleted', count(*) from private.doomed_files f where f.due_at <= (select private.now())
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > (select private.now())
    union all
    select p.name, p.count from private.counts_of_publishing(v_since, v_now) p
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

CREATE OR REPLACE FUNCTION ops.refund (
  p_job_id  uuid,
  p_message text DEFAULT 'Something went wrong on our side'::text
)
  RETURNS public.job_refund
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  if not found or not exists (select from private.quarantine where job_id = p_job_id) then
    perform private.refuse(404, 'not_found', format('There is no job %s that is set aside.', p_job_id), 'job_id');
  end if;
  if v_job.status in ('pending', 'processing') then
    perform private.end_set_aside(v_job, p_message, private.now());
  else
    -- It has ended, and only its task and its price are open.
    perform worker.task_over(token, 'unknown') from private.cancels
    where job_id = p_job_id and over_at is null order by token;
    select * into v_job from public.jobs where id = p_job_id;
    if private.is_publication(v_job) then -- whether it is there, somebody has to say (ops.resolve_publication)
      return v_job.refund;
    elsif v_job.refund in ('due', 'withheld') then
      perform private.pay_back(v_job, false);
      update public.jobs set refund = 'paid' where id = p_job_id;
    end if;
  end if;
  delete from private.quarantine where job_id = p_job_id;
  perform private.dispatch(v_job.lane);
  return (select refund from public.jobs where id = p_job_id);
end
$function$;

CREATE OR REPLACE FUNCTION ops.set_retention (
  p_tool         text,
  p_inputs       interval,
  p_outputs      interval,
  p_attempts     interval,
  p_events       interval,
  p_unused       interval DEFAULT NULL::interval,
  p_publications interval DEFAULT '365 days'::interval
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if least(p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications) <= '0' then
    perform private.refuse(422, 'invalid_amount', 'A time is longer than nothing; null is for ever.', 'interval');
  end if;
  if p_tool is not null and p_unused is not null then
    perform private.refuse(422, 'invalid_amount', 'What is unused was for no tool: name none.', 'unused');
  end if;
  insert into private.retention (tool, inputs, outputs, attempts, events, unused, publications)
  values (p_tool, p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications)
  on conflict (tool) do update set inputs = excluded.inputs, outputs = excluded.outputs,
    attempts = excluded.attempts, events = excluded.events, unused = excluded.unused,
    publications = excluded.publications;
end
$function$;

CREATE OR REPLACE FUNCTION private.accept_success (
  p_job         public.jobs,
  p_attempt     public.job_attempts,
  p_external_id text,
  p_at          timestamp with time zone
)
  RETURNS public.job_attempts
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.supersede_others(p_job, p_attempt.token, p_at);
  -- The task whose success is stored is the attempt's; what comes later changes that no more.
  p_attempt.external_id := case when p_attempt.word = 'succeeded' then coalesce(p_attempt.external_id, p_external_id)
    else coalesce(p_external_id, p_attempt.external_id) end;
  p_attempt.word := 'succeeded';
  p_attempt.word_at := coalesce(p_attempt.word_at, p_at);
  -- Others that it may have made keep its slot until they are over.
  if not private.may_live(p_attempt) or private.is_publication(p_job) then
    -- One that was superseded, and succeeds first after all, has a row in the outbox.
    if not worker.task_over(p_attempt.token, 'succeeded') then
      perform private.free_slot(p_attempt.slot_id, p_attempt.token);
    end if;
  elsif exists (
    select from private.slots where slot_id = p_attempt.slot_id and token = p_attempt.token) then
    perform private.leave_cancel(p_job, p_attempt, 'produced', p_at);
  end if;
  return p_attempt;
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
    ('private.forget_publications()'),
    (format('private.forget_group_media(%L)', private.now() - interval '1 day')),
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'), ('private.forget_connections()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.counts_of_publishing (
  p_since timestamp with time zone,
  p_now   timestamp with time zone
)
  RETURNS TABLE (
    name  text,
    count bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
    select 'platforms paused', count(*) from private.platforms p where p.paused_until > (select private.now())
    union all
    select 'api versions ending', private.api_versions_ending()
    union all
    select 'connections to be connected anew', count(*) from public.connections c
    where c.state = 'reconnect_needed' and c.updated_at > p_since and c.updated_at <= p_now
    union all
    select 'accesses that cannot be renewed', count(*) from private.connection_tokens t where t.failures >= 3
    union all
    select 'token keys missing', count(*) from private.seal_keys k
    where not exists (select from vault.secrets s where s.name = k.key_name)
    union all
    select 'accesses that cannot be given back', count(*) from private.revocations r where r.tries >= 6
    union all
    select 'publications unknown', count(*) from public.publications p
    where p.unknown_at is not null and p.resolved is null;
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
  delete from private.group_media where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
end
$function$;

CREATE OR REPLACE FUNCTION private.dispatch (
  p_lane text,
  p_poke boolean DEFAULT true
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  AS $function$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
  v_allowed integer := 100;
  v_slots bigint[];
  v_accounts integer[];
  v_jobs uuid[];
  v_started integer;
  v_aside uuid[];
begin
  -- Whoever ends many does it once for all.
  if current_setting('esteira.dispatch', true) = 'later' then return 0; end if;
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.paused_until > v_now then return 0; end if;
  perform private.admit_due(p_lane);
  if p_lane = 'publication' then perform private.advance_connections(), private.call_back(); end if;
  -- Most calls find nothing to do, and most of those find it out here. In order, as everywhere that waiting jobs are
  -- looked at: without it the planner may look for the first one through the whole table.
  perform from public.jobs where lane = p_lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if not found then return 0; end if;
  perform from private.slots where lane = p_lane and job_id is null and not is_retiring order by slot_id limit 1;
  if not found then return 0; end if;
  if v_lane.circuit_opened_at is not null then
    if not private.may_probe(p_lane) then return 0; end if;
    v_allowed := 1;
  end if;
  if v_lane.rate_limit is not null then v_allowed := private.allowed_starts(p_lane, v_allowed); end if;
  if p_lane = 'publication' then v_allowed := least(v_allowed, private.unwanted_slots()); end if;
  if v_allowed = 0 then return 0; end if;

  -- In a statement of its own: what it locks may be newer than what the statement that calls it can see.
  select array_agg(slot_id), array_agg(account_id), array_agg(job_id) into v_slots, v_accounts, v_jobs
  from private.pair_free_slots(v_lane, v_allowed);
  if v_jobs is null then return 0; end if;
  begin
    v_started := private.start_jobs(v_lane, v_slots, v_accounts, v_jobs, v_now);
  exception when others then
    v_aside := private.quarantined();
    v_started := private.start_in_turn(v_lane, v_slots, v_accounts, v_jobs, v_now);
    -- Their slots are free again; and with each who is set aside there is one less to try.
    if cardinality(private.quarantined()) > cardinality(v_aside) then
      v_started := v_started + private.dispatch(p_lane, p_poke => false);
    end if;
  end;
  if p_poke and v_started > 0 then perform private.poke(p_lane); end if;
  return v_started;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_attempt (
  p_job           public.jobs,
  p_attempt       public.job_attempts,
  p_outcome       text,
  p_reason        text,
  p_at            timestamp with time zone,
  p_error_code    text                     DEFAULT NULL::text,
  p_error_message text                     DEFAULT NULL::text,
  p_may_live      boolean                  DEFAULT NULL::boolean
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Nothing can be stopped at a platform: what a publication may have left there is for its owner to look at.
  v_may_live boolean := coalesce(p_may_live, private.may_live(p_attempt)) and not private.is_publication(p_job);
begin
  perform private.drop_question(p_attempt.question_id);
  if v_may_live then perform private.leave_cancel(p_job, p_attempt, p_reason, p_at);
  else perform private.free_slot(p_attempt.slot_id, p_attempt.token);
  end if;
  update public.job_attempts set phase = 'finished', outcome = p_outcome, finished_at = p_at,
    error_code = coalesce(p_error_code, error_code), error_message = coalesce(p_error_message, error_message),
    never_existed = p_attempt.never_existed, question_id = null
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
  return v_may_live;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_expired_leases (
  p_lane text DEFAULT NULL::text
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_found record;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-leases');
begin
  for v_found in
    select j as job, a as attempt from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.outcome is null and a.leased_until < (select private.now()) and j.lane = coalesce(p_lane, j.lane)
      and j.id <> all (v_aside)
    order by a.leased_until limit 100
    for update of j, a skip locked
  loop
    begin
      continue when not private.can_end_at_once(
        (v_found.attempt).slot_id, (v_found.attempt).token, (v_found.job).user_id);
      perform private.end_lease(v_found.job, v_found.attempt);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-leases', (v_found.job).id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_set_aside (
  p_job     public.jobs,
  p_message text,
  p_at      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_attempt public.job_attempts;
begin
  -- As everywhere: the slots before the attempts. A task that may live keeps its slot, and the outbox stops it.
  perform from private.slots s where s.job_id = p_job.id order by s.slot_id for update;
  for v_attempt in
    select * from public.job_attempts where job_id = p_job.id and finished_at is null order by attempt for update
  loop
    if private.is_committed(p_job, v_attempt) then
      perform private.end_unknown(p_job, v_attempt, p_message, p_at);
      return;
    end if;
    perform private.end_attempt(p_job, v_attempt, 'failed', 'cancelled', p_at, 'internal_error', p_message);
  end loop;
  perform private.fail_job(p_job, p_job.current_step, 'internal_error', p_message, p_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_jobs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone limit 1000) g;
  update public.jobs set retried_from = null where retried_from in (select id from gone);
  delete from private.webhook_events where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  where g.started_at is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_quarantined()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  delete from private.quarantine q
  where not exists (select from public.jobs j where j.id = q.job_id and j.status in ('pending', 'processing'))
    and not exists (select from private.cancels c where c.job_id = q.job_id and c.over_at is null);
  get diagnostics v_count = row_count;
  delete from private.faults where last_at < (select private.now()) - interval '30 days';
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.give_up (
  p_job     public.jobs,
  p_attempt public.job_attempts,
  p_message text,
  p_at      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_code text := case when private.is_in_doubt(p_attempt) then 'submit_unknown' else 'deadline_exceeded' end;
begin
  if private.is_committed(p_job, p_attempt) then
    perform private.end_unknown(p_job, p_attempt, p_message, p_at);
    return;
  end if;
  perform private.end_attempt(p_job, p_attempt, 'failed', v_code, p_at, v_code, p_message);
  perform private.fail_job(p_job, private.step_of(p_job, p_attempt), v_code, p_message, p_at,
    p_is_counted => private.had_task(p_job.id));
end
$function$;

CREATE OR REPLACE FUNCTION private.give_up_overdue_jobs()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-overdue');
begin
  perform set_config('esteira.dispatch', 'later', true); -- the tick that follows dispatches
  -- Workers end jobs at their deadline, after a last question to the provider. This is for those that nobody works on
  -- any more: they get five minutes longer.
  for v_job in
    select j.* from public.jobs j
    where j.status = 'processing' and j.deadline_at < v_now - private.grace_of(j) and j.id <> all (v_aside)
      and not exists (select from private.lanes l where l.lane = j.lane and l.circuit_opened_at is not null)
    order by j.deadline_at limit 100
    for update of j skip locked
  loop
    begin
      select * into v_attempt from public.job_attempts
      where job_id = v_job.id and attempt = v_job.attempt and finished_at is null for update skip locked;
      -- Many jobs in one transaction: it waits for none of what they need, and leaves those in use to the next run.
      continue when not found or not private.may_give_up(v_job, v_attempt, v_now)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up(v_job, v_attempt, 'No result came before the deadline', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-overdue', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.grace_of (
  p_job public.jobs
)
  RETURNS interval
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case when private.is_publication(p_job) and exists (
      select from public.job_attempts a where a.job_id = p_job.id and a.attempt = p_job.attempt and a.submits = 0)
    then interval '0' else interval '5 minutes' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_endings_due()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return exists (select from private.cancels where over_at is null and next_at <= (select private.now()))
    or exists (select from private.doomed_files where due_at <= (select private.now()))
    or exists (select from private.forgets where next_at <= (select private.now()))
    or exists (select from private.revocations where next_at <= (select private.now()))
    or exists (select from private.connection_tokens where renew_at <= (select private.now()));
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
      ('Nobody knows what became of publications', 'publications unknown', '1 minute', 1),
      ('A version of a platform''s API ends soon', 'api versions ending', '1 minute', 1),
      ('Many connections are lost', 'connections to be connected anew', '1 hour', 10),
      ('Accesses cannot be renewed', 'accesses that cannot be renewed', '1 minute', 5),
      ('A key of tokens is missing', 'token keys missing', '1 minute', 1),
      ('Accesses cannot be given back', 'accesses that cannot be given back', '1 minute', 1),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1)
    ) rules (name, count_name, look_back, threshold),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_buckets()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      ('inputs', null, '["image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif", "video/mp4",
        "video/quicktime", "video/webm", "application/pdf", "application/msword", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"]'::jsonb),
      -- What a result may be at all, and as large as one may be; which of it a tool makes its own output_types say.
      ('outputs', 524288000, '["image/*", "video/*", "audio/*", "text/plain", "text/plain;charset=UTF-8", "text/csv",
        "text/vtt", "application/x-subrip", "application/json", "application/pdf", "application/zip",
        "application/octet-stream", "model/gltf-binary"]'),
      -- Copies of inputs, checked when they are made; no policy lets anybody in.
      ('handed', null, null)
    ) buckets (name, bytes, types),
    lateral private.ship_row('bucket', 'storage.buckets', 'id', name, jsonb_build_object(
      'name', name, 'public', false, 'file_size_limit', bytes, 'allowed_mime_types', types)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_lanes()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      -- Says that a task runs, and no more (docs/providers/runninghub.md#outcomes).
      ('runninghub', '{"provider": "runninghub", "delivery": "webhook", "estimates_progress": true}'::jsonb),
      -- What the documentation of these two allows (docs/providers/kie.md, docs/providers/replicate.md); more is
      -- rejected, not queued.
      ('kie', '{"provider": "kie", "delivery": "webhook", "rate_limit": 20, "rate_window": "10 seconds"}'),
      ('replicate', '{"provider": "replicate", "delivery": "webhook", "rate_limit": 600, "rate_window": "1 minute"}'),
      ('fal', '{"provider": "fal", "delivery": "webhook"}'),
      -- A training's callback comes once or never, and only by asking does its progress show: once a minute, for the
      -- reaper runs no more often, and a shade less, so that none of its runs comes too early. After errors Astria
      -- wants to be left alone for half a minute at first (docs/providers/astria.md).
      ('astria', '{"provider": "astria", "delivery": "webhook", "poll_after": "50 seconds", "poll_every": "50 seconds",
        "backoff_base": "30 seconds", "backoff_max": "10 minutes"}'),
      -- The answer to a submit is the result. The lease bounds how long it may take, and is longer than the longest
      -- text that is taken takes to be read (docs/providers/openai.md).
      -- Its errors may be those of a bad quarter of an hour.
      ('openai', '{"provider": "openai", "delivery": "sync", "lease": "3 minutes", "task_life": "8 minutes",
        "backoff_base": "20 seconds", "backoff_max": "10 minutes"}'),
      -- Publications to social media: one lane for all platforms, whose own limits are rows of the connections room.
      ('publication', '{"provider": "publication", "delivery": "sync"}'),
      -- For workers outside. Its tools are rows that an operator adds (docs/external-worker.md).
      ('external', '{"provider": "external", "delivery": "pull"}')
    ) lanes (name, columns),
    lateral private.ship_row('lane', 'private.lanes', 'lane', name,
      -- Two batches of 1,000 may wait.
      columns || jsonb_build_object('queue_name', name || '_queue', 'max_waiting_per_user', 2000,
        'max_active_per_user', 50)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_publication_tools()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_media text[] := array['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4', 'video/quicktime',
    'video/webm'];
  v_documents text[] := array['application/pdf', 'application/msword', 'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation'];
begin
  return query
    select s.* from (values
      ('tiktok_video', '{"en": "TikTok video", "pt-BR": "Vídeo no TikTok"}'::jsonb, 1, v_media),
      ('tiktok_photo', '{"en": "TikTok photos", "pt-BR": "Fotos no TikTok"}', 35, v_media),
      ('facebook_post', '{"en": "Facebook post", "pt-BR": "Post no Facebook"}', 10, v_media),
      ('facebook_video', '{"en": "Facebook video", "pt-BR": "Vídeo no Facebook"}', 1, v_media),
      ('facebook_reel', '{"en": "Facebook reel", "pt-BR": "Reel no Facebook"}', 1, v_media),
      ('facebook_story', '{"en": "Facebook story", "pt-BR": "Story no Facebook"}', 1, v_media),
      ('instagram_feed', '{"en": "Instagram post", "pt-BR": "Post no Instagram"}', 1, v_media),
      ('instagram_reel', '{"en": "Instagram reel", "pt-BR": "Reel no Instagram"}', 1, v_media),
      ('instagram_story', '{"en": "Instagram story", "pt-BR": "Story no Instagram"}', 1, v_media),
      ('instagram_carousel', '{"en": "Instagram carousel", "pt-BR": "Carrossel no Instagram"}', 10, v_media),
      -- A video, and the picture that is its thumbnail.
      ('youtube_video', '{"en": "YouTube video", "pt-BR": "Vídeo no YouTube"}', 2, v_media),
      ('youtube_short', '{"en": "YouTube Short", "pt-BR": "Short no YouTube"}', 2, v_media),
      ('threads_post', '{"en": "Post on Threads", "pt-BR": "Post no Threads"}', 20, v_media),
      ('x_post', '{"en": "Post on X", "pt-BR": "Post no X"}', 4, v_media),
      ('linkedin_post', '{"en": "Post on LinkedIn", "pt-BR": "Post no LinkedIn"}', 20, v_media),
      ('linkedin_document', '{"en": "Document on LinkedIn", "pt-BR": "Documento no LinkedIn"}', 1, v_documents)
    ) tools (name, titles, files, types),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, jsonb_build_object('lane', 'publication',
      'credit_cost', 1, 'titles', titles, 'max_attempts', 4, 'timeout', '30 minutes', 'is_enabled', false,
      -- What an option takes exactly, its platform's rules say; a publication leaves no files of its own.
      'max_output_bytes', 1, 'settings', jsonb_build_object('files', jsonb_build_object('media', jsonb_build_object(
        'types', types,
        'max_bytes', 1073741824, 'max_count', files))))) s;
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
      ('esteira-publications', '29 seconds'),
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_tools()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query select * from private.install_runninghub_tools();
  return query select * from private.install_model_tools();
  return query select * from private.install_publication_tools();
end
$function$;

CREATE OR REPLACE FUNCTION private.jobs_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(j) - array['ticket', 'idempotency_hash', 'user_id'] || jsonb_build_object(
      'publication', (select to_jsonb(p) - array['job_id', 'user_id', 'ticket', 'priority', 'fingerprint']
        from public.publications p where p.job_id = j.id),
      'attempts', (select coalesce(jsonb_agg(to_jsonb(a)
          - array['token', 'user_id', 'question_id', 'account_id', 'job_id'] order by a.attempt), '[]')
        from public.job_attempts a where a.job_id = j.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
          'payload', e.payload) order by e.event_id), '[]')
        from private.webhook_events e where e.job_id = j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.live_items (
  p_queue    text,
  p_messages private.message[]
)
  RETURNS TABLE (
    queue      text,
    msg_id     bigint,
    read_count integer,
    item       jsonb
  )
  LANGUAGE plpgsql
  ROWS 10
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    select p_queue, m.msg_id, m.read_count, private.work_item(j, a)
      || private.publication_item(j) || jsonb_build_object('kind', coalesce(m.kind, 'work'))
    from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
    where private.is_to_do(p_queue, j.status, a.outcome)
    order by m.msg_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.logs_broadcasts()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from private.logging where what = 'broadcasts' and until > (select private.now()));
end
$function$;

CREATE OR REPLACE FUNCTION private.may_probe (
  p_lane text
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Waits for nobody: whoever has the lane probes in our stead. No probe is put off for more than five minutes, but by
  -- a clock that was set back.
  update private.lanes set circuit_probe_at = private.next_probe(circuit_opened_at, private.now())
  where lane = (
    select lane from private.lanes
    where lane = p_lane
      and (circuit_probe_at <= (select private.now())
        or circuit_probe_at > (select private.now()) + interval '5 minutes')
    for no key update skip locked);
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.money_drift()
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from (
    select c.user_id, c.balance from public.credit_accounts c
    union all select t.tombstone_id, t.balance from private.tombstones t -- the ledger of who is gone is proved as well
  ) a
  full join (
    select s.user_id, sum(s.amount) as total from public.credit_entries s group by s.user_id
  ) e on e.user_id = a.user_id
  where coalesce(a.balance, 0) <> coalesce(e.total, 0)
  union all
  select j.user_id, j.id, format('%s, charged %s, refunded %s', j.status, coalesce(c.amount, 0), coalesce(r.amount, 0))
  from public.jobs j
  left join public.credit_entries c on c.job_id = j.id and c.kind = 'charge'
  left join public.credit_entries r on r.job_id = j.id and r.kind = 'refund'
  where coalesce(-c.amount, 0) <> j.credits_charged
     or coalesce(r.amount, 0) <> case when j.refund = 'paid' then j.credits_charged else 0 end
     or (j.status = 'failed' and j.credits_charged > 0 and j.refund <> 'paid' and not exists (
       select from public.publications p where p.job_id = j.id and j.refund = case p.resolved
         when 'there' then 'withheld' when 'not_there' then 'paid' else 'due' end::public.job_refund))
     or (j.status = 'cancelled' and j.credits_charged > 0 and j.refund = 'none')
  union all
  select j.user_id, j.id, 'refunded, and has a result' from public.jobs j
  where j.refund <> 'none' and (j.output is not null or j.output_url is not null)
  union all
  select j.user_id, j.id, 'a refund is due, and nothing is waited for' from public.jobs j
  where j.refund = 'due' and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null)
    and not exists (
      select from public.publications p where p.job_id = j.id and p.unknown_at is not null and p.resolved is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.next_files (
  p_bucket text,
  p_qty    integer
)
  RETURNS private.swept_file[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_files private.swept_file[];
begin
  v_files := array(
    select (o.name, private.uuid_or_null(split_part(o.name, '/', 1)), private.uuid_or_null(split_part(o.name, '/', 2)),
      o.created_at)::private.swept_file
    from storage.objects o
    where o.bucket_id = p_bucket and o.name > (select private.sweep_position(p_bucket || ' files'))
    order by o.name limit p_qty);
  perform private.go_on(p_bucket || ' files', (v_files[cardinality(v_files)]).path, cardinality(v_files) < p_qty);
  return v_files;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_submit (
  p_job     public.jobs,
  p_lane    private.lanes,
  p_attempt public.job_attempts,
  p_files   jsonb,
  p_at      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Once an attempt, and not again and again where a busy provider sends the job back (see requeue_job).
  v_is_told boolean := p_attempt.submits = 1 and p_job.step_history -> -1 ->> 'step' = 'starting';
begin
  update public.jobs j set deadline_at = case
      -- From its first commit on, a publication has as long again for finding out what became of it.
      when private.is_publication(p_job) and p_attempt.submits = 1 then p_at + t.timeout
      else coalesce(j.deadline_at, p_at + t.timeout) end,
    step_history = case when v_is_told then j.step_history || private.upload_steps(p_files, p_at)
      else j.step_history end,
    refundable = case p_lane.cancel_refund when 'always' then true when 'never' then false
      else p_attempt.can_stop end
  from public.tools t where j.id = p_job.id and t.tool = j.tool;
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
    ('esteira-publications', 'esteira-publications', 'tend_publications', 'paid_back', false),
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

CREATE OR REPLACE FUNCTION private.pick_jobs (
  p_lane   private.lanes,
  p_count  bigint,
  p_busy   uuid[],
  p_window bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_ids uuid[] := '{}';
  v_users uuid[] := '{}'; -- who were met and may start one, and how many more
  v_left bigint[] := '{}';
  v_nth integer;
  v_job record;
  v_aside uuid[] := private.quarantined();
begin
  for v_job in
    select w.id, w.user_id from public.jobs w
    where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (p_busy)
      and w.start_by > (select private.now()) and w.id <> all (v_aside)
    order by w.priority desc, w.ticket, w.id limit p_window
  loop
    continue when v_job.user_id = any (p_busy);
    v_nth := array_position(v_users, v_job.user_id);
    if v_nth is null then -- no more users are locked than it takes
      v_users := v_users || v_job.user_id;
      v_nth := cardinality(v_users);
      v_left[v_nth] := private.may_start(p_lane, v_job.user_id);
    end if;
    if v_left[v_nth] = 0 then
      p_busy := p_busy || v_job.user_id;
    else
      -- One that somebody else has is passed over, not counted: the next in the order has its place.
      perform from public.jobs where id = v_job.id and status = 'pending' and run_at is null for update skip locked;
      continue when not found;
      v_left[v_nth] := v_left[v_nth] - 1;
      v_ids := v_ids || v_job.id;
      exit when cardinality(v_ids) = p_count;
    end if;
  end loop;
  return v_ids;
end
$function$;

CREATE OR REPLACE FUNCTION private.resend_in_lane (
  p_lane private.lanes
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_jobs uuid[];
begin
  -- Compared as text: not all that lies in a queue need be ours.
  execute format($query$
    select array_agg(job_id) from (
      select a.job_id
      from public.job_attempts a join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
      where a.outcome is null and (a.phase in ('dispatched', 'preparing', 'submitting')
          -- Where nobody asks by messages of their own, the submit's goes on until the end.
          or (a.phase = 'submitted' and $5))
        and j.lane = $1 and j.status = 'processing' and a.started_at not between $2 - 2 * $3 and $2
        and j.id <> all ($4)
        and not exists (select from pgmq.%1$I q where q.message ->> 'job_id' = a.job_id::text)
      order by a.started_at limit 100) lost $query$, 'q_' || p_lane.queue_name)
  into v_jobs using p_lane.lane, private.now(), p_lane.lease, private.quarantined('esteira-resend'),
    p_lane.delivery = 'sync';
  return private.do_all('esteira-resend', format('private.resend($1, %L)', p_lane.queue_name), v_jobs);
end
$function$;

CREATE OR REPLACE FUNCTION private.screens_that_miss (
  p_since timestamp with time zone
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select 1000 * count(*) filter (where missed * 20 >= changes) / nullif(count(*), 0) from (
      select sum(d.missed) as missed, sum(d.changes) as changes from private.deliveries d
      where d.hour > p_since - interval '1 hour' and d.hour <= (select private.now())
      group by d.user_id having sum(d.changes) >= 20) each_user);
end
$function$;

CREATE OR REPLACE FUNCTION private.send (
  p_hints private.hint[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_since timestamptz := private.now() - interval '2 minutes';
  v_is_missed boolean;
  v_is_logged boolean;
  v_constraint text;
begin
  -- Nearly always neither.
  select exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0),
    exists (select from private.logging where until > (select private.now())) into v_is_missed, v_is_logged;
  if v_is_missed then p_hints := private.tell_missed(p_hints, v_since); end if;
  if v_is_logged then perform private.log_hints(p_hints, 'trigger'); end if;
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h;
  if v_is_logged then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
  return cardinality(p_hints);
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return private.send_apart(p_hints,
    case when sqlstate = '23514' and v_constraint = '' then 'no_partition' else sqlstate end, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION private.start_jobs (
  p_lane     private.lanes,
  p_slots    bigint[],
  p_accounts integer[],
  p_jobs     uuid[],
  p_at       timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_starts private.start[];
begin
  with started as (
    update public.jobs j set
      status = 'processing', current_step = 'starting', attempt = j.attempt + 1, dispatches = j.dispatches + 1,
      started_at = p_at, progress = null,
      -- A publication prepares for long, and has its time in all.
      deadline_at = case when j.lane = 'publication' then p_at + t.timeout end,
      -- A job that came back too often for it to be told starts as quietly (see requeue_job).
      step_history = case when j.step_history -> -1 ->> 'step' in ('starting', 'upload') then j.step_history
        else j.step_history || private.starting(p_at, a.name, t.settings, j.input, j.attempt + 1) end
    from unnest(p_slots, p_accounts, p_jobs) p (slot_id, account_id, job_id)
    join private.accounts a on a.account_id = p.account_id,
    public.tools t
    where j.id = p.job_id and t.tool = j.tool
    returning (j.id, j.attempt, j.dispatches, j.user_id, p.slot_id, p.account_id, j.priority, j.ticket
      )::private.start as start
  )
  select array_agg(start order by (start).priority desc, (start).ticket, (start).job_id) into v_starts from started;
  if v_starts is null then return 0; end if;
  perform private.begin_attempts(p_lane, v_starts, p_at);
  return cardinality(v_starts);
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_handed (
  p_keep  interval DEFAULT '30 days'::interval,
  p_limit integer  DEFAULT 10000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_doomed integer;
begin
  -- A completed job is never done again. Others may be, within p_keep with the copies that they had; no copy is kept
  -- for longer than its tool's inputs.
  delete from private.handed_files f using (
    select h.job_id from private.handed_files h join public.jobs j on j.id = h.job_id
    where j.completed_at < v_now - case when j.status = 'completed' then interval '1 hour'
      else least(p_keep, (private.retention_of(j.tool)).inputs) end
    limit p_limit for update of j skip locked -- whoever does it again holds its job
  ) over where f.job_id = over.job_id;
  insert into private.doomed_files (bucket, prefix, due_at)
  select o.bucket_id, o.name, v_now from storage.objects o
  -- Younger ones may be of a job that is just being created.
  where o.bucket_id = 'handed' and o.created_at < v_now - interval '1 hour'
    and not exists (select from private.handed_files f where f.key = o.name)
    and not exists (select from private.group_media m where m.key = o.name)
    and not exists (select from private.doomed_files d where d.bucket = 'handed' and d.prefix = o.name)
  limit p_limit;
  get diagnostics v_doomed = row_count;
  return v_doomed;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_slot (
  p_lane    private.lanes,
  p_user_id uuid,
  p_at      timestamp with time zone,
  OUT       slot_id bigint,
  OUT       account_id integer,
  OUT       account_name text
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides;
  -- publications have a line first.
  if p_lane.lane = 'publication' or p_lane.paused_until > p_at or p_lane.rate_limit is not null
     or p_lane.circuit_opened_at is not null or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if found then return; end if;
  if private.first_due(p_lane.lane) <= p_at then return; end if;
  if private.may_start(p_lane, p_user_id) = 0 then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$function$;

CREATE OR REPLACE FUNCTION private.task_drift()
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with alive as materialized (
    select a.user_id, a.job_id, a.token from public.job_attempts a
    where a.outcome is null and a.submits > 0 and a.word is null
    union
    select c.user_id, c.job_id, c.token from private.cancels c where c.over_at is null
  )
  select v.user_id, v.job_id, 'a task may be alive, and its attempt holds no slot' from alive v
  where not exists (select from private.slots s where s.token = v.token)
    and not exists (select from public.publications p where p.job_id = v.job_id) -- those rest without one
  union all
  select distinct x.user_id, x.job_id, 'an attempt has begun while the task of another may be alive'
  from alive x join alive y on y.job_id = x.job_id and y.token < x.token
  union all
  select a.user_id, a.job_id, 'an attempt has ended while its task may be alive, and nobody looks after it'
  from public.job_attempts a
  where a.outcome is not null and a.submits > 0 and a.word is null and not a.never_existed and a.leased_until is null
    and a.finished_at > (select private.now()) - interval '7 days' -- closed rows are forgotten after a month
    and not exists (select from private.cancels c where c.token = a.token)
    and not exists (select from public.publications p where p.job_id = a.job_id and p.unknown_at is not null)
  union all
  select null, s.job_id, 'an attempt holds two slots' from private.slots s
  where exists (select from private.slots o where o.token = s.token and o.slot_id < s.slot_id)
  union all
  select null, s.job_id, 'a slot is held, and nothing is alive' from private.slots s
  where s.token is not null and not exists (select from alive v where v.token = s.token)
    and not exists (
      select from public.job_attempts a where a.job_id = s.job_id and a.token = s.token and a.outcome is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.wait_for_others (
  p_lane private.lanes
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  SET lock_timeout TO '2s'
  SET enable_seqscan TO 'off'
  AS $function$
declare
  v_key bigint;
begin
  if not private.is_kept_apart(p_lane) then return false; end if;
  -- In the order of locks: who counts this lane's starts or its probes, who counts what a user has running, who has the
  -- job, who has the slot.
  if p_lane.rate_limit is not null or p_lane.circuit_opened_at is not null then
    perform from private.lanes where lane = p_lane.lane for no key update;
  end if;
  if p_lane.max_active_per_user is not null then
    for v_key in
      select distinct private.active_key(p_lane.lane, w.user_id) from (
        select user_id from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
        order by priority desc, ticket, id limit 1000) w order by 1
    loop
      perform pg_advisory_xact_lock(v_key);
    end loop;
  end if;
  -- Asked once: as it stands in the condition, each row of the table would ask anew.
  perform from public.jobs where id = (select private.first_waiting(p_lane)) for no key update;
  perform from private.slots where slot_id = (select private.first_free(p_lane.lane)) for update;
  return true;
exception when lock_not_available or deadlock_detected then
  return false; -- the tick will see
end
$function$;

CREATE OR REPLACE FUNCTION public.cancel_job (
  p_job_id        uuid,
  p_user_id       uuid    DEFAULT NULL::uuid,
  p_caller_drains boolean DEFAULT false
)
  RETURNS public.jobs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_ends record;
begin
  perform private.is_here();
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.already();
    return v_job;
  end if;
  v_attempt := private.running_attempt(v_job);
  if v_attempt.word is not null or (v_job.attempt > 0 and private.has_success(p_job_id)) then
    perform private.refuse(409, 'job_finishing', 'Its provider is done with the job: it cannot be cancelled any more.');
  elsif private.is_committed(v_job, v_attempt) then
    perform private.refuse(409, 'job_finishing', 'It is being made visible: it cannot be cancelled any more.');
  end if;
  v_now := private.now();
  v_ends := private.end_for_cancel(v_job, v_attempt, v_now);
  update public.jobs set status = 'cancelled', current_step = 'cancelled', completed_at = v_now, run_at = null,
    refund = v_ends.refund, refundable = false,
    step_history = step_history || private.step('cancelled', v_now, jsonb_build_object(
      'at_step', v_job.current_step, 'refund', nullif(v_ends.refund, 'none'),
      'refunded', case when v_ends.balance is not null then credits_charged end, 'newBalance', v_ends.balance))
  where id = p_job_id returning * into v_job;
  perform private.doom_files(v_job, v_now);
  perform private.dispatch(v_job.lane, p_poke => not p_caller_drains);
  if not p_caller_drains and v_job.attempt > 0 then perform private.poke(v_job.lane); end if;
  return v_job;
end
$function$;

CREATE OR REPLACE FUNCTION public.retry_job (
  p_job_id        uuid,
  p_user_id       uuid    DEFAULT NULL::uuid,
  p_caller_drains boolean DEFAULT false,
  p_by_user       boolean DEFAULT false
)
  RETURNS public.jobs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_old public.jobs;
  v_new public.jobs;
  v_by_user boolean := p_by_user or private.caller_role() = 'authenticated';
begin
  perform private.is_here();
  -- The user's row comes first in the lock order; the create that follows takes it too.
  perform from auth.users where id = (select user_id from public.jobs where id = p_job_id) for key share;
  select * into v_old from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_old.status not in ('failed', 'cancelled') then
    perform private.refuse(409, 'not_retryable',
      format('The job is %s; failed and cancelled jobs can be retried.', v_old.status));
  end if;
  if private.is_publication(v_old) then perform private.refuse_again(v_old); end if;
  select * into v_new from public.jobs where retried_from = p_job_id;
  if found then
    perform private.already();
    return v_new;
  end if;
  if v_by_user then
    perform private.lock_creates(v_old.user_id);
    perform private.check_creates_limit(v_old.user_id, 1, true);
  end if;
  v_new := public.create_job(v_old.user_id, v_old.tool, v_old.input,
    (select least(greatest(v_old.priority, t.min_priority), t.max_priority) from public.tools t
     where t.tool = v_old.tool), -- as high as it was, if it still may be
    p_metadata => v_old.metadata, p_caller_drains => p_caller_drains,
    p_handed => private.handed_of(p_job_id));
  update public.jobs set retried_from = p_job_id, is_by_user = v_by_user where id = v_new.id returning * into v_new;
  return v_new;
end
$function$;

CREATE OR REPLACE FUNCTION worker.defer (
  p_queue  text,
  p_msg_id bigint,
  p_delay  interval,
  p_job_id uuid     DEFAULT NULL::uuid,
  p_token  uuid     DEFAULT NULL::uuid,
  p_note   jsonb    DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if p_queue = 'publication_queue' then perform from public.jobs where id = p_job_id for update; end if;
  if p_note <> '{}' then
    update public.job_attempts set checkpoint = checkpoint || p_note where job_id = p_job_id and token = p_token;
  end if;
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(extract(epoch from p_delay), 0)::integer);
  if p_queue = 'publication_queue' and p_delay >= interval '3 seconds' then
    perform private.rest(p_job_id, p_token);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION worker.next_look (
  p_lane text DEFAULT NULL::text
)
  RETURNS interval
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_next timestamptz;
begin
  -- What a webhook lane is asked for safety's sake has time until the next tick, and a job that has ended is asked
  -- nothing: for neither is it worth to stay.
  select min(at) into v_next from (
    select min(q.vt) as at from pgmq.q_settle_queue q
    join public.jobs j on j.id = private.uuid_in(q.message, 'job_id') and j.status in ('pending', 'processing')
    join private.lanes l on l.lane = j.lane
    where l.lane = coalesce(p_lane, l.lane) and (l.delivery = 'poll' or q.message ->> 'kind' is distinct from 'poll')
    union all
    -- Publications are awaited and looked after with the message that they are submitted with.
    select min(q.vt) from pgmq.q_publication_queue q where coalesce(p_lane, 'publication') = 'publication'
    union all
    select min(next_at) from private.cancels where over_at is null and lane = coalesce(p_lane, lane)) looks;
  if v_next is null then return null; end if; -- which greatest would pass over
  return greatest(v_next - clock_timestamp(), interval '0');
end
$function$;

CREATE OR REPLACE FUNCTION worker.receive (
  p_lane  text,
  p_qty   integer DEFAULT 10,
  p_waits boolean DEFAULT false
)
  RETURNS TABLE (
    queue      text,
    msg_id     bigint,
    read_count integer,
    item       jsonb
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  AS $function$
declare
  v_lane private.lanes;
  v_messages private.message[];
  v_live integer;
  v_started integer;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  if v_lane.delivery = 'pull' then return; end if; -- workers outside claim these
  if p_waits and not private.wait_for_others(v_lane) then return; end if; -- first of all, holding nothing
  v_started := private.dispatch(p_lane, p_poke => false);
  v_messages := private.read_messages(v_lane.queue_name, v_lane.lease, p_qty);
  if p_lane = 'publication' then v_messages := private.seated(v_messages); end if;
  if v_messages is null then
    if v_started = 0 and not p_waits and private.is_kept_apart(v_lane) then
      perform set_config('response.status', '202', true);
    end if;
    return;
  end if;

  return query select * from private.live_items(v_lane.queue_name, v_messages);
  get diagnostics v_live = row_count;

  -- The items above show the phase as the last worker left it; from now on this one is at work. Where there are no
  -- files to hand over, the next that is heard of it is the checkpoint.
  update public.job_attempts a set phase = 'preparing'
  from unnest(v_messages) m, public.jobs j, public.tools t
  where a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch and a.phase = 'dispatched'
    and j.id = a.job_id and t.tool = j.tool and t.settings ? 'files';

  if v_live < cardinality(v_messages) then perform private.archive_dead_messages(v_lane.queue_name, v_messages); end if;
end
$function$;

ALTER TABLE "private"."retention"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "times_are_positive"
    CHECK
    (((inputs > '00:00:00'::interval) AND (outputs > '00:00:00'::interval) AND (attempts > '00:00:00'::interval) AND (events > '00:00:00'::interval) AND (unused >
    '00:00:00'::interval) AND (publications > '00:00:00'::interval)));

ALTER TABLE "private"."shipped_rows"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "kinds_are_known"
    CHECK
    ((kind = ANY (ARRAY['lane'::text, 'tool'::text, 'account'::text, 'bucket'::text, 'schedule'::text, 'alert rule'::text, 'limit'::text, 'platform'::text,
    'platform version'::text])));

ALTER TABLE "public"."tools"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "publications_name_their_platform"
    CHECK
    (((lane <> 'publication'::text) OR (split_part(tool, '_'::text, 1) = ANY (ARRAY['tiktok'::text, 'facebook'::text, 'instagram'::text, 'youtube'::text, 'threads'::text,
    'x'::text, 'linkedin'::text]))));

CREATE VIEW "public"."publication_jobs" WITH (security_invoker=true) AS  SELECT id,
    user_id,
    split_part(tool, '_'::text, 1) AS platform,
    tool,
    input AS content,
    status,
    created_at,
    started_at,
    completed_at,
    error_message,
    retry_count,
    (max_attempts - 1) AS max_retries,
    ( SELECT a.raw_api_response
           FROM public.job_attempts a
          WHERE ((a.job_id = j.id) AND (a.attempt = j.attempt))) AS platform_response,
    metadata,
    updated_at,
    version,
    ( SELECT p.group_id
           FROM public.publications p
          WHERE (p.job_id = j.id)) AS group_id,
    ( SELECT p.connection_id
           FROM public.publications p
          WHERE (p.job_id = j.id)) AS connection_id,
    ( SELECT p.permalink
           FROM public.publications p
          WHERE (p.job_id = j.id)) AS permalink,
    error_code,
    ( SELECT p.resolved
           FROM public.publications p
          WHERE (p.job_id = j.id)) AS resolved
   FROM public.jobs j
  WHERE (lane = 'publication'::text);

REVOKE ALL ON TABLE "public"."publication_jobs" FROM "anon";

COMMENT ON COLUMN "private"."retention"."publications" IS 'A publication, its job too, after its end; what is published stays where it is. For tools of the lane publication.';

COMMENT ON FUNCTION "ops"."counts"(interval) IS 'What alerts are made of, over the last p_since: attempts by how they ended (succeeded; failed; by retry class: retried for backoff, waited, paused; cancelled, superseded, orphaned), webhooks by verdict, effects by outcome (of job_effects), what the reaper (esteira-reap asked, resent, leases_ended, asked_last, given_up, expired, copies_given_up, tasks_unknown, slots_freed, clock) and the sweep (esteira-retry due, started, unread) put right, schedules that failed, parts of them that fail (parts failing), broadcasts that failed (unheard: while nobody could have heard them), screens in a thousand that miss changes (private.screens_that_miss), tasks of ended jobs by how they ended; and how much is paused, open, due, quarantined, unknown or dead now. What did not happen may have no row.';

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with its publication, attempts and webhooks), models, projects, connections, effects, limits, deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "ops"."forget_user"(uuid) IS 'Deletes a user and all that is theirs; for one who is gone already, what may be left. What runs is stopped, files and trained models are deleted by the worker, the ledger stays under a tombstone. Returns {user (deleted or gone), jobs, tasks (that the outbox still stops), projects, models, connections (their accesses are given back by the worker), forgets (trained models to be deleted at their provider), entries (of the ledger), tombstone_id (null without entries; told here and nowhere else), files (prefixes to be deleted), traces, again_at (when traces and files are looked for once more)}. Error: 422 invalid_input.';

COMMENT ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval) IS 'Says how long things of a tool''s jobs are kept: inputs, outputs, attempts, events; null: for ever. p_tool null: of all tools that have none of their own, and p_unused: inputs that were for no job. p_publications: publications that have ended, a year unless it says otherwise. Errors: 422 invalid_amount, 23503 for an unknown tool.';

COMMENT ON FUNCTION "private"."counts_of_publishing"(timestamp with time zone, timestamp with time zone) IS 'What ops.counts tells of platforms, connections and publications.';

COMMENT ON FUNCTION "private"."delete_rows_of"(uuid) IS 'Deletes what a user who leaves has besides jobs and credits. Returns {projects, models, connections}: how many.';

COMMENT ON FUNCTION "private"."end_set_aside"(public.jobs, text, timestamp with time zone) IS 'Ends a locked, live job as failed and pays it back, not counted among its user''s refunds; a publication that may be there as outcome_unknown.';

COMMENT ON FUNCTION "private"."forget_jobs"() IS 'After jobs were deleted, by retention or by hand: tells their owners, forgets them where they were done again, and their webhooks, and has their files deleted. When a user leaves, that is done for all at once.';

COMMENT ON FUNCTION "private"."give_up"(public.jobs, public.job_attempts, text, timestamp with time zone) IS 'Ends a locked job whose task has not been heard of in time: failed (submit_unknown while its submit is in doubt, else deadline_exceeded), paid back, no further attempt. The slot stays with the attempt until its task is over. A publication that may be there ends as outcome_unknown. The caller dispatches.';

COMMENT ON FUNCTION "private"."give_up_overdue_jobs"() IS 'Fails jobs that are past their deadline without an answer, and its grace (private.grace_of). Returns how many.';

COMMENT ON FUNCTION "private"."grace_of"(public.jobs) IS 'How long after its deadline an overdue job is left to whoever works on it, for a last question to its provider: five minutes; a publication that has committed nothing has nothing to ask.';

COMMENT ON FUNCTION "private"."has_endings_due"() IS 'Whether the outboxes of cancels, of what providers are to forget and of revocations, the files to be deleted or accesses to be renewed wait for a worker.';

COMMENT ON FUNCTION "private"."install_publication_tools"() IS 'Brings what can be published, each named for its platform; with three retries, as document 003 has it.';

COMMENT ON FUNCTION "private"."jobs_of"(uuid) IS 'A user''s jobs as they were asked for and what came of them, each with its publication, attempts and webhooks; no tokens.';

COMMENT ON FUNCTION "private"."now"() IS 'The time, as every room sees it. Tests freeze it: set esteira.now = ''2026-01-01T00:00:00Z''. Volatile: read it into a variable once, or where rows are compared with it by (select private.now()).';

COMMENT ON FUNCTION "public"."cancel_job"(uuid, uuid, boolean) IS 'Cancels a job at whatever step it is, until its provider is done with it. What no task can have been made for is paid back at once; else the task is stopped if it still can be, and its slot and the price (refund: due) wait until it is over. A late result is not kept. A publication is not cancelled once its commit has passed. A job that has ended is returned as it is (status 208). For the job''s owner; service_role names the owner in p_user_id or leaves it out. Errors: 404 not_found, 409 job_finishing.';

COMMENT ON FUNCTION "public"."retry_job"(uuid, uuid, boolean, boolean) IS 'Does a failed or cancelled job again as a new job, charged anew; a terminal job never changes. Retrying twice gives the same new job (status 208). For the job''s owner; service_role names the owner in p_user_id or leaves it out, and says p_by_user when the owner asks for it. Returns the new job. Errors: 404 not_found, 409 not_retryable, 409 duplicate_content for a publication that may be there, and those of create_job.';

COMMENT ON FUNCTION "worker"."defer"(text, bigint, interval, uuid, uuid, jsonb) IS 'Makes a leased message visible again after p_delay: later than its lease, or sooner. p_note is merged into the checkpoint of the attempt with p_token, for whoever reads the message next. A publication that is put off for three seconds and more gives its slot to others meanwhile.';

COMMENT ON VIEW "public"."publication_jobs" IS 'Jobs of the lane publication.';

REVOKE ALL ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval) TO "service_role";

REVOKE ALL ON FUNCTION "private"."counts_of_publishing"(timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grace_of"(public.jobs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."install_publication_tools"() FROM PUBLIC;

REVOKE ALL ON TABLE "public"."publication_jobs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."publication_jobs" TO "authenticated";

REVOKE ALL ON TABLE "public"."publication_jobs" FROM "service_role";

GRANT SELECT ON TABLE "public"."publication_jobs" TO "service_role";

comment on view public.publication_jobs is 'Jobs of the lane publication.';
comment on column public.publication_jobs.permalink is 'Where it can be seen, once the platform has said so.';
comment on column public.publication_jobs.error_code is
  'A stable code; outcome_unknown: nobody knows whether it is there, see resolved.';
comment on column public.publication_jobs.resolved is
  'What somebody who looked has said of one of which nobody knew: there or not_there.';
comment on column public.publication_jobs.platform is
  'tiktok, facebook, instagram, youtube, threads, x or linkedin, and no other: the first word of the tool '
  '(tiktok_video, instagram_feed, …).';
comment on column public.publication_jobs.content is 'What is to be published: the job''s input.';
comment on column public.publication_jobs.status is
  'pending, processing, completed or failed; cancelled if its user did not want it any more.';
comment on column public.publication_jobs.retry_count is
  'How many retries were used up; waiting for a platform that is busy uses none.';
comment on column public.publication_jobs.max_retries is 'How many there may be: one less than the attempts.';
comment on column public.publication_jobs.platform_response is
  'The platform''s last answer, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.publication_jobs from anon, authenticated, service_role;
grant select on public.publication_jobs to authenticated, service_role;

select ops.install();
