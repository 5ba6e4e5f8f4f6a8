create function private.idempotency_hash(
  p_tool text, p_input jsonb, p_metadata jsonb, p_run_at timestamptz, p_priority integer
) returns bytea
language plpgsql stable set search_path = '' as $$
declare
  v_asked text := jsonb_build_array(p_tool, p_input, p_metadata, p_run_at at time zone 'UTC', p_priority)::text;
begin
  -- As text, jsonb has one order of keys, and its numbers no exponents; but 1.0 keeps its zero, though it equals 1.
  -- Numbers are told from what looks like them in a string by reading the strings as a whole.
  if v_asked ~ '\.[0-9]*0[],}]' then
    v_asked := regexp_replace(v_asked, '("(?:[^"\\]|\\.)*")|(\.[0-9]*[1-9])0+|\.0+(?![0-9])', '\1\2', 'g');
  end if;
  return sha256(convert_to(v_asked, 'UTF8'));
end
$$;
comment on function private.idempotency_hash(text, jsonb, jsonb, timestamptz, integer) is
  'What is asked for with an idempotency key, in 32 bytes: the same for all that JSON takes for equal. p_run_at and '
  'p_priority: as asked, null if they were left out.';
revoke execute on function private.idempotency_hash(text, jsonb, jsonb, timestamptz, integer) from public;

create function private.key_refusal(p_key text, p_job_id uuid) returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  return (409, 'idempotency_conflict',
    format('The idempotency key %L is that of job %s, which was asked for otherwise.', p_key, p_job_id),
    jsonb_build_object('field', 'idempotency_key', 'job_id', p_job_id))::private.refusal;
end
$$;
comment on function private.key_refusal(text, uuid) is
  'What is wrong with a key that was used before, for a job of another tool, input, metadata, run_at or priority.';
revoke execute on function private.key_refusal(text, uuid) from public;

create function private.job_of_key(p_user_id uuid, p_key text, p_hash bytea) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  if p_key is null then return null; end if;
  select * into v_job from public.jobs where user_id = p_user_id and idempotency_key = p_key;
  if v_job.idempotency_hash <> p_hash then
    perform private.raise_refusal(private.key_refusal(p_key, v_job.id));
  end if;
  return v_job;
end
$$;
comment on function private.job_of_key(uuid, text, bytea) is
  'The job of a user''s idempotency key, nulls if there is none. Error: 409 idempotency_conflict when it was asked for '
  'otherwise; where that was not noted, none.';
revoke execute on function private.job_of_key(uuid, text, bytea) from public;
