create function private.free_abandoned_slots() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with abandoned as (
    select s.slot_id, s.is_retiring from private.slots s
    where s.token is not null
      and not exists (
        select from public.job_attempts a
        where a.job_id = s.job_id and a.token = s.token and a.finished_at is null)
      and not exists (select from private.cancels c where c.token = s.token and c.over_at is null)
    for update of s skip locked
  ), removed as (
    delete from private.slots s
    using abandoned a where s.slot_id = a.slot_id and a.is_retiring returning 1
  ), freed as (
    update private.slots s set job_id = null, token = null
    from abandoned a where s.slot_id = a.slot_id and not a.is_retiring returning 1
  )
  select (select count(*) from removed) + (select count(*) from freed) into v_count;
  return v_count;
end
$$;
comment on function private.free_abandoned_slots() is
  'Frees slots of attempts that are neither open nor in the outbox: none, unless something outside the engine changed '
  'the rows. Returns how many.';
revoke execute on function private.free_abandoned_slots() from public;
