-- A clock that was set back. Where a time of the past is looked at (when did it pass, when was it asked after?), one
-- of the future is taken for over, each in its place. But a time to come, until when something waits, would let it wait
-- for as long as the clock went back: those are moved here, by as much. Not so a time that a user has asked for, nor
-- when a job expires: that is a bound of a day, and a million jobs may have it.

create function private.set_back_by() returns interval
language plpgsql volatile set search_path = '' as $$
declare
  v_beat_at timestamptz := (select beat_at from private.heartbeats where name = 'esteira-reap');
  v_back interval := v_beat_at - private.now();
begin
  return case when v_back > interval '10 seconds' then v_back end;
end
$$;
comment on function private.set_back_by() is
  'How far the clock was set back since the reaper ran last, less the time since then; null: not by ten seconds.';
revoke execute on function private.set_back_by() from public;

create function private.move_jobs(p_back interval, p_now timestamptz) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_count bigint;
begin
  -- Before its first dispatch, run_at is what its user has asked for.
  with waiting as (
    select id from public.jobs
    where status in ('pending', 'processing') and (deadline_at is not null or (run_at is not null and dispatches > 0))
    for update skip locked
  ), moved as (
    update public.jobs j set deadline_at = deadline_at - p_back, run_at = run_at - p_back
    from waiting where j.id = waiting.id returning 1
  ), open as (
    select job_id, attempt from public.job_attempts where outcome is null for update skip locked
  ), moved_attempts as (
    -- A task, and a result that is to be copied, have all their time from now on.
    update public.job_attempts a set leased_until = leased_until - p_back, submit_until = submit_until - p_back,
      submitted_first_at = case when submitted_first_at > p_now then p_now else submitted_first_at end,
      word_at = case when word_at > p_now then p_now else word_at end
    from open where a.job_id = open.job_id and a.attempt = open.attempt returning 1
  )
  select (select count(*) from moved) + (select count(*) from moved_attempts) into v_count;
  return v_count;
end
$$;
comment on function private.move_jobs(interval, timestamptz) is
  'Moves back until when jobs and attempts wait: deadlines, retries, leases. Waits for nothing and leaves out what is '
  'locked: whoever has it writes by the new clock. Returns how many rows.';
revoke execute on function private.move_jobs(interval, timestamptz) from public;

create function private.move_waits(p_back interval, p_now timestamptz) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_count bigint;
begin
  with cancels as (
    update private.cancels set next_at = next_at - p_back, ends_at = ends_at - p_back,
      submit_until = submit_until - p_back
    where token in (select token from private.cancels where over_at is null for update skip locked) returning 1
  ), files as (
    update private.doomed_files set due_at = due_at - p_back where doomed_id in (
      select doomed_id from private.doomed_files where due_at > p_now for update skip locked) returning 1
  ), lanes as (
    update private.lanes set paused_until = paused_until - p_back where lane in (
      select lane from private.lanes where paused_until > p_now and paused_until < 'infinity'
      for no key update skip locked) returning 1
  ), accounts as (
    update private.accounts set paused_until = paused_until - p_back where account_id in (
      select account_id from private.accounts where paused_until > p_now and paused_until < 'infinity'
      for no key update skip locked) returning 1
  )
  select count(*) into v_count from (
    select from lanes union all select from accounts union all select from cancels union all select from files) moved;
  return v_count;
end
$$;
comment on function private.move_waits(interval, timestamptz) is
  'Moves back until when lanes, accounts, the outbox of cancels and files to be deleted wait; waits for none of them. '
  'Returns how many rows.';
revoke execute on function private.move_waits(interval, timestamptz) from public;

create function private.move_messages(p_back interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_queue text;
  v_rows bigint;
  v_count bigint := 0;
begin
  for v_queue in select queue_name from private.lanes union all select 'settle_queue' loop
    execute format('update pgmq.%1$I set vt = vt - $1 where msg_id in (
      select msg_id from pgmq.%1$I where vt > clock_timestamp() for update skip locked)', 'q_' || v_queue)
    using p_back;
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
  end loop;
  return v_count;
end
$$;
comment on function private.move_messages(interval) is
  'Moves back until when messages are leased or delayed. Returns how many.';
revoke execute on function private.move_messages(interval) from public;

create function private.follow_clock() returns bigint
language plpgsql set search_path = '' as $$
declare
  v_back interval := private.set_back_by();
  v_now timestamptz := private.now();
  v_count bigint;
begin
  if v_back is null then return 0; end if;
  v_count := private.move_waits(v_back, v_now) + private.move_jobs(v_back, v_now) + private.move_messages(v_back);
  insert into private.repairs (schedule, repair, count, repaired_at)
  values ('esteira-reap', 'clock', greatest(v_count, 1), v_now);
  return v_count;
end
$$;
comment on function private.follow_clock() is
  'When the clock was set back since the reaper ran last, moves back until when things wait, so that nothing waits for '
  'longer than it should. Returns how many rows; a repair (esteira-reap clock) tells of it.';
revoke execute on function private.follow_clock() from public;
