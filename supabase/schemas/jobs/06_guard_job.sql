create function private.extends(p_longer jsonb, p_shorter jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_shorter = '[]' or p_shorter = jsonb_path_query_array(
    p_longer, '$[0 to $last]', jsonb_build_object('last', jsonb_array_length(p_shorter) - 1), silent => true);
end
$$;
comment on function private.extends(jsonb, jsonb) is
  'Whether the array p_longer begins with all of the array p_shorter.';
revoke execute on function private.extends(jsonb, jsonb) from public;

create function private.guard_job() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_same public.jobs;
begin
  -- When its time will be over is for the reaper: a change of that alone is no version, and nobody is told of it.
  if new.deadline_at is distinct from old.deadline_at and new.current_step = old.current_step then
    v_same := new;
    v_same.deadline_at := old.deadline_at;
    if v_same = old then return new; end if;
  end if;
  if old.status in ('completed', 'failed', 'cancelled') and new.status is distinct from old.status then
    raise exception 'job % is % and stays so', old.id, old.status using errcode = 'check_violation';
  end if;
  if new.user_id <> old.user_id then
    raise exception 'job % stays its user''s', old.id using errcode = 'check_violation',
      constraint = 'a_job_stays_its_users';
  end if;
  if new.step_history is distinct from old.step_history and not private.extends(new.step_history, old.step_history) then
    raise exception 'the history of job % is only appended to', old.id using errcode = 'check_violation';
  end if;
  -- What others say of it may be of any length, and is shown and indexed.
  if char_length(new.error_message) > 2000 then new.error_message := private.cut(new.error_message); end if;
  if char_length(new.error_code) > 200 then new.error_code := private.cut(new.error_code, 200); end if;
  if char_length(new.request_id) > 500 then new.request_id := left(new.request_id, 500); end if;
  -- A clock that was set back ends nothing before it began.
  if new.completed_at < new.created_at then new.completed_at := new.created_at; end if;
  -- Whoever takes the progress back, or brings it to its end, need not know that it was a guess.
  new.progress_is_estimate := new.progress_is_estimate and coalesce(new.progress < 100, false);
  new.version := old.version + 1;
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.guard_job() is
  'Before every update of a job: numbers the version (a new deadline alone makes none), keeps owner, terminal states '
  'and history; the end is no estimate; of errors 2,000 characters are kept, of a provider''s id 500.';
revoke execute on function private.guard_job() from public;

create trigger guard_job before update on public.jobs for each row execute function private.guard_job();
