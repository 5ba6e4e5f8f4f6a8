create function private.free_abandoned_slots() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with abandoned as (
    select s.slot_id, s.is_retiring from private.slots s join public.jobs j on j.id = s.job_id
    where j.status <> 'processing' for update of s skip locked
  ), removed as (
    delete from private.slots s
    using abandoned a where s.slot_id = a.slot_id and a.is_retiring returning 1
  ), freed as (
    update private.slots s set job_id = null
    from abandoned a where s.slot_id = a.slot_id and not a.is_retiring returning 1
  )
  select (select count(*) from removed) + (select count(*) from freed) into v_count;
  return v_count;
end
$$;
comment on function private.free_abandoned_slots() is
  'Frees slots whose job is not processing: none, unless something outside the engine changed the rows. Returns how '
  'many.';
revoke execute on function private.free_abandoned_slots() from public;
