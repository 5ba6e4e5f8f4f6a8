create function private.check_secret(p_secret_name text, p_field text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_secret_name is null or exists (select from vault.secrets where name = p_secret_name) then return; end if;
  perform private.refuse(422, 'secret_not_found', format(
    'The Vault has no secret named %1$s. First: select ops.set_secret(%1$L, ''<the secret>'');', p_secret_name),
    p_field);
end
$$;
comment on function private.check_secret(text, text) is
  'Error 422 secret_not_found unless the Vault has a secret of that name; null: none is needed. p_field: who asks.';
revoke execute on function private.check_secret(text, text) from public;

create function ops.add_account(
  p_lane text, p_name text, p_secret_name text, p_capacity integer, p_settings jsonb default '{}',
  p_webhook_secret_name text default null
) returns integer language plpgsql security definer set search_path = '' as $$
declare
  v_account_id integer;
begin
  if not exists (select from private.lanes where lane = p_lane) then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %s.', p_lane));
  end if;
  perform private.check_secret(p_secret_name, 'secret_name');
  perform private.check_secret(p_webhook_secret_name, 'webhook_secret_name');
  insert into private.accounts (lane, name, secret_name, settings, webhook_secret_name)
  values (p_lane, p_name, p_secret_name, p_settings, p_webhook_secret_name)
  on conflict (lane, name) do update set secret_name = excluded.secret_name, settings = excluded.settings,
    webhook_secret_name = excluded.webhook_secret_name, retired_at = null,
    paused_until = case when accounts.retired_at is null then accounts.paused_until end,
    pause_reason = case when accounts.retired_at is null then accounts.pause_reason end
  returning account_id into v_account_id;
  perform private.set_capacity(v_account_id, p_capacity);
  return v_account_id;
end
$$;
comment on function ops.add_account(text, text, text, integer, jsonb, text) is
  'Adds an account to a lane, or changes the one of that name, and sets how many jobs it runs at once. p_secret_name: '
  'the Vault secret with its API key, null for a pull lane; p_webhook_secret_name: the one that its provider signs '
  'webhooks with. Returns account_id. Errors: 404 lane_not_found, 422 secret_not_found when the Vault has no secret of '
  'such a name, 422 invalid_capacity.';
revoke execute on function ops.add_account(text, text, text, integer, jsonb, text) from public;
