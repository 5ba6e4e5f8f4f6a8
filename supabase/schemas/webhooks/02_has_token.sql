create function private.has_token(p_provider text, p_job_id uuid, p_token uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Compared by digest: how long a comparison takes then tells nothing about the token.
  return exists (
    select from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
    where a.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(a.token)) = sha256(uuid_send(p_token)));
end
$$;
comment on function private.has_token(text, uuid, uuid) is
  'Whether a job that runs at this provider has an attempt with this token.';
revoke execute on function private.has_token(text, uuid, uuid) from public;
