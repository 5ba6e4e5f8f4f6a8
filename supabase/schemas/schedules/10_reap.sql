create function private.parts()
returns table (part text, schedule text, routine text, counts text, is_repair boolean)
language sql immutable set search_path = '' as $$
  values
    -- Before any time is looked at.
    ('esteira-clock', 'esteira-ask', 'follow_clock', 'moved', false),
    ('esteira-ask', 'esteira-ask', 'ask_about_silent_jobs', 'asked', true),
    ('esteira-resend', 'esteira-ask', 'resend_lost_messages', 'resent', true),
    ('esteira-leases', 'esteira-leases', 'tend_pull_lanes', 'leases_ended', true),
    ('esteira-ask-last', 'esteira-ask', 'ask_a_last_time', 'asked_last', true),
    ('esteira-overdue', 'esteira-overdue', 'give_up_overdue_jobs', 'given_up', true),
    ('esteira-expire', 'esteira-expire', 'end_expired_jobs', 'expired', true),
    ('esteira-copies', 'esteira-copies', 'give_up_copies', 'copies_given_up', true),
    ('esteira-tasks', 'esteira-tasks', 'give_up_old_tasks', 'old_tasks', false),
    ('esteira-outbox', 'esteira-tasks', 'end_task_lives', 'tasks_unknown', true),
    ('esteira-slots', 'esteira-tasks', 'tidy_up', 'slots_freed', true),
    ('esteira-tick', 'esteira-tick', 'tick_lanes', 'poked', false),
    ('esteira-progress', 'esteira-progress', 'estimate_progress', 'estimated', false),
    ('esteira-effects', 'esteira-effects', 'apply_pending_effects', 'applied', false),
    ('esteira-publications', 'esteira-publications', 'tend_publications', 'paid_back', false),
    ('esteira-acts', 'esteira-acts', 'work_runs', 'acted', false),
    ('esteira-alerts', 'esteira-alerts', 'alerts_tick', null, false),
    ('esteira-verdicts', 'esteira-alerts', 'note_verdicts', null, false),
    ('esteira-retry', 'esteira-retry', 'sweep', null, false),
    ('esteira-connections', 'esteira-connections', 'look_after_connections', null, false),
    ('esteira-leavers', 'esteira-retention', 'forget_leavers', null, false),
    ('esteira-inputs', 'esteira-retention', 'sweep_inputs', 'doomed', false),
    ('esteira-orphans', 'esteira-retention', 'sweep_outputs', 'doomed', false),
    ('esteira-outputs', 'esteira-retention', 'expire_outputs', 'expired', false),
    ('esteira-deliveries', 'esteira-retention', 'forget_deliveries', 'forgotten', false),
    ('esteira-paces', 'esteira-retention', 'measure_paces', 'measured', false),
    -- The last of their schedule, so that what they lock is let go at once.
    ('esteira-payloads', 'esteira-retention', 'forget_payloads', null, false),
    ('esteira-jobs', 'esteira-retention', 'forget_old_jobs', 'forgotten', false),
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false),
    ('esteira-drift', 'esteira-drift', 'count_drift', 'drifting', false)
$$;
comment on function private.parts() is
  'The parts of the schedules, in the order in which the reaper goes through them: the job of pg_cron that runs each, '
  'the function in private that does it, what the number that this returns counts (null: it returns counts by name), '
  'and whether it repairs: what the reaper returns and private.repairs keeps.';
revoke execute on function private.parts() from public;

create function private.run_part(p_part text) returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_part record;
  v_did jsonb;
begin
  select * into strict v_part from private.parts() where part = p_part;
  v_did := private.guarded(p_part, format('private.%I()', v_part.routine));
  if v_did is null then return null; end if;
  if v_part.is_repair and v_did::bigint > 0 then
    insert into private.repairs (schedule, repair, count, repaired_at)
    values ('esteira-reap', v_part.counts, v_did::bigint, private.now());
  end if;
  perform private.beat(p_part, case when v_part.counts is null then v_did
    else jsonb_build_object(v_part.counts, v_did) end);
  return v_did;
end
$$;
comment on function private.run_part(text) is
  'Runs a part of the schedules in a sub-transaction of its own, notes its heartbeat and what it repaired, and returns '
  'what it did. Null: it failed, which is told in private.faults; it has no heartbeat then.';
revoke execute on function private.run_part(text) from public;

create function private.run(p_schedule text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_did jsonb;
begin
  select jsonb_object_agg(p.part, private.run_part(p.part)) into v_did
  from private.parts() p where p.schedule = p_schedule;
  -- What ended has left slots, and is not to leave them to a tick that may be ten seconds away.
  if p_schedule in (select schedule from private.parts() where is_repair)
     and jsonb_path_exists(v_did, '$.* ? (@ > 0)') then
    perform private.run_part('esteira-tick');
  end if;
  return v_did;
end
$$;
comment on function private.run(text) is
  'What pg_cron calls, and all that it calls: runs the parts of a schedule, and dispatches where they have ended '
  'something. Returns {part: what it did}.';
revoke execute on function private.run(text) from public;

create function private.tick() returns integer
language plpgsql set search_path = '' as $$
declare
  v_poked integer := coalesce(private.run_part('esteira-tick')::integer, 0);
begin
  perform private.run_part('esteira-progress');
  return v_poked;
end
$$;
comment on function private.tick() is
  'Dispatches every lane, wakes the worker where work is visible, and shows how far tasks may be: what pg_cron does '
  'every ten seconds, for whoever wants it now. Returns how many lanes were poked.';
revoke execute on function private.tick() from public;

create function worker.reap() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_part record;
  v_did jsonb;
  v_result jsonb := '{}';
begin
  for v_part in select * from private.parts() where is_repair or part in ('esteira-clock', 'esteira-tasks') loop
    v_did := private.run_part(v_part.part);
    if v_part.is_repair then v_result := v_result || jsonb_build_object(v_part.counts, coalesce(v_did, '0')); end if;
  end loop;
  perform private.each_lane('esteira-leases', 'private.dispatch_pull_lane($1)'); -- for slots that are free since
  perform private.tick();
  return v_result;
end
$$;
comment on function worker.reap() is
  'Finds what fell out of every other hand: questions that were lost, workers outside that are gone, jobs past '
  'their deadline, jobs that have waited too long to begin, results that cannot be copied, tasks that nobody hears '
  'of any more, slots of nobody; then dispatches. Ends everything by SQL and time alone, though every worker always '
  'crashed. pg_cron runs each of these parts by itself; this runs them all. Returns counts: {asked, resent, '
  'leases_ended, asked_last, given_up, expired, copies_given_up, tasks_unknown, slots_freed}.';
revoke execute on function worker.reap() from public;
grant execute on function worker.reap() to service_role;
