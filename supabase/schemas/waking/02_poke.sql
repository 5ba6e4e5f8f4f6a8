create function private.post_poke(p_lane text) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_url text := private.secret('project_url');
  v_key text := private.secret('worker_secret_key');
begin
  if v_url is null or v_key is null then return null; end if; -- not deployed yet; the README says which secrets to set
  return net.http_post(
    url => rtrim(v_url, '/') || '/functions/v1/worker',
    body => jsonb_build_object('lane', p_lane),
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000);
end
$$;
comment on function private.post_poke(text) is
  'Queues the call of the worker function at pg_net, which raises for an address that is none. Returns its id there; '
  'null: the secrets are not set.';
revoke execute on function private.post_poke(text) from public;

create function private.poke(p_lane text) returns void
language plpgsql set search_path = '' as $$
declare
  v_request_id bigint;
begin
  if not private.may_pass('poke:' || p_lane, '1 second') then return; end if;
  -- Its workers come by themselves.
  if exists (select from private.lanes where lane = p_lane and delivery = 'pull') then return; end if;
  v_request_id := private.post_poke(p_lane);
  if v_request_id is null then return; end if;
  update private.throttles set request_ids = (v_request_id || request_ids)[1:8] where name = 'poke:' || p_lane;
exception when others then
  -- It is called at the end of what it wakes for, and must not undo that.
  perform private.note_fault('poke', p_lane, sqlstate, sqlerrm);
end
$$;
comment on function private.poke(text) is
  'Wakes the worker function over pg_net, at most once a second for a lane. A wake-up, no more: it may be lost or '
  'come twice, and never fails its caller (private.faults tells of it). Needs the Vault secrets project_url and '
  'worker_secret_key (ops.set_secret); without them it does nothing.';
revoke execute on function private.poke(text) from public;
