create function private.let_go_of(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with removed as (
    delete from private.slots where token = any (p_tokens) and is_retiring returning 1
  ), freed as (
    update private.slots set job_id = null, token = null where token = any (p_tokens) and not is_retiring returning 1
  )
  select (select count(*) from removed) + (select count(*) from freed) into v_count;
  return v_count;
end
$$;
comment on function private.let_go_of(uuid[], uuid[]) is
  'Takes slots, locked by the caller, from whoever has them by these tokens. Returns how many.';
revoke execute on function private.let_go_of(uuid[], uuid[]) from public;

create function private.free_abandoned_slots() returns integer
language plpgsql set search_path = '' as $$
declare
  v_aside uuid[] := private.quarantined('esteira-slots');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  with abandoned as (
    select s.job_id, s.token from private.slots s
    where s.token is not null and s.job_id <> all (v_aside)
      and not exists (
        select from public.job_attempts a
        where a.job_id = s.job_id and a.token = s.token and a.finished_at is null)
      and not exists (select from private.cancels c where c.token = s.token and c.over_at is null)
    order by s.slot_id limit 1000 for update of s skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from abandoned;
  return private.do_all('esteira-slots', 'private.let_go_of($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.free_abandoned_slots() is
  'Frees slots of attempts that are neither open nor in the outbox: none, unless something outside the engine changed '
  'the rows. Returns how many.';
revoke execute on function private.free_abandoned_slots() from public;

create function private.tidy_up() returns integer
language plpgsql set search_path = '' as $$
begin
  perform private.guarded('esteira-slots', 'private.forget_quarantined()');
  perform private.guarded('esteira-slots', 'private.forget_retired_accounts()::text');
  return private.free_abandoned_slots();
end
$$;
comment on function private.tidy_up() is
  'Frees slots of nobody, and forgets removed accounts and quarantined jobs that are done with. Returns how many '
  'slots.';
revoke execute on function private.tidy_up() from public;
