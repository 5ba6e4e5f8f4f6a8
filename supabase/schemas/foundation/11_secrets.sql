-- Secrets lie in the Vault. Whoever pastes one brings a newline or a blank along, and what comes of that is far away:
-- an address for which pg_net raises, a header after which a body arrives empty. So they are trimmed and looked at
-- where they are set, and trimmed once more where they are read: the Vault's own functions set them too.

create function private.trimmed(p_secret text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return regexp_replace(p_secret, '^[[:space:]\ufeff\u200b]+|[[:space:]\ufeff\u200b]+$', '', 'g');
end
$$;
comment on function private.trimmed(text) is
  'A secret without the blanks, newlines and invisible marks around it that pasting brings along.';
revoke execute on function private.trimmed(text) from public;

create function private.secret(p_name text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (select nullif(private.trimmed(decrypted_secret), '') from vault.decrypted_secrets where name = p_name);
end
$$;
comment on function private.secret(text) is 'The secret of that name in the Vault, trimmed; null: there is none.';
revoke execute on function private.secret(text) from public;

create function private.is_address(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_text ~ '^https?://([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?][!-~]*)?$', false)
$$;
comment on function private.is_address(text) is
  'Whether a text is an address that can be called: http or https, a host, no blanks and nothing that is not ASCII.';
revoke execute on function private.is_address(text) from public;

create function ops.set_secret(p_name text, p_secret text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := private.trimmed(p_secret);
  v_id uuid := (select id from vault.secrets where name = p_name);
begin
  if coalesce(p_name !~ '^[[:graph:]]+$', true) then
    perform private.refuse(422, 'invalid_input', 'A secret has a name without blanks.', 'name');
  elsif coalesce(v_secret !~ '^[!-~]+$', true) then
    perform private.refuse(422, 'invalid_input', format('%s: a secret has characters of ASCII, and no blanks.', p_name),
      'secret');
  elsif p_name in ('project_url', 'alert_webhook_url') and not private.is_address(v_secret) then
    perform private.refuse(422, 'invalid_input', format(
      '%s: an address begins with https:// and a host, such as https://<ref>.supabase.co.', p_name), 'secret');
  end if;
  if p_name = 'project_url' then v_secret := rtrim(v_secret, '/'); end if;
  if v_id is null then perform vault.create_secret(v_secret, p_name);
  else perform vault.update_secret(v_id, v_secret);
  end if;
  return case when v_id is null then 'created' else 'updated' end;
end
$$;
comment on function ops.set_secret(text, text) is
  'Puts a secret into the Vault, or another one in its place: a provider''s key, project_url, worker_secret_key, '
  'alert_webhook_url. What pasting brought along is trimmed, an address is looked at. Returns created or updated. '
  'Error: 422 invalid_input when it cannot be sent in a header, or is no address.';
revoke execute on function ops.set_secret(text, text) from public;
