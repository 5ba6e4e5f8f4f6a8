-- Connections: the accounts of users at social platforms, and what may be done with them just now.
--
-- A platform is a row that an operator completes: the app that was registered there, and the version of its API. A
-- connection is a user's account there: its name and how it stands, which its owner sees, and its tokens, which nobody
-- sees but a worker that is about to use them. Tokens are sealed (pgcrypto, AES-256) under a key in the Vault:
-- docs/connections.md says why, and what was measured.
--
-- An access is renewed by one worker at a time: who wants that claims it for a minute, and the others wait for what
-- comes of it, because some platforms take a refresh token once. Whatever tokens a claim brings home are kept, also
-- when it took longer than its minute.
--
-- What stops publications lies in three places, and private.connection_hold looks at all of them: a connection that is
-- revoked, must be connected anew or has to wait (state, held_until), and a platform that is paused. Limits on posts
-- are counted exactly by private.pass_limits, in the transaction that lets a post go out. Whatever ends a hold notes
-- the connection in private.freed_connections, and whoever dispatches publications goes on with its line.
--
-- Tokens that are no longer wanted, of a connection that was ended or a user who is gone, are handed to the outbox of
-- revocations, which gives them back to the platform and knows nothing of whose they were.
--
-- Locks, after all that the queue has (see the dispatch room): commit counts, the platform's before the account's →
-- platform → connection → its tokens. Nothing else is locked while one of these is held.

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
