create function private.poke(p_lane text) returns void
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_key text;
begin
  if not private.may_pass('poke:' || p_lane, '1 second') then return; end if;
  -- Its workers come by themselves.
  if exists (select from private.lanes where lane = p_lane and delivery = 'pull') then return; end if;

  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'project_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'worker_secret_key';
  if v_url is null or v_key is null then return; end if; -- not deployed yet; the README says which secrets to set
  perform net.http_post(
    url => v_url || '/functions/v1/worker',
    body => jsonb_build_object('lane', p_lane),
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000);
end
$$;
comment on function private.poke(text) is
  'Wakes the worker function over pg_net, at most once a second for a lane. A wake-up, no more: it may be lost or '
  'come twice. Needs the Vault secrets project_url and worker_secret_key; without them it does nothing.';
revoke execute on function private.poke(text) from public;
