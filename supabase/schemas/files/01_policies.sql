create function private.may_read_output(p_path text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_job_id text := split_part(p_path, '/', 2);
begin
  if not private.is_file_key('outputs', p_path) or split_part(p_path, '/', 1) <> (select auth.uid())::text then
    return false;
  end if;
  return exists (
    select from public.jobs
    where id = v_job_id::uuid and user_id = (select auth.uid()) and status = 'completed'
      and output -> 'files' @> jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', p_path)));
end
$$;
comment on function private.may_read_output(text) is
  'Whether the caller may read the file of this path in outputs: the owner of a completed job that lists it.';
revoke execute on function private.may_read_output(text) from public;
grant execute on function private.may_read_output(text) to authenticated;

create policy "users read their own inputs" on storage.objects for select to authenticated
  using (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select private.known_caller())::text);

create policy "users read the results of their completed jobs" on storage.objects for select to authenticated
  using (bucket_id = 'outputs' and private.may_read_output(name));

create policy "users upload their own inputs" on storage.objects for insert to authenticated
  with check (bucket_id = 'inputs' and private.is_file_key('inputs', name)
    and (storage.foldername(name))[1] = (select private.known_caller())::text);

-- Whatever its name: what was uploaded before the grammar is used for nothing, and can still be deleted.
create policy "users delete their own inputs" on storage.objects for delete to authenticated
  using (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select private.known_caller())::text);
