create function private.ask_about_silent_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- A webhook that never came, or a settle message that was lost: the provider is asked. A question that nobody has
  -- read yet is not asked again, and none is asked while a worker copies the result: it would copy it too.
  with asked as materialized (
    select (message ->> 'job_id')::uuid as job_id, (message ->> 'attempt')::smallint as attempt
    from pgmq.q_settle_queue where read_ct = 0 and message ->> 'kind' = 'poll'
  ), silent as (
    select a.job_id, a.attempt from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and l.delivery = 'webhook' and a.outcome is null
      and a.phase in ('submitted', 'settling')
      and coalesce(a.submitted_at, a.started_at) < v_now - l.poll_after
      and coalesce(a.polled_at < v_now - l.poll_every, true)
      and coalesce((a.checkpoint ->> 'copying_until')::timestamptz <= v_now, true)
      and not exists (select from asked where asked.job_id = a.job_id and asked.attempt = a.attempt)
    order by a.started_at limit 1000
    for update of a skip locked
  ), noted as (
    update public.job_attempts a set polled_at = v_now from silent s where a.job_id = s.job_id and a.attempt = s.attempt
    returning a.job_id, a.attempt
  )
  select count(private.send_to_settle(n.job_id, n.attempt, 'poll')) into v_count from noted n;
  return v_count;
end
$$;
comment on function private.ask_about_silent_jobs() is
  'Sends a settle message for each submitted job that has been silent for its lane''s poll_after, and again every '
  'poll_every once the last one has been read, but not while a worker copies its result. Returns how many.';
revoke execute on function private.ask_about_silent_jobs() from public;
