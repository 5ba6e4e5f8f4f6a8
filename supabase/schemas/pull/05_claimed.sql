create function private.claimed_by_who_is_gone(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('user_id', c.user_id, 'tool', c.tool, 'attempt', c.attempt, 'outcome', 'cancelled',
      'status', 'cancelled')
    from private.cancels c
    where c.job_id = p_job_id and c.token = p_token and c.over_at is null and private.is_pull_lane(c.lane));
end
$$;
comment on function private.claimed_by_who_is_gone(uuid, uuid) is
  'What worker.claimed says of an attempt that only the outbox knows any more: its worker is told to stop, and heard.';
revoke execute on function private.claimed_by_who_is_gone(uuid, uuid) from public;

create function worker.claimed(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_claimed jsonb;
begin
  select jsonb_build_object(
    'user_id', j.user_id, 'tool', j.tool, 'attempt', a.attempt, 'outcome', a.outcome, 'status', j.status)
  into v_claimed
  from public.jobs j join public.job_attempts a on a.job_id = j.id
  where j.id = p_job_id and a.token = p_token and a.leased_until is not null;
  if not found then
    v_claimed := private.claimed_by_who_is_gone(p_job_id, p_token);
  end if;
  if v_claimed is null then
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
