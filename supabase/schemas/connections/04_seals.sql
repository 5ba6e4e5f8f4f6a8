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
