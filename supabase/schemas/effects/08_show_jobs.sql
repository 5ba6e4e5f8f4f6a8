create function private.list_job() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('esteira.jobs', concat_ws(' ', nullif(current_setting('esteira.jobs', true), ''), new.id), true);
  if tg_op = 'INSERT' then
    perform set_config('esteira.new_jobs',
      concat_ws(' ', nullif(current_setting('esteira.new_jobs', true), ''), new.id), true);
  end if;
  return null;
end
$$;
comment on function private.list_job() is
  'When a job with an effect changes: puts it on the list of its transaction, and a new one on that of the new.';
revoke execute on function private.list_job() from public;

create function private.show_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_jobs text := current_setting('esteira.jobs', true);
  v_new text := coalesce(current_setting('esteira.new_jobs', true), '');
begin
  if coalesce(v_jobs, '') = '' then return null; end if; -- the first of them has dealt with all
  perform set_config('esteira.jobs', '', true), set_config('esteira.new_jobs', '', true);
  perform private.apply_effects(
    array(select distinct id from unnest(string_to_array(v_jobs, ' ')::uuid[]) id),
    string_to_array(v_new, ' ')::uuid[]);
  return null;
end
$$;
comment on function private.show_jobs() is
  'When a transaction that changed jobs with an effect commits: applies the effects of all of them, as it leaves them.';
revoke execute on function private.show_jobs() from public;

-- The conditions are looked at when the row changes: a job without effect queues nothing. They stand twice, and a test
-- holds them equal: a function with a search_path of its own is not inlined, and would be a call for each job.
create trigger new_jobs_are_listed after insert on public.jobs
  for each row when (new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
  execute function private.list_job();
create trigger changed_jobs_are_listed after update of status, progress, request_id on public.jobs
  for each row when ((new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
    and (new.status <> old.status or new.request_id is distinct from old.request_id
      or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.list_job();

create constraint trigger new_jobs_are_shown after insert on public.jobs
  deferrable initially deferred for each row
  when (new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
  execute function private.show_jobs();
create constraint trigger changed_jobs_are_shown after update of status, progress, request_id on public.jobs
  deferrable initially deferred for each row
  when ((new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
    and (new.status <> old.status or new.request_id is distinct from old.request_id
      or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.show_jobs();
