create function private.end_expired_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-expire');
begin
  perform set_config('esteira.dispatch', 'later', true);
  for v_job in
    select * from public.jobs j
    where j.status in ('pending', 'processing') and j.start_by <= v_now and j.id <> all (v_aside)
      and (j.status = 'pending'
      -- What has a task runs on, and is in nobody's way here.
      or j.expires_at <= v_now and exists (
        select from public.job_attempts a
        where a.job_id = j.id and a.attempt = j.attempt and a.finished_at is null and a.submits = 0))
    order by j.start_by limit 200
    for update skip locked
  loop
    begin
      v_attempt := null;
      if v_job.status = 'processing' then
        select * into v_attempt from public.job_attempts
        where job_id = v_job.id and attempt = v_job.attempt and finished_at is null and submits = 0
        for update skip locked;
        continue when not found;
      end if;
      continue when not private.can_supersede(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      if private.has_success(v_job.id) then -- found out late, and never to be had
        perform private.give_up_output(v_job, a, 'output_unavailable', 'The result could not be fetched', v_now)
        from public.job_attempts a where a.job_id = v_job.id and a.word = 'succeeded' order by a.attempt limit 1;
      else
        if v_attempt.token is not null then
          perform private.end_attempt(v_job, v_attempt, 'failed', null, v_now, 'expired', null, false);
        end if;
        perform private.fail_job(v_job, v_job.current_step, 'expired', case
            when v_job.status = 'processing' and private.is_pull_lane(v_job.lane) then 'No worker claimed it in time'
            else 'It waited too long for its turn' end, v_now, p_is_counted => private.had_task(v_job.id));
      end if;
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-expire', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.end_expired_jobs() is
  'Fails jobs whose next task has not begun in time: those that wait, and those that nobody has submitted. Returns how '
  'many.';
revoke execute on function private.end_expired_jobs() from public;
