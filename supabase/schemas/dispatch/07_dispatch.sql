create function private.dispatch(p_lane text, p_poke boolean default true) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set enable_sort = off set jit = off as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
  v_allowed integer := 100;
  v_slots bigint[];
  v_accounts integer[];
  v_jobs uuid[];
  v_started integer;
  v_aside uuid[];
begin
  -- Whoever ends many does it once for all.
  if current_setting('esteira.dispatch', true) = 'later' then return 0; end if;
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.paused_until > v_now then return 0; end if;
  if private.first_due(p_lane) <= v_now then perform private.admit_due(p_lane); end if;
  if p_lane = 'publication' then perform private.advance_connections(), private.call_back(); end if;
  -- Most calls find nothing to do, and most of those find it out here. In order, as everywhere that waiting jobs are
  -- looked at: without it the planner may look for the first one through the whole table. And never sorted: until the
  -- statistics know of a burst, a plan that reads all that wait and sorts it seems as good as the index in that order.
  perform where (
      select id from public.jobs where lane = p_lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1) is not null
    and (
      select slot_id from private.slots where lane = p_lane and job_id is null and not is_retiring
      order by slot_id limit 1) is not null;
  if not found then return 0; end if;
  if v_lane.circuit_opened_at is not null then
    if not private.may_probe(p_lane) then return 0; end if;
    v_allowed := 1;
  end if;
  if v_lane.rate_limit is not null then v_allowed := private.allowed_starts(p_lane, v_allowed); end if;
  if p_lane = 'publication' then v_allowed := least(v_allowed, private.unwanted_slots()); end if;
  if v_allowed = 0 then return 0; end if;

  -- In a statement of its own: what it locks may be newer than what the statement that calls it can see.
  select array_agg(slot_id), array_agg(account_id), array_agg(job_id) into v_slots, v_accounts, v_jobs
  from private.pair_free_slots(v_lane, v_allowed);
  if v_jobs is null then return 0; end if;
  begin
    v_started := private.start_jobs(v_lane, v_slots, v_accounts, v_jobs, v_now);
  exception when others then
    v_aside := private.quarantined();
    v_started := private.start_in_turn(v_lane, v_slots, v_accounts, v_jobs, v_now);
    -- Their slots are free again; and with each who is set aside there is one less to try.
    if cardinality(private.quarantined()) > cardinality(v_aside) then
      v_started := v_started + private.dispatch(p_lane, p_poke => false);
    end if;
  end;
  if p_poke and v_started > 0 then perform private.poke(p_lane); end if;
  return v_started;
end
$$;
comment on function private.dispatch(text, boolean) is
  'Gives a lane''s free slots to its next jobs: makes their attempts, moves them to starting and queues them for the '
  'worker, at most 100 at a time. Called at the end of every transaction that adds a job or frees a slot. p_poke: '
  'false when the caller drains the lane itself after its commit. Never fails its caller: a job that cannot start is '
  'set aside, a lane in which nothing can is told in private.faults. Returns how many.';
revoke execute on function private.dispatch(text, boolean) from public;
