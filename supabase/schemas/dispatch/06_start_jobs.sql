create function private.start_jobs(
  p_lane private.lanes, p_slots bigint[], p_accounts integer[], p_jobs uuid[], p_at timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_starts private.start[];
begin
  with started as (
    update public.jobs j set
      status = 'processing', current_step = 'starting', attempt = j.attempt + 1, dispatches = j.dispatches + 1,
      started_at = p_at, progress = null,
      -- A publication prepares for long, and has its time in all.
      deadline_at = case when j.lane = 'publication' then p_at + t.timeout end,
      -- A job that came back too often for it to be told starts as quietly (see requeue_job).
      step_history = case when j.step_history -> -1 ->> 'step' in ('starting', 'upload') then j.step_history
        else j.step_history || private.starting(p_at, a.name, t.settings, j.input, j.attempt + 1) end
    from unnest(p_slots, p_accounts, p_jobs) p (slot_id, account_id, job_id)
    join private.accounts a on a.account_id = p.account_id,
    public.tools t
    where j.id = p.job_id and t.tool = j.tool
    returning (j.id, j.attempt, j.dispatches, j.user_id, p.slot_id, p.account_id, j.priority, j.ticket
      )::private.start as start
  )
  select array_agg(start order by (start).priority desc, (start).ticket, (start).job_id) into v_starts from started;
  if v_starts is null then return 0; end if;
  perform private.begin_attempts(p_lane, v_starts, p_at);
  return cardinality(v_starts);
end
$$;
comment on function private.start_jobs(private.lanes, bigint[], integer[], uuid[], timestamptz) is
  'Gives slots to jobs, both locked by the caller: moves the jobs to starting, with all that goes with it. Returns how '
  'many.';
revoke execute on function private.start_jobs(private.lanes, bigint[], integer[], uuid[], timestamptz) from public;

create function private.start_in_turn(
  p_lane private.lanes, p_slots bigint[], p_accounts integer[], p_jobs uuid[], p_at timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_pair record;
  v_count integer := 0;
  v_aside bigint := (select count(*) from private.quarantine where lane = p_lane.lane and part = 'dispatch');
begin
  -- What fails for the lane fails for all of its jobs, and is no fault of theirs.
  if private.guarded('dispatch', 'private.check_lane($1)', p_lane) is null then return 0; end if;
  for v_pair in
    select * from unnest(p_slots, p_accounts, p_jobs) with ordinality p (slot_id, account_id, job_id, n) order by n
  loop
    begin
      v_count := v_count + private.start_jobs(
        p_lane, array[v_pair.slot_id], array[v_pair.account_id], array[v_pair.job_id], p_at);
    exception when others then
      -- So many are not to blame: they stay in line, and whoever can start does.
      if v_aside >= 100 then perform private.note_fault('dispatch', p_lane.lane, sqlstate, sqlerrm);
      else perform private.set_aside('dispatch', v_pair.job_id, sqlstate, sqlerrm);
      end if;
      v_aside := v_aside + 1;
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.start_in_turn(private.lanes, bigint[], integer[], uuid[], timestamptz) is
  'As start_jobs, one job after the other, each in a sub-transaction of its own: one that cannot start is set aside. '
  'Returns how many started.';
revoke execute on function private.start_in_turn(private.lanes, bigint[], integer[], uuid[], timestamptz) from public;

create function private.check_lane(p_lane private.lanes) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform private.send_messages(p_lane.queue_name, '{}'); -- no message, but what sending one needs
  return true;
end
$$;
comment on function private.check_lane(private.lanes) is
  'Raises an error if nothing can start in a lane, whatever the job: its queue is gone.';
revoke execute on function private.check_lane(private.lanes) from public;
