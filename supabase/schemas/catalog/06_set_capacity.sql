create function private.set_capacity(p_account_id integer, p_capacity integer) returns void
language plpgsql set search_path = '' as $$
declare
  v_account private.accounts;
begin
  if p_capacity is null or p_capacity < 0 then
    perform private.refuse(422, 'invalid_capacity', 'A capacity is zero or more.', 'capacity');
  end if;
  select * into v_account from private.accounts where account_id = p_account_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  perform from private.slots where account_id = p_account_id order by slot_id for update;

  -- Busy slots come first in this order: they are kept, or retired rather than deleted under a running job.
  with ranked as (
    select slot_id, row_number() over (order by token is null, slot_id) > p_capacity as is_surplus
    from private.slots where account_id = p_account_id
  ), removed as (
    delete from private.slots s using ranked r
    where s.slot_id = r.slot_id and r.is_surplus and s.token is null
  )
  update private.slots s set is_retiring = r.is_surplus
  from ranked r
  where s.slot_id = r.slot_id and s.is_retiring <> r.is_surplus and not (r.is_surplus and s.token is null);

  insert into private.slots (lane, account_id)
  select v_account.lane, p_account_id
  from generate_series(1, p_capacity - (select count(*) from private.slots where account_id = p_account_id));
end
$$;
comment on function private.set_capacity(integer, integer) is
  'Sets how many jobs an account may run at once. Lowering it cuts no running job: surplus slots go when their jobs '
  'let go. Errors: 422 invalid_capacity, 404 account_not_found.';
revoke execute on function private.set_capacity(integer, integer) from public;
