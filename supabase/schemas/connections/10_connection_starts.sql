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
