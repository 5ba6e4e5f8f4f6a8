create function private.show_job() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_may_wait boolean;
begin
  select * into v_job from public.jobs where id = new.id; -- as the transaction leaves it
  if not found or (v_job.effect = 'project_node' and v_job.metadata ->> 'projectId' is null) then return null; end if;
  -- Whoever holds one project or model waits for no other; whoever ends many jobs at once, for none (can_end_at_once).
  v_may_wait := current_setting('esteira.effect', true) is distinct from 'holds'
    and v_job.status in ('completed', 'failed', 'cancelled');
  perform private.apply_effect(v_job, v_may_wait, tg_op = 'INSERT');
  perform set_config('esteira.effect', 'holds', true);
  return null;
end
$$;
comment on function private.show_job() is
  'When a transaction that changed a job with an effect commits: applies the effect. See the head of this room for '
  'what waits and what does not.';
revoke execute on function private.show_job() from public;

-- The conditions are looked at when the row changes: a job without effect queues nothing.
create constraint trigger new_jobs_are_shown after insert on public.jobs
  deferrable initially deferred for each row when (new.effect is not null) execute function private.show_job();
create constraint trigger changed_jobs_are_shown after update of status, progress, request_id on public.jobs
  deferrable initially deferred for each row
  when (new.effect is not null and (new.status <> old.status or new.request_id is distinct from old.request_id
    or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.show_job();
