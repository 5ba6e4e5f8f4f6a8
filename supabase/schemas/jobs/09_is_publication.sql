create function private.is_publication(p_job public.jobs) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_job.lane = 'publication' and p_job.input ? 'connectionId';
end
$$;
comment on function private.is_publication(public.jobs) is
  'Whether a job publishes with a connection (see the publications room), rather than being an ordinary one.';
revoke execute on function private.is_publication(public.jobs) from public;
