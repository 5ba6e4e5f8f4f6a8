-- A clock that was set back. Where a time of the past is looked at (when did it pass, when was it asked after?), one
-- of the future is taken for over, each in its place. But a time to come, until when something waits, would let it wait
-- for as long as the clock went back: those are moved here, by as much. Not so a time that a user has asked for, nor
-- when a job expires: that is a bound of a day, and a million jobs may have it.

create function private.set_back_by() returns interval
language plpgsql volatile set search_path = '' as $$
declare
  v_beat_at timestamptz := (select beat_at from private.heartbeats where name = 'esteira-clock');
  v_back interval := v_beat_at - private.now();
begin
  return case when v_back > interval '10 seconds' then v_back end;
end
$$;
comment on function private.set_back_by() is
  'How far the clock was set back since this was looked at last, less the time since then; null: not by ten seconds.';
revoke execute on function private.set_back_by() from public;

create function private.move_jobs(p_jobs uuid[], p_back interval) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Before its first dispatch, run_at is what its user has asked for.
  update public.jobs set deadline_at = deadline_at - p_back,
    run_at = case when dispatches > 0 then run_at - p_back else run_at end
  where id = any (p_jobs) and (deadline_at is not null or (run_at is not null and dispatches > 0));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_jobs(uuid[], interval) is
  'Moves back until when jobs wait, locked by the caller: deadlines and retries. Returns how many.';
revoke execute on function private.move_jobs(uuid[], interval) from public;

create function private.move_attempts(p_jobs uuid[], p_tokens uuid[], p_back interval) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- A task, and a result that is to be copied, have all their time from now on.
  update public.job_attempts a set leased_until = leased_until - p_back, submit_until = submit_until - p_back,
    submitted_first_at = case when submitted_first_at > v_now then v_now else submitted_first_at end,
    word_at = case when word_at > v_now then v_now else word_at end
  from unnest(p_jobs, p_tokens) o (job_id, token) where a.job_id = o.job_id and a.token = o.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_attempts(uuid[], uuid[], interval) is
  'Moves back until when attempts wait, locked by the caller: leases and submits. Returns how many.';
revoke execute on function private.move_attempts(uuid[], uuid[], interval) from public;

create function private.move_live_jobs(p_back interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
  v_owners uuid[];
  v_tokens uuid[];
begin
  -- Waits for nothing and leaves out what is locked: whoever has it writes by the new clock.
  select array_agg(id) into v_jobs from (
    select id from public.jobs
    where status in ('pending', 'processing') and (deadline_at is not null or (run_at is not null and dispatches > 0))
    for update skip locked) waiting;
  select array_agg(job_id), array_agg(token) into v_owners, v_tokens from (
    select job_id, token from public.job_attempts where outcome is null for update skip locked) open;
  return private.do_all('esteira-clock', format('private.move_jobs($1, %L)', p_back), v_jobs)
    + private.do_all('esteira-clock', format('private.move_attempts($1, $2, %L)', p_back), v_owners, v_tokens);
end
$$;
comment on function private.move_live_jobs(interval) is
  'Moves back until when jobs and attempts wait. Returns how many rows.';
revoke execute on function private.move_live_jobs(interval) from public;

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

create function private.move_messages(p_queue text, p_back interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_count bigint;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('update pgmq.%1$I set vt = vt - $1 where msg_id in (
    select msg_id from pgmq.%1$I where vt > clock_timestamp() for update skip locked)', 'q_' || p_queue)
  using p_back;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_messages(text, interval) is
  'Moves back until when messages of a queue are leased or delayed. Returns how many.';
revoke execute on function private.move_messages(text, interval) from public;

create function private.follow_clock() returns bigint
language plpgsql set search_path = '' as $$
declare
  v_part text := 'esteira-clock';
  v_back interval := private.set_back_by();
  v_now timestamptz := private.now();
  v_count bigint;
begin
  if v_back is null then return 0; end if;
  select coalesce(sum(moved::bigint), 0) into v_count from (
    select private.guarded(v_part, format('private.move_waits(%L, %L)', v_back, v_now))
    union all select private.guarded(v_part, format('private.move_live_jobs(%L)', v_back))
    union all select private.guarded(v_part, format('private.move_messages(%L, %L)', 'settle_queue', v_back))
    union all select private.each_lane(v_part, format('private.move_messages(($1).queue_name, %L)', v_back))
  ) moves (moved);
  insert into private.repairs (schedule, repair, count, repaired_at)
  values ('esteira-reap', 'clock', greatest(v_count, 1), v_now);
  return v_count;
end
$$;
comment on function private.follow_clock() is
  'When the clock was set back since this ran last, moves back until when things wait, so that nothing waits for '
  'longer than it should. Returns how many rows; a repair (esteira-reap clock) tells of it.';
revoke execute on function private.follow_clock() from public;
