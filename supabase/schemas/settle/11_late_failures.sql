create function private.note_late_failure(
  p_attempt public.job_attempts, p_failure private.failure, p_is_refusal boolean, p_at timestamptz
) returns text
language plpgsql set search_path = '' as $$
declare
  v_is_news boolean := case when p_is_refusal then private.refusal_of_ended(p_attempt.token, p_at)
    else private.hear_of_ended(p_attempt.token, 'failed', p_attempt.external_id, p_at) end;
begin
  if p_attempt.outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'orphaned') and not v_is_news then
    return 'duplicate';
  end if;
  update public.job_attempts set phase = 'finished', finished_at = coalesce(finished_at, p_at),
    outcome = coalesce(outcome, 'orphaned'), error_code = coalesce(error_code, p_failure.code),
    error_message = coalesce(error_message, p_failure.message), raw_api_response = coalesce(p_failure.raw,
    raw_api_response)
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
  return 'late';
end
$$;
comment on function private.note_late_failure(public.job_attempts, private.failure, boolean, timestamptz) is
  'A failure of an attempt that has ended: kept as evidence, and told to the outbox. Returns late, or duplicate when '
  'nothing of it is news.';
revoke execute on function private.note_late_failure(public.job_attempts, private.failure, boolean, timestamptz)
  from public;

create function private.failure_of_gone(p_job_id uuid, p_token uuid, p_queue text, p_at timestamptz) returns text
language plpgsql set search_path = '' as $$
declare
  v_is_known boolean := case when p_queue is distinct from 'settle_queue' then private.refusal_of_ended(p_token, p_at)
    else private.hear_of_ended(p_token, 'failed', null, p_at) end;
begin
  if not v_is_known then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return 'late';
end
$$;
comment on function private.failure_of_gone(uuid, uuid, text, timestamptz) is
  'A failure of an attempt whose job is gone: told to the outbox. Returns late. Error: 409 stale_token when the outbox '
  'does not know it either.';
revoke execute on function private.failure_of_gone(uuid, uuid, text, timestamptz) from public;
