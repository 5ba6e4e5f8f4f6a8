create function private.give_up_old_tasks() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old record;
  v_attempt public.job_attempts;
  v_job public.jobs;
  v_aside uuid[] := private.quarantined('esteira-tasks');
  v_count integer := 0;
begin
  -- Jobs whose deadline was postponed again and again.
  for v_old in
    select a.job_id, a.token from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
    join private.lanes l on l.lane = j.lane join public.tools t on t.tool = j.tool
    where a.outcome is null and a.submits > 0 and a.word is distinct from 'succeeded' and a.phase <> 'produced'
      and l.delivery <> 'pull' and a.submitted_first_at < v_now - greatest(l.task_life, 2 * t.timeout)
      and j.id <> all (v_aside)
    limit 100
  loop
    begin
      select * into v_job from public.jobs where id = v_old.job_id and status = 'processing' for update skip locked;
      continue when not found;
      select * into v_attempt from public.job_attempts
      where job_id = v_old.job_id and token = v_old.token and outcome is null and word is distinct from 'succeeded'
      for update skip locked;
      continue when not found or private.has_success(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up(v_job, v_attempt, 'No result came in the time of a task''s life', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-tasks', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.give_up_old_tasks() is
  'Fails jobs whose task has lived for as long as their lane''s task_life, deadline or not. Returns how many.';
revoke execute on function private.give_up_old_tasks() from public;

create function private.end_overdue_cancels(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old record;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-outbox');
begin
  for v_old in
    select c.token, c.slot_id, c.job_id, c.user_id, l.delivery
    from private.cancels c join private.lanes l on l.lane = c.lane
    where c.over_at is null and c.ends_at <= v_now and c.lane = coalesce(p_lane, c.lane)
      and c.job_id <> all (v_aside)
    order by c.ends_at limit 100
  loop
    begin
      perform from public.jobs where id = v_old.job_id for update skip locked;
      continue when (not found and exists (select from public.jobs where id = v_old.job_id))
        or not private.can_end_at_once(v_old.slot_id, v_old.token, v_old.user_id);
      v_count := v_count + (worker.task_over(v_old.token, 'unknown') and v_old.delivery <> 'pull')::integer;
    exception when others then
      perform private.set_aside('esteira-outbox', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.end_overdue_cancels(text) is
  'Closes the rows of the outbox, of one lane or of all, that have been waited for long enough; waits for nothing. '
  'Returns how many tasks stay unknown: none of pull lanes, where the lease''s end is the task''s.';
revoke execute on function private.end_overdue_cancels(text) from public;

create function private.end_task_lives() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.dispatch', 'later', true);
  v_count := private.end_overdue_cancels();
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.end_task_lives() is
  'Ends the waiting for tasks of ended attempts that nobody has heard of for as long as their lane''s task_life: the '
  'slot is freed, and how the task ended stays unknown. Returns how many are unknown.';
revoke execute on function private.end_task_lives() from public;
