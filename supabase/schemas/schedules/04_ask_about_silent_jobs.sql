create function private.ask_about_silent_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- For messages that were lost: each running task has a question of its own waiting, put off by whoever asks it. None
  -- is sent while a worker copies the result: it would copy it too.
  with asked as materialized (
    select (message ->> 'job_id')::uuid as job_id, (message ->> 'attempt')::integer as attempt
    from pgmq.q_settle_queue
  ), silent as (
    select a from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.outcome is null
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and l.delivery <> 'pull'
      and (a.phase = 'produced' or (a.phase in ('submitted', 'settling') and l.delivery <> 'sync'
        and coalesce(a.submitted_at, a.started_at) not between v_now - l.poll_after and v_now))
      and coalesce(a.polled_at < v_now - l.poll_every or a.polled_at > v_now, true)
      and coalesce((a.checkpoint ->> 'copying_until')::timestamptz not between v_now and v_now + interval '5 minutes',
        true)
      and not exists (select from asked where asked.job_id = a.job_id and asked.attempt = a.attempt)
    order by a.started_at limit 1000
    for update of a skip locked
  )
  update public.job_attempts a set polled_at = v_now, question_id = private.send_to_settle(s.a, 'poll')
  from silent s where a.job_id = (s.a).job_id and a.attempt = (s.a).attempt;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.ask_about_silent_jobs() is
  'Sends a settle message for each running task that has none waiting: its question was lost. Not while a worker '
  'copies its result. Returns how many.';
revoke execute on function private.ask_about_silent_jobs() from public;
