create function private.token_holder(
  p_provider text, p_job_id uuid, p_token uuid, out account_id integer, out user_id uuid, out attempt integer
) language plpgsql stable set search_path = '' as $$
begin
  -- Compared by digest: how long a comparison takes then tells nothing about the token.
  select a.account_id, a.user_id, a.attempt into account_id, user_id, attempt
  from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
  where a.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(a.token)) = sha256(uuid_send(p_token));
  if found then return; end if;
  select c.account_id, c.user_id, c.attempt into account_id, user_id, attempt
  from private.cancels c join private.lanes l on l.lane = c.lane
  where c.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(c.token)) = sha256(uuid_send(p_token));
end
$$;
comment on function private.token_holder(text, uuid, uuid) is
  'Whose a token is, of an attempt of a job at this provider, or of one that only the outbox knows any more; '
  'attempt is null when nobody''s.';
revoke execute on function private.token_holder(text, uuid, uuid) from public;
