create function private.may_be_several(p_resubmit text, p_submits integer) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_resubmit = 'at_least_once' and p_submits > 1;
end
$$;
comment on function private.may_be_several(text, integer) is
  'Whether an attempt may have made more than one task: then one task''s end says nothing of the others.';
revoke execute on function private.may_be_several(text, integer) from public;

create function private.may_live(p_attempt public.job_attempts) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.submits = 0 or p_attempt.never_existed then return false; end if;
  return p_attempt.word is null or private.may_be_several(p_attempt.resubmit, p_attempt.submits);
end
$$;
comment on function private.may_live(public.job_attempts) is
  'Whether a task of an attempt may still be going on, by what is stored: it has passed the checkpoint, and the '
  'provider has not said its final word on all that it may have made.';
revoke execute on function private.may_live(public.job_attempts) from public;

create function private.is_sender_gone(p_submit_until timestamptz, p_at timestamptz) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(p_submit_until + interval '30 seconds' < p_at, true);
end
$$;
comment on function private.is_sender_gone(timestamptz, timestamptz) is
  'Whether no submit of an attempt can be under way any more: the lease of whoever passed the checkpoint last is over, '
  'and a grace of 30 seconds with it.';
revoke execute on function private.is_sender_gone(timestamptz, timestamptz) from public;

create function private.had_task(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (
    select from public.job_attempts
    where job_id = p_job_id and submits > 0 and not never_existed);
end
$$;
comment on function private.had_task(uuid) is
  'Whether any attempt of a job may have had a task: refunds after that are counted.';
revoke execute on function private.had_task(uuid) from public;

create function private.has_success(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from public.job_attempts where job_id = p_job_id and word = 'succeeded');
end
$$;
comment on function private.has_success(uuid) is
  'Whether a provider''s success is stored for any attempt of a job: then nothing more is bought for it.';
revoke execute on function private.has_success(uuid) from public;
