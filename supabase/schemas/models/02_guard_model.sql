create function private.guard_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.version := old.version + 1;
  new."updatedAt" := private.now();
  return new;
end
$$;
comment on function private.guard_model() is 'Before every update of a model: numbers the version.';
revoke execute on function private.guard_model() from public;

create trigger ai_models_are_numbered before update on public.ai_models
  for each row execute function private.guard_model();
