create function private.ask_now(p_attempt public.job_attempts) returns bigint
language plpgsql set search_path = '' as $$
begin
  update pgmq.q_settle_queue set vt = least(vt, clock_timestamp())
  where msg_id = p_attempt.question_id;
  return case when found then p_attempt.question_id else private.send_to_settle(p_attempt, 'poll') end;
end
$$;
comment on function private.ask_now(public.job_attempts) is
  'Has the provider asked about an attempt''s task now, by its question or a new one. Returns the message.';
revoke execute on function private.ask_now(public.job_attempts) from public;

create function private.ask_at_once(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.job_attempts a set polled_at = private.now(), question_id = private.ask_now(a)
  from unnest(p_jobs, p_tokens) o (job_id, token) where a.job_id = o.job_id and a.token = o.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.ask_at_once(uuid[], uuid[]) is
  'Has the provider asked now about the tasks of attempts that the caller has locked. Returns how many.';
revoke execute on function private.ask_at_once(uuid[], uuid[]) from public;

create function private.ask_a_last_time() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-ask-last');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  with overdue as (
    select a.job_id, a.token from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and j.deadline_at <= v_now and a.outcome is null and a.external_id is not null
      and l.delivery in ('webhook', 'poll') and coalesce(a.polled_at < j.deadline_at, true) and j.id <> all (v_aside)
    order by j.deadline_at limit 1000
    for update of a skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from overdue;
  if v_jobs is null then return 0; end if;
  perform private.wake_for(v_jobs);
  return private.do_all('esteira-ask-last', 'private.ask_at_once($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.ask_a_last_time() is
  'Has the provider asked once more about each task whose deadline has just passed. Returns how many.';
revoke execute on function private.ask_a_last_time() from public;

create function private.grace_seen(p_job public.jobs) returns interval
language plpgsql stable set search_path = '' as $$
begin
  return case when private.is_publication(p_job) and exists (
      select from public.job_attempts a where a.job_id = p_job.id and a.attempt = p_job.attempt and a.submits = 0)
    then interval '0' else interval '5 minutes' end;
end
$$;
comment on function private.grace_seen(public.jobs) is
  'How long after its deadline an overdue job is left to whoever works on it, for a last question to its provider: '
  'five minutes; a publication that has committed nothing has nothing to ask. As the statement sees it.';
revoke execute on function private.grace_seen(public.jobs) from public;

create function private.grace_of(p_job public.jobs) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.grace_seen(p_job);
end
$$;
comment on function private.grace_of(public.jobs) is
  'The same as grace_seen, as it is now rather than when the statement began: for whoever has locked the job.';
revoke execute on function private.grace_of(public.jobs) from public;

create function private.give_up_overdue_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-overdue');
begin
  perform set_config('esteira.dispatch', 'later', true); -- the tick that follows dispatches
  -- Workers end jobs at their deadline, after a last question to the provider. This is for those that nobody works on
  -- any more: they get five minutes longer.
  for v_job in
    select j.* from public.jobs j
    where j.status = 'processing' and j.deadline_at < v_now - private.grace_of(j) and j.id <> all (v_aside)
      and not exists (select from private.lanes l where l.lane = j.lane and l.circuit_opened_at is not null)
    order by j.deadline_at limit 100
    for update of j skip locked
  loop
    begin
      select * into v_attempt from public.job_attempts
      where job_id = v_job.id and attempt = v_job.attempt and finished_at is null for update skip locked;
      -- Many jobs in one transaction: it waits for none of what they need, and leaves those in use to the next run.
      continue when not found or not private.may_give_up(v_job, v_attempt, v_now)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up(v_job, v_attempt, 'No result came before the deadline', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-overdue', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_overdue_jobs() is
  'Fails jobs that are past their deadline without an answer, and its grace (private.grace_of). Returns how many.';
revoke execute on function private.give_up_overdue_jobs() from public;
