create function private.check_seen_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version is distinct from old.version then
    perform private.refuse(409, 'stale_version',
      format('This save is based on version %s of project %s, which is at version %s.',
        new.version, old.id, old.version), 'version');
  end if;
  new.version := old.version + 1;
  return new;
end
$$;
comment on function private.check_seen_version() is
  'Before an update that names a version: it must be the one that is there, and becomes the next. Error: 409 '
  'stale_version.';
revoke execute on function private.check_seen_version() from public;

-- Fires when the statement sets version, whatever to; and first, by its name.
create trigger a_named_version_is_the_one_seen before update of version on public.projects
  for each row execute function private.check_seen_version();

create function private.guard_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version = old.version then
    if new.content is distinct from old.content then
      perform private.refuse(428, 'version_required',
        'Say which version of the project this content is based on: set version too.', 'version');
    end if;
    new.version := old.version + 1;
  end if;
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.guard_project() is
  'Before every update of a project: numbers the version, and refuses content that comes without one, for it could '
  'wipe out what a job has just shown. Error: 428 version_required.';
revoke execute on function private.guard_project() from public;

create trigger projects_are_numbered before update on public.projects
  for each row execute function private.guard_project();
