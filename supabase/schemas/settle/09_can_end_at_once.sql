create function private.can_end_at_once(p_slot_id bigint, p_token uuid, p_user_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform set_config('esteira.effect', 'holds', true); -- so that effects wait for nothing either (effects room)
  perform from private.slots where slot_id = p_slot_id and token = p_token for update skip locked;
  if not found and exists (select from private.slots where slot_id = p_slot_id and token = p_token) then
    return false;
  end if;
  perform from public.credit_accounts where user_id = p_user_id for update skip locked;
  return found or not exists (select from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function private.can_end_at_once(bigint, uuid, uuid) is
  'Locks what ending a locked job needs: the slot of its attempt with this token, and its user''s credit account; '
  'false when somebody else has one of them. For those who end many in one transaction, and so wait for nothing.';
revoke execute on function private.can_end_at_once(bigint, uuid, uuid) from public;

create function private.can_supersede(p_job_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_open public.job_attempts[] := array(
    select a from public.job_attempts a where a.job_id = p_job_id and a.finished_at is null);
  v_slots bigint[] := array(select s.slot_id from unnest(v_open) a join private.slots s using (slot_id, token));
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return cardinality(v_slots) = (select count(*) from (
      select from private.slots where slot_id = any (v_slots) for update skip locked) s)
    and cardinality(v_open) = (select count(*) from (
      select from public.job_attempts where job_id = p_job_id and finished_at is null for update skip locked) a);
end
$$;
comment on function private.can_supersede(uuid) is
  'Locks the open attempts of a locked job and their slots, which accepting another one''s result ends; false when '
  'somebody else has one of them. For those who end many in one transaction, and so wait for nothing.';
revoke execute on function private.can_supersede(uuid) from public;
