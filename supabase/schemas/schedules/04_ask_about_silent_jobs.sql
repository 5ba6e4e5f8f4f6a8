create function private.wake_for(p_jobs uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.poke(lane) from (select distinct lane from public.jobs where id = any (p_jobs) order by lane) lanes;
end
$$;
comment on function private.wake_for(uuid[]) is
  'Wakes the worker for the lanes of jobs: what this transaction sends, the tick that follows in it does not see.';
revoke execute on function private.wake_for(uuid[]) from public;

create function private.ask(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.job_attempts a set polled_at = private.now(), question_id = private.send_to_settle(a, 'poll')
  from unnest(p_jobs, p_tokens) s (job_id, token) where a.job_id = s.job_id and a.token = s.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.ask(uuid[], uuid[]) is
  'Sends a question about the tasks of attempts that the caller has locked. Returns how many.';
revoke execute on function private.ask(uuid[], uuid[]) from public;

create function private.ask_about_silent_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-ask');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  -- For messages that were lost: each running task has a question of its own waiting, put off by whoever asks it. None
  -- is sent while a worker copies the result: it would copy it too. Messages are compared as text: not all that lies in
  -- a queue need be ours.
  with asked as materialized (
    select message ->> 'job_id' as job_id, message ->> 'attempt' as attempt from pgmq.q_settle_queue
  ), silent as (
    select a.job_id, a.token from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.outcome is null
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and l.delivery <> 'pull' and j.id <> all (v_aside)
      and (a.phase = 'produced' or (a.phase in ('submitted', 'settling') and l.delivery <> 'sync'
        and coalesce(a.submitted_at, a.started_at) not between v_now - l.poll_after and v_now))
      and coalesce(a.polled_at < v_now - l.poll_every or a.polled_at > v_now, true)
      and coalesce((a.checkpoint ->> 'copying_until')::timestamptz not between v_now and v_now + interval '5 minutes',
        true)
      and not exists (
        select from asked where asked.job_id = a.job_id::text and asked.attempt = a.attempt::text)
    order by a.started_at limit 1000
    for update of a skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from silent;
  if v_jobs is null then return 0; end if;
  perform private.wake_for(v_jobs);
  return private.do_all('esteira-ask', 'private.ask($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.ask_about_silent_jobs() is
  'Sends a settle message for each running task that has none waiting: its question was lost. Not while a worker '
  'copies its result. Returns how many.';
revoke execute on function private.ask_about_silent_jobs() from public;
