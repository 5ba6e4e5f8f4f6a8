-- Schedules: what happens though nobody asks. Every job is idempotent and may run any number of times at once; each
-- leaves a heartbeat, because pg_cron can die in silence.
--
-- The tick is the last of three ways in which work reaches a worker (see the queue room): whatever the inline drain
-- and the poke have missed waits for it, ten seconds at most. The reaper finds what fell out of every other hand. It
-- repairs and reports; it never assumes success or failure that it has not seen. The sweep comes after both: what it
-- finds to do, the tick should have done.

create table private.heartbeats (
  name text primary key,
  beat_at timestamptz not null,
  beats bigint not null default 1,
  result jsonb not null default '{}'
) with (fillfactor = 50);
alter table private.heartbeats enable row level security;
comment on table private.heartbeats is 'When each schedule last ran to its end, how often, and what it did.';

create function private.beat(p_name text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  insert into private.heartbeats as h (name, beat_at, result) values (p_name, private.now(), p_result)
  on conflict (name) do update set beat_at = excluded.beat_at, beats = h.beats + 1, result = excluded.result;
  return p_result;
end
$$;
comment on function private.beat(text, jsonb) is 'Notes that a schedule has run, and returns p_result.';

create table private.repairs (
  schedule text not null,
  repair text not null,
  count bigint not null,
  repaired_at timestamptz not null default now(),
  constraint a_repair_did_something check (count > 0)
);
create index repairs_by_time on private.repairs (repaired_at);
alter table private.repairs enable row level security;
comment on table private.repairs is 'What the reaper and the sweep found and put right, run by run. A heartbeat shows the last run alone.';

create function private.note_repairs(p_schedule text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  insert into private.repairs (schedule, repair, count, repaired_at)
  select p_schedule, key, value::bigint, private.now() from jsonb_each_text(p_result) where value::bigint > 0;
  return private.beat(p_schedule, p_result);
end
$$;
comment on function private.note_repairs(text, jsonb) is
  'Notes what a schedule has put right, {repair: how many}, and that it has run. Returns p_result.';

create function private.tick() returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_dispatched integer;
  v_poked integer := 0;
begin
  for v_lane in select * from private.lanes where delivery <> 'pull' order by lane loop
    v_dispatched := private.dispatch(v_lane.lane, p_poke => false);
    -- The metrics do not see what has just been sent.
    if v_dispatched > 0 or (select queue_visible_length from pgmq.metrics(v_lane.queue_name)) > 0
       or (select queue_visible_length from pgmq.metrics('settle_queue')) > 0 then
      perform private.poke(v_lane.lane);
      v_poked := v_poked + 1;
    end if;
    -- The last movement of a burst may have been kept back: whoever still waits hears of it now.
    perform from public.jobs where lane = v_lane.lane and status = 'pending' and run_at is null
    order by priority desc, ticket, id limit 1;
    if found then perform private.announce_lane(v_lane.lane); end if;
  end loop;
  perform private.beat('esteira-tick', jsonb_build_object('poked', v_poked));
  return v_poked;
end
$$;
comment on function private.tick() is 'Dispatches every lane and wakes the worker where work is visible. Returns how many lanes were poked.';

-- The reaper ----------------------------------------------------------------------------------------------------

create function private.ask_about_silent_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- A webhook that never came, or a settle message that was lost: the provider is asked. A question that nobody has read
  -- yet is not asked again, and none is asked while a worker copies the result: it would copy it too.
  with asked as materialized (
    select (message ->> 'job_id')::uuid as job_id, (message ->> 'attempt')::smallint as attempt
    from pgmq.q_settle_queue where read_ct = 0 and message ->> 'kind' = 'poll'
  ), silent as (
    select a.job_id, a.attempt from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and l.delivery = 'webhook' and a.outcome is null and a.phase in ('submitted', 'settling')
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
  'Sends a settle message for each submitted job that has been silent for its lane''s poll_after, and again every poll_every once the last one has been read, but not while a worker copies its result. Returns how many.';

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
      perform worker.attempt_failed(v_job.id, v_job.token, 'backoff', 'not_claimed', 'No worker claimed the job before its deadline');
    else
      perform worker.attempt_failed(v_job.id, v_job.token, 'backoff', 'deadline_exceeded', 'No result came before the deadline');
    end if;
    v_count := v_count + 1;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_overdue_jobs() is 'Fails attempts that are five minutes past their deadline: retried while attempts are left. Returns how many.';

create function private.free_abandoned_slots() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with abandoned as (
    select s.slot_id, s.is_retiring from private.slots s join public.jobs j on j.id = s.job_id
    where j.status <> 'processing' for update of s skip locked
  ), removed as (
    delete from private.slots s using abandoned a where s.slot_id = a.slot_id and a.is_retiring returning 1
  ), freed as (
    update private.slots s set job_id = null from abandoned a where s.slot_id = a.slot_id and not a.is_retiring returning 1
  )
  select (select count(*) from removed) + (select count(*) from freed) into v_count;
  return v_count;
end
$$;
comment on function private.free_abandoned_slots() is 'Frees slots whose job is not processing: none, unless something outside the engine changed the rows. Returns how many.';

create function worker.reap() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb := jsonb_build_object(
    'asked', private.ask_about_silent_jobs(),
    'leases_ended', private.end_expired_leases(),
    'given_up', private.give_up_overdue_jobs(),
    'slots_freed', private.free_abandoned_slots());
begin
  perform private.tick();
  perform private.dispatch(lane, p_poke => false) from private.lanes where delivery = 'pull'; -- which the tick leaves to claims
  -- The tick does not see messages that were sent in its own transaction.
  if (v_result ->> 'asked')::integer > 0 then
    perform private.poke(lane) from private.lanes where delivery = 'webhook';
  end if;
  return private.note_repairs('esteira-reap', v_result);
end
$$;
comment on function worker.reap() is
  'Finds what fell out of every other hand: webhooks that never came, workers outside that are gone, attempts past their deadline, slots without a running job; then dispatches. Returns counts: {asked, leases_ended, given_up, slots_freed}.';
grant execute on function worker.reap() to service_role;

-- The sweep -----------------------------------------------------------------------------------------------------

create function private.unread_messages(p_queue text, p_for interval) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_count bigint;
begin
  execute format('select count(*) from pgmq.%I where vt < clock_timestamp() - $1', 'q_' || p_queue) into v_count using p_for;
  return v_count;
end
$$;
comment on function private.unread_messages(text, interval) is 'How many messages of a queue have been visible for longer than p_for, and nobody read them.';

create function private.catch_up(p_lane text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_due integer := 0;
  v_started integer := 0;
  v_count integer;
begin
  -- A hundred at a time, as the tick does it, and a thousand at the most: their rows stay locked until the sweep ends.
  for i in 1..10 loop
    v_count := private.admit_due(p_lane);
    v_due := v_due + v_count;
    exit when v_count < 100;
  end loop;
  for i in 1..10 loop
    v_count := private.dispatch(p_lane, p_poke => false);
    v_started := v_started + v_count;
    exit when v_count = 0;
  end loop;
  return jsonb_build_object('due', v_due, 'started', v_started);
end
$$;
comment on function private.catch_up(text) is
  'Makes ready what is due in a lane and starts what there are free slots for, up to 1,000 jobs each. Returns counts: {due, started}.';

create function private.sweep() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_lane_did jsonb;
  v_unread bigint;
  v_settlements bigint := private.unread_messages('settle_queue', '1 minute');
  v_result jsonb := jsonb_build_object('due', 0, 'started', 0, 'unread', v_settlements);
begin
  for v_lane in select * from private.lanes order by lane loop
    v_lane_did := case when v_lane.paused_until > private.now() then '{"due": 0, "started": 0}' else private.catch_up(v_lane.lane) end;
    v_unread := private.unread_messages(v_lane.queue_name, v_lane.lease);
    v_result := jsonb_build_object(
      'due', (v_result ->> 'due')::bigint + (v_lane_did ->> 'due')::bigint,
      'started', (v_result ->> 'started')::bigint + (v_lane_did ->> 'started')::bigint,
      'unread', (v_result ->> 'unread')::bigint + v_unread);
    if v_lane.delivery <> 'pull' and (v_unread > 0 or v_settlements > 0 or v_lane_did ->> 'started' <> '0') then
      perform private.poke(v_lane.lane);
    end if;
  end loop;
  return private.note_repairs('esteira-retry', v_result);
end
$$;
comment on function private.sweep() is
  'Does in every lane, pull lanes too, what the tick has missed: makes jobs ready that are due, starts jobs that wait beside free slots, wakes the worker for messages unread for longer than a lease. Returns counts: {due, started, unread}. A few are no alarm: they came due since the last tick.';

create function private.clean_up(p_keep interval default '30 days') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_before timestamptz := private.now() - p_keep;
  v_queue text;
  v_events integer;
  v_archived integer := 0;
  v_rows integer;
  v_payloads integer;
begin
  delete from private.webhook_events where received_at < v_before;
  get diagnostics v_events = row_count;
  update public.job_attempts set raw_api_response = null, raw_webhook_payload = null
  where finished_at < v_before and (raw_api_response is not null or raw_webhook_payload is not null);
  get diagnostics v_payloads = row_count;
  for v_queue in select queue_name from private.lanes union all select 'settle_queue' loop
    execute format('delete from pgmq.%I where archived_at < $1', 'a_' || v_queue) using v_before;
    get diagnostics v_rows = row_count;
    v_archived := v_archived + v_rows;
  end loop;
  delete from private.broadcast_failures where failed_at < v_before;
  delete from private.repairs where repaired_at < v_before;
  delete from cron.job_run_details where end_time < private.now() - interval '3 days';
  return private.beat('esteira-cleanup', jsonb_build_object('webhook_events', v_events, 'payloads', v_payloads, 'archived', v_archived));
end
$$;
comment on function private.clean_up(interval) is 'Forgets raw payloads, inbox and archives older than p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';

-- Named jobs, so that scheduling them again changes them in place.
select cron.schedule('esteira-tick', '10 seconds', 'select private.tick()');
select cron.schedule('esteira-reap', '* * * * *', 'select worker.reap()');
select cron.schedule('esteira-retry', '*/5 * * * *', 'select private.sweep()');
select cron.schedule('esteira-effects', '10 seconds', 'select private.apply_pending_effects()');
select cron.schedule('esteira-cleanup', '0 2 * * *', 'select private.clean_up()');

revoke execute on all functions in schema private, worker, ops from public;
