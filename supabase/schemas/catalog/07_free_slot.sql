create function private.free_slot(p_slot_id bigint, p_token uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_slot private.slots;
begin
  -- Locked first: a capacity that is just being lowered may be about to retire it.
  select * into v_slot from private.slots where slot_id = p_slot_id and token = p_token for update;
  if not found then return false; end if;
  if not v_slot.is_retiring
     and exists (select from private.slots where account_id = v_slot.account_id and is_retiring) then
    -- While the account still runs more than its capacity, the slot that goes is the first one let go of. One whose
    -- task is just ending too goes by itself: skip it.
    update private.slots set is_retiring = false where slot_id = (
      select slot_id from private.slots
      where account_id = v_slot.account_id and is_retiring and token is not null
      order by slot_id limit 1 for update skip locked);
    v_slot.is_retiring := found;
  end if;
  if v_slot.is_retiring then delete from private.slots where slot_id = v_slot.slot_id;
  else update private.slots set job_id = null, token = null where slot_id = v_slot.slot_id;
  end if;
  return true;
end
$$;
comment on function private.free_slot(bigint, uuid) is
  'Takes the slot from the attempt with this token, if it still holds it; true if it did. p_slot_id: of the attempt, '
  'or of its row in the outbox. A slot too many for its account goes. Called by the endings room and by those who '
  'store a provider''s word. The caller dispatches.';
revoke execute on function private.free_slot(bigint, uuid) from public;
