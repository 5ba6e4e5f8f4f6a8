create function private.keep_tools_with_jobs() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.jobs where tool = old.tool) then
    raise exception 'the tool % has jobs; switch it off instead (is_enabled = false)', old.tool
      using errcode = 'foreign_key_violation';
  end if;
  return coalesce(new, old);
end
$$;
comment on function private.keep_tools_with_jobs() is
  'Before a tool is deleted or renamed: refuses while there are jobs of it. Rare, so it may look through them all.';
revoke execute on function private.keep_tools_with_jobs() from public;

create trigger tools_with_jobs_stay before delete on public.tools
  for each row execute function private.keep_tools_with_jobs();
create trigger tools_with_jobs_keep_their_name before update of tool on public.tools
  for each row when (old.tool <> new.tool) execute function private.keep_tools_with_jobs();
