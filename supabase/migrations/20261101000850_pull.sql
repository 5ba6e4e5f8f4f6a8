-- Pull: workers outside claim jobs over HTTP.
--
-- A lane of delivery pull has no provider for us to call: a worker outside (a Trigger.dev task, a GPU box) asks for
-- jobs with the secret key, through the function workers-api. The engine is the same for it: dispatch gives a job a
-- slot and sends a message; a claim takes the message away and leases the attempt to a worker. From then on
-- job_attempts.leased_until is the one truth about who works on what until when; heartbeats move it on. The queue
-- holds what has a slot and is not claimed yet.
--
-- A lease that ran out is ended by the next claim in its lane, or by the reaper: the attempt is over and uses up one
-- of the job's, the job goes back to its place in the order, and its next attempt has a token of its own. What the old
-- worker still has to say is told apart by its token: progress and failures change nothing, a success completes a job
-- that is open, and after the end it is kept as an orphan (the order rule).
--
-- Locks: job → slot → attempt → credit account, as in the queue room. A claim takes many jobs in one transaction, so it
-- waits for none of them: what others have locked is left to the next claim.

create function private.pull_lane(p_lane text) returns private.lanes
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane'); end if;
  if v_lane.delivery <> 'pull' then
    perform private.refuse(409, 'lane_not_pull', format('The jobs of lane %s go to its provider; nobody claims them.', p_lane), 'lane');
  end if;
  return v_lane;
end
$$;
comment on function private.pull_lane(text) is 'The pull lane of that name. Errors: 404 lane_not_found, 409 lane_not_pull.';

-- Leases that ran out ---------------------------------------------------------------------------------------------

create function private.end_lease(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_code constant text := 'lease_expired';
  v_message text;
  v_is_last boolean := p_job.retry_count + 1 >= p_job.max_attempts;
begin
  perform private.free_slot(p_job.id);
  update public.job_attempts set phase = 'finished', finished_at = v_now, error_code = v_code,
    error_message = format('The worker %s was not heard of before its lease ran out', worker),
    outcome = case when v_is_last then 'failed' else 'retried' end
  where job_id = p_job.id and attempt = p_job.attempt
  returning error_message into v_message;
  if v_is_last then perform private.fail_job(p_job, p_job.current_step, v_code, v_message, v_now);
  else perform private.requeue_job(p_job, v_code, v_message, 'backoff', '0', v_now); -- it has waited for a lease already
  end if;
end
$$;
comment on function private.end_lease(public.jobs) is
  'Ends the running attempt of a locked job whose worker is gone: the attempt is used up, and the job is ready again at once, or fails when none is left. The caller dispatches.';

create function private.end_expired_leases(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.outcome is null and a.leased_until < private.now() and j.lane = coalesce(p_lane, j.lane)
    order by a.leased_until limit 100
    for update of j, a skip locked
  loop
    continue when not private.can_end_at_once(v_job.id, v_job.user_id);
    perform private.end_lease(v_job);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.end_expired_leases(text) is
  'Ends the leases that ran out, of one lane or of all, at most 100 at a time; waits for nothing. Returns how many. The caller dispatches.';

-- Claiming ------------------------------------------------------------------------------------------------------

create function private.take(p_lane private.lanes, p_worker text, p_messages private.message[]) returns setof jsonb
language plpgsql rows 5 set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now timestamptz := private.now();
  v_taken private.message[];
begin
  select array_agg(t.m) into v_taken from (
    select m from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id and j.attempt = m.attempt and j.status = 'processing'
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.outcome is null
    for update of j, a skip locked) t;
  if v_taken is null then return; end if;
  perform private.delete_messages(p_lane.queue_name, array(select msg_id from unnest(v_taken)));
  return query
  with taken as materialized (
    select * from unnest(v_taken)
  ), leased as (
    update public.job_attempts a set phase = 'submitted', submitted_at = v_now, worker = p_worker, leased_until = v_now + p_lane.lease
    from taken where a.job_id = taken.job_id and a.attempt = taken.attempt
    returning a.job_id, a.attempt, a.token
  ), running as (
    -- The attempt's time begins with its worker, not with its slot.
    update public.jobs j set current_step = 'running', deadline_at = v_now + t.timeout,
      step_history = j.step_history || private.step('running', v_now, jsonb_build_object('worker', p_worker))
    from taken, public.tools t where j.id = taken.job_id and t.tool = j.tool
    returning j.id, j.user_id, j.tool, j.lane, j.input, j.metadata, j.created_at, j.deadline_at,
      t.settings || coalesce(t.settings -> p_lane.provider, '{}') as settings
  )
  select jsonb_build_object(
    'job', to_jsonb(r) - 'settings',
    'attempt', jsonb_build_object('attempt', l.attempt, 'token', l.token),
    'lease_seconds', extract(epoch from p_lane.lease),
    'tool_settings', r.settings)
  from taken join running r on r.id = taken.job_id join leased l on l.job_id = taken.job_id
  order by taken.msg_id;
end
$$;
comment on function private.take(private.lanes, text, private.message[]) is
  'Leases to a worker the attempts that read messages point at, deletes those messages and returns the items of worker.claim. Leaves out what has ended, and what others have locked.';

create function worker.claim(p_lane text, p_worker text, p_qty integer default 1) returns setof jsonb
language plpgsql security definer rows 5 set search_path = '' as $$
declare
  v_lane private.lanes := private.pull_lane(p_lane);
  v_messages private.message[];
  v_items jsonb;
  v_left integer := p_qty;
begin
  if p_qty is null or p_qty not between 1 and 100 then
    perform private.refuse(422, 'invalid_input', 'A claim is for 1 to 100 jobs.', 'quantity');
  end if;
  if p_worker is null or length(p_worker) not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A worker has a name of 1 to 200 characters.', 'worker');
  end if;
  perform private.end_expired_leases(p_lane);
  perform private.dispatch(p_lane, p_poke => false);

  while v_left > 0 loop
    -- Those that cannot be taken just now come back in a few seconds.
    v_messages := private.read_messages(v_lane.queue_name, '5 seconds', v_left);
    exit when v_messages is null;
    select coalesce(jsonb_agg(i), '[]') into v_items from private.take(v_lane, p_worker, v_messages) i;
    return query select value from jsonb_array_elements(v_items);
    v_left := v_left - jsonb_array_length(v_items);
    perform private.archive_dead_messages(v_lane.queue_name, v_messages);
  end loop;
end
$$;
comment on function worker.claim(text, text, integer) is
  'Leases up to p_qty (1 to 100) jobs of a pull lane to a worker, in their order, and moves them to running. Ends expired leases and dispatches first. Returns for each {job: {id, user_id, tool, lane, input, metadata, created_at, deadline_at}, attempt: {attempt, token}, lease_seconds, tool_settings}. p_worker: its name, shown in the history. Errors: 404 lane_not_found, 409 lane_not_pull, 422 invalid_input.';
grant execute on function worker.claim(text, text, integer) to service_role;

-- While a worker works --------------------------------------------------------------------------------------------

create function worker.claimed(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claimed jsonb;
begin
  select jsonb_build_object('user_id', j.user_id, 'tool', j.tool, 'attempt', a.attempt, 'outcome', a.outcome, 'status', j.status)
  into v_claimed
  from public.jobs j join public.job_attempts a on a.job_id = j.id
  where j.id = p_job_id and a.token = p_token and a.leased_until is not null;
  if not found then
    perform private.refuse(409, 'stale_token', format('No claimed attempt of job %s has this token.', p_job_id));
  end if;
  return v_claimed;
end
$$;
comment on function worker.claimed(uuid, uuid) is
  'What a token was given for by a claim: {user_id, tool, attempt, outcome (null while it is open), status (the job''s)}. Error: 409 stale_token.';
grant execute on function worker.claimed(uuid, uuid) to service_role;

create function worker.heartbeat(p_job_id uuid, p_token uuid, p_progress smallint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_lease interval;
begin
  perform worker.claimed(p_job_id, p_token); -- refuses tokens that no claim has given
  v_job := private.lock_job(p_job_id, p_token);
  if p_progress is not null then perform worker.progress(p_job_id, p_token, p_progress); end if;
  select lease into v_lease from private.lanes where lane = v_job.lane;
  -- A lease that has run out is as good as new while nobody has ended it: the work is still this worker's.
  update public.job_attempts set leased_until = private.now() + v_lease
  where job_id = p_job_id and token = p_token and attempt = v_job.attempt and outcome is null and v_job.status = 'processing';
  return jsonb_build_object('continue', found, 'status', v_job.status, 'deadline_at', v_job.deadline_at,
    'lease_seconds', extract(epoch from v_lease));
end
$$;
comment on function worker.heartbeat(uuid, uuid, smallint) is
  'A worker is still at work: extends its lease by the lane''s, and shows its progress in percent if it says how far it is. Returns {continue, status, deadline_at, lease_seconds}; continue is false when the attempt is no longer current: stop, and see by the job''s status whether it was cancelled or another attempt is running. Errors: 409 stale_token, 422 invalid_progress.';
grant execute on function worker.heartbeat(uuid, uuid, smallint) to service_role;

create function private.ai_job_status(p_status public.job_status, p_step public.job_step, p_progress smallint) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_status = 'pending' or p_step = 'starting' then 'PENDING'
    when p_status = 'processing' and p_step = 'running' and coalesce(p_progress, 0) = 0 then 'STARTED'
    when p_status = 'processing' then 'PROCESSING'
    else upper(p_status::text)
  end
$$;
comment on function private.ai_job_status(public.job_status, public.job_step, smallint) is
  'A job''s status in the words of ai_jobs: PENDING (nobody is at work on it: waiting, or given a slot and not claimed), STARTED (somebody is), PROCESSING (and has made progress, or the provider is done), COMPLETED, FAILED, CANCELLED.';
-- A view with security_invoker evaluates it as whoever reads.
grant execute on function private.ai_job_status(public.job_status, public.job_step, smallint) to authenticated, service_role;

revoke execute on all functions in schema private, worker, ops from public;

-- What comes with Esteira -----------------------------------------------------------------------------------------

-- A lane for workers outside. It needs no key; its account only says how many jobs they run at once between them.
-- Tools are rows that an operator adds (docs/external-worker.md).
select private.create_lane('external', 'external', 'pull');
select ops.add_account('external', 'workers', null, 5);
