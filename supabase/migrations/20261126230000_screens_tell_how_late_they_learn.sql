set local lock_timeout = '5s';
set local statement_timeout = '5min';

SET local check_function_bodies = off;

DROP FUNCTION "private"."hint_of_project"(text, uuid, jsonb, jsonb, jsonb, text);

CREATE TABLE "private"."deliveries" (
  "user_id"     uuid                     NOT NULL,
  "hour"        timestamp with time zone NOT NULL,
  "channel"     text                     NOT NULL,
  "reports"     integer                  NOT NULL,
  "changes"     bigint                   NOT NULL,
  "terminal"    bigint                   NOT NULL,
  "missed"      bigint                   NOT NULL,
  "late"        bigint[]                 NOT NULL,
  "late_max_ms" integer                  NOT NULL,
  CONSTRAINT "deliveries_pkey" PRIMARY KEY (user_id, hour, channel),
  CONSTRAINT "delivery_channels_are_known" CHECK ((channel = ANY (ARRAY['realtime'::text, 'sse'::text, 'poll'::text, 'snapshot'::text]))),
  CONSTRAINT "hours_are_whole" CHECK ((hour = date_trunc('hour'::text, hour, 'UTC'::text))),
  CONSTRAINT "lateness_has_twelve_buckets" CHECK ((cardinality(late) = 12)),
  CONSTRAINT "no_more_are_missed_than_change" CHECK (((missed >= 0) AND (missed <= changes))),
  CONSTRAINT "no_more_end_than_change" CHECK (((terminal >= 0) AND (terminal <= changes)))
);

ALTER TABLE "private"."deliveries"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."deliveries"
  SET (fillfactor=70);

CREATE TABLE "private"."logging" (
  "what"  text                     NOT NULL,
  "until" timestamp with time zone NOT NULL,
  CONSTRAINT "logging_pkey" PRIMARY KEY (what),
  CONSTRAINT "what_is_logged_is_known" CHECK ((what = 'broadcasts'::text))
);

ALTER TABLE "private"."logging"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."broadcast_failures"
  ADD COLUMN "topics" text[] DEFAULT '{}'::text[];

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
    where a.paused_until > private.now() and a.retired_at is null
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
    select 'files to be deleted', count(*) from private.doomed_files f where f.due_at <= private.now()
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > private.now()
    union all
    select 'dead letters', count(*) from (select from ops.dead_letters limit 1000) d; -- more than that is no news
end
$function$;

CREATE OR REPLACE FUNCTION ops.delivery_health (
  p_since interval DEFAULT '01:00:00'::interval
)
  RETURNS TABLE (
    channel          text,
    users            bigint,
    changes          bigint,
    terminal         bigint,
    terminal_percent numeric,
    missed           bigint,
    missed_percent   numeric,
    late_p50_ms      integer,
    late_p99_ms      integer,
    late_max_ms      integer
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_now timestamptz := private.now();
begin
  return query
    with told as materialized (
      -- An hour that has begun before counts as a whole; what is of the future is of a clock that was set back.
      select * from private.deliveries where hour > v_now - p_since - interval '1 hour' and hour <= v_now
    ), buckets as (
      select channel, array_agg(count order by n) as late from (
        select t.channel, n, sum(count)::bigint as count from told t, unnest(t.late) with ordinality b (count, n)
        group by t.channel, n) sums
      group by channel
    ), sums as (
      select channel, count(*) as users, sum(changes)::bigint as changes, sum(terminal)::bigint as terminal,
        sum(missed)::bigint as missed, max(late_max_ms) as latest
      from (
        select channel, user_id, sum(changes) as changes, sum(terminal) as terminal, sum(missed) as missed,
          max(late_max_ms) as late_max_ms
        from told group by channel, user_id) each_user
      group by channel
    )
    select s.channel, s.users, s.changes, s.terminal,
      round(100.0 * s.terminal / nullif(sum(s.terminal) over (), 0), 2), s.missed,
      round(100.0 * s.missed / nullif(s.changes, 0), 2),
      private.lateness(b.late, 0.5, s.latest), private.lateness(b.late, 0.99, s.latest), s.latest
    from sums s join buckets b on b.channel = s.channel
    order by s.changes desc, s.channel;
end
$function$;

CREATE OR REPLACE FUNCTION ops.export_user (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_user jsonb := (
    select jsonb_build_object('id', u.id, 'email', u.email, 'phone', to_jsonb(u) -> 'phone', 'created_at', u.created_at,
      'user_metadata', to_jsonb(u) -> 'raw_user_meta_data', 'app_metadata', to_jsonb(u) -> 'raw_app_meta_data')
    from auth.users u where u.id = p_user_id);
begin
  if v_user is null then perform private.refuse(404, 'user_not_found', 'There is no such user.'); end if;
  return jsonb_build_object('user', v_user, 'exported_at', private.now(), 'jobs', private.jobs_of(p_user_id),
    'balance', coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0),
    'credits', (select coalesce(jsonb_agg(to_jsonb(e) - 'user_id' order by e.entry_id), '[]')
      from public.credit_entries e where e.user_id = p_user_id),
    'models', (select coalesce(jsonb_agg(to_jsonb(m) - 'userId' order by m.id), '[]')
      from public.ai_models m where m."userId" = p_user_id),
    'projects', (select coalesce(jsonb_agg(to_jsonb(p) - 'user_id' order by p.created_at, p.id), '[]')
      from public.projects p where p.user_id = p_user_id),
    'effects', (select coalesce(jsonb_agg(to_jsonb(f) - 'user_id' order by f.job_id), '[]')
      from public.job_effects f where f.user_id = p_user_id),
    'limits', (select coalesce(jsonb_object_agg(l.limit_name, l.maximum), '{}')
      from private.limits_of_users l where l.user_id = p_user_id),
    'deliveries', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
      from private.deliveries d where d.user_id = p_user_id),
    'files', private.files_of(p_user_id));
end
$function$;

CREATE OR REPLACE FUNCTION ops.log_broadcasts (
  p_for interval DEFAULT '00:15:00'::interval
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_until timestamptz := private.now() + least(coalesce(p_for, '0'), interval '1 day');
begin
  delete from private.logging where what = 'broadcasts';
  if v_until <= private.now() then return null; end if;
  insert into private.logging (what, until) values ('broadcasts', v_until);
  return v_until;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_effects (
  p_jobs uuid[],
  p_new  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET lock_timeout TO '250ms'
  AS $function$
declare
  -- What is left of it is for writing down what did not fit.
  v_until timestamptz := clock_timestamp() + current_setting('lock_timeout')::interval * 0.8;
begin
  -- Whoever holds one project or model waits for no other; whoever ends many jobs at once, for none (can_end_at_once).
  if current_setting('esteira.effect', true) is distinct from 'holds' then perform private.wait_for_one(p_jobs); end if;
  -- For what may be waited for besides: a user who is just leaving, say.
  perform set_config('lock_timeout',
    greatest(1000 * extract(epoch from v_until - clock_timestamp()), 1)::integer::text, true);
  perform private.try_effects(p_jobs, p_new, v_until);
  perform set_config('esteira.effect', 'holds', true);
exception when others then -- whatever it is, it does not fail the jobs
  perform private.note_pending(p_jobs, p_new);
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_pending_effects()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET lock_timeout TO '2s'
  AS $function$
declare
  v_until timestamptz := clock_timestamp() + current_setting('lock_timeout')::interval;
  v_project_id uuid;
  v_taken record;
  v_count integer := 0;
begin
  for v_project_id in
    select project_id from private.pending_effects group by project_id order by min(pending_id)
  loop
    exit when clock_timestamp() >= v_until;
    v_taken := private.take_pending(v_project_id);
    continue when v_taken.jobs is null;
    v_count := v_count + private.try_effects(v_taken.jobs, v_taken.new_jobs, v_until);
    perform set_config('esteira.effect', 'holds', true);
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.broadcast_jobs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_jobs refcursor;
  v_job record; -- not as public.jobs: what is large in it would be read, and is not shown
  v_hints private.hint[] := '{}';
begin
  if tg_op = 'INSERT' then
    open v_jobs for
      select n.*, null::public.job_status as old_status, null::public.job_step as old_step,
        null::integer as old_version, 0 as old_steps
      from new_jobs n;
  else
    open v_jobs for
      select n.*, o.status as old_status, o.current_step as old_step, o.version as old_version,
        jsonb_array_length(o.step_history) as old_steps
      from new_jobs n join old_jobs o on o.id = n.id;
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

CREATE OR REPLACE FUNCTION private.broadcast_project()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.send(array[private.hint_of_project(tg_op, coalesce(new.id, old.id),
    case when tg_op <> 'DELETE' then
      private.visible_project(new.id, new.user_id, new.name, new.version, new.updated_at) end,
    case when tg_op <> 'INSERT' then
      private.visible_project(old.id, old.user_id, old.name, old.version, old.updated_at) end,
    case when tg_op <> 'DELETE' then private.changed_content(coalesce(old.content, '{}'), new.content) end)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.changed_content (
  p_old jsonb,
  p_new jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_nodes jsonb := private.changed_nodes(p_old, p_new);
  v_rest jsonb;
begin
  select coalesce(jsonb_object_agg(key, p_new -> key), '{}') into v_rest
  from unnest(array['edges', 'viewport']) key where p_new ? key and p_new -> key is distinct from p_old -> key;
  -- Written out only where it can be small: a content may have 8 MiB.
  if pg_column_size(v_rest) > 65536 or octet_length(v_rest::text) + octet_length(v_nodes::text) > 65536 then
    v_rest := '{}';
  end if;
  return jsonb_build_object('nodes', v_nodes) || v_rest;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_reports (
  p_reports jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_place bigint;
  v_fault text;
begin
  if coalesce(jsonb_typeof(p_reports), '') <> 'array' or jsonb_array_length(p_reports) > 100 then
    perform private.refuse(422, 'invalid_input', 'p_reports is an array of at most 100 reports.', 'p_reports');
  end if;
  select n - 1, private.fault_in_report(report) into v_place, v_fault
  from jsonb_array_elements(p_reports) with ordinality r (report, n)
  where private.fault_in_report(report) is not null order by n limit 1;
  if v_fault is not null then
    perform private.refuse(422, 'invalid_input', 'A report is {channel, changes, terminal, missed, late, late_max_ms}: '
      'see shared/rows/delivery.ts.', left(concat_ws('.', 'p_reports', v_place, nullif(v_fault, '')), 200));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_rows_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_models integer;
  v_projects integer;
begin
  -- Here rather than by the foreign keys to auth.users: in the order in which whoever saves several locks them.
  perform from public.projects where user_id = p_user_id order by id for update;
  delete from public.projects where user_id = p_user_id;
  get diagnostics v_projects = row_count;
  delete from public.ai_models where "userId" = p_user_id;
  get diagnostics v_models = row_count;
  delete from private.tickets where user_id = p_user_id;
  delete from private.limits_of_users where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  return jsonb_build_object('projects', v_projects, 'models', v_models);
end
$function$;

CREATE OR REPLACE FUNCTION private.fault_in_report (
  p_report jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_fields text[] := array['channel', 'changes', 'terminal', 'missed', 'late', 'late_max_ms'];
  v_changes numeric;
begin
  if jsonb_typeof(p_report) <> 'object' then return ''; end if;
  if p_report - v_fields <> '{}' then return (select min(key) from jsonb_object_keys(p_report - v_fields) key); end if;
  if jsonb_typeof(p_report -> 'channel') is distinct from 'string'
    or p_report ->> 'channel' not in ('realtime', 'sse', 'poll', 'snapshot') then return 'channel'; end if;
  if not private.is_count(p_report -> 'changes', 100000) then return 'changes'; end if;
  v_changes := (p_report -> 'changes')::numeric;
  if not private.is_count(p_report -> 'terminal', v_changes) then return 'terminal'; end if;
  if not private.is_count(p_report -> 'missed', v_changes) then return 'missed'; end if;
  if not private.is_count(p_report -> 'late_max_ms', 86400000) then return 'late_max_ms'; end if;
  if jsonb_typeof(p_report -> 'late') is distinct from 'array' or jsonb_array_length(p_report -> 'late') <> 12
    or exists (select from jsonb_array_elements(p_report -> 'late') n where not private.is_count(n, v_changes))
    or (select sum(n::numeric) from jsonb_array_elements(p_report -> 'late') n) > v_changes then return 'late'; end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_deliveries()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.forget_older('private.deliveries', 'hour', private.now() - interval '7 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_deliveries_of (
  p_user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- In the order in which a report writes them.
  perform from private.deliveries where user_id = p_user_id order by hour, channel for update;
  delete from private.deliveries where user_id = p_user_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_traces (
  p_leaver private.leavers
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_events integer;
begin
  update private.cancels set user_id = p_leaver.tombstone_id, checkpoint = private.without_files(checkpoint)
  where token in (select token from private.cancels where user_id = p_leaver.user_id for update skip locked);
  delete from private.webhook_events where user_id = p_leaver.user_id or job_id = any (p_leaver.job_ids);
  get diagnostics v_events = row_count;
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.broadcast_failures f set topics = array(select unnest(f.topics) except select unnest(p_leaver.topics))
  where f.topics && p_leaver.topics;
  perform private.forget_deliveries_of(p_leaver.user_id); -- told meanwhile, by a token that outlived its user
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
end
$function$;

CREATE OR REPLACE FUNCTION private.hint_of_project (
  p_event   text,
  p_id      uuid,
  p_new     jsonb,
  p_old     jsonb,
  p_content jsonb,
  p_node_id text  DEFAULT NULL::text
)
  RETURNS private.hint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return (gen_random_uuid(), 'project:' || p_id, p_event, jsonb_build_object(
    'type', p_event, 'table', 'projects', 'schema', 'public',
    'new', p_new || jsonb_build_object('content', p_content),
    'old', p_old,
    '_debug', jsonb_strip_nulls(jsonb_build_object('triggeredAt', private.now(),
      'triggerName', 'projects_broadcast_trigger', 'broadcastSuccess', true, 'nodeUpdated', p_node_id))),
    p_id)::private.hint;
end
$function$;

CREATE OR REPLACE FUNCTION private.install_alert_rules()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.* from (values
      ('Many jobs fail', 'attempts failed', '15 minutes', 20),
      ('Results came too late', 'attempts orphaned', '1 hour', 5),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5),
      ('An account is paused', 'accounts paused', '1 minute', 1),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10),
      ('Screens miss changes', 'screens in a thousand that miss changes', '1 hour', 100),
      ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5),
      ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5),
      ('Nobody knows what became of tasks', 'esteira-reap tasks_unknown', '1 hour', 1),
      ('Results could not be copied', 'esteira-reap copies_given_up', '1 hour', 1),
      ('Jobs wait too long to begin', 'esteira-reap expired', '1 hour', 5),
      ('A provider is down', 'circuits open', '1 minute', 1),
      ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1),
      ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10),
      ('A schedule fails', 'schedules failed', '15 minutes', 3),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1)
    ) rules (name, count_name, look_back, threshold),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_count (
  p_value jsonb,
  p_most  numeric
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(case when jsonb_typeof(p_value) = 'number' then
    p_value::numeric between 0 and p_most and p_value::numeric = trunc(p_value::numeric) end, false);
end
$function$;

CREATE OR REPLACE FUNCTION private.lateness (
  p_late  bigint[],
  p_share numeric,
  p_max   integer
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_bounds integer[] := '{10,25,50,100,250,500,1000,2500,5000,10000,60000}';
begin
  return (
    select least(coalesce(v_bounds[n], p_max), p_max) from (
      select n, sum(count) over (order by n) as up_to, sum(count) over () as all_of_them
      from unnest(p_late) with ordinality buckets (count, n)) sums
    where up_to >= p_share * all_of_them and all_of_them > 0 order by n limit 1);
end
$function$;

CREATE OR REPLACE FUNCTION private.log_hints (
  p_hints private.hint[],
  p_what  text,
  p_level text           DEFAULT 'log'::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_hint private.hint;
  v_line text;
begin
  foreach v_hint in array p_hints loop
    -- Of a user's topic no more than tells it from others: logs are kept by the platform.
    v_line := format('[REALTIME] %s %s: topic=%s, operation=%s, row_id=%s',
      coalesce(v_hint.payload ->> 'table', 'lanes'), p_what,
      case when v_hint.topic like 'jobs:%' then left(v_hint.topic, 13) || '…' else v_hint.topic end,
      v_hint.event, v_hint.row_id);
    if p_level = 'warning' then raise warning '%', v_line; else raise log '%', v_line; end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.logs_broadcasts()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from private.logging where what = 'broadcasts' and until > private.now());
end
$function$;

CREATE OR REPLACE FUNCTION private.note_effects (
  p_shown   private.shown[],
  p_new     uuid[],
  p_message text            DEFAULT NULL::text
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  AS $function$
declare
  v_now timestamptz := private.now();
  v_pending uuid[] := array(select job_id from unnest(p_shown) where outcome = 'pending');
begin
  perform private.note_pending(v_pending, p_new) where v_pending <> '{}';
  insert into public.job_effects as e (job_id, user_id, effect, outcome, message, updated_at)
  select j.id, j.user_id, j.effect, s.outcome, case s.outcome when 'failed' then p_message end, v_now
  from unnest(p_shown) s join public.jobs j on j.id = s.job_id where private.has_ended(j.status)
  on conflict (job_id) do update
  set outcome = excluded.outcome, message = excluded.message, updated_at = excluded.updated_at
  where (e.outcome, e.message) is distinct from (excluded.outcome, excluded.message);
  return (select count(*) from unnest(p_shown) s where s.outcome <> 'pending');
end
$function$;

CREATE OR REPLACE FUNCTION private.note_pending (
  p_jobs uuid[],
  p_new  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  AS $function$
begin
  insert into private.pending_effects (job_id, project_id, is_new, made_at)
  select j.id, case j.effect when 'project_node' then private.project_of(j.metadata) end, j.id = any (p_new),
    private.now()
  from public.jobs j where j.id = any (p_jobs);
end
$function$;

CREATE OR REPLACE FUNCTION private.note_unsent (
  p_hints   private.hint[],
  p_cause   text,
  p_message text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_last private.hint := p_hints[cardinality(p_hints)];
  -- Without a partition nobody has listened for days, unless Realtime itself is at fault.
  v_heard bigint := case
    when p_cause <> 'no_partition' or private.somebody_listens() then cardinality(p_hints) else 0 end;
begin
  insert into private.broadcast_failures as f (
    minute, cause, count, heard, message, topic, event, row_id, failed_at, topics)
  values (date_trunc('minute', v_now), p_cause, cardinality(p_hints), v_heard, p_message,
    v_last.topic, v_last.event, v_last.row_id, v_now,
    case when v_heard > 0 then private.topics_with('{}', array(select topic from unnest(p_hints))) else '{}' end)
  on conflict (minute, cause, pid) do update set count = f.count + excluded.count, heard = f.heard + excluded.heard,
    message = excluded.message, topic = excluded.topic, event = excluded.event, row_id = excluded.row_id,
    failed_at = excluded.failed_at, topics = private.topics_with(f.topics, excluded.topics);
  if private.logs_broadcasts() then
    perform private.log_hints(p_hints, format('broadcast FAILED (%s)', p_message), 'warning');
  end if;
  if private.may_pass('broadcasts failed', '1 minute') then
    raise warning 'broadcasts fail: %', p_message using hint = 'See private.broadcast_failures.';
  end if;
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
    ('esteira-alerts', 'esteira-alerts', 'alerts_tick', null, false),
    ('esteira-retry', 'esteira-retry', 'sweep', null, false),
    ('esteira-leavers', 'esteira-retention', 'forget_leavers', null, false),
    ('esteira-inputs', 'esteira-retention', 'sweep_inputs', 'doomed', false),
    ('esteira-orphans', 'esteira-retention', 'sweep_outputs', 'doomed', false),
    ('esteira-outputs', 'esteira-retention', 'expire_outputs', 'expired', false),
    ('esteira-deliveries', 'esteira-retention', 'forget_deliveries', 'forgotten', false),
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false)
$function$;

CREATE OR REPLACE FUNCTION private.screens_that_miss (
  p_since timestamp with time zone
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select 1000 * count(*) filter (where missed * 20 >= changes) / nullif(count(*), 0) from (
      select sum(d.missed) as missed, sum(d.changes) as changes from private.deliveries d
      where d.hour > p_since - interval '1 hour' and d.hour <= private.now()
      group by d.user_id having sum(d.changes) >= 20) each_user);
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
  v_is_logged boolean;
  v_constraint text;
begin
  -- Nearly always neither.
  select exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0),
    exists (select from private.logging where until > private.now()) into v_is_missed, v_is_logged;
  if v_is_missed then p_hints := private.tell_missed(p_hints, v_since); end if;
  if v_is_logged then perform private.log_hints(p_hints, 'trigger'); end if;
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h;
  if v_is_logged then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
  return cardinality(p_hints);
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return private.send_apart(p_hints,
    case when sqlstate = '23514' and v_constraint = '' then 'no_partition' else sqlstate end, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION private.send_apart (
  p_hints   private.hint[],
  p_cause   text,
  p_message text
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_sent integer := 0;
  v_in_row integer := 0;
begin
  if p_cause = 'no_partition' or exists (
    select from private.broadcast_failures
    where minute = date_trunc('minute', private.now()) and cause = p_cause and pid = pg_backend_pid())
  then
    perform private.note_unsent(p_hints, p_cause, p_message);
    return 0;
  end if;
  if cardinality(p_hints) = 1 then
    -- As the platform would have it. It reports no failure but by a warning, yet it sets realtime.topic in the
    -- sub-transaction that a failure rolls back.
    perform set_config('realtime.topic', '', true);
    perform realtime.send(p_hints[1].payload, p_hints[1].event, p_hints[1].topic, true);
    if current_setting('realtime.topic', true) = p_hints[1].topic then
      if private.logs_broadcasts() then perform private.log_hints(p_hints, 'broadcast SUCCESS'); end if;
      return 1;
    end if;
    perform private.note_unsent(p_hints, p_cause, p_message);
    return 0;
  end if;
  for i in 1..cardinality(p_hints) loop
    if v_in_row = 3 then -- it is not this one or that one
      perform private.note_unsent(p_hints[i:], p_cause, p_message);
      exit;
    end if;
    v_in_row := case when private.send(p_hints[i:i]) = 0 then v_in_row + 1 else 0 end;
    v_sent := v_sent + (v_in_row = 0)::integer;
  end loop;
  return v_sent;
end
$function$;

CREATE OR REPLACE FUNCTION private.sums_of (
  p_one   bigint[],
  p_other bigint[]
)
  RETURNS bigint[]
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return array(
    select one + other from unnest(p_one, p_other) with ordinality sums (one, other, n) order by n);
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_missed (
  p_hints private.hint[],
  p_since timestamp with time zone
)
  RETURNS private.hint[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return array(
    select (h.id, h.topic, h.event, case
      when jsonb_typeof(h.payload -> '_debug') = 'object' and exists (
        select from private.broadcast_failures f
        where f.failed_at > p_since and f.heard > 0 and (f.topics is null or h.topic = any (f.topics)))
      then jsonb_set(h.payload, '{_debug,broadcastSuccess}', 'false') else h.payload end, h.row_id)::private.hint
    from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, place) order by h.place);
end
$function$;

CREATE OR REPLACE FUNCTION private.topics_with (
  p_topics text[],
  p_more   text[]
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  if p_topics is null or p_more is null then return null; end if;
  p_topics := array(select unnest(p_topics) union select unnest(p_more) order by 1 limit 101);
  return case when cardinality(p_topics) <= 100 then p_topics end;
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
      then private.handed_of(p_job.id) end)
    || private.wiring(p_job.tool, p_job.lane, p_attempt.account_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.write_nodes (
  p_project_id uuid,
  p_nodes      jsonb,
  p_changes    private.node_change[]
)
  RETURNS private.hint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_visible jsonb := private.visible_nodes(array(select node from unnest(p_changes) order by place limit 51));
  v_old jsonb;
  v_new jsonb;
begin
  select private.visible_project(id, user_id, name, version, updated_at) into v_old
  from public.projects where id = p_project_id;
  select jsonb_agg(coalesce(c.node, n.node) order by n.place) into p_nodes
  from jsonb_array_elements(p_nodes) with ordinality n (node, place) left join unnest(p_changes) c using (place);
  perform set_config('esteira.project', 'told', true);
  update public.projects set version = version, content = jsonb_set(content, '{nodes}', p_nodes)
  where id = p_project_id
  returning private.visible_project(id, user_id, name, version, updated_at) into v_new;
  perform set_config('esteira.project', '', true);
  return private.hint_of_project('UPDATE', p_project_id, v_new, v_old,
    jsonb_build_object('nodes', v_visible), v_visible #>> '{0,id}');
end
$function$;

CREATE OR REPLACE FUNCTION public.esteira_version()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select '0.3.0'
$function$;

CREATE OR REPLACE FUNCTION public.report_delivery (
  p_reports jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_user_id uuid := private.caller();
  v_hour timestamptz := date_trunc('hour', private.now(), 'UTC');
begin
  if v_user_id is null then perform private.refuse(401, 'unauthenticated', 'Sign in first.'); end if;
  perform private.check_reports(p_reports);
  -- One a minute from each of twenty tabs that know nothing of one another.
  if exists (select from private.deliveries where user_id = v_user_id and hour = v_hour and reports >= 1200) then
    perform private.refuse_limit(429, 'too_many_reports', 'No more than 1200 reports an hour.', 1200,
      v_hour + interval '1 hour');
  end if;
  with reports as materialized (
    select r ->> 'channel' as channel, r as report from jsonb_array_elements(p_reports) r
  ), buckets as (
    select channel, n, sum((report -> 'late' -> n)::bigint) as count from reports, generate_series(0, 11) n
    group by channel, n
  )
  insert into private.deliveries as d (
    user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
  select v_user_id, v_hour, r.channel, 1, sum((r.report -> 'changes')::bigint),
    sum((r.report -> 'terminal')::bigint), sum((r.report -> 'missed')::bigint),
    (select array_agg(b.count order by b.n) from buckets b where b.channel = r.channel),
    max((r.report -> 'late_max_ms')::integer)
  from reports r group by r.channel order by r.channel -- in the same order everywhere: two tabs may report at once
  on conflict (user_id, hour, channel) do update set reports = d.reports + 1, changes = d.changes + excluded.changes,
    terminal = d.terminal + excluded.terminal, missed = d.missed + excluded.missed,
    late = private.sums_of(d.late, excluded.late), late_max_ms = greatest(d.late_max_ms, excluded.late_max_ms);
end
$function$;

REVOKE ALL ON FUNCTION "public"."report_delivery"(jsonb) FROM PUBLIC, "anon", "service_role";

CREATE INDEX deliveries_by_hour ON private.deliveries USING btree (hour);

COMMENT ON COLUMN "private"."broadcast_failures"."topics" IS 'The topics of those that somebody could have heard; null: more than a hundred.';

COMMENT ON COLUMN "private"."deliveries"."changes" IS 'Changes of jobs, models and projects that were learned so first.';

COMMENT ON COLUMN "private"."deliveries"."channel" IS 'realtime, sse: told live. snapshot: read after (re)connecting. poll: read because it was time.';

COMMENT ON COLUMN "private"."deliveries"."late" IS 'How late they were, where that can be told: counts up to 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 and 60000 ms, and of what was later.';

COMMENT ON COLUMN "private"."deliveries"."late_max_ms" IS 'The latest of them, in milliseconds.';

COMMENT ON COLUMN "private"."deliveries"."missed" IS 'How many of them a live connection was up for, and should have brought before.';

COMMENT ON COLUMN "private"."deliveries"."reports" IS 'How many calls of public.report_delivery it was told by.';

COMMENT ON COLUMN "private"."deliveries"."terminal" IS 'How many of them were ends of jobs.';

COMMENT ON FUNCTION "private"."announce_lane"(text) IS 'Broadcasts on lane:{lane} that the lane has moved: {lane, clocks: {priority: ticket last served}, running, at}, at most four times a second. A job with ticket t comes nearer as the clock of its priority nears t; where many users wait, several jobs have the same ticket. Returns whether it did.';

COMMENT ON FUNCTION "ops"."counts"(interval) IS 'What alerts are made of, over the last p_since: attempts by how they ended (succeeded; failed; by retry class: retried for backoff, waited, paused; cancelled, superseded, orphaned), webhooks by verdict, effects by outcome (of job_effects), what the reaper (esteira-reap asked, resent, leases_ended, asked_last, given_up, expired, copies_given_up, tasks_unknown, slots_freed, clock) and the sweep (esteira-retry due, started, unread) put right, schedules that failed, parts of them that fail (parts failing), broadcasts that failed (unheard: while nobody could have heard them), screens in a thousand that miss changes (private.screens_that_miss), tasks of ended jobs by how they ended; and how much is paused, open, due, quarantined or dead now. What did not happen may have no row.';

COMMENT ON FUNCTION "ops"."delivery_health"(interval) IS 'How changes have reached screens over the last p_since, in whole hours, as clients tell it (private.deliveries). By channel: of how many users, changes, ends of jobs and their share of all ends, changes that a live connection should have brought before and their share, and how late half and 99 % of them were at most. What is not learned by realtime or sse was learned late, or while nothing was live.';

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with attempts and webhooks), models, projects, effects, limits, deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "ops"."log_broadcasts"(interval) IS 'Has each broadcast written to the database''s log for so long, a day at the most: `[REALTIME] {table} trigger: …` when a trigger has made it, then `broadcast SUCCESS` or `broadcast FAILED`. Zero or null: no longer. Returns until when.';

COMMENT ON FUNCTION "private"."broadcast_project"() IS 'After every change of a project: tells its topic the new version and what of its content has changed.';

COMMENT ON FUNCTION "private"."changed_content"(jsonb, jsonb) IS 'What a broadcast shows of the content p_new that p_old has not or not so: nodes, and edges and viewport where they have changed; neither of those two where all of it would take more than 64 KiB.';

COMMENT ON FUNCTION "private"."check_reports"(jsonb) IS 'Refuses what are no reports of deliveries. Error: 422 invalid_input, with the field.';

COMMENT ON FUNCTION "private"."fault_in_report"(jsonb) IS 'The field of a report of deliveries that is not as it must be; empty: it is no object; null: it is good.';

COMMENT ON FUNCTION "private"."forget_deliveries"() IS 'Forgets what was told of screens more than a week ago, up to 20,000 rows. Returns how many.';

COMMENT ON FUNCTION "private"."forget_deliveries_of"(uuid) IS 'Forgets what was told of one user''s screens.';

COMMENT ON FUNCTION "private"."hint_of_project"(text, uuid, jsonb, jsonb, jsonb, text) IS 'What the topic of a project is told of a change: what is visible of it now and before (null: it is gone, it is new) and what of its content has changed. _debug.nodeUpdated (p_node_id): the first of the nodes that jobs have written to; then content.nodes is all that changed.';

COMMENT ON FUNCTION "private"."is_count"(jsonb, numeric) IS 'Whether a JSON value is a whole number from 0 to p_most.';

COMMENT ON FUNCTION "private"."lateness"(bigint[], numeric, integer) IS 'No more than how late, in milliseconds, p_share of the changes were that were counted in the buckets of private.deliveries.late: the upper end of a bucket, or p_max, the latest of them. Null: none were.';

COMMENT ON FUNCTION "private"."log_hints"(private.hint[], text, text) IS 'Writes a line for each hint to the database''s log. p_what: what is said of it; p_level: log or warning.';

COMMENT ON FUNCTION "private"."logs_broadcasts"() IS 'Whether broadcasts are to be written to the database''s log just now.';

COMMENT ON FUNCTION "private"."note_pending"(uuid[], uuid[]) IS 'Puts the effects of jobs on the list of those that are still to be applied. p_new: the jobs that have just been created.';

COMMENT ON FUNCTION "private"."screens_that_miss"(timestamp with time zone) IS 'Of a thousand users whose screens have told of 20 changes or more since then, how many missed one in twenty while they were live. Null: nobody has told so much. By user, so that nobody''s word weighs more than another''s.';

COMMENT ON FUNCTION "private"."send"(private.hint[]) IS 'Sends private broadcasts (payloads: objects, small; each gets its id), and counts those that cannot be sent in private.broadcast_failures. On a topic that has missed one in the last two minutes _debug.broadcastSuccess becomes false. Raises nothing. Returns how many were sent.';

COMMENT ON FUNCTION "private"."sums_of"(bigint[], bigint[]) IS 'Two lists of counts, added up place by place.';

COMMENT ON FUNCTION "private"."tell_missed"(private.hint[], timestamp with time zone) IS 'The hints, with _debug.broadcastSuccess false on topics that have missed one since then: whoever hears it reads anew.';

COMMENT ON FUNCTION "private"."topics_with"(text[], text[]) IS 'Both lists of topics as one, each once; null: more than a hundred.';

COMMENT ON FUNCTION "public"."report_delivery"(jsonb) IS 'For clients: adds up how changes have reached the caller''s screen. p_reports: up to 100 of {channel: realtime, sse, poll or snapshot; changes, terminal, missed: counts; late: twelve counts; late_max_ms} (shared/rows/delivery.ts), each number up to 100,000, the last up to a day. Errors: 401 unauthenticated, 422 invalid_input, 429 too_many_reports.';

COMMENT ON TABLE "private"."deliveries" IS 'How changes reached the screens of a user in an hour, by what they were learned by; kept for a week.';

COMMENT ON TABLE "private"."logging" IS 'What is written to the database''s log, and until when (ops.log_broadcasts).';

REVOKE ALL ON FUNCTION "ops"."delivery_health"(interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."log_broadcasts"(interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."changed_content"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_reports"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fault_in_report"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_deliveries"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_deliveries_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hint_of_project"(text, uuid, jsonb, jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_count"(jsonb, numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lateness"(bigint[], numeric, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."log_hints"(private.hint[], text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."logs_broadcasts"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."note_pending"(uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."screens_that_miss"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sums_of"(bigint[], bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_missed"(private.hint[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."topics_with"(text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."report_delivery"(jsonb) TO "authenticated";

create or replace function worker.other_task(p_job_id uuid, p_token uuid, p_external_id text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_attempt public.job_attempts;
  v_other text;
begin
  perform private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if v_attempt.outcome is not null or v_attempt.phase = 'produced' or v_attempt.word is null then
    return null;
  end if;
  -- Somebody else has just found that out.
  if v_attempt.external_id is distinct from p_external_id then return v_attempt.external_id; end if;
  v_other := coalesce(v_attempt.checkpoint ->> 'other_id', (
    select e.external_id from private.webhook_events e
    where e.job_id = p_job_id and e.attempt = v_attempt.attempt and e.verdict = 'other_task'
      and e.external_id <> p_external_id
    order by e.event_id desc limit 1));
  if v_other is null then return null; end if;
  update public.job_attempts set external_id = v_other,
    checkpoint = checkpoint || jsonb_build_object('other_id', p_external_id)
  where job_id = p_job_id and token = p_token;
  update public.jobs set request_id = v_other where id = p_job_id;
  return v_other;
end
$$;
comment on function worker.other_task(uuid, uuid, text) is
  'The provider knows of no task p_external_id, whose end a webhook has told. If the attempt''s task was given '
  'another name, by the answer to a submit or by another webhook, the attempt goes by that from now on; asked '
  'again, by the first once more. Returns the task to ask about; null: there is none but that. Error: 409 '
  'stale_token.';

select ops.install();
