create function private.ship_account(p_lane text, p_name text, p_new jsonb) returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_key text := p_lane || '/' || p_name;
  v_id integer;
  v_is jsonb;
  v_plan record;
begin
  if not exists (select from private.lanes where lane = p_lane) then
    return ('account', v_key, 'refused', 'its lane is not there')::private.shipment;
  end if;
  select account_id into v_id from private.accounts where lane = p_lane and name = p_name for no key update;
  if found then
    v_is := jsonb_build_object(
      'capacity', (select count(*) from private.slots where account_id = v_id and not is_retiring));
  end if;
  v_plan := private.plan_shipment('account', v_key, v_is, p_new);

  if v_plan.outcome = 'inserted' then
    perform ops.add_account(p_lane, p_name, null, (p_new ->> 'capacity')::integer);
  elsif v_plan.outcome = 'updated' then
    perform private.set_capacity(v_id, (v_plan.changes ->> 'capacity')::integer);
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped('account', v_key, case when v_plan.outcome <> 'own' then p_new end);
  end if;
  return ('account', v_key, v_plan.outcome, v_plan.note)::private.shipment;
end
$$;
comment on function private.ship_account(text, text, jsonb) is
  'Ships an account that needs no key, with its slots. p_new: {capacity}, how many jobs it runs at once. Its secrets '
  'and settings are the operator''s from the beginning.';
revoke execute on function private.ship_account(text, text, jsonb) from public;

create function private.install_accounts() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Five publications at a time.
      ('publication', 'platforms', '{"capacity": 5}'::jsonb),
      -- Workers outside bring their own keys; the account says how many jobs they run at once between them.
      ('external', 'workers', '{"capacity": 5}')
    ) accounts (lane, name, columns),
    lateral private.ship_account(lane, name, columns) s;
end
$$;
comment on function private.install_accounts() is
  'Brings the accounts that need no key; called by ops.install() alone, after the lanes.';
revoke execute on function private.install_accounts() from public;
