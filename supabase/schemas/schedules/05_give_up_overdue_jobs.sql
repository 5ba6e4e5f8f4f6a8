create function private.give_up_overdue_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_job record;
  v_count integer := 0;
begin
  perform set_config('esteira.dispatch', 'later', true); -- the tick that follows dispatches
  -- Workers end attempts at their deadline, after a last question to the provider. This is for those that nobody
  -- works on any more: given a while longer, then an attempt is used up.
  for v_job in
    select j.id, j.user_id, a.token, l.delivery = 'pull' and a.leased_until is null as is_unclaimed from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and j.deadline_at < private.now() - interval '5 minutes'
    order by j.deadline_at limit 100
    for update of j, a skip locked
  loop
    -- Many jobs in one transaction: it waits for none of what they need, and leaves those in use to the next run.
    continue when not private.can_end_at_once(v_job.id, v_job.user_id);
    if v_job.is_unclaimed then
      perform worker.attempt_failed(v_job.id, v_job.token, 'backoff', 'not_claimed',
        'No worker claimed the job before its deadline');
    else
      perform worker.attempt_failed(v_job.id, v_job.token, 'backoff', 'deadline_exceeded',
        'No result came before the deadline');
    end if;
    v_count := v_count + 1;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_overdue_jobs() is
  'Fails attempts that are five minutes past their deadline: retried while attempts are left. Returns how many.';
revoke execute on function private.give_up_overdue_jobs() from public;
