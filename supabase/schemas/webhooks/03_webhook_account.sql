create function worker.webhook_account(p_provider text, p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_holder record := private.token_holder(p_provider, p_job_id, p_token);
begin
  if v_holder.attempt is null then return null; end if;
  return (
    select jsonb_build_object('settings', coalesce(c.settings, '{}'),
      'webhook_secret', private.trimmed(s.decrypted_secret))
    from (select 1) one
    left join private.accounts c on c.account_id = v_holder.account_id
    left join vault.decrypted_secrets s on s.name = c.webhook_secret_name);
end
$$;
comment on function worker.webhook_account(text, uuid, uuid) is
  'What is needed to verify the webhook of an attempt: {settings, webhook_secret} of its account, webhook_secret null '
  'when there is none. Null when no attempt of the provider''s has this token.';
revoke execute on function worker.webhook_account(text, uuid, uuid) from public;
grant execute on function worker.webhook_account(text, uuid, uuid) to service_role;
