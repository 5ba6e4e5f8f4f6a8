create function worker.claimed(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claimed jsonb;
begin
  select jsonb_build_object(
    'user_id', j.user_id, 'tool', j.tool, 'attempt', a.attempt, 'outcome', a.outcome, 'status', j.status)
  into v_claimed
  from public.jobs j join public.job_attempts a on a.job_id = j.id
  where j.id = p_job_id and a.token = p_token and a.leased_until is not null;
  if not found then
    perform private.refuse(409, 'stale_token', format('No claimed attempt of job %s has this token.', p_job_id));
  end if;
  return v_claimed;
end
$$;
comment on function worker.claimed(uuid, uuid) is
  'What a token was given for by a claim: {user_id, tool, attempt, outcome (null while it is open), status (the '
  'job''s)}. Error: 409 stale_token.';
revoke execute on function worker.claimed(uuid, uuid) from public;
grant execute on function worker.claimed(uuid, uuid) to service_role;
