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

-- Its owner sees how it stands; nobody writes but the functions.
grant select (id, user_id, platform, external_id, display_name, avatar_url, scopes, state, state_code, state_message,
  expires_at, held_until, limits, checked_at, created_at, updated_at) on public.connections to authenticated;
grant select (id, user_id, platform, external_id, display_name, avatar_url, scopes, state, state_code, state_message,
  expires_at, held_until, limits, checked_at, created_at, updated_at) on public.connections to service_role;

create policy "users see their own connections" on public.connections for select to authenticated
  using (user_id = (select private.caller()));
create policy "admins see all connections" on public.connections for select to esteira_admin
  using ((select private.is_admin()));

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
