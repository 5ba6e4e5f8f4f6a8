-- Performance: fewer commits and bytes a job, and cost that does not grow.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

SET local check_function_bodies = off;

DROP TRIGGER "attempts_are_bounded" ON "public"."job_attempts";

DROP TRIGGER "changed_jobs_are_listed" ON "public"."jobs";

DROP TRIGGER "changed_jobs_are_shown" ON "public"."jobs";

DROP TRIGGER "jobs_broadcast_trigger" ON "public"."jobs";

DROP TRIGGER "keep_line" ON "public"."jobs";

DROP TRIGGER "keep_new_line" ON "public"."jobs";

DROP TRIGGER "lines_follow_jobs" ON "public"."jobs";

DROP TRIGGER "new_jobs_are_listed" ON "public"."jobs";

DROP TRIGGER "new_jobs_are_shown" ON "public"."jobs";

DROP TRIGGER "new_jobs_broadcast_trigger" ON "public"."jobs";

DROP FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval);

DROP FUNCTION "private"."advance_clocks"(text, private.start[]);

DROP FUNCTION "private"."bounded"(interval, interval);

DROP FUNCTION "private"."count_drift"();

DROP FUNCTION "private"."forget_payloads"(integer);

DROP FUNCTION "private"."is_committed"(public.jobs, public.job_attempts);

DROP FUNCTION "private"."money_drift"();

DROP FUNCTION "private"."place_job"(public.jobs, public.tools, private.lanes, bigint);

DROP FUNCTION "private"."task_drift"();

ALTER TABLE "private"."tickets"
  SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);

ALTER TABLE "private"."webhook_events"
  SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);

ALTER TABLE "public"."credit_accounts"
  SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);

ALTER TABLE "public"."job_attempts"
  SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);

ALTER TABLE "public"."jobs"
  SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);

ALTER TABLE "private"."retention"
  ADD COLUMN "jobs" interval;

CREATE TYPE "private"."begun" AS (
  "attempt" public.job_attempts,
  "msg_id"  bigint
);

CREATE TYPE "private"."placed" AS (
  "job"     public.jobs,
  "msg_id"  bigint,
  "attempt" public.job_attempts,
  "queue"   text
);

CREATE TYPE "private"."told" AS (
  "n"       integer,
  "job_id"  uuid,
  "user_id" uuid,
  "call"    text,
  "args"    jsonb,
  "way"     text
);

CREATE OR REPLACE FUNCTION ops.counts (
  p_since interval DEFAULT '01:00:00'::interval
)
  RETURNS TABLE (
    name  text,
    count bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return query
    select * from private.counts_but_letters(p_since) union all select 'dead letters', private.count_letters();
end
$function$;

CREATE OR REPLACE FUNCTION ops.credit_drift()
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return query
    select * from private.balance_drift(private.first_uuid(), private.last_uuid())
    union all select * from private.price_drift(private.first_uuid(), private.last_uuid())
    union all select * from private.task_drift(private.now() - interval '7 days', 'infinity');
end
$function$;

CREATE OR REPLACE FUNCTION ops.set_retention (
  p_tool         text,
  p_inputs       interval,
  p_outputs      interval,
  p_attempts     interval,
  p_events       interval,
  p_unused       interval DEFAULT NULL::interval,
  p_publications interval DEFAULT '365 days'::interval,
  p_jobs         interval DEFAULT NULL::interval
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if least(p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications) <= '0' then
    perform private.refuse(422, 'invalid_amount', 'A time is longer than nothing; null is for ever.', 'interval');
  end if;
  if p_tool is not null and p_unused is not null then
    perform private.refuse(422, 'invalid_amount', 'What is unused was for no tool: name none.', 'unused');
  end if;
  if p_jobs < '1 day' then
    perform private.refuse(422, 'invalid_amount', 'A job is kept for a day at the least.', 'jobs');
  end if;
  insert into private.retention (tool, inputs, outputs, attempts, events, unused, publications, jobs)
  values (p_tool, p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications, p_jobs)
  on conflict (tool) do update set inputs = excluded.inputs, outputs = excluded.outputs,
    attempts = excluded.attempts, events = excluded.events, unused = excluded.unused,
    publications = excluded.publications, jobs = excluded.jobs;
end
$function$;

ALTER FUNCTION ops_api.publication_analytics (p_days integer, p_zone text, p_filter jsonb)
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.accept_success (
  p_job         public.jobs,
  p_attempt     public.job_attempts,
  p_external_id text,
  p_at          timestamp with time zone
)
  RETURNS public.job_attempts
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Attempts are numbered from one, and the last one is the job's.
  if greatest(p_job.attempt, p_attempt.attempt) > 1 then
    perform private.supersede_others(p_job, p_attempt.token, p_at);
  end if;
  -- The task whose success is stored is the attempt's; what comes later changes that no more.
  p_attempt.external_id := case when p_attempt.word = 'succeeded' then coalesce(p_attempt.external_id, p_external_id)
    else coalesce(p_external_id, p_attempt.external_id) end;
  p_attempt.word := 'succeeded';
  p_attempt.word_at := coalesce(p_attempt.word_at, p_at);
  -- Others that it may have made keep its slot until they are over.
  if not private.may_live(p_attempt) or private.is_publication(p_job) then
    -- One that was superseded, and succeeds first after all, has a row in the outbox.
    if not exists (select from private.cancels where token = p_attempt.token)
       or not worker.task_over(p_attempt.token, 'succeeded') then
      perform private.free_slot(p_attempt.slot_id, p_attempt.token);
    end if;
  elsif exists (
    select from private.slots where slot_id = p_attempt.slot_id and token = p_attempt.token) then
    perform private.leave_cancel(p_job, p_attempt, 'produced', p_at);
  end if;
  return p_attempt;
end
$function$;

CREATE OR REPLACE FUNCTION private.active_jobs (
  p_lane    text,
  p_user_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.active_seen(p_lane, p_user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.active_key (
  p_lane    text,
  p_user_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return hashtextextended('esteira.active:' || p_lane || ':' || p_user_id, 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.active_seen (
  p_lane    text,
  p_user_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing')
    + (select count(*) from private.cancels c
       where c.user_id = p_user_id and c.lane = p_lane and c.over_at is null and c.reason <> 'produced');
end
$function$;

CREATE OR REPLACE FUNCTION private.advance_clock (
  p_lane     text,
  p_priority smallint,
  p_ticket   bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- A lost advance makes the order a shade older; waiting for it would make the clock a queue of its own. That goes for
  -- making the row as well: "on conflict do nothing" waits for whoever is just changing the row that is there.
  update private.clocks set virtual_time = p_ticket
  where lane = p_lane and priority = (
    select priority from private.clocks where lane = p_lane and priority = p_priority and virtual_time < p_ticket
    for update skip locked);
  if found then return; end if;
  insert into private.clocks (lane, priority, virtual_time) select p_lane, p_priority, p_ticket
  where not exists (select from private.clocks where lane = p_lane and priority = p_priority)
    and pg_try_advisory_xact_lock(hashtextextended('esteira.clock:' || p_lane || ':' || p_priority, 0))
  on conflict do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.balance_drift (
  p_from uuid,
  p_to   uuid
)
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from (
    select c.user_id, c.balance from public.credit_accounts c where c.user_id > p_from and c.user_id <= p_to
    union all -- the ledger of who is gone is proved as well
    select t.tombstone_id, t.balance from private.tombstones t where t.tombstone_id > p_from and t.tombstone_id <= p_to
  ) a
  full join (
    select s.user_id, sum(s.amount) as total from public.credit_entries s
    where s.user_id > p_from and s.user_id <= p_to group by s.user_id
  ) e on e.user_id = a.user_id
  where coalesce(a.balance, 0) <> coalesce(e.total, 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.bare_item (
  p_job     public.jobs,
  p_attempt public.job_attempts
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object(
    'job', jsonb_build_object('id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
      'input', p_job.input, 'metadata', p_job.metadata,
      'created_at', p_job.created_at, 'deadline_at', p_job.deadline_at, 'effect', p_job.effect,
      'model_id', case when p_job.effect = 'model' then (
        select id from public.ai_models where "trainingJobId" = p_job.id) end),
    'attempt', jsonb_build_object('attempt', p_attempt.attempt, 'dispatch', p_attempt.dispatch,
      'token', p_attempt.token, 'phase', p_attempt.phase, 'external_id', p_attempt.external_id,
      'checkpoint', p_attempt.checkpoint, 'started_at', p_attempt.started_at, 'submits', p_attempt.submits,
      'submit_until', p_attempt.submit_until, 'resubmit', p_attempt.resubmit, 'nones', p_attempt.nones,
      'word', p_attempt.word, 'outputs', p_attempt.outputs, 'data', p_attempt.data),
    'handed', case when p_attempt.phase in ('dispatched', 'preparing', 'submitting')
      then private.handed_of(p_job.id) end);
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_attempts (
  p_lane   private.lanes,
  p_starts private.start[],
  p_at     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  with begun as (
    insert into public.job_attempts as a (job_id, attempt, dispatch, user_id, account_id, slot_id, started_at)
    select job_id, attempt, dispatch, user_id, account_id, slot_id, p_at from unnest(p_starts)
    -- One that came to no task is begun again, as new, and with a new token.
    on conflict (job_id, attempt) do update set
      dispatch = excluded.dispatch, token = excluded.token, account_id = excluded.account_id,
      slot_id = excluded.slot_id, started_at = excluded.started_at, phase = 'dispatched', outcome = null,
      finished_at = null, submits = 0, external_id = null, submit_until = null, submitted_first_at = null,
      submitted_at = null, never_existed = false, nones = 0, none_at = null, polled_at = null, question_id = null,
      error_code = null, error_message = null, checkpoint = '{}', worker = null, leased_until = null
    returning a.job_id, a.token
  )
  update private.slots s set job_id = t.job_id, token = b.token
  from unnest(p_starts) t join begun b on b.job_id = t.job_id where s.slot_id = t.slot_id;
  perform private.send_messages(p_lane.queue_name, array(
    select jsonb_build_object('job_id', job_id, 'attempt', attempt, 'dispatch', dispatch) from unnest(p_starts)));
  perform private.advance_clock(p_lane.lane, s.priority, max(s.ticket)) from unnest(p_starts) s
  group by s.priority order by s.priority;
  if p_lane.rate_limit is not null then
    insert into private.starts (lane, started_at) select p_lane.lane, p_at from unnest(p_starts);
  end if;
  perform private.announce_lane(p_lane.lane);
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_first_attempt (
  p_lane       private.lanes,
  p_job        public.jobs,
  p_slot_id    bigint,
  p_account_id integer,
  p_phase      public.attempt_phase,
  p_is_leased  boolean
)
  RETURNS private.begun
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_begun private.begun;
  v_message jsonb := jsonb_build_object('job_id', p_job.id, 'attempt', 1, 'dispatch', 1);
begin
  with begun as (
    insert into public.job_attempts as a (job_id, attempt, user_id, account_id, slot_id, phase, started_at)
    values (p_job.id, 1, p_job.user_id, p_account_id, p_slot_id, p_phase, p_job.started_at) returning a
  ), held as (
    update private.slots s set job_id = p_job.id, token = (begun.a).token from begun where s.slot_id = p_slot_id
  )
  select begun.a into v_begun.attempt from begun;
  if p_is_leased then
    v_begun.msg_id := private.send_leased(p_lane.queue_name, p_lane.lease, v_message);
  else
    perform private.send_messages(p_lane.queue_name, array[v_message]);
  end if;
  perform private.advance_clock(p_lane.lane, p_job.priority, p_job.ticket);
  perform private.announce_lane(p_lane.lane);
  return v_begun;
end
$function$;

CREATE OR REPLACE FUNCTION private.bounded (
  p_wait    interval,
  p_longest interval
)
  RETURNS interval
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case when p_wait is not null then least(greatest(p_wait, interval '0'), p_longest) end;
end
$function$;

CREATE OR REPLACE FUNCTION private.broadcast_jobs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  -- No nested loop: the plan is kept from a session's first change, mostly of one job, and is to do for a thousand.
  v_jobs refcursor;
  v_job record; -- not as public.jobs: each column costs, and what is large in it would be read, and is not shown
  v_hints private.hint[] := '{}';
begin
  -- Asked here: a trigger's condition is parsed anew by every statement.
  if current_setting('esteira.broadcast', true) = 'together' then return null; end if;
  if tg_op = 'INSERT' then
    open v_jobs for
      select n.id, n.user_id, n.tool, n.lane, n.status, n.current_step, n.failed_at_step, n.error_code, n.error_message,
        n.output_url, n.output, n.progress, n.progress_is_estimate, n.request_id, n.step_history, n.metadata,
        n.idempotency_key, n.run_at, n.version, n.refund, n.refundable, n.created_at, n.completed_at, n.updated_at,
        null::public.job_status as old_status, null::public.job_step as old_step, null::integer as old_version,
        0 as old_steps from new_jobs n;
  else
    open v_jobs for
      select n.id, n.user_id, n.tool, n.lane, n.status, n.current_step, n.failed_at_step, n.error_code, n.error_message,
        n.output_url, n.output, n.progress, n.progress_is_estimate, n.request_id, n.step_history, n.metadata,
        n.idempotency_key, n.run_at, n.version, n.refund, n.refundable, n.created_at, n.completed_at, n.updated_at,
        o.status as old_status, o.current_step as old_step, o.version as old_version,
        jsonb_array_length(o.step_history) as old_steps
      from new_jobs n join old_jobs o on o.id = n.id where n.version > o.version;
  end if;
  loop
    fetch v_jobs into v_job;
    exit when not found;
    v_hints := v_hints || (gen_random_uuid(), 'jobs:' || v_job.user_id, tg_op, jsonb_build_object(
      'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
      -- No input, output or raw payload: a hint is small.
      'new', jsonb_build_object('id', v_job.id, 'user_id', v_job.user_id, 'tool', v_job.tool,
        'lane', v_job.lane, 'status', v_job.status,
        'current_step', v_job.current_step, 'failed_at_step', v_job.failed_at_step, 'error_code', v_job.error_code,
        'error_message', v_job.error_message, 'output_url', v_job.output_url,
        'output_paths', case when v_job.status = 'completed' then
          jsonb_path_query_array(v_job.output, '$.files[0 to 19].path', silent => true) end,
        'progress', v_job.progress, 'progress_is_estimate', v_job.progress_is_estimate,
        'request_id', v_job.request_id,
        'model_id', jsonb_path_query_array(v_job.step_history, '$[*].model') ->> -1, -- as in fal_jobs
        'metadata', case when octet_length(v_job.metadata::text) <= 1024 then v_job.metadata end,
        'idempotency_key', v_job.idempotency_key, 'run_at', v_job.run_at, 'version', v_job.version,
        'refund', v_job.refund, 'refundable', v_job.refundable,
        'created_at', v_job.created_at, 'completed_at', v_job.completed_at, 'updated_at', v_job.updated_at),
      'old', case when tg_op = 'UPDATE' then jsonb_build_object('id', v_job.id, 'status', v_job.old_status,
        'current_step', v_job.old_step, 'version', v_job.old_version) end,
      -- What this change added to the history.
      'steps', case v_job.old_steps when 0 then v_job.step_history else jsonb_path_query_array(v_job.step_history,
        '$[$from to last]', jsonb_build_object('from', v_job.old_steps), silent => true) end,
      '_debug', jsonb_build_object(
        'triggeredAt', v_job.updated_at, 'triggerName', tg_name, 'broadcastSuccess', true)),
      v_job.id)::private.hint;
  end loop;
  close v_jobs;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.broadcast_triggers()
  RETURNS SETOF private.broadcast_part
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select name, tab, 'private.' || fn, null, format(
    'create or replace trigger %I %s on %s %s execute function private.%I()', name, moment, tab, scope, fn)
  from (values
    ('new_jobs_broadcast_trigger', 'public.jobs', 'broadcast_jobs', 'after insert',
      'referencing new table as new_jobs for each statement'),
    ('jobs_broadcast_trigger', 'public.jobs', 'broadcast_jobs', 'after update',
      'referencing old table as old_jobs new table as new_jobs for each statement'),
    ('projects_broadcast_trigger', 'public.projects', 'broadcast_project', 'after insert or update or delete',
      'for each row when (current_setting(''esteira.project'', true) is distinct from ''told'')'),
    ('new_models_broadcast_trigger', 'public.ai_models', 'broadcast_models', 'after insert',
      'referencing new table as new_models for each statement'),
    ('ai_models_broadcast_trigger', 'public.ai_models', 'broadcast_models', 'after update',
      'referencing old table as old_models new table as new_models for each statement'),
    ('gone_models_broadcast_trigger', 'public.ai_models', 'broadcast_models', 'after delete',
      'referencing old table as old_models for each statement'),
    ('new_connections_broadcast_trigger', 'public.connections', 'broadcast_connections', 'after insert',
      'referencing new table as new_connections for each statement'),
    ('connections_broadcast_trigger', 'public.connections', 'broadcast_connections', 'after update',
      'referencing old table as old_connections new table as new_connections for each statement'),
    ('new_alerts_broadcast_trigger', 'ops.alerts', 'broadcast_alerts', 'after insert',
      'referencing new table as new_alerts for each statement'),
    ('alerts_broadcast_trigger', 'ops.alerts', 'broadcast_alerts', 'after update',
      'referencing old table as old_alerts new table as new_alerts for each statement'),
    ('new_runs_broadcast_trigger', 'private.bulk_runs', 'broadcast_runs', 'after insert',
      'referencing new table as new_runs for each statement'),
    ('runs_broadcast_trigger', 'private.bulk_runs', 'broadcast_runs', 'after update',
      'referencing new table as new_runs for each statement'),
    ('audit_broadcast_trigger', 'private.audit', 'broadcast_audit', 'after insert',
      'referencing new table as new_acts for each statement')
  ) triggers (name, tab, fn, moment, scope)
$function$;

ALTER FUNCTION private.calendar_days (p_from date, p_to date, p_zone text, p_placed private.placed_publication[], p_role text)
  SET enable_seqscan TO 'off'
  SET enable_hashjoin TO 'off'
  SET enable_mergejoin TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.charge (
  p_user_id uuid,
  p_job_ids uuid[],
  p_prices  integer[]
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_total bigint := case when cardinality(p_prices) > 1
    then (select sum(price) from unnest(p_prices) price where price <> 0) else nullif(p_prices[1], 0) end;
  v_balance bigint;
begin
  if v_total is null then
    return coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0);
  end if;
  update public.credit_accounts set balance = balance - v_total, updated_at = private.now()
  where user_id = p_user_id and balance >= v_total
  returning balance into v_balance;
  if not found then perform private.refuse_price(p_user_id, v_total); end if;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, created_at)
  select p_user_id, id, 'charge', -price, v_balance + v_total - sum(price) over (order by n), private.now()
  from unnest(p_job_ids, p_prices) with ordinality jobs (id, price, n)
  where price <> 0 order by n;
  return v_balance;
end
$function$;

CREATE OR REPLACE FUNCTION private.clean_up (
  p_keep interval DEFAULT '30 days'::interval
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_before timestamptz := private.now() - p_keep;
  v_archived integer;
begin
  v_archived := coalesce(private.guarded('esteira-cleanup',
      format('private.forget_archived(''settle_queue'', %L)', v_before))::integer, 0) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  -- One that fails keeps the others neither from being done nor from having been done.
  perform private.guarded('esteira-cleanup', call) from (values
    ('private.forget_publications()'),
    (format('private.forget_group_media(%L)', private.now() - interval '1 day')),
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'), ('private.forget_connections()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''private.webhook_refusals'', ''last_at'', %L)', v_before)),
    (format('private.forget_older(''private.verdicts'', ''until'', %L)', v_before)),
    (format('private.forget_older(''private.bulk_runs'', ''ended_at'', %L, 100)', v_before)),
    ('private.forget_audit()'),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived);
end
$function$;

CREATE OR REPLACE FUNCTION private.connection_hold (
  p_connection_id uuid,
  p_at            timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.hold_seen(p_connection_id, p_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_balance_drift (
  p_qty integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('balances'), '')::uuid, private.first_uuid());
  v_users uuid[] := array(
    select user_id from public.credit_accounts where user_id > v_from order by user_id limit p_qty);
  v_is_end boolean := cardinality(v_users) < p_qty;
  v_to uuid := case when v_is_end then private.last_uuid() else v_users[p_qty] end;
begin
  return private.count_found('balances', (select count(*)::integer from private.balance_drift(v_from, v_to)),
    v_to::text, v_is_end);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_drift (
  p_users integer DEFAULT 200,
  p_jobs  integer DEFAULT 2000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return least(1000, private.count_balance_drift(p_users) + private.count_price_drift(p_jobs)
    + private.count_task_drift(p_jobs));
end
$function$;

CREATE OR REPLACE FUNCTION private.count_found (
  p_sweep  text,
  p_found  integer,
  p_seen   text,
  p_is_end boolean
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_so_far integer := coalesce(nullif(private.sweep_position(p_sweep || ' so far'), '')::integer, 0) + p_found;
  v_last integer := coalesce(nullif(private.sweep_position(p_sweep || ' last'), '')::integer, 0);
begin
  perform private.go_on(p_sweep, p_seen, p_is_end);
  if p_is_end then
    perform private.go_on(p_sweep || ' last', v_so_far::text, false);
    perform private.go_on(p_sweep || ' so far', null, true);
    return v_so_far;
  end if;
  perform private.go_on(p_sweep || ' so far', v_so_far::text, false);
  return greatest(v_so_far, v_last);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_letters()
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select count(*) from (select from ops.dead_letters limit 1000) d); -- more than that is no news
end
$function$;

CREATE OR REPLACE FUNCTION private.count_price_drift (
  p_qty integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('prices'), '')::uuid, private.first_uuid());
  v_jobs uuid[] := array(select id from public.jobs where id > v_from order by id limit p_qty);
  v_is_end boolean := cardinality(v_jobs) < p_qty;
  v_to uuid := case when v_is_end then private.last_uuid() else v_jobs[p_qty] end;
begin
  return private.count_found('prices', (select count(*)::integer from private.price_drift(v_from, v_to)), v_to::text,
    v_is_end);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_task_drift (
  p_qty integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_from timestamptz := greatest(private.sweep_time('tasks'), v_now - interval '7 days');
  v_ends timestamptz[] := array(
    select finished_at from public.job_attempts where finished_at > v_from order by finished_at limit p_qty);
  v_is_end boolean := cardinality(v_ends) < p_qty;
  v_to timestamptz := case when v_is_end then 'infinity' else v_ends[p_qty] end;
begin
  return private.count_found('tasks', (select count(*)::integer from private.task_drift(v_from, v_to)), v_to::text,
    v_is_end);
end
$function$;

CREATE OR REPLACE FUNCTION private.counts_but_letters (
  p_since interval
)
  RETURNS TABLE (
    name  text,
    count bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET max_parallel_workers_per_gather TO '0'
  SET jit TO 'off'
  AS $function$
-- Planned once: of many attempts a plan for the moment seems worth making each time, and takes longer than it runs.
declare
  v_now timestamptz := private.now();
  v_since timestamptz := v_now - p_since;
begin
  -- What is of the future is of a clock that was set back, and not of late.
  return query
    select 'attempts ' || a.outcome, count(*) from public.job_attempts a
    where a.finished_at > v_since and a.finished_at <= v_now group by a.outcome
    union all
    select 'webhooks ' || e.verdict, count(*) from private.webhook_events e
    where e.received_at > v_since and e.received_at <= v_now group by e.verdict
    union all
    select r.schedule || ' ' || r.repair, sum(r.count)::bigint from private.repairs r
    where r.repaired_at > v_since and r.repaired_at <= v_now group by r.schedule, r.repair
    union all
    select 'schedules failed', count(*) from cron.job_run_details d
    where d.status = 'failed' and d.end_time > v_since and d.end_time <= v_now
    union all
    select 'parts failing', count(*) from private.faults x where x.last_at > v_since and x.last_at <= v_now
    union all
    select 'jobs quarantined', count(distinct q.job_id) from private.quarantine q
    union all
    select 'effects ' || e.outcome, count(*) from public.job_effects e
    where e.updated_at > v_since and e.updated_at <= v_now group by e.outcome
    union all
    select 'broadcasts ' || b.fate, b.count from (
      select sum(f.heard)::bigint as failed, sum(f.count - f.heard)::bigint as unheard from private.broadcast_failures f
      where f.failed_at > v_since and f.failed_at <= v_now) f,
    lateral (values ('failed', f.failed), ('unheard', f.unheard)) b (fate, count)
    where b.count > 0
    union all
    select 'screens in a thousand that miss changes', s.count from private.screens_that_miss(v_since) s(count)
    where s.count is not null
    union all
    select 'accounts paused', count(*) from private.accounts a
    where a.paused_until > (select private.now()) and a.retired_at is null
    union all
    select 'circuits open', count(*) from private.lanes l where l.circuit_opened_at is not null
    union all
    select 'tasks winding down', count(*) from private.cancels c where c.over_at is null
    union all
    select 'tasks ended ' || c.how, count(*) from private.cancels c where c.over_at > v_since and c.over_at <= v_now
    group by c.how
    union all
    select 'refunds due', count(*) from private.cancels c join public.jobs j on j.id = c.job_id
    where c.over_at is null and j.refund = 'due'
    union all
    select 'files to be deleted', count(*) from private.doomed_files f where f.due_at <= (select private.now())
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > (select private.now())
    union all
    select p.name, p.count from private.counts_of_publishing(v_since, v_now) p;
end
$function$;

CREATE OR REPLACE FUNCTION private.deadline_findings (
  p_job  public.jobs,
  p_lane private.lanes,
  p_at   timestamp with time zone
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_grace interval := private.grace_seen(p_job);
begin
  if p_job.deadline_at is null then return; end if;
  if p_lane.circuit_opened_at is not null then
    return next private.not_so('deadline_in', 'Its deadline does not pass while the provider is down.',
      jsonb_build_object('deadline_at', p_job.deadline_at));
  elsif p_job.deadline_at > p_at then
    return next private.finding('deadline_in', format('If nothing comes of it, it fails in %s.',
        private.said(p_job.deadline_at - p_at)),
      jsonb_build_object('deadline_at', p_job.deadline_at), p_expected_at => p_job.deadline_at);
  else
    return next private.finding('deadline_in',
      format('Its deadline has passed %s ago: the provider is asked a last time, then it fails.',
        private.said(p_at - p_job.deadline_at)),
      jsonb_build_object('deadline_at', p_job.deadline_at, 'given_up_at', p_job.deadline_at + v_grace),
      p_since => p_job.deadline_at, p_level => 'warn',
      p_expected_at => case when p_job.deadline_at + v_grace > p_at then p_job.deadline_at + v_grace end);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.dispatch (
  p_lane text,
  p_poke boolean DEFAULT true
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET enable_sort TO 'off'
  SET jit TO 'off'
  AS $function$
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
$function$;

ALTER FUNCTION private.ended_publications (p_since timestamp with time zone, p_zone text, p_filter private.publication_filter)
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_seqscan TO 'off'
  SET enable_hashjoin TO 'off'
  SET enable_mergejoin TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.failures_in_a_thousand (p_since timestamp with time zone, p_now timestamp with time zone)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET max_parallel_workers_per_gather TO '0'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.findings_of_limits (
  p_wait private.wait
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_lane private.lanes := p_wait.lane;
  v_job public.jobs := p_wait.job;
  v_active bigint;
  v_frees timestamptz;
begin
  if v_lane.max_active_per_user is not null then
    v_active := private.active_seen(v_lane.lane, v_job.user_id);
    if v_active >= v_lane.max_active_per_user then
      return next private.finding('user_limit', format('Its user has %s jobs going in lane %s, and may have %s.',
          v_active, v_lane.lane, v_lane.max_active_per_user),
        jsonb_build_object('active', v_active, 'limit', v_lane.max_active_per_user),
        p_since => v_job.queued_at, p_subject => v_lane.lane,
        p_expected_at => p_wait.at + (private.own_line(p_wait, v_lane.max_active_per_user)).p50);
    else
      return next private.not_so('user_limit', format('Its user has %s jobs going in lane %s, and may have %s.',
        v_active, v_lane.lane, v_lane.max_active_per_user), p_subject => v_lane.lane);
    end if;
  end if;
  if v_lane.rate_limit is not null and (p_wait.now).free > 0 then
    v_frees := private.rate_frees(v_lane, private.jobs_before(v_job, (p_wait.now).free) + 1, p_wait.at);
    if v_frees > p_wait.at then
      return next private.finding('rate_limited_until', format('Lane %s may start %s jobs in %s, and has.', v_lane.lane,
          v_lane.rate_limit, v_lane.rate_window),
        jsonb_build_object('rate_limit', v_lane.rate_limit, 'rate_window', v_lane.rate_window, 'until', v_frees),
        p_since => v_job.queued_at, p_expected_at => v_frees, p_subject => v_lane.lane);
    else
      return next private.not_so('rate_limited_until', format('The rate of lane %s is not used up.', v_lane.lane),
        p_subject => v_lane.lane);
    end if;
  end if;
end
$function$;

ALTER FUNCTION private.first_due (p_lane text)
  SET enable_sort TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.first_id_at (
  p_at timestamp with time zone
)
  RETURNS uuid
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$function$;

CREATE OR REPLACE FUNCTION private.first_steps (
  p_at        timestamp with time zone,
  p_cost      integer,
  p_balance   bigint,
  p_available bigint,
  p_running   bigint,
  p_position  bigint,
  p_run_at    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_when text := format('"timestamp": "%s"', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
begin
  -- What private.step makes of each, read as one text, in half the time: a batch has a thousand of these.
  return format('[{"step": "insert", %1$s}, {"step": "credits", %1$s, "cost": %2$s, "newBalance": %3$s},
    {"step": "queue_check", %1$s%4$s}, {"step": "queued", %1$s, "position": %5$s%6$s}]',
    v_when, p_cost, p_balance,
    -- A lane without slots has none to count.
    ', "slotsAvailable": ' || p_available || ', "globalRunning": ' || p_running, p_position,
    ', "run_at": ' || to_json(p_run_at)::text)::jsonb;
end
$function$;

CREATE OR REPLACE FUNCTION private.first_uuid()
  RETURNS uuid
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select '00000000-0000-0000-0000-000000000000'::uuid
$function$;

CREATE OR REPLACE FUNCTION private.follow_job()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_line text := case when new.status >= 'completed' then 'done' when new.status = 'processing' then 'front'
    when new.run_at is null then 'front' when new.run_at >= new.expires_at then 'held' else 'scheduled' end;
  v_was text;
  v_connection_id uuid;
begin
  if (old.status, old.run_at) is not distinct from (new.status, new.run_at) then return null; end if;
  select line, connection_id into v_was, v_connection_id from public.publications where job_id = new.id;
  if v_was is null or v_was = v_line then return null; end if;
  update public.publications set line = v_line, hold = null, wants_slot = false where job_id = new.id;
  -- Somebody has left the front, or come to wait for it.
  if v_was = 'front' or v_line = 'held' then perform private.connection_freed(v_connection_id); end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_answers (
  p_keep interval,
  p_qty  integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_sweep text := 'answers ' || p_keep;
  v_from timestamptz := private.sweep_time(v_sweep);
  v_end timestamptz := private.now() - p_keep;
  v_to timestamptz;
  v_due integer;
  v_done integer;
begin
  select max(finished_at) into v_to from (
    select finished_at from public.job_attempts
    where finished_at > v_from and finished_at < v_end order by finished_at limit p_qty) next;
  if v_to is null then return null; end if;
  with times as materialized (
    select t.tool from public.tools t where (private.retention_of(t.tool)).attempts = p_keep
  ), due as materialized (
    select a.job_id, a.attempt from public.job_attempts a join public.jobs j on j.id = a.job_id
    join times on times.tool = j.tool
    where a.finished_at > v_from and a.finished_at <= v_to
      and (a.raw_api_response is not null or a.raw_webhook_payload is not null or a.outputs is not null
        or a.data is not null or a.checkpoint <> '{}')
  ), locked as materialized (
    select a.job_id, a.attempt from public.job_attempts a join due using (job_id, attempt) for update of a skip locked
  ), done as (
    update public.job_attempts a set raw_api_response = null, raw_webhook_payload = null, outputs = null, data = null,
      checkpoint = '{}'
    from locked where a.job_id = locked.job_id and a.attempt = locked.attempt returning 1
  )
  select (select count(*) from due), (select count(*) from done) into v_due, v_done;
  if v_done = v_due then perform private.go_on(v_sweep, v_to::text, false); end if;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_events (
  p_keep interval,
  p_qty  integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_sweep text := 'events ' || p_keep;
  v_now timestamptz := private.now();
  v_from timestamptz := private.sweep_time(v_sweep);
  v_to timestamptz;
  v_late record;
begin
  -- All that came in the same moment as the last of them is one piece.
  select max(received_at) into v_to from (
    select received_at from private.webhook_events
    where received_at > v_from and received_at < v_now - p_keep order by received_at limit p_qty) next;
  if v_to is null then return null; end if;
  with times as materialized (
    select t.tool from public.tools t where (private.retention_of(t.tool)).events = p_keep
  ), over as materialized (
    select e.event_id from private.webhook_events e left join public.jobs j on j.id = e.job_id
    where e.received_at > v_from and e.received_at <= v_to
      and case when j.id is null then p_keep = interval '30 days' else j.tool in (select tool from times) end
    for update of e skip locked -- whoever has one is deleting it
  ), gone as (
    delete from private.webhook_events e using over where e.event_id = over.event_id
    returning e.job_id, e.attempt, e.verdict
  )
  select count(*)::integer as count, array_agg(g.job_id) filter (where g.verdict = 'late') as jobs into v_late
  from gone g;
  -- What came after an attempt's payloads were forgotten is kept in it as well.
  update public.job_attempts a set raw_webhook_payload = null
  from public.jobs j
  where a.job_id = any (v_late.jobs) and j.id = a.job_id and a.raw_webhook_payload is not null
    and a.finished_at < v_now - (private.retention_of(j.tool)).attempts;
  perform private.go_on(v_sweep, v_to::text, false);
  return v_late.count;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_jobs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_is_old boolean := coalesce(current_setting('esteira.deletes', true) = 'what is old', false);
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew. What
  -- has had its time is on no screen that is looked at.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone where not v_is_old limit 1000) g;
  update public.jobs set retried_from = null where retried_from in (select id from gone);
  delete from private.webhook_events where job_id in (select id from gone);
  delete from private.webhook_refusals where job_id in (select id from gone);
  delete from private.verdicts where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  -- Nobody is at work on what has had its time: there is what it lists, or nothing.
  where case when v_is_old then g.output_bytes > 0 and delay = '0' else g.started_at is not null end;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_old_jobs (
  p_within interval DEFAULT '00:00:00.04'::interval,
  p_qty    integer  DEFAULT 1000,
  p_each   integer  DEFAULT 25
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_stop timestamptz := clock_timestamp() + p_within;
  v_keep interval := (select min((private.retention_of(t.tool)).jobs) from public.tools t);
  v_from uuid := coalesce(nullif(private.sweep_position('old jobs'), ''), '00000000-0000-0000-0000-000000000000');
  v_ids uuid[];
  v_over uuid[];
  v_last uuid;
  v_count integer := 0;
begin
  if v_keep is null then return 0; end if;
  v_ids := array(select id from public.jobs
    where id > v_from and id < private.first_id_at(private.now() - v_keep) order by id limit p_qty);
  perform set_config('esteira.deletes', 'what is old', true);
  for i in 1..cardinality(v_ids) by p_each loop
    exit when i > 1 and clock_timestamp() >= v_stop;
    v_over := private.jobs_over(v_ids[i:i + p_each - 1]);
    delete from public.jobs where id = any (v_over);
    v_last := v_ids[least(i + p_each - 1, cardinality(v_ids))];
    v_count := v_count + cardinality(v_over);
  end loop;
  perform set_config('esteira.deletes', '', true);
  perform private.go_on('old jobs', v_last::text, v_last is null
    or (cardinality(v_ids) < p_qty and v_last = v_ids[cardinality(v_ids)]));
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_payloads (
  p_within interval DEFAULT '00:00:00.02'::interval,
  p_qty    integer  DEFAULT 200
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_begun timestamptz := clock_timestamp();
  v_keep interval;
  v_count integer;
  v_events integer := 0;
  v_answers integer := 0;
begin
  for v_keep in select distinct (private.retention_of(t.tool)).events from public.tools t union select '30 days' loop
    while v_keep is not null and (v_count is null or clock_timestamp() < v_begun + p_within) loop
      v_count := private.forget_events(v_keep, p_qty);
      exit when v_count is null;
      v_events := v_events + v_count;
    end loop;
  end loop;
  v_count := null;
  v_begun := clock_timestamp();
  for v_keep in select distinct (private.retention_of(t.tool)).attempts from public.tools t loop
    while v_keep is not null and (v_count is null or clock_timestamp() < v_begun + p_within) loop
      v_count := private.forget_answers(v_keep, p_qty);
      exit when v_count is null;
      v_answers := v_answers + v_count;
    end loop;
  end loop;
  return jsonb_build_object('webhook_events', v_events, 'payloads', v_answers);
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_positions()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from private.sweeps where name like 'events %' or name like 'answers %';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.grace_of (
  p_job public.jobs
)
  RETURNS interval
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.grace_seen(p_job);
end
$function$;

CREATE OR REPLACE FUNCTION private.grace_seen (
  p_job public.jobs
)
  RETURNS interval
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case when private.is_publication(p_job) and exists (
      select from public.job_attempts a where a.job_id = p_job.id and a.attempt = p_job.attempt and a.submits = 0)
    then interval '0' else interval '5 minutes' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_job()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_same public.jobs;
begin
  -- When its time will be over is for the reaper: a change of that alone is no version, and nobody is told of it.
  if new.deadline_at is distinct from old.deadline_at and new.current_step = old.current_step then
    v_same := new;
    v_same.deadline_at := old.deadline_at;
    if v_same = old then return new; end if;
  end if;
  if old.status in ('completed', 'failed', 'cancelled') and new.status is distinct from old.status then
    raise exception 'job % is % and stays so', old.id, old.status using errcode = 'check_violation';
  end if;
  if new.user_id <> old.user_id then
    raise exception 'job % stays its user''s', old.id using errcode = 'check_violation',
      constraint = 'a_job_stays_its_users';
  end if;
  if new.step_history is distinct from old.step_history and not private.extends(new.step_history, old.step_history) then
    raise exception 'the history of job % is only appended to', old.id using errcode = 'check_violation';
  end if;
  -- What others say of it may be of any length, and is shown and indexed.
  if char_length(new.error_message) > 2000 then new.error_message := private.cut(new.error_message); end if;
  if char_length(new.error_code) > 200 then new.error_code := private.cut(new.error_code, 200); end if;
  if char_length(new.request_id) > 500 then new.request_id := left(new.request_id, 500); end if;
  -- A clock that was set back ends nothing before it began.
  if new.completed_at < new.created_at then new.completed_at := new.created_at; end if;
  -- Whoever takes the progress back, or brings it to its end, need not know that it was a guess.
  new.progress_is_estimate := new.progress_is_estimate and coalesce(new.progress < 100, false);
  new.version := old.version + 1;
  new.updated_at := private.now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.hear_word (
  p_job         public.jobs,
  p_attempt     public.job_attempts,
  p_external_id text,
  p_word        text,
  p_payload     jsonb,
  p_at          timestamp with time zone
)
  RETURNS public.job_attempts
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_is_first boolean := p_word is not null and p_attempt.word is distinct from 'succeeded'
    and p_attempt.word is distinct from p_word;
begin
  update public.job_attempts set raw_webhook_payload = p_payload,
    -- The task whose success is stored is the attempt's.
    external_id = case when v_is_first and p_word = 'succeeded' then coalesce(p_external_id, external_id)
      else coalesce(external_id, p_external_id) end,
    checkpoint = case when v_is_first and p_word = 'succeeded'
      then checkpoint || private.other_name(p_external_id, external_id) else checkpoint end,
    word = case when v_is_first then p_word else word end, word_at = case when v_is_first then p_at else word_at end,
    phase = case when outcome is null and phase <> 'produced' then 'settling' else phase end,
    never_existed = never_existed and p_word is null -- a refusal stands until the last word is another
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt
  returning * into p_attempt;
  -- Its only submit was refused, and it was given back; it has had a task all the same, so its number is taken.
  if p_job.attempt < p_attempt.attempt and p_word is not null then
    update public.jobs set attempt = p_attempt.attempt where id = p_job.id;
  end if;
  -- The provider is done with it, so its slot is free for the next, whatever settling still takes.
  if p_attempt.word is not null and not private.may_live(p_attempt)
     and private.free_slot(p_attempt.slot_id, p_attempt.token) then
    perform private.dispatch(p_job.lane, p_poke => false);
  end if;
  return p_attempt;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_seen (
  p_connection_id uuid,
  p_at            timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select case
      when c.state in ('revoked', 'reconnect_needed') then c.state
      when c.held_until > p_at then case c.state_code when 'posting_limit' then 'posting_limit' else 'limited' end
      when p.paused_until > p_at and p.probe_id is distinct from c.id then 'platform_paused'
    end
    from public.connections c join private.platforms p using (platform) where c.id = p_connection_id);
end
$function$;

ALTER FUNCTION private.insert_wishes (p_user_id uuid, p_wishes private.wish[], p_uploads jsonb[], p_balance bigint, p_at timestamp with time zone, p_by_user boolean)
  SET enable_sort TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.install_schedules()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      ('esteira-tick', '10 seconds'),
      ('esteira-effects', '10 seconds'),
      ('esteira-progress', '11 seconds'),
      ('esteira-connections', '13 seconds'),
      ('esteira-acts', '7 seconds'),
      -- No divisor in common, so that they hardly ever fall together (see the head of this room).
      ('esteira-ask', '59 seconds'),
      ('esteira-leases', '53 seconds'),
      ('esteira-overdue', '47 seconds'),
      ('esteira-expire', '43 seconds'),
      ('esteira-copies', '41 seconds'),
      ('esteira-tasks', '37 seconds'),
      ('esteira-retention', '31 seconds'),
      ('esteira-publications', '29 seconds'),
      ('esteira-drift', '23 seconds'),
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_awaited (
  p_lane text
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  return exists (select from public.jobs where lane = p_lane and status = 'pending' and run_at is null)
    or coalesce(private.first_due(p_lane) <= private.now(), false);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_committed (
  p_job     public.jobs,
  p_attempt public.job_attempts
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return private.is_publication(p_job) and p_attempt.submits > 0 and not p_attempt.never_existed
    and p_attempt.word is distinct from 'failed';
end
$function$;

ALTER FUNCTION private.is_kept_apart (p_lane private.lanes)
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.is_publication (
  p_job public.jobs
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return p_job.lane = 'publication' and p_job.input ? 'connectionId';
end
$function$;

CREATE OR REPLACE FUNCTION private.is_sender_gone (
  p_submit_until timestamp with time zone,
  p_at           timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(p_submit_until + interval '30 seconds' < p_at, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_within_limits (
  p_user_id uuid,
  p_tool    public.tools,
  p_lane    private.lanes,
  p_by_user boolean
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_creates bigint;
  v_stored bigint;
begin
  select max(maximum) filter (where limit_name <> 'stored_bytes'),
    max(maximum) filter (where limit_name = 'stored_bytes')
  into v_creates, v_stored
  from (
    select l.limit_name, coalesce((
      select maximum from private.limits_of_users u where u.user_id = p_user_id and u.limit_name = l.limit_name),
      l.maximum) as maximum
    from private.limits l where l.limit_name in (
      'stored_bytes', case when p_by_user then 'creates_a_minute' else 'creates_a_minute_by_server' end)) limits;
  return (
    select coalesce(v_creates > (
        select count(*) from (
          select from public.jobs
          where user_id = p_user_id and created_at > v_now - interval '1 minute' and created_at <= v_now
            and is_by_user = p_by_user
          order by created_at desc, id desc limit v_creates) c), true)
      and coalesce(p_lane.max_refunds_per_user > (
        select count(*) from (
          select from public.credit_entries
          where user_id = p_user_id and is_counted and created_at > v_now - p_lane.refund_window
            and created_at <= v_now
          order by created_at desc limit p_lane.max_refunds_per_user) r), true)
      and coalesce(p_lane.max_waiting_per_user > (
        select count(*) from public.jobs
        where user_id = p_user_id and lane = p_lane.lane and status = 'pending'), true)
      and (v_stored is null or p_tool.max_output_bytes is null
        or private.stores_little(p_user_id, p_tool.max_output_bytes, v_stored)));
end
$function$;

ALTER FUNCTION private.jobs_ahead (p_lane text, p_priority smallint, p_ticket bigint, p_id uuid)
  SET enable_sort TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.jobs_over (
  p_ids uuid[]
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
begin
  -- Locked in the order of ids, by whoever deletes them; what a refund, a task or an operator may still need stays.
  return array(
    select j.id from public.jobs j
    where j.id = any (p_ids) and j.status >= 'completed' and j.lane <> 'publication' and j.refund <> 'due'
      and j.completed_at < v_now - (private.retention_of(j.tool)).jobs
      and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null)
      and not exists (select from private.quarantine q where q.job_id = j.id)
      and j.id <> all (private.referred_jobs(j.user_id))
    order by j.id for update of j skip locked);
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_line()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_line text;
begin
  if new.status <> 'pending' or not new.input ? 'connectionId' then return new; end if;
  select line into v_line from public.publications where job_id = new.id;
  -- Who is held is let go by the line alone, which has made it the front before.
  if v_line = 'held' then
    new.run_at := private.held_until(new, v_now);
  elsif new.run_at > v_now then
    -- What waits for a time is not held; and nothing waits for one beyond its end.
    new.run_at := least(new.run_at, new.expires_at - interval '1 second');
    if new.run_at <= v_now then new.run_at := private.held_until(new, v_now); end if;
  elsif v_line is distinct from 'front' or new.run_at is not null then
    new.run_at := private.held_until(new, v_now);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.last_uuid()
  RETURNS uuid
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
$function$;

CREATE OR REPLACE FUNCTION private.lease_message (
  p_queue  text,
  p_msg_id bigint,
  p_lease  interval
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  -- A lease that has just begun is as good as a new one, and costs no version of the row.
  if p_queue is not null and p_msg_id is not null then
    execute format('execute %I (%L, %s)', private.prepared('lease', p_queue), p_lease, p_msg_id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.line_of_posting (
  p_job         public.jobs,
  p_publication public.publications,
  p_connection  public.connections,
  p_at          timestamp with time zone
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if p_publication.line <> 'held' then return; end if;
  return query select * from private.place_in_line(p_job, p_publication, p_connection, p_at);
  if private.ahead_of(p_publication) = 0 and private.hold_seen(p_publication.connection_id, p_at) is null then
    return next private.finding('next_in_line',
      'Nothing goes before it and nothing holds it: the next dispatch takes it.',
      private.account_facts(p_publication, p_connection) || jsonb_build_object('hold', p_publication.hold),
      p_subject => p_publication.platform);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.list_job()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.effect <> 'model' and new.metadata ->> 'projectId' is null then return null; end if;
  if tg_op = 'UPDATE' and new.status = old.status and new.request_id is not distinct from old.request_id
     and (new.effect <> 'model' or new.progress is not distinct from old.progress) then return null; end if;
  perform set_config('esteira.jobs', concat_ws(' ', nullif(current_setting('esteira.jobs', true), ''), new.id), true);
  if tg_op = 'INSERT' then
    perform set_config('esteira.new_jobs',
      concat_ws(' ', nullif(current_setting('esteira.new_jobs', true), ''), new.id), true);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.live_items (
  p_queue    text,
  p_messages private.message[]
)
  RETURNS TABLE (
    queue      text,
    msg_id     bigint,
    read_count integer,
    item       jsonb
  )
  LANGUAGE plpgsql
  ROWS 10
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    with live as materialized (
      select m.msg_id, m.read_count, m.kind, j, a, j.tool, j.lane, a.account_id
      from unnest(p_messages) m
      join public.jobs j on j.id = m.job_id
      join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
      where private.is_to_do(p_queue, j.status, a.outcome)
    ), wired as materialized ( -- each key is read and decrypted once, however many go by it
      select d.*, private.wiring(d.tool, d.lane, d.account_id) as wiring
      from (select distinct tool, lane, account_id from live) d
    )
    select p_queue, l.msg_id, l.read_count, private.bare_item(l.j, l.a) || w.wiring
      || private.publication_item(l.j) || jsonb_build_object('kind', coalesce(l.kind, 'work'))
    from live l join wired w on w.tool = l.tool and w.lane = l.lane and w.account_id is not distinct from l.account_id
    order by l.msg_id;
end
$function$;

ALTER FUNCTION private.lock_models (p_jobs uuid[], p_new uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.lock_told (
  p_told private.told[]
)
  RETURNS private.told[]
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_jobs uuid[] := array(
    select id from public.jobs where id in (select job_id from unnest(p_told))
    order by id for no key update skip locked);
  v_ends uuid[] := array(
    select job_id from unnest(p_told) where call not in ('checkpoint', 'submitted', 'defer') and job_id = any (v_jobs));
  v_slots bigint[];
  v_had bigint[];
begin
  -- Those too of attempts that are superseded, as private.lock_reported_tasks has them.
  v_slots := array(
    select slot_id from public.job_attempts where job_id = any (v_ends) and slot_id is not null
    union
    select c.slot_id from public.job_attempts a join private.cancels c on c.token = a.token
    where a.job_id = any (v_ends) and c.slot_id is not null);
  v_had := array(
    select slot_id from private.slots where slot_id = any (v_slots) order by slot_id for update skip locked);
  return array(
    select (t.n, t.job_id, t.user_id, t.call, t.args, case
      when t.user_id is null then t.way -- gone: the outbox hears of it
      when t.job_id <> all (v_jobs) or t.job_id = any (v_ends) and exists (
        select from public.job_attempts a join private.slots s on s.slot_id = a.slot_id
        where a.job_id = t.job_id and s.slot_id <> all (v_had)) then 'busy'
      else t.way end)::private.told
    from unnest(p_told) with ordinality t (n, job_id, user_id, call, args, way, place) order by t.place);
end
$function$;

CREATE OR REPLACE FUNCTION private.look_at_rules (
  p_now timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into private.alert_states as s (rule, count, subject, above_since, below_since)
  with looks as materialized (
    select distinct r.look_back, r.count_name = any (private.rate_names()) as is_rate
    from ops.alert_rules r where r.is_enabled
  ), counts as materialized (
    select k.look_back, c.name, c.count, null as subject
    from looks k, lateral private.counts_but_letters(k.look_back) c where not is_rate
    union all -- many are looked through: only where a rule asks, and once
    select r.look_back, r.count_name, (select private.count_letters()), null
    from ops.alert_rules r where r.is_enabled and r.count_name = 'dead letters' group by r.look_back, r.count_name
    union all
    select k.look_back, c.name, c.value, c.subject from looks k, lateral ops.rates(k.look_back) c where is_rate
  )
  select r.name, c.count, c.subject, case when r.is_enabled and c.count >= r.threshold then p_now end,
    case when r.is_enabled and c.count >= coalesce(r.close_below, r.threshold) then null else p_now end
  from ops.alert_rules r left join counts c on c.look_back = r.look_back and c.name = r.count_name
  order by r.name
  on conflict (rule) do update set count = excluded.count, subject = excluded.subject,
    -- The clock may have been set back.
    above_since = case when excluded.above_since is not null then least(s.above_since, p_now) end,
    below_since = case when excluded.below_since is not null then least(s.below_since, p_now) end
  where (s.count, s.subject, s.above_since, s.below_since) is distinct from (excluded.count, excluded.subject,
    case when excluded.above_since is not null then least(s.above_since, p_now) end,
    case when excluded.below_since is not null then least(s.below_since, p_now) end);
end
$function$;

ALTER FUNCTION private.make_models (p_trainings private.training[], p_new uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.may_be_several (
  p_resubmit text,
  p_submits  integer
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return p_resubmit = 'at_least_once' and p_submits > 1;
end
$function$;

CREATE OR REPLACE FUNCTION private.new_job (
  p_user_id         uuid,
  p_tool            text,
  p_input           jsonb,
  p_priority        smallint,
  p_run_at          timestamp with time zone,
  p_idempotency_key text,
  p_metadata        jsonb,
  p_caller_drains   boolean,
  p_by_user         boolean,
  p_handed          jsonb,
  p_is_leased       boolean
)
  RETURNS private.placed
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_tool public.tools;
  v_lane private.lanes;
  v_job public.jobs;
  v_placed private.placed;
  v_uploads jsonb := '[]';
  v_hash bytea;
begin
  select * into v_tool from public.tools where tool = p_tool;
  perform private.raise_refusal(private.tool_refusal(p_tool, v_tool, p_input, p_metadata));
  select * into v_lane from private.lanes where lane = v_tool.lane;

  perform private.lock_creates(p_user_id);
  if p_idempotency_key is not null then
    v_hash := private.idempotency_hash(p_tool, p_input, p_metadata, p_run_at, p_priority);
    v_job := private.job_of_key(p_user_id, p_idempotency_key, v_hash);
    if v_job.id is not null then
      perform private.already();
      return (v_job, null, null, null)::private.placed;
    end if;
  end if;
  if p_priority is not null then
    perform private.raise_refusal(private.priority_refusal(v_tool, p_priority, p_by_user));
  end if;
  if not private.is_within_limits(p_user_id, v_tool, v_lane, p_by_user) then
    perform private.check_creates_limit(p_user_id, 1, p_by_user);
    perform private.check_refund_limit(v_lane, p_user_id);
    perform private.check_storage_limit(p_user_id, v_tool.max_output_bytes);
    perform private.check_waiting_limit(v_lane.lane, p_user_id);
  end if;
  if v_tool.settings ? 'files' then
    v_uploads := private.check_input_files(p_user_id, v_tool.settings -> 'files', p_input, p_handed);
  end if;

  select private.uuid_v7(), p_user_id, p_tool, v_lane.lane, p_input, coalesce(p_priority, v_tool.priority), p_run_at,
    p_idempotency_key, v_hash, p_metadata, v_uploads, p_by_user
  into v_job.id, v_job.user_id, v_job.tool, v_job.lane, v_job.input, v_job.priority, v_job.run_at,
    v_job.idempotency_key, v_job.idempotency_hash, v_job.metadata, v_job.step_history, v_job.is_by_user;
  v_placed := private.place_job(v_job, v_tool, v_lane,
    private.charge(p_user_id, array[v_job.id], array[v_tool.credit_cost]), p_is_leased);
  v_job := v_placed.job;
  if p_handed <> '{}' then perform private.keep_handed(array[v_job.id], p_handed); end if;
  if v_job.status = 'processing' then
    if not p_caller_drains then perform private.poke(v_lane.lane); end if;
  elsif private.dispatch(v_lane.lane, p_poke => not p_caller_drains) > 0 then
    select * into v_job from public.jobs where id = v_job.id;
  end if;
  return (v_job, v_placed.msg_id, v_placed.attempt, v_placed.queue)::private.placed;
end
$function$;

ALTER FUNCTION private.next_to_try (p_platform text, p_after uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.node_results (p_jobs uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.note_effects (p_shown private.shown[], p_new uuid[], p_message text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.note_pending (p_jobs uuid[], p_new uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.note_submit (
  p_job     public.jobs,
  p_lane    private.lanes,
  p_attempt public.job_attempts,
  p_files   jsonb,
  p_at      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Once an attempt, and not again and again where a busy provider sends the job back (see requeue_job).
  v_is_told boolean := p_files is not null and p_attempt.submits = 1
    and p_job.step_history -> -1 ->> 'step' = 'starting';
begin
  update public.jobs j set deadline_at = case
      -- From its first commit on, a publication has as long again for finding out what became of it.
      when private.is_publication(p_job) and p_attempt.submits = 1 then p_at + t.timeout
      else coalesce(j.deadline_at, p_at + t.timeout) end,
    step_history = case when v_is_told then j.step_history || private.upload_steps(p_files, p_at)
      else j.step_history end,
    refundable = case p_lane.cancel_refund when 'always' then true when 'never' then false
      else p_attempt.can_stop end
  from public.tools t where j.id = p_job.id and t.tool = j.tool;
end
$function$;

CREATE OR REPLACE FUNCTION private.number_in (
  p_message jsonb,
  p_key     text
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case when p_message ->> p_key ~ '^[0-9]{1,9}$' then (p_message ->> p_key)::integer end;
end
$function$;

ALTER FUNCTION private.open_publications (p_now timestamp with time zone)
  SET enable_seqscan TO 'off'
  SET enable_bitmapscan TO 'off'
  SET enable_hashjoin TO 'off'
  SET enable_mergejoin TO 'off'
  SET enable_sort TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.other_name (
  p_known text,
  p_named text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case when p_known <> p_named then jsonb_build_object('other_id', p_named) else '{}' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.parts()
  RETURNS TABLE (
    part      text,
    schedule  text,
    routine   text,
    counts    text,
    is_repair boolean
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.place_job (
  p_job       public.jobs,
  p_tool      public.tools,
  p_lane      private.lanes,
  p_balance   bigint,
  p_is_leased boolean
)
  RETURNS private.placed
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_available bigint;
  v_running bigint;
  v_slot_id bigint;
  v_account_id integer;
  v_account_name text;
  v_starts boolean;
  v_expires_at timestamptz;
  v_begun private.begun;
begin
  p_job.ticket := private.take_tickets(p_job.lane, p_job.user_id, p_job.priority, 1);
  if p_job.run_at <= v_now then p_job.run_at := null; end if;
  v_expires_at := coalesce(p_job.run_at, v_now) + p_tool.expires_after;
  select count(*) filter (where token is null and not is_retiring), count(token) into v_available, v_running
  from private.slots where lane = p_job.lane;
  if p_job.run_at is null and v_available > 0 then
    select * into v_slot_id, v_account_id, v_account_name from private.take_slot(p_lane, p_job.user_id, v_now);
  end if;
  v_starts := v_slot_id is not null;

  insert into public.jobs (id, user_id, tool, lane, effect, status, current_step, input, priority, ticket,
    max_attempts, run_at, expires_at, start_by, credits_charged, idempotency_key, idempotency_hash, metadata, attempt,
    dispatches, is_by_user, created_at, queued_at, started_at, updated_at, step_history)
  values (p_job.id, p_job.user_id, p_job.tool, p_job.lane, p_tool.effect,
    case when v_starts then 'processing' else 'pending' end::public.job_status,
    case when v_starts then 'starting' else 'queued' end::public.job_step, p_job.input, p_job.priority, p_job.ticket,
    p_tool.max_attempts, p_job.run_at, v_expires_at, v_expires_at, p_tool.credit_cost, p_job.idempotency_key,
    p_job.idempotency_hash, p_job.metadata, v_starts::integer, v_starts::integer,
    p_job.is_by_user, v_now, v_now,
    case when v_starts then v_now end, v_now,
    p_job.step_history
      || private.first_steps(v_now, p_tool.credit_cost, p_balance, v_available, v_running, case when v_starts then 1
           else private.jobs_ahead(p_job.lane, p_job.priority, p_job.ticket, p_job.id) + 1 end, p_job.run_at)
      || case when v_starts
           then private.starting(v_now, v_account_name, p_tool.settings, p_job.input, 1) else '[]' end)
  returning * into p_job;
  if v_starts then
    p_is_leased := p_is_leased and p_lane.delivery <> 'pull';
    -- As worker.receive leaves it, for who has it leased.
    v_begun := private.begin_first_attempt(p_lane, p_job, v_slot_id, v_account_id,
      case when p_is_leased and p_tool.settings ? 'files' then 'preparing' else 'dispatched' end::public.attempt_phase,
      p_is_leased);
  end if;
  return (p_job, v_begun.msg_id, v_begun.attempt, p_lane.queue_name)::private.placed;
end
$function$;

CREATE OR REPLACE FUNCTION private.place_of (
  p_wait private.wait
)
  RETURNS private.place
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_now private.lane_now := p_wait.now;
  v_lane private.lanes := p_wait.lane;
  v_before integer := private.jobs_before(p_wait.job);
  v_rate_frees timestamptz;
  v_place private.place;
begin
  v_place.nth := v_before + 1;
  v_place.is_exact := v_before < 10000;
  v_place.is_let := v_lane.circuit_opened_at is null and coalesce(v_lane.paused_until <= p_wait.at, true)
    and not exists (select from private.user_pauses u where u.user_id = (p_wait.job).user_id
      and u.paused_until > p_wait.at)
    and (v_lane.max_active_per_user is null
      or private.active_seen(v_lane.lane, (p_wait.job).user_id) < v_lane.max_active_per_user);
  v_rate_frees := private.rate_frees(v_lane, v_place.nth, p_wait.at);
  v_place.can_start := v_before < v_now.free and v_place.is_let and v_rate_frees is null;
  if p_wait.is_fresh then
    v_place.drain := private.drain(v_place.nth, v_now.usable, v_now.free, v_now.ages, p_wait.pace,
      private.by_clock(p_wait.job, p_wait.pace, p_wait.at));
  end if;
  -- Where something else stands in its way, nobody knows until that is over.
  if v_place.is_exact and v_place.is_let and v_place.drain is not null then
    v_place.expected_at := greatest(p_wait.at + (v_place.drain).p50, v_rate_frees);
  end if;
  v_place.evidence := jsonb_build_object('position', v_place.nth, 'exact', v_place.is_exact, 'slots', v_now.usable,
    'free', v_now.free, 'p50_seconds', extract(epoch from (v_place.drain).p50)::integer,
    'p90_seconds', extract(epoch from (v_place.drain).p90)::integer,
    'ended_a_minute', round((p_wait.pace).ended_a_minute::numeric, 2),
    'created_a_minute', round((p_wait.pace).created_a_minute::numeric, 2),
    'slot_seconds', extract(epoch from (p_wait.pace).hold_mean)::integer, 'measured_of', (p_wait.pace).holds);
  return v_place;
end
$function$;

CREATE OR REPLACE FUNCTION private.prepared (
  p_act   text,
  p_queue text
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_name text := concat_ws('_', 'esteira', p_act, p_queue);
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  -- Looked up each time: a rollback does not take a prepared statement back, but a pooler may ("discard all").
  if not exists (select from pg_catalog.pg_prepared_statements where name = v_name) then
    execute format(case p_act
      when 'send' then 'prepare %1$I (jsonb[]) as
        insert into pgmq.%2$I (vt, message) select clock_timestamp(), unnest($1)'
      when 'hand' then 'prepare %1$I (interval, jsonb) as
        insert into pgmq.%2$I (vt, read_ct, message) values (clock_timestamp() + $1, 1, $2) returning msg_id'
      when 'lease' then 'prepare %1$I (interval, bigint) as
        update pgmq.%2$I set vt = clock_timestamp() + $1
        where msg_id = $2 and vt < clock_timestamp() + $1 * 0.95'
      when 'read' then 'prepare %1$I (interval, integer) as
        update pgmq.%2$I set vt = clock_timestamp() + $1, read_ct = read_ct + 1
        where msg_id = any (array(
          select msg_id from pgmq.%2$I where vt <= clock_timestamp() order by msg_id limit $2 for update skip locked))
        returning msg_id, read_ct, message'
      when 'delete' then 'prepare %1$I (bigint[]) as delete from pgmq.%2$I where msg_id = any ($1)'
    end, v_name, 'q_' || p_queue);
  end if;
  return v_name;
end
$function$;

CREATE OR REPLACE FUNCTION private.price_drift (
  p_from uuid,
  p_to   uuid
)
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select j.user_id, j.id, format('%s, charged %s, refunded %s', j.status, coalesce(c.amount, 0), coalesce(r.amount, 0))
  from public.jobs j
  left join public.credit_entries c on c.job_id = j.id and c.kind = 'charge'
  left join public.credit_entries r on r.job_id = j.id and r.kind = 'refund'
  where j.id > p_from and j.id <= p_to and (coalesce(-c.amount, 0) <> j.credits_charged
     or coalesce(r.amount, 0) <> case when j.refund = 'paid' then j.credits_charged else 0 end
     or (j.status = 'failed' and j.credits_charged > 0 and j.refund <> 'paid' and not exists (
       select from public.publications p where p.job_id = j.id and j.refund = case p.resolved
         when 'there' then 'withheld' when 'not_there' then 'paid' else 'due' end::public.job_refund))
     or (j.status = 'cancelled' and j.credits_charged > 0 and j.refund = 'none'))
  union all
  select j.user_id, j.id, 'refunded, and has a result' from public.jobs j
  where j.id > p_from and j.id <= p_to and j.refund <> 'none' and (j.output is not null or j.output_url is not null)
  union all
  select j.user_id, j.id, 'a refund is due, and nothing is waited for' from public.jobs j
  where j.id > p_from and j.id <= p_to and j.refund = 'due'
    and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null)
    and not exists (
      select from public.publications p where p.job_id = j.id and p.unknown_at is not null and p.resolved is null);
end
$function$;

ALTER FUNCTION private.publications_between (p_from timestamp with time zone, p_to timestamp with time zone, p_filter private.publication_filter, p_now timestamp with time zone, OUT placed private.placed_publication[], OUT looked_at bigint, OUT is_complete boolean)
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_seqscan TO 'off'
  SET enable_hashjoin TO 'off'
  SET enable_mergejoin TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.publications_to_look_at (p_from timestamp with time zone, p_to timestamp with time zone, p_user_id uuid, p_now timestamp with time zone)
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_seqscan TO 'off'
  SET enable_bitmapscan TO 'off'
  SET enable_sort TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.read_told (
  p_reports jsonb
)
  RETURNS private.told[]
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  if jsonb_typeof(p_reports) is distinct from 'array' or jsonb_array_length(p_reports) not between 1 and 100 or exists (
    select from jsonb_array_elements(p_reports) r
    where jsonb_typeof(r) <> 'object' or jsonb_typeof(r -> 'args') is distinct from 'object'
      or not coalesce(r ->> 'call' in (
        'checkpoint', 'submitted', 'webhook', 'produced', 'complete', 'attempt_failed', 'defer'), false)
      or not pg_input_is_valid(coalesce(r -> 'args' ->> 'p_job_id', ''), 'uuid'))
  then
    perform private.refuse(422, 'invalid_input',
      'The reports are an array of 1 to 100 objects with call and args, of which p_job_id is one.', 'reports');
  end if;
  return array(
    select (r.n, j.job_id, k.user_id, r.report ->> 'call', r.report -> 'args', case
      when r.report ->> 'call' in ('submitted', 'complete') and count(*) over (partition by j.job_id) = 1
        then 'together'
      else 'alone' end)::private.told
    from jsonb_array_elements(p_reports) with ordinality r (report, n)
    cross join lateral (select (r.report -> 'args' ->> 'p_job_id')::uuid as job_id) j
    left join public.jobs k on k.id = j.job_id
    order by k.user_id, r.n);
end
$function$;

CREATE OR REPLACE FUNCTION private.report (
  p_call text,
  a      jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_job uuid := (a ->> 'p_job_id')::uuid;
  v_token uuid := (a ->> 'p_token')::uuid;
  v_queue text := a ->> 'p_queue';
  v_msg_id bigint := (a ->> 'p_msg_id')::bigint;
  v_raw jsonb := nullif(a -> 'p_raw', 'null');
begin
  case p_call
    when 'checkpoint' then
      return to_jsonb(worker.checkpoint(p_job_id => v_job, p_token => v_token, p_checkpoint => a -> 'p_checkpoint',
        p_terms => coalesce(a -> 'p_terms', '{}'), p_queue => v_queue, p_msg_id => v_msg_id));
    when 'submitted' then
      return to_jsonb(worker.submitted(p_job_id => v_job, p_token => v_token, p_external_id => a ->> 'p_external_id',
        p_raw => v_raw, p_details => coalesce(a -> 'p_details', '{}'), p_queue => v_queue,
        p_msg_id => v_msg_id, p_checkpoint => coalesce(a -> 'p_checkpoint', '{}')));
    when 'webhook' then
      return worker.webhook(p_provider => a ->> 'p_provider', p_dedupe_key => a ->> 'p_dedupe_key', p_job_id => v_job,
        p_token => v_token, p_verified_by => a ->> 'p_verified_by', p_headers => a -> 'p_headers',
        p_payload => nullif(a -> 'p_payload', 'null'), p_word => a ->> 'p_word', p_external_id => a ->> 'p_external_id',
        p_details => coalesce(a -> 'p_details', '{}'));
    when 'produced' then
      return to_jsonb(worker.produced(p_job_id => v_job, p_token => v_token, p_outputs => a -> 'p_outputs',
        p_data => nullif(a -> 'p_data', 'null'), p_raw => v_raw, p_external_id => a ->> 'p_external_id',
        p_cost => (a ->> 'p_cost')::numeric, p_cost_currency => a ->> 'p_cost_currency'));
    when 'complete' then
      return to_jsonb(worker.complete(p_job_id => v_job, p_token => v_token,
        p_output => nullif(a -> 'p_output', 'null'), p_output_url => a ->> 'p_output_url', p_raw => v_raw,
        p_queue => v_queue, p_msg_id => v_msg_id));
    when 'attempt_failed' then
      return to_jsonb(worker.attempt_failed(p_job_id => v_job, p_token => v_token,
        p_retry_class => a ->> 'p_retry_class', p_error_code => a ->> 'p_error_code',
        p_error_message => a ->> 'p_error_message', p_raw => v_raw,
        p_retry_after => (a ->> 'p_retry_after')::interval, p_queue => v_queue, p_msg_id => v_msg_id,
        p_all_over => coalesce((a ->> 'p_all_over')::boolean, false)));
    when 'defer' then
      perform worker.defer(p_queue => v_queue, p_msg_id => v_msg_id, p_delay => (a ->> 'p_delay')::interval,
        p_job_id => v_job, p_token => v_token, p_note => coalesce(a -> 'p_note', '{}'));
      return 'null';
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_alike (
  p_call text,
  p_told private.told[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_items jsonb;
  v_answers jsonb;
begin
  select jsonb_agg((select jsonb_object_agg(substr(key, 3), value) from jsonb_each(t.args))) into v_items
  from unnest(p_told) t where t.call = p_call and t.way = 'together';
  if jsonb_array_length(coalesce(v_items, '[]')) < 2 then return '{}'; end if;
  if p_call = 'submitted' then
    select jsonb_object_agg(job_id, verdict) into v_answers from worker.submitted_many(v_items);
  else
    select jsonb_object_agg(job_id, verdict) into v_answers from worker.complete_many(v_items);
  end if;
  return v_answers;
exception when others then
  return '{}'; -- one of them keeps the others from nothing
end
$function$;

CREATE OR REPLACE FUNCTION private.send (
  p_hints private.hint[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_since timestamptz := private.now() - interval '2 minutes';
  v_is_missed boolean;
  v_logged text[];
  v_constraint text;
begin
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time. Nearly
  -- always nobody has missed anything and nothing is logged: the statement sees to that itself, which costs less than
  -- to ask first.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h
  where not exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0)
    and not exists (select from private.logging where until > (select private.now()));
  if found then return cardinality(p_hints); end if;
  select exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0),
    array(select what from private.logging where until > (select private.now())) into v_is_missed, v_logged;
  if v_is_missed then p_hints := private.tell_missed(p_hints, v_since); end if;
  if 'steps' = any (v_logged) then perform private.log_steps_of(p_hints); end if;
  if 'broadcasts' = any (v_logged) then perform private.log_hints(p_hints, 'trigger'); end if;
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h;
  if 'broadcasts' = any (v_logged) then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
  return cardinality(p_hints);
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return private.send_apart(p_hints,
    case when sqlstate = '23514' and v_constraint = '' then 'no_partition' else sqlstate end, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION private.send_leased (
  p_queue   text,
  p_lease   interval,
  p_message jsonb
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_msg_id bigint;
begin
  execute format('execute %I (%L, %L)', private.prepared('hand', p_queue), p_lease, p_message) into v_msg_id;
  return v_msg_id;
end
$function$;

ALTER FUNCTION private.show_on_models (p_jobs uuid[], p_new uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.show_on_projects (p_jobs uuid[], p_until timestamp with time zone)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.silent_lanes (p_since timestamp with time zone, p_now timestamp with time zone)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET max_parallel_workers_per_gather TO '0'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.stores_little (
  p_user_id  uuid,
  p_required numeric,
  p_limit    bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
begin
  return exists (
    select from private.stored_sums s, lateral (
      select count(*) as created from (
        select from public.jobs where user_id = p_user_id and created_at >= s.summed_at
        order by created_at desc, id desc limit 101) j) since
    -- A clock that was set back says nothing of what was created since.
    where s.user_id = p_user_id and s.summed_at <= v_now and since.created <= 100
      and s.bytes + p_required + since.created * (select max(max_output_bytes) from public.tools) <= p_limit);
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_time (
  p_name text
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return coalesce(nullif(private.sweep_position(p_name), '')::timestamptz, '-infinity');
end
$function$;

ALTER FUNCTION private.take (p_lane private.lanes, p_worker text, p_messages private.message[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.take_slot (
  p_lane    private.lanes,
  p_user_id uuid,
  p_at      timestamp with time zone,
  OUT       slot_id bigint,
  OUT       account_id integer,
  OUT       account_name text
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  SET enable_sort TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides;
  -- publications have a line first.
  if p_lane.lane = 'publication' or p_lane.paused_until > p_at or p_lane.rate_limit is not null
     or p_lane.circuit_opened_at is not null or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform where (
      select id from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1) is null
    and coalesce(private.first_due(p_lane.lane) > p_at, true)
    and not exists (select from private.user_pauses where user_id = p_user_id and paused_until > p_at);
  if not found or private.may_start(p_lane, p_user_id) = 0 then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$function$;

CREATE OR REPLACE FUNCTION private.task_drift (
  p_from timestamp with time zone,
  p_to   timestamp with time zone
)
  RETURNS TABLE (
    user_id uuid,
    job_id  uuid,
    problem text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with alive as materialized (
    select a.user_id, a.job_id, a.token from public.job_attempts a
    where a.outcome is null and a.submits > 0 and a.word is null
    union
    select c.user_id, c.job_id, c.token from private.cancels c where c.over_at is null
  )
  select v.user_id, v.job_id, 'a task may be alive, and its attempt holds no slot' from alive v
  where not exists (select from private.slots s where s.token = v.token)
    and not exists (select from public.publications p where p.job_id = v.job_id) -- those rest without one
  union all
  select distinct x.user_id, x.job_id, 'an attempt has begun while the task of another may be alive'
  from alive x join alive y on y.job_id = x.job_id and y.token < x.token
  union all
  select a.user_id, a.job_id, 'an attempt has ended while its task may be alive, and nobody looks after it'
  from public.job_attempts a
  where a.outcome is not null and a.submits > 0 and a.word is null and not a.never_existed and a.leased_until is null
    and a.finished_at > p_from and a.finished_at <= p_to -- closed rows of the outbox are forgotten after a month
    and not exists (select from private.cancels c where c.token = a.token)
    and not exists (select from public.publications p where p.job_id = a.job_id and p.unknown_at is not null)
  union all
  select null, s.job_id, 'an attempt holds two slots' from private.slots s
  where exists (select from private.slots o where o.token = s.token and o.slot_id < s.slot_id)
  union all
  select null, s.job_id, 'a slot is held, and nothing is alive' from private.slots s
  where s.token is not null and not exists (select from alive v where v.token = s.token)
    and not exists (
      select from public.job_attempts a where a.job_id = s.job_id and a.token = s.token and a.outcome is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.trimmed (
  p_secret text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return regexp_replace(p_secret, '^[[:space:]\ufeff\u200b]+|[[:space:]\ufeff\u200b]+$', '', 'g');
end
$function$;

ALTER FUNCTION private.try_effects_apart (p_jobs uuid[], p_new uuid[], p_until timestamp with time zone)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.try_report (
  p_call text,
  p_args jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_message text;
  v_detail text;
  v_hint text;
begin
  return jsonb_build_object('data', private.report(p_call, p_args));
exception
  when lock_not_available or deadlock_detected then return '{"busy": true}';
  when others then
    get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
    return jsonb_build_object('error',
      jsonb_build_object('code', sqlstate, 'message', v_message, 'details', v_detail, 'hint', v_hint));
end
$function$;

CREATE OR REPLACE FUNCTION private.uuid_in (
  p_message jsonb,
  p_key     text
)
  RETURNS uuid
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case when p_message ->> p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then (p_message ->> p_key)::uuid end;
end
$function$;

ALTER FUNCTION private.wait_for_one (p_jobs uuid[])
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION private.wait_for_others (p_lane private.lanes)
  SET lock_timeout TO '2s'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION private.webhook_key (
  p_dedupe_key text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case when octet_length(p_dedupe_key) <= 500 then p_dedupe_key
    else left(p_dedupe_key, 100) || ':' || encode(sha256(convert_to(p_dedupe_key, 'UTF8')), 'hex') end;
end
$function$;

CREATE OR REPLACE FUNCTION private.work_item (
  p_job     public.jobs,
  p_attempt public.job_attempts
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.bare_item(p_job, p_attempt) || private.wiring(p_job.tool, p_job.lane, p_attempt.account_id);
end
$function$;

ALTER FUNCTION public.cancel_job (p_job_id uuid, p_user_id uuid, p_caller_drains boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION public.create_job (
  p_user_id         uuid,
  p_tool            text,
  p_input           jsonb,
  p_priority        smallint                 DEFAULT NULL::smallint,
  p_run_at          timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_idempotency_key text                     DEFAULT NULL::text,
  p_metadata        jsonb                    DEFAULT '{}'::jsonb,
  p_caller_drains   boolean                  DEFAULT false,
  p_by_user         boolean                  DEFAULT false,
  p_handed          jsonb                    DEFAULT '{}'::jsonb
)
  RETURNS public.jobs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_placed private.placed := private.new_job(p_user_id, p_tool, p_input, p_priority, p_run_at, p_idempotency_key,
    p_metadata, p_caller_drains, p_by_user, p_handed, false);
begin
  return v_placed.job;
end
$function$;

ALTER FUNCTION public.create_jobs (p_user_id uuid, p_jobs jsonb, p_caller_drains boolean, p_by_user boolean, p_handed jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION public.queue_position (p_job_id uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION public.retry_job (p_job_id uuid, p_user_id uuid, p_caller_drains boolean, p_by_user boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.acknowledge (p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.attempt_failed (p_job_id uuid, p_token uuid, p_retry_class text, p_error_code text, p_error_message text, p_raw jsonb, p_retry_after interval, p_queue text, p_msg_id bigint, p_all_over boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.cancel_noted (p_token uuid, p_external_id text, p_asked boolean, p_none boolean, p_delay interval, p_note jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION worker.checkpoint (
  p_job_id     uuid,
  p_token      uuid,
  p_checkpoint jsonb,
  p_terms      jsonb  DEFAULT '{}'::jsonb,
  p_queue      text   DEFAULT NULL::text,
  p_msg_id     bigint DEFAULT NULL::bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_lane private.lanes;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null or v_attempt.outcome is not null or v_job.status <> 'processing'
     or v_job.attempt <> v_attempt.attempt or not private.may_submit(v_attempt, v_now)
     or (v_attempt.submits > 0 and v_job.deadline_at <= v_now)
     or (v_attempt.attempt > 1 and private.has_success(p_job_id)) then
    return false;
  end if;
  select * into v_lane from private.lanes where lane = v_job.lane;
  update public.job_attempts set phase = 'submitting', checkpoint = checkpoint || p_checkpoint,
    submits = submits + 1, submit_until = v_now + v_lane.lease, nones = 0, none_at = null,
    submitted_first_at = coalesce(submitted_first_at, v_now),
    resubmit = coalesce(p_terms ->> 'resubmit', resubmit),
    can_stop = coalesce((p_terms ->> 'can_stop')::boolean, can_stop)
  where job_id = p_job_id and token = p_token returning * into v_attempt;
  perform private.note_submit(v_job, v_lane, v_attempt, p_checkpoint -> 'files', v_now);
  perform private.lease_message(p_queue, p_msg_id, v_lane.lease);
  return true;
end
$function$;

ALTER FUNCTION worker.claim (p_lane text, p_worker text, p_qty integer)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.claim_refresh (p_connection_id uuid, p_refused_access_token text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.claimed (p_job_id uuid, p_token uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.commit_publication (p_job_id uuid, p_token uuid, p_queue text, p_msg_id bigint, p_terms jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.committed (p_job_id uuid, p_token uuid, p_id text, p_facts jsonb, p_raw jsonb, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.complete (p_job_id uuid, p_token uuid, p_output jsonb, p_output_url text, p_raw jsonb, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.complete_many (p_items jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.connection_tokens (p_connection_id uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.cost_noted (p_job_id uuid, p_token uuid, p_cost numeric, p_currency text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION worker.create_job (
  p_user_id         uuid,
  p_tool            text,
  p_input           jsonb,
  p_priority        smallint                 DEFAULT NULL::smallint,
  p_run_at          timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_idempotency_key text                     DEFAULT NULL::text,
  p_metadata        jsonb                    DEFAULT '{}'::jsonb,
  p_by_user         boolean                  DEFAULT false,
  p_handed          jsonb                    DEFAULT '{}'::jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_placed private.placed := private.new_job(p_user_id, p_tool, p_input, p_priority, p_run_at, p_idempotency_key,
    p_metadata, true, p_by_user, p_handed, true);
begin
  if v_placed.msg_id is null then return jsonb_build_object('job', to_jsonb(v_placed.job)); end if;
  v_placed.attempt.phase := 'dispatched'; -- as in worker.receive, whose item shows the phase that it finds
  return jsonb_build_object('job', to_jsonb(v_placed.job), 'message', jsonb_build_object(
    'queue', v_placed.queue, 'msg_id', v_placed.msg_id, 'read_count', 1,
    'item', private.work_item(v_placed.job, v_placed.attempt) || '{"kind": "work"}'));
end
$function$;

ALTER FUNCTION worker.deadline_passed (p_job_id uuid, p_token uuid, p_message text, p_queue text, p_msg_id bigint, p_is_early boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.defer (p_queue text, p_msg_id bigint, p_delay interval, p_job_id uuid, p_token uuid, p_note jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.doomed_files_deleted (p_doomed_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.hand_over (p_job_id uuid, p_token uuid, p_handed jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.heartbeat (p_job_id uuid, p_token uuid, p_progress smallint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.model_told (p_model_id uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.next_look (p_lane text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.none_found (p_job_id uuid, p_token uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.other_task (p_job_id uuid, p_token uuid, p_external_id text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.output_refused (p_job_id uuid, p_token uuid, p_error_code text, p_error_message text, p_raw jsonb, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.produced (p_job_id uuid, p_token uuid, p_outputs jsonb, p_data jsonb, p_raw jsonb, p_external_id text, p_cost numeric, p_cost_currency text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION worker.progress (
  p_job_id   uuid,
  p_token    uuid,
  p_progress smallint,
  p_queue    text     DEFAULT NULL::text,
  p_msg_id   bigint   DEFAULT NULL::bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_job public.jobs;
begin
  if p_progress is null or p_progress not between 0 and 100 then
    perform private.refuse(422, 'invalid_progress', 'Progress is a percentage, 0 to 100.', 'progress');
  end if;
  v_job := private.lock_job(p_job_id, p_token);
  if v_job.status <> 'processing' or not exists (
    select from public.job_attempts where job_id = p_job_id and token = p_token and attempt = v_job.attempt
      and outcome is null) then
    return false;
  end if;
  -- Progress only rises: reports may overtake each other. One that an estimate was ahead of is as good as no news.
  if p_progress > coalesce(v_job.progress, -1) then
    update public.jobs set progress = p_progress, progress_is_estimate = false where id = p_job_id;
  end if;
  if p_queue is not null then
    perform private.lease_message(p_queue, p_msg_id, lease) from private.lanes where lane = v_job.lane;
  end if;
  return true;
end
$function$;

ALTER FUNCTION worker.publication_failed (p_job_id uuid, p_token uuid, p_failure jsonb, p_queue text, p_msg_id bigint, p_all_over boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.publication_step (p_job_id uuid, p_token uuid, p_step text, p_name text, p_facts jsonb, p_forget text[], p_until timestamp with time zone, p_details jsonb, p_progress smallint, p_delay interval, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.published (p_job_id uuid, p_token uuid, p_post_id text, p_permalink text, p_warnings jsonb, p_raw jsonb, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.receive (p_lane text, p_qty integer, p_waits boolean)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.receive_cancels (p_qty integer)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.receive_doomed_files (p_qty integer)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.receive_publication (p_job_id uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.receive_settlements (p_qty integer)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION worker.report_many (
  p_reports jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET lock_timeout TO '250ms'
  SET jit TO 'off'
  AS $function$
declare
  v_told private.told[] := private.lock_told(private.read_told(p_reports));
  v_one private.told;
  v_verdicts jsonb;
  v_answers jsonb[] := array_fill(null::jsonb, array[cardinality(v_told)]);
begin
  perform set_config('esteira.effect', 'holds', true); -- whoever ends many waits for no project or model (effects room)
  v_verdicts := private.report_alike('submitted', v_told) || private.report_alike('complete', v_told);
  foreach v_one in array v_told loop
    v_answers[v_one.n] := case
      when v_one.way = 'busy' then '{"busy": true}'
      when v_one.way = 'alone' or v_verdicts -> v_one.job_id::text is null
        or v_verdicts ->> v_one.job_id::text = 'stale_token' then private.try_report(v_one.call, v_one.args)
      else jsonb_build_object('data', v_verdicts -> v_one.job_id::text) end;
  end loop;
  return to_jsonb(v_answers);
end
$function$;

ALTER FUNCTION worker.submit_unknown (p_job_id uuid, p_token uuid, p_queue text, p_msg_id bigint)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.submitted (p_job_id uuid, p_token uuid, p_external_id text, p_raw jsonb, p_details jsonb, p_queue text, p_msg_id bigint, p_checkpoint jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.submitted_many (p_items jsonb)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

ALTER FUNCTION worker.task_over (p_token uuid, p_how text)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

CREATE OR REPLACE FUNCTION worker.webhook (
  p_provider    text,
  p_dedupe_key  text,
  p_job_id      uuid,
  p_token       uuid,
  p_verified_by text,
  p_headers     jsonb,
  p_payload     jsonb,
  p_word        text,
  p_external_id text  DEFAULT NULL::text,
  p_details     jsonb DEFAULT '{}'::jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_now timestamptz;
  v_holder record := private.token_holder(p_provider, p_job_id, p_token);
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_msg_id bigint;
  v_nth bigint;
  v_waits boolean;
begin
  if v_holder.attempt is null then return jsonb_build_object('verdict', 'unknown'); end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if v_job.id is null then -- deleted meanwhile, perhaps with its user: only the outbox knows of it
    v_holder := private.token_holder(p_provider, p_job_id, p_token);
    if v_holder.attempt is null then return jsonb_build_object('verdict', 'unknown'); end if;
  end if;
  v_now := private.now();
  v_verdict := private.verdict_of_webhook(v_job, v_attempt, p_external_id, p_word);
  select count(*) + 1 into v_nth from (
    select from private.webhook_events where job_id = p_job_id and attempt = v_holder.attempt limit 100) e;
  if private.is_one_too_many(v_nth, v_verdict, v_attempt, p_word) then
    if v_verdict in ('late', 'stale_attempt') then
      perform private.hear_of_ended(p_token, p_word, p_external_id, v_now);
    end if;
    return jsonb_build_object('verdict', 'too_many');
  end if;

  insert into private.webhook_events (
    provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at)
  -- A user who is gone is forgotten.
  values (p_provider, private.webhook_key(p_dedupe_key), v_holder.user_id, p_job_id, v_holder.attempt, p_external_id,
    p_verified_by, case when v_job.id is null then '{}' else p_headers end,
    case when v_job.id is null then '{}' else p_payload end, v_verdict, v_now)
  on conflict (provider, dedupe_key) do nothing;
  if not found then return jsonb_build_object('verdict', 'duplicate'); end if;
  if v_verdict = 'late' then
    update public.job_attempts set raw_webhook_payload = p_payload where job_id = p_job_id and token = p_token;
    perform private.hear_of_ended(p_token, p_word, p_external_id, v_now);
    return jsonb_build_object('verdict', v_verdict);
  end if;

  v_waits := private.is_awaited(v_job.lane); -- before one of them is started
  if v_verdict <> 'other_task' then
    v_attempt := private.hear_word(v_job, v_attempt, p_external_id, p_word, p_payload, v_now);
  end if;
  if v_verdict = 'stale_attempt' then perform private.hear_of_ended(p_token, p_word, p_external_id, v_now); end if;
  if v_verdict = 'accepted' then v_job := private.show_webhook(v_job, v_attempt, p_details, v_nth, v_now); end if;
  -- Invisible for a minute: the function that took the webhook settles at once; this is for when it dies.
  v_msg_id := private.send_to_settle(v_attempt, p_delay => '60 seconds');
  return jsonb_build_object('verdict', v_verdict, 'lane', v_job.lane, 'waits', v_waits, 'message', jsonb_build_object(
    'queue', 'settle_queue', 'msg_id', v_msg_id, 'read_count', 1, 'item', private.work_item(v_job, v_attempt)));
end
$function$;

ALTER FUNCTION worker.webhook_account (p_provider text, p_job_id uuid, p_token uuid)
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET jit TO 'off';

-- A table of a few rows.
ALTER TABLE "private"."retention"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "jobs_are_kept_for_a_day" CHECK ((jobs >= '1 day'::interval));

CREATE TRIGGER sweeps_begin_anew
  AFTER INSERT OR DELETE OR UPDATE ON private.retention
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.forget_positions();

CREATE TRIGGER answers_are_bounded
  BEFORE UPDATE OF raw_api_response, raw_webhook_payload ON public.job_attempts
  FOR EACH ROW
  WHEN (((pg_column_size(new.raw_api_response) > 16384) OR (pg_column_size(new.raw_webhook_payload) > 16384)))
  EXECUTE FUNCTION private.bound_attempt();

CREATE TRIGGER errors_are_bounded
  BEFORE UPDATE OF error_message, error_code ON public.job_attempts
  FOR EACH ROW
  WHEN (((char_length(new.error_message) > 2000) OR (char_length(new.error_code) > 200)))
  EXECUTE FUNCTION private.bound_attempt();

CREATE TRIGGER changed_jobs_are_listed
  AFTER UPDATE OF status, progress, request_id ON public.jobs
  FOR EACH ROW
  WHEN ((new.effect IS NOT NULL))
  EXECUTE FUNCTION private.list_job();

CREATE CONSTRAINT TRIGGER changed_jobs_are_shown
  AFTER UPDATE OF status, progress, request_id ON public.jobs DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN ((new.effect IS NOT NULL))
  EXECUTE FUNCTION private.show_jobs();

CREATE TRIGGER jobs_broadcast_trigger
  AFTER UPDATE ON public.jobs REFERENCING OLD TABLE AS old_jobs NEW TABLE AS new_jobs
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.broadcast_jobs();

CREATE TRIGGER keep_line
  BEFORE UPDATE OF status, run_at ON public.jobs
  FOR EACH ROW
  WHEN ((new.lane = 'publication'::text))
  EXECUTE FUNCTION private.keep_line();

CREATE TRIGGER keep_new_line
  BEFORE INSERT ON public.jobs
  FOR EACH ROW
  WHEN ((new.lane = 'publication'::text))
  EXECUTE FUNCTION private.keep_line();

CREATE TRIGGER lines_follow_jobs
  AFTER UPDATE OF status, run_at ON public.jobs
  FOR EACH ROW
  WHEN ((new.lane = 'publication'::text))
  EXECUTE FUNCTION private.follow_job();

CREATE TRIGGER new_jobs_are_listed
  AFTER INSERT ON public.jobs
  FOR EACH ROW
  WHEN ((new.effect IS NOT NULL))
  EXECUTE FUNCTION private.list_job();

CREATE CONSTRAINT TRIGGER new_jobs_are_shown
  AFTER INSERT ON public.jobs DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN ((new.effect IS NOT NULL))
  EXECUTE FUNCTION private.show_jobs();

CREATE TRIGGER new_jobs_broadcast_trigger
  AFTER INSERT ON public.jobs REFERENCING NEW TABLE AS new_jobs
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.broadcast_jobs();

COMMENT ON COLUMN "private"."retention"."jobs" IS 'A job itself, after its end, with its attempts, webhooks and verdicts; its entries in the ledger stay. Publications have a time of their own.';

COMMENT ON COLUMN "public"."jobs"."version" IS 'Rises by one with each change but of deadline_at alone; clients drop what is not newer.';

COMMENT ON FUNCTION "ops"."rates"(interval) IS 'What alerts are made of beside ops.counts, with what it is about: attempts in a thousand that fail, over the last p_since (null: fewer than twenty ended); seconds that the next jobs of a lane have waited, in the worst lane; attempts ended in lanes whose webhooks are silent (found by asking while no webhook of the lane came in p_since); credits that do not add up (rows of ops.credit_drift, looked for piece by piece); parts of the schedules that have not beaten in time; accesses that end within three days and are not renewed; seconds that the oldest snapshot is held, beyond 15 minutes; megabytes of the log that a replication slot holds, beyond 1,024; alerts that could not be posted. What is not wrong may have no row.';

COMMENT ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval, interval) IS 'Says how long things of a tool''s jobs are kept: inputs, outputs, attempts, events; null: for ever. p_tool null: of all tools that have none of their own, and p_unused: inputs that were for no job. p_publications: publications that have ended, a year unless it says otherwise. p_jobs: jobs themselves, a day at the least. Errors: 422 invalid_amount, 23503 for an unknown tool.';

COMMENT ON FUNCTION "private"."active_jobs"(text, uuid) IS 'The same as active_seen, as it is now rather than when the statement began: for whoever has the user''s lock.';

COMMENT ON FUNCTION "private"."active_key"(text, uuid) IS 'The advisory lock under which a user''s running jobs in a lane are counted.';

COMMENT ON FUNCTION "private"."active_seen"(text, uuid) IS 'How many jobs a user has running in a lane, those counted too that have ended while their task may live: as the statement sees it.';

COMMENT ON FUNCTION "private"."advance_clock"(text, smallint, bigint) IS 'Moves the clock of a lane''s priority to a ticket just served.';

COMMENT ON FUNCTION "private"."balance_drift"(uuid, uuid) IS 'What ops.credit_drift finds in the balances of users after p_from and up to p_to.';

COMMENT ON FUNCTION "private"."bare_item"(public.jobs, public.job_attempts) IS 'What of a work item is an attempt''s own: {job, attempt, handed}. For service_role alone.';

COMMENT ON FUNCTION "private"."begin_first_attempt"(private.lanes, public.jobs, bigint, integer, public.attempt_phase, boolean) IS 'What begin_attempts does, for one job that has just been written as starting, in a lane that has no rate. p_phase: of the attempt; p_is_leased: the caller is the worker, and has the message leased. Returns the attempt, and the id of a leased message.';

COMMENT ON FUNCTION "private"."bounded"(interval, interval) IS 'A time to wait as somebody outside has asked for it, made no shorter than nothing and no longer than p_longest; null if nobody has.';

COMMENT ON FUNCTION "private"."broadcast_jobs"() IS 'After every statement that inserts or updates jobs: tells their owners'' topics what the rows are now and what was added to their histories; of a change that is no version, nobody. A failure is counted and never fails the change.';

COMMENT ON FUNCTION "private"."clean_up"(interval) IS 'Forgets archives, the outbox, verdicts and repairs older than p_keep, and pg_cron''s log after three days; payloads and jobs go piece by piece (the retention room). Returns {archived}: how many.';

COMMENT ON FUNCTION "private"."connection_hold"(uuid, timestamp with time zone) IS 'The same as hold_seen, as it is now rather than when the statement began: for whoever has locked the line.';

COMMENT ON FUNCTION "private"."count_balance_drift"(integer) IS 'Proves the balances of the next p_qty users. Returns what private.count_found does.';

COMMENT ON FUNCTION "private"."count_drift"(integer, integer) IS 'Proves the next piece of the ledger, of jobs and of attempts: what ops.credit_drift proves at once. Its heartbeat keeps what was found: {drifting}, 1,000 at the most. A pass through a million jobs is 500 pieces.';

COMMENT ON FUNCTION "private"."count_found"(text, integer, text, boolean) IS 'Notes how far a pass of a proof has come and what it has found. Returns how much that is, or what the last pass found, if that was more; at its end what it found.';

COMMENT ON FUNCTION "private"."count_letters"() IS 'How many dead letters there are, up to 1,000.';

COMMENT ON FUNCTION "private"."count_price_drift"(integer) IS 'Proves what the next p_qty jobs were charged and refunded. Returns what private.count_found does.';

COMMENT ON FUNCTION "private"."count_task_drift"(integer) IS 'Looks at slots and at tasks that live, and at the next p_qty attempts that ended in the last seven days. Returns what private.count_found does.';

COMMENT ON FUNCTION "private"."counts_but_letters"(interval) IS 'What ops.counts counts, but for dead letters: it is for ever more of them that are looked through.';

COMMENT ON FUNCTION "private"."first_id_at"(timestamp with time zone) IS 'The smallest id that private.uuid_v7 makes at a time: what was made before has smaller ones.';

COMMENT ON FUNCTION "private"."first_uuid"() IS 'The id that all others come after.';

COMMENT ON FUNCTION "private"."forget_answers"(interval, integer) IS 'Among the next p_qty attempts that ended longer than p_keep ago, forgets what those of tools whose answers are kept for that long keep of a provider''s. Goes no further while one of them is locked. Returns how many; null: nothing more is that old.';

COMMENT ON FUNCTION "private"."forget_events"(interval, integer) IS 'Among the next p_qty webhooks that came longer than p_keep ago, deletes those of tools whose webhooks are kept for that long; of jobs that are gone, after 30 days. Returns how many; null: nothing more is that old.';

COMMENT ON FUNCTION "private"."forget_old_jobs"(interval, integer, integer) IS 'Among the next p_qty jobs that are old enough for some tool, deletes those whose time is over, p_each at a time until p_within is over. Their entries in the ledger stay. Returns how many.';

COMMENT ON FUNCTION "private"."forget_payloads"(interval, integer) IS 'Forgets webhooks and what attempts keep of a provider''s answers, when their tool''s retention says so, p_qty at a time until p_within is over, once for each of both: whoever comes to one of their rows waits no longer. Returns counts: {webhook_events, payloads}.';

COMMENT ON FUNCTION "private"."forget_positions"() IS 'After an operator has said how long things are kept: the sweeps of payloads begin anew.';

COMMENT ON FUNCTION "private"."grace_of"(public.jobs) IS 'The same as grace_seen, as it is now rather than when the statement began: for whoever has locked the job.';

COMMENT ON FUNCTION "private"."grace_seen"(public.jobs) IS 'How long after its deadline an overdue job is left to whoever works on it, for a last question to its provider: five minutes; a publication that has committed nothing has nothing to ask. As the statement sees it.';

COMMENT ON FUNCTION "private"."guard_job"() IS 'Before every update of a job: numbers the version (a new deadline alone makes none), keeps owner, terminal states and history; the end is no estimate; of errors 2,000 characters are kept, of a provider''s id 500.';

COMMENT ON FUNCTION "private"."hold_seen"(uuid, timestamp with time zone) IS 'Why nothing may begin with a connection at p_at: reconnect_needed, revoked, limited, posting_limit or platform_paused. Null: it may. As the statement sees it.';

COMMENT ON FUNCTION "private"."is_awaited"(text) IS 'Whether anybody waits for a slot of a lane, or is due to: as far as is committed, and whoever has them locked.';

COMMENT ON FUNCTION "private"."is_committed"(public.jobs, public.job_attempts) IS 'Whether an attempt of a publication may have made it visible: its commit has passed, and the platform has not said that nothing came of it.';

COMMENT ON FUNCTION "private"."is_publication"(public.jobs) IS 'Whether a job publishes with a connection (see the publications room), rather than being an ordinary one.';

COMMENT ON FUNCTION "private"."is_sender_gone"(timestamp with time zone, timestamp with time zone) IS 'Whether no submit of an attempt can be under way any more: the lease of whoever passed the checkpoint last is over, and a grace of 30 seconds with it.';

COMMENT ON FUNCTION "private"."is_within_limits"(uuid, public.tools, private.lanes, boolean) IS 'Whether a user may have one new job of a tool for all that check_creates_limit, check_refund_limit, check_storage_limit and check_waiting_limit would say, in two statements. False: one of them has to be asked, for what is refused, or because what is stored has to be added up. Exact, because one user''s creates go one at a time.';

COMMENT ON FUNCTION "private"."jobs_over"(uuid[]) IS 'Those of some jobs whose time is over (private.retention.jobs), locked: they have ended, nothing of them is open, and no project or model of their owner refers to them.';

COMMENT ON FUNCTION "private"."last_uuid"() IS 'The id that comes after all others.';

COMMENT ON FUNCTION "private"."lease_message"(text, bigint, interval) IS 'Leases a message anew, for p_lease or a twentieth less; does nothing without one.';

COMMENT ON FUNCTION "private"."list_job"() IS 'When a job with an effect changes: puts it on the list of its transaction, and a new one on that of the new, if the change is one that its project or model shows.';

COMMENT ON FUNCTION "private"."lock_told"(private.told[]) IS 'Locks the jobs of what is reported, and the slots that may be freed, where nobody has them; the others are busy.';

COMMENT ON FUNCTION "private"."may_be_several"(text, integer) IS 'Whether an attempt may have made more than one task: then one task''s end says nothing of the others.';

COMMENT ON FUNCTION "private"."new_job"(uuid, text, jsonb, smallint, timestamp with time zone, text, jsonb, boolean, boolean, jsonb, boolean) IS 'What public.create_job does, with the same arguments; p_is_leased: a job that starts at once, before all that wait, is its caller''s to work on (worker.create_job).';

COMMENT ON FUNCTION "private"."number_in"(jsonb, text) IS 'A number in a message, of nine digits at most; null if there is none.';

COMMENT ON FUNCTION "private"."other_name"(text, text) IS 'For an attempt''s checkpoint: a name that its task was given beside the one that it has; see worker.other_task.';

COMMENT ON FUNCTION "private"."place_job"(public.jobs, public.tools, private.lanes, bigint, boolean) IS 'Writes a job that has been checked and paid for (p_job: id, user_id, tool, lane, input, priority, run_at, idempotency_key, idempotency_hash, metadata, is_by_user, and the uploads as step_history), with its place in the order; it starts at once if a slot is free and nobody waits, and then p_is_leased leases its message.';

COMMENT ON FUNCTION "private"."prepared"(text, text) IS 'The name of the session''s prepared statement that does with a queue what pgmq.send_batch (act send: messages), pgmq.read (read: lease, how many), pgmq.set_vt (lease: lease, id; writes nothing in a lease''s first twentieth) and pgmq.delete (delete: ids) do; hand: sends one message that is leased as it is sent. An act has six letters at most: more, and the longest name of a queue would make none.';

COMMENT ON FUNCTION "private"."price_drift"(uuid, uuid) IS 'What ops.credit_drift finds in the entries and refunds of jobs after p_from and up to p_to.';

COMMENT ON FUNCTION "private"."read_told"(jsonb) IS 'What a worker reports together ([{call, args}]), user by user. Error: 422 invalid_input.';

COMMENT ON FUNCTION "private"."report"(text, jsonb) IS 'Calls the function of the schema worker that is named, with arguments by their names, and returns what it returns.';

COMMENT ON FUNCTION "private"."report_alike"(text, private.told[]) IS 'Reports those that go together (submitted or complete) in one batch. Returns the verdicts by job; none when the batch failed, and changed nothing.';

COMMENT ON FUNCTION "private"."send_leased"(text, interval, jsonb) IS 'Puts a message into a queue that its sender has leased already, as if it had been read. Returns its id.';

COMMENT ON FUNCTION "private"."sweep_time"(text) IS 'The time that a sweep has come to; -infinity: it has seen nothing.';

COMMENT ON FUNCTION "private"."task_drift"(timestamp with time zone, timestamp with time zone) IS 'What ops.credit_drift finds in tasks that live and slots, and in attempts that ended after p_from and up to p_to.';

COMMENT ON FUNCTION "private"."trimmed"(text) IS 'A secret without the blanks, newlines and invisible marks around it that pasting brings along.';

COMMENT ON FUNCTION "private"."try_report"(text, jsonb) IS 'private.report, whose errors are its caller''s to know and nobody else''s: {data}; {busy}, it waited too long for somebody and nothing was changed; {error: {code, message, details, hint}}, as the Data API puts it.';

COMMENT ON FUNCTION "private"."uuid_in"(jsonb, text) IS 'A UUID in a message; null if there is none: what somebody else has put into a queue stops nobody.';

COMMENT ON FUNCTION "private"."webhook_key"(text) IS 'What an event is known by: its key, or of a long one, which no index holds, the beginning and its digest.';

COMMENT ON FUNCTION "worker"."create_job"(uuid, text, jsonb, smallint, timestamp with time zone, text, jsonb, boolean, jsonb) IS 'public.create_job for a caller who drains the lane after its commit, and begins with what it gets: {job, message}. message: what worker.receive would answer with for this job, leased as long, when it starts at once; not there when it waits, when it was created before (status 208), and in a pull lane. A caller who dies loses the lease, no more: then the message is received by another. Arguments and errors as of public.create_job.';

COMMENT ON FUNCTION "worker"."report_many"(jsonb) IS 'Several of a worker''s calls in one transaction: p_reports: [{call, args}], 1 to 100 of them, call being checkpoint, submitted, webhook, produced, complete, attempt_failed or defer, and args its arguments by their names. Returns for each, in their order, {data}, as the call alone would have returned; {error: {code, message, details, hint}}, as it would have raised; or {busy: true}: somebody has the job, nothing was changed, call alone. Error: 422 invalid_input.';

COMMENT ON FUNCTION "worker"."webhook"(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb) IS 'Takes in a webhook. p_dedupe_key: same event, same key; p_external_id: the provider''s task id if the body names one; p_verified_by: token or a signature scheme; p_word: the provider''s final word, succeeded or failed, null if it is not final; p_details: shown in the history. Returns {verdict}: unknown (no such job and token: nothing is stored), duplicate, late, too_many (the attempt has had a hundred, and this is no final word: nothing is stored), or accepted / stale_attempt / other_task with {lane, waits, message}, the settle message to work on at once; waits: somebody waited for a slot of the lane, which is to be drained at once, else when the message is done with: a job may have been created in the same moment.';

COMMENT ON TYPE "private"."begun" IS 'An attempt that has just begun, and its message, where whoever began it has leased that.';

COMMENT ON TYPE "private"."placed" IS 'A job that has just been created, and the message of its attempt in the lane''s queue, where whoever created it has leased that; attempt: null unless it has started at once.';

COMMENT ON TYPE "private"."told" IS 'The n-th of what a worker reports together: the function it would call alone (worker.*), with these arguments, and how that is done: busy (not at all: somebody has its job), together with those of its kind, or alone.';

REVOKE ALL ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval, interval) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "ops"."set_retention"(text, interval, interval, interval, interval, interval, interval, interval) TO "service_role";

REVOKE ALL ON FUNCTION "private"."active_key"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."active_seen"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."advance_clock"(text, smallint, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."balance_drift"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bare_item"(public.jobs, public.job_attempts) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_first_attempt"(private.lanes, public.jobs, bigint, integer, public.attempt_phase, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bounded"(interval, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_balance_drift"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_drift"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_found"(text, integer, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_letters"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_price_drift"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_task_drift"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."counts_but_letters"(interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."first_id_at"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."first_uuid"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_answers"(interval, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_events"(interval, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_old_jobs"(interval, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_payloads"(interval, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_positions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grace_seen"(public.jobs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_seen"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_awaited"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_committed"(public.jobs, public.job_attempts) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_publication"(public.jobs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_sender_gone"(timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_within_limits"(uuid, public.tools, private.lanes, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."jobs_over"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."last_uuid"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lease_message"(text, bigint, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_told"(private.told[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_be_several"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."new_job"(uuid, text, jsonb, smallint, timestamp WITH time zone, text, jsonb, boolean, boolean, jsonb, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."number_in"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."other_name"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."place_job"(public.jobs, public.tools, private.lanes, bigint, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."price_drift"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."read_told"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."report"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."report_alike"(text, private.told[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_leased"(text, interval, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sweep_time"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_drift"(timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."trimmed"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."try_report"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."uuid_in"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_key"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "worker"."create_job"(uuid, text, jsonb, smallint, timestamp WITH time zone, text, jsonb, boolean, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "worker"."create_job"(uuid, text, jsonb, smallint, timestamp WITH time zone, text, jsonb, boolean, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "worker"."report_many"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "worker"."report_many"(jsonb) TO "service_role";

select ops.install();
