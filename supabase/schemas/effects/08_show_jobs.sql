create function private.list_job() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.effect <> 'model' and new.metadata ->> 'projectId' is null then return null; end if;
  if tg_op = 'UPDATE' and new.status = old.status and new.request_id is not distinct from old.request_id
     and (new.effect <> 'model' or new.progress is not distinct from old.progress) then return null; end if;
  perform set_config('esteira.jobs', concat_ws(' ', nullif(current_setting('esteira.jobs', true), ''), new.id), true);
  if tg_op = 'INSERT' then
    perform set_config('esteira.new_jobs',
      concat_ws(' ', nullif(current_setting('esteira.new_jobs', true), ''), new.id), true);
  end if;
  return null;
end
$$;
comment on function private.list_job() is
  'When a job with an effect changes: puts it on the list of its transaction, and a new one on that of the new, if the '
  'change is one that its project or model shows.';
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

-- The conditions are looked at when the row changes: a job without effect queues nothing. They ask for no more than
-- that, because they are parsed anew by every statement that writes a job; list_job asks the rest.
create trigger new_jobs_are_listed after insert on public.jobs
  for each row when (new.effect is not null) execute function private.list_job();
create trigger changed_jobs_are_listed after update of status, progress, request_id on public.jobs
  for each row when (new.effect is not null) execute function private.list_job();

create constraint trigger new_jobs_are_shown after insert on public.jobs
  deferrable initially deferred for each row
  when (new.effect is not null)
  execute function private.show_jobs();
create constraint trigger changed_jobs_are_shown after update of status, progress, request_id on public.jobs
  deferrable initially deferred for each row
  when (new.effect is not null)
  execute function private.show_jobs();
