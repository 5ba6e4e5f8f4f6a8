-- Verdicts and the console: why a job stands where it stands, one way to act on it, and what its screens ask.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

create function private.operator_role() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text;
begin
  -- Whoever is the database's own, or shows a secret key, may do anything anyway.
  if private.caller_role() in ('postgres', 'supabase_admin', 'service_role') then return 'admin'; end if;
  -- By the user's row rather than by the token: whoever is an operator no more is none at once, not in an hour.
  select raw_app_meta_data ->> 'role' into v_role from auth.users
  where id = auth.uid() and deleted_at is null and coalesce(banned_until <= (select private.now()), true);
  return case when v_role in ('admin', 'support') then v_role end;
end
$$;
comment on function private.operator_role() is
  'What the caller is as an operator: admin (may do all), support (reads, with payloads masked, and helps single '
  'users), null: none. By auth.users.raw_app_meta_data.role, as it is now; who is banned is none.';
revoke execute on function private.operator_role() from public;
grant execute on function private.operator_role() to authenticated; -- the policy of their topic asks it

create function private.require_operator(p_only_admin boolean default false) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_role text := private.operator_role();
begin
  if v_role is null or (p_only_admin and v_role <> 'admin') then
    perform private.refuse(case when auth.uid() is null then 401 else 403 end,
      case when auth.uid() is null then 'unauthenticated' else 'not_an_operator' end,
      case when p_only_admin then 'This is for admins.' else 'This is for operators: admins and support.' end);
  end if;
  return v_role;
end
$$;
comment on function private.require_operator(boolean) is
  'The caller''s role as an operator. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function private.require_operator(boolean) from public;

do $$
begin
  -- Roles belong to the cluster and outlive a database; another one may be making it at this moment.
  create role esteira_admin nologin;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
  -- An admin may do what any signed-in user may; and the servers of the platform may become one.
  if not pg_has_role('esteira_admin', 'authenticated', 'member') then grant authenticated to esteira_admin; end if;
  if not pg_has_role('authenticator', 'esteira_admin', 'member') then grant esteira_admin to authenticator; end if;
end
$$;

create function private.role_in_tokens(p_role text, p_app_metadata jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_app_metadata ->> 'role' = 'admin' and coalesce(p_role, '') in ('', 'authenticated') then 'esteira_admin'
    when p_app_metadata ->> 'role' is distinct from 'admin' and p_role = 'esteira_admin' then 'authenticated'
    else p_role end
$$;
comment on function private.role_in_tokens(text, jsonb) is
  'Which role the tokens of a user name: esteira_admin exactly while app_metadata.role is admin. A role that somebody '
  'else has given stays.';
revoke execute on function private.role_in_tokens(text, jsonb) from public;

create function private.keep_admins() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.role := private.role_in_tokens(new.role, new.raw_app_meta_data);
  return new;
end
$$;
comment on function private.keep_admins() is
  'Before a user''s role or app_metadata is written: whoever is made an admin gets the role esteira_admin in their '
  'next token, whoever is one no longer loses it.';
revoke execute on function private.keep_admins() from public;

create trigger esteira_keep_admins before insert or update of role, raw_app_meta_data on auth.users
  for each row execute function private.keep_admins();

create function private.install_admins() returns integer
language plpgsql set search_path = '' as $$
declare
  v_moved integer;
begin
  update auth.users set role = private.role_in_tokens(role, raw_app_meta_data)
  where role is distinct from private.role_in_tokens(role, raw_app_meta_data);
  get diagnostics v_moved = row_count;
  return v_moved;
end
$$;
comment on function private.install_admins() is
  'Gives their role to who were admins before there was one; called by ops.install() alone. Returns how many.';
revoke execute on function private.install_admins() from public;

create table private.user_pauses (
  user_id uuid primary key references auth.users (id) on delete cascade,
  paused_until timestamptz not null,
  reason text not null,
  paused_at timestamptz not null
);

alter table private.user_pauses enable row level security;

comment on table private.user_pauses is
  'Users whose jobs do not start, as an operator said: what runs goes on, what is created waits.';
comment on column private.user_pauses.paused_until is
  'Nothing of theirs is dispatched before this time; infinity: until they are resumed.';

create function private.paused_users() returns uuid[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(select user_id from private.user_pauses where paused_until > (select private.now()));
end
$$;
comment on function private.paused_users() is 'The users whose jobs do not start now.';
revoke execute on function private.paused_users() from public;

create function ops.pause_user(p_user_id uuid, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from auth.users where id = p_user_id for key share;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  insert into private.user_pauses (user_id, paused_until, reason, paused_at)
  values (p_user_id, coalesce(private.now() + p_for, 'infinity'), p_reason, private.now())
  on conflict (user_id) do update set paused_until = excluded.paused_until, reason = excluded.reason,
    paused_at = excluded.paused_at;
end
$$;
comment on function ops.pause_user(uuid, text, interval) is
  'Starts nothing of a user''s for p_for, or until they are resumed; what runs goes on, what is created waits. Error: '
  '404 user_not_found.';
revoke execute on function ops.pause_user(uuid, text, interval) from public;

create function ops.resume_user(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lane text;
  v_started integer := 0;
begin
  delete from private.user_pauses where user_id = p_user_id;
  for v_lane in
    select distinct lane from public.jobs
    where user_id = p_user_id and status in ('pending', 'processing') order by lane
  loop
    v_started := v_started + private.dispatch(v_lane);
  end loop;
  return v_started;
end
$$;
comment on function ops.resume_user(uuid) is
  'Ends a user''s pause and dispatches the lanes where their jobs wait; returns how many jobs started in these. One '
  'who is not paused is let be.';
revoke execute on function ops.resume_user(uuid) from public;

create table private.webhook_refusals (
  job_id uuid not null, -- no foreign key: whoever is refused waits for nobody who has the job
  reason text not null,
  user_id uuid not null,
  provider text not null,
  times bigint not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (job_id, reason),
  constraint reasons_are_known check (reason in ('wrong_token', 'bad_signature', 'no_secret', 'too_large')),
  constraint it_was_refused_once_at_least check (times > 0),
  constraint last_at_is_after_first_at check (last_at >= first_at)
) with (fillfactor = 50);
create index webhook_refusals_by_time on private.webhook_refusals (last_at);
create index webhook_refusals_by_user on private.webhook_refusals (user_id);

alter table private.webhook_refusals enable row level security;

comment on table private.webhook_refusals is
  'Webhooks that were not believed, counted: one row for each known job and reason, and nothing of what they said. A '
  'call about a job that there is not leaves nothing.';
comment on column private.webhook_refusals.reason is
  'wrong_token: no attempt of the job has it; bad_signature: the provider has not signed it, or with another secret; '
  'no_secret: the secret to check it with is not set; too_large: more than a webhook may have.';

create function private.words_of_refusal(p_reason text) returns text
language sql immutable set search_path = '' as $$
  select case p_reason when 'wrong_token' then 'no attempt of the job has their token'
    when 'bad_signature' then 'their signature does not hold'
    when 'no_secret' then 'the secret to check their signature with is not set'
    when 'too_large' then 'they were too large' end
$$;
comment on function private.words_of_refusal(text) is 'Why webhooks were refused, as an operator reads it.';
revoke execute on function private.words_of_refusal(text) from public;

create function worker.webhook_refused(p_provider text, p_job_id uuid, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if p_reason is null or p_reason not in ('wrong_token', 'bad_signature', 'no_secret', 'too_large') then
    perform private.refuse(422, 'invalid_input', format('%L is no reason to refuse a webhook.', p_reason), 'reason');
  end if;
  insert into private.webhook_refusals as r (job_id, reason, user_id, provider, first_at, last_at)
  select j.id, p_reason, j.user_id, l.provider, v_now, v_now
  from public.jobs j join private.lanes l on l.lane = j.lane
  where j.id = p_job_id and l.provider = p_provider
  on conflict (job_id, reason) do update set times = r.times + 1, last_at = greatest(r.last_at, v_now);
  return found;
end
$$;
comment on function worker.webhook_refused(text, uuid, text) is
  'A webhook about a job was not believed: counts it. p_reason: wrong_token, bad_signature, no_secret or too_large. '
  'False: the provider has no such job, and nothing is written. Error: 422 invalid_input.';
revoke execute on function worker.webhook_refused(text, uuid, text) from public;
grant execute on function worker.webhook_refused(text, uuid, text) to service_role;


create function private.view_of(p_tool text, p_lane text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when p_tool in ('upscaler', 'pose_changer', 'veste_ai', 'video_upscaler') then p_tool || '_jobs'
    when p_tool in ('image', 'video') then 'fal_jobs'
    when p_lane = 'publication' then 'publication_jobs'
    when exists (select from private.lanes where lane = p_lane and delivery = 'pull') then 'ai_jobs'
    else 'jobs' end;
end
$$;
comment on function private.view_of(text, text) is 'The name by which applications know the jobs of a tool or lane.';
revoke execute on function private.view_of(text, text) from public;

create function private.log_steps_of(p_hints private.hint[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_entry record;
begin
  for v_entry in
    with changed as (
      select h.n, h.payload #>> '{new,id}' as id, h.payload #>> '{new,tool}' as tool,
        h.payload #>> '{new,lane}' as lane, h.payload -> 'steps' as steps
      from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, n)
      where h.payload ->> 'table' = 'jobs'
      union all -- many that were created are told of together
      select h.n, j.id::text, j.tool, j.lane, j.step_history
      from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, n)
      cross join jsonb_array_elements_text(h.payload -> 'ids') created join public.jobs j on j.id = created::uuid
      where h.event = 'jobs_created'
    )
    select private.view_of(c.tool, c.lane) as name, c.id, entry ->> 'step' as step,
      entry - 'step' || jsonb_build_object('tool', c.tool, 'lane', c.lane) as details
    from changed c cross join jsonb_array_elements(c.steps) with ordinality e (entry, place) order by c.n, c.id, place
  loop
    raise log '[%] Job %: % %', v_entry.name, v_entry.id, v_entry.step, v_entry.details;
  end loop;
end
$$;
comment on function private.log_steps_of(private.hint[]) is
  'Writes a line for each step that the hints tell of to the database''s log: `[{table}] Job {id}: {step} {JSON}`.';
revoke execute on function private.log_steps_of(private.hint[]) from public;

create function ops.log_steps(p_for interval default '15 minutes') returns timestamptz
language plpgsql security definer set search_path = '' as $$
begin
  return private.log_for('steps', p_for);
end
$$;
comment on function ops.log_steps(interval) is
  'Has each step of each job written to the database''s log for so long, a day at the most, whoever takes it: '
  '`[{table}] Job {id}: {step} {JSON}`, the table by the name that applications know (upscaler_jobs, fal_jobs, …; jobs '
  'where there is none), as JSON when it was and what the history holds of it. Of a batch the first hundred. Zero or '
  'null: no longer. Returns until when.';
revoke execute on function ops.log_steps(interval) from public;


create type private.broadcast_part as (
  name text, table_name text, function_name text, marker text, statement text);
comment on type private.broadcast_part is
  'A trigger (function_name: what it calls) or a policy (marker: how the topics begin that it opens, or the one), and '
  'the statement that makes it.';

create function private.broadcast_triggers() returns setof private.broadcast_part
language sql immutable set search_path = '' as $$
  select name, tab, 'private.' || fn, null, format(
    'create or replace trigger %I %s on %s %s execute function private.%I()', name, moment, tab, scope, fn)
  from (values
    ('new_jobs_broadcast_trigger', 'public.jobs', 'broadcast_jobs', 'after insert',
      'referencing new table as new_jobs for each statement '
      'when (current_setting(''esteira.broadcast'', true) is distinct from ''together'')'),
    ('jobs_broadcast_trigger', 'public.jobs', 'broadcast_jobs', 'after update',
      'referencing old table as old_jobs new table as new_jobs for each statement '
      'when (current_setting(''esteira.broadcast'', true) is distinct from ''together'')'),
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
$$;
comment on function private.broadcast_triggers() is 'The triggers that tell of changes.';
revoke execute on function private.broadcast_triggers() from public;

create function private.topic_policies() returns setof private.broadcast_part
language sql immutable set search_path = '' as $$
  select name, 'realtime.messages', null, marker, format(
    'create policy %I on realtime.messages for select to authenticated using (%s)', name, condition)
  from (values
    ('users listen to their own jobs', 'jobs:', $q$extension = 'broadcast'
      and (select realtime.topic()) = 'jobs:' || (select private.known_caller())::text$q$),
    ('signed-in users listen to lanes', 'lane:', $q$extension = 'broadcast'
      and (select private.known_caller()) is not null
      and (select realtime.topic()) ~ '^lane:[a-z][a-z0-9_]*$'$q$),
    ('users listen to their own projects', 'project:', $q$extension = 'broadcast' and case
      when (select realtime.topic()) ~ '^project:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then exists (
        select from public.projects where id = substr((select realtime.topic()), 9)::uuid
          and user_id = (select private.known_caller()))
      else false end$q$),
    ('operators listen to what concerns them', $q$'ops'$q$, $q$extension = 'broadcast'
      and (select realtime.topic()) = 'ops' and (select private.operator_role()) is not null$q$)
  ) policies (name, marker, condition)
$$;
comment on function private.topic_policies() is 'The policies by which people listen to topics.';
revoke execute on function private.topic_policies() from public;

create function private.fault_of_trigger(p_part private.broadcast_part) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_enabled "char";
  v_function regprocedure;
begin
  select tgenabled, tgfoid::regprocedure into v_enabled, v_function from pg_catalog.pg_trigger
  where tgrelid = p_part.table_name::regclass and tgname = p_part.name and not tgisinternal;
  if not found then return 'missing'; end if;
  if v_enabled not in ('O', 'A') then return 'disabled'; end if;
  if v_function is distinct from to_regprocedure(p_part.function_name || '()') then return 'replaced'; end if;
  return null;
end
$$;
comment on function private.fault_of_trigger(private.broadcast_part) is
  'What is wrong with a trigger: missing, disabled or replaced (it calls something else); null: nothing.';
revoke execute on function private.fault_of_trigger(private.broadcast_part) from public;

create function private.read_policies_of(p_table text) returns table (name name, condition text)
language plpgsql stable set search_path = '' as $$
begin
  -- As pg_policies has them, in a fifth of the time; role 0 is PUBLIC.
  return query
    select p.polname, pg_catalog.pg_get_expr(p.polqual, p.polrelid) from pg_catalog.pg_policy p
    where p.polrelid = to_regclass(p_table) and p.polcmd in ('r', '*') and p.polpermissive
      and p.polroles && array['authenticated'::regrole::oid, 0::oid];
end
$$;
comment on function private.read_policies_of(text) is
  'The policies that let signed-in users read rows of a table, and on what condition.';
revoke execute on function private.read_policies_of(text) from public;

create function private.topic_is_open(p_marker text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from private.read_policies_of('realtime.messages') p
    where p.condition = 'true' or strpos(p.condition, p_marker) > 0);
end
$$;
comment on function private.topic_is_open(text) is
  'Whether a policy lets signed-in users listen to some topics that begin with this.';
revoke execute on function private.topic_is_open(text) from public;

create function private.fault_of_reading(p_table text) returns text
language plpgsql stable set search_path = '' as $$
begin
  if not has_any_column_privilege('authenticated', p_table, 'select') then
    return 'nothing is granted to authenticated';
  end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'r' and c.relrowsecurity)
    and not exists (select from private.read_policies_of(p_table))
  then return 'no policy lets signed-in users read it'; end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'r' and not c.relrowsecurity)
  then return 'row level security is off, so everybody reads everything'; end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'v'
      and not coalesce(c.reloptions @> '{security_invoker=true}', false))
  then return 'it does not look as whoever asks (security_invoker)'; end if;
  return null;
end
$$;
comment on function private.fault_of_reading(text) is
  'Why signed-in users do not read what is theirs, and that alone, in a table or view of schema public; null: they do.';
revoke execute on function private.fault_of_reading(text) from public;

create function private.repair_of_reading(p_table text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_fault text := private.fault_of_reading(p_table);
begin
  return case
    -- Of some tables people read some columns: that is for the migrations.
    when p_table in ('public.publications', 'public.connections') then null
    when v_fault like 'nothing is granted%' then format('grant select on %s to authenticated', p_table)
    when v_fault like 'row level security%' then format('alter table %s enable row level security', p_table)
    when v_fault like 'it does not look%' then format('alter view %s set (security_invoker = true)', p_table)
    when v_fault like 'no policy%' then format(
      'create policy "users see their own rows" on %s for select to authenticated '
      'using (%s = (select private.caller()))',
      p_table, case p_table when 'public.ai_models' then '"userId"' else 'user_id' end) end;
end
$$;
comment on function private.repair_of_reading(text) is
  'The statement that mends private.fault_of_reading; null: none is needed, or can.';
revoke execute on function private.repair_of_reading(text) from public;

create function worker.model_told(p_model_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_model public.ai_models;
begin
  select * into v_model from public.ai_models where id = p_model_id;
  -- A message bears the time at which its transaction began.
  return exists (
    select from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || v_model."userId"
      and m.inserted_at > (v_model."updatedAt" - interval '2 minutes') at time zone 'UTC'
      and m.event = 'model_status_changed' and m.payload ->> 'modelId' = p_model_id::text
      and (m.payload #>> '{new,version}')::integer >= v_model.version);
end
$$;
comment on function worker.model_told(uuid) is
  'Whether a model''s last change was broadcast. For the log of functions that speak as document 001 does.';
revoke execute on function worker.model_told(uuid) from public;
grant execute on function worker.model_told(uuid) to service_role;


create table private.tool_paces (
  tool text primary key references public.tools (tool) on delete cascade,
  samples integer not null default 0,
  p50 interval,
  p95 interval,
  run_p50 interval,
  run_p95 interval,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint quantiles_have_samples check ((p50 is null) = (samples = 0) and (p95 is null) = (samples = 0)),
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint quantiles_are_in_order check (p50 <= p95 and run_p50 <= run_p95)
);

alter table private.tool_paces enable row level security;

comment on table private.tool_paces is 'How long the tasks of each tool take, by its last 200 attempts that ended.';
comment on column private.tool_paces.samples is 'How many attempts that succeeded p50 and p95 are of.';
comment on column private.tool_paces.p50 is
  'Half of its tasks take no longer at the provider: from the submit to its final word. p95: nineteen of twenty. Null: '
  'none has succeeded.';
comment on column private.tool_paces.run_p50 is
  'The same for the whole attempt: from being given a slot until the result is stored.';
comment on column private.tool_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.tool_paces.last_ended_at is 'When the newest attempt ended that was looked at.';

create table private.lane_paces (
  lane text primary key references private.lanes (lane) on delete cascade,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  come_back real not null default 0,
  ended_a_minute real,
  created_a_minute real,
  marks jsonb not null default '[]',
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint come_back_is_a_share check (come_back between 0 and 1),
  constraint marks_are_an_array check (jsonb_typeof(marks) = 'array')
);

alter table private.lane_paces enable row level security;

comment on table private.lane_paces is 'How fast each lane drains, by its last 200 attempts that ended.';
comment on column private.lane_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.lane_paces.come_back is
  'The share of attempts whose job waited again: retries, busy providers, paused accounts.';
comment on column private.lane_paces.ended_a_minute is
  'How many attempts ended a minute, over the last quarter of an hour or as far back as the attempts looked at go.';

comment on column private.lane_paces.created_a_minute is
  'How many jobs were created a minute, over the last quarter of an hour or as far back as the last 2,000 jobs go.';
comment on column private.lane_paces.marks is
  'Where the clocks of the lane''s order stood the last sixteen times: [{at, clocks: {priority: ticket last served}}, '
  '…], the oldest first. How fast they go tells when a ticket is served, whoever comes later and goes first.';

create function private.is_fresh(p_measured_at timestamptz, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if p_measured_at is null then return false; end if;
  -- A time to come is a clock that was set back.
  if p_at - p_measured_at between interval '-1 minute' and interval '15 minutes' then return true; end if;
  return not exists (
    select from public.job_attempts
    where finished_at is not null and finished_at > p_measured_at and finished_at <= p_at);
end
$$;
comment on function private.is_fresh(timestamptz, timestamptz) is
  'Whether what was measured then may be gone by: within a quarter of an hour, or nothing has ended since. Null, never '
  'measured, may not.';
revoke execute on function private.is_fresh(timestamptz, timestamptz) from public;

create function private.pace_of(p_tool text) returns private.tool_paces
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces;
begin
  select * into v_pace from private.tool_paces where tool = p_tool;
  return v_pace;
end
$$;
comment on function private.pace_of(text) is
  'How long the tasks of a tool take; null in all columns: nothing was measured. Ask private.is_fresh(measured_at, …) '
  'before anything is said by it.';
revoke execute on function private.pace_of(text) from public;

create function private.ended_of_late(p_since timestamptz)
returns table (tool text, lane text, ended_at timestamptz, outcome text, took interval, ran interval, held interval)
language plpgsql stable rows 2000 set search_path = '' as $$
begin
  -- A slot is free with the provider's word or the attempt's end, and if its task lived on, when that was over.
  return query
    select j.tool, j.lane, a.finished_at, a.outcome,
      case when a.outcome = 'succeeded' then greatest(coalesce(a.word_at, a.finished_at)
        - coalesce(a.submitted_at, a.submitted_first_at, a.started_at), '0') end,
      case when a.outcome = 'succeeded' then greatest(a.finished_at - a.started_at, '0') end,
      case when c.token is null then greatest(least(a.word_at, a.finished_at) - a.started_at, '0')
        when c.over_at is not null then greatest(c.over_at - a.started_at, '0') end
    from (
      select * from public.job_attempts
      where finished_at is not null and finished_at <= p_since order by finished_at desc limit 2000) a
    join public.jobs j on j.id = a.job_id
    left join private.cancels c on c.token = a.token;
end
$$;
comment on function private.ended_of_late(timestamptz) is
  'The last 2,000 attempts that had ended by then: how long the provider had the task (took), how long the attempt '
  'ran, and how long it held its slot (held; null: it still does).';
revoke execute on function private.ended_of_late(timestamptz) from public;

create function private.seconds(p_seconds double precision) returns interval
language sql immutable set search_path = '' as $$
  select make_interval(secs => p_seconds)
$$;
comment on function private.seconds(double precision) is 'So many seconds.';
revoke execute on function private.seconds(double precision) from public;

create function private.measure_tools(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with ended as (
    select e.*, row_number() over (partition by e.tool order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), measured as (
    select t.tool, count(took) as samples, count(held) as holds,
      percentile_cont(0.5) within group (order by took) as p50,
      percentile_cont(0.95) within group (order by took) as p95,
      percentile_cont(0.5) within group (order by ran) as run_p50,
      percentile_cont(0.95) within group (order by ran) as run_p95,
      avg(held) as hold_mean, private.seconds(stddev_pop(extract(epoch from held))::double precision) as hold_sd,
      max(ended_at) as last_ended_at
    from public.tools t left join ended on ended.tool = t.tool and nth <= 200 group by t.tool
  )
  insert into private.tool_paces as p
    (tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, measured_at)
  select tool, samples, p50, p95, run_p50, run_p95, holds, hold_mean, hold_sd, last_ended_at, p_at from measured
  -- What it took when it was last in use is better than nothing.
  on conflict (tool) do update set measured_at = p_at,
    samples = case when excluded.samples > 0 then excluded.samples else p.samples end,
    p50 = coalesce(excluded.p50, p.p50), p95 = coalesce(excluded.p95, p.p95),
    run_p50 = coalesce(excluded.run_p50, p.run_p50), run_p95 = coalesce(excluded.run_p95, p.run_p95),
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_tools(timestamptz) is
  'Measures every tool by its last 200 attempts among the last 2,000 that ended. Returns how many tools there are.';
revoke execute on function private.measure_tools(timestamptz) from public;

create function private.created_of_late(p_at timestamptz) returns table (lane text, a_minute double precision)
language plpgsql stable rows 10 set search_path = '' as $$
begin
  -- Ids sort by when they were made. Among fewer than 2,000 none was left out.
  return query
    with newest as materialized (
      select j.lane, j.created_at from public.jobs j order by j.id desc limit 2000
    ), span as (
      select greatest(p_at - interval '15 minutes', case when count(*) >= 2000 then min(n.created_at) end) as since
      from newest n
    )
    select n.lane, count(*) / greatest(extract(epoch from p_at - min(s.since))::double precision / 60, 0.01)
    from newest n, span s where n.created_at > s.since and n.created_at <= p_at group by n.lane;
end
$$;
comment on function private.created_of_late(timestamptz) is
  'How many jobs a minute were created in each lane of late; lanes without any are not told.';
revoke execute on function private.created_of_late(timestamptz) from public;

create function private.mark_of(p_lane text, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('at', p_at, 'clocks', (
    select coalesce(jsonb_object_agg(priority, virtual_time), '{}') from private.clocks where lane = p_lane));
end
$$;
comment on function private.mark_of(text, timestamptz) is 'Where the clocks of a lane''s order stand.';
revoke execute on function private.mark_of(text, timestamptz) from public;

create function private.measure_lanes(p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with looked_at as materialized (
    select e.*, row_number() over (partition by e.lane order by e.ended_at desc) as nth
    from private.ended_of_late(p_at) e
  ), span as (
    -- Among fewer than 2,000 nothing was left out; else they are known as far back as the oldest of them.
    select greatest(p_at - interval '15 minutes', case when count(*) >= 2000 then min(ended_at) end) as since
    from looked_at
  ), created as (
    select * from private.created_of_late(p_at)
  ), measured as (
    select l.lane, count(held) filter (where nth <= 200) as holds,
      avg(held) filter (where nth <= 200) as hold_mean,
      private.seconds((stddev_pop(extract(epoch from held)) filter (where nth <= 200))::double precision) as hold_sd,
      coalesce(avg((outcome in ('retried', 'waited', 'paused'))::integer) filter (where nth <= 200), 0) as come_back,
      count(*) filter (where ended_at > span.since)
        / nullif(extract(epoch from p_at - min(span.since)) / 60, 0) as ended_a_minute,
      max(ended_at) as last_ended_at, (select c.a_minute from created c where c.lane = l.lane) as created_a_minute
    from private.lanes l cross join span left join looked_at on looked_at.lane = l.lane group by l.lane
  )
  insert into private.lane_paces as p
    (lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, created_a_minute, last_ended_at, measured_at, marks)
  select lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, coalesce(created_a_minute, 0), last_ended_at, p_at,
    jsonb_build_array(private.mark_of(lane, p_at))
  from measured
  on conflict (lane) do update set measured_at = p_at, ended_a_minute = excluded.ended_a_minute,
    created_a_minute = excluded.created_a_minute,
    marks = jsonb_path_query_array(p.marks, '$[last - 14 to last]') || excluded.marks,
    holds = case when excluded.holds > 0 then excluded.holds else p.holds end,
    come_back = case when excluded.holds > 0 then excluded.come_back else p.come_back end,
    hold_mean = coalesce(excluded.hold_mean, p.hold_mean), hold_sd = coalesce(excluded.hold_sd, p.hold_sd),
    last_ended_at = coalesce(excluded.last_ended_at, p.last_ended_at);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_lanes(timestamptz) is
  'Measures every lane by its last 200 attempts among the last 2,000 that ended. Returns how many lanes there are.';
revoke execute on function private.measure_lanes(timestamptz) from public;

create function private.measure_paces() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- A time to come is a clock that was set back.
  if exists (select from private.lane_paces
    where v_now - measured_at between '0' and interval '50 seconds') then return 0;
  end if;
  perform private.measure_lanes(v_now);
  return private.measure_tools(v_now);
end
$$;
comment on function private.measure_paces() is
  'Measures how long tools take and how fast lanes drain, once a minute. Returns how many tools; 0: it is not time.';
revoke execute on function private.measure_paces() from public;

create type private.lane_now as (
  lane text, accounts integer, slots integer, usable integer, busy integer, free integer, ages interval[]);
comment on type private.lane_now is
  'How a lane stands: accounts in use; slots of theirs that stay; usable: those whose account is not paused; busy: '
  'held, free: not held, of the usable ones; ages: how long up to 200 of the busy ones have been held.';

create function private.lane_now(p_lane text, p_at timestamptz) returns private.lane_now
language plpgsql stable set search_path = '' as $$
declare
  v_now private.lane_now;
begin
  select p_lane, count(distinct a.account_id), count(s.slot_id), count(s.slot_id) filter (where u.is_usable),
    count(s.slot_id) filter (where u.is_usable and s.token is not null),
    count(s.slot_id) filter (where u.is_usable and s.token is null)
  into v_now.lane, v_now.accounts, v_now.slots, v_now.usable, v_now.busy, v_now.free
  from private.accounts a left join private.slots s on s.account_id = a.account_id and not s.is_retiring,
  lateral (select coalesce(a.paused_until <= p_at, true) as is_usable) u
  where a.lane = p_lane and a.retired_at is null;
  v_now.ages := array(select h.age from private.holders_of(p_lane, p_at) h where h.age is not null);
  return v_now;
end
$$;
comment on function private.lane_now(text, timestamptz) is 'How a lane stands at a time, which is now.';
revoke execute on function private.lane_now(text, timestamptz) from public;

create function private.holders_of(p_lane text, p_at timestamptz)
returns table (job_id uuid, age interval)
language plpgsql stable rows 10 set search_path = '' as $$
begin
  -- Who has ended while the task lives on is in the outbox; the job itself may be gone.
  return query
    select s.job_id, greatest(p_at - t.started_at, '0')
    from (
      select * from private.slots x where x.lane = p_lane and x.token is not null and not x.is_retiring
      order by x.slot_id limit 200) s
    left join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
    left join private.cancels c on c.token = s.token,
    lateral (select coalesce(a.started_at, c.started_at) as started_at) t
    order by t.started_at;
end
$$;
comment on function private.holders_of(text, timestamptz) is
  'Who holds up to 200 slots of a lane, and for how long; whoever has it longest first.';
revoke execute on function private.holders_of(text, timestamptz) from public;

create type private.drain as (p50 interval, p90 interval);
comment on type private.drain is
  'In how long a place in a line is likely to have its turn: in half of all cases, in nine of ten. Null: nobody knows.';

create function private.turn_of(p_nth integer, p_slots integer, p_rests double precision[], p_mean double precision)
returns double precision
language sql immutable set search_path = '' as $$
  -- Whoever is p_slots places further back has the same slot, one turn later. Of many slots a part is known.
  select r.rest + ((p_nth - 1) / p_slots) * p_mean
  from (select rest, row_number() over (order by rest) as n, count(*) over () as known from unnest(p_rests) u (rest)) r
  where r.n = ceil(((p_nth - 1) % p_slots + 1)::numeric * r.known / p_slots)
$$;
comment on function private.turn_of(integer, integer, double precision[], double precision) is
  'In how many seconds the p_nth in a line has a turn, where p_slots are free in p_rests seconds, then every p_mean.';
revoke execute on function private.turn_of(integer, integer, double precision[], double precision) from public;

create function private.spread(p_mean double precision, p_variance double precision) returns private.drain
language sql immutable set search_path = '' as $$
  -- Waiting times as a gamma distribution, its quantiles by Wilson and Hilferty.
  select (private.seconds(round(p_mean * (1 - u) ^ 3)),
    private.seconds(round(p_mean * (1 - u + 1.2816 * sqrt(u)) ^ 3)))::private.drain
  from (select case when p_variance > 0 then 1 / (9 * greatest(p_mean ^ 2 / p_variance, 0.5)) else 0 end as u) v
$$;
comment on function private.spread(double precision, double precision) is
  'The median and the ninth decile of a waiting time of this mean and variance, in seconds.';
revoke execute on function private.spread(double precision, double precision) from public;

create function private.by_clock(p_job public.jobs, p_pace private.lane_paces, p_at timestamptz)
returns double precision
language plpgsql stable set search_path = '' as $$
declare
  v_clock bigint := (
    select virtual_time from private.clocks where lane = p_job.lane and priority = p_job.priority);
  v_then jsonb := p_pace.marks -> 0;
  v_went bigint := v_clock - (v_then #>> array['clocks', p_job.priority::text])::bigint;
  v_for interval := p_at - (v_then ->> 'at')::timestamptz;
begin
  -- Of a few minutes, or of a clock that stands still, nothing can be told.
  if v_went is null or v_went <= 0 or v_for < interval '3 minutes' then return null; end if;
  return greatest(p_job.ticket - v_clock - 0.5, 0) * extract(epoch from v_for) / v_went;
end
$$;
comment on function private.by_clock(public.jobs, private.lane_paces, timestamptz) is
  'In how many seconds the clock of its order is likely to have come to a waiting job''s ticket, by how fast it went '
  'over the last quarter of an hour. Null: nobody knows.';
revoke execute on function private.by_clock(public.jobs, private.lane_paces, timestamptz) from public;

create function private.in_line(
  p_nth integer, p_slots integer, p_free integer, p_ages interval[], p_mean double precision, p_chance double precision
) returns double precision
language plpgsql immutable set search_path = '' as $$
declare
  v_by_ages double precision;
  v_by_chance double precision := (p_nth - p_free) * p_mean / p_slots;
begin
  v_by_ages := private.turn_of(p_nth, p_slots, array_fill(0::double precision, array[p_free]) || array(
    select greatest(p_mean - extract(epoch from age), p_mean / 20) from unnest(p_ages) age), p_mean);
  return (1 - p_chance) * coalesce(v_by_ages, v_by_chance) + p_chance * v_by_chance;
end
$$;
comment on function private.in_line(
  integer, integer, integer, interval[], double precision, double precision) is
  'In how many seconds the p_nth in line is likely to have a slot where nobody else comes before it. p_chance: 0, '
  'every task takes as long as the last; 1, how long one has taken tells nothing.';
revoke execute on function private.in_line(
  integer, integer, integer, interval[], double precision, double precision) from public;

create function private.drain(
  p_nth integer, p_slots integer, p_free integer, p_ages interval[], p_pace private.lane_paces,
  p_by_clock double precision default null
) returns private.drain
language plpgsql immutable set search_path = '' as $$
declare
  v_mean double precision := greatest(extract(epoch from p_pace.hold_mean), 0.001);
  v_sd double precision := extract(epoch from p_pace.hold_sd);
  v_nth integer := 1 + round((p_nth - 1) / (1 - least(p_pace.come_back, 0.9))); -- who comes back goes first again
  v_busy double precision; -- what is created, as a share of what the lane gets done
  v_alone double precision;
  v_seconds double precision;
begin
  if p_nth <= p_free then return ('0', '0')::private.drain; end if;
  if p_pace.hold_mean is null or coalesce(p_slots, 0) = 0 then return null; end if;
  v_alone := private.in_line(v_nth, p_slots, p_free, p_ages, v_mean, least((v_sd / v_mean) ^ 2, 1));
  -- A fair order lets some who come later go first: no more than the clock of the order tells, nor than are created.
  v_busy := p_pace.created_a_minute / 60 * v_mean / p_slots / (1 - least(p_pace.come_back, 0.9));
  v_seconds := greatest(v_alone, case when p_by_clock is not null then
    least(p_by_clock, case when v_busy < 1 then v_alone / (1 - v_busy) end) end);
  return private.spread(v_seconds, v_nth * (v_sd / p_slots) ^ 2 + v_sd ^ 2 * (1 - 1.0 / p_slots) / 4
    + (0.15 * v_seconds) ^ 2 + (0.5 * (v_seconds - v_alone)) ^ 2);
end
$$;
comment on function private.drain(
  integer, integer, integer, interval[], private.lane_paces, double precision) is
  'In how long the p_nth of a lane''s line is likely to have a slot, by how long slots are held of late, of which '
  'p_free are free and the others have been held for p_ages; p_by_clock: see private.by_clock. Null: nothing was '
  'measured, or there are no slots.';
revoke execute on function private.drain(
  integer, integer, integer, interval[], private.lane_paces, double precision) from public;

create function private.jobs_before(p_job public.jobs, p_limit integer default 10000) returns integer
language plpgsql stable set search_path = '' as $$
begin
  -- Two ranges of the index, each read no further than it goes.
  return (
    select count(*)::integer from (
      (select from public.jobs
       where lane = p_job.lane and status = 'pending' and run_at is null and priority > p_job.priority
       order by priority desc, ticket, id limit p_limit)
      union all
      (select from public.jobs
       where lane = p_job.lane and status = 'pending' and run_at is null and priority = p_job.priority
         and (ticket, id) < (p_job.ticket, p_job.id)
       order by priority desc, ticket, id limit p_limit)
      limit p_limit) before);
end
$$;
comment on function private.jobs_before(public.jobs, integer) is
  'How many jobs wait before this one in its lane; counts to p_limit and no further.';
revoke execute on function private.jobs_before(public.jobs, integer) from public;

create function private.waiting_in(p_lane text, p_limit integer default 10000) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from (
      select from public.jobs where lane = p_lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit p_limit) w);
end
$$;
comment on function private.waiting_in(text, integer) is
  'How many jobs of a lane are ready and wait for a slot; counts to p_limit and no further.';
revoke execute on function private.waiting_in(text, integer) from public;

create function private.drain_of_lane(p_lane text, p_at timestamptz) returns private.drain
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.lane_paces;
  v_now private.lane_now := private.lane_now(p_lane, p_at);
begin
  select * into v_pace from private.lane_paces where lane = p_lane;
  if not private.is_fresh(v_pace.measured_at, p_at) then return null; end if;
  return private.drain(private.waiting_in(p_lane), v_now.usable, v_now.free, v_now.ages, v_pace);
end
$$;
comment on function private.drain_of_lane(text, timestamptz) is
  'In how long whoever waits in a lane now, up to 10,000, is likely to have had a slot. Null: nobody knows, for '
  'nothing was measured or it is stale.';
revoke execute on function private.drain_of_lane(text, timestamptz) from public;

create function private.failures_in_a_thousand(p_since timestamptz, p_now timestamptz) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select 1000 * count(*) filter (where outcome = 'failed') / nullif(count(*), 0) from public.job_attempts
    where finished_at > p_since and finished_at <= p_now and outcome in ('succeeded', 'failed')
    having count(*) >= 20);
end
$$;
comment on function private.failures_in_a_thousand(timestamptz, timestamptz) is
  'Of a thousand attempts that came to an end of their own, how many failed. Null: fewer than twenty ended.';
revoke execute on function private.failures_in_a_thousand(timestamptz, timestamptz) from public;

create function private.oldest_waits(p_now timestamptz) returns table (lane text, seconds bigint)
language plpgsql stable set search_path = '' as $$
begin
  -- One job may wait for its user's limit. So it is the one that has waited least of a lane's next twenty.
  return query
    select l.lane, floor(extract(epoch from p_now - max(w.updated_at)))::bigint
    from private.lanes l, lateral (
      select j.updated_at from public.jobs j where j.lane = l.lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 20) w
    where coalesce(l.paused_until <= p_now, true)
    group by l.lane;
end
$$;
comment on function private.oldest_waits(timestamptz) is
  'For how long all of the next twenty jobs of each lane have waited, in seconds. A lane that is paused is left out.';
revoke execute on function private.oldest_waits(timestamptz) from public;

create function private.silent_lanes(p_since timestamptz, p_now timestamptz) returns table (lane text, ended bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    -- The lanes first, each by one look at the inbox, for there may be many attempts.
    with silent as materialized (
      select l.lane from private.lanes l where l.delivery = 'webhook' and not exists (
        select from private.webhook_events e where e.received_at > p_since and e.provider in (l.lane, l.provider))
    )
    select j.lane, count(*) from public.job_attempts a join public.jobs j on j.id = a.job_id
    join silent s on s.lane = j.lane
    where a.finished_at > p_since and a.finished_at <= p_now and a.word is not null
    group by j.lane;
end
$$;
comment on function private.silent_lanes(timestamptz, timestamptz) is
  'Lanes whose providers should call back and have not, and how many of their tasks were found to be over by asking.';
revoke execute on function private.silent_lanes(timestamptz, timestamptz) from public;

create function private.accesses_that_end(p_now timestamptz) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from private.connection_tokens t join public.connections c on c.id = t.connection_id
    where c.state = 'live' and t.expires_at > p_now and t.expires_at <= p_now + interval '3 days'
      and (t.failures > 0 or (t.refresh_token is null and t.renew_at is null)));
end
$$;
comment on function private.accesses_that_end(timestamptz) is
  'How many accesses to platforms end within three days and are not renewed by themselves: there is nothing to renew '
  'them with, or it has failed.';
revoke execute on function private.accesses_that_end(timestamptz) from public;

create function private.rate_names() returns text[]
language sql immutable set search_path = '' as $$
  select array[
    'attempts in a thousand that fail', 'seconds that the next jobs of a lane have waited',
    'attempts ended in lanes whose webhooks are silent', 'credits that do not add up',
    'parts that have not beaten in time', 'accesses that end and are not renewed',
    'seconds that a snapshot is held', 'megabytes that replication holds', 'alerts that could not be posted']
$$;
comment on function private.rate_names() is 'The names that ops.rates gives, and ops.counts does not.';
revoke execute on function private.rate_names() from public;

create function ops.rates(p_since interval default '1 hour') returns table (name text, value bigint, subject text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_names text[] := private.rate_names();
begin
  return query
    select v_names[1], private.failures_in_a_thousand(v_now - p_since, v_now), null
    union all
    (select v_names[2], w.seconds, w.lane from private.oldest_waits(v_now) w order by 2 desc limit 1)
    union all
    select v_names[3], sum(s.ended)::bigint, string_agg(s.lane, ', ' order by s.lane)
    from private.silent_lanes(v_now - p_since, v_now) s
    union all
    select v_names[4], (h.result ->> 'drifting')::bigint, null from private.heartbeats h where h.name = 'esteira-drift'
    union all
    select v_names[5], count(*), string_agg(p.part, ', ' order by p.part) from private.health_of_parts(v_now) p
    where p.dead_since is not null and p.is_scheduled and p.is_active
    union all
    select v_names[6], private.accesses_that_end(v_now), null
    union all
    (select v_names[7], floor(extract(epoch from v_now - h.since))::bigint, h.name
     from private.held_snapshots(v_now) h where h.since is not null order by 2 desc limit 1)
    union all
    (select v_names[8], floor(h.bytes / 1048576)::bigint, h.name
     from private.held_snapshots(v_now) h where h.bytes is not null order by 2 desc limit 1)
    union all
    select v_names[9], count(*), null from ops.alert_posts p join ops.alerts a using (alert_id)
    where p.dead_at > v_now - p_since and a.rule <> 'Alerts cannot be posted';
end
$$;
comment on function ops.rates(interval) is
  'What alerts are made of beside ops.counts, with what it is about: attempts in a thousand that fail, over the last '
  'p_since (null: fewer than twenty ended); seconds that the next jobs of a lane have waited, in the worst lane; '
  'attempts '
  'ended in lanes whose webhooks are silent (found by asking while no webhook of the lane came in p_since); credits '
  'that do not add up (rows of ops.credit_drift, looked at daily); parts of the schedules that have not beaten in '
  'time; accesses that end within three days and are not renewed; seconds that the oldest snapshot is held, beyond 15 '
  'minutes; megabytes of the log that a replication slot holds, beyond 1,024; alerts that could not be posted. '
  'What is not wrong may have no row.';
revoke execute on function ops.rates(interval) from public;

create table ops.alert_posts (
  post_id uuid primary key default gen_random_uuid(),
  alert_id bigint not null references ops.alerts (alert_id) on delete cascade,
  event text not null,
  made_at timestamptz not null,
  next_at timestamptz,
  tries integer not null default 0,
  sent_at timestamptz,
  request_id bigint,
  delivered_at timestamptz,
  dead_at timestamptz,
  error text,
  constraint an_event_is_posted_once unique (alert_id, event),
  constraint events_are_known check (event in ('alert.opened', 'alert.closed')),
  constraint posts_wait_until_they_are_delivered_or_dead
    check ((next_at is null) = (num_nonnulls(delivered_at, dead_at) = 1)),
  constraint what_was_sent_was_tried check ((sent_at is null or tries > 0) and (request_id is null or tries > 0))
);
create index alert_posts_due on ops.alert_posts (next_at) where next_at is not null;

alter table ops.alert_posts enable row level security;
revoke all on ops.alert_posts from anon, authenticated, service_role;
grant select on ops.alert_posts to service_role;
comment on table ops.alert_posts is
  'The outbox of alerts: what is to be posted, again and again until somebody has answered with 2xx. Whoever receives '
  'them knows them by post_id, which is the same each time.';
comment on column ops.alert_posts.next_at is 'When it is looked at next: sent, or its answer read. Null: it is over.';
comment on column ops.alert_posts.request_id is
  'pg_net''s id of the request whose answer is waited for; null: none is under way.';
comment on column ops.alert_posts.dead_at is 'When it was given up, after twelve tries.';
comment on column ops.alert_posts.error is 'Why the last try did not deliver it.';

create table private.alert_states (
  rule text primary key references ops.alert_rules (name) on update cascade on delete cascade,
  count bigint,
  subject text,
  above_since timestamptz,
  below_since timestamptz
) with (fillfactor = 50);

alter table private.alert_states enable row level security;
comment on table private.alert_states is 'How each rule was when it was looked at last.';
comment on column private.alert_states.count is 'What was counted then; null: nothing was.';
comment on column private.alert_states.above_since is
  'Since when its threshold has been reached each time; null: it is not.';
comment on column private.alert_states.below_since is
  'Since when it has been low enough to close each time; null: it is not.';

create function private.look_at_rules(p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.alert_states as s (rule, count, subject, above_since, below_since)
  with looks as materialized (
    select distinct r.look_back, r.count_name = any (private.rate_names()) as is_rate
    from ops.alert_rules r where r.is_enabled
  ), counts as materialized (
    select k.look_back, c.name, c.count, null as subject from looks k, lateral ops.counts(k.look_back) c
    where not is_rate
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
$$;
comment on function private.look_at_rules(timestamptz) is
  'Counts what each rule counts, and notes since when its threshold has been reached, or it has been low enough.';
revoke execute on function private.look_at_rules(timestamptz) from public;

create function private.signature_of(p_secret text, p_id text, p_at bigint, p_body text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return 'v1,' || encode(extensions.hmac(
    convert_to(format('%s.%s.%s', p_id, p_at, p_body), 'UTF8'),
    decode(regexp_replace(p_secret, '^whsec_', ''), 'base64'), 'sha256'), 'base64');
end
$$;
comment on function private.signature_of(text, text, bigint, text) is
  'The header webhook-signature of a post, by Standard Webhooks: HMAC-SHA256 over id.seconds.body under a secret that '
  'is base64, with whsec_ before it or not. Source: github.com/standard-webhooks/standard-webhooks, spec.';
revoke execute on function private.signature_of(text, text, bigint, text) from public;

create function private.alert_headers(p_id text, p_at bigint, p_body text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_secret text := private.secret('alert_webhook_secret');
begin
  return jsonb_build_object('Content-Type', 'application/json', 'webhook-id', p_id, 'webhook-timestamp', p_at::text)
    || case when v_secret is null then '{}'
      else jsonb_build_object('webhook-signature', private.signature_of(v_secret, p_id, p_at, p_body)) end;
end
$$;
comment on function private.alert_headers(text, bigint, text) is
  'The headers of a post. Signed if the Vault has a secret alert_webhook_secret.';
revoke execute on function private.alert_headers(text, bigint, text) from public;

create function private.alert_body(p_url text, p_event text, p_alert ops.alerts, p_rule ops.alert_rules) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_text text := format('Esteira: %s%s. %s: %s in %s (threshold %s)%s.',
    case p_event when 'alert.closed' then 'over: ' else '' end, p_rule.name, p_rule.count_name, p_alert.count,
    p_rule.look_back, p_rule.threshold, coalesce(': ' || p_alert.subject, ''));
begin
  return case
    -- Those refuse, or may refuse, what they do not know.
    when p_url ~* '^https://(hooks\.slack\.com|chat\.googleapis\.com)/' or p_url ~* '/slack$' then
      jsonb_build_object('text', v_text)
    when p_url ~* '^https://([a-z]+\.)?discord(app)?\.com/' then jsonb_build_object('content', v_text)
    else jsonb_build_object('type', p_event, 'text', v_text,
      'timestamp', case p_event when 'alert.closed' then p_alert.closed_at else p_alert.opened_at end,
      'alert_id', p_alert.alert_id, 'rule', p_rule.name, 'count_name', p_rule.count_name, 'count', p_alert.count,
      'threshold', p_rule.threshold, 'look_back', p_rule.look_back, 'subject', p_alert.subject,
      'opened_at', p_alert.opened_at, 'closed_at', p_alert.closed_at) end;
end
$$;
comment on function private.alert_body(text, text, ops.alerts, ops.alert_rules) is
  'What is posted: {type, timestamp, text, alert_id, rule, count_name, count, threshold, look_back, subject, '
  'opened_at, closed_at}; type is alert.opened or alert.closed, text what chat services show. To a chat service whose '
  'address is known (Slack, Google Chat, Discord) the text alone.';
revoke execute on function private.alert_body(text, text, ops.alerts, ops.alert_rules) from public;

create function private.answer_to(p_post ops.alert_posts, p_now timestamptz, out is_over boolean, out error text)
language plpgsql stable set search_path = '' as $$
declare
  v_answer record;
begin
  select r.status_code, r.timed_out, r.error_msg into v_answer from net._http_response r where r.id = p_post.request_id;
  is_over := found or (p_post.sent_at < p_now - interval '2 minutes' or p_post.sent_at > p_now)
    and not exists (select from net.http_request_queue q where q.id = p_post.request_id);
  error := case
    when v_answer.status_code between 200 and 299 then null
    when v_answer.status_code is not null then 'HTTP ' || v_answer.status_code
    when v_answer.timed_out then 'no answer in time'
    else coalesce(v_answer.error_msg, 'no answer') end;
end
$$;
comment on function private.answer_to(ops.alert_posts, timestamptz) is
  'What became of the request of a post. is_over: it has been answered, or pg_net has lost it, whose tables are '
  'unlogged. error: null, it was taken.';
revoke execute on function private.answer_to(ops.alert_posts, timestamptz) from public;

create function private.try_post(p_post ops.alert_posts, p_now timestamptz) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_url text := private.secret('alert_webhook_url');
  v_at bigint := floor(extract(epoch from p_now));
  v_body jsonb;
begin
  if v_url is null then raise exception 'There is no secret alert_webhook_url in the Vault.'; end if;
  select private.alert_body(v_url, p_post.event, a, r) into v_body
  from ops.alerts a join ops.alert_rules r on r.name = a.rule where a.alert_id = p_post.alert_id;
  -- pg_net sends a body as its text: what is signed is what is sent.
  return net.http_post(url => v_url, body => v_body, timeout_milliseconds => 5000,
    headers => private.alert_headers(p_post.post_id::text, v_at, v_body::text));
end
$$;
comment on function private.try_post(ops.alert_posts, timestamptz) is
  'Hands a post to pg_net and returns the id of the request. Raises where there is no address, or one that is none.';
revoke execute on function private.try_post(ops.alert_posts, timestamptz) from public;

create function private.note_post(p_post ops.alert_posts, p_now timestamptz, p_request_id bigint, p_error text)
returns void language plpgsql set search_path = '' as $$
declare
  v_is_delivered boolean := p_error is null and p_request_id is null;
  v_is_dead boolean := p_error is not null and p_post.tries >= 12;
begin
  update ops.alert_posts set tries = p_post.tries, request_id = p_request_id, error = p_error,
    sent_at = case when p_request_id is not null then p_now else sent_at end,
    delivered_at = case when v_is_delivered then p_now end, dead_at = case when v_is_dead then p_now end,
    next_at = case
      when v_is_delivered or v_is_dead then null
      when p_request_id is not null then p_now + interval '1 minute'
      else p_now + least(interval '1 hour', interval '1 minute' * 2 ^ (p_post.tries - 1)) end
  where post_id = p_post.post_id;
  update ops.alerts set request_id = coalesce(p_request_id, request_id),
    posted_at = case when v_is_delivered and p_post.event = 'alert.opened' then p_now else posted_at end,
    post_error = case when v_is_dead then format('given up after %s tries: %s', p_post.tries, p_error) else p_error end
  where alert_id = p_post.alert_id;
end
$$;
comment on function private.note_post(ops.alert_posts, timestamptz, bigint, text) is
  'Notes what became of a try. p_request_id: it is under way; else p_error, null when it was delivered. What was not '
  'is tried again after a minute, two, four, … an hour at most; after twelve tries, about six hours, it is given up.';
revoke execute on function private.note_post(ops.alert_posts, timestamptz, bigint, text) from public;

create function private.send_post(p_post ops.alert_posts, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_answer record;
  v_request_id bigint;
  v_error text;
begin
  if p_post.request_id is not null then
    v_answer := private.answer_to(p_post, p_now);
    if v_answer.is_over then
      perform private.note_post(p_post, p_now, null, v_answer.error);
    else
      update ops.alert_posts set next_at = p_now + interval '1 minute' where post_id = p_post.post_id;
    end if;
    return;
  end if;
  begin
    v_request_id := private.try_post(p_post, p_now);
  exception when others then
    v_error := sqlerrm; -- an address that is none must not keep alerts from being opened
  end;
  p_post.tries := p_post.tries + 1;
  perform private.note_post(p_post, p_now, v_request_id, v_error);
end
$$;
comment on function private.send_post(ops.alert_posts, timestamptz) is
  'Sends a post that is due, or reads the answer to what was sent.';
revoke execute on function private.send_post(ops.alert_posts, timestamptz) from public;

create function private.send_posts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_post ops.alert_posts;
  v_count integer := 0;
begin
  for v_post in
    select * from ops.alert_posts where next_at <= p_now or next_at > p_now + interval '1 hour' -- a clock set back
    order by next_at limit 50 for update skip locked
  loop
    perform private.send_post(v_post, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.send_posts(timestamptz) is 'Goes through the outbox of alerts, fifty posts at a time.';
revoke execute on function private.send_posts(timestamptz) from public;

create function ops.repost_alerts() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update ops.alert_posts set dead_at = null, tries = 0, request_id = null, sent_at = null, next_at = private.now()
  where dead_at is not null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function ops.repost_alerts() is
  'Has what could not be posted tried again, once the address is right. Returns how many.';
revoke execute on function ops.repost_alerts() from public;

create function private.dimension_of(p_dimension text, p_tool text, p_lane text) returns text
language sql immutable set search_path = '' as $$
  select case p_dimension when 'tool' then p_tool when 'lane' then p_lane
    when 'platform' then case when p_lane = 'publication' then split_part(p_tool, '_', 1) end end
$$;
comment on function private.dimension_of(text, text, text) is
  'What of a job is counted by: its tool, its lane, or the platform that it publishes on (null: it publishes nothing).';
revoke execute on function private.dimension_of(text, text, text) from public;

create function private.counts_of_late(p_dimension text, p_since timestamptz, p_now timestamptz)
returns table (value text, name text, count bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select private.dimension_of(p_dimension, j.tool, j.lane), 'attempts ' || a.outcome, count(*)
    from public.job_attempts a join public.jobs j on j.id = a.job_id
    where a.finished_at > p_since and a.finished_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'webhooks ' || e.verdict, count(*)
    from private.webhook_events e join public.jobs j on j.id = e.job_id
    where e.received_at > p_since and e.received_at <= p_now group by 1, 2
    union all
    -- Of those that were refused of late, all that there were.
    select private.dimension_of(p_dimension, j.tool, j.lane), 'webhooks refused: ' || r.reason, sum(r.times)::bigint
    from private.webhook_refusals r join public.jobs j on j.id = r.job_id
    where r.last_at > p_since and r.last_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'effects ' || e.outcome, count(*)
    from public.job_effects e join public.jobs j on j.id = e.job_id
    where e.updated_at > p_since and e.updated_at <= p_now group by 1, 2
    union all
    select private.dimension_of(p_dimension, c.tool, c.lane), 'tasks ended ' || c.how, count(*) from private.cancels c
    where c.over_at > p_since and c.over_at <= p_now group by 1, 2;
end
$$;
comment on function private.counts_of_late(text, timestamptz, timestamptz) is
  'What ops.counts_by tells of what has happened.';
revoke execute on function private.counts_of_late(text, timestamptz, timestamptz) from public;

create function private.counts_of_now(p_dimension text) returns table (value text, name text, count bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select private.dimension_of(p_dimension, j.tool, j.lane), 'jobs ' || j.status::text, count(*)
    from (select * from public.jobs where status in ('pending', 'processing') limit 100000) j group by 1, 2
    union all
    select private.dimension_of(p_dimension, c.tool, c.lane), 'tasks winding down', count(*) from private.cancels c
    where c.over_at is null group by 1
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'refunds due', count(*)
    from private.cancels c join public.jobs j on j.id = c.job_id
    where c.over_at is null and j.refund = 'due' group by 1
    union all
    select private.dimension_of(p_dimension, d.tool, d.lane), 'dead letters', count(*)
    from (select * from ops.dead_letters order by failed_at desc limit 1000) d group by 1 -- more than that is no news
    union all
    select private.dimension_of(p_dimension, j.tool, j.lane), 'publications unknown', count(*)
    from public.publications p join public.jobs j on j.id = p.job_id
    where p.unknown_at is not null and p.resolved is null group by 1
    union all
    select private.dimension_of(p_dimension, null, l.lane), s.name, 1 from private.lanes l,
      lateral (values ('circuits open', l.circuit_opened_at is not null),
        ('lanes paused', l.paused_until > (select private.now()))) s (name, is_so)
    where s.is_so and p_dimension = 'lane'
    union all
    select a.lane, 'accounts paused', count(*) from private.accounts a
    where a.paused_until > (select private.now()) and a.retired_at is null and p_dimension = 'lane' group by 1
    union all
    select p.platform, 'platforms paused', 1 from private.platforms p
    where p.paused_until > (select private.now()) and p_dimension = 'platform'
    union all
    select c.platform, 'connections to be connected anew', count(*) from public.connections c
    where c.state = 'reconnect_needed' and p_dimension = 'platform' group by 1;
end
$$;
comment on function private.counts_of_now(text) is 'What ops.counts_by tells of what is so now.';
revoke execute on function private.counts_of_now(text) from public;

create function ops.counts_by(p_dimension text, p_since interval default '1 hour')
returns table (value text, name text, count bigint)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if p_dimension is null or p_dimension not in ('lane', 'tool', 'platform') then
    perform private.refuse(422, 'invalid_input', 'It is counted by lane, tool or platform.', 'dimension');
  end if;
  return query
    select c.value, c.name, c.count from (
      select * from private.counts_of_late(p_dimension, v_now - p_since, v_now)
      union all select * from private.counts_of_now(p_dimension)) c
    where c.value is not null and c.count > 0 order by 1, 2;
end
$$;
comment on function ops.counts_by(text, interval) is
  'What ops.counts counts of jobs, by p_dimension: lane, tool or platform (of publications). Over the last p_since: '
  'attempts by how they ended, webhooks by verdict and by why they were refused, effects by outcome, tasks of ended '
  'jobs by how they ended; and now: jobs pending and processing (of 100,000), tasks winding down, refunds due, dead '
  'letters (of the last 1,000), publications of which nobody knows; by lane circuits, pauses and '
  'paused accounts; by platform its pause and connections to be connected anew. What is none has no row. Error: 422 '
  'invalid_input.';
revoke execute on function ops.counts_by(text, interval) from public;

create function private.close_alerts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_closed integer;
begin
  with closed as (
    update ops.alerts a set closed_at = greatest(p_now, a.opened_at) -- the clock may have been set back
    from ops.alert_rules r join private.alert_states s on s.rule = r.name
    where a.closed_at is null and a.rule = r.name
      and (not r.is_enabled or s.below_since <= p_now - r.closes_after)
    returning a.alert_id
  ), posts as (
    -- Who was told that it began is told that it is over.
    insert into ops.alert_posts (alert_id, event, made_at, next_at)
    select c.alert_id, 'alert.closed', p_now, p_now from closed c
    where exists (select from ops.alert_posts p where p.alert_id = c.alert_id and p.event = 'alert.opened')
  )
  select count(*) into v_closed from closed;
  return v_closed;
end
$$;
comment on function private.close_alerts(timestamptz) is
  'Closes the alerts of rules that have been low for long enough, or are switched off. Returns how many.';
revoke execute on function private.close_alerts(timestamptz) from public;

create function private.open_alerts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_opened integer;
begin
  with opened as (
    insert into ops.alerts (rule, count, subject, opened_at)
    select r.name, s.count, s.subject, p_now from ops.alert_rules r join private.alert_states s on s.rule = r.name
    where r.is_enabled and s.above_since <= p_now - r.opens_after order by r.name
    on conflict (rule) where closed_at is null do nothing -- it is open already, or another tick has just opened it
    returning alert_id
  ), posts as (
    insert into ops.alert_posts (alert_id, event, made_at, next_at)
    select o.alert_id, 'alert.opened', p_now, p_now from opened o where private.secret('alert_webhook_url') is not null
  )
  select count(*) into v_opened from opened;
  return v_opened;
end
$$;
comment on function private.open_alerts(timestamptz) is
  'Opens an alert for each rule that has held for long enough and has none. Returns how many.';
revoke execute on function private.open_alerts(timestamptz) from public;

create function private.count_drift() returns integer
language plpgsql set search_path = '' as $$
begin
  return (select count(*) from (select from ops.credit_drift() limit 1000) d);
end
$$;
comment on function private.count_drift() is
  'Looks through the whole ledger and all jobs, once a day; up to 1,000 rows of ops.credit_drift. Its heartbeat keeps '
  'what it found: {drifting}.';
revoke execute on function private.count_drift() from public;


create type private.finding as (
  code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, repair_sql text, ruled_out boolean);
comment on type private.finding is
  'What a link of the chain says of a job. level and clears: null for those of the code''s word. expected_at: when it '
  'is likely to be over. repair_sql: the statement that mends it, if one does. ruled_out: it was looked at and is not '
  'so.';

create function private.finding(
  p_code text, p_detail text, p_evidence jsonb default '{}', p_since timestamptz default null,
  p_expected_at timestamptz default null, p_subject text default null, p_repair_sql text default null,
  p_level text default null, p_clears text default null
) returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, p_level, p_subject, p_since, p_detail, jsonb_strip_nulls(p_evidence), p_clears, p_expected_at,
    p_repair_sql, false)::private.finding
$$;
comment on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) is
  'A finding. p_detail: one sentence in English for an operator; p_subject: what it is about, such as a lane or an '
  'account; p_level, p_clears: where they are not those of the code''s word.';
revoke execute on function private.finding(
  text, text, jsonb, timestamptz, timestamptz, text, text, text, text) from public;

create function private.not_so(p_code text, p_detail text, p_evidence jsonb default '{}', p_subject text default null)
returns private.finding
language sql immutable set search_path = '' as $$
  select (p_code, 'ok', p_subject, null, p_detail, jsonb_strip_nulls(p_evidence), null, null, null, true
    )::private.finding
$$;
comment on function private.not_so(text, text, jsonb, text) is
  'A finding that rules a reason out: p_detail says what was seen instead.';
revoke execute on function private.not_so(text, text, jsonb, text) from public;

create type private.verdict_word as (
  code text, place integer, level text, clears text, action text, en text[], pt_br text[]);
comment on type private.verdict_word is
  'What a code means: its place in the chain; its usual level (ok, info, wait, warn, error) and who clears it '
  '(by_itself, by_you: the owner, by_operator, by_provider, never); what an operator can do, null: nothing; and up to '
  'three sentences for the owner in each language: is something wrong, does it clear by itself and when, can I do '
  'something.';

create function private.words_of_database() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('database_read_only', 10, 'error', 'by_operator',
      'Find out why (a full disk, most often), make room or a larger disk, then switch writing on again.',
      array['Something is wrong on our side: nothing can be saved just now.',
        'Your job goes on once we have mended it.'],
      array['Há um problema do nosso lado: nada pode ser salvo agora.', 'Seu trabalho continua quando corrigirmos.']),
    ('replication_or_snapshot_held', 20, 'warn', 'by_operator',
      'End the session or the transaction that holds the snapshot, or drop the slot if nobody reads it any more.',
      array['Our system is slower than usual.', 'Your job goes on by itself.'],
      array['Nosso sistema está mais lento que o normal.', 'Seu trabalho continua sozinho.']),
    ('quarantined', 110, 'error', 'by_operator',
      'Read the error, mend what is wrong, then release the job; or refund it, if it cannot go on.',
      array['Something is wrong on our side with this job.', 'We have been told, and set it going or pay it back.',
        'You need not do anything.'],
      array['Há um problema do nosso lado com este trabalho.', 'Fomos avisados: ele será retomado ou reembolsado.',
        'Você não precisa fazer nada.']),
    ('telemetry_stale', 190, 'warn', 'by_itself',
      'What it would be judged by is too old, so nothing is said of it: see ops.cron_health() and ops.setup_check().',
      array['We cannot say just now how long your job takes.', 'It goes on all the same.'],
      array['Não conseguimos dizer agora quanto falta para o seu trabalho.', 'Ele continua mesmo assim.'])
$$;
comment on function private.words_of_database() is
  'The words of findings about the database itself, and about jobs that it has set aside.';
revoke execute on function private.words_of_database() from public;

create function private.words_of_schedules() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('vault_secret_missing', 30, 'error', 'by_operator',
      'Set the secret: without it SQL cannot wake the worker (docs/deploying.md).',
      array['Something is wrong on our side, and your job waits for it.', 'It goes on once we have mended it.'],
      array['Há um problema do nosso lado, e seu trabalho espera por isso.', 'Ele continua quando corrigirmos.']),
    ('cron_dead', 40, 'error', 'by_operator',
      'See that pg_cron runs (ops.cron_health()): restart the database if its scheduler is gone, schedule what is not.',
      array['Something is wrong on our side: what checks on jobs stands still.',
        'Your job may be late until we mend it.'],
      array['Há um problema do nosso lado: o que acompanha os trabalhos está parado.',
        'Seu trabalho pode atrasar até corrigirmos.']),
    ('part_failing', 120, 'warn', 'by_operator',
      'Read the error (ops.faults) and mend what is wrong; it is tried again each time.',
      array['Something is wrong on our side, and we have been told.', 'Your job may be late until we mend it.'],
      array['Há um problema do nosso lado, e fomos avisados.', 'Seu trabalho pode atrasar até corrigirmos.'])
$$;
comment on function private.words_of_schedules() is 'The words of findings about what moves jobs by the clock.';
revoke execute on function private.words_of_schedules() from public;

create function private.words_of_functions() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  with ours (en, pt_br) as (values (
    array['Something is wrong on our side: what works on jobs cannot be reached.',
      'Your job goes on once we have mended it.'],
    array['Há um problema do nosso lado: quem processa os trabalhos não responde.',
      'Seu trabalho continua quando corrigirmos.']))
  select w.*, ours.en, ours.pt_br from ours, (values
    ('worker_not_woken', 50, 'error', 'by_operator',
      'pg_net sends nothing: restart its worker, or the database.'),
    ('functions_unreachable', 60, 'error', 'by_operator',
      'See that the functions are deployed and start (their log), and that project_url is the project''s address.'),
    ('worker_key_wrong', 70, 'error', 'by_operator',
      'Set worker_secret_key to a secret key that the project has now (Dashboard, API Keys).'),
    ('schema_not_exposed', 80, 'error', 'by_operator',
      'Expose the schema worker in the Data API (docs/deploying.md).'),
    ('schema_too_old', 90, 'error', 'by_operator',
      'Apply the migrations: supabase db push --remote, and only then supabase functions deploy.'),
    ('worker_behind', 130, 'warn', 'by_itself',
      'Look at the log of the function worker: it answers, and does not get to what waits.')
  ) w (code, place, level, clears, action)
$$;
comment on function private.words_of_functions() is
  'The words of findings about what works on jobs outside of the database.';
revoke execute on function private.words_of_functions() from public;

create function private.words_of_machinery() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_database()
  union all select * from private.words_of_schedules()
  union all select * from private.words_of_functions()
$$;
comment on function private.words_of_machinery() is 'The words of findings about what moves every job.';
revoke execute on function private.words_of_machinery() from public;

create function private.has_open_ends(p_job public.jobs) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_job.refund = 'due'
    or exists (select from private.cancels c where c.job_id = p_job.id and c.over_at is null)
    or exists (select from private.pending_effects e where e.job_id = p_job.id)
    or exists (select from private.quarantine q where q.job_id = p_job.id);
end
$$;
comment on function private.has_open_ends(public.jobs) is
  'Whether something is still to be done for a job that has ended: its task, its price, what it shows, what was '
  'set aside.';
revoke execute on function private.has_open_ends(public.jobs) from public;

create function private.findings_of_machinery(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status not in ('pending', 'processing') and not private.has_open_ends(p_job) then return; end if;
  return query select * from private.findings_of_database(p_at);
  return query select * from private.findings_of_schedules(p_job, p_attempt, p_at);
  return query select * from private.findings_of_wakes(p_job);
  return query select * from private.findings_of_versions(p_at);
  return query select * from private.findings_of_quarantine(p_job);
end
$$;
comment on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) is
  'What keeps the machinery from moving a job: database, schedules, wake-ups, functions, the quarantine. Nothing '
  'of a job '
  'that has ended and has no open ends.';
revoke execute on function private.findings_of_machinery(public.jobs, public.job_attempts, timestamptz) from public;

create function private.findings_of_quarantine(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query
    select f.* from private.quarantine q, lateral private.finding('quarantined',
      format('%s raised an error for it, and leaves it out since: %s', q.part, private.cut(q.error, 300)),
      jsonb_build_object('part', q.part, 'sqlstate', q.sqlstate, 'error', private.cut(q.error, 300), 'times', q.times),
      p_since => q.since, p_subject => q.part, p_repair_sql => format('select ops.release(%L, %L)', q.job_id, q.part)) f
    where q.job_id = p_job.id;
  if not found then return next private.not_so('quarantined', 'No part of the engine has set it aside.'); end if;
end
$$;
comment on function private.findings_of_quarantine(public.jobs) is
  'Whether a job was set aside, by which part and why.';
revoke execute on function private.findings_of_quarantine(public.jobs) from public;

create function private.held_snapshots(p_at timestamptz)
returns table (kind text, name text, since timestamptz, bytes numeric, repair_sql text)
language plpgsql stable set search_path = '' as $$
begin
  -- Since when a session has been in its transaction only its own times say: they are not of the clock that tests
  -- freeze.
  return query
    select 'transaction',
      format('%s of %s (pid %s)', coalesce(nullif(a.application_name, ''), 'a session'), a.usename, a.pid),
      a.xact_start, null::numeric, format('select pg_terminate_backend(%s)', a.pid)
    from pg_catalog.pg_stat_activity a
    where a.datname = current_database() and a.backend_xmin is not null and a.pid <> pg_backend_pid()
      and a.backend_type in ('client backend', 'walsender')
      and a.xact_start < p_at - interval '15 minutes'
    union all
    select 'prepared transaction', x.gid, x.prepared, null, format('rollback prepared %L', x.gid)
    from pg_catalog.pg_prepared_xacts x
    where x.database = current_database() and x.prepared < p_at - interval '15 minutes'
    union all
    select 'replication slot', s.slot_name::text, null, k.bytes,
      format('select pg_drop_replication_slot(%L)', s.slot_name)
    from pg_catalog.pg_replication_slots s, lateral (select case when not pg_is_in_recovery() then
      pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) end) k (bytes)
    where not s.active and k.bytes > 1073741824
    order by 3 limit 10;
end
$$;
comment on function private.held_snapshots(timestamptz) is
  'What keeps old rows from being cleaned away: transactions that have been open for a quarter of an hour, and '
  'slots of '
  'replication that nobody reads and that hold back more than 1 GiB. Ten at most, the oldest first; a slot tells '
  'no time.';
revoke execute on function private.held_snapshots(timestamptz) from public;

create function private.read_only_by() returns text
language plpgsql stable set search_path = '' as $$
begin
  -- What a session has set for itself says nothing of the sessions of others.
  return coalesce(
    (select 'the settings of ' || case when r.setdatabase = 0 then 'a role' else 'the database' end
     from pg_catalog.pg_db_role_setting r
     where r.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
       and r.setrole in (0, (select oid from pg_catalog.pg_roles where rolname = 'postgres'))
       and exists (
         select from unnest(r.setconfig) s where s ~* '^default_transaction_read_only=(on|true|yes|1)$') limit 1),
    (select 'the server''s ' || s.source from pg_catalog.pg_settings s
     where s.name = 'default_transaction_read_only' and s.setting = 'on'
       and s.source in ('configuration file', 'command line', 'environment variable', 'global')));
end
$$;
comment on function private.read_only_by() is
  'By what sessions of this database only read unless they ask for more; null: they write.';
revoke execute on function private.read_only_by() from public;

create function private.findings_of_database(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_by text := private.read_only_by();
begin
  if v_by is not null then
    return next private.finding('database_read_only', format('Nothing can be written: read only by %s.', v_by),
      jsonb_build_object('by', v_by, 'bytes', pg_database_size(current_database())),
      p_repair_sql => format('alter database %I set default_transaction_read_only = off', current_database()));
  else
    return next private.not_so('database_read_only', 'The database can be written to.');
  end if;
  return query
    select f.* from private.held_snapshots(p_at) h, lateral private.finding('replication_or_snapshot_held',
      case when h.since is null then format('The replication slot %s is read by nobody and holds back %s of the log.',
        h.name, pg_size_pretty(h.bytes))
      else format('A %s has been open for %s minutes: %s.', h.kind,
        floor(extract(epoch from p_at - h.since) / 60), h.name) end,
      jsonb_build_object('kind', h.kind, 'name', h.name, 'bytes', h.bytes), p_since => h.since, p_subject => h.name,
      p_repair_sql => h.repair_sql) f;
  if not found then
    return next private.not_so('replication_or_snapshot_held', 'No snapshot is older than a quarter of an hour.');
  end if;
end
$$;
comment on function private.findings_of_database(timestamptz) is
  'Whether the database can be written to, and cleans up behind itself.';
revoke execute on function private.findings_of_database(timestamptz) from public;

create function private.every(p_schedule text) returns interval
language sql immutable set search_path = '' as $$
  select case
    when p_schedule ~* '^\s*[0-9]+\s*seconds?\s*$' then trim(p_schedule)::interval
    when p_schedule ~ '^\* ' then interval '1 minute'
    when p_schedule ~ '^\*/[0-9]+ ' then make_interval(mins => substring(p_schedule from '[0-9]+')::integer)
    when p_schedule ~ '^[0-9]+ \* ' then interval '1 hour'
    when p_schedule is not null then interval '1 day' end
$$;
comment on function private.every(text) is
  'About how often a schedule of pg_cron runs: seconds, minutes and hours are read, all else counts as a day.';
revoke execute on function private.every(text) from public;

create function private.never_beaten(p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- A server that has just been started is given time for the first beats.
  return case when clock_timestamp() - pg_postmaster_start_time() > interval '1 hour'
    then pg_postmaster_start_time() end;
end
$$;
comment on function private.never_beaten(timestamptz) is
  'Since when a part that has no heartbeat at all can be said to be dead; null: it may be too early to say.';
revoke execute on function private.never_beaten(timestamptz) from public;

create type private.part_health as (
  part text, schedule text, every interval, is_scheduled boolean, is_active boolean, beat_at timestamptz, beats bigint,
  result jsonb, fault text, fault_since timestamptz, dead_since timestamptz);
comment on type private.part_health is
  'How a part of the schedules is. every: null, it is not scheduled; fault: the error that it has failed with in '
  'the last '
  'ten minutes; dead_since: since when it has not run although it should have, and has not failed either.';

create function private.health_of_parts(p_at timestamptz) returns setof private.part_health
language plpgsql stable set search_path = '' as $$
begin
  return query
    select p.part, p.schedule, s.every, j.jobid is not null, coalesce(j.active, false), h.beat_at, h.beats, h.result,
      f.error, f.since,
      case when f.error is null and coalesce(p_at - h.beat_at, interval 'infinity') > s.patience
        then coalesce(h.beat_at, private.never_beaten(p_at)) end
    from private.parts() p
    left join cron.job j on j.jobname = p.schedule and j.database = current_database()
    left join private.heartbeats h on h.name = p.part
    left join private.faults f on f.part = p.part and f.lane = ''
      and f.last_at between p_at - interval '10 minutes' and p_at
    cross join lateral (select private.every(j.schedule)) e (every)
    cross join lateral (select e.every, case when e.every >= '1 hour' then e.every + interval '2 hours'
      else greatest(interval '2 minutes', coalesce(e.every, '0') * 3) end) s (every, patience);
end
$$;
comment on function private.health_of_parts(timestamptz) is
  'How each part of the schedules is: by its heartbeat, by pg_cron''s table of jobs and by the faults. A part may '
  'miss '
  'two runs, and two minutes, before it counts as dead; one that runs once a day, two hours.';
revoke execute on function private.health_of_parts(timestamptz) from public;

create function private.moves(p_part text, p_job public.jobs, p_attempt public.job_attempts) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_is_open boolean := p_job.status in ('pending', 'processing');
  v_is_running boolean := p_job.status = 'processing';
  v_is_pulled boolean := exists (select from private.lanes where lane = p_job.lane and delivery = 'pull');
begin
  return case
    when p_part in ('esteira-publications', 'esteira-connections') then p_job.lane = 'publication'
    when p_part = 'esteira-effects' then p_job.effect is not null and p_job.status = 'completed'
    when p_part in ('esteira-tasks', 'esteira-outbox') then not v_is_open
    when p_part = 'esteira-leases' then v_is_open and v_is_pulled
    when p_part = 'esteira-overdue' then v_is_running
    when p_part = 'esteira-expire' then p_job.status = 'pending'
    when p_part = 'esteira-copies' then v_is_running and p_attempt.phase = 'produced'
    when p_part in ('esteira-ask', 'esteira-resend', 'esteira-ask-last') then v_is_running and not v_is_pulled
    when p_part = 'esteira-tick' then v_is_open
    else false end;
end
$$;
comment on function private.moves(text, public.jobs, public.job_attempts) is
  'Whether a part of the schedules has a hand in where a job stands, so that its death can be the reason for that.';
revoke execute on function private.moves(text, public.jobs, public.job_attempts) from public;

create function private.revival(p_part private.part_health) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_shipped jsonb := (select shipped from private.shipped_rows where kind = 'schedule' and name = p_part.schedule);
begin
  return case
    when p_part.is_active then 'select worker.reap()'
    when p_part.is_scheduled then
      format('select cron.alter_job(jobid, active => true) from cron.job where jobname = %L', p_part.schedule)
    else format('select cron.schedule(%L, %L, %L)', p_part.schedule, coalesce(v_shipped ->> 'schedule', '1 minute'),
      format('select private.run(%L)', p_part.schedule)) end;
end
$$;
comment on function private.revival(private.part_health) is
  'The statement that has a part run again: schedules it, switches it on; or does by hand what pg_cron should '
  'have done.';
revoke execute on function private.revival(private.part_health) from public;

create function private.last_run(p_schedule text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object('status', d.status, 'message', private.cut(d.return_message, 200),
      'started_at', d.start_time))
    from (select * from cron.job_run_details order by runid desc limit 500) d
    where d.command = format('select private.run(%L)', p_schedule) order by d.runid desc limit 1);
end
$$;
comment on function private.last_run(text) is
  'What pg_cron notes of a schedule''s last run, among the last five hundred of all: {status, message, started_at}.';
revoke execute on function private.last_run(text) from public;

create function private.finding_of_dead_part(p_part private.part_health) returns private.finding
language plpgsql stable set search_path = '' as $$
begin
  return private.finding('cron_dead',
    format('The part %s of the schedules has not run since %s: %s.', p_part.part, p_part.dead_since, case
      when not p_part.is_scheduled then 'it is not scheduled' when not p_part.is_active then 'it is switched off'
      else 'pg_cron does not run it' end),
    jsonb_build_object('parts', jsonb_build_array(p_part.part), 'schedule', p_part.schedule,
      'is_scheduled', p_part.is_scheduled, 'is_active', p_part.is_active,
      'last_run', private.last_run(p_part.schedule)),
    p_since => p_part.dead_since, p_subject => p_part.part, p_repair_sql => private.revival(p_part));
end
$$;
comment on function private.finding_of_dead_part(private.part_health) is
  'That a single part of the schedules is dead.';
revoke execute on function private.finding_of_dead_part(private.part_health) from public;

create function private.finding_of_dead_cron(p_parts private.part_health[]) returns private.finding
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.finding('cron_dead', format('pg_cron runs nothing: no part of the schedules has run since %s.',
        max(p.dead_since)),
      jsonb_build_object('parts', jsonb_agg(p.part order by p.part), 'last_run', private.last_run('esteira-tick')),
      p_since => max(p.dead_since), p_subject => 'pg_cron', p_repair_sql => 'select worker.reap()')
    from unnest(p_parts) p where p.dead_since is not null);
end
$$;
comment on function private.finding_of_dead_cron(private.part_health[]) is
  'That all of the schedules are dead. The repair does by hand what was missed; pg_cron itself comes back with '
  'the server.';
revoke execute on function private.finding_of_dead_cron(private.part_health[]) from public;

create function private.findings_of_schedules(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
begin
  -- What should run every few minutes or more often, and none of it does.
  if (select bool_and(p.dead_since is not null) from unnest(v_parts) p where p.every < '1 hour') then
    return next private.finding_of_dead_cron(v_parts);
  else
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null and private.moves(p.part, p_job, p_attempt);
    if not found then
      return next private.not_so('cron_dead', 'The parts of the schedules that move it have run in time.',
        jsonb_build_object('tick_at', (select p.beat_at from unnest(v_parts) p where p.part = 'esteira-tick')));
    end if;
  end if;
  return query
    select x.* from private.faults f, lateral private.finding('part_failing',
      format('The part %s fails%s: %s', f.part, coalesce(' in lane ' || nullif(f.lane, ''), ''),
        private.cut(f.error, 300)),
      jsonb_build_object('part', f.part, 'lane', nullif(f.lane, ''), 'sqlstate', f.sqlstate, 'times', f.times,
        'error', private.cut(f.error, 300)), p_since => f.since, p_subject => f.part) x
    where f.lane in ('', p_job.lane) and f.last_at between p_at - interval '10 minutes' and p_at
      and (f.part in ('poke', 'dispatch') or private.moves(f.part, p_job, p_attempt));
  if not found then
    return next private.not_so('part_failing', 'No part of the schedules has failed in the last ten minutes.');
  end if;
end
$$;
comment on function private.findings_of_schedules(public.jobs, public.job_attempts, timestamptz) is
  'Whether the parts of the schedules that move a job run, and run to their end.';
revoke execute on function private.findings_of_schedules(public.jobs, public.job_attempts, timestamptz) from public;


create type private.wake as (
  asked_at timestamptz, is_unsent boolean, answered_at timestamptz, status integer, code text, reason text, error text,
  failing_since timestamptz);
comment on type private.wake is
  'How the last call of the worker went. is_unsent: pg_net has not sent it for half a minute; answered_at: null, '
  'there is '
  'no answer (yet, or any more); code, reason: those of the error in the answer; error: why there was no answer, '
  'or what '
  'it said; failing_since: since when no call of the last few succeeded.';

create function private.answers(p_ids bigint[], p_from timestamptz, p_to timestamptz) returns setof net._http_response
language plpgsql stable set search_path = '' as $$
begin
  return query
    select r.* from (
      select * from net._http_response where created between p_from and p_to order by created desc limit 2000) r
    where r.id = any (p_ids) order by r.id desc;
end
$$;
comment on function private.answers(bigint[], timestamptz, timestamptz) is
  'The answers of requests at pg_net that came between two times, the last request first; looks at 2000 at most.';
revoke execute on function private.answers(bigint[], timestamptz, timestamptz) from public;

create function private.is_unsent(p_ids bigint[]) returns boolean
language sql stable set search_path = '' as $$
  -- It sends the oldest first, and there lies one that is older still, or this one.
  select exists (
    select from (select id from net.http_request_queue limit 1000) q where q.id <= (select max(i) from unnest(p_ids) i))
$$;
comment on function private.is_unsent(bigint[]) is
  'Whether the last of these requests still lies in pg_net''s queue.';
revoke execute on function private.is_unsent(bigint[]) from public;

create function private.error_in(p_content text) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_body jsonb;
begin
  if p_content is null or octet_length(p_content) > 20000 or p_content !~ '^\s*\{' then return '{}'; end if;
  v_body := p_content::jsonb;
  -- Ours, and that of the platform in front of the functions.
  return jsonb_strip_nulls(jsonb_build_object('code', coalesce(v_body #>> '{error,code}', v_body ->> 'code'),
    'reason', v_body #>> '{error,details,reason}',
    'message', coalesce(v_body #>> '{error,message}', v_body ->> 'message')));
exception when others then
  return '{}';
end
$$;
comment on function private.error_in(text) is
  'The error in the body of an answer: {code, reason, message}; {}: none is to be read.';
revoke execute on function private.error_in(text) from public;

create function private.last_wake() returns private.wake
language plpgsql stable set search_path = '' as $$
declare
  v_wake private.wake;
  v_ids bigint[];
  v_answers net._http_response[];
  v_error jsonb;
begin
  -- Whichever lane it was for: it is one function.
  select max(t.passed_at), array(select i from private.throttles o, unnest(o.request_ids) i where o.name like 'poke:%')
  into v_wake.asked_at, v_ids from private.throttles t where t.name like 'poke:%' and t.request_ids <> '{}';
  if v_wake.asked_at is null then return null; end if;
  v_wake.is_unsent := v_wake.asked_at < clock_timestamp() - interval '30 seconds' and private.is_unsent(v_ids);
  v_answers := array(select a from private.answers(
    v_ids, v_wake.asked_at - interval '1 minute', v_wake.asked_at + interval '2 minutes') a);
  if v_answers = '{}' then return v_wake; end if;
  v_error := private.error_in(v_answers[1].content);
  v_wake.answered_at := v_answers[1].created;
  v_wake.status := v_answers[1].status_code;
  v_wake.code := v_error ->> 'code';
  v_wake.reason := v_error ->> 'reason';
  v_wake.error := coalesce(v_answers[1].error_msg, case when v_wake.status >= 400 then v_error ->> 'message' end);
  v_wake.failing_since := (select min(a.created) from unnest(v_answers) a where a.id > coalesce(
    (select max(good.id) from unnest(v_answers) good where good.status_code between 200 and 299), 0));
  return v_wake;
end
$$;
comment on function private.last_wake() is 'How the last call of the worker went; null: there was none.';
revoke execute on function private.last_wake() from public;

create function private.unread_since(p_lane text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_queue text := (select queue_name from private.lanes where lane = p_lane and delivery <> 'pull');
  v_since timestamptz;
begin
  if to_regclass('pgmq.q_' || v_queue) is null then return null; end if;
  execute format(
    'select least((select min(vt) from pgmq.%I), (select min(vt) from pgmq.q_settle_queue))', 'q_' || v_queue)
  into v_since;
  return case when v_since < clock_timestamp() - interval '30 seconds' then v_since end;
end
$$;
comment on function private.unread_since(text) is
  'Since when a message of a lane, or one to settle, could have been read by a worker and was not; null: none '
  'waits for '
  'half a minute. By the database''s own clock, as pgmq has it.';
revoke execute on function private.unread_since(text) from public;

create function private.missing_secret() returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when private.secret('project_url') is null then 'project_url'
    when not private.is_address(private.secret('project_url')) then 'project_url'
    when private.secret('worker_secret_key') is null then 'worker_secret_key' end;
end
$$;
comment on function private.missing_secret() is
  'The Vault secret without which SQL cannot wake the worker, or that is no address; null: they are all there.';
revoke execute on function private.missing_secret() from public;

create function private.code_of_wake(p_wake private.wake) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_wake.is_unsent then 'worker_not_woken'
    when p_wake.answered_at is null then null
    when p_wake.status between 200 and 299 then null
    when p_wake.status = 401 then 'worker_key_wrong'
    when p_wake.reason = 'schema_not_exposed' then 'schema_not_exposed'
    when p_wake.code = 'schema_too_old' then 'schema_too_old'
    else 'functions_unreachable' end
$$;
comment on function private.code_of_wake(private.wake) is
  'What the last call of the worker says is wrong; null: nothing, or it says nothing.';
revoke execute on function private.code_of_wake(private.wake) from public;

create function private.told_of_wake(p_code text, p_wake private.wake) returns text
language sql immutable set search_path = '' as $$
  select case p_code
    when 'worker_not_woken' then format('pg_net has not sent the call of the worker of %s.', p_wake.asked_at)
    when 'worker_key_wrong' then 'The worker refuses the key in the Vault secret worker_secret_key (401).'
    when 'schema_not_exposed' then 'The Data API does not let the functions reach the schema worker.'
    when 'schema_too_old' then 'The functions are newer than the database, and refuse to work on it.'
    else format('The worker function was called and could not be reached: %s.',
      concat_ws(', ', p_wake.status, p_wake.code, private.cut(p_wake.error, 200))) end
$$;
comment on function private.told_of_wake(text, private.wake) is
  'A sentence for what the last call of the worker says.';
revoke execute on function private.told_of_wake(text, private.wake) from public;

create function private.finding_of_wake(p_wake private.wake, p_unread timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_code text := private.code_of_wake(p_wake);
  v_evidence jsonb := jsonb_build_object('asked_at', p_wake.asked_at, 'answered_at', p_wake.answered_at,
    'status', p_wake.status, 'code', p_wake.code, 'error', private.cut(p_wake.error, 200), 'unread_since', p_unread);
begin
  if v_code is not null then
    -- While nobody waits for a worker, who made the work has done it; then it is only not as it should be.
    return private.finding(v_code, private.told_of_wake(v_code, p_wake), v_evidence, p_since => coalesce(p_unread,
      p_wake.failing_since, p_wake.asked_at), p_level => case when p_unread is null then 'warn' end,
      p_subject => 'worker', p_repair_sql => case v_code when 'worker_not_woken' then 'select net.worker_restart()'
        when 'worker_key_wrong' then 'select ops.set_secret(''worker_secret_key'', ''<a secret key>'')' end);
  elsif p_unread is null then
    return private.not_so('functions_unreachable', 'No message waits for the worker, and its last call has not failed.',
      v_evidence, 'worker');
  elsif p_wake.status between 200 and 299 then
    return private.finding('worker_behind', format('Messages wait since %s, although the worker answers.', p_unread),
      v_evidence, p_since => p_unread, p_subject => 'worker');
  elsif p_wake.answered_at is null and p_wake.asked_at < clock_timestamp() - interval '30 seconds' then
    -- Sent, and neither answer nor failure is there any more: a crash of the server empties pg_net's tables.
    return private.finding('telemetry_stale',
      'Messages wait for the worker, and nothing tells any more what became of calling it.', v_evidence,
      p_since => p_unread, p_subject => 'wake-ups', p_repair_sql => 'select private.tick()');
  end if;
  return null; -- it was called just now, or is by the next tick
end
$$;
comment on function private.finding_of_wake(private.wake, timestamptz) is
  'What the last call of the worker says of the worker; null: nothing yet. p_unread: since when messages wait for it; '
  'null: none do.';
revoke execute on function private.finding_of_wake(private.wake, timestamptz) from public;

create function private.findings_of_waking(p_unread timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_wake private.wake := private.last_wake();
  v_secret text := private.missing_secret();
begin
  -- An answer of long ago says nothing of now, unless somebody waits since.
  if p_unread is null and v_wake.asked_at < clock_timestamp() - interval '10 minutes' then v_wake := null; end if;
  if v_secret is null then
    return next private.not_so('vault_secret_missing', 'The address and the key to wake the worker with are set.');
    return query select f.* from private.finding_of_wake(v_wake, p_unread) f where f.code is not null;
  elsif p_unread is not null then
    return next private.finding('vault_secret_missing',
      format('The Vault has no good secret %s: the worker is not woken.', v_secret),
      jsonb_build_object('secret', v_secret, 'unread_since', p_unread), p_since => p_unread, p_subject => v_secret,
      p_repair_sql => format('select ops.set_secret(%L, %L)', v_secret,
        case v_secret when 'project_url' then 'https://<ref>.supabase.co' else '<a secret key>' end));
  end if;
end
$$;
comment on function private.findings_of_waking(timestamptz) is
  'Whether the worker is woken, can be reached and comes to read what waits. p_unread: since when that waits; null: '
  'nothing does.';
revoke execute on function private.findings_of_waking(timestamptz) from public;

create function private.findings_of_wakes(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  -- Workers of pull lanes come by themselves.
  if not exists (select from private.lanes where lane = p_job.lane and delivery <> 'pull') then return; end if;
  return query select * from private.findings_of_waking(private.unread_since(p_job.lane));
end
$$;
comment on function private.findings_of_wakes(public.jobs) is
  'Whether the worker comes to read what waits in a job''s lane. Nothing of pull lanes.';
revoke execute on function private.findings_of_wakes(public.jobs) from public;

create function private.findings_of_versions(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_schema text := public.esteira_version();
begin
  -- Functions that are older than the schema work as before: ops.setup_check() tells of them.
  return query
    select x.* from (
      select array_agg(name order by name) as names, version, max(seen_at) as seen_at, min(since) as since
      from private.functions_seen where seen_at between p_at - interval '1 day' and p_at
        and private.version_numbers(version) > private.version_numbers(v_schema)
      group by version
    ) f, lateral private.finding('schema_too_old',
      format('The functions %s have version %s, the schema has %s.', array_to_string(f.names, ', '), f.version,
        v_schema),
      jsonb_build_object('functions', f.names, 'version', f.version, 'schema', v_schema, 'seen_at', f.seen_at),
      p_since => f.since, p_subject => f.version) x;
  if not found then
    return next private.not_so('schema_too_old',
      format('No function that ran today is newer than schema %s.', v_schema));
  end if;
end
$$;
comment on function private.findings_of_versions(timestamptz) is
  'Whether functions that ran in the last day are newer than the schema: then they refuse to work.';
revoke execute on function private.findings_of_versions(timestamptz) from public;

create function private.words_of_standstill() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('never_can_run', 205, 'error', 'by_operator',
      'Make what is missing: the lane, its queue, its tool or an account with a key. Evidence names it.',
      array['Your job cannot start: something is not set up on our side.', 'We have to put that right.',
        'You can cancel it; you lose nothing.'],
      array['Seu trabalho não pode começar: falta algo do nosso lado.', 'Nós precisamos corrigir isso.',
        'Você pode cancelá-lo sem perder nada.']),
    ('account_has_no_slots', 210, 'error', 'by_operator',
      'Give an account of the lane a capacity: its number of slots is zero.',
      array['Your job cannot start: nothing of this kind may run at the moment.', 'We have to change that.',
        'You can cancel it; you lose nothing.'],
      array['Seu trabalho não pode começar: nada desse tipo pode rodar no momento.', 'Nós precisamos mudar isso.',
        'Você pode cancelá-lo sem perder nada.']),
    ('lane_paused', 220, 'wait', 'by_operator', 'Resume the lane when the reason for its pause is over.',
      array['Jobs of this kind are paused at the moment.', 'Yours starts by itself{when} once they go on.',
        'You can cancel it until then.'],
      array['Trabalhos desse tipo estão pausados no momento.', 'O seu começa sozinho{when}, assim que eles voltarem.',
        'Até lá, você pode cancelá-lo.']),
    ('account_paused', 225, 'warn', 'by_operator',
      'Look at the reason: top up the balance or replace the key of the account, then resume it.',
      array['The service that does this work does not accept jobs from us at the moment.',
        'Your job starts by itself{when} once that is solved on our side.', 'You can cancel it until then.'],
      array['O serviço que faz esse trabalho não está aceitando trabalhos nossos no momento.',
        'O seu começa sozinho{when}, assim que resolvermos isso.', 'Até lá, você pode cancelá-lo.']),
    ('circuit_open', 230, 'warn', 'by_provider', 'Look at the provider''s status page; it is tried again by itself.',
      array['The service that does this work is not answering.', 'Your job starts by itself once it is back.',
        'You can cancel it until then.'],
      array['O serviço que faz esse trabalho não está respondendo.', 'O seu começa sozinho quando ele voltar.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_standstill() is 'The words of findings about lanes in which nothing starts.';
revoke execute on function private.words_of_standstill() from public;

create function private.words_of_times() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('scheduled_for', 240, 'wait', 'by_itself', null,
      array['Your job is scheduled for later.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está agendado para depois.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.']),
    ('retry_at', 245, 'wait', 'by_itself', null,
      array['A try of your job did not work.', 'It is tried again by itself{when}.', 'You can cancel it until then.'],
      array['Uma tentativa do seu trabalho não deu certo.', 'Ele é tentado de novo sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('provider_busy', 250, 'wait', 'by_provider', null,
      array['The service that does this work is busy.',
        'Your job is offered to it again{when}, and that costs nothing.', 'You can cancel it until then.'],
      array['O serviço que faz esse trabalho está ocupado.', 'O seu é oferecido de novo{when}, sem custo.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_times() is 'The words of findings about jobs that wait for a time.';
revoke execute on function private.words_of_times() from public;

create function private.words_of_the_line() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('user_limit', 255, 'wait', 'by_itself', null,
      array['You have as many jobs of this kind running as you may: {active}.',
        'This one starts by itself{when}, when one of them ends.', 'You can cancel one of them.'],
      array['Você já tem o máximo de trabalhos desse tipo em andamento: {active}.',
        'Este começa sozinho{when}, quando um deles terminar.', 'Você pode cancelar um deles.']),
    ('rate_limited_until', 260, 'wait', 'by_itself', null,
      array['Only so many jobs of this kind may start in a short time.', 'Yours starts by itself{when}.',
        'You can cancel it until then.'],
      array['Só um certo número de trabalhos desse tipo pode começar em pouco tempo.', 'O seu começa sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('expires_in_line', 262, 'warn', 'by_operator', 'Raise the capacity of the lane, or more jobs end as expired.',
      array['There is so much to do that your job may not start in time.',
        'If it does not, it ends and you get its price back.', 'You can wait, or cancel it.'],
      array['Há tanto a fazer que seu trabalho pode não começar a tempo.',
        'Se não começar, ele termina e você recebe o valor de volta.', 'Você pode esperar ou cancelá-lo.']),
    ('queue_backlog', 265, 'warn', 'by_itself', 'Raise the capacity of the lane, or do nothing: it drains by itself.',
      array['There is a lot to do, and it takes longer than usual.', 'Your job starts by itself{when}.',
        'You can cancel it until then.'],
      array['Há muito a fazer, e está demorando mais que o normal.', 'Seu trabalho começa sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('tool_disabled', 268, 'wait', 'by_operator', 'Switch the tool on again (is_enabled), if it is to take new jobs.',
      array['This tool is switched off for new jobs.', 'What was asked for before goes on.',
        'A job that has failed cannot be tried again until it is back.'],
      array['Esta ferramenta está desligada para novos trabalhos.', 'O que já foi pedido continua.',
        'Um trabalho que falhou só pode ser repetido quando ela voltar.']),
    ('waiting_for_slot', 270, 'wait', 'by_itself', null,
      array['Your job is waiting for its turn.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está aguardando a vez.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.']),
    ('not_dispatched', 280, 'warn', 'by_operator',
      'Its turn has come and nobody has started it: see whether the schedules run, then call private.tick().',
      array['It is your job''s turn, but it has not started yet.', 'We are looking into it.',
        'You can cancel it until then.'],
      array['É a vez do seu trabalho, mas ele ainda não começou.', 'Estamos verificando.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_the_line() is 'The words of findings about jobs in line.';
revoke execute on function private.words_of_the_line() from public;

create function private.words_of_waiting() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_standstill()
  union all select * from private.words_of_times()
  union all select * from private.words_of_the_line()
$$;
comment on function private.words_of_waiting() is 'The words of findings about jobs that wait.';
revoke execute on function private.words_of_waiting() from public;

create type private.wait as (
  job public.jobs, lane private.lanes, now private.lane_now, pace private.lane_paces, is_fresh boolean,
  due timestamptz, at timestamptz);
comment on type private.wait is
  'A job that waits, and what its link of the chain looks at once: its lane (null: there is none), how that stands, '
  'how fast it drains and whether that is fresh; due: when it may start by its own time, which is over if it is ready.';

create function private.wait_of(p_job public.jobs, p_at timestamptz) returns private.wait
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait;
begin
  v_wait.job := p_job;
  v_wait.at := p_at;
  v_wait.due := greatest(p_job.run_at, p_at);
  v_wait.lane := (select l from private.lanes l where l.lane = p_job.lane);
  v_wait.now := private.lane_now(p_job.lane, p_at);
  v_wait.pace := (select p from private.lane_paces p where p.lane = p_job.lane);
  v_wait.is_fresh := private.is_fresh((v_wait.pace).measured_at, p_at);
  return v_wait;
end
$$;
comment on function private.wait_of(public.jobs, timestamptz) is 'What is looked at of a job that waits.';
revoke execute on function private.wait_of(public.jobs, timestamptz) from public;

create function private.is_held_in_line(p_job public.jobs) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.is_publication(p_job) and p_job.run_at >= p_job.expires_at;
end
$$;
comment on function private.is_held_in_line(public.jobs) is
  'Whether it is a publication behind others of its connection: it has no place in the lane yet.';
revoke execute on function private.is_held_in_line(public.jobs) from public;

create function private.findings_of_waiting(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait;
begin
  return query select * from private.findings_of_tool(p_job);
  if p_job.status <> 'pending' then return; end if;
  v_wait := private.wait_of(p_job, p_at);
  return query select * from private.findings_of_setup(v_wait);
  if (v_wait.lane).lane is null then return; end if;
  return query select * from private.findings_of_pauses(v_wait);
  return query select * from private.findings_of_times(v_wait);
  if v_wait.due > p_at or private.is_held_in_line(p_job) then return; end if;
  return query select * from private.findings_of_limits(v_wait);
  return query select * from private.findings_of_the_line(v_wait);
end
$$;
comment on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) is
  'Why a job has no slot yet.';
revoke execute on function private.findings_of_waiting(public.jobs, public.job_attempts, timestamptz) from public;

create function private.findings_of_tool(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_tool public.tools;
begin
  if p_job.status not in ('pending', 'failed') then return; end if;
  select * into v_tool from public.tools where tool = p_job.tool;
  if v_tool.is_enabled is false then
    return next private.finding('tool_disabled', format('The tool %s is switched off: %s.', p_job.tool,
        case p_job.status when 'pending' then 'what was created before still runs, and nothing new is taken'
          else 'it cannot be tried again until it is on' end),
      p_subject => p_job.tool,
      p_repair_sql => format('update public.tools set is_enabled = true where tool = %L', p_job.tool),
      -- What waits does so until its turn comes, and this is unusual about it; what has failed waits for nothing.
      p_level => case p_job.status when 'failed' then 'info' end,
      p_clears => case p_job.status when 'pending' then 'by_itself' end);
  end if;
end
$$;
comment on function private.findings_of_tool(public.jobs) is
  'Whether the tool of a job that waits, or could be tried again, is switched off.';
revoke execute on function private.findings_of_tool(public.jobs) from public;

create function private.lacks(p_wait private.wait) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when (p_wait.lane).lane is null then 'no_lane'
    when (p_wait.job).tool is not null
      and not exists (select from public.tools where tool = (p_wait.job).tool) then 'no_tool'
    when to_regclass(format('pgmq.%I', 'q_' || (p_wait.lane).queue_name)) is null then 'no_queue'
    when (p_wait.now).accounts > 0 then null
    when exists (select from private.accounts where lane = (p_wait.lane).lane) then 'account_retired'
    else 'no_account' end;
end
$$;
comment on function private.lacks(private.wait) is
  'What a job lacks without which it can never start: no_lane, no_tool, no_queue, account_retired (all of them are) or '
  'no_account; null: nothing.';
revoke execute on function private.lacks(private.wait) from public;

create function private.findings_of_setup(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane text := (p_wait.job).lane;
  v_lack text := private.lacks(p_wait);
begin
  if v_lack is not null then
    return next private.finding('never_can_run', case v_lack
        when 'no_lane' then format('There is no lane %s.', v_lane)
        when 'no_tool' then format('There is no tool %s.', (p_wait.job).tool)
        when 'no_queue' then format('The queue %s of lane %s is gone.', (p_wait.lane).queue_name, v_lane)
        when 'account_retired' then format('Every account of lane %s has been removed.', v_lane)
        else format('Lane %s has no account.', v_lane) end,
      jsonb_build_object('reason', v_lack, 'lane', v_lane, 'queue', (p_wait.lane).queue_name),
      p_since => (p_wait.job).queued_at, p_subject => v_lane,
      p_repair_sql => case v_lack when 'no_queue' then format('select pgmq.create(%L)', (p_wait.lane).queue_name) end);
  elsif (p_wait.now).slots = 0 then
    return query
      select (private.finding('account_has_no_slots', format('No account of lane %s has a slot.', v_lane),
        jsonb_build_object('accounts', array_agg(a.name order by a.account_id)), p_since => (p_wait.job).queued_at,
        p_subject => v_lane,
        p_repair_sql => format('select private.set_capacity(%s, 1)', min(a.account_id)))).*
      from private.accounts a where a.lane = v_lane and a.retired_at is null;
  else
    return next private.not_so('never_can_run', format('Lane %s has its queue, %s accounts and %s slots.', v_lane,
      (p_wait.now).accounts, (p_wait.now).slots), p_subject => v_lane);
  end if;
end
$$;
comment on function private.findings_of_setup(private.wait) is 'Whether a lane has all that it takes to start a job.';
revoke execute on function private.findings_of_setup(private.wait) from public;

create function private.after_pause(p_wait private.wait, p_until timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_drain private.drain;
begin
  if p_until is null or p_until = 'infinity' then return null; end if;
  if (p_wait.job).run_at is not null or not p_wait.is_fresh then return p_until; end if;
  -- By then every slot is likely to be free.
  v_drain := private.drain(
    private.jobs_before(p_wait.job) + 1, (p_wait.now).slots, (p_wait.now).slots, '{}', p_wait.pace);
  return p_until + coalesce(v_drain.p50, '0');
end
$$;
comment on function private.after_pause(private.wait, timestamptz) is
  'When a waiting job is likely to start where nothing does before p_until; null: nobody knows.';
revoke execute on function private.after_pause(private.wait, timestamptz) from public;

create function private.cause_of_pause(p_reason text) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_reason ~* '(balance|insufficient|funds|credit|billing|payment|quota)' then 'balance'
    when p_reason ~* '(misconfigured|api.?key|unauthori[sz]ed|forbidden|credential|token|40[13])' then 'key'
    else 'other' end
$$;
comment on function private.cause_of_pause(text) is
  'What the reason of an account''s pause speaks of: balance, key or other.';
revoke execute on function private.cause_of_pause(text) from public;

create function private.paused_accounts(p_lane text, p_due timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'account', a.name, 'cause', private.cause_of_pause(a.pause_reason), 'reason', left(a.pause_reason, 200),
      'until', nullif(a.paused_until, 'infinity'))) order by a.account_id)
    from (
      select * from private.accounts x
      where x.lane = p_lane and x.retired_at is null and x.paused_until > p_due
        and exists (select from private.slots s where s.account_id = x.account_id and not s.is_retiring)
      order by x.account_id limit 10) a);
end
$$;
comment on function private.paused_accounts(text, timestamptz) is
  'Up to ten accounts with slots that are paused at a time: [{account, cause, reason, until?}]; null: none.';
revoke execute on function private.paused_accounts(text, timestamptz) from public;

create function private.findings_of_accounts(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane text := (p_wait.lane).lane;
  v_paused jsonb := private.paused_accounts(v_lane, p_wait.due);
  v_first private.accounts;
begin
  if (p_wait.now).slots = 0 or (v_paused is null and (p_wait.now).usable = 0) then return; end if;
  if (p_wait.now).usable > 0 then
    return next private.not_so('account_paused', format('%s of the %s slots of lane %s are of accounts in use.',
        (p_wait.now).usable, (p_wait.now).slots, v_lane),
      jsonb_build_object('paused', v_paused), v_lane);
    return;
  end if;
  select * into v_first from private.accounts a
  where a.lane = v_lane and a.retired_at is null and a.paused_until > p_wait.due
    and exists (select from private.slots s where s.account_id = a.account_id and not s.is_retiring)
  order by a.paused_until, a.account_id limit 1;
  return next private.finding('account_paused', format('Every account of lane %s is paused: %s (%s).',
      v_lane, v_first.name, left(v_first.pause_reason, 200)),
    jsonb_build_object('accounts', v_paused, 'cause', private.cause_of_pause(v_first.pause_reason)),
    p_expected_at => private.after_pause(p_wait, v_first.paused_until), p_subject => v_first.name,
    p_repair_sql => format('select ops.resume_account(%s)', v_first.account_id));
end
$$;
comment on function private.findings_of_accounts(private.wait) is 'Whether every account of a lane is paused.';
revoke execute on function private.findings_of_accounts(private.wait) from public;

create function private.findings_of_pauses(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes := p_wait.lane;
  v_is_for_ever boolean := v_lane.paused_until = 'infinity';
begin
  if v_lane.paused_until > p_wait.due then
    return next private.finding('lane_paused', format('Lane %s is paused%s: %s.', v_lane.lane,
        case when v_is_for_ever then ' until it is resumed' end, left(v_lane.pause_reason, 200)),
      jsonb_build_object('reason', left(v_lane.pause_reason, 200), 'until', nullif(v_lane.paused_until, 'infinity')),
      p_expected_at => private.after_pause(p_wait, v_lane.paused_until), p_subject => v_lane.lane,
      p_repair_sql => format('select ops.resume_lane(%L)', v_lane.lane),
      p_level => case when v_is_for_ever then 'warn' end,
      p_clears => case when not v_is_for_ever then 'by_itself' end);
  else
    return next private.not_so('lane_paused', format('Lane %s is not paused.', v_lane.lane), p_subject => v_lane.lane);
  end if;
  return query select * from private.findings_of_accounts(p_wait);
  -- What is due much later may find its provider back.
  if v_lane.circuit_opened_at is null then
    return next private.not_so('circuit_open', format('The provider of lane %s answers.', v_lane.lane),
      jsonb_build_object('failures_in_a_row', nullif(v_lane.circuit_failures, 0)), v_lane.lane);
  elsif p_wait.due < p_wait.at + interval '5 minutes' then
    return next private.finding('circuit_open', format('The provider of lane %s does not answer: %s.', v_lane.lane,
        left(v_lane.circuit_reason, 200)),
      jsonb_build_object('reason', left(v_lane.circuit_reason, 200), 'failures_in_a_row', v_lane.circuit_failures,
        'next_try_at', v_lane.circuit_probe_at),
      p_since => v_lane.circuit_opened_at, p_subject => v_lane.lane);
  end if;
end
$$;
comment on function private.findings_of_pauses(private.wait) is
  'Whether a lane, all of its accounts or its provider keep a job from starting when it is due.';
revoke execute on function private.findings_of_pauses(private.wait) from public;

create function private.last_return(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select e.entry from jsonb_array_elements(p_job.step_history) with ordinality e (entry, n)
    where e.entry ->> 'step' = 'queued' and e.entry ? 'retry_class' order by e.n desc limit 1);
end
$$;
comment on function private.last_return(public.jobs) is
  'The entry of a job''s history that tells why it came back to wait: {error, error_code, retry_class, …}; null: it '
  'has not.';
revoke execute on function private.last_return(public.jobs) from public;

create function private.findings_of_times(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_entry jsonb;
begin
  if v_job.run_at is null or v_job.run_at <= p_wait.at or private.is_held_in_line(v_job) then return; end if;
  if v_job.dispatches = 0 then
    return next private.finding('scheduled_for', 'It is not to start before the time that was asked for.',
      jsonb_build_object('run_at', v_job.run_at), p_since => v_job.created_at, p_expected_at => v_job.run_at);
    return;
  end if;
  v_entry := private.last_return(v_job);
  if v_job.waits > 0 then
    return next private.finding('provider_busy', format(
        'The provider of lane %s is busy; it has sent the job back %s times.', v_job.lane, v_job.waits),
      jsonb_build_object('waits', v_job.waits, 'error_code', v_entry ->> 'error_code',
        'error', left(v_entry ->> 'error', 200), 'expires_at', v_job.start_by),
      p_since => v_job.queued_at, p_expected_at => v_job.run_at, p_subject => v_job.lane);
  else
    return next private.finding('retry_at', format(
        'Attempt %s did not succeed (%s); the next one may start at its time.',
        coalesce(v_entry ->> 'attempt', v_job.attempt::text), coalesce(v_entry ->> 'error_code', 'no code')),
      jsonb_build_object('error_code', v_entry ->> 'error_code', 'error', left(v_entry ->> 'error', 200),
        'attempt', v_job.attempt, 'retry_count', v_job.retry_count, 'max_attempts', v_job.max_attempts,
        'run_at', v_job.run_at),
      p_since => v_job.queued_at, p_expected_at => v_job.run_at);
  end if;
end
$$;
comment on function private.findings_of_times(private.wait) is
  'Whether a job waits for a time: the one asked for, that of its retry, or until a busy provider is offered it again.';
revoke execute on function private.findings_of_times(private.wait) from public;

create function private.own_line(p_wait private.wait, p_limit integer) returns private.drain
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_before integer;
  v_ages interval[];
begin
  if not p_wait.is_fresh then return null; end if;
  select count(*) into v_before from (
    select from public.jobs j
    where j.user_id = v_job.user_id and j.lane = v_job.lane and j.status = 'pending' and j.run_at is null
      and (-j.priority, j.ticket, j.id) < (-v_job.priority, v_job.ticket, v_job.id) limit 2000) b;
  v_ages := array(
    select greatest(p_wait.at - j.started_at, '0') from public.jobs j
    where j.user_id = v_job.user_id and j.lane = v_job.lane and j.status = 'processing' limit 200);
  return private.drain(v_before + 1, p_limit, 0, v_ages, p_wait.pace);
end
$$;
comment on function private.own_line(private.wait, integer) is
  'In how long a job is likely to start among those of its user alone, of which p_limit may run at once.';
revoke execute on function private.own_line(private.wait, integer) from public;

create function private.rate_frees(p_lane private.lanes, p_nth integer, p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_starts timestamptz[];
  v_nth integer;
begin
  if p_lane.rate_limit is null then return null; end if;
  v_starts := array(
    select s.started_at from private.starts s where s.lane = p_lane.lane and s.started_at > p_at - p_lane.rate_window
    order by s.started_at desc limit p_lane.rate_limit);
  v_nth := p_nth - (p_lane.rate_limit - cardinality(v_starts));
  if v_nth <= 0 then return null; end if;
  -- The newest come first; the oldest leaves first, and with it the whole window comes again.
  return least(v_starts[cardinality(v_starts) - (v_nth - 1) % p_lane.rate_limit], p_at)
    + p_lane.rate_window * (1 + (v_nth - 1) / p_lane.rate_limit);
end
$$;
comment on function private.rate_frees(private.lanes, integer, timestamptz) is
  'When a lane''s rate lets the p_nth in line start; null: now.';
revoke execute on function private.rate_frees(private.lanes, integer, timestamptz) from public;

create function private.findings_of_limits(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes := p_wait.lane;
  v_job public.jobs := p_wait.job;
  v_active bigint;
  v_frees timestamptz;
begin
  if v_lane.max_active_per_user is not null then
    v_active := private.active_jobs(v_lane.lane, v_job.user_id);
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
$$;
comment on function private.findings_of_limits(private.wait) is
  'Whether a ready job waits because its user has enough going, or its lane has started enough of late.';
revoke execute on function private.findings_of_limits(private.wait) from public;

create type private.place as (
  nth integer, is_exact boolean, is_let boolean, can_start boolean, drain private.drain, expected_at timestamptz,
  evidence jsonb);
comment on type private.place is
  'Where a ready job stands in its lane: 1 is next; is_let: neither a pause nor its user''s limit nor a provider that '
  'is down keeps it; can_start: nor does anything else. drain, expected_at: null where nobody knows.';

create function private.place_of(p_wait private.wait) returns private.place
language plpgsql stable set search_path = '' as $$
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
    and not (p_wait.job).user_id = any (private.paused_users())
    and (v_lane.max_active_per_user is null
      or private.active_jobs(v_lane.lane, (p_wait.job).user_id) < v_lane.max_active_per_user);
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
$$;
comment on function private.place_of(private.wait) is
  'Where a ready job stands in its lane, and when it is likely to start.';
revoke execute on function private.place_of(private.wait) from public;

create function private.findings_of_the_line(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_place private.place := private.place_of(p_wait);
  v_since timestamptz := coalesce(v_job.queued_at, v_job.created_at);
  v_turn timestamptz := greatest(v_job.updated_at, v_since, v_job.run_at);
begin
  if (p_wait.now).usable = 0 then return; end if; -- it is said elsewhere why
  -- Only what would be said by it depends on it.
  if (p_wait.pace).measured_at is not null and not p_wait.is_fresh and v_place.is_let
     and private.rate_frees(p_wait.lane, v_place.nth, p_wait.at) is null then
    return next private.finding('telemetry_stale', format('How fast lane %s drains was measured last at %s.',
        v_job.lane, (p_wait.pace).measured_at), jsonb_build_object('measured_at', (p_wait.pace).measured_at),
      p_since => (p_wait.pace).measured_at, p_subject => 'lane_paces',
      p_repair_sql => 'select private.run_part(''esteira-paces'')');
  end if;
  if v_place.can_start and p_wait.at - v_turn > interval '1 minute' then
    return next private.finding('not_dispatched',
      format('Its turn has come in lane %s and a slot is free.', v_job.lane), v_place.evidence,
      p_since => v_turn, p_subject => v_job.lane,
      p_repair_sql => 'select private.tick()');
    return;
  end if;
  if not v_place.is_let then null; -- it is said elsewhere why
  elsif v_place.expected_at > v_job.start_by then
    return next private.finding('expires_in_line', format('It expires at %s, and its turn is expected at %s.',
        v_job.start_by, v_place.expected_at),
      v_place.evidence || jsonb_build_object('expires_at', v_job.start_by), p_since => v_since,
      p_expected_at => v_job.start_by, p_subject => v_job.lane);
  elsif v_place.expected_at is not null then
    return next private.not_so('expires_in_line',
      format('Its turn is expected before it expires (%s).', v_job.start_by), p_subject => v_job.lane);
  end if;
  if v_place.is_let and greatest(p_wait.at, v_place.expected_at) - v_since > interval '1 hour' then
    return next private.finding('queue_backlog', format('Lane %s has more to do than its %s slots get done soon.',
        v_job.lane, (p_wait.now).usable),
      v_place.evidence || jsonb_build_object('waiting', private.waiting_in(v_job.lane)), p_since => v_since,
      p_expected_at => v_place.expected_at, p_subject => v_job.lane);
  end if;
  return next private.finding('waiting_for_slot', format('It is number %s%s in line for the %s slots of lane %s.',
      v_place.nth, case when not v_place.is_exact then ' or later' end, (p_wait.now).usable, v_job.lane),
    v_place.evidence || jsonb_build_object('holders', private.shown_holders(v_job.lane, p_wait.at),
      'paused', private.paused_accounts(v_job.lane, p_wait.at)),
    p_since => v_since, p_expected_at => v_place.expected_at, p_subject => v_job.lane);
end
$$;
comment on function private.findings_of_the_line(private.wait) is
  'Where a ready job stands in line, whether that takes too long, and whether its turn was missed.';
revoke execute on function private.findings_of_the_line(private.wait) from public;

create function private.shown_holders(p_lane text, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('job_id', h.job_id, 'seconds', extract(epoch from h.age)::integer)
      order by h.age desc)
    from (select * from private.holders_of(p_lane, p_at) limit 10) h);
end
$$;
comment on function private.shown_holders(text, timestamptz) is
  'The ten that have held slots of a lane for longest: [{job_id, seconds}, …].';
revoke execute on function private.shown_holders(text, timestamptz) from public;

create function private.words_of_pauses() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('user_paused', 295, 'warn', 'by_operator',
      'If the pause is over: select ops.act(''resume'', ''{"user_id": "…"}'', false);',
      array['Your jobs are on hold: our team has paused your account.', 'They go on once the pause ends{when}.',
        'You can contact us, or cancel this job.'],
      array['Seus trabalhos estão em espera: nossa equipe pausou sua conta.',
        'Eles continuam quando a pausa acabar{when}.', 'Você pode falar conosco ou cancelar este trabalho.'])
$$;
comment on function private.words_of_pauses() is 'The words of findings about pauses of single users.';
revoke execute on function private.words_of_pauses() from public;

create function private.findings_of_pauses(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pause private.user_pauses;
begin
  if p_job.status <> 'pending' then return; end if;
  select * into v_pause from private.user_pauses where user_id = p_job.user_id and paused_until > p_at;
  if found then
    return next private.finding('user_paused', format('Its user is paused: %s', v_pause.reason),
      jsonb_build_object('paused_until', nullif(v_pause.paused_until, 'infinity'), 'reason', v_pause.reason),
      p_since => v_pause.paused_at, p_expected_at => nullif(v_pause.paused_until, 'infinity'),
      p_subject => p_job.user_id::text, p_repair_sql => format('select ops.act(''resume'', %L, false)',
        jsonb_build_object('user_id', p_job.user_id)));
  else
    return next private.not_so('user_paused', 'Its user is not paused.', p_subject => p_job.user_id::text);
  end if;
end
$$;
comment on function private.findings_of_pauses(public.jobs, timestamptz) is
  'Whether an operator has paused the user of a job that waits.';
revoke execute on function private.findings_of_pauses(public.jobs, timestamptz) from public;

create function private.words_of_connections() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('connection_revoked', 300, 'error', 'by_you', null,
      array['The account {account} at {platform_name} is not connected any more.',
        'This post is ended and paid back.', 'Connect the account again, and publish it anew.'],
      array['A conta {account} no {platform_name} não está mais conectada.',
        'Esta publicação é encerrada e os créditos são devolvidos.', 'Conecte a conta de novo e publique outra vez.']),
    ('connection_reconnect_needed', 302, 'error', 'by_you',
      'None: its owner connects the account again. Where many need it at once, look at the app at the platform.',
      array['{platform_name} does not let us into the account {account} any more.',
        'This does not clear by itself.', 'Connect the account again, and the post goes on.'],
      array['O {platform_name} não nos deixa mais entrar na conta {account}.',
        'Isso não se resolve sozinho.', 'Conecte a conta de novo e a publicação continua.']),
    ('access_ends_first', 304, 'warn', 'by_you', null,
      array['Our access to the account {account} at {platform_name} ends before this post goes out.',
        'Connect the account again before then.'],
      array['Nosso acesso à conta {account} no {platform_name} termina antes desta publicação.',
        'Conecte a conta de novo antes disso.']),
    ('access_renewal', 306, 'warn', 'by_itself',
      'Look at what the platform says (evidence.message), and at its app''s id and secret (ops.set_platform).',
      array['{platform_name} did not renew our access to the account {account}.',
        'We try again by ourselves{when}.', 'You need not do anything.'],
      array['O {platform_name} não renovou nosso acesso à conta {account}.',
        'Tentamos de novo automaticamente{when}.', 'Você não precisa fazer nada.']),
    ('connection_limited', 308, 'wait', 'by_itself', null,
      array['{platform_name} asks us to wait with the account {account}.',
        'The post goes on by itself{when}.', 'You can cancel it until then.'],
      array['O {platform_name} pede para esperarmos com a conta {account}.',
        'A publicação continua sozinha{when}.', 'Até lá, você pode cancelá-la.']),
    ('posting_limit', 310, 'wait', 'by_itself', null,
      array['The account {account} has posted as much as {platform_name} allows for now.',
        'The post goes on by itself{when}.', 'You can cancel it until then.'],
      array['A conta {account} já publicou tudo o que o {platform_name} permite por enquanto.',
        'A publicação continua sozinha{when}.', 'Até lá, você pode cancelá-la.']),
    ('connection_busy', 312, 'wait', 'by_itself', null,
      array['Posts of one account go out one after the other; before this one: {ahead}.',
        'It goes out by itself{when}.', 'You can cancel it until then.'],
      array['As publicações de uma conta saem uma de cada vez; antes desta: {ahead}.',
        'Ela sai sozinha{when}.', 'Até lá, você pode cancelá-la.']),
    ('next_in_line', 314, 'info', 'by_itself', null,
      array['Your post is the next of its account.', 'It goes out by itself in a moment.'],
      array['Sua publicação é a próxima da conta.', 'Ela sai sozinha em instantes.']),
    ('access_ending', 370, 'info', 'by_you', null,
      array['This post is not affected, but our access to the account {account} at {platform_name} ends soon.',
        'Connect the account again before it does.'],
      array['Esta publicação não é afetada, mas nosso acesso à conta {account} no {platform_name} termina em breve.',
        'Conecte a conta de novo antes disso.'])
$$;
comment on function private.words_of_connections() is
  'The words of findings about the account that a post is published with, and its line.';
revoke execute on function private.words_of_connections() from public;

create function private.words_of_platforms() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('platform_app_missing', 330, 'error', 'by_operator',
      'Register the app, or store its secret again: ops.set_secret, then ops.set_platform.',
      array['Publishing at {platform_name} is not set up right.', 'We have to mend that, then the post goes on.'],
      array['A publicação no {platform_name} não está bem configurada.',
        'Precisamos corrigir isso; depois a publicação continua.']),
    ('api_version_ended', 332, 'error', 'by_operator',
      'Move to a version that lives: ops.api_versions shows them, ops.set_api_version changes.',
      array['{platform_name} no longer takes posts in the way we send them.',
        'We have to mend that, then the post goes on.'],
      array['O {platform_name} não aceita mais publicações da forma como enviamos.',
        'Precisamos corrigir isso; depois a publicação continua.']),
    ('platform_paused', 334, 'warn', 'by_operator', 'Resume it when its cause is mended: ops.resume_platform.',
      array['Publishing at {platform_name} is paused.', 'It goes on when that is over{when}.',
        'You can cancel the post until then.'],
      array['A publicação no {platform_name} está pausada.', 'Ela continua quando isso acabar{when}.',
        'Até lá, você pode cancelá-la.']),
    ('platform_down', 336, 'warn', 'by_provider', 'None: one connection tries after each pause, and all go on then.',
      array['{platform_name} does not answer us just now.', 'We try again by ourselves{when}.',
        'You need not do anything.'],
      array['O {platform_name} não está nos respondendo agora.', 'Tentamos de novo automaticamente{when}.',
        'Você não precisa fazer nada.']),
    ('platform_probing', 338, 'wait', 'by_itself', null,
      array['{platform_name} was down, and we are trying whether it is back.', 'The post goes on by itself if it is.',
        'You need not do anything.'],
      array['O {platform_name} estava fora do ar, e estamos verificando se voltou.',
        'Se voltou, a publicação continua sozinha.', 'Você não precisa fazer nada.']),
    ('platform_limited', 340, 'wait', 'by_itself',
      'None; where it happens often, have the platform raise what the app may post, and note it in post_limit.',
      array['As much has been posted as {platform_name} lets us post for now.', 'The post goes on by itself{when}.',
        'You can cancel it until then.'],
      array['Já publicamos tudo o que o {platform_name} nos permite por enquanto.',
        'A publicação continua sozinha{when}.', 'Até lá, você pode cancelá-la.']),
    ('version_ends_first', 342, 'warn', 'by_operator',
      'Move to a later version before then: ops.api_versions shows them, ops.set_api_version changes.',
      array['Before this post goes out, {platform_name} ends the way in which we send posts.',
        'We are to change that before.', 'You need not do anything.'],
      array['Antes desta publicação, o {platform_name} encerra a forma como enviamos publicações.',
        'Vamos mudar isso antes.', 'Você não precisa fazer nada.']),
    ('api_version_ending', 372, 'info', 'by_operator',
      'Move to a later version before then: ops.api_versions shows them, ops.set_api_version changes.',
      array['This post is not affected: {platform_name} soon ends the way in which we send posts, and we change it.'],
      array['Esta publicação não é afetada: o {platform_name} encerra em breve a forma como enviamos publicações, e '
        'vamos mudá-la.'])
$$;
comment on function private.words_of_platforms() is 'The words of findings about the platform that is published at.';
revoke execute on function private.words_of_platforms() from public;

create function private.words_of_posts() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('post_in_doubt', 350, 'warn', 'by_itself',
      'None: it is looked for until the deadline, and made again only where the platform has shown twice that it is '
      'not there. Then ops.resolve_publication.',
      array['We do not know yet whether your post is at {platform_name}.',
        'We are looking, and it is not posted twice.', 'You need not do anything.'],
      array['Ainda não sabemos se sua publicação está no {platform_name}.',
        'Estamos verificando, e ela não será publicada duas vezes.', 'Você não precisa fazer nada.']),
    ('post_overdue', 352, 'warn', 'by_itself',
      'None: the schedule esteira-overdue ends it. Look at ops.cron_health where it does not.',
      array['Your post has taken longer than it may.', 'It is ended by itself in a few minutes.'],
      array['Sua publicação demorou mais do que o permitido.',
        'Ela será encerrada automaticamente em alguns minutos.']),
    ('post_slow', 353, 'warn', 'by_provider',
      'None: it is looked at until the deadline. Where all of a platform are slow, look at ops.publication_metrics.',
      array['{platform_name} takes longer than usual with your post.', 'It goes on by itself when that is done.',
        'You need not do anything.'],
      array['O {platform_name} está demorando mais que o normal com sua publicação.',
        'Ela continua sozinha quando isso terminar.', 'Você não precisa fazer nada.']),
    ('media_wait', 354, 'wait', 'by_itself', null,
      array['The file of your post is being fetched for another post of yours.', 'The post goes on by itself.'],
      array['O arquivo da publicação está sendo baixado para outra publicação sua.', 'Ela continua sozinha.']),
    ('post_waits_for_slot', 356, 'wait', 'by_itself', null,
      array['Your post goes on as soon as there is room.', 'You need not do anything.'],
      array['Sua publicação continua assim que houver vaga.', 'Você não precisa fazer nada.']),
    ('media_pending', 358, 'info', 'by_itself', null,
      array['The file of your post is being fetched.', 'The post goes on by itself.'],
      array['O arquivo da publicação está sendo baixado.', 'Ela continua sozinha.']),
    ('post_preparing', 360, 'info', 'by_itself', null,
      array['Your post is being prepared for {platform_name}.', 'It goes on by itself.', 'You can still cancel it.'],
      array['Sua publicação está sendo preparada para o {platform_name}.', 'Ela continua sozinha.',
        'Você ainda pode cancelá-la.']),
    ('post_committing', 362, 'info', 'by_itself', null,
      array['Your post is being published at {platform_name} right now.', 'It can no longer be cancelled.'],
      array['Sua publicação está sendo feita no {platform_name} agora mesmo.', 'Ela não pode mais ser cancelada.']),
    ('post_observing', 364, 'info', 'by_itself', null,
      array['{platform_name} has taken your post and is working on it.', 'It is done by itself{when}.',
        'You need not do anything.'],
      array['O {platform_name} recebeu sua publicação e está processando.', 'Ela termina sozinha{when}.',
        'Você não precisa fazer nada.'])
$$;
comment on function private.words_of_posts() is 'The words of findings about a post that is under way.';
revoke execute on function private.words_of_posts() from public;

create function private.words_of_post_ends() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('post_unknown', 380, 'error', 'by_you',
      'Look at the account, or ask its owner; then ops.resolve_publication(job, ''there'' or ''not_there'', reason).',
      array['We do not know whether your post is at {platform_name}.',
        'Look at the account {account}, and tell us what you found.',
        'If nobody does, it counts as not there{when}, and is paid back.'],
      array['Não sabemos se sua publicação está no {platform_name}.',
        'Veja a conta {account} e nos diga o que encontrou.',
        'Se ninguém disser, ela conta como não publicada{when}, e os créditos são devolvidos.']),
    ('post_not_there', 382, 'error', 'by_you', null,
      array['Your post is not at {platform_name}, and is paid back.', 'You can try it again.'],
      array['Sua publicação não está no {platform_name}, e os créditos foram devolvidos.',
        'Você pode tentar de novo.']),
    ('post_access_lost', 384, 'error', 'by_you', null,
      array['Your post has failed: {platform_name} did not let us into the account {account}.',
        'It does not go on by itself.', 'Connect the account again, then try the post again.'],
      array['Sua publicação falhou: o {platform_name} não nos deixou entrar na conta {account}.',
        'Ela não continua sozinha.', 'Conecte a conta de novo e depois tente publicar outra vez.']),
    ('post_refused', 386, 'error', 'by_you',
      'Look at error_code in docs/platforms. It was paid back; its owner can change and publish it anew.',
      array['{platform_name} has refused your post: {reason}', 'It does not go on by itself.',
        'Change what it names, and publish it anew.'],
      array['O {platform_name} recusou sua publicação: {reason}', 'Ela não continua sozinha.',
        'Mude o que foi indicado e publique de novo.']),
    ('post_out_of_time', 388, 'error', 'by_you', 'Look at what held it up: the steps of the publication tell.',
      array['Your post did not go out in the time it had, and is paid back.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Sua publicação não saiu no tempo que tinha, e os créditos foram devolvidos.', 'Ela não continua sozinha.',
        'Você pode tentar de novo.']),
    ('post_with_warnings', 390, 'warn', 'by_you', null,
      array['Your post is at {platform_name}, but not all of it went as wished: {reason}',
        'Look at it there; you need not post it again.'],
      array['Sua publicação está no {platform_name}, mas nem tudo saiu como pedido: {reason}',
        'Veja como ficou; você não precisa publicar de novo.']),
    ('post_published', 392, 'ok', 'never', null,
      array['Your post is at {platform_name}.'], array['Sua publicação está no {platform_name}.'])
$$;
comment on function private.words_of_post_ends() is 'The words of findings about a post that has ended.';
revoke execute on function private.words_of_post_ends() from public;

create function private.words_of_publishing() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_connections()
  union all select * from private.words_of_platforms()
  union all select * from private.words_of_posts()
  union all select * from private.words_of_post_ends()
$$;
comment on function private.words_of_publishing() is 'The words of findings about publications.';
revoke execute on function private.words_of_publishing() from public;

create function private.platform_name(p_platform text) returns text
language sql immutable set search_path = '' as $$
  select coalesce('{"tiktok": "TikTok", "facebook": "Facebook", "instagram": "Instagram", "youtube": "YouTube",
    "threads": "Threads", "x": "X", "linkedin": "LinkedIn"}'::jsonb ->> p_platform, p_platform)
$$;
comment on function private.platform_name(text) is 'A social platform''s name as it writes it itself.';
revoke execute on function private.platform_name(text) from public;

create function private.account_facts(p_publication public.publications, p_connection public.connections) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('platform', p_publication.platform,
    'platform_name', private.platform_name(p_publication.platform), 'connection_id', p_publication.connection_id,
    'account', coalesce(nullif(p_connection.display_name, ''), p_connection.external_id, '?'))
$$;
comment on function private.account_facts(public.publications, public.connections) is
  'Where a publication goes, as evidence: {platform, platform_name, connection_id, account}.';
revoke execute on function private.account_facts(public.publications, public.connections) from public;

create function private.first_sentence(p_text text) returns text
language sql immutable set search_path = '' as $$
  select rtrim(private.cut(split_part(regexp_replace(p_text, '\s+', ' ', 'g'), '. ', 1), 200), ' .') || '.'
$$;
comment on function private.first_sentence(text) is
  'The first sentence of what somebody has said, to be told within three of ours. Null of null.';
revoke execute on function private.first_sentence(text) from public;

create function private.post_pace(p_tool text, p_at timestamptz) returns private.tool_paces
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_tool);
begin
  if v_pace.samples < 5 or not private.is_fresh(v_pace.measured_at, p_at) then return null; end if;
  return v_pace;
end
$$;
comment on function private.post_pace(text, timestamptz) is
  'How long posts of an option take, where five and more were measured and may be gone by; else null.';
revoke execute on function private.post_pace(text, timestamptz) from public;

create function private.ahead_of(p_publication public.publications) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from (
      select from public.publications f where f.connection_id = p_publication.connection_id and f.line = 'front'
        and f.job_id <> p_publication.job_id) front) + (
    -- Along the index, from the first of the line: however long it is, a thousand are looked at.
    select count(*) from (
      select h.priority, h.ticket, h.job_id from public.publications h
      where p_publication.line = 'held' and h.connection_id = p_publication.connection_id and h.line = 'held'
      order by h.priority desc, h.ticket, h.job_id limit 1000) held
    where held.priority > p_publication.priority or (held.priority = p_publication.priority
      and (held.ticket, held.job_id) < (p_publication.ticket, p_publication.job_id)));
end
$$;
comment on function private.ahead_of(public.publications) is
  'How many publications of the same connection go before one that is held: the front, and those that are held and '
  'come first, counted up to 1,000.';
revoke execute on function private.ahead_of(public.publications) from public;

create function private.connection_stops(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('state',
    p_connection.state, 'code', p_connection.state_code, 'message', p_connection.state_message, 'ends_at',
    case when p_job.status = 'pending' then p_job.expires_at end);
  v_code text := case
    when p_connection.id is null or p_connection.state = 'revoked' then 'connection_revoked'
    when p_connection.state = 'reconnect_needed' then 'connection_reconnect_needed'
    when p_connection.held_until is null or p_connection.held_until <= p_at then null
    when p_connection.state_code = 'refresh_failed' then 'access_renewal'
    when p_connection.state_code = 'posting_limit' then 'posting_limit' else 'connection_limited' end;
begin
  if v_code is null then
    return next private.not_so('connection_reconnect_needed',
      format('The connection is %s.', p_connection.state), v_evidence || jsonb_build_object('checked_at',
      p_connection.checked_at), p_publication.platform);
    return;
  end if;
  if v_code = 'posting_limit' then
    v_evidence := v_evidence || coalesce(private.posting_limit(p_connection, p_at), '{}');
  elsif v_code = 'access_renewal' then
    v_evidence := v_evidence || jsonb_build_object('failures', (
      select t.failures from private.connection_tokens t where t.connection_id = p_connection.id));
  end if;
  return next private.finding(v_code, format('Nothing may be published with %s at %s: %s.', v_evidence ->> 'account',
      p_publication.platform, coalesce(p_connection.state_code, p_connection.state, 'it is gone')),
    v_evidence, p_since => p_connection.updated_at, p_expected_at => case when v_code not in ('connection_revoked',
      'connection_reconnect_needed') then p_connection.held_until end, p_subject => p_publication.platform);
end
$$;
comment on function private.connection_stops(
  public.jobs, public.publications, public.connections, timestamptz) is
  'What stops everything that is published with a connection, or that nothing does.';
revoke execute on function private.connection_stops(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.posts_left(
  p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_limit jsonb := private.posting_limit(p_connection, p_at);
begin
  if v_limit is null or (v_limit ->> 'used')::bigint >= (v_limit ->> 'total')::bigint then return; end if;
  return next private.not_so('posting_limit', format('%s of %s posts have been made.', v_limit -> 'used',
    v_limit -> 'total'), private.account_facts(p_publication, p_connection) || v_limit, p_publication.platform);
end
$$;
comment on function private.posts_left(public.publications, public.connections, timestamptz) is
  'That the account may still post, where there is a limit and it may.';
revoke execute on function private.posts_left(public.publications, public.connections, timestamptz) from public;

create function private.access_ends(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_is_first boolean := p_publication.line = 'scheduled' and p_connection.expires_at <= p_job.run_at;
begin
  if p_connection.state not in ('live', 'expiring') or p_connection.expires_at is null then return; end if;
  -- One that is renewed ahead does not end.
  if p_connection.state = 'live' and (not v_is_first or exists (
    select from private.platforms f where f.platform = p_connection.platform and f.renew_ahead is not null)) then
    return;
  end if;
  return next private.finding(case when v_is_first then 'access_ends_first' else 'access_ending' end,
    format('The access to %s at %s ends at %s.', coalesce(p_connection.display_name, p_connection.external_id),
      p_connection.platform, p_connection.expires_at),
    private.account_facts(p_publication, p_connection) || jsonb_build_object('state', p_connection.state,
      'access_ends_at', p_connection.expires_at, 'run_at', case when v_is_first then p_job.run_at end),
    p_subject => p_publication.platform);
end
$$;
comment on function private.access_ends(
  public.jobs, public.publications, public.connections, timestamptz) is
  'That the access which was given ends soon and cannot be renewed, or ends before a scheduled post goes out.';
revoke execute on function private.access_ends(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.platform_pause(
  p_publication public.publications, p_connection public.connections, p_platform private.platforms, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('paused_until',
    p_platform.paused_until, 'reason', p_platform.pause_reason, 'down_since', p_platform.down_since, 'failures',
    nullif(p_platform.failures, 0), 'probe_id', p_platform.probe_id);
  v_is_endless boolean := not isfinite(p_platform.paused_until);
  v_code text := case
    when p_platform.probe_id is not null then 'platform_probing'
    when p_platform.down_since is not null then 'platform_down'
    when starts_with(p_platform.pause_reason, 'posting_limit') then 'platform_limited'
    else 'platform_paused' end;
begin
  if p_platform.paused_until is null or p_platform.paused_until <= p_at then
    return next private.not_so('platform_paused', format('%s is not paused.', p_platform.platform), v_evidence,
      p_platform.platform);
    return;
  end if;
  return next private.finding(v_code, case v_code
      when 'platform_probing' then format('%s was down; connection %s tries whether it answers.', p_platform.platform,
        p_platform.probe_id)
      else format('%s is paused: %s.', p_platform.platform, p_platform.pause_reason) end,
    v_evidence, p_since => p_platform.down_since, p_subject => p_platform.platform,
    p_expected_at => case when not v_is_endless and v_code <> 'platform_probing' then p_platform.paused_until end,
    p_level => case when v_code = 'platform_paused' and not v_is_endless then 'wait' end,
    p_clears => case when v_code = 'platform_paused' and not v_is_endless then 'by_itself' end,
    p_repair_sql => case when v_is_endless then format('select ops.resume_platform(%L);', p_platform.platform) end);
end
$$;
comment on function private.platform_pause(
  public.publications, public.connections, private.platforms, timestamptz) is
  'Why a platform is paused, and until when; or that it is not.';
revoke execute on function private.platform_pause(
  public.publications, public.connections, private.platforms, timestamptz) from public;

create function private.platform_app(
  p_publication public.publications, p_connection public.connections, p_platform private.platforms
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_platform.client_id is not null
     and exists (select from vault.secrets where name = p_platform.client_secret_name) then return; end if;
  return next private.finding('platform_app_missing', case when p_platform.client_id is null
      then format('No app is registered at %s.', p_platform.platform)
      else format('The Vault has no secret %s, which is to hold the secret of the app at %s.',
        p_platform.client_secret_name, p_platform.platform) end,
    private.account_facts(p_publication, p_connection) || jsonb_build_object('client_id', p_platform.client_id,
      'client_secret_name', p_platform.client_secret_name), p_subject => p_platform.platform);
end
$$;
comment on function private.platform_app(public.publications, public.connections, private.platforms) is
  'That there is no app at a platform, or not its secret.';
revoke execute on function private.platform_app(
  public.publications, public.connections, private.platforms) from public;

create function private.platform_version(
  p_job public.jobs, p_publication public.publications, p_connection public.connections,
  p_platform private.platforms, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_ends timestamptz := private.sunset_of(p_platform.platform, p_platform.api_version);
  v_evidence jsonb := private.account_facts(p_publication, p_connection)
    || jsonb_build_object('api_version', p_platform.api_version, 'sunset_at', v_ends);
  v_code text := case when v_ends <= p_at then 'api_version_ended'
    when p_publication.line = 'scheduled' and v_ends <= p_job.run_at then 'version_ends_first'
    when v_ends <= p_at + interval '60 days' then 'api_version_ending' end;
begin
  if v_code is null then
    return next private.not_so('api_version_ended', format('Version %s of %s %s.',
      coalesce(p_platform.api_version, '–'), p_platform.platform,
      coalesce('lives until ' || v_ends::date, 'is not known to end')), v_evidence, p_platform.platform);
    return;
  end if;
  return next private.finding(v_code, format('Version %s of %s %s on %s.', p_platform.api_version, p_platform.platform,
    case when v_code = 'api_version_ended' then 'ended' else 'ends' end, v_ends::date), v_evidence,
    p_since => case when v_code = 'api_version_ended' then v_ends end, p_subject => p_platform.platform);
end
$$;
comment on function private.platform_version(
  public.jobs, public.publications, public.connections, private.platforms, timestamptz) is
  'That the version by which a platform is called has ended, ends before a scheduled post, or ends within 60 days.';
revoke execute on function private.platform_version(
  public.jobs, public.publications, public.connections, private.platforms, timestamptz) from public;

create function private.turn_comes_at(
  p_job public.jobs, p_ahead bigint, p_front_since timestamptz, p_at timestamptz
) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_each interval := (private.post_pace(p_job.tool, p_at)).run_p50;
begin
  return p_at + v_each * (p_ahead - 1) + greatest(v_each - (p_at - coalesce(p_front_since, p_at)), '0');
end
$$;
comment on function private.turn_comes_at(public.jobs, bigint, timestamptz, timestamptz) is
  'When those of its connection will have gone out that go before a publication; null: nobody has measured how long '
  'that takes.';
revoke execute on function private.turn_comes_at(public.jobs, bigint, timestamptz, timestamptz) from public;

create function private.place_in_line(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_ahead bigint := private.ahead_of(p_publication);
  v_front record;
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('ahead', v_ahead,
    'hold', p_publication.hold, 'ends_at', p_job.expires_at);
begin
  if v_ahead = 0 then
    return next private.not_so('connection_busy', 'No other post of the account goes before it.', v_evidence,
      p_publication.platform);
    return;
  end if;
  select f.job_id, j.status, j.started_at, j.deadline_at into v_front
  from public.publications f join public.jobs j on j.id = f.job_id
  where f.connection_id = p_publication.connection_id and f.line = 'front';
  return next private.finding('connection_busy', format('Place %s in the line of %s.', v_ahead + 1,
      v_evidence ->> 'account'),
    v_evidence || jsonb_build_object('front', v_front.job_id, 'front_status', v_front.status, 'front_since',
      v_front.started_at, 'front_deadline_at', v_front.deadline_at),
    p_since => coalesce(p_job.queued_at, p_job.created_at), p_subject => p_publication.platform,
    p_expected_at => private.turn_comes_at(p_job, v_ahead, v_front.started_at, p_at));
end
$$;
comment on function private.place_in_line(
  public.jobs, public.publications, public.connections, timestamptz) is
  'Who of the same connection goes before a publication that is held.';
revoke execute on function private.place_in_line(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.media_waits(
  p_job public.jobs, p_publication public.publications, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_media record;
begin
  select count(*) as files, count(*) filter (where m ->> 'key' is not null) as fetched into v_media
  from jsonb_array_elements(private.media_of(p_job, p_publication.group_id)) m;
  if v_media.files = v_media.fetched then return; end if;
  return query
    select f.* from private.group_media g, lateral private.finding(
      case when g.claimed_by = p_job.id then 'media_pending' else 'media_wait' end,
      format('%s of %s files are fetched; job %s fetches one.', v_media.fetched, v_media.files, g.claimed_by),
      jsonb_build_object('files', v_media.files, 'fetched', v_media.fetched, 'fetched_by', g.claimed_by,
        'claimed_until', g.claimed_until), p_since => g.created_at, p_subject => p_publication.platform) f
    where g.group_id = p_publication.group_id and g.key is null and g.claimed_until > p_at
    order by g.claimed_by = p_job.id desc limit 1;
end
$$;
comment on function private.media_waits(public.jobs, public.publications, timestamptz) is
  'That a publication waits for a file which it, or another of its group, is fetching.';
revoke execute on function private.media_waits(public.jobs, public.publications, timestamptz) from public;

create function private.step_facts(
  p_job public.jobs, p_attempt public.job_attempts, p_publication public.publications
) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('platform', p_publication.platform,
    'platform_name', private.platform_name(p_publication.platform), 'attempt', p_attempt.attempt,
    'phase', p_attempt.phase, 'last_step', p_publication.steps -> -1 ->> 'name', 'last_step_at',
    p_publication.steps -> -1 ->> 'timestamp', 'times', p_publication.steps -> -1 -> 'times', 'commits',
    nullif(p_attempt.submits, 0), 'committed_at', p_publication.committed_at, 'post_id', p_publication.post_id,
    'looks_without_it', nullif(p_attempt.nones, 0), 'deadline_at', p_job.deadline_at)
$$;
comment on function private.step_facts(public.jobs, public.job_attempts, public.publications) is
  'How far a publication that is under way has come, as evidence.';
revoke execute on function private.step_facts(public.jobs, public.job_attempts, public.publications) from public;

create function private.observed_post(
  p_job public.jobs, p_publication public.publications, p_evidence jsonb, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.post_pace(p_job.tool, p_at);
  v_usual timestamptz := p_publication.committed_at + v_pace.p50;
  v_late timestamptz := p_publication.committed_at + v_pace.p95;
begin
  return next private.finding(case when v_late <= p_at then 'post_slow' else 'post_observing' end,
    case when v_late <= p_at then format('The platform has had it since %s; nineteen of twenty take %s.',
        p_publication.committed_at, v_pace.p95)
      else 'The platform has taken it; what becomes of it is looked at.' end,
    p_evidence || jsonb_build_object('p50', v_pace.p50, 'p95', v_pace.p95, 'samples', v_pace.samples),
    p_since => p_publication.committed_at, p_subject => p_publication.platform,
    p_expected_at => case when v_usual > p_at then v_usual when v_late > p_at then v_late end);
end
$$;
comment on function private.observed_post(public.jobs, public.publications, jsonb, timestamptz) is
  'That a platform is at a post which it has taken, and whether that takes longer than usual.';
revoke execute on function private.observed_post(
  public.jobs, public.publications, jsonb, timestamptz) from public;

create function private.is_at_commit(p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- One that was left in doubt is put off, and has no slot meanwhile.
  return p_attempt.submit_until > p_at and p_attempt.nones = 0 and exists (
    select from private.slots s where s.slot_id = p_attempt.slot_id and s.token = p_attempt.token);
end
$$;
comment on function private.is_at_commit(public.job_attempts, timestamptz) is
  'Whether a worker may be at the commit of an attempt, rather than looking for what became of it.';
revoke execute on function private.is_at_commit(public.job_attempts, timestamptz) from public;

create function private.steps_of_posting(
  p_job public.jobs, p_attempt public.job_attempts, p_publication public.publications, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.step_facts(p_job, p_attempt, p_publication);
  v_code text := case
    when private.is_taken(p_attempt) then 'post_observing'
    when p_attempt.phase <> 'submitting' then 'post_preparing'
    when private.is_at_commit(p_attempt, p_at) then 'post_committing' else 'post_in_doubt' end;
begin
  if p_job.deadline_at <= p_at then
    return next private.finding('post_overdue', format('Its time was over at %s.', p_job.deadline_at), v_evidence,
      p_since => p_job.deadline_at, p_subject => p_publication.platform);
  end if;
  if p_publication.wants_slot then
    return next private.finding('post_waits_for_slot', 'It is due again, and every slot of the lane is taken.',
      v_evidence, p_subject => p_job.lane);
  end if;
  if v_code = 'post_preparing' then return query select * from private.media_waits(p_job, p_publication, p_at); end if;
  if v_code = 'post_observing' then
    return query select * from private.observed_post(p_job, p_publication, v_evidence, p_at);
    return;
  end if;
  return next private.finding(v_code, case v_code
      when 'post_preparing' then
        format('It is prepared; the last step: %s.', coalesce(v_evidence ->> 'last_step', 'none'))
      when 'post_committing' then 'A worker is at the call that makes it visible.'
      else format('Nobody knows whether the call that makes it visible went through; %s looks have found nothing.',
        p_attempt.nones) end,
    v_evidence, p_since => case v_code when 'post_preparing' then p_attempt.started_at
      when 'post_in_doubt' then p_attempt.submit_until else p_publication.committed_at end,
    p_subject => p_publication.platform);
end
$$;
comment on function private.steps_of_posting(
  public.jobs, public.job_attempts, public.publications, timestamptz) is
  'Which step a publication is at that is under way.';
revoke execute on function private.steps_of_posting(
  public.jobs, public.job_attempts, public.publications, timestamptz) from public;

create function private.is_taken(p_attempt public.job_attempts) returns boolean
language sql immutable set search_path = '' as $$
  select p_attempt.external_id is not null or p_attempt.word is not null or p_attempt.phase > 'submitting'
$$;
comment on function private.is_taken(public.job_attempts) is
  'Whether the platform has taken the commit of a publication''s attempt.';
revoke execute on function private.is_taken(public.job_attempts) from public;

create function private.resolved_post(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('unknown_since',
    p_publication.unknown_at, 'committed_at', p_publication.committed_at, 'permalink', p_publication.permalink,
    'refund', p_job.refund, 'resolved', p_publication.resolved, 'resolved_how', p_publication.resolved_how,
    'resolved_at', p_publication.resolved_at);
begin
  if p_publication.resolved is null then
    return next private.finding('post_unknown', 'It was sent, and nobody knows whether it is there.', v_evidence,
      p_since => p_publication.unknown_at, p_expected_at => p_publication.unknown_at + interval '7 days',
      p_subject => p_publication.platform);
    return;
  end if;
  return next private.finding(
    case p_publication.resolved when 'there' then 'post_published' else 'post_not_there' end,
    format('Nobody knew whether it was there; by the word of %s it %s.', p_publication.resolved_how,
      case p_publication.resolved when 'there' then 'is' else 'is not' end),
    v_evidence, p_since => p_publication.resolved_at, p_subject => p_publication.platform,
    -- That it is there says more than that its price is kept.
    p_level => case p_publication.resolved when 'there' then 'info' end);
end
$$;
comment on function private.resolved_post(public.jobs, public.publications, public.connections) is
  'That nobody knows, or who has said since, whether a publication is there.';
revoke execute on function private.resolved_post(
  public.jobs, public.publications, public.connections) from public;

create function private.failed_post(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_code text := case
    when p_job.error_code = 'connection_revoked' then 'connection_revoked'
    when p_job.error_code in ('reconnect_needed', 'missing_scope', 'access_expired') then 'post_access_lost'
    when p_job.error_code in ('expired', 'deadline_exceeded', 'lease_expired') then 'post_out_of_time'
    when exists (select from public.job_attempts a where a.job_id = p_job.id) then 'post_refused' end;
begin
  if v_code is null then return; end if;
  return next private.finding(v_code, format('%s: %s', p_job.error_code, p_job.error_message),
    private.account_facts(p_publication, p_connection) || jsonb_build_object('error_code', p_job.error_code,
      'reason', private.first_sentence(p_job.error_message), 'failed_at_step', p_job.failed_at_step,
      'last_step', p_publication.steps -> -1 ->> 'name', 'refund', p_job.refund, 'retries', p_job.retry_count),
    p_since => p_job.completed_at, p_subject => p_publication.platform);
end
$$;
comment on function private.failed_post(public.jobs, public.publications, public.connections) is
  'Why a publication has failed, in terms of what its owner can do about it.';
revoke execute on function private.failed_post(public.jobs, public.publications, public.connections) from public;

create function private.ends_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_publication.unknown_at is not null then
    return query select * from private.resolved_post(p_job, p_publication, p_connection);
  elsif p_job.status = 'failed' then
    return query select * from private.failed_post(p_job, p_publication, p_connection);
  elsif p_job.status = 'completed' then
    return next private.finding(
      case p_publication.warnings when '[]' then 'post_published' else 'post_with_warnings' end,
      format('It is at %s.', p_publication.platform),
      private.account_facts(p_publication, p_connection) || jsonb_build_object('post_id', p_publication.post_id,
        'permalink', p_publication.permalink, 'warnings', nullif(p_publication.warnings, '[]'),
        'reason', private.first_sentence(p_publication.warnings -> 0 ->> 'message')),
      p_since => p_job.completed_at, p_subject => p_publication.platform);
  end if;
end
$$;
comment on function private.ends_of_posting(public.jobs, public.publications, public.connections) is
  'How a publication has ended.';
revoke execute on function private.ends_of_posting(
  public.jobs, public.publications, public.connections) from public;

create function private.stops_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_is_sent boolean,
  p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_platform private.platforms;
begin
  select * into v_platform from private.platforms where platform = p_publication.platform;
  -- What is sent is only looked for: limits stop that no more, a lost access does.
  return query select * from private.connection_stops(p_job, p_publication, p_connection, p_at) s
    where not p_is_sent or s.code in ('connection_revoked', 'connection_reconnect_needed');
  return query select * from private.access_ends(p_job, p_publication, p_connection, p_at);
  if not p_is_sent then return query select * from private.posts_left(p_publication, p_connection, p_at); end if;
  return query select * from private.platform_app(p_publication, p_connection, v_platform);
  return query select * from private.platform_pause(p_publication, p_connection, v_platform, p_at) s
    where not p_is_sent or s.code <> 'platform_limited';
  return query select * from private.platform_version(p_job, p_publication, p_connection, v_platform, p_at);
end
$$;
comment on function private.stops_of_posting(
  public.jobs, public.publications, public.connections, boolean, timestamptz) is
  'What of connection and platform stands in the way of a publication that has not ended, and what does not. '
  'p_is_sent: its commit has passed.';
revoke execute on function private.stops_of_posting(
  public.jobs, public.publications, public.connections, boolean, timestamptz) from public;

create function private.line_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_publication.line <> 'held' then return; end if;
  return query select * from private.place_in_line(p_job, p_publication, p_connection, p_at);
  if private.ahead_of(p_publication) = 0 and private.connection_hold(p_publication.connection_id, p_at) is null then
    return next private.finding('next_in_line',
      'Nothing goes before it and nothing holds it: the next dispatch takes it.',
      private.account_facts(p_publication, p_connection) || jsonb_build_object('hold', p_publication.hold),
      p_subject => p_publication.platform);
  end if;
end
$$;
comment on function private.line_of_posting(
  public.jobs, public.publications, public.connections, timestamptz) is
  'Where a publication stands that is held in its connection''s line.';
revoke execute on function private.line_of_posting(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.rights_of_posting() returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_fault text;
begin
  foreach v_table in array '{public.publications,public.connections}'::text[] loop
    v_fault := private.fault_of_reading(v_table);
    continue when v_fault is null or v_fault like 'row level security%'; -- too open is no reason of this kind
    return next private.finding('rows_unreadable', format('Owners cannot read %s: %s.', v_table, v_fault),
      jsonb_build_object('check', 'read ' || v_table), p_subject => v_table,
      p_repair_sql => private.repair_of_reading(v_table));
  end loop;
end
$$;
comment on function private.rights_of_posting() is
  'That owners cannot read what their screens show of publications and accounts.';
revoke execute on function private.rights_of_posting() from public;

create function private.findings_of_publishing(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_publication public.publications;
  v_connection public.connections;
begin
  if not private.is_publication(p_job) then return; end if;
  select * into v_publication from public.publications where job_id = p_job.id;
  if not found then return; end if;
  select * into v_connection from public.connections where id = v_publication.connection_id;
  return query select * from private.rights_of_posting();
  if p_job.status >= 'completed' then
    return query select * from private.ends_of_posting(p_job, v_publication, v_connection);
    return;
  end if;
  return query select * from private.stops_of_posting(p_job, v_publication, v_connection,
    p_job.status = 'processing' and p_attempt.phase >= 'submitting', p_at);
  if p_job.status = 'pending' then
    return query select * from private.line_of_posting(p_job, v_publication, v_connection, p_at);
  else
    return query select * from private.steps_of_posting(p_job, p_attempt, v_publication, p_at);
  end if;
end
$$;
comment on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) is
  'Where a publication stands: its line, its connection, its platform, its own steps.';
revoke execute on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_submits() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('stranded', 402, 'error', 'by_operator',
      'Rows were changed by hand: see its job_attempts and private.slots; ops.credit_drift() lists what does not fit.',
      array['Something is wrong with your job on our side.', 'It does not go on by itself.', 'We have to look at it.'],
      array['Há um problema com seu trabalho do nosso lado.', 'Ele não continua sozinho.', 'Precisamos verificar.']),
    ('message_lost', 405, 'warn', 'by_itself', 'Nothing: esteira-ask sends it again. At once: select worker.reap().',
      array['Your job got held up for a moment.', 'It goes on by itself{when}.'],
      array['Seu trabalho ficou parado por um momento.', 'Ele continua sozinho{when}.']),
    ('submitting', 410, 'info', 'by_itself', null,
      array['Your job is being handed over.', 'It goes on by itself.'],
      array['Seu trabalho está sendo entregue.', 'Ele continua sozinho.']),
    ('not_claimed', 415, 'wait', 'by_operator', 'See that workers of this lane run, and claim with the right key.',
      array['Your job is next.', 'It begins as soon as a worker takes it.', 'You can cancel it until then.'],
      array['Seu trabalho é o próximo.', 'Ele começa assim que for assumido.', 'Até lá, você pode cancelá-lo.']),
    ('submit_in_doubt', 420, 'warn', 'by_itself',
      'Look in the provider''s own list for a task of that time. Nothing is sent twice without knowing.',
      array['We are finding out whether your job was taken.', 'That is decided by itself, at the latest{when}.',
        'If it was not, you get back what it cost.'],
      array['Estamos verificando se seu trabalho foi aceito.', 'Isso se decide sozinho, no máximo{when}.',
        'Se não foi, você recebe de volta o que ele custou.']),
    ('provider_down', 430, 'warn', 'by_provider', 'See the provider''s status page. It is tried again by itself.',
      array['The service that does your job is down.', 'It goes on by itself when that is back, and loses no time.'],
      array['O serviço que faz seu trabalho está fora do ar.',
        'Ele continua sozinho quando voltar, sem perder o prazo.']),
    ('lease_lost', 440, 'warn', 'by_itself', 'See why the worker that had it went silent.',
      array['Whoever worked on your job has gone silent.', 'It is begun again by itself{when}.'],
      array['Quem fazia seu trabalho parou de responder.', 'Ele recomeça sozinho{when}.'])
$$;
comment on function private.words_of_submits() is
  'The words of findings about jobs on their way to their provider, and with workers outside.';
revoke execute on function private.words_of_submits() from public;

create function private.words_of_tasks() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('webhook_refused', 460, 'warn', 'by_operator',
      'Bad signatures: set the secret the provider signs with. Wrong tokens: somebody else''s call, or an old address.',
      array['News of your job came, and could not be believed.',
        'We ask the service ourselves, so it goes on by itself.'],
      array['Chegaram notícias do seu trabalho, mas não são confiáveis.',
        'Nós mesmos perguntamos ao serviço, e ele continua sozinho.']),
    ('webhook_other_task', 470, 'warn', 'by_itself', 'See whether one callback address was given to two tasks.',
      array['News came that is not about your job.', 'We ask the service ourselves, so it goes on by itself.'],
      array['Chegaram notícias que não são do seu trabalho.',
        'Nós mesmos perguntamos ao serviço, e ele continua sozinho.']),
    ('webhook_overdue', 480, 'warn', 'by_itself',
      'See ESTEIRA_PUBLIC_URL, and verify_jwt = false of the webhook functions. The provider is asked instead.',
      array['We have not heard of your job as soon as usual.', 'We ask the service ourselves{when}.'],
      array['Ainda não tivemos notícias do seu trabalho no tempo de costume.',
        'Nós mesmos perguntamos ao serviço{when}.']),
    ('provider_slow', 490, 'warn', 'by_provider', 'See the provider''s status page, and ops.provider_health().',
      array['Your job takes longer than most.', 'Nothing is lost, and it goes on by itself.',
        'If it takes too long it is ended, and you get back what it cost.'],
      array['Seu trabalho está demorando mais que a maioria.', 'Nada se perdeu, e ele continua sozinho.',
        'Se demorar demais, ele é encerrado, e você recebe de volta o que custou.']),
    ('asking', 495, 'info', 'by_itself', null,
      array['The service has said that your job is over.', 'We are fetching what came of it.'],
      array['O serviço avisou que seu trabalho terminou.', 'Estamos buscando o resultado.']),
    ('provider_running', 500, 'info', 'by_itself', null,
      array['Your job is being worked on.', 'It is done by itself{when}.'],
      array['Seu trabalho está sendo feito.', 'Ele termina sozinho{when}.']),
    ('poll_due', 510, 'info', 'by_itself', null,
      array['We ask the service about your job{when}.'], array['Perguntamos ao serviço sobre seu trabalho{when}.']),
    ('deadline_in', 520, 'info', 'by_itself', null,
      array['If nothing comes of your job, it ends{when}.', 'You then get back what it cost.'],
      array['Se nada resultar do seu trabalho, ele é encerrado{when}.',
        'Nesse caso, você recebe de volta o que ele custou.'])
$$;
comment on function private.words_of_tasks() is 'The words of findings about tasks that run at their provider.';
revoke execute on function private.words_of_tasks() from public;

create function private.words_of_copies() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('copy_blocked', 590, 'warn', 'by_itself',
      'See why: the provider''s files, or our Storage (full, paused, no bucket).',
      array['Your result is ready, but cannot be fetched just now.', 'It is tried again by itself{when}.'],
      array['Seu resultado está pronto, mas ainda não pôde ser buscado.', 'Tentamos de novo sozinhos{when}.']),
    ('copy_in_progress', 600, 'info', 'by_itself', null,
      array['Your result is ready and is being saved.', 'It appears by itself.'],
      array['Seu resultado está pronto e está sendo salvo.', 'Ele aparece sozinho.']),
    ('produced', 610, 'info', 'by_itself', null,
      array['Your result is ready and is about to be saved.', 'It appears by itself.'],
      array['Seu resultado está pronto e será salvo em seguida.', 'Ele aparece sozinho.'])
$$;
comment on function private.words_of_copies() is 'The words of findings about results that are being stored.';
revoke execute on function private.words_of_copies() from public;

create function private.words_of_running() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_submits()
  union all select * from private.words_of_tasks()
  union all select * from private.words_of_copies()
$$;
comment on function private.words_of_running() is 'The words of findings about jobs that run.';
revoke execute on function private.words_of_running() from public;

create type private.pointer as (queue text, msg_id bigint, read_count integer, due_at timestamptz);
comment on type private.pointer is
  'The message that points at what is to be done for an attempt: how often it was read, and when it may be read, '
  'perhaps again. Leased or put off, that is to come; past, nobody has read it since.';

create function private.messages_of(p_queue text, p_attempt public.job_attempts) returns setof private.pointer
language plpgsql stable set search_path = '' as $$
begin
  -- No longer than its lane has slots (see the messages room). Compared as text: not all that lies in it need be ours.
  if to_regclass('pgmq.' || quote_ident('q_' || p_queue)) is null then return; end if;
  return query execute format($query$
    select %L, q.msg_id, q.read_ct::integer, q.vt from pgmq.%I q
    where q.message ->> 'job_id' = $1 and q.message ->> 'attempt' = $2 order by q.vt, q.msg_id limit 1 $query$,
    p_queue, 'q_' || p_queue)
  using p_attempt.job_id::text, p_attempt.attempt::text;
end
$$;
comment on function private.messages_of(text, public.job_attempts) is
  'The message of a queue about an attempt that may be read first; none: there is none, or no such queue.';
revoke execute on function private.messages_of(text, public.job_attempts) from public;

create function private.pointer_of(p_attempt public.job_attempts, p_lane private.lanes, p_at timestamptz)
returns private.pointer
language plpgsql stable set search_path = '' as $$
declare
  v_pointer private.pointer;
begin
  if p_attempt.phase in ('dispatched', 'preparing', 'submitting')
     or (p_attempt.phase = 'submitted' and p_lane.delivery = 'sync') then
    select * into v_pointer from private.messages_of(p_lane.queue_name, p_attempt);
  end if;
  -- The question is known by its number; what a webhook has sent is looked for.
  if v_pointer.msg_id is null and p_attempt.phase = 'submitted' then
    select 'settle_queue', q.msg_id, q.read_ct, q.vt into v_pointer
    from pgmq.q_settle_queue q where q.msg_id = p_attempt.question_id;
  end if;
  if v_pointer.msg_id is null then select * into v_pointer from private.messages_of('settle_queue', p_attempt); end if;
  -- Queues go by the real time, which a test may have stopped.
  v_pointer.due_at := p_at + (v_pointer.due_at - statement_timestamp());
  return v_pointer;
end
$$;
comment on function private.pointer_of(public.job_attempts, private.lanes, timestamptz) is
  'The message that moves an open attempt next; msg_id null: there is none.';
revoke execute on function private.pointer_of(public.job_attempts, private.lanes, timestamptz) from public;

create function private.as_evidence(p_pointer private.pointer) returns jsonb
language sql immutable set search_path = '' as $$
  select case when p_pointer.msg_id is not null then jsonb_build_object('queue', p_pointer.queue,
    'message', p_pointer.msg_id, 'read', p_pointer.read_count, 'readable_at', p_pointer.due_at) end
$$;
comment on function private.as_evidence(private.pointer) is 'A message as evidence of a finding; null: there is none.';
revoke execute on function private.as_evidence(private.pointer) from public;

create function private.in_seconds(p_interval interval) returns numeric
language sql immutable set search_path = '' as $$
  select round(extract(epoch from p_interval), 1)
$$;
comment on function private.in_seconds(interval) is 'An interval in seconds, to a tenth: as evidence.';
revoke execute on function private.in_seconds(interval) from public;

create function private.said(p_interval interval) returns text
language sql immutable set search_path = '' as $$
  select case when p_interval < '2 minutes' then format('%s s', greatest(round(extract(epoch from p_interval)), 0))
    when p_interval < '2 hours' then format('%s min', round(extract(epoch from p_interval) / 60))
    when p_interval < '2 days' then format('%s h', round(extract(epoch from p_interval) / 3600))
    else format('%s days', round(extract(epoch from p_interval) / 86400)) end
$$;
comment on function private.said(interval) is 'An interval as an operator reads it: 40 s, 12 min, 3 h, 5 days.';
revoke execute on function private.said(interval) from public;

create function private.submit_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('attempt', p_attempt.attempt, 'phase', p_attempt.phase,
    'submits', p_attempt.submits, 'message', private.as_evidence(p_pointer));
begin
  if p_attempt.phase = 'submitting' and private.is_sender_gone(p_attempt.submit_until, p_at) then
    return query select * from private.doubt_findings(p_job, p_attempt, p_pointer, p_at);
    return;
  elsif p_attempt.phase = 'submitting' then
    return next private.finding('submitting', format('Submit %s is under way, until %s at the latest.',
        p_attempt.submits, p_attempt.submit_until),
      v_evidence || jsonb_build_object('submit_until', p_attempt.submit_until),
      p_since => coalesce(p_attempt.submitted_first_at, p_attempt.started_at), p_subject => p_job.lane);
  elsif p_pointer.msg_id is null then
    return; -- lost: see findings_of_messages
  elsif p_pointer.due_at < p_at - interval '1 minute' then
    return next private.finding('submitting', format('Nobody has read its message for %s: %s.',
        private.said(p_at - p_pointer.due_at), case when p_pointer.read_count = 0
          then 'no worker has come since it was given a slot' else 'the worker that had it is gone' end),
      v_evidence, p_since => p_attempt.started_at, p_subject => p_job.lane, p_level => 'warn',
      p_clears => 'by_operator');
  else
    return next private.finding('submitting', case when p_pointer.read_count = 0
        then 'It has a slot; the next worker reads its message.'
        when p_pointer.due_at > p_at + p_lane.lease then format('A worker has put its submit off, until %s.',
          p_pointer.due_at)
        else 'A worker has it: it hands over files, and then submits.' end,
      v_evidence, p_since => p_attempt.started_at, p_subject => p_job.lane);
  end if;
  return next private.not_so('submit_in_doubt', case when p_attempt.submits = 0
      then 'Nothing was sent to the provider yet.' else 'Whoever submits may still be at it.' end, v_evidence);
end
$$;
comment on function private.submit_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'How far an attempt is whose task nobody has heard of yet.';
revoke execute on function private.submit_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.doubt_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return next private.finding('submit_in_doubt',
    format('Submit %s was sent, and no answer came: %s. %s', p_attempt.submits,
      'nobody knows whether the provider has the task',
      case p_attempt.resubmit
        when 'idempotent' then 'It is sent again: the provider takes it once.'
        when 'at_least_once' then format(
          'It is sent again once the provider has said twice that it has none (so far %s).', p_attempt.nones)
        else 'It is never sent again: its webhook or a look for it will tell, or the deadline ends it.' end),
    jsonb_build_object('attempt', p_attempt.attempt, 'submits', p_attempt.submits, 'resubmit', p_attempt.resubmit,
      'submit_until', p_attempt.submit_until, 'none_found', p_attempt.nones, 'none_found_at', p_attempt.none_at,
      'looked_at_next', case when p_pointer.due_at > p_at then p_pointer.due_at end, 'deadline_at', p_job.deadline_at),
    p_since => p_attempt.submit_until, p_subject => p_job.lane,
    p_expected_at => case when p_job.deadline_at > p_at then p_job.deadline_at end);
end
$$;
comment on function private.doubt_findings(
  public.jobs, public.job_attempts, private.pointer, timestamptz) is
  'That a submit was sent, and nobody knows what became of it. expected_at: when it is decided at the latest.';
revoke execute on function private.doubt_findings(public.jobs, public.job_attempts, private.pointer, timestamptz)
  from public;

create function private.message_findings(
  p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_is_told boolean := p_attempt.phase in ('submitted', 'settling', 'produced');
  -- When the schedules look for it, and how often (ask_about_silent_jobs, resend_in_lane).
  v_found_at timestamptz := case when not v_is_told or p_lane.delivery = 'sync'
      then p_attempt.started_at + 2 * p_lane.lease
    when p_attempt.phase = 'produced' then p_at
    else coalesce(p_attempt.submitted_at, p_attempt.started_at) + p_lane.poll_after end;
begin
  if p_pointer.msg_id is not null then
    return next private.not_so('message_lost', format('Its message lies in %s, read %s times.', p_pointer.queue,
      p_pointer.read_count), private.as_evidence(p_pointer));
    return;
  end if;
  -- A worker that copies holds none for a moment; and one that is just dealing with it is heard of at once.
  if (p_attempt.checkpoint ->> 'copying_until')::timestamptz > p_at then return; end if;
  return next private.finding('message_lost',
    format('No message points at attempt %s, which is %s: it is sent again.', p_attempt.attempt, p_attempt.phase),
    jsonb_build_object('attempt', p_attempt.attempt, 'phase', p_attempt.phase,
      'queue', case when v_is_told then 'settle_queue' else p_lane.queue_name end, 'asked_at', p_attempt.polled_at),
    p_since => coalesce(p_attempt.submitted_at, p_attempt.started_at), p_subject => p_lane.lane,
    p_expected_at => greatest(v_found_at, p_at) + interval '1 minute');
end
$$;
comment on function private.message_findings(public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Whether a message points at an open attempt. expected_at: when the schedules have sent it again.';
revoke execute on function private.message_findings(
  public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.circuit_findings(p_lane private.lanes, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_lane.circuit_opened_at is null then
    return next private.not_so('provider_down', format('The circuit of lane %s is closed; %s.', p_lane.lane,
        case p_lane.circuit_failures when 0 then 'the provider''s last answer was one'
          else format('%s questions in a row were not answered, three open it', p_lane.circuit_failures) end),
      jsonb_build_object('failures', p_lane.circuit_failures), p_lane.lane);
    return;
  end if;
  return next private.finding('provider_down',
    format('%s is taken for down: %s', p_lane.provider, p_lane.circuit_reason),
    jsonb_build_object('provider', p_lane.provider, 'failures', p_lane.circuit_failures,
      'tried_again_at', p_lane.circuit_probe_at),
    p_since => p_lane.circuit_opened_at, p_subject => p_lane.lane);
end
$$;
comment on function private.circuit_findings(private.lanes, timestamptz) is
  'Whether the provider of what runs in a lane is taken for down.';
revoke execute on function private.circuit_findings(private.lanes, timestamptz) from public;

create function private.pace_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_subject text, p_detail text,
  p_evidence jsonb, p_may_be_slow boolean default true
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_since timestamptz := coalesce(p_attempt.submitted_at, p_attempt.submitted_first_at, p_attempt.started_at);
  v_age interval := p_at - v_since;
  v_pace private.tool_paces := private.pace_of(p_job.tool);
  v_is_fresh boolean := v_pace.samples > 0 and private.is_fresh(v_pace.measured_at, p_at);
  v_is_enough boolean := v_is_fresh and v_pace.samples >= 5;
  v_evidence jsonb := p_evidence || jsonb_build_object('age_seconds', private.in_seconds(v_age),
    'progress', p_job.progress) || case when v_is_fresh then jsonb_build_object('samples', v_pace.samples,
    'p50_seconds', private.in_seconds(v_pace.p50), 'p95_seconds', private.in_seconds(v_pace.p95)) else '{}' end;
begin
  if v_is_enough and p_may_be_slow and v_age > v_pace.p95 then
    return next private.finding('provider_slow', format('%s. It has run for %s; nineteen of twenty take %s at most.',
      p_detail, private.said(v_age), private.said(v_pace.p95)), v_evidence, p_since => v_since, p_subject => p_subject);
    return;
  end if;
  return next private.finding('provider_running', format('%s. It has run for %s%s.', p_detail, private.said(v_age),
      case when v_is_fresh then format('; half of them take %s, nineteen of twenty %s', private.said(v_pace.p50),
        private.said(v_pace.p95)) else '' end),
    v_evidence, p_since => v_since, p_subject => p_subject, p_expected_at => case
      when not v_is_fresh or not p_may_be_slow then null when v_age < v_pace.p50 then v_since + v_pace.p50
      when v_age < v_pace.p95 then v_since + v_pace.p95 end);
  if v_is_enough and p_may_be_slow then
    return next private.not_so('provider_slow', format('It has run for %s, which nineteen of twenty take or more: %s.',
      private.said(v_age), private.said(v_pace.p95)), v_evidence, p_subject);
  elsif v_pace.samples > 0 and not v_is_fresh then
    return next private.finding('telemetry_stale',
      format('How long %s takes was measured last at %s: nothing is said by it.', p_job.tool, v_pace.measured_at),
      jsonb_build_object('measured_at', v_pace.measured_at), p_since => v_pace.measured_at, p_subject => p_job.tool);
  end if;
end
$$;
comment on function private.pace_findings(
  public.jobs, public.job_attempts, timestamptz, text, text, jsonb, boolean) is
  'That a task runs, and whether it takes longer than its tool''s usually do, by five samples at least. p_may_be_slow: '
  'it was heard of, or there was no need to; else nobody knows whether it still runs.';
revoke execute on function private.pace_findings(
  public.jobs, public.job_attempts, timestamptz, text, text, jsonb, boolean) from public;

create function private.question_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_late interval := p_at - p_pointer.due_at;
  v_is_late boolean := v_late > '1 minute';
begin
  if p_pointer.msg_id is null then return; end if; -- lost: see message_findings
  return next private.finding('poll_due', case
      when v_is_late then format('%s was to be asked %s ago, and no worker has read the message.', p_lane.provider,
        private.said(v_late))
      when v_late >= '0' then format('%s is to be asked now.', p_lane.provider)
      else format('%s is asked %s at %s.', p_lane.provider, case p_pointer.read_count when 0 then 'first'
        else format('again (%s times so far)', p_pointer.read_count) end, p_pointer.due_at) end,
    jsonb_build_object('message', private.as_evidence(p_pointer)),
    p_since => case when v_is_late then p_pointer.due_at end, p_subject => p_job.lane,
    p_expected_at => case when v_late < '0' then p_pointer.due_at end,
    p_level => case when v_is_late then 'warn' end, p_clears => case when v_is_late then 'by_operator' end);
end
$$;
comment on function private.question_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'When the provider is asked about a task; and that it should have been.';
revoke execute on function private.question_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.deadline_findings(p_job public.jobs, p_lane private.lanes, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_grace interval := private.grace_of(p_job);
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
$$;
comment on function private.deadline_findings(public.jobs, private.lanes, timestamptz) is
  'When a job ends as failed if nothing comes of it.';
revoke execute on function private.deadline_findings(public.jobs, private.lanes, timestamptz) from public;

create function private.task_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('provider', p_lane.provider, 'task', p_attempt.external_id,
    'attempt', p_attempt.attempt);
  v_is_overdue boolean := private.is_webhook_overdue(p_job, p_attempt, p_lane, p_pointer, p_at);
begin
  if p_lane.delivery = 'webhook' then
    return query select * from private.webhook_findings(p_attempt, p_lane, p_pointer, v_is_overdue, p_at);
  end if;
  if p_attempt.word is not null then
    return next private.finding('asking', format('%s has said that the task has %s; it is asked what came of it.',
        p_lane.provider, p_attempt.word),
      v_evidence || jsonb_build_object('word', p_attempt.word, 'message', private.as_evidence(p_pointer)),
      p_since => p_attempt.word_at, p_subject => p_lane.lane,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  elsif (p_attempt.checkpoint ->> 'failure_seen')::boolean then
    return next private.finding('asking',
      format('%s, asked by us, calls the task failed; that is believed when it says so again.', p_lane.provider),
      v_evidence || jsonb_build_object('message', private.as_evidence(p_pointer)), p_subject => p_lane.lane,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  else
    return query select * from private.pace_findings(p_job, p_attempt, p_at, p_lane.provider,
      format('%s has task %s', p_lane.provider, coalesce(p_attempt.external_id, 'of a name not known yet')), v_evidence,
      not v_is_overdue and p_lane.circuit_opened_at is null);
  end if;
  if p_lane.delivery in ('webhook', 'poll') then
    return query select * from private.question_findings(p_job, p_attempt, p_lane, p_pointer, p_at);
  end if;
end
$$;
comment on function private.task_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Where a task is that its provider has: what was heard of it, and when it is asked about.';
revoke execute on function private.task_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.is_webhook_overdue(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_job.tool);
  v_usual interval := case when v_pace.samples >= 5 and private.is_fresh(v_pace.measured_at, p_at) then v_pace.p95
    else p_lane.poll_after end;
begin
  -- Once the provider was asked it is known that the task runs, and nothing is missing.
  return p_lane.delivery = 'webhook' and p_lane.circuit_opened_at is null and p_attempt.phase = 'submitted'
    and p_attempt.word is null and p_pointer.read_count = 0
    and p_at - coalesce(p_attempt.submitted_at, p_attempt.started_at) > v_usual
    and not exists (
      select from private.webhook_events e
      where e.job_id = p_job.id and e.attempt = p_attempt.attempt and e.received_at >= p_attempt.started_at);
end
$$;
comment on function private.is_webhook_overdue(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Whether a provider that calls back has not, for longer than nineteen of twenty of its tasks take (or, where that is '
  'not known, longer than until it is asked), and was not asked since.';
revoke execute on function private.is_webhook_overdue(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.refused_webhooks(p_attempt public.job_attempts, p_came bigint) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_refused private.webhook_refusals;
begin
  for v_refused in
    select * from private.webhook_refusals
    where job_id = p_attempt.job_id and last_at >= p_attempt.started_at order by reason
  loop
    return next private.finding('webhook_refused', format('%s %s refused: %s. The last came at %s.', v_refused.times,
        case v_refused.times when 1 then 'webhook was' else 'webhooks were' end,
        private.words_of_refusal(v_refused.reason), v_refused.last_at),
      jsonb_build_object('reason', v_refused.reason, 'times', v_refused.times, 'first_at', v_refused.first_at,
        'last_at', v_refused.last_at, 'taken_in', p_came),
      p_since => v_refused.first_at, p_subject => v_refused.provider,
      -- None of it comes through, though it is the attempt's own address; else it may be a stranger's.
      p_level => case when p_came > 0 then 'info' when v_refused.reason <> 'wrong_token' then 'error' end);
  end loop;
  if not found then
    return next private.not_so('webhook_refused', 'No webhook was refused since this attempt began.');
  end if;
end
$$;
comment on function private.refused_webhooks(public.job_attempts, bigint) is
  'The webhooks of an attempt''s job that were not believed since it began. p_came: how many were.';
revoke execute on function private.refused_webhooks(public.job_attempts, bigint) from public;

create function private.webhook_findings(
  p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_is_overdue boolean, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_came record;
  v_age interval := p_at - coalesce(p_attempt.submitted_at, p_attempt.started_at);
begin
  select count(*) filter (where e.verdict <> 'other_task') as count,
    max(e.received_at) filter (where e.verdict <> 'other_task') as last_at,
    count(*) filter (where e.verdict = 'other_task') as strangers,
    max(e.received_at) filter (where e.verdict = 'other_task') as stranger_at,
    max(e.external_id) filter (where e.verdict = 'other_task') as stranger
  into v_came from private.webhook_events e
  where e.job_id = p_attempt.job_id and e.attempt = p_attempt.attempt and e.received_at >= p_attempt.started_at;
  return query select * from private.refused_webhooks(p_attempt, v_came.count);
  if v_came.stranger_at > coalesce(v_came.last_at, '-infinity') then
    return next private.finding('webhook_other_task', format('%s named task %s, and the attempt''s is %s: it is asked.',
        case v_came.strangers when 1 then 'A webhook' else format('%s webhooks', v_came.strangers) end,
        v_came.stranger, coalesce(p_attempt.external_id, 'not known yet')),
      jsonb_build_object('named', v_came.stranger, 'task', p_attempt.external_id, 'times', v_came.strangers),
      p_since => v_came.stranger_at, p_subject => p_lane.provider);
  end if;
  if p_is_overdue then
    return next private.finding('webhook_overdue',
      format('%s has not called back for %s; it is asked %s.', p_lane.provider, private.said(v_age),
        case when p_pointer.due_at > p_at then format('at %s', p_pointer.due_at) else 'now' end),
      jsonb_build_object('age_seconds', private.in_seconds(v_age), 'asked_at', p_pointer.due_at,
        'task', p_attempt.external_id),
      p_since => p_attempt.submitted_at, p_subject => p_lane.provider,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  else
    return next private.not_so('webhook_overdue', case
        when v_came.count > 0 then format('%s came, the last at %s.', v_came.count, v_came.last_at)
        when p_pointer.read_count > 0 then format('The provider was asked %s times: it is not done.',
          p_pointer.read_count)
        else format('It was submitted %s ago.', private.said(v_age)) end,
      jsonb_build_object('came', v_came.count, 'last_at', v_came.last_at, 'asked', p_pointer.read_count),
      p_lane.provider);
  end if;
end
$$;
comment on function private.webhook_findings(
  public.job_attempts, private.lanes, private.pointer, boolean, timestamptz) is
  'What was heard of a task by webhooks, what was not believed, and what should have been heard.';
revoke execute on function private.webhook_findings(
  public.job_attempts, private.lanes, private.pointer, boolean, timestamptz) from public;

create function private.copy_evidence(p_attempt public.job_attempts) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_stored jsonb := case when jsonb_typeof(p_attempt.checkpoint -> 'stored') = 'array'
    then p_attempt.checkpoint -> 'stored' else '[]' end;
begin
  -- How far the file is that is under way, whoever copies it notes by the piece. No address: it is the result.
  return jsonb_build_object('attempt', p_attempt.attempt, 'files', jsonb_array_length(p_attempt.outputs),
    'files_stored', jsonb_array_length(v_stored),
    'bytes_stored', (select coalesce(sum((f #>> '{file,bytes}')::bigint), 0) from jsonb_array_elements(v_stored) f),
    'bytes_of_current', p_attempt.checkpoint #> '{copying,state,total}',
    'bytes_of_current_sent', case when jsonb_typeof(p_attempt.checkpoint -> 'copying') = 'object'
      then p_attempt.checkpoint -> 'copied_bytes' end,
    'looks', p_attempt.checkpoint -> 'looks', 'error', p_attempt.checkpoint -> 'look_error');
end
$$;
comment on function private.copy_evidence(public.job_attempts) is
  'How far the copying of a result is: {files, files_stored, bytes_stored, bytes_of_current, …}.';
revoke execute on function private.copy_evidence(public.job_attempts) from public;

create function private.copy_findings(
  p_attempt public.job_attempts, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.copy_evidence(p_attempt)
    || jsonb_build_object('given_up_at', p_attempt.word_at + interval '24 hours');
  v_until timestamptz := (p_attempt.checkpoint ->> 'copying_until')::timestamptz;
  v_looks integer := coalesce((p_attempt.checkpoint ->> 'looks')::integer, 0);
  v_unread interval := p_at - p_pointer.due_at;
begin
  if v_until > p_at then
    return next private.finding('copy_in_progress', format('A worker copies the result: %s of %s files are stored.',
        v_evidence ->> 'files_stored', v_evidence ->> 'files'),
      v_evidence, p_since => p_attempt.word_at);
    return;
  elsif v_looks > 0 then
    return next private.finding('copy_blocked',
      format('The result could not be copied, %s times in a row%s. Until %s it is tried again.', v_looks,
        coalesce(': ' || (v_evidence ->> 'error'), ''), p_attempt.word_at + interval '24 hours'),
      v_evidence, p_since => p_attempt.word_at, p_expected_at => case when v_unread < '0' then p_pointer.due_at end);
    return;
  end if;
  return next private.finding('produced', case
      when v_unread > '1 minute' then format('The provider has the result, and for %s no worker has come to copy it.',
        private.said(v_unread))
      else 'The provider has the result; a worker copies it next.' end,
    v_evidence || jsonb_build_object('message', private.as_evidence(p_pointer)), p_since => p_attempt.word_at,
    p_level => case when v_unread > '1 minute' then 'warn' end,
    p_clears => case when v_unread > '1 minute' then 'by_operator' end);
  return next private.not_so('copy_blocked', 'No copy of it has failed since the last that did not.', v_evidence);
end
$$;
comment on function private.copy_findings(public.job_attempts, private.pointer, timestamptz) is
  'How far the copying of a result is that the provider has.';
revoke execute on function private.copy_findings(public.job_attempts, private.pointer, timestamptz) from public;

create function private.lease_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lease jsonb := jsonb_build_object('worker', p_attempt.worker, 'leased_until', p_attempt.leased_until,
    'lease_seconds', private.in_seconds(p_lane.lease), 'attempt', p_attempt.attempt);
begin
  if p_attempt.leased_until is null then
    if p_pointer.msg_id is null then return; end if; -- lost: see message_findings
    return next private.finding('not_claimed',
      format('It has a slot, and no worker has claimed it for %s.', private.said(p_at - p_attempt.started_at)),
      jsonb_build_object('attempt', p_attempt.attempt, 'message', private.as_evidence(p_pointer),
        'expires_at', p_job.expires_at),
      p_since => p_attempt.started_at, p_subject => p_job.lane,
      p_level => case when p_at - p_attempt.started_at > 2 * p_lane.lease then 'warn' end);
  elsif p_attempt.leased_until < p_at then
    return next private.finding('lease_lost',
      format('Worker %s was not heard of before its lease ran out, %s ago.', p_attempt.worker,
        private.said(p_at - p_attempt.leased_until)), v_lease,
      p_since => p_attempt.leased_until, p_subject => p_attempt.worker,
      p_expected_at => greatest(p_attempt.leased_until, p_at) + interval '1 minute');
  else
    return query select * from private.pace_findings(p_job, p_attempt, p_at, p_attempt.worker,
      format('Worker %s has it, and was heard of %s ago', p_attempt.worker,
        private.said(p_at - (p_attempt.leased_until - p_lane.lease))), v_lease);
    return next private.not_so('lease_lost', format('The lease of worker %s runs until %s.', p_attempt.worker,
      p_attempt.leased_until), v_lease, p_attempt.worker);
  end if;
end
$$;
comment on function private.lease_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Where an attempt is that a worker outside claims or has claimed.';
revoke execute on function private.lease_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.findings_of_attempt(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pointer private.pointer;
begin
  if p_lane.delivery <> 'pull' or p_attempt.leased_until is null then
    v_pointer := private.pointer_of(p_attempt, p_lane, p_at);
    return query select * from private.message_findings(p_attempt, p_lane, v_pointer, p_at);
  end if;
  if p_attempt.phase = 'produced' then
    return query select * from private.copy_findings(p_attempt, v_pointer, p_at);
    return;
  elsif p_lane.delivery = 'pull' then
    return query select * from private.lease_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
  else
    return query select * from private.circuit_findings(p_lane, p_at);
    if p_attempt.phase in ('dispatched', 'preparing', 'submitting') then
      return query select * from private.submit_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
    else
      return query select * from private.task_findings(p_job, p_attempt, p_lane, v_pointer, p_at);
    end if;
  end if;
  return query select * from private.deadline_findings(p_job, p_lane, p_at);
end
$$;
comment on function private.findings_of_attempt(public.jobs, public.job_attempts, private.lanes, timestamptz) is
  'Where an open attempt is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_attempt(public.jobs, public.job_attempts, private.lanes, timestamptz)
  from public;

create function private.findings_of_running(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  if p_job.status <> 'processing' then return; end if;
  -- What an older attempt has produced is copied, though a newer one has begun since.
  if p_attempt.finished_at is not null then
    select * into p_attempt from public.job_attempts
    where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  end if;
  if p_attempt.job_id is null or p_attempt.finished_at is not null then
    return next private.finding('stranded', 'It is processing, and none of its attempts is open.',
      jsonb_build_object('attempt', p_job.attempt), p_since => p_job.updated_at);
    return;
  end if;
  select * into v_lane from private.lanes where lane = p_job.lane;
  return query select * from private.findings_of_attempt(p_job, p_attempt, v_lane, p_at);
end
$$;
comment on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) is
  'Where a running job is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_ends() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('completed', 700, 'ok', 'never', null,
      array['Your job is done.'], array['Seu trabalho está pronto.']),
    ('webhook_late', 705, 'ok', 'never',
      'Failed for its deadline, and the provider was done: see whether the tool''s timeout is too short.',
      array['The service answered after your job had ended.', 'That comes too late, and does not go on by itself.',
        'You can try it again.'],
      array['O serviço respondeu depois do fim do seu trabalho.', 'Isso chegou tarde, e não continua sozinho.',
        'Você pode tentar de novo.']),
    ('cancelled', 720, 'info', 'never', null,
      array['Your job was cancelled.'], array['Seu trabalho foi cancelado.'])
$$;
comment on function private.words_of_ends() is 'The words of findings about jobs that ended well, or were not wanted.';
revoke execute on function private.words_of_ends() from public;

create function private.words_of_failures() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('failed', 710, 'error', 'by_you', 'Look at error_code and raw_api_response; redrive it if the cause is mended.',
      array['Your job has failed.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho falhou.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('failed_input', 711, 'error', 'by_you', 'Nothing, unless the tool''s input_schema should have refused it.',
      array['What you gave for your job was not accepted.', 'It does not go on by itself.', 'Change it and try again.'],
      array['O que você enviou para o trabalho não foi aceito.', 'Ele não continua sozinho.', 'Mude e tente de novo.']),
    ('failed_content', 712, 'error', 'by_you', null,
      array['The service does not allow what you asked for.', 'It does not go on by itself.',
        'Try it with another picture or text.'],
      array['O serviço não permite o que foi pedido.', 'Ele não continua sozinho.',
        'Tente com outra imagem ou texto.']),
    ('failed_late', 713, 'error', 'by_you', 'See ops.provider_health(), and the tool''s timeout.',
      array['Your job took too long and was ended.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho demorou demais e foi encerrado.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('outcome_unknown', 714, 'error', 'by_you',
      'Look in the provider''s own list: whether it took the task nobody knows.',
      array['Nobody knows whether your job was taken by the service.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Não se sabe se o serviço aceitou seu trabalho.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_output', 715, 'error', 'by_you',
      'See the tool''s max_output_bytes and output_types, or the provider''s files.',
      array['Your job was done, but its result could not be kept.', 'It does not go on by itself.',
        'You can try it again, perhaps for something smaller.'],
      array['Seu trabalho foi feito, mas o resultado não pôde ser guardado.', 'Ele não continua sozinho.',
        'Você pode tentar de novo, talvez com algo menor.'])
$$;
comment on function private.words_of_failures() is 'The words of findings about jobs that failed.';
revoke execute on function private.words_of_failures() from public;

create function private.words_of_our_failures() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('failed_expired', 716, 'error', 'by_you', 'See ops.lane_health: more slots, or a longer expires_after.',
      array['Your job waited too long for its turn and was ended.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Seu trabalho esperou demais pela vez e foi encerrado.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_worker', 717, 'error', 'by_you', 'See why workers of this lane go silent; then redrive it.',
      array['Whoever worked on your job went silent, again and again.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Quem fazia seu trabalho parou de responder, repetidas vezes.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_setup', 718, 'error', 'by_operator', 'Mend the account or the tool (ops.setup_check); then redrive it.',
      array['Something is not set up right on our side.', 'Your job does not go on by itself.',
        'Try it again when we have mended it.'],
      array['Algo não está configurado direito do nosso lado.', 'Seu trabalho não continua sozinho.',
        'Tente de novo quando corrigirmos.']),
    ('failed_internal', 719, 'error', 'by_operator', 'An operator has ended it; mend what it was set aside for.',
      array['Something went wrong on our side.', 'Your job does not go on by itself.', 'You can try it again.'],
      array['Algo deu errado do nosso lado.', 'Seu trabalho não continua sozinho.', 'Você pode tentar de novo.'])
$$;
comment on function private.words_of_our_failures() is
  'The words of findings about jobs that failed for nothing their owner or the provider did.';
revoke execute on function private.words_of_our_failures() from public;

create function private.words_of_open_ends() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('credits_drift', 722, 'error', 'by_operator',
      'See ops.credit_drift() and the entries of the job; mend by ops.grant_credits.',
      array['What you paid for this job does not add up.', 'It is our mistake, and we have to mend it.'],
      array['O que você pagou por este trabalho não confere.', 'O erro é nosso, e precisamos corrigi-lo.']),
    ('task_winding_down', 725, 'wait', 'by_itself', null,
      array['The service is still stopping what it had begun.', 'That is over by itself, at the latest{when}.'],
      array['O serviço ainda está parando o que tinha começado.', 'Isso termina sozinho, no máximo{when}.']),
    ('refund_due', 730, 'wait', 'by_itself', null,
      array['Whether you get back what it cost is not decided yet.', 'That is decided by itself, at the latest{when}.'],
      array['Ainda não está decidido se você recebe de volta o que ele custou.',
        'Isso se decide sozinho, no máximo{when}.']),
    ('refunded', 731, 'info', 'never', null,
      array['You got back what it cost (credits: {credits}).'],
      array['Você recebeu de volta o que ele custou (créditos: {credits}).']),
    ('refund_withheld', 732, 'info', 'never', null,
      array['What it cost is not given back.', 'The service had done the work before it could be stopped.'],
      array['O que ele custou não é devolvido.', 'O serviço fez o trabalho antes que pudesse ser parado.']),
    ('effect_failed', 740, 'error', 'by_operator', 'Mend what the message says; the job itself is what it is.',
      array['Your job is over, but could not be shown where it belongs.', 'You find it among your jobs.'],
      array['Seu trabalho terminou, mas não pôde ser mostrado no lugar dele.', 'Ele está entre os seus trabalhos.']),
    ('node_missing', 742, 'warn', 'never', null,
      array['What your job was made for is not there any more.', 'You find the job among your jobs.'],
      array['Aquilo para que o trabalho foi feito não existe mais.', 'Ele está entre os seus trabalhos.']),
    ('effect_pending', 745, 'wait', 'by_itself', null,
      array['Your job is over, and is about to be shown where it belongs.', 'That happens by itself{when}.'],
      array['Seu trabalho terminou e logo será mostrado no lugar dele.', 'Isso acontece sozinho{when}.']),
    ('result_expired', 748, 'info', 'never', null,
      array['The files of this job were deleted after their time.', 'You can do it again.'],
      array['Os arquivos deste trabalho foram apagados após o prazo.', 'Você pode refazê-lo.'])
$$;
comment on function private.words_of_open_ends() is
  'The words of findings about what a job that has ended leaves behind: money, task, effect, files.';
revoke execute on function private.words_of_open_ends() from public;

create function private.words_of_ended() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_ends()
  union all select * from private.words_of_failures()
  union all select * from private.words_of_our_failures()
  union all select * from private.words_of_open_ends()
$$;
comment on function private.words_of_ended() is 'The words of findings about jobs that have ended.';
revoke execute on function private.words_of_ended() from public;

create function private.failure_code(p_error_code text) returns text
language sql immutable set search_path = '' as $$
  -- Esteira's own codes, which mean the same wherever a job runs (shared/errors/provider_error_kinds.ts).
  select case
    when p_error_code in ('invalid_input', 'input_gone') then 'failed_input'
    when p_error_code = 'content_moderation' then 'failed_content'
    when p_error_code in ('deadline_exceeded', 'training_overdue') then 'failed_late'
    when p_error_code in ('submit_unknown', 'outcome_unknown') then 'outcome_unknown'
    when p_error_code in ('output_too_large', 'output_wrong_type', 'output_unavailable', 'refused_address',
      'data_removed') then 'failed_output'
    when p_error_code = 'expired' then 'failed_expired'
    when p_error_code = 'lease_expired' then 'failed_worker'
    when p_error_code in ('misconfigured', 'secret_missing', 'tool_misconfigured', 'node_errors') then 'failed_setup'
    when p_error_code = 'internal_error' then 'failed_internal'
    else 'failed' end
$$;
comment on function private.failure_code(text) is
  'Which finding tells of a failure with this error code: of a provider''s own codes, failed.';
revoke execute on function private.failure_code(text) from public;

create function private.costs_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_object_agg(c.cost_currency, c.cost) from (
      select cost_currency, sum(cost) as cost from public.job_attempts
      where job_id = p_job_id and cost is not null group by cost_currency) c);
end
$$;
comment on function private.costs_of(uuid) is
  'What a job''s attempts have cost, as their provider says, by currency or unit; null: it says nothing.';
revoke execute on function private.costs_of(uuid) from public;

create function private.end_evidence(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('attempts', p_job.attempt,
    'took_seconds', private.in_seconds(p_job.completed_at - p_job.created_at),
    'cost', private.costs_of(p_job.id), 'credits', nullif(p_job.credits_charged, 0),
    'retried_as', (select id from public.jobs again where again.retried_from = p_job.id));
end
$$;
comment on function private.end_evidence(public.jobs) is
  'What is known of a job that has ended: {attempts, took_seconds, cost (at the provider), credits, retried_as}.';
revoke execute on function private.end_evidence(public.jobs) from public;

create function private.failure_finding(p_job public.jobs) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.end_evidence(p_job);
  v_class text := case
    when p_job.error_code in ('deadline_exceeded', 'training_overdue', 'expired', 'submit_unknown') then 'time_over'
    when p_job.retry_count > 0 then 'tries_used_up' else 'final' end;
begin
  -- Why a post has failed, the publishing link says better.
  return private.finding(case when private.is_publication(p_job) then 'failed'
      else private.failure_code(p_job.error_code) end,
    format('It failed at %s: %s (%s)%s.', p_job.failed_at_step, rtrim(p_job.error_message, '.'),
      coalesce(p_job.error_code, 'no code'),
      case when p_job.retry_count > 0 then format(', at the last of %s tries', p_job.retry_count + 1) else '' end
      || coalesce('; it was done again as ' || (v_evidence ->> 'retried_as'), '')),
    v_evidence || jsonb_build_object('error_code', p_job.error_code, 'failed_at_step', p_job.failed_at_step,
      'class', v_class),
    p_since => p_job.completed_at,
    -- Whoever has tried it again looks at that.
    p_level => case when v_evidence ? 'retried_as' and v_evidence ->> 'retried_as' is not null then 'info' end,
    p_clears => case when v_evidence ->> 'retried_as' is not null then 'never' end);
end
$$;
comment on function private.failure_finding(public.jobs) is
  'How a job has failed: at which step, why, what it cost. class: final (another try would fail too), tries_used_up, '
  'time_over.';
revoke execute on function private.failure_finding(public.jobs) from public;

create function private.late_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_late record;
begin
  select count(*) as count, min(e.received_at) as first_at, max(e.received_at) as last_at into v_late
  from private.webhook_events e where e.job_id = p_job.id and e.verdict = 'late';
  if v_late.count = 0 then return; end if;
  return next private.finding('webhook_late', format('%s after its end, %s after it first.', case v_late.count
      when 1 then 'A webhook came' else format('%s webhooks came', v_late.count) end,
      private.said(v_late.first_at - p_job.completed_at)),
    jsonb_build_object('times', v_late.count, 'first_at', v_late.first_at, 'last_at', v_late.last_at,
      'error_code', p_job.error_code),
    p_since => v_late.first_at,
    p_level => case when p_job.error_code in ('deadline_exceeded', 'submit_unknown') then 'error' end,
    p_clears => case when p_job.error_code in ('deadline_exceeded', 'submit_unknown') then 'by_you' end);
end
$$;
comment on function private.late_findings(public.jobs) is
  'That webhooks came after a job''s end: the reason, where it had been given up for silence.';
revoke execute on function private.late_findings(public.jobs) from public;

create function private.end_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.late_findings(p_job);
  if p_job.status = 'completed' then
    return next private.finding('completed', format('It has completed, %s after it was created.',
        private.said(p_job.completed_at - p_job.created_at)),
      private.end_evidence(p_job) || jsonb_build_object('files', jsonb_array_length(p_job.output -> 'files'),
        'bytes', nullif(p_job.output_bytes, 0)),
      p_since => p_job.completed_at);
  elsif p_job.status = 'cancelled' then
    return next private.finding('cancelled', 'It has been cancelled.', private.end_evidence(p_job),
      p_since => p_job.completed_at);
  else
    return next private.failure_finding(p_job);
  end if;
end
$$;
comment on function private.end_findings(public.jobs) is 'How a job has ended.';
revoke execute on function private.end_findings(public.jobs) from public;

create function private.drift_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_charged bigint := coalesce((
    select -amount from public.credit_entries where job_id = p_job.id and kind = 'charge'), 0);
  v_refunded bigint := coalesce((
    select amount from public.credit_entries where job_id = p_job.id and kind = 'refund'), 0);
  v_is_waited_for boolean := p_job.refund = 'due' and (
    exists (select from private.cancels c where c.job_id = p_job.id and c.over_at is null)
    or exists (select from public.publications p
      where p.job_id = p_job.id and p.unknown_at is not null and p.resolved is null));
  v_problem text := case
    when v_charged <> p_job.credits_charged then 'it was not charged as it says'
    when v_refunded <> case p_job.refund when 'paid' then p_job.credits_charged else 0 end
      then 'it was not refunded as it says'
    when p_job.refund <> 'none' and (p_job.output is not null or p_job.output_url is not null)
      then 'it is refunded, and has a result'
    when p_job.refund = 'due' and not v_is_waited_for then 'a refund is due, and nothing is waited for'
    when p_job.status = 'failed' and p_job.credits_charged > 0 and p_job.refund <> 'paid'
      and not private.is_publication(p_job) then 'it failed, and was not paid back' end;
begin
  if v_problem is null then
    return next private.not_so('credits_drift', format('Charged %s, refunded %s (%s), as the ledger says.', v_charged,
      v_refunded, p_job.refund), jsonb_build_object('charged', v_charged, 'refunded', v_refunded));
    return;
  end if;
  return next private.finding('credits_drift', format('The ledger and the job disagree: %s.', v_problem),
    jsonb_build_object('job_charged', p_job.credits_charged, 'job_refund', p_job.refund, 'charged', v_charged,
      'refunded', v_refunded, 'status', p_job.status), p_since => p_job.updated_at);
end
$$;
comment on function private.drift_findings(public.jobs) is
  'Whether a job and the ledger say the same: what ops.credit_drift proves of all jobs, of one.';
revoke execute on function private.drift_findings(public.jobs) from public;

create function private.refund_findings(p_job public.jobs, p_ends_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('credits', p_job.credits_charged, 'refund', p_job.refund);
begin
  case p_job.refund
    when 'due' then
      return next private.finding('refund_due',
        'Its price is paid back or withheld as soon as it is known what became of its task.',
        v_evidence, p_since => p_job.completed_at, p_expected_at => p_ends_at);
    when 'paid' then
      return next private.finding('refunded', format('Its price was paid back: %s credits.', p_job.credits_charged),
        v_evidence, p_since => p_job.completed_at);
    when 'withheld' then
      return next private.finding('refund_withheld', 'Its price was not paid back: its task went on to its end.',
        v_evidence, p_since => p_job.completed_at);
    else
      return next private.not_so('refund_due', 'There is nothing to pay back.', v_evidence);
  end case;
end
$$;
comment on function private.refund_findings(public.jobs, timestamptz) is
  'What becomes of the price of a job that has ended. p_ends_at: when what is due is decided at the latest.';
revoke execute on function private.refund_findings(public.jobs, timestamptz) from public;

create function private.outbox_findings(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_cancel private.cancels;
  v_ends_at timestamptz;
begin
  for v_cancel in
    select * from private.cancels where job_id = p_job.id and over_at is null order by attempt limit 10
  loop
    v_ends_at := greatest(v_ends_at, v_cancel.ends_at);
    return next private.finding('task_winding_down',
      format('The task of attempt %s may go on: %s. Its slot is kept until that is over, until %s at most.',
        v_cancel.attempt, case when v_cancel.asked_at is not null then 'the provider was asked to stop it'
          else 'it is looked for and stopped' end, v_cancel.ends_at),
      jsonb_build_object('attempt', v_cancel.attempt, 'reason', v_cancel.reason, 'task', v_cancel.external_id,
        'asked_at', v_cancel.asked_at, 'looks', v_cancel.tries, 'looked_at_next', v_cancel.next_at,
        'none_found', v_cancel.nones, 'ends_at', v_cancel.ends_at),
      p_since => v_cancel.made_at, p_subject => v_cancel.lane,
      p_expected_at => case when v_cancel.ends_at > p_at then v_cancel.ends_at end);
  end loop;
  if v_ends_at is null then
    return next private.not_so('task_winding_down', 'No task of it is waited for.');
  end if;
  return query select * from private.refund_findings(p_job, case when v_ends_at > p_at then v_ends_at end);
end
$$;
comment on function private.outbox_findings(public.jobs, timestamptz) is
  'Which tasks of a job that has ended may go on, and what becomes of its price.';
revoke execute on function private.outbox_findings(public.jobs, timestamptz) from public;

create function private.effect_findings(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_effect public.job_effects;
  v_evidence jsonb;
begin
  select * into v_effect from public.job_effects where job_id = p_job.id;
  if not found then return; end if;
  v_evidence := jsonb_build_object('effect', v_effect.effect, 'outcome', v_effect.outcome, 'message', v_effect.message,
    'project', p_job.metadata -> 'projectId', 'node', p_job.metadata -> 'nodeId');
  case
    when v_effect.outcome = 'pending' then
      return next private.finding('effect_pending',
        'Its project or model was in use when it ended; it is shown there when that is free, tried every ten seconds.',
        v_evidence, p_since => v_effect.updated_at, p_subject => v_effect.effect,
        p_expected_at => case when p_at - v_effect.updated_at < interval '10 seconds'
          then v_effect.updated_at + interval '10 seconds' end);
    when v_effect.outcome in ('project_missing', 'node_missing', 'model_missing') then
      return next private.finding('node_missing', format('What it is to be shown on is not there: %s.',
        replace(v_effect.outcome, '_', ' ')), v_evidence, p_since => v_effect.updated_at, p_subject => v_effect.effect);
    when v_effect.outcome in ('failed', 'node_malformed', 'model_url_missing') then
      return next private.finding('effect_failed', format('It could not be shown: %s.', coalesce(
        rtrim(v_effect.message, '.'), replace(v_effect.outcome, '_', ' '))), v_evidence,
        p_since => v_effect.updated_at, p_subject => v_effect.effect);
    else
      return next private.not_so('effect_failed', format('Its effect is %s.', v_effect.outcome), v_evidence,
        v_effect.effect);
  end case;
end
$$;
comment on function private.effect_findings(public.jobs, timestamptz) is
  'Whether a job that has ended is shown where it belongs: on a project''s node, or as a model.';
revoke execute on function private.effect_findings(public.jobs, timestamptz) from public;

create function private.file_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.output ? 'expired_at' then
    return next private.finding('result_expired', 'Its files were deleted: they had been kept for as long as they are.',
      jsonb_build_object('expired_at', p_job.output -> 'expired_at'),
      p_since => (p_job.output ->> 'expired_at')::timestamptz, p_subject => p_job.tool);
  end if;
end
$$;
comment on function private.file_findings(public.jobs) is 'Whether the files of a result are there still.';
revoke execute on function private.file_findings(public.jobs) from public;

create function private.findings_of_ended(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.drift_findings(p_job); -- of those that go on, too
  if not private.has_ended(p_job.status) then return; end if;
  return query select * from private.end_findings(p_job);
  return query select * from private.outbox_findings(p_job, p_at);
  return query select * from private.effect_findings(p_job, p_at);
  return query select * from private.file_findings(p_job);
end
$$;
comment on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) is
  'How a job has ended, and what is still open of it: money, task, effect, files.';
revoke execute on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_screens() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('trigger_missing', 800, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen does not learn of changes by itself just now.', 'We mend that; your job is not affected.',
        'Reload the page to see where it stands.'],
      array['Sua tela não está recebendo as mudanças sozinha agora.', 'Nós vamos corrigir; seu trabalho não é afetado.',
        'Recarregue a página para ver como ele está.']),
    ('topic_policy_missing', 805, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen may not listen to changes just now.', 'We mend that; your job is not affected.',
        'Reload the page to see where it stands.'],
      array['Sua tela não tem permissão para ouvir as mudanças agora.',
        'Nós vamos corrigir; seu trabalho não é afetado.',
        'Recarregue a página para ver como ele está.']),
    ('rows_unreadable', 810, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen cannot read your jobs just now.', 'We mend that; your job is not affected.'],
      array['Sua tela não consegue ler seus trabalhos agora.', 'Nós vamos corrigir; seu trabalho não é afetado.']),
    ('broadcast_swallowed', 820, 'warn', 'by_itself',
      'Look at select * from private.broadcast_failures and at ops.realtime_doctor().',
      array['Your screen was not told of the last change of your job.', 'It shows by itself in about a minute.',
        'Reload the page to see it at once.'],
      array['Sua tela não foi avisada da última mudança do seu trabalho.', 'Ela aparece sozinha em cerca de um minuto.',
        'Recarregue a página para ver agora.']),
    ('not_announced', 825, 'warn', 'by_itself',
      'Something changed the row past its triggers (session_replication_role, a trigger that was off): '
      'ops.realtime_doctor().',
      array['Your screen was not told of the last change of your job.', 'It shows by itself with the next one.',
        'Reload the page to see it at once.'],
      array['Sua tela não foi avisada da última mudança do seu trabalho.', 'Ela aparece sozinha com a próxima.',
        'Recarregue a página para ver agora.']),
    ('not_delivered', 830, 'warn', 'by_itself',
      'The database has told it: look at the client''s badge and log, its network, and Realtime''s status.',
      array['Your screens learn of changes late.', 'They catch up by themselves in about a minute.',
        'Reload the page, or check your connection.'],
      array['Suas telas estão recebendo as mudanças com atraso.', 'Elas se atualizam sozinhas em cerca de um minuto.',
        'Recarregue a página ou verifique sua conexão.'])
$$;
comment on function private.words_of_screens() is 'The words of findings about what reaches screens.';
revoke execute on function private.words_of_screens() from public;


create function private.findings_of_screens(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  -- What has not changed for a day stands on every screen that was opened since.
  if p_job.status in ('completed', 'failed', 'cancelled') and p_job.updated_at < p_at - interval '1 day' then
    return;
  end if;
  return query select * from private.findings_of_triggers(p_job);
  return query select * from private.findings_of_rights(p_job);
  return query select * from private.findings_of_changes(p_job, p_at);
  return query select * from private.findings_of_delivery(p_job, p_at);
end
$$;
comment on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) is
  'Whether the job''s last change could reach its owner''s screens, and did.';
revoke execute on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) from public;

create function private.tables_told_of(p_job public.jobs) returns text[]
language sql immutable set search_path = '' as $$
  select array['public.jobs'] || case p_job.effect
    when 'project_node' then '{public.projects}'::text[] when 'model' then '{public.ai_models}' else '{}' end
$$;
comment on function private.tables_told_of(public.jobs) is 'The tables in which a job changes what screens show.';
revoke execute on function private.tables_told_of(public.jobs) from public;

create function private.findings_of_triggers(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_fault text;
  v_are_good boolean := true;
begin
  foreach v_part in array array(
    select t::private.broadcast_part from private.broadcast_triggers() t
    where t.table_name = any (private.tables_told_of(p_job)) order by t.name)
  loop
    v_fault := private.fault_of_trigger(v_part);
    continue when v_fault is null;
    v_are_good := false;
    return next private.finding('trigger_missing',
      format('The trigger %s on %s is %s: no screen is told of changes.', v_part.name, v_part.table_name, v_fault),
      jsonb_build_object('trigger', v_part.name, 'table', v_part.table_name, 'fault', v_fault, 'check', v_part.name),
      p_subject => v_part.table_name, p_repair_sql => case v_fault when 'disabled'
        then format('alter table %s enable trigger %I', v_part.table_name, v_part.name) else v_part.statement end);
  end loop;
  if v_are_good then
    return next private.not_so('trigger_missing', 'The triggers that tell of changes are there and enabled.',
      jsonb_build_object('tables', private.tables_told_of(p_job)));
  end if;
end
$$;
comment on function private.findings_of_triggers(public.jobs) is 'Whether the triggers are there that tell of a job.';
revoke execute on function private.findings_of_triggers(public.jobs) from public;

create function private.findings_of_rights(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_missing text;
begin
  foreach v_part in array array(
    select p::private.broadcast_part from private.topic_policies() p
    where p.marker = 'jobs:' or p.marker = 'project:' and p_job.effect = 'project_node' order by p.name)
  loop
    if private.topic_is_open(v_part.marker) then
      return next private.not_so('topic_policy_missing',
        format('A policy lets owners listen to their topics %s….', v_part.marker), p_subject => v_part.marker);
    else
      return next private.finding('topic_policy_missing',
        format('No policy on realtime.messages lets owners listen to topics %s…: they cannot join.', v_part.marker),
        jsonb_build_object('policy', v_part.name, 'check', v_part.name),
        p_subject => v_part.marker, p_repair_sql => v_part.statement);
    end if;
  end loop;
  v_missing := private.fault_of_reading('public.jobs');
  if v_missing is null or v_missing like 'row level security%' then -- too open is no reason of this kind
    return next private.not_so('rows_unreadable', 'Owners may read their rows of public.jobs.');
  else
    return next private.finding('rows_unreadable', format('Owners cannot read public.jobs: %s.', v_missing),
      jsonb_build_object('check', 'read public.jobs'), p_subject => 'public.jobs',
      p_repair_sql => private.repair_of_reading('public.jobs'));
  end if;
end
$$;
comment on function private.findings_of_rights(public.jobs) is
  'Whether a job''s owner may listen to what is told of it, and read its row.';
revoke execute on function private.findings_of_rights(public.jobs) from public;


create type private.told_row as (
  table_name text, id uuid, topic text, version integer, changed_at timestamptz, created_at timestamptz);
comment on type private.told_row is 'A row that screens show: on which topic it is told of, and its last change.';

create function private.told_rows_of(p_job public.jobs) returns setof private.told_row
language plpgsql stable set search_path = '' as $$
begin
  return next ('public.jobs', p_job.id, 'jobs:' || p_job.user_id, p_job.version, p_job.updated_at,
    p_job.created_at)::private.told_row;
  if p_job.effect = 'model' then
    return query select 'public.ai_models'::text, m.id, 'jobs:' || m."userId", m.version, m."updatedAt", m."createdAt"
      from public.ai_models m where m."trainingJobId" = p_job.id;
  elsif p_job.effect = 'project_node' then
    return query select 'public.projects'::text, p.id, 'project:' || p.id, p.version, p.updated_at, p.created_at
      from public.projects p where p.id = private.project_of(p_job.metadata) and p.user_id = p_job.user_id;
  end if;
end
$$;
comment on function private.told_rows_of(public.jobs) is 'The rows by which screens show a job.';
revoke execute on function private.told_rows_of(public.jobs) from public;

create function private.told_at(p_row private.told_row) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- A message bears the time at which its transaction began, which may have waited; a batch is told of as one.
  return (
    select m.inserted_at at time zone 'UTC' from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = p_row.topic
      and m.inserted_at > (p_row.changed_at - interval '2 minutes') at time zone 'UTC'
      and m.inserted_at < (p_row.changed_at + interval '5 seconds') at time zone 'UTC'
      and (m.payload #>> '{new,id}' = p_row.id::text and (m.payload #>> '{new,version}')::integer >= p_row.version
        or m.event = 'jobs_created' and p_row.created_at > p_row.changed_at - interval '2 minutes')
    order by m.inserted_at desc limit 1);
end
$$;
comment on function private.told_at(private.told_row) is
  'When the last change of a row was written to realtime.messages; null: it is not there, or not any more.';
revoke execute on function private.told_at(private.told_row) from public;

create function private.told_anew_at(p_topic text, p_since timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- By when it was said, not by when its transaction began.
  return (
    select min((m.payload #>> '{_debug,triggeredAt}')::timestamptz) from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = p_topic
      and m.inserted_at > (p_since - interval '2 minutes') at time zone 'UTC'
      and m.inserted_at < (p_since + interval '2 minutes') at time zone 'UTC'
      and m.payload #>> '{_debug,broadcastSuccess}' = 'false'
      and (m.payload #>> '{_debug,triggeredAt}')::timestamptz >= p_since);
end
$$;
comment on function private.told_anew_at(text, timestamptz) is
  'When a topic was told that it has missed something, within the two minutes in which it is; null: it was not.';
revoke execute on function private.told_anew_at(text, timestamptz) from public;

create function private.failure_of_change(p_row private.told_row) returns private.broadcast_failures
language plpgsql stable set search_path = '' as $$
declare
  v_failure private.broadcast_failures;
begin
  select * into v_failure from private.broadcast_failures f
  where f.minute between date_trunc('minute', p_row.changed_at) and p_row.changed_at + interval '5 seconds'
    and f.failed_at >= p_row.changed_at
    and (f.heard = 0 or f.topics is null or p_row.topic = any (f.topics))
  order by f.heard = 0, f.failed_at limit 1;
  return v_failure;
end
$$;
comment on function private.failure_of_change(private.told_row) is
  'The failed broadcasts of which that of a row''s last change may be one; rather those that somebody could have '
  'heard.';
revoke execute on function private.failure_of_change(private.told_row) from public;

create function private.finding_of_change(p_row private.told_row, p_at timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_told timestamptz := private.told_at(p_row);
  v_failure private.broadcast_failures;
  v_anew timestamptz;
  v_evidence jsonb := jsonb_build_object('table', p_row.table_name, 'version', p_row.version,
    'changed_at', p_row.changed_at);
  v_which text := format('its last change (%s, version %s)', p_row.table_name, p_row.version);
begin
  if v_told is not null then
    return private.not_so('broadcast_swallowed', format('There is a broadcast of %s.', v_which),
      v_evidence || jsonb_build_object('broadcast_at', v_told), p_row.table_name);
  end if;
  v_failure := private.failure_of_change(p_row);
  v_anew := private.told_anew_at(p_row.topic, v_failure.failed_at);
  v_evidence := v_evidence || jsonb_build_object('cause', v_failure.cause, 'message', v_failure.message,
    'failed', v_failure.count, 'heard', v_failure.heard, 'told_anew_at', v_anew);
  if v_failure.heard = 0 then
    return private.not_so('broadcast_swallowed', format('No client was connected to hear of %s.', v_which), v_evidence,
      p_row.table_name);
  elsif v_anew is not null then
    return private.not_so('broadcast_swallowed', format('The broadcast of %s was lost, and the next one on its topic '
      'has told the screens to read anew.', v_which), v_evidence, p_row.table_name);
  elsif v_failure.minute is not null then
    return private.finding('broadcast_swallowed', format('The broadcast of %s could not be written: %s.', v_which,
        coalesce(v_failure.message, v_failure.cause)), v_evidence, p_since => v_failure.failed_at,
      p_expected_at => greatest(v_failure.failed_at + interval '1 minute', p_at), p_subject => p_row.table_name);
  -- Realtime keeps broadcasts for three days; and what is of the future is of a clock that was set back.
  elsif p_row.changed_at between clock_timestamp() - interval '2 days' and clock_timestamp() then
    return private.finding('not_announced',
      format('There is no broadcast of %s, and none is known to have failed.', v_which), v_evidence,
      p_since => p_row.changed_at, p_subject => p_row.table_name);
  end if;
  return null;
end
$$;
comment on function private.finding_of_change(private.told_row, timestamptz) is
  'Whether a row''s last change was broadcast; null: it cannot be told any more.';
revoke execute on function private.finding_of_change(private.told_row, timestamptz) from public;

create function private.findings_of_changes(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_row private.told_row;
  v_finding private.finding;
begin
  foreach v_row in array array(select r::private.told_row from private.told_rows_of(p_job) r) loop
    v_finding := private.finding_of_change(v_row, p_at);
    if v_finding.code is not null then return next v_finding; end if;
  end loop;
end
$$;
comment on function private.findings_of_changes(public.jobs, timestamptz) is
  'Whether the last changes of a job, and of what it changes besides, were broadcast.';
revoke execute on function private.findings_of_changes(public.jobs, timestamptz) from public;


create function private.learned_since(p_user_id uuid, p_since timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('changes', sum(d.changes),
      'live', coalesce(sum(d.changes) filter (where d.channel in ('realtime', 'sse')), 0),
      'polled', coalesce(sum(d.changes) filter (where d.channel = 'poll'), 0), 'missed', sum(d.missed),
      'late_max_ms', max(d.late_max_ms), 'by_channel', jsonb_object_agg(d.channel, d.changes))
    from (
      select channel, sum(changes) as changes, sum(missed) as missed, max(late_max_ms) as late_max_ms
      from private.deliveries
      where user_id = p_user_id and hour >= date_trunc('hour', p_since, 'UTC') group by channel) d
    having sum(d.changes) > 0);
end
$$;
comment on function private.learned_since(uuid, timestamptz) is
  'How a user''s screens have learned of changes since the hour of this time, as they tell it; null: they tell '
  'nothing.';
revoke execute on function private.learned_since(uuid, timestamptz) from public;

create function private.findings_of_delivery(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_learned jsonb := private.learned_since(p_job.user_id, p_job.updated_at);
  v_changes bigint := (v_learned ->> 'changes')::bigint;
  v_missed bigint := (v_learned ->> 'missed')::bigint;
  v_what text;
begin
  if v_learned is null then
    return next private.not_so('not_delivered',
      'No screen of its owner has told anything since: nobody may be watching.');
    return;
  end if;
  v_what := case
    when v_missed * 20 >= v_changes and v_missed > 0 then format(
      'Its owner''s screens missed %s of %s changes while they believed that they were live.', v_missed, v_changes)
    when (v_learned ->> 'live')::bigint = 0 and (v_learned ->> 'polled')::bigint > 0 then format(
      'Its owner''s screens have no live connection: they learned of %s changes, none of them live.', v_changes) end;
  if v_what is null then
    return next private.not_so('not_delivered', format(
      'Its owner''s screens learned of %s changes since, %s of them live. If one shows them not, look at the app.',
      v_changes, v_learned ->> 'live'), v_learned);
    return;
  end if;
  return next private.finding('not_delivered', v_what, v_learned, p_since => p_job.updated_at,
    p_expected_at => p_at + interval '1 minute', p_subject => 'jobs:' || left(p_job.user_id::text, 8) || '…',
    -- A job that goes on has a better reason to stand where it stands.
    p_level => case when p_job.status in ('pending', 'processing') then 'info' end);
end
$$;
comment on function private.findings_of_delivery(public.jobs, timestamptz) is
  'How the job''s owner''s screens have learned of changes since its last one.';
revoke execute on function private.findings_of_delivery(public.jobs, timestamptz) from public;

create function private.words_of_history() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('was_waiting', 900, 'wait', 'by_itself', null,
      array['Your job was waiting for its turn then.'],
      array['Seu trabalho estava aguardando a vez naquele momento.']),
    ('was_running', 910, 'info', 'by_itself', null,
      array['Your job was being worked on then.'],
      array['Seu trabalho estava sendo feito naquele momento.']),
    ('not_created_yet', 920, 'info', 'never', null,
      array['Your job did not exist then.'],
      array['Seu trabalho ainda não existia naquele momento.']),
    ('not_looked_at', 930, 'info', 'by_operator',
      'Read the error: something that it reads was changed, or it is a bug of ours. All other verdicts hold.',
      array['We cannot say everything about your job just now.', 'It goes on all the same.'],
      array['Não conseguimos dizer tudo sobre o seu trabalho agora.', 'Ele continua mesmo assim.'])
$$;
comment on function private.words_of_history() is
  'The words of what a job''s own history tells of a time that is over (private.verdicts_as_of), and of a link that '
  'cannot be looked at.';
revoke execute on function private.words_of_history() from public;

create function private.verdict_words() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_machinery()
  union all select * from private.words_of_waiting()
  union all select * from private.words_of_pauses()
  union all select * from private.words_of_publishing()
  union all select * from private.words_of_running()
  union all select * from private.words_of_ended()
  union all select * from private.words_of_screens()
  union all select * from private.words_of_history()
$$;
comment on function private.verdict_words() is 'Every code that a verdict can have, and what it means.';
revoke execute on function private.verdict_words() from public;

create function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_posting private.finding[] := array(select private.findings_of_publishing(p_job, p_attempt, p_at));
begin
  return query select * from private.findings_of_machinery(p_job, p_attempt, p_at);
  -- A publication that is held in its connection's line waits for that, though its run_at names a time.
  return query select * from private.findings_of_waiting(p_job, p_attempt, p_at) w
    where not (private.is_publication(p_job) and coalesce(p_job.run_at >= p_job.expires_at, false)
      and w.code in ('waiting_for_slot', 'scheduled_for', 'retry_at'));
  return query select * from private.findings_of_pauses(p_job, p_at);
  return query select * from unnest(v_posting);
  -- Its own steps say more than those of an attempt, and its own end more than that of a job.
  if not private.is_publication(p_job) then
    return query select * from private.findings_of_running(p_job, p_attempt, p_at);
  end if;
  return query select * from private.findings_of_ended(p_job, p_attempt, p_at) e
    where v_posting = '{}' or e.code not in ('completed', 'failed', 'outcome_unknown');
  return query select * from private.findings_of_screens(p_job, p_attempt, p_at);
end
$$;
comment on function private.findings_of(public.jobs, public.job_attempts, timestamptz) is
  'What every link of the chain says of a job and its last attempt (null: it has none) at this time, which is now.';
revoke execute on function private.findings_of(public.jobs, public.job_attempts, timestamptz) from public;

create type private.verdict as (
  rank integer, code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, action text, repair_sql text, ruled_out boolean);
comment on type private.verdict is 'One reason why a job stands where it stands: see ops.diagnose.';

create function private.verdicts_of(p_findings private.finding[]) returns setof private.verdict
language plpgsql immutable set search_path = '' as $$
begin
  return query
    select row_number() over (order by f.ruled_out,
        array_position('{error,warn,wait,info,ok}', coalesce(f.level, w.level)), w.place, f.subject)::integer,
      f.code, coalesce(f.level, w.level), f.subject, f.since, f.detail, f.evidence, coalesce(f.clears, w.clears),
      f.expected_at, case when not f.ruled_out then w.action end, f.repair_sql, f.ruled_out
    from unnest(p_findings) f join private.verdict_words() w on w.code = f.code
    order by 1;
end
$$;
comment on function private.verdicts_of(private.finding[]) is
  'Findings as verdicts: in order, with what their codes mean.';
revoke execute on function private.verdicts_of(private.finding[]) from public;

create function ops.diagnose(p_job_id uuid, p_as_of timestamptz default null) returns setof private.verdict
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  select * into v_attempt from public.job_attempts where job_id = p_job_id order by attempt desc limit 1;
  if p_as_of < v_now then
    return query select * from private.verdicts_as_of(v_job, v_attempt, p_as_of, v_now);
  else
    return query select * from private.verdicts_of(
      array(select private.findings_in_spite_of_faults(v_job, v_attempt, v_now)));
  end if;
end
$$;
comment on function ops.diagnose(uuid, timestamptz) is
  'Why a job stands where it stands: verdicts in order, of which the first is the one sentence. Columns: rank from 1; '
  'code (private.verdict_words()); level: error, warn, wait, info or ok; subject: what it is about; since; detail: a '
  'sentence; evidence: what was seen; clears: by_itself, by_you (its owner), by_operator, by_provider or never; '
  'expected_at: when it is likely to be over, null: nobody knows; action: what an operator can do; repair_sql: the '
  'statement that mends it; ruled_out: looked at, and not the reason. p_as_of: what is known of '
  'that time (private.verdicts_as_of); null: now. Reads only. Error: 404 not_found.';
revoke execute on function ops.diagnose(uuid, timestamptz) from public;

create function private.findings_in_spite_of_faults(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_found private.finding[];
  v_link text;
begin
  begin
    v_found := array(select f from private.findings_of(p_job, p_attempt, p_at) f);
    return query select * from unnest(v_found);
    return;
  exception when others then null; -- whose fault it is, shows when they are gone through
  end;
  foreach v_link in array '{machinery,waiting,publishing,running,ended,screens}'::text[] loop
    begin
      execute format('select array(select f from private.findings_of_%s($1, $2, $3) f)', v_link)
      into v_found using p_job, p_attempt, p_at;
    exception when others then
      v_found := array[private.finding('not_looked_at',
        format('What %s has to say cannot be looked at: %s', v_link, private.cut(sqlerrm, 300)),
        jsonb_build_object('sqlstate', sqlstate), p_subject => v_link)];
    end;
    return query select * from unnest(v_found);
  end loop;
end
$$;
comment on function private.findings_in_spite_of_faults(public.jobs, public.job_attempts, timestamptz) is
  'What every link of the chain says, though one raises: then each is looked at by itself, and what raised is told.';
revoke execute on function private.findings_in_spite_of_faults(public.jobs, public.job_attempts, timestamptz)
  from public;

create function private.in_words(p_from timestamptz, p_to timestamptz, p_language text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_minutes integer := ceil(extract(epoch from p_to - p_from) / 60);
begin
  if p_to is null then return ''; end if;
  if p_language = 'pt-BR' then
    return case when v_minutes <= 1 then ' em cerca de um minuto'
      when v_minutes < 90 then format(' em cerca de %s minutos', v_minutes)
      when v_minutes < 2880 then format(' em cerca de %s horas', round(v_minutes / 60.0))
      else format(' em cerca de %s dias', round(v_minutes / 1440.0)) end;
  end if;
  return case when v_minutes <= 1 then ' in about a minute'
    when v_minutes < 90 then format(' in about %s minutes', v_minutes)
    when v_minutes < 2880 then format(' in about %s hours', round(v_minutes / 60.0))
    else format(' in about %s days', round(v_minutes / 1440.0)) end;
end
$$;
comment on function private.in_words(timestamptz, timestamptz, text) is
  'How long it is from one time to another, as people say it, with a blank before; empty: nobody knows.';
revoke execute on function private.in_words(timestamptz, timestamptz, text) from public;

create function private.told(p_sentences text[], p_evidence jsonb, p_when text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_text text := replace(array_to_string(p_sentences, ' '), '{when}', p_when);
  v_fact record;
begin
  for v_fact in select key, value from jsonb_each_text(p_evidence) loop
    v_text := replace(v_text, '{' || v_fact.key || '}', coalesce(v_fact.value, ''));
  end loop;
  return v_text;
end
$$;
comment on function private.told(text[], jsonb, text) is
  'Sentences with {when} and the {names} of facts filled in. Only what a sentence names is told.';
revoke execute on function private.told(text[], jsonb, text) from public;

create function public.why(p_job_id uuid)
returns table (
  rank integer, code text, level text, since timestamptz, clears text, expected_at timestamptz, words jsonb
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if not exists (
    select from public.jobs j where j.id = p_job_id and (private.is_callers(j.user_id, null) or private.is_admin())
  ) then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return query
    select v.rank, v.code, v.level, v.since, v.clears, v.expected_at, jsonb_build_object(
      'en', private.told(w.en, v.evidence, private.in_words(v_now, v.expected_at, 'en')),
      'pt-BR', private.told(w.pt_br, v.evidence, private.in_words(v_now, v.expected_at, 'pt-BR')))
    from ops.diagnose(p_job_id) v join private.verdict_words() w on w.code = v.code
    where not v.ruled_out order by v.rank;
end
$$;
comment on function public.why(uuid) is
  'For the owner of a job: why it stands where it stands, the first row first. words: {"en": …, "pt-BR": …}, at '
  'most three sentences: is something wrong, does it clear by itself and when, can I do something. clears: by_itself, '
  'by_you, by_operator, by_provider or never. No raw data. Errors: 401 unauthenticated, 404 not_found.';
revoke execute on function public.why(uuid) from public, anon;
grant execute on function public.why(uuid) to authenticated, service_role;

create type private.lane_health as (
  lane text, provider text, code text, level text, detail text, since timestamptz, expected_at timestamptz,
  slots integer, busy integer, free integer, waiting integer, scheduled integer, ended_a_minute numeric,
  slot_held_for interval, come_back numeric, drained_p50 interval, drained_p90 interval, measured_at timestamptz,
  is_fresh boolean);
comment on type private.lane_health is 'How a lane stands: see ops.lane_health.';

create function private.next_in_line(p_lane text) returns public.jobs
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs
  where lane = p_lane and status = 'pending' and run_at is null order by priority desc, ticket, id limit 1;
  v_job.lane := p_lane;
  return v_job;
end
$$;
comment on function private.next_in_line(text) is
  'The job whose turn is next in a lane; where none waits, nothing but the lane is in it.';
revoke execute on function private.next_in_line(text) from public;

create function private.health_of(p_lane private.lanes, p_at timestamptz) returns private.lane_health
language plpgsql stable set search_path = '' as $$
declare
  v_wait private.wait := private.wait_of(private.next_in_line(p_lane.lane), p_at);
  v_findings private.finding[];
  v_first private.verdict;
  v_is_waiting boolean := (v_wait.job).id is not null;
  v_drain private.drain := private.drain_of_lane(p_lane.lane, p_at);
begin
  v_findings := array(select private.findings_of_setup(v_wait)) || array(select private.findings_of_pauses(v_wait));
  if v_is_waiting then v_findings := v_findings || array(select private.findings_of_the_line(v_wait)); end if;
  -- A lane that nobody has set up, and nobody waits in, is none that is broken.
  if v_is_waiting or (v_wait.now).accounts > 0 then
    select * into v_first from private.verdicts_of(v_findings) v where not v.ruled_out order by v.rank limit 1;
  end if;
  return (p_lane.lane, p_lane.provider, coalesce(v_first.code, 'ok'), coalesce(v_first.level, 'ok'), v_first.detail,
    v_first.since, v_first.expected_at, (v_wait.now).slots, (v_wait.now).busy, (v_wait.now).free,
    private.waiting_in(p_lane.lane), (
      select count(*) from (
        select from public.jobs j where j.lane = p_lane.lane and j.status = 'pending' and j.run_at is not null
        order by j.run_at limit 10000) s),
    round((v_wait.pace).ended_a_minute::numeric, 2), (v_wait.pace).hold_mean,
    round((v_wait.pace).come_back::numeric, 2), v_drain.p50, v_drain.p90, (v_wait.pace).measured_at,
    v_wait.is_fresh)::private.lane_health;
end
$$;
comment on function private.health_of(private.lanes, timestamptz) is 'How a lane stands at a time, which is now.';
revoke execute on function private.health_of(private.lanes, timestamptz) from public;

create function ops.lane_health() returns setof private.lane_health
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select h.* from private.lanes l, private.health_of(l, (select private.now())) h
    order by array_position('{error,warn,wait,info,ok}', h.level), h.waiting desc, l.lane;
end
$$;
comment on function ops.lane_health() is
  'How each lane stands, the worst first. code, level, detail, since: the first verdict of its next job in line, or '
  'ok; expected_at: when that is likely to start. slots: that stay; busy, free: of those whose account is not paused. '
  'waiting, scheduled: ready jobs, and those that wait for a time; both count to 10,000. Measured of its last 200 '
  'attempts: ended_a_minute; slot_held_for; come_back, the share whose job waited again. drained_p50, drained_p90: in '
  'how long all who wait now are likely to have started. Where is_fresh is false, nothing is foretold.';
revoke execute on function ops.lane_health() from public;

create type private.queue_metrics as (
  queue text, lane text, is_there boolean, length bigint, visible bigint, unread bigint, oldest interval,
  most_reads integer);
comment on type private.queue_metrics is 'What is in a queue: see ops.queue_metrics.';

create function private.metrics_of(p_queue text, p_lane text, p_lease interval) returns private.queue_metrics
language plpgsql volatile set search_path = '' as $$
declare
  v_metrics private.queue_metrics;
begin
  -- Volatile, so that it sees what is visible now; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  v_metrics.queue := p_queue;
  v_metrics.lane := p_lane;
  v_metrics.is_there := to_regclass(format('pgmq.%I', 'q_' || p_queue)) is not null;
  if v_metrics.is_there then
    -- As long as it has slots, or as many jobs run; should it be longer after all, what is over is not read.
    execute format($query$
      select count(*), count(*) filter (where vt <= clock_timestamp()),
        count(*) filter (where vt < clock_timestamp() - $1), clock_timestamp() - min(enqueued_at), max(read_ct)
      from (select * from pgmq.%I limit 100000) q $query$, 'q_' || p_queue)
    into v_metrics.length, v_metrics.visible, v_metrics.unread, v_metrics.oldest, v_metrics.most_reads using p_lease;
  end if;
  return v_metrics;
end
$$;
comment on function private.metrics_of(text, text, interval) is
  'What is in a queue. p_lease: how long a message may be visible before it counts as unread.';
revoke execute on function private.metrics_of(text, text, interval) from public;

create function ops.queue_metrics() returns setof private.queue_metrics
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
    select m.* from (
      select l.queue_name, l.lane, l.lease from private.lanes l
      union all
      select 'settle_queue', null, interval '1 minute') q,
    private.metrics_of(q.queue_name, q.lane, q.lease) m
    order by m.is_there, m.unread desc, m.length desc, m.queue;
end
$$;
comment on function ops.queue_metrics() is
  'What is in the queue of each lane, and in the settle queue (lane null). is_there: false, somebody has dropped it; '
  'length; visible: to be read now, the rest is leased or delayed; unread: visible for longer than a lease, so nobody '
  'reads it; oldest: since when the first message is in it; most_reads: how often one of them was read. What waits for '
  'a slot is in no queue: see ops.lane_health.';
revoke execute on function ops.queue_metrics() from public;

create table private.verdicts (
  verdict_id bigint generated always as identity primary key,
  -- No foreign key: its check would lock the job, and whoever ends it would wait for who only looks at it.
  job_id uuid not null,
  user_id uuid not null,
  code text not null,
  level text not null,
  subject text,
  clears text not null,
  since timestamptz,
  detail text,
  evidence jsonb not null default '{}',
  expected_at timestamptz,
  seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  until timestamptz,
  constraint levels_are_known check (level in ('error', 'warn', 'wait', 'info', 'ok')),
  constraint it_is_seen_until_it_is_over check (last_seen_at >= seen_at and until >= seen_at),
  constraint evidence_is_an_object check (jsonb_typeof(evidence) = 'object')
) with (fillfactor = 70); -- last_seen_at is in no index
create unique index a_verdict_is_noted_once_while_it_holds
  on private.verdicts (job_id, code, subject, level, clears) nulls not distinct where until is null;
create index verdicts_of_jobs on private.verdicts (job_id, seen_at);
create index open_verdicts_by_level on private.verdicts (level, seen_at) where until is null;
create index verdicts_of_users on private.verdicts (user_id);
create index verdicts_by_end on private.verdicts (until) where until is not null;

alter table private.verdicts enable row level security;

comment on table private.verdicts is
  'What was found of open jobs that take longer than usual, looked at minute by minute (private.note_verdicts): a row '
  'for as long as it held, so only changes make rows. Kept for 30 days after its end.';
comment on column private.verdicts.since is 'Since when it was so, as it was found; seen_at: since when it was seen.';
comment on column private.verdicts.detail is 'What was said, with evidence and expected_at, when it was seen first.';
comment on column private.verdicts.last_seen_at is 'When it was seen last; later looks may be far apart in a crowd.';
comment on column private.verdicts.until is
  'When it was seen to be over, or its job ended; null: it holds, as far as anybody has looked.';

create function private.verdicts_noted_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(
      to_jsonb(v) - array['verdict_id', 'job_id', 'user_id', 'subject', 'detail', 'evidence']
      order by v.seen_at, v.verdict_id), '[]')
    from private.verdicts v where v.job_id = p_job_id);
end
$$;
comment on function private.verdicts_noted_of(uuid) is
  'What was found of a job and when, oldest first, as an array, for its owner: without evidence and details, which '
  'tell of others'' jobs and of accounts.';
revoke execute on function private.verdicts_noted_of(uuid) from public;

create function private.usual_time(p_tool text) returns interval
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_tool);
begin
  if v_pace.samples >= 10 and private.is_fresh(v_pace.measured_at, private.now()) then
    return greatest(v_pace.run_p95, '30 seconds');
  end if;
  return interval '2 minutes';
end
$$;
comment on function private.usual_time(text) is
  'How old an open job of a tool usually gets at the most: nineteen of twenty attempts take no longer, half a '
  'minute at the least; two minutes where nobody has measured it.';
revoke execute on function private.usual_time(text) from public;

create function private.note_verdicts_of(p_job public.jobs, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
  v_found private.verdict[];
  v_count integer;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job.id order by attempt desc limit 1;
  v_found := array(select v::private.verdict
    from private.verdicts_of(array(select private.findings_of(p_job, v_attempt, p_at))) v where not v.ruled_out);
  with held as (
    update private.verdicts n set last_seen_at = greatest(n.last_seen_at, p_at)
    from unnest(v_found) f
    where n.job_id = p_job.id and n.until is null and (n.code, n.level, n.clears) = (f.code, f.level, f.clears)
      and n.subject is not distinct from f.subject
    returning n.verdict_id)
  update private.verdicts n set until = greatest(n.seen_at, p_at)
  where n.job_id = p_job.id and n.until is null and n.verdict_id not in (select verdict_id from held);
  insert into private.verdicts (job_id, user_id, code, level, subject, clears, since, detail, evidence, expected_at,
    seen_at, last_seen_at)
  select p_job.id, p_job.user_id, f.code, f.level, f.subject, f.clears, f.since, private.cut(f.detail),
    coalesce(private.cut_json(f.evidence, 4096), '{}'), f.expected_at, p_at, p_at
  from unnest(v_found) f
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.note_verdicts_of(public.jobs, timestamptz) is
  'Looks at a job and notes what has changed: what is new, what still holds, what is over. Returns how many are new.';
revoke execute on function private.note_verdicts_of(public.jobs, timestamptz) from public;

create function private.note_each(
  p_sweep text, p_jobs uuid[], p_positions text[], p_is_rest boolean, p_at timestamptz, p_stop timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_job public.jobs;
  v_last text;
  v_count integer := 0;
begin
  for v_one in select job_id, position from unnest(p_jobs, p_positions) each_one (job_id, position) loop
    exit when v_count > 0 and clock_timestamp() >= p_stop;
    begin
      select * into v_job from public.jobs where id = v_one.job_id and status in ('pending', 'processing');
      if found then perform private.note_verdicts_of(v_job, p_at); end if;
    exception when others then
      perform private.note_fault('esteira-verdicts', v_job.lane, sqlstate, format('job %s: %s', v_one.job_id, sqlerrm));
    end;
    v_last := v_one.position;
    v_count := v_count + 1;
  end loop;
  perform private.go_on(p_sweep, v_last, p_is_rest and v_count = cardinality(p_jobs));
  return v_count;
end
$$;
comment on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) is
  'Looks at one job after the other, each in a sub-transaction of its own, until p_stop, and notes how far it came. '
  'p_is_rest: after these the sweep begins anew. Returns how many it looked at.';
revoke execute on function private.note_each(text, uuid[], text[], boolean, timestamptz, timestamptz) from public;

create function private.note_running(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('running verdicts'), ''),
    '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
begin
  with usual as materialized (select t.tool, private.usual_time(t.tool) as time from public.tools t)
  select coalesce(array_agg(late.id order by late.id), '{}') into v_jobs from (
    select j.id from public.jobs j left join usual u using (tool)
    where j.status = 'processing' and j.id > v_from and j.created_at < p_at - coalesce(u.time, '2 minutes')
    order by j.id limit p_qty) late;
  return private.note_each('running verdicts', v_jobs, v_jobs::text[], cardinality(v_jobs) < p_qty, p_at, p_stop);
end
$$;
comment on function private.note_running(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that run and are older than usual. Returns at how many.';
revoke execute on function private.note_running(timestamptz, timestamptz, integer) from public;

create function private.note_waiting(p_at timestamptz, p_stop timestamptz, p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_position text := private.sweep_position('waiting verdicts');
  v_time timestamptz := coalesce(nullif(split_part(v_position, '/', 1), '')::timestamptz, '-infinity');
  v_id uuid := coalesce(nullif(split_part(v_position, '/', 2), ''), '00000000-0000-0000-0000-000000000000');
  v_jobs uuid[];
  v_positions text[];
  v_seen integer;
  v_to text;
begin
  with usual as materialized (
    select t.tool, private.usual_time(t.tool) as time from public.tools t
  ), next as materialized (
    select j.* from public.jobs j
    where j.status = 'pending' and j.start_by >= v_time and (j.start_by, j.id) > (v_time, v_id)
    order by j.start_by, j.id limit p_qty * 10
  ), placed as (
    select n.id, n.start_by, format('%s/%s', n.start_by, n.id) as position,
      -- What is to begin later is not late.
      n.created_at < p_at - coalesce(u.time, '2 minutes')
        and (n.dispatches > 0 or (n.run_at > p_at) is not true) as late
    from next n left join usual u using (tool)
  )
  select coalesce(array_agg(p.id order by p.start_by, p.id) filter (where p.late), '{}'),
    coalesce(array_agg(p.position order by p.start_by, p.id) filter (where p.late), '{}'), count(*),
    (array_agg(p.position order by p.start_by desc, p.id desc))[1]
  into v_jobs, v_positions, v_seen, v_to from placed p;
  if cardinality(v_jobs) = 0 then
    perform private.go_on('waiting verdicts', v_to, v_seen < p_qty * 10);
    return 0;
  end if;
  return private.note_each('waiting verdicts', v_jobs[:p_qty], v_positions[:p_qty],
    v_seen < p_qty * 10 and cardinality(v_jobs) <= p_qty, p_at, p_stop);
end
$$;
comment on function private.note_waiting(timestamptz, timestamptz, integer) is
  'Looks at the next of the jobs that wait and are older than usual, among ten times as many. Returns at how many.';
revoke execute on function private.note_waiting(timestamptz, timestamptz, integer) from public;

create function private.close_verdicts(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('open verdicts'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_count integer;
begin
  v_seen := array(
    select n.job_id from private.verdicts n where n.until is null and n.job_id > v_from order by n.job_id limit p_qty);
  delete from private.verdicts n
  where n.job_id = any (v_seen) and not exists (select from public.jobs j where j.id = n.job_id);
  update private.verdicts n set until = greatest(n.seen_at, j.completed_at)
  from public.jobs j
  where n.job_id = any (v_seen) and n.until is null and j.id = n.job_id and j.completed_at is not null;
  get diagnostics v_count = row_count;
  perform private.go_on('open verdicts', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.close_verdicts(integer) is
  'Among the next p_qty verdicts that held when they were seen last, notes the end of those whose job has ended, and '
  'forgets those whose job is gone. Returns how many have ended.';
revoke execute on function private.close_verdicts(integer) from public;

create function private.note_verdicts(p_qty integer default 200, p_within interval default '2 seconds') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_begun timestamptz := clock_timestamp();
begin
  return jsonb_build_object('closed', private.close_verdicts(),
    'running', private.note_running(v_now, v_begun + p_within / 2, p_qty),
    'waiting', private.note_waiting(v_now, v_begun + p_within, p_qty));
end
$$;
comment on function private.note_verdicts(integer, interval) is
  'Notes what is to be said of open jobs that are older than usual: of up to p_qty that run and as many that wait, for '
  'about p_within; the next time it goes on with the others. Returns counts: {closed, running, waiting}.';
revoke execute on function private.note_verdicts(integer, interval) from public;

create function private.step_as_of(p_job public.jobs, p_at timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_entry record;
  v_attempt public.job_attempts;
begin
  select e.step, e.at, e.next_at, e.next_step into v_entry from (
    select entry ->> 'step' as step, (entry ->> 'timestamp')::timestamptz as at, n,
      lead((entry ->> 'timestamp')::timestamptz) over (order by n) as next_at,
      lead(entry ->> 'step') over (order by n) as next_step
    from jsonb_array_elements(p_job.step_history) with ordinality entries (entry, n)) e
  where e.at <= p_at order by e.n desc limit 1;
  select * into v_attempt from public.job_attempts a
  where a.job_id = p_job.id and a.started_at <= p_at order by a.attempt desc limit 1;
  return private.finding(
    case when coalesce(v_entry.step, 'insert')::public.job_step <= 'queued' then 'was_waiting' else 'was_running' end,
    format('Its history has it at %s then%s.', coalesce(v_entry.step, 'insert'),
      coalesce(', and at ' || v_entry.next_step || ' ' || date_trunc('second', v_entry.next_at - v_entry.at)
        || ' later', '')),
    jsonb_build_object('step', v_entry.step, 'next_step', v_entry.next_step, 'next_at', v_entry.next_at,
      'attempt', v_attempt.attempt,
      'external_id', case when v_attempt.submitted_at <= p_at then v_attempt.external_id end,
      'error_code', case when v_attempt.finished_at <= p_at then v_attempt.error_code end),
    p_since => coalesce(v_entry.at, p_job.created_at), p_subject => p_job.lane);
end
$$;
comment on function private.step_as_of(public.jobs, timestamptz) is
  'The step that a job''s history says it was at, since when and until when, as a finding.';
revoke execute on function private.step_as_of(public.jobs, timestamptz) from public;

create function private.noted_as_of(p_job_id uuid, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (private.finding(n.code, n.detail, n.evidence || jsonb_build_object('noted', jsonb_strip_nulls(
        jsonb_build_object('first', n.seen_at, 'last', n.last_seen_at, 'until', n.until))),
      n.since, n.expected_at, n.subject, p_level => n.level, p_clears => n.clears)).*
    from private.verdicts n
    where n.job_id = p_job_id and n.seen_at <= p_at and (n.until > p_at) is not false
    order by n.verdict_id;
end
$$;
comment on function private.noted_as_of(uuid, timestamptz) is
  'What was noted of a job and held at a time, as findings; evidence.noted: when it was seen first and last, and until '
  'when it held.';
revoke execute on function private.noted_as_of(uuid, timestamptz) from public;

create function private.verdicts_as_of(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_now timestamptz
) returns setof private.verdict
language plpgsql stable set search_path = '' as $$
declare
  v_findings private.finding[];
begin
  if p_at < p_job.created_at then
    v_findings := array[private.finding('not_created_yet', format('It was created %s later.',
      date_trunc('second', p_job.created_at - p_at)), p_since => p_at)];
  elsif p_at >= p_job.completed_at then
    v_findings := array(select f from private.findings_of(p_job, p_attempt, p_now) f
      where not f.ruled_out and (f.since <= p_at) is not false);
  else
    v_findings := array(select f from private.noted_as_of(p_job.id, p_at) f) || private.step_as_of(p_job, p_at);
  end if;
  -- What could be done then is no advice for now.
  return query
    select v.rank, v.code, v.level, v.subject, v.since, v.detail, v.evidence, v.clears, v.expected_at, null::text,
      null::text, v.ruled_out
    from private.verdicts_of(v_findings) v order by v.rank;
end
$$;
comment on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz) is
  'What is known of a job at a time that is over. While it was open: what was noted of it and held then '
  '(private.verdicts: only of jobs that took longer than usual, from the first look at them, for 30 days), and the '
  'step that its history says, with when it went on. After its end: what is to be said of it now, but for what '
  'began later. What was ruled out is not kept; no advice.';
revoke execute on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz)
  from public;


create table private.functions_seen (
  name text primary key,
  version text not null,
  seen_at timestamptz not null,
  since timestamptz not null,
  constraint functions_are_named_as_their_folders check (name ~ '^[a-z][a-z0-9-]{0,59}$'),
  constraint versions_are_short check (char_length(version) between 1 and 40)
) with (fillfactor = 50);

alter table private.functions_seen enable row level security;

comment on table private.functions_seen is
  'The Edge Functions that have run on this schema: in which version, and when last.';
comment on column private.functions_seen.seen_at is
  'When a process of it last told of itself: when it starts, and every ten minutes while it has requests.';
comment on column private.functions_seen.since is 'Since when it has this version.';

create function worker.seen(p_function text, p_version text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- Whoever is just telling the same does so in our stead.
  update private.functions_seen f set seen_at = v_now, version = p_version,
    since = case when f.version = p_version then f.since else v_now end
  where f.name = (select name from private.functions_seen where name = p_function for update skip locked);
  if not found and not exists (select from private.functions_seen where name = p_function) then
    insert into private.functions_seen (name, version, seen_at, since) values (p_function, p_version, v_now, v_now)
    on conflict do nothing;
  end if;
  return public.esteira_version();
end
$$;
comment on function worker.seen(text, text) is
  'A function tells that it runs, and in which version. Returns the version of the schema.';
revoke execute on function worker.seen(text, text) from public;
grant execute on function worker.seen(text, text) to service_role;

create function private.version_numbers(p_version text) returns integer[]
language sql immutable set search_path = '' as $$
  select string_to_array(substring(p_version from '^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}'), '.')::integer[]
$$;
comment on function private.version_numbers(text) is 'A version as numbers that can be compared; null: it is none.';
revoke execute on function private.version_numbers(text) from public;

create function ops.cron_health()
returns table (
  part text, schedule text, every interval, beat_at timestamptz, ago interval, verdict text, since timestamptz,
  detail text, last_run jsonb, did jsonb, repair_sql text
) language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    select h.part, h.schedule, h.every, h.beat_at, v_now - h.beat_at, v.verdict,
      case when v.verdict <> 'ok' then coalesce(h.fault_since, h.dead_since) end,
      case v.verdict
        when 'failing' then private.cut(h.fault, 300)
        when 'unscheduled' then 'pg_cron has no job of this name.'
        when 'inactive' then 'Its job is switched off.'
        when 'dead' then format('It has not run to its end since %s.', h.dead_since)
        when 'never' then 'It has not run yet.'
        else 'It runs.' end,
      private.last_run(h.schedule), h.result, case when v.verdict in ('unscheduled', 'inactive', 'dead')
        then private.revival(h) end
    from private.health_of_parts(v_now) h, lateral (select case
      when h.fault is not null then 'failing'
      when not h.is_scheduled then 'unscheduled'
      when not h.is_active then 'inactive'
      when h.dead_since is not null then 'dead'
      when h.beat_at is null then 'never'
      else 'ok' end) v (verdict)
    order by v.verdict = 'ok', h.part;
end
$$;
comment on function ops.cron_health() is
  'How each part of the schedules is, what is wrong first. verdict: ok; never (it has not run yet: the server is '
  'young, or '
  'its time has not come); dead (it has missed its time); inactive or unscheduled (its job in pg_cron is switched '
  'off, or '
  'there is none); failing (it runs and raises an error, see ops.faults). ago: how long ago it last ran to its end; '
  'last_run: what pg_cron notes of its job, {status, message, started_at}; did: what it did then; repair_sql: the '
  'statement that has it run again, or does by hand what was missed.';
revoke execute on function ops.cron_health() from public;

create function private.findings_of_health(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
  v_aside bigint;
  v_since timestamptz;
begin
  return query select * from private.findings_of_database(p_at);
  if (select bool_and(p.dead_since is not null) from unnest(v_parts) p where p.every < '1 hour') then
    return next private.finding_of_dead_cron(v_parts);
  else
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null;
  end if;
  return query
    select x.* from private.faults f, lateral private.finding('part_failing',
      format('The part %s fails%s: %s', f.part, coalesce(' in lane ' || nullif(f.lane, ''), ''),
        private.cut(f.error, 300)),
      jsonb_build_object('part', f.part, 'lane', nullif(f.lane, ''), 'times', f.times), p_since => f.since,
      p_subject => concat_ws(' ', f.part, nullif(f.lane, ''))) x
    where f.last_at between p_at - interval '10 minutes' and p_at order by f.since limit 20;
  return query select * from private.findings_of_waking(
    (select min(private.unread_since(l.lane)) from private.lanes l where l.delivery <> 'pull'));
  return query select * from private.findings_of_versions(p_at);
  select count(distinct q.job_id), min(q.since) into v_aside, v_since
  from (select * from private.quarantine limit 1000) q;
  if v_aside > 0 then
    return next private.finding('quarantined', format('%s jobs are set aside.', v_aside),
      jsonb_build_object('jobs', v_aside), p_since => v_since, p_level => 'warn',
      p_repair_sql => 'select ops.release()');
  end if;
end
$$;
comment on function private.findings_of_health(timestamptz) is
  'What is wrong with the machinery as a whole, whichever job it may keep: the codes of the verdicts.';
revoke execute on function private.findings_of_health(timestamptz) from public;

create function worker.deep_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_problems jsonb;
begin
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', v.code, 'level', v.level, 'subject', v.subject,
    'since', v.since, 'detail', v.detail)) order by v.rank), '[]') into v_problems
  from private.verdicts_of(array(select f from private.findings_of_health(v_now) f)) v
  where not v.ruled_out and v.level in ('error', 'warn');
  return jsonb_build_object(
    'status', case when v_problems @> '[{"level": "error"}]' then 'broken' when v_problems <> '[]' then 'degraded'
      else 'ok' end,
    'schema', public.esteira_version(),
    'tick_age_seconds', (select round(extract(epoch from v_now - beat_at)::numeric, 1) from private.heartbeats
      where name = 'esteira-tick'),
    'problems', v_problems);
end
$$;
comment on function worker.deep_health() is
  'What GET /health/deep answers with: {status: ok, degraded (something is not as it should be) or broken '
  '(somebody must '
  'act), schema, tick_age_seconds, problems: [{code, level, subject, since, detail}], the worst first}.';
revoke execute on function worker.deep_health() from public;
grant execute on function worker.deep_health() to service_role;

create type private.metric as (name text, kind text, help text, labels jsonb, value double precision);
comment on type private.metric is
  'A sample for Prometheus. kind: gauge, counter or info; name: without the _total of a counter and the _info of '
  'an info.';

create function private.metrics_of_parts(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_now) h);
begin
  return query
    select 'esteira_part_age_seconds', 'gauge', 'Seconds since a part of the schedules last ran to its end.',
      jsonb_build_object('part', p.part), extract(epoch from p_now - p.beat_at)::double precision
    from unnest(v_parts) p where p.beat_at is not null;
  return query
    select 'esteira_part_beats', 'counter', 'How often a part of the schedules has run to its end.',
      jsonb_build_object('part', p.part), p.beats::double precision from unnest(v_parts) p where p.beats is not null;
  return query
    select 'esteira_part_up', 'gauge', '1: the part runs. 0: it is dead, fails, or is not scheduled.',
      jsonb_build_object('part', p.part),
      (p.fault is null and p.dead_since is null and p.is_active)::integer::double precision from unnest(v_parts) p;
end
$$;
comment on function private.metrics_of_parts(timestamptz) is 'Metrics of the schedules.';
revoke execute on function private.metrics_of_parts(timestamptz) from public;

create function private.metrics_of_lanes(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
begin
  return query
    select m.name, 'gauge', m.help, jsonb_build_object('lane', l.lane), m.value::double precision
    from private.lanes l, lateral (
      select count(*) filter (where s.token is null and not s.is_retiring), count(s.token)
      from private.slots s where s.lane = l.lane) s (free, held),
    lateral (values
      ('esteira_jobs_waiting', 'Jobs that wait for a slot; more than 100000 are not counted.',
        private.waiting_in(l.lane, 100000)),
      ('esteira_slots_free', 'Slots that hold nothing.', s.free),
      ('esteira_slots_held', 'Slots whose task may live.', s.held),
      ('esteira_lane_paused', '1: the lane is paused.', coalesce(l.paused_until > p_now, false)::integer),
      ('esteira_circuit_open', '1: the provider is taken for down.', (l.circuit_opened_at is not null)::integer),
      ('esteira_unread_seconds', 'For how long a message could have been read, and was not; 0 below half a minute.',
        coalesce(extract(epoch from clock_timestamp() - private.unread_since(l.lane)), 0))
    ) m (name, help, value)
    order by m.name, l.lane;
end
$$;
comment on function private.metrics_of_lanes(timestamptz) is 'Metrics of the lanes.';
revoke execute on function private.metrics_of_lanes(timestamptz) from public;

create function private.metrics_of_database(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
declare
  v_health jsonb := worker.deep_health();
begin
  return query values
    ('esteira_broken', 'gauge', '1: somebody must act (see GET /health/deep).', '{}'::jsonb,
      (v_health ->> 'status' = 'broken')::integer::double precision),
    ('esteira_database_read_only', 'gauge', '1: nothing can be written.', '{}',
      (private.read_only_by() is not null)::integer::double precision),
    ('esteira_net_queue', 'gauge', 'Requests that pg_net has still to send; more than 1000 are not counted.', '{}',
      (select count(*) from (select from net.http_request_queue limit 1000) q)::double precision),
    ('esteira_oldest_snapshot_seconds', 'gauge', 'How old the oldest snapshot of another session is.', '{}',
      coalesce((select max(extract(epoch from clock_timestamp() - a.xact_start)) from pg_catalog.pg_stat_activity a
        where a.backend_xmin is not null and a.pid <> pg_backend_pid()), 0)::double precision),
    ('esteira_alerts_open', 'gauge', 'Alerts that are open.', '{}',
      (select count(*) from ops.alerts where closed_at is null)::double precision),
    ('esteira_schema', 'info', 'The version of the schema.',
      jsonb_build_object('version', public.esteira_version()),
      1::double precision);
  return query
    select 'esteira_problem', 'gauge', '1: what GET /health/deep tells of now, by code.',
      jsonb_build_object('code', p ->> 'code', 'level', p ->> 'level'), 1::double precision
    from jsonb_array_elements(v_health -> 'problems') p group by p ->> 'code', p ->> 'level';
  return query
    select 'esteira_function', 'info', 'The version in which a function has last run.',
      jsonb_build_object('function', f.name, 'version', f.version), 1::double precision from private.functions_seen f;
  return query
    select 'esteira_recent', 'gauge', 'What ops.counts() tells of the last quarter of an hour.',
      jsonb_build_object('name', c.name), c.count::double precision from ops.counts('15 minutes') c
    where c.count is not null;
end
$$;
comment on function private.metrics_of_database(timestamptz) is 'Metrics of the installation as a whole.';
revoke execute on function private.metrics_of_database(timestamptz) from public;

create function worker.metrics() returns setof private.metric
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query select * from private.metrics_of_parts(v_now);
  return query select * from private.metrics_of_lanes(v_now);
  return query select * from private.metrics_of_database(v_now);
end
$$;
comment on function worker.metrics() is
  'What GET /health/metrics answers with, one sample a row: {name, kind, help, labels, value}; the samples of a '
  'name stand '
  'together.';
revoke execute on function worker.metrics() from public;
grant execute on function worker.metrics() to service_role;


create type private.setup_line as (area text, name text, verdict text, detail text, repair text);
comment on type private.setup_line is 'A line of ops.setup_check(), and what its columns mean stands there.';

create function private.setup_of_database() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_by text := private.read_only_by();
begin
  return next ('database', 'PostgreSQL', case when current_setting('server_version_num')::integer >= 170000 then 'ok'
    else 'error' end, format('Version %s; 17 or newer is needed.', current_setting('server_version')),
    case when current_setting('server_version_num')::integer < 170000
      then 'Dashboard → Project Settings → Infrastructure: upgrade' end)::private.setup_line;
  return query
    select 'database', 'extension ' || n.name, case when e.extversion is null or private.version_numbers(
        e.extversion || case when e.extversion ~ '^[0-9]+\.[0-9]+$' then '.0' else '' end) < n.least then 'error'
      else 'ok' end,
      case when e.extversion is null then 'It is not there.' else format('Version %s.', e.extversion) end
        || case when n.least is not null then format(' %s or newer is needed.', array_to_string(n.least, '.'))
          else '' end,
      case when e.extversion is null then format('create extension %I', n.name)
        when private.version_numbers(e.extversion) < n.least then format('alter extension %I update', n.name) end
    from (values ('pgmq', '{1,5,1}'::integer[]), ('pg_net', null), ('pg_cron', null), ('pgcrypto', null),
      ('supabase_vault', null)) n (name, least)
    left join pg_catalog.pg_extension e on e.extname = n.name;
  return next ('database', 'schema', 'ok', format('Version %s.', public.esteira_version()), null)::private.setup_line;
  return next ('database', 'writing', case when v_by is null then 'ok' else 'error' end,
    coalesce('Read only by ' || v_by || '.', 'It can be written to.'),
    case when v_by is not null then format('alter database %I set default_transaction_read_only = off',
      current_database()) end)::private.setup_line;
end
$$;
comment on function private.setup_of_database() is 'Version, extensions, schema, and whether it can be written to.';
revoke execute on function private.setup_of_database() from public;

create function private.setup_of_secrets() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_url text := private.secret('project_url');
  v_key text := private.secret('worker_secret_key');
begin
  return next ('secrets', 'project_url', case when private.is_address(v_url) then 'ok' else 'error' end,
    case when v_url is null then 'It is not set: SQL cannot wake the worker.'
      when not private.is_address(v_url) then 'It is no address.' else v_url end,
    case when not coalesce(private.is_address(v_url), false)
      then 'select ops.set_secret(''project_url'', ''https://<ref>.supabase.co'')' end)::private.setup_line;
  return next ('secrets', 'worker_secret_key', case when v_key like 'sb_secret_%' then 'ok' else 'error' end,
    case when v_key is null then 'It is not set: SQL cannot wake the worker.'
      when v_key like 'sb_publishable_%' then 'It is a publishable key; the worker asks for a secret one.'
      when v_key like 'eyJ%' then 'It is a key of the old kind (a JWT); the functions take sb_secret_… alone.'
      when v_key not like 'sb_secret_%' then 'It does not look like a secret key: those begin with sb_secret_.'
      else 'It is set.' end,
    case when v_key not like 'sb_secret_%' or v_key is null
      then 'select ops.set_secret(''worker_secret_key'', ''<a secret key: Dashboard, API Keys>'')'
      end)::private.setup_line;
  return next ('secrets', 'alert_webhook_url',
    case when private.secret('alert_webhook_url') is null then 'warn' else 'ok' end,
    case when private.secret('alert_webhook_url') is null then 'It is not set: alerts open, and nobody is told of them.'
      else 'Alerts are posted.' end,
    case when private.secret('alert_webhook_url') is null
      then 'select ops.set_secret(''alert_webhook_url'', ''<where alerts are to be posted>'')' end)::private.setup_line;
  return query
    select 'secrets', s.name, case when private.secret(s.name) is null then 'error' else 'ok' end,
      case when private.secret(s.name) is null then format('It is not set: %s of the lanes %s.', s.what, s.lanes)
        else format('It is set: %s of the lanes %s.', s.what, s.lanes) end,
      case when private.secret(s.name) is null then format('select ops.set_secret(%L, ''<the secret>'')', s.name) end
    from (
      select n.name, n.what, string_agg(distinct a.lane, ', ') as lanes from private.accounts a,
      lateral (values (a.secret_name, 'the API key'), (a.webhook_secret_name, 'what webhooks are signed with'))
        n (name, what)
      where a.retired_at is null and n.name is not null
        and exists (select from public.tools t where t.lane = a.lane and t.is_enabled)
      group by n.name, n.what order by n.name) s;
end
$$;
comment on function private.setup_of_secrets() is
  'The secrets in the Vault: those of the installation, and those of accounts whose tools are switched on.';
revoke execute on function private.setup_of_secrets() from public;

create function private.setup_of_schedules() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_bad integer := 0;
  v_part record;
  v_has_run boolean;
begin
  for v_part in select * from ops.cron_health() h where h.verdict <> 'ok' loop
    -- What runs once a day may not have had its time yet.
    continue when v_part.verdict = 'never' and v_part.every >= '1 hour';
    v_bad := v_bad + 1;
    -- A migration may have kept it from its tables for a moment.
    v_has_run := v_part.verdict = 'failing' and v_part.beat_at > (
      select f.last_at from private.faults f where f.part = v_part.part and f.lane = '');
    return next ('schedules', v_part.part,
      case when v_part.verdict = 'never' or v_has_run then 'warn' else 'error' end,
      case when v_has_run then 'It failed of late, and has run to its end since: ' else '' end || v_part.detail,
      coalesce(v_part.repair_sql, case v_part.verdict
        when 'never' then 'Wait a minute; then look whether pg_cron runs: select * from cron.job_run_details'
        else 'select * from ops.faults where fails_now' end))::private.setup_line;
  end loop;
  if v_bad = 0 then
    return next ('schedules', 'pg_cron', 'ok', 'Every part of the schedules has run in time.',
      null)::private.setup_line;
  end if;
end
$$;
comment on function private.setup_of_schedules() is 'Whether pg_cron runs the schedules.';
revoke execute on function private.setup_of_schedules() from public;

create function private.setup_of_files() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    select 'files', 'bucket ' || n.name, case when b.id is null or b.public then 'error' else 'ok' end,
      case when b.id is null then 'It is not there.' when b.public then 'It is public: everybody can read it.'
        else 'It is private.' end,
      case when b.id is null then format(
          'insert into storage.buckets (id, name, public) values (%1$L, %1$L, false)', n.name)
        when b.public then format('update storage.buckets set public = false where id = %L', n.name) end
    from (values ('inputs'), ('outputs'), ('handed')) n (name) left join storage.buckets b on b.id = n.name;
end
$$;
comment on function private.setup_of_files() is 'The three buckets.';
revoke execute on function private.setup_of_files() from public;

create function private.setup_of_tools() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.tools where is_enabled) then
    return next ('tools', 'tools', 'warn', 'None is switched on: there is nothing that users could ask for.',
      'update public.tools set is_enabled = true where tool = ''<tool>''')::private.setup_line;
  end if;
  return query
    select 'tools', t.tool, case when a.slots > 0 then 'ok' when a.accounts > 0 then 'warn' else 'error' end,
      case when a.slots > 0 then format('Runs in lane %s, %s at once.', t.lane, a.slots)
        when a.accounts > 0 then format('No account of lane %s takes work now: %s.', t.lane, a.why)
        else format('Lane %s has no account, so it never runs.', t.lane) end,
      case when a.accounts = 0 then format('select ops.add_account(%L, ''main'', ''<name of the secret>'', 3)', t.lane)
        when a.slots = 0 then
          format('select ops.resume_account(account_id) from private.accounts where lane = %L', t.lane)
      end
    from public.tools t, lateral (
      select count(*) as accounts, string_agg(distinct coalesce(a.pause_reason, 'it has no slots'), '; ') as why,
        coalesce(sum(s.slots) filter (where a.paused_until is null or a.paused_until <= (select private.now())), 0)
          as slots
      from private.accounts a, lateral (
        select count(*) as slots from private.slots s where s.account_id = a.account_id and not s.is_retiring) s
      where a.lane = t.lane and a.retired_at is null) a
    where t.is_enabled order by t.tool;
end
$$;
comment on function private.setup_of_tools() is
  'Whether each tool that is switched on has an account with slots to run on.';
revoke execute on function private.setup_of_tools() from public;


create function private.functions() returns text[]
language sql immutable set search_path = '' as $$
  select '{jobs,models,connections,publications,events,worker,workers-api,health,runninghub-webhook,kie-webhook,
    astria-webhook,fal-webhook,replicate-webhook}'::text[]
$$;
comment on function private.functions() is 'The Edge Functions of this release.';
revoke execute on function private.functions() from public;

create function private.ask_functions() returns void
language plpgsql set search_path = '' as $$
declare
  v_base text := rtrim(private.secret('project_url'), '/') || '/functions/v1/';
  v_key text := private.secret('worker_secret_key');
  v_ids bigint[];
begin
  if private.missing_secret() is not null or not private.may_pass('setup', '1 minute') then return; end if;
  v_ids := array[net.http_get(v_base || 'health/deep', jsonb_build_object('setup', 'true'),
    jsonb_build_object('apikey', v_key), 15000)];
  v_ids := v_ids || array(
    select net.http_get(v_base || f.name, timeout_milliseconds => 15000)
    from unnest(private.functions()) with ordinality f (name, n) order by f.n);
  update private.throttles set request_ids = v_ids where name = 'setup';
end
$$;
comment on function private.ask_functions() is
  'Asks each function for a sign of life, and health for what it sees, over pg_net; at most once a minute.';
revoke execute on function private.ask_functions() from public;

create function private.line_of_function(p_name text, p_answer net._http_response) returns private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_error jsonb := private.error_in(p_answer.content);
  v_seen private.functions_seen := (select f from private.functions_seen f where f.name = p_name);
  -- Whatever it answers in our words, it was it that answered.
  v_is_ours boolean := p_answer.status_code = 200 or p_answer.content ~ '^\s*\{"error":\s*\{"code":';
  v_redeploy text := format('supabase functions deploy %s', p_name);
begin
  if p_answer.id is null then
    return ('functions', p_name, 'asked', 'It was asked just now: call this again in some seconds.',
      null)::private.setup_line;
  elsif p_answer.status_code is null then
    return ('functions', p_name, 'error', format('It cannot be reached: %s.', private.cut(p_answer.error_msg, 200)),
      'select ops.set_secret(''project_url'', ''https://<ref>.supabase.co'')')::private.setup_line;
  elsif not v_is_ours then
    return ('functions', p_name, 'error', format('The platform answers in its stead: %s.',
      concat_ws(' ', p_answer.status_code, v_error ->> 'code', v_error ->> 'message')),
      v_redeploy || case when p_answer.status_code = 401 then ' (with supabase/config.toml: verify_jwt is to be off)'
        else '' end)::private.setup_line;
  elsif v_error ->> 'code' in ('schema_too_old', 'misconfigured') then
    return ('functions', p_name, 'error', private.cut(v_error ->> 'message', 200), case v_error ->> 'code'
      when 'schema_too_old' then 'supabase db push --remote' else 'docs/deploying.md' end)::private.setup_line;
  elsif v_seen.version is distinct from public.esteira_version() then
    return ('functions', p_name, 'warn', case when v_seen.version is null
        then 'It does not tell its version, as earlier releases do not.'
        else format('It runs in version %s; the schema has %s.', v_seen.version, public.esteira_version()) end,
      v_redeploy)::private.setup_line;
  end if;
  return ('functions', p_name, 'ok', format('It answers, in version %s.', v_seen.version), null)::private.setup_line;
end
$$;
comment on function private.line_of_function(text, net._http_response) is 'What a function''s answer says of it.';
revoke execute on function private.line_of_function(text, net._http_response) from public;

create function private.lines_of_deep(p_answer net._http_response) returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_error jsonb := private.error_in(p_answer.content);
  v_body jsonb := case when p_answer.content ~ '^\s*\{' and octet_length(p_answer.content) < 100000
    then p_answer.content::jsonb end;
  v_is_exposed boolean := v_error ->> 'reason' is distinct from 'schema_not_exposed';
begin
  if p_answer.status_code is null then return; end if; -- that it is not reached is told of the function
  return next ('outside', 'worker_secret_key', case when p_answer.status_code = 401 then 'error' else 'ok' end,
    case when p_answer.status_code = 401 then 'The functions refuse it: it is none of the project''s keys.'
      else 'The functions take it.' end, case when p_answer.status_code = 401
      then 'select ops.set_secret(''worker_secret_key'', ''<a secret key: Dashboard, API Keys>'')'
      end)::private.setup_line;
  if p_answer.status_code = 401 then return; end if;
  return next ('outside', 'schema worker', case when v_is_exposed then 'ok' else 'error' end,
    case when v_is_exposed then 'The Data API exposes it.' else 'The Data API does not expose it.' end,
    case when not v_is_exposed then 'Dashboard → Project Settings → Data API → Exposed schemas: add worker' end
    )::private.setup_line;
  return query
    select 'outside', c.name, c.verdict, c.detail, c.repair
    from jsonb_to_recordset(coalesce(v_body -> 'checks', v_body #> '{error,details,checks}', '[]'))
      c (name text, verdict text, detail text, repair text) where c.name is not null and c.verdict is not null;
end
$$;
comment on function private.lines_of_deep(net._http_response) is
  'What GET /health/deep has seen from where it runs: keys, exposed schemas, Auth, Storage, Realtime.';
revoke execute on function private.lines_of_deep(net._http_response) from public;

create function private.setup_of_functions() returns setof private.setup_line
language plpgsql volatile set search_path = '' as $$
declare
  v_asked private.throttles;
  v_answers net._http_response[];
begin
  if private.missing_secret() is not null then
    return next ('functions', 'functions', 'unknown', format('They cannot be asked: %s is to be set first.',
      private.missing_secret()), null)::private.setup_line;
    return;
  end if;
  perform private.ask_functions();
  select * into v_asked from private.throttles where name = 'setup';
  v_answers := array(select a from private.answers(v_asked.request_ids, v_asked.passed_at - interval '1 second',
    v_asked.passed_at + interval '2 minutes') a);
  return query
    select l.* from unnest(private.functions()) with ordinality f (name, n)
    left join lateral (select a.* from unnest(v_answers) a where a.id = v_asked.request_ids[f.n + 1]) a on true,
    lateral private.line_of_function(f.name, a::net._http_response) l order by f.n;
  return query
    select l.* from unnest(v_answers) a, lateral private.lines_of_deep(a::net._http_response) l
    where a.id = v_asked.request_ids[1];
end
$$;
comment on function private.setup_of_functions() is 'What the functions have answered, and what they see.';
revoke execute on function private.setup_of_functions() from public;

create function ops.setup_check()
returns table (line integer, area text, name text, verdict text, detail text, repair text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
    select row_number() over ()::integer, l.* from (
      select * from private.setup_of_database()
      union all select * from private.setup_of_secrets()
      union all select * from private.setup_of_functions()
      union all select * from private.setup_of_schedules()
      union all select * from private.setup_of_files()
      union all select * from private.setup_of_tools()) l;
end
$$;
comment on function ops.setup_check() is
  'A deployment, line by line. verdict: ok; error (it is missing or wrong, and jobs do not run); warn (it works, '
  'and is not '
  'as it should be); asked (a function was asked just now: call this again in some seconds); unknown (something '
  'else is '
  'to be mended first). repair: the statement, the command or the place in the Dashboard that mends it. Asks the '
  'functions over pg_net, at most once a minute; changes nothing else.';
revoke execute on function ops.setup_check() from public;


create type private.checkup as (
  check_name text, verdict text, subject text, detail text, evidence jsonb, repair_sql text, document text);
comment on type private.checkup is
  'What a check has found. verdict: ok, info (nothing is wrong), warn or error. repair_sql: the statement that mends '
  'it, null: none can, or nothing is to be mended. document: where it is asked for.';

create function private.checkup(
  p_check_name text, p_verdict text, p_subject text, p_detail text, p_document text, p_evidence jsonb default '{}',
  p_repair_sql text default null
) returns private.checkup
language sql immutable set search_path = '' as $$
  select (p_check_name, p_verdict, p_subject, p_detail, jsonb_strip_nulls(p_evidence), p_repair_sql,
    p_document)::private.checkup
$$;
comment on function private.checkup(text, text, text, text, text, jsonb, text) is 'What a check has found.';
revoke execute on function private.checkup(text, text, text, text, text, jsonb, text) from public;

create function private.check_triggers() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_fault text;
begin
  foreach v_part in array array(select t::private.broadcast_part from private.broadcast_triggers() t) loop
    v_fault := private.fault_of_trigger(v_part);
    return next private.checkup(v_part.name, case when v_fault is null then 'ok' else 'error' end, v_part.table_name,
      case v_fault when 'missing' then 'The trigger is missing: no screen is told of changes.'
        when 'disabled' then 'The trigger is switched off: no screen is told of changes.'
        when 'replaced' then 'The trigger calls something else than ' || v_part.function_name || '.'
        else 'The trigger is there, is enabled, and calls ' || v_part.function_name || '.' end,
      case when v_part.table_name like 'public.%' then '002:515-523' end,
      jsonb_build_object('fault', v_fault, 'function', v_part.function_name),
      case v_fault when 'disabled' then format('alter table %s enable trigger %I', v_part.table_name, v_part.name)
        when 'missing' then v_part.statement when 'replaced' then v_part.statement end);
  end loop;
end
$$;
comment on function private.check_triggers() is 'Whether each trigger that tells of changes is there.';
revoke execute on function private.check_triggers() from public;

create function private.check_functions() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_missing text[] := array(
    select name from unnest(array['realtime.send(jsonb,text,text,boolean)', 'realtime.topic()',
        'private.send(private.hint[])', 'private.known_caller()']
      || array(select distinct function_name || '()' from private.broadcast_triggers())) name
    where to_regprocedure(name) is null order by name);
begin
  return next private.checkup('functions', case v_missing when '{}' then 'ok' else 'error' end, 'realtime, private',
    case when v_missing = '{}' then 'The functions that triggers and policies call are there.' else format(
      'Missing: %s. Those of realtime are the platform''s: restart the project; the others come with the migrations.',
      array_to_string(v_missing, ', ')) end, '002:515-523', jsonb_build_object('missing', nullif(v_missing, '{}')));
end
$$;
comment on function private.check_functions() is 'Whether the functions are there that triggers and policies call.';
revoke execute on function private.check_functions() from public;

create function private.check_replication_role() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_role text;
  v_database text;
begin
  -- For loading data this is set, and then at times forgotten: no trigger fires where it is.
  select r.rolname, d.datname into v_role, v_database
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid = s.setrole left join pg_catalog.pg_database d on d.oid = s.setdatabase
  where exists (select from unnest(s.setconfig) setting where setting = 'session_replication_role=replica')
    and (d.oid is null or d.datname = current_database())
  limit 1;
  return next private.checkup('session_replication_role', case when found then 'error' else 'ok' end,
    coalesce(v_role, v_database, current_database()),
    case when found then 'It is replica: what this role or database changes fires no trigger.'
      else 'No role and no database is set to leave out triggers.' end, '002:77-90', '{}',
    case when v_role is not null and v_database is not null then format(
        'alter role %I in database %I reset session_replication_role', v_role, v_database)
      when v_role is not null then format('alter role %I reset session_replication_role', v_role)
      when v_database is not null then format('alter database %I reset session_replication_role', v_database) end);
end
$$;
comment on function private.check_replication_role() is 'Whether triggers fire for everybody.';
revoke execute on function private.check_replication_role() from public;

create function private.policies_of(p_tables text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('policyname', policyname, 'roles', roles, 'cmd', cmd,
        'permissive', permissive, 'qual', qual, 'with_check', with_check)) order by tablename, policyname)
    from pg_catalog.pg_policies where format('%I.%I', schemaname, tablename) = any (p_tables)), '[]');
end
$$;
comment on function private.policies_of(text[]) is 'The policies of tables (schema.table), as pg_policies has them.';
revoke execute on function private.policies_of(text[]) from public;

create function private.check_policies() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_is_open boolean;
begin
  foreach v_part in array array(select p::private.broadcast_part from private.topic_policies() p) loop
    v_is_open := private.topic_is_open(v_part.marker);
    return next private.checkup(v_part.name, case when v_is_open then 'ok' else 'error' end, v_part.table_name,
      format(case when v_is_open then 'A policy lets signed-in users listen to topics %s.'
        else 'No policy lets signed-in users listen to topics %s: their clients are refused.' end,
        regexp_replace(v_part.marker, ':$', ':…')),
      '000:84-88', '{}', case when not v_is_open then v_part.statement end);
  end loop;
end
$$;
comment on function private.check_policies() is 'Whether each policy is there by which people listen.';
revoke execute on function private.check_policies() from public;

create function private.check_private_topics() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_policies jsonb := private.policies_of('{realtime.messages}');
  v_open text;
  v_is_guarded boolean := (
    select relrowsecurity from pg_catalog.pg_class where oid = to_regclass('realtime.messages'));
begin
  -- Whose condition knows nothing of the topic, lets people listen to, or speak on, the topics of others.
  select policy ->> 'policyname' into v_open from jsonb_array_elements(v_policies) policy
  where policy ->> 'permissive' = 'PERMISSIVE'
    and policy -> 'roles' ?| array['public', 'anon', 'authenticated', 'esteira_admin']
    and concat(policy ->> 'qual', policy ->> 'with_check') !~ 'topic'
  order by 1 limit 1;
  return next private.checkup('private topics', case when v_is_guarded and v_open is null then 'ok' else 'error' end,
    'realtime.messages', case
      when not coalesce(v_is_guarded, false) then
        'Row level security is off on realtime.messages: everybody hears everything. The table is the platform''s.'
      when v_open is not null then format('The policy "%s" opens every topic to everybody it is for.', v_open)
      else 'Each policy on realtime.messages looks at the topic.' end,
    '002:434-446', jsonb_build_object('policies', v_policies),
    case when v_open is not null then format('drop policy %I on realtime.messages', v_open) end);
end
$$;
comment on function private.check_private_topics() is
  'Whether what is told of somebody''s jobs is heard by nobody else. That Realtime admits private channels alone is a '
  'setting of the project, which SQL cannot see.';
revoke execute on function private.check_private_topics() from public;

create function private.check_reading() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_fault text;
begin
  foreach v_table in array '{public.jobs,public.projects,public.ai_models,public.job_effects,public.publications,'
    'public.connections,public.upscaler_jobs,public.pose_changer_jobs,public.veste_ai_jobs,public.video_upscaler_jobs,'
    'public.fal_jobs,public.ai_jobs,public.publication_jobs,public.project}'::text[]
  loop
    v_fault := case when to_regclass(v_table) is null then 'it is missing: apply the migrations'
      else private.fault_of_reading(v_table) end;
    return next private.checkup('read ' || v_table, case when v_fault is null then 'ok' else 'error' end, v_table,
      case when v_fault is null then 'Signed-in users read what is theirs.'
        else format('Signed-in users do not read what is theirs, and that alone: %s.', v_fault) end,
      '000:84-88', jsonb_build_object('policies', private.policies_of(array[v_table])),
      case when v_fault not like 'it is missing%' then private.repair_of_reading(v_table) end);
  end loop;
end
$$;
comment on function private.check_reading() is
  'Whether owners read their rows, in tables and in the documents'' views.';
revoke execute on function private.check_reading() from public;

create function private.slot_of_realtime() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select to_jsonb(s) from (
      select slot_name, active, wal_status,
        pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), confirmed_flush_lsn)::bigint as behind_bytes
      from pg_catalog.pg_replication_slots where slot_name ~ '^supabase_realtime_messages_'
      order by active desc limit 1) s);
end
$$;
comment on function private.slot_of_realtime() is
  'The replication slot by which Realtime reads what is broadcast: {slot_name, active, wal_status, behind_bytes}; '
  'null: there is none, because no client is connected.';
revoke execute on function private.slot_of_realtime() from public;

create function private.check_listeners() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_slot jsonb := private.slot_of_realtime();
  v_is_published boolean := exists (
    select from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime_messages_publication' and schemaname = 'realtime');
  v_tables text[] := array(
    select format('%I.%I', schemaname, tablename) from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime' order by 1);
begin
  return next private.checkup('listeners', case when v_slot is null then 'info'
      when v_slot ->> 'wal_status' in ('lost', 'unreserved') then 'error'
      when not (v_slot ->> 'active')::boolean or (v_slot ->> 'behind_bytes')::bigint > 64000000 then 'warn'
      else 'ok' end,
    coalesce(v_slot ->> 'slot_name', 'pg_replication_slots'), case when v_slot is null
      then 'Realtime does not read just now: no client is connected. It begins when one connects.'
      when v_slot ->> 'wal_status' in ('lost', 'unreserved') then
        'Realtime has lost its place in the log: restart Realtime in the dashboard (Settings, General).'
      when not (v_slot ->> 'active')::boolean then 'Realtime has stopped reading; it begins anew as clients reconnect.'
      else format('Realtime reads, and is %s bytes behind.', v_slot ->> 'behind_bytes') end, '002:31-45', v_slot);
  return next private.checkup('messages publication',
    case when v_slot is not null and not v_is_published then 'error' when v_is_published then 'ok' else 'info' end,
    'supabase_realtime_messages_publication', case
      when v_is_published then 'realtime.messages is in the publication that Realtime reads.'
      when v_slot is null then 'It is not there: Realtime makes it when the first client connects.'
      else 'Realtime reads, but nothing is published to it: restart Realtime in the dashboard.' end, '000:90-96');
  return next private.checkup('supabase_realtime', 'info', 'supabase_realtime', format(
      'Changes are told by triggers: no table has to be in this publication. In it: %s.',
      coalesce(nullif(array_to_string(v_tables, ', '), ''), 'none')), '000:27-36',
    jsonb_build_object('tables', v_tables));
end
$$;
comment on function private.check_listeners() is
  'Whether Realtime reads what is broadcast; and the publication of document 000, which is not needed.';
revoke execute on function private.check_listeners() from public;

create function private.check_partition() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_partition text;
begin
  select c.relname into v_partition
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) bound
  where i.inhparent = to_regclass('realtime.messages') and (bound = 'DEFAULT'
    or (clock_timestamp() at time zone 'UTC') >= (substring(bound from 'FROM \(''([^'']+)''\)'))::timestamp
      and (clock_timestamp() at time zone 'UTC') < (substring(bound from 'TO \(''([^'']+)''\)'))::timestamp)
  order by bound = 'DEFAULT' limit 1;
  return next private.checkup('partition', case when v_partition is not null then 'ok'
      when private.somebody_listens() then 'error' else 'info' end, 'realtime.messages',
    case when v_partition is not null then format('Broadcasts of today are kept in %s.', v_partition)
      when private.somebody_listens() then 'There is no partition for today although clients are connected: Realtime '
        'is at fault. Restart it in the dashboard; clients ask meanwhile.'
      else 'There is no partition for today: Realtime makes it when a client connects; until then nobody listens.' end,
    '002:547-556', jsonb_build_object('partition', v_partition));
end
$$;
comment on function private.check_partition() is 'Whether realtime.messages can take broadcasts today.';
revoke execute on function private.check_partition() from public;

create function private.check_broadcasts() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_failed record;
  v_sent bigint;
begin
  select coalesce(sum(f.count), 0) as count, coalesce(sum(f.heard), 0) as heard, max(f.failed_at) as last_at,
    (array_agg(f.message order by f.heard > 0 desc, f.failed_at desc))[1] as message into v_failed
  from private.broadcast_failures f where f.failed_at > v_now - interval '1 hour';
  -- Looked at up to a bound: a busy hour has a million.
  select count(*) into v_sent from (
    select from realtime.messages
    where inserted_at > (clock_timestamp() - interval '10 minutes') at time zone 'UTC' limit 10000) m;
  return next private.checkup('broadcasts',
    case when v_failed.heard > 0 then 'error' when v_failed.count > 0 then 'info' else 'ok' end, 'realtime.messages',
    case
      when v_failed.heard > 0 then format('%s broadcasts of the last hour were lost to somebody who could have heard '
        'them, the last at %s: %s', v_failed.heard, to_char(v_failed.last_at at time zone 'UTC', 'HH24:MI:SS'),
        v_failed.message)
      when v_failed.count > 0 then format('%s broadcasts of the last hour were not kept, and nobody listened.',
        v_failed.count)
      else format('%s%s were written in the last ten minutes, and none has failed in the last hour.',
        v_sent, case v_sent when 10000 then ' and more' else '' end) end, '002:139-146',
    jsonb_build_object('failed', v_failed.count, 'heard', v_failed.heard, 'last_at', v_failed.last_at,
      'message', v_failed.message, 'written', v_sent));
end
$$;
comment on function private.check_broadcasts() is 'Whether broadcasts of late were written.';
revoke execute on function private.check_broadcasts() from public;

create function private.check_deliveries() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_told jsonb := (select jsonb_agg(to_jsonb(h)) from ops.delivery_health('1 hour') h);
  v_changes numeric;
  v_missed numeric;
  v_live numeric;
begin
  select sum((c ->> 'changes')::numeric), sum((c ->> 'missed')::numeric),
    sum((c ->> 'changes')::numeric) filter (where c ->> 'channel' in ('realtime', 'sse'))
  into v_changes, v_missed, v_live from jsonb_array_elements(v_told) c;
  return next private.checkup('deliveries', case when coalesce(v_changes, 0) = 0 then 'info'
      when v_missed * 20 >= v_changes or coalesce(v_live, 0) * 2 < v_changes then 'warn' else 'ok' end,
    'private.deliveries', case when coalesce(v_changes, 0) = 0
      then 'No screen has told anything in the last hour: nobody watches, or no client reports.'
      else format('Of %s changes in the last hour screens learned %s %% live, and missed %s %% while they were live.',
        v_changes, round(100 * coalesce(v_live, 0) / v_changes), round(100 * v_missed / v_changes)) end,
    '002:601', jsonb_build_object('by_channel', v_told));
end
$$;
comment on function private.check_deliveries() is 'How changes of late have reached screens, as these tell it.';
revoke execute on function private.check_deliveries() from public;

create function private.check_realtime() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.check_triggers();
  return query select * from private.check_functions();
  return query select * from private.check_replication_role();
  return query select * from private.check_policies();
  return query select * from private.check_private_topics();
  return query select * from private.check_reading();
  return query select * from private.check_listeners();
  return query select * from private.check_partition();
  return query select * from private.check_broadcasts();
  return query select * from private.check_deliveries();
end
$$;
comment on function private.check_realtime() is 'Every check of ops.realtime_doctor, in the order of the chain.';
revoke execute on function private.check_realtime() from public;

create function ops.realtime_doctor() returns setof private.checkup
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select check_name, verdict, subject, detail, evidence, repair_sql, document
    from private.check_realtime() with ordinality c (
      check_name, verdict, subject, detail, evidence, repair_sql, document, n)
    order by array_position('{error,warn,info,ok}', c.verdict), c.n;
end
$$;
comment on function ops.realtime_doctor() is
  'Why screens are not told of changes: each check of documents 000 to 002, what is wrong first. verdict: ok, info, '
  'warn or error; repair_sql: the statement that mends it, as ops.repair(check_name) does; document: where it is asked '
  'for. Reads only. What of Realtime is a setting of the project SQL cannot see.';
revoke execute on function ops.realtime_doctor() from public;

create function ops.realtime_policies() returns setof pg_catalog.pg_policies
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select * from pg_catalog.pg_policies p
    where (p.schemaname, p.tablename) in (('realtime', 'messages'), ('public', 'jobs'), ('public', 'projects'),
      ('public', 'ai_models'), ('public', 'job_effects'), ('public', 'publications'), ('public', 'connections'))
    order by p.schemaname, p.tablename, p.policyname;
end
$$;
comment on function ops.realtime_policies() is
  'The policies on what screens listen to and read, as the script of document 000 lists them.';
revoke execute on function ops.realtime_policies() from public;

create function ops.repair(p_check text) returns private.checkup
language plpgsql security definer set search_path = '' as $$
declare
  v_found private.checkup;
  v_done text[] := '{}';
begin
  -- A trigger is made under a lock that every change of its table waits behind: rather not now than for long.
  perform set_config('lock_timeout', '3s', true);
  for i in 1..3 loop -- a grant, a policy, and what both have hidden
    select c.* into v_found from private.check_realtime() c where c.check_name = p_check;
    if not found then
      perform private.refuse(404, 'not_found', format('ops.realtime_doctor() has no check %s.', p_check), 'check');
    end if;
    exit when v_found.verdict in ('ok', 'info') or v_found.repair_sql is null;
    execute v_found.repair_sql;
    v_done := v_done || v_found.repair_sql;
  end loop;
  if v_done <> '{}' then
    perform private.note_act('repair', jsonb_build_object('check', p_check),
      jsonb_build_object('done', cardinality(v_done)), array_to_string(v_done, '; '));
  end if;
  return v_found;
end
$$;
comment on function ops.repair(text) is
  'Mends what a check of ops.realtime_doctor has found, by its repair_sql, and returns what it finds then; where '
  'nothing is wrong, or no statement mends it (its detail says who can), nothing is done. What was done is in '
  'ops.audit. Errors: 404 not_found, 55P03 when the table is locked for longer than three seconds: try again.';
revoke execute on function ops.repair(text) from public;


create function private.verdicts_now(p_job public.jobs, p_at timestamptz) returns private.verdict[]
language plpgsql stable set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job.id order by attempt desc limit 1;
  return array(select v::private.verdict
    from private.verdicts_of(array(select private.findings_of(p_job, v_attempt, p_at))) v order by v.rank);
exception when others then
  raise warning 'job % cannot be looked at: %', p_job.id, sqlerrm;
  return '{}';
end
$$;
comment on function private.verdicts_now(public.jobs, timestamptz) is
  'The verdicts on a job, in order; none where it cannot be looked at, which is told as a warning: others can.';
revoke execute on function private.verdicts_now(public.jobs, timestamptz) from public;

create function private.suspects(p_at timestamptz, p_qty integer) returns table (job_id uuid)
language plpgsql stable rows 200 set search_path = '' as $$
begin
  return query
    with usual as materialized (
      select t.tool, private.usual_time(t.tool) as time from public.tools t
    ), noted as (
      select n.job_id from private.verdicts n where n.until is null and n.level in ('error', 'warn')
      order by n.level, n.seen_at, n.verdict_id limit p_qty
    ), running as (
      select j.id from public.jobs j left join usual u using (tool)
      where j.status = 'processing' and coalesce(j.started_at, j.created_at) < p_at - coalesce(u.time, '2 minutes')
      order by j.id limit p_qty
    )
    -- A lane that stands still shows it in those who are next.
    select n.job_id from noted n union select r.id from running r union
    select next.id from private.lanes l, lateral (
      select j.id, j.tool, j.created_at from public.jobs j
      where j.lane = l.lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 3) next
    left join usual u using (tool) where next.created_at < p_at - coalesce(u.time, '2 minutes');
end
$$;
comment on function private.suspects(timestamptz, integer) is
  'Open jobs that may be stuck: up to p_qty of which something wrong was noted, as many that run longer than usual, '
  'and the next three of each lane, where they are older than usual.';
revoke execute on function private.suspects(timestamptz, integer) from public;

create function ops.stuck_jobs(p_limit integer default 50) returns table (
  job_id uuid, user_id uuid, tool text, lane text, status public.job_status, current_step public.job_step, age interval,
  usual interval, code text, level text, subject text, since timestamptz, detail text, also text[], clears text,
  expected_at timestamptz, action text, repair_sql text
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_now timestamptz := private.now();
begin
  return query
    select j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, date_trunc('second', v_now - j.created_at),
      private.usual_time(j.tool), v.code, v.level, v.subject, v.since, v.detail,
      array(select a.code from unnest(found.verdicts) a where a.rank > 1 and not a.ruled_out
        and a.level in ('error', 'warn') order by a.rank),
      v.clears, v.expected_at, v.action, v.repair_sql
    from private.suspects(v_now, 2 * p_limit) s
    join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
    lateral private.verdicts_now(j, v_now) as found (verdicts), lateral unnest(found.verdicts) v
    where v.rank = 1 and not v.ruled_out and v.level in ('error', 'warn')
    order by v.level, j.created_at, j.id limit p_limit;
end
$$;
comment on function ops.stuck_jobs(integer) is
  'Open jobs of which the first verdict is that something is broken (error) or not as it should be (warn), the '
  'oldest first: how old, how long its tool usually takes, the verdict as ops.diagnose has it, and also: the codes '
  'of what else is wrong. Up to p_limit, of a bounded number that is looked at (private.suspects). Who waits for a '
  'known reason is not stuck.';
revoke execute on function ops.stuck_jobs(integer) from public;

create type private.report_line as (
  place integer, section text, code text, level text, subject text, count bigint, since timestamptz, detail text,
  evidence jsonb, clears text, expected_at timestamptz, action text, repair_sql text);
comment on type private.report_line is 'A line of ops.health_report.';

create type private.looked_at as (job_id uuid, verdict private.verdict);
comment on type private.looked_at is 'A verdict on a job; job_id null: on what would move any job of a lane.';

create function private.probe_of(p_lane text, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs;
begin
  v_job.id := '00000000-0000-0000-0000-000000000000';
  v_job.user_id := v_job.id;
  v_job.lane := p_lane;
  select t.tool into v_job.tool from public.tools t where t.lane = p_lane order by t.tool limit 1;
  v_job.status := 'pending';
  v_job.current_step := 'queued';
  v_job.created_at := p_at;
  v_job.updated_at := p_at;
  return query select * from private.findings_of_machinery(v_job, null, p_at);
exception when others then
  raise warning 'lane % cannot be looked at: %', p_lane, sqlerrm;
end
$$;
comment on function private.probe_of(text, timestamptz) is
  'What the machinery would do to a job of a lane that was made this moment: found though there is no job.';
revoke execute on function private.probe_of(text, timestamptz) from public;

create function private.probe_machine(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_at) h);
begin
  return query select * from private.findings_of_triggers(null::public.jobs);
  return query select * from private.findings_of_rights(null::public.jobs);
  -- Where nothing runs at all, one finding says it, of any job.
  if exists (select from unnest(v_parts) p where p.every < '1 hour' and p.dead_since is null) then
    return query select f.* from unnest(v_parts) p, lateral private.finding_of_dead_part(p) f
      where p.dead_since is not null;
  end if;
  return query select f.* from unnest(v_parts) p, lateral private.finding('part_failing',
      format('The part %s fails: %s', p.part, private.cut(p.fault, 300)),
      jsonb_build_object('part', p.part, 'error', private.cut(p.fault, 300)), p_since => p.fault_since,
      p_subject => p.part) f
    where p.fault is not null;
exception when others then
  raise warning 'the machinery cannot be looked at: %', sqlerrm;
end
$$;
comment on function private.probe_machine(timestamptz) is
  'What is wrong with what serves all jobs, whether a job shows it or not: parts of the schedules, and what screens '
  'stand on.';
revoke execute on function private.probe_machine(timestamptz) from public;

create function private.look_around(p_at timestamptz) returns setof private.looked_at
language plpgsql stable set search_path = '' as $$
begin
  return query
    with picked as (
      select s.job_id from private.suspects(p_at, 30) s
      union
      select next.id from private.lanes l, lateral (
        select j.id from public.jobs j where j.lane = l.lane and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 2) next
      union
      (select j.id from public.jobs j where j.status = 'processing' order by j.id limit 10))
    select j.id, v::private.verdict from picked s
    join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
    lateral private.verdicts_now(j, p_at) as found (verdicts), lateral unnest(found.verdicts) v
    union all
    select null::uuid, v::private.verdict from private.lanes l,
    lateral private.verdicts_of(array(select private.probe_of(l.lane, p_at))) v
    where exists (select from private.accounts a where a.lane = l.lane and a.retired_at is null)
    union all
    select null::uuid, v::private.verdict from private.verdicts_of(array(select private.probe_machine(p_at))) v;
end
$$;
comment on function private.look_around(timestamptz) is
  'Verdicts on open jobs that say how all of them fare: those that may be stuck, the next of each lane, some that '
  'run; on what would move a job of each lane that has an account; and on what serves them all.';
revoke execute on function private.look_around(timestamptz) from public;

create function private.is_noting(p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.heartbeats
    where name = 'esteira-verdicts' and beat_at > p_at - interval '5 minutes');
end
$$;
comment on function private.is_noting(timestamptz) is
  'Whether verdicts are being noted, so that what is noted can be counted.';
revoke execute on function private.is_noting(timestamptz) from public;

create function private.report_causes(p_looks private.looked_at[], p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
declare
  v_is_noting boolean := private.is_noting(p_at);
begin
  return query
    with wrong as (
      select (l.verdict).*, l.verdict, l.job_id from unnest(p_looks) l
      where not (l.verdict).ruled_out and (l.verdict).level in ('error', 'warn', 'wait')
    ), causes as (
      select w.code, w.subject, min(array_position('{error,warn,wait}', w.level)) as severity,
        count(distinct w.job_id) as jobs, count(distinct w.job_id) filter (where w.rank = 1) as first_of,
        min(w.since) as since, max(w.expected_at) as expected_at,
        (array_agg(w.verdict order by w.rank, w.since, w.job_id))[1] as example,
        (array_agg(w.job_id order by w.rank, w.since, w.job_id))[1] as example_job
      from wrong w group by w.code, w.subject
    ), counted as (
      select c.*, (select count(distinct n.job_id) from (
          select x.job_id from private.verdicts x
          where v_is_noting and x.until is null and x.code = c.code and x.subject is not distinct from c.subject
            and x.level in ('error', 'warn', 'wait') limit 10000) n) as noted
      from causes c)
    select (row_number() over (order by c.severity, w.place, c.subject))::integer, 'cause', c.code,
      ('{error,warn,wait}'::text[])[c.severity], c.subject, greatest(c.jobs, c.noted), c.since, (c.example).detail,
      coalesce((c.example).evidence, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'example_job', c.example_job, 'first_verdict_of', c.first_of)),
      (c.example).clears, c.expected_at, (c.example).action, (c.example).repair_sql
    from counted c join private.verdict_words() w on w.code = c.code
    order by 1;
end
$$;
comment on function private.report_causes(private.looked_at[], timestamptz) is
  'What is wrong or waits, by code and subject, in the order of verdicts: of how many jobs (as noted, or as looked '
  'at), with what the first of them shows.';
revoke execute on function private.report_causes(private.looked_at[], timestamptz) from public;

create function private.report_excluded(p_looks private.looked_at[]) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    with excluded as (
      select (l.verdict).code, (l.verdict).subject, (l.verdict).detail, (l.verdict).evidence, l.job_id
      from unnest(p_looks) l
      where (l.verdict).ruled_out and not exists (select from unnest(p_looks) o
        where not (o.verdict).ruled_out and (o.verdict).code = (l.verdict).code)
    ), codes as (
      select distinct on (e.code) e.*, count(e.job_id) over (partition by e.code) as jobs,
        min(e.subject) over (partition by e.code) = max(e.subject) over (partition by e.code) as is_of_one
      from excluded e order by e.code, e.subject, e.detail, e.job_id)
    select (row_number() over (order by w.place))::integer, 'excluded', c.code, 'ok',
      case when c.is_of_one then c.subject end, c.jobs, null::timestamptz, c.detail, c.evidence, null,
      null::timestamptz, null, null
    from codes c join private.verdict_words() w on w.code = c.code
    order by 1;
end
$$;
comment on function private.report_excluded(private.looked_at[]) is
  'What was looked at and is the reason of no job: of how many, with the evidence that one of them gave.';
revoke execute on function private.report_excluded(private.looked_at[]) from public;

create function private.lane_loads(p_at timestamptz) returns table (
  lane text, waiting bigint, oldest_wait interval, slots bigint, taken bigint, minutes integer
)
language plpgsql stable rows 20 set search_path = '' as $$
begin
  return query
    select l.lane, w.waiting, w.oldest, (n.is_now).slots::bigint, (n.is_now).busy::bigint,
      -- A lane begins to drain when its pause is over; nobody knows when a provider that is down is back.
      case when w.waiting > 0 and d.p50 is not null and l.circuit_opened_at is null
          and isfinite(coalesce(l.paused_until, p_at))
        then greatest(1, ceil(extract(epoch from greatest(l.paused_until, p_at) - p_at + d.p50) / 60))::integer end
    from private.lanes l,
    lateral (select private.lane_now(l.lane, p_at) as is_now) n,
    lateral (
      select private.waiting_in(l.lane)::bigint as waiting, date_trunc('second', p_at - min(next.created_at)) as oldest
      from (
        select j.created_at from public.jobs j
        where j.lane = l.lane and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 1000) next) w,
    lateral private.drain_of_lane(l.lane, p_at) d
    order by l.lane;
end
$$;
comment on function private.lane_loads(timestamptz) is
  'Each lane: how many jobs wait (10,000: or more), how long the oldest of the next thousand has, how many slots there '
  'are and how many are taken, and in how many minutes, its pause included, it is likely to drain; null: nobody knows.';
revoke execute on function private.lane_loads(timestamptz) from public;

create function private.report_lanes(p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (row_number() over (order by l.lane))::integer, 'metric', 'lane', 'info', l.lane, l.waiting,
      null::timestamptz,
      format('%s waiting%s, %s of %s slots taken%s.',
        case when l.waiting < 10000 then l.waiting::text else '10000 or more' end,
        coalesce(' (the oldest for ' || l.oldest_wait || ')', ''), l.taken, l.slots,
        case when l.waiting = 0 then '' when l.minutes is null then ', and nobody knows for how long'
          else format(', drains in about %s min', l.minutes) end),
      jsonb_strip_nulls(jsonb_build_object('waiting', l.waiting, 'slots', l.slots, 'taken', l.taken,
        'oldest_wait', l.oldest_wait, 'drain_minutes', l.minutes)),
      null, p_at + make_interval(mins => l.minutes), null, null
    from private.lane_loads(p_at) l where l.taken > 0 or l.waiting > 0
    order by 1;
end
$$;
comment on function private.report_lanes(timestamptz) is 'A line for each lane that is in use.';
revoke execute on function private.report_lanes(timestamptz) from public;

create function private.report_endings(p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    with ended as materialized (
      select a.job_id, a.outcome from public.job_attempts a
      where a.finished_at is not null and a.finished_at > p_at - interval '1 hour' and a.finished_at <= p_at
      order by a.finished_at desc limit 2000
    ), lanes as (
      select j.lane, count(*) filter (where e.outcome = 'succeeded') as succeeded,
        count(*) filter (where e.outcome = 'failed') as failed, count(*) as attempts,
        mode() within group (order by j.error_code) filter (where e.outcome = 'failed') as error_code
      from ended e join public.jobs j on j.id = e.job_id group by j.lane)
    select (row_number() over (order by l.lane))::integer, 'metric', 'ended', case
        when l.failed >= 5 and l.failed * 5 >= l.attempts then 'warn' else 'info' end, l.lane, l.attempts,
      p_at - interval '1 hour',
      format('%s attempts of the last hour ended: %s succeeded, %s failed%s.', l.attempts, l.succeeded, l.failed,
        coalesce(', most of them with ' || l.error_code, '')),
      jsonb_strip_nulls(jsonb_build_object('attempts', l.attempts, 'succeeded', l.succeeded, 'failed', l.failed,
        'error_code', l.error_code)), null, null::timestamptz, null, null
    from lanes l order by 1;
end
$$;
comment on function private.report_endings(timestamptz) is
  'A line for each lane in which attempts have ended within the hour (of the last 2,000): how. warn: one in five '
  'has failed.';
revoke execute on function private.report_endings(timestamptz) from public;

create function private.without_advice(p_causes private.report_line[]) returns private.report_line[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select (c.place, c.section, c.code, c.level, c.subject, c.count, c.since, c.detail, c.evidence, c.clears, null,
      case when c.code = 'telemetry_stale' then c.action end,
      case when c.code = 'telemetry_stale' then c.repair_sql end)::private.report_line
    from unnest(p_causes) c order by c.place);
end
$$;
comment on function private.without_advice(private.report_line[]) is
  'Causes without what would be done about them or when they are over, but for telemetry that is stale.';
revoke execute on function private.without_advice(private.report_line[]) from public;

create function private.do_nothing(p_causes private.report_line[], p_metrics private.report_line[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_stays text := (select c.code from unnest(p_causes) c where c.level in ('error', 'warn')
    and c.clears not in ('by_itself', 'by_provider') order by c.place limit 1);
  v_slowest record;
begin
  if v_stays is not null then return format('do nothing: %s stays as it is', v_stays); end if;
  select m.subject, m.count as waiting, (m.evidence ->> 'drain_minutes')::integer as minutes into v_slowest
  from unnest(p_metrics) m where m.code = 'lane' and m.count > 0
  order by (m.evidence -> 'drain_minutes') is null desc, minutes desc, m.subject limit 1;
  if not found then return 'do nothing: nothing waits'; end if;
  if v_slowest.minutes is null then
    return format('do nothing: when lane %s has drained nobody knows', v_slowest.subject);
  end if;
  return format('do nothing: drains in about %s min', v_slowest.minutes);
end
$$;
comment on function private.do_nothing(private.report_line[], private.report_line[]) is
  'What comes of it if nobody does anything: something stays broken, or in how many minutes the slowest lane has '
  'drained.';
revoke execute on function private.do_nothing(private.report_line[], private.report_line[]) from public;

create function private.recommend(p_causes private.report_line[], p_metrics private.report_line[])
returns private.report_line
language plpgsql immutable set search_path = '' as $$
declare
  v_nothing text := private.do_nothing(p_causes, p_metrics);
  v_cause private.report_line;
  v_detail text;
begin
  select * into v_cause from unnest(p_causes) c where c.code = 'telemetry_stale' order by c.place limit 1;
  if found then
    v_detail := format('No advice, because its telemetry is stale: %s %s', v_cause.detail, v_cause.action);
  else
    select * into v_cause from unnest(p_causes) c
    where c.level in ('error', 'warn') and (c.action is not null or c.repair_sql is not null) order by c.place limit 1;
    v_detail := case when v_cause.code is null then upper(left(v_nothing, 1)) || substr(v_nothing, 2) || '.'
      else format('%s Or %s.', coalesce(v_cause.action, 'Run the statement.'), v_nothing) end;
  end if;
  return (1, 'recommendation', coalesce(v_cause.code, 'do_nothing'), coalesce(v_cause.level, 'ok'), v_cause.subject,
    v_cause.count, v_cause.since, v_detail, coalesce(v_cause.evidence, '{}'), v_cause.clears, v_cause.expected_at,
    v_cause.action, v_cause.repair_sql)::private.report_line;
end
$$;
comment on function private.recommend(private.report_line[], private.report_line[]) is
  'The one thing to do: about the first cause that anybody can do something about, or nothing. Where telemetry is '
  'stale, no other advice than that.';
revoke execute on function private.recommend(private.report_line[], private.report_line[]) from public;

create function private.sum_up(p_causes private.report_line[], p_at timestamptz) returns private.report_line
language plpgsql immutable set search_path = '' as $$
declare
  v_level text := coalesce((select c.level from unnest(p_causes) c order by c.place limit 1), 'ok');
  v_first private.report_line := (select c from unnest(p_causes) c order by c.place limit 1);
begin
  return (1, 'summary', case v_level when 'error' then 'broken' when 'warn' then 'not_as_it_should_be'
      when 'wait' then 'busy' else 'healthy' end, v_level, null,
    (select count(*) from unnest(p_causes) c where c.level in ('error', 'warn')), p_at,
    case v_level when 'error' then 'Something is broken: ' || v_first.detail
      when 'warn' then 'Something is not as it should be: ' || v_first.detail
      when 'wait' then 'Nothing is wrong; jobs wait for known reasons.' else 'Nothing is wrong, and nothing waits.' end,
    '{}', v_first.clears, null, null, null)::private.report_line;
end
$$;
comment on function private.sum_up(private.report_line[], timestamptz) is
  'The report in one line: broken, not_as_it_should_be, busy or healthy; count: of how many causes that are errors or '
  'warnings.';
revoke execute on function private.sum_up(private.report_line[], timestamptz) from public;

create function ops.health_report() returns setof private.report_line
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_looks private.looked_at[] := array(select l from private.look_around(v_now) l);
  v_causes private.report_line[] := array(select c from private.report_causes(v_looks, v_now) c);
  v_metrics private.report_line[];
begin
  v_metrics := array(
    select m from private.report_lanes(v_now) m union all select m from private.report_endings(v_now) m);
  if exists (select from unnest(v_causes) c where c.code = 'telemetry_stale') then
    v_causes := private.without_advice(v_causes);
  end if;
  return next private.sum_up(v_causes, v_now);
  return query select * from unnest(v_causes);
  return next private.recommend(v_causes, v_metrics);
  return query select * from unnest(v_metrics);
  return query select * from private.report_excluded(v_looks);
end
$$;
comment on function ops.health_report() is
  'What is wrong as a whole, in sections: summary (a line: broken, not_as_it_should_be, busy, healthy); cause '
  '(reasons in order, by code and subject, of how many jobs, with evidence); recommendation (one, or do nothing, '
  'and what comes of that); metric (each lane''s load, and how its attempts of the last hour ended); excluded (what '
  'was looked at and is not the reason, with evidence). Columns as those of ops.diagnose, and count. Looks at some '
  'fifty open jobs; the same state gives the same report. Where telemetry is stale, no cause has an action, a '
  'repair or an expected_at. Reads only.';
revoke execute on function ops.health_report() from public;

create function private.report_text(p_line private.report_line) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_line.section
    when 'summary' then format(E'# %s\n\n%s', replace(upper(left(p_line.code, 1)) || substr(p_line.code, 2), '_', ' '),
      p_line.detail)
    when 'cause' then format('%s. **%s** (%s)%s: %s%s', p_line.place, p_line.code, p_line.level,
      coalesce(', ' || p_line.subject, ''), p_line.detail, concat(
        case when p_line.count > 0 then ' Jobs: ' || p_line.count || '.' end,
        ' Clears ' || replace(p_line.clears, '_', ' ') || '.', E'\n   - ' || p_line.action,
        E'\n   - `' || p_line.repair_sql || '`'))
    when 'recommendation' then concat(p_line.detail, E'\n\n```sql\n' || p_line.repair_sql || E'\n```')
    else format('- %s%s: %s', p_line.code, coalesce(', ' || p_line.subject, ''), p_line.detail) end;
end
$$;
comment on function private.report_text(private.report_line) is 'A line of the report in Markdown.';
revoke execute on function private.report_text(private.report_line) from public;

create function ops.health_report_text() returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with lines as (
      select h.section, private.report_text(h) as text, row_number() over () as n from ops.health_report() h
    ), sections as (
      select t.n, concat(t.title, string_agg(l.text, E'\n' order by l.n)) as text
      from (values (1, 'summary', null), (2, 'cause', E'## Causes, in order\n\n'),
        (3, 'recommendation', E'## Recommended\n\n'), (4, 'metric', E'## Measured\n\n'),
        (5, 'excluded', E'## Looked at, and not the reason\n\n')) t (n, section, title)
      join lines l using (section) group by t.n, t.title)
    select string_agg(s.text, E'\n\n' order by s.n) from sections s);
end
$$;
comment on function ops.health_report_text() is 'ops.health_report as a page of Markdown, to be posted or read.';
revoke execute on function ops.health_report_text() from public;

create function ops.provider_health(p_since interval default '1 hour')
returns table (
  provider text, lane text, tool text, attempts bigint, succeeded bigint, failed bigint, sent_back bigint,
  failure_percent numeric, latency_p50_seconds numeric, latency_p95_seconds numeric, running bigint,
  oldest_running_seconds numeric, cost jsonb, circuit text
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with ended as (
      select l.lane, l.provider, j.tool, a.outcome, a.cost, a.cost_currency, null::timestamptz as running_since,
        case when a.outcome = 'succeeded' then coalesce(a.word_at, a.finished_at)
          - coalesce(a.submitted_at, a.submitted_first_at, a.started_at) end as took
      from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
      where a.finished_at > v_now - p_since and a.finished_at <= v_now
    ), running as (
      -- By the slots: there are few of them, however many jobs there are.
      select l.lane, l.provider, j.tool, null, null::numeric, null, a.submitted_at, null::interval
      from private.slots s join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
      join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
      where s.token is not null and a.finished_at is null and a.submitted_at is not null
    ), all_of as (select * from ended union all select * from running), costs as (
      select c.lane, c.tool, jsonb_object_agg(c.cost_currency, c.cost) as cost from (
        select e.lane, e.tool, e.cost_currency, sum(e.cost) as cost from ended e
        where e.cost is not null group by e.lane, e.tool, e.cost_currency) c
      group by c.lane, c.tool
    )
    select o.provider, o.lane, o.tool, count(*) filter (where o.outcome is not null),
      count(*) filter (where o.outcome = 'succeeded'), count(*) filter (where o.outcome in ('failed', 'retried')),
      count(*) filter (where o.outcome in ('waited', 'paused')),
      round(100.0 * count(*) filter (where o.outcome in ('failed', 'retried'))
        / nullif(count(*) filter (where o.outcome in ('succeeded', 'failed', 'retried')), 0), 1),
      private.in_seconds(percentile_cont(0.5) within group (order by o.took)),
      private.in_seconds(percentile_cont(0.95) within group (order by o.took)),
      count(*) filter (where o.outcome is null), private.in_seconds(v_now - min(o.running_since)),
      min(c.cost::text)::jsonb, (select coalesce(l.circuit_reason, 'closed') from private.lanes l where l.lane = o.lane)
    from all_of o left join costs c on c.lane = o.lane and c.tool = o.tool
    group by o.provider, o.lane, o.tool order by o.provider, o.lane, o.tool;
end
$$;
comment on function ops.provider_health(interval) is
  'How providers have fared over the last p_since, by provider, lane and tool: attempts that ended, of which '
  'succeeded, failed (for good or to be tried again) or were sent_back (a busy provider, a paused account); '
  'failure_percent: of those that succeeded or failed; latency: from the submit to the final word of those that '
  'succeeded; running: tasks at the provider now, and the age of the oldest; cost: what it says that its tasks cost, '
  'by currency or unit; circuit: closed, or why the provider is taken for down. What did nothing has no row.';
revoke execute on function ops.provider_health(interval) from public;


create table private.audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor uuid,
  actor_role text not null,
  called_as text not null,
  action text not null,
  filter jsonb not null default '{}',
  counts jsonb not null default '{}',
  qualified integer not null default 0,
  credits bigint not null default 0,
  reason text,
  run_id uuid,
  constraint roles_are_known check (actor_role in ('admin', 'support')),
  constraint a_filter_is_an_object check (jsonb_typeof(filter) = 'object'),
  constraint counts_are_an_object check (jsonb_typeof(counts) = 'object')
);
create index audit_by_actor on private.audit (actor, at) where actor is not null;
create index audit_by_run on private.audit (run_id) where run_id is not null;
create index audit_by_time on private.audit (at);

alter table private.audit enable row level security;

comment on table private.audit is
  'What operators have done: who, to what, how much of it, why. Only appended to; kept for two years.';
comment on column private.audit.actor is
  'The operator''s user id; null: none, for they came with a secret key or as a role of the database. Of one who has '
  'left: a tombstone.';
comment on column private.audit.called_as is 'The database''s role that it was done in.';
comment on column private.audit.filter is 'As it was given; {"forgotten": true} once a user has left whom it named.';
comment on column private.audit.counts is
  'How many: matched, qualified, skipped {reason: n}; and how far it came: done, skipped_in_run, failed, to_do.';
comment on column private.audit.credits is 'What it was to charge (less than zero: it gives back), in credits.';

create function private.guard_audit() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_setting('esteira.forgets', true) in ('a user', 'what is old') then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'row % of the audit stays as it is: it is only appended to', old.audit_id
    using errcode = 'check_violation', constraint = 'the_audit_is_only_appended_to';
end
$$;
comment on function private.guard_audit() is
  'Before a row of the audit is changed or deleted: refuses, but when a user has left or its time is over.';
revoke execute on function private.guard_audit() from public;

create trigger the_audit_is_only_appended_to before update or delete on private.audit
  for each row execute function private.guard_audit();

create function private.note_act(
  p_action text, p_filter jsonb, p_counts jsonb, p_reason text, p_run_id uuid default null,
  p_qualified integer default 0, p_credits bigint default 0
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.audit (at, actor, actor_role, called_as, action, filter, counts, qualified, credits, reason,
    run_id)
  values (private.now(), auth.uid(), coalesce(private.operator_role(), 'admin'), private.caller_role(), p_action,
    p_filter, p_counts, p_qualified, p_credits, private.cut(p_reason, 500), p_run_id);
end
$$;
comment on function private.note_act(text, jsonb, jsonb, text, uuid, integer, bigint) is
  'Notes in the audit what the caller does.';
revoke execute on function private.note_act(text, jsonb, jsonb, text, uuid, integer, bigint) from public;

create function private.forget_in_audit(p_leaver private.leavers) returns integer
language plpgsql set search_path = '' as $$
declare
  v_names text[] := p_leaver.user_id::text || p_leaver.job_ids::text[];
  v_count integer;
begin
  perform set_config('esteira.forgets', 'a user', true);
  update private.audit set actor = p_leaver.tombstone_id where actor = p_leaver.user_id;
  update private.audit a set filter = '{"forgotten": true}', reason = null
  where exists (
    select from regexp_matches(a.filter::text || coalesce(a.reason, ''), '[0-9a-f]{8}-[0-9a-f-]{27}', 'g') named
    where named[1] = any (v_names));
  get diagnostics v_count = row_count;
  perform set_config('esteira.forgets', '', true);
  update private.bulk_runs set actor = p_leaver.tombstone_id where actor = p_leaver.user_id;
  update private.bulk_runs r set filter = '{"forgotten": true}', reason = null
  where exists (
    select from regexp_matches(r.filter::text || coalesce(r.reason, ''), '[0-9a-f]{8}-[0-9a-f-]{27}', 'g') named
    where named[1] = any (v_names));
  delete from private.bulk_items where job_id = any (p_leaver.job_ids) or new_job_id = any (p_leaver.job_ids);
  return v_count;
end
$$;
comment on function private.forget_in_audit(private.leavers) is
  'The audit and its runs know no more of a user who has left, neither as an operator nor as somebody for whom '
  'something was done. Returns how many rows named them.';
revoke execute on function private.forget_in_audit(private.leavers) from public;

create function private.forget_audit() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.forgets', 'what is old', true);
  v_count := private.forget_older('private.audit', 'at', private.now() - interval '730 days');
  perform set_config('esteira.forgets', '', true);
  return v_count;
end
$$;
comment on function private.forget_audit() is
  'Deletes what operators did more than two years ago. Returns how many rows.';
revoke execute on function private.forget_audit() from public;

create view ops.audit with (security_invoker = true) as
select a.audit_id, a.at, a.actor, u.email as actor_email, a.actor_role, a.called_as, a.action, a.filter, a.counts,
  a.credits, a.reason, a.run_id
from private.audit a left join auth.users u on u.id = a.actor;
comment on view ops.audit is
  'What operators have done: who (by user id and address; neither: by a secret key or in SQL), in which role, what, to '
  'which, how much of it, and why. Order it by audit_id.';
revoke all on ops.audit from anon, authenticated, service_role;

create function ops.set_operator(p_user_id uuid, p_role text, p_reason text default null) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_was text;
begin
  perform private.require_operator(p_only_admin => true);
  if p_role not in ('admin', 'support') then
    perform private.refuse(422, 'invalid_input', 'An operator is admin or support; null: none any more.', 'role');
  end if;
  if p_user_id = auth.uid() then
    perform private.refuse(409, 'own_role', 'Nobody changes a role of their own: ask another admin.', 'user_id');
  end if;
  select raw_app_meta_data ->> 'role' into v_was from auth.users where id = p_user_id for no key update;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  if v_was is not distinct from p_role then return v_was; end if;
  update auth.users set raw_app_meta_data = case when p_role is null then raw_app_meta_data - 'role'
    else coalesce(raw_app_meta_data, '{}') || jsonb_build_object('role', p_role) end
  where id = p_user_id;
  perform private.note_act('set_operator', jsonb_build_object('user_id', p_user_id, 'role', p_role),
    jsonb_build_object('was', v_was), p_reason, p_qualified => 1);
  return v_was;
end
$$;
comment on function ops.set_operator(uuid, text, text) is
  'Makes a user an operator, p_role admin or support, or none any more (null), at once; what their token says follows '
  'when it is renewed. Leaves a row in the audit. Returns what they were. For admins. Errors: 404 user_not_found, 409 '
  'own_role, 422 invalid_input.';
revoke execute on function ops.set_operator(uuid, text, text) from public;
grant execute on function ops.set_operator(uuid, text, text) to service_role;

create table private.support_limits (
  limit_name text primary key,
  maximum bigint not null,
  constraint support_limits_are_known
    check (limit_name in ('retries_a_day', 'refunds_a_day', 'refunded_credits_a_day')),
  constraint limits_are_counted check (maximum >= 0)
);

alter table private.support_limits enable row level security;

comment on table private.support_limits is
  'How much each of support may do in 24 hours: retries_a_day and refunds_a_day (jobs), refunded_credits_a_day.';

insert into private.support_limits (limit_name, maximum)
values ('retries_a_day', 50), ('refunds_a_day', 20), ('refunded_credits_a_day', 1000);

create function ops.set_support_limit(p_limit text, p_maximum bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  if p_maximum is null or p_maximum < 0 then
    perform private.refuse(422, 'invalid_amount', 'A limit is zero or more.', 'maximum');
  end if;
  update private.support_limits set maximum = p_maximum where limit_name = p_limit;
  if not found then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), 'limit');
  end if;
  perform private.note_act('set_support_limit', jsonb_build_object('limit', p_limit, 'maximum', p_maximum), '{}', null);
end
$$;
comment on function ops.set_support_limit(text, bigint) is
  'Sets a limit of private.support_limits. For admins. Errors: 422 invalid_amount, 422 invalid_input.';
revoke execute on function ops.set_support_limit(text, bigint) from public;

create function private.support_left(p_actor uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_object_agg(l.limit_name, greatest(0, l.maximum - case l.limit_name
      when 'retries_a_day' then used.retries when 'refunds_a_day' then used.refunds else used.credits end))
    from private.support_limits l, (
      select coalesce(sum(qualified) filter (where action = 'retry'), 0) as retries,
        coalesce(sum(qualified) filter (where action = 'refund'), 0) as refunds,
        coalesce(-sum(credits) filter (where action = 'refund'), 0) as credits
      from private.audit where actor = p_actor and at > (select private.now()) - interval '1 day') used);
end
$$;
comment on function private.support_left(uuid) is
  'What one of support may do yet, by what the audit has of the last 24 hours: {retries_a_day, refunds_a_day, '
  'refunded_credits_a_day}.';
revoke execute on function private.support_left(uuid) from public;

create function private.check_support(p_action text, p_qualified bigint, p_credits bigint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_left jsonb;
begin
  -- Two acts of one person at the same moment do not both have what is left.
  perform pg_advisory_xact_lock(hashtextextended('esteira.support:' || auth.uid(), 0));
  v_left := private.support_left(auth.uid());
  if p_qualified > (v_left ->> case p_action when 'retry' then 'retries_a_day' else 'refunds_a_day' end)::bigint
     or (p_action = 'refund' and -p_credits > (v_left ->> 'refunded_credits_a_day')::bigint) then
    perform private.refuse(429, 'support_limit', 'This is more than support may do in a day: ask an admin.',
      jsonb_build_object('left', v_left)::text);
  end if;
end
$$;
comment on function private.check_support(text, bigint, bigint) is
  'Error 429 support_limit when this is more than the caller may still do today; the hint says what is left.';
revoke execute on function private.check_support(text, bigint, bigint) from public;

create function private.act_keys(p_action text) returns text[]
language sql immutable set search_path = '' as $$
  select case
    when p_action in ('pause', 'resume') then '{lane,account_id,tool,user_id,connection_id,platform,for}'::text[]
    when p_action = 'set_capacity' then '{account_id,capacity}'
    when p_action in ('retry', 'cancel', 'redrive', 'refund', 'resolve', 'set_priority', 'replay_webhook', 'quarantine',
      'release', 'delete')
      then array['job_id', 'job_ids', 'user_id', 'tool', 'lane', 'status', 'error_code', 'failed_step', 'created_from',
        'created_to', 'ended_from', 'limit']
        || case p_action when 'resolve' then '{resolved}' when 'set_priority' then '{priority}' else '{}'::text[] end
  end
$$;
comment on function private.act_keys(text) is 'What the filter of an action may have; null: there is no such action.';
revoke execute on function private.act_keys(text) from public;

create function private.refuse_filter(p_message text, p_field text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.refuse(422, 'invalid_filter', p_message, p_field);
end
$$;
comment on function private.refuse_filter(text, text) is 'Raises 422 invalid_filter; p_field: what is wrong in it.';
revoke execute on function private.refuse_filter(text, text) from public;

create type private.act_filter as (
  job_ids uuid[], user_id uuid, tool text, lane text, status public.job_status, error_code text,
  created_from timestamptz, created_to timestamptz, max_jobs integer, resolved text, priority smallint,
  account_id integer, connection_id uuid, platform text, pause_for interval, capacity integer,
  failed_step public.job_step, ended_from timestamptz);
comment on type private.act_filter is 'A filter of ops.act, read. Null: it says nothing of it.';

create function private.parse_filter(p_filter jsonb) returns private.act_filter
language plpgsql stable set search_path = '' as $$
declare
  v private.act_filter;
begin
  v.job_ids := case when p_filter ? 'job_id' then array[(p_filter ->> 'job_id')::uuid]
    when p_filter ? 'job_ids' then array(select jsonb_array_elements_text(p_filter -> 'job_ids')::uuid) end;
  v.user_id := p_filter ->> 'user_id';
  v.tool := p_filter ->> 'tool';
  v.lane := p_filter ->> 'lane';
  v.status := p_filter ->> 'status';
  v.error_code := p_filter ->> 'error_code';
  v.failed_step := p_filter ->> 'failed_step';
  v.created_from := p_filter ->> 'created_from';
  v.created_to := p_filter ->> 'created_to';
  v.ended_from := p_filter ->> 'ended_from';
  v.max_jobs := p_filter ->> 'limit';
  v.resolved := p_filter ->> 'resolved';
  v.priority := p_filter ->> 'priority';
  v.account_id := p_filter ->> 'account_id';
  v.connection_id := p_filter ->> 'connection_id';
  v.platform := p_filter ->> 'platform';
  v.pause_for := p_filter ->> 'for';
  v.capacity := p_filter ->> 'capacity';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.parse_filter(jsonb) is 'Reads a filter. Error: 422 invalid_filter.';
revoke execute on function private.parse_filter(jsonb) from public;

create function private.read_filter(p_action text, p_filter jsonb) returns private.act_filter
language plpgsql stable set search_path = '' as $$
declare
  v_keys text[] := private.act_keys(p_action);
  v_unknown text;
  v private.act_filter;
begin
  if v_keys is null then
    perform private.refuse(422, 'invalid_action', format('There is no action %L.', p_action), 'action');
  end if;
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (v_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of %s has no %L; it may have %s.', p_action, v_unknown,
      array_to_string(v_keys, ', ')), v_unknown);
  end if;
  if jsonb_path_exists(p_filter, '$.* ? (@ == null)') then
    perform private.refuse_filter('Leave out what the filter is to say nothing of: null is no value.', 'filter');
  end if;
  v := private.parse_filter(p_filter);
  -- Everything there is, is never what somebody means who says nothing.
  if not p_filter ?| array['job_id', 'job_ids', 'user_id', 'tool', 'lane', 'status', 'error_code', 'failed_step',
      'created_from', 'created_to', 'ended_from', 'account_id', 'connection_id', 'platform'] then
    perform private.refuse_filter('The filter names nothing: say whom or what.', 'filter');
  elsif p_filter ?& array['job_id', 'job_ids'] then
    perform private.refuse_filter('Either job_id or job_ids.', 'job_ids');
  elsif v.max_jobs < 1 or v.pause_for <= '0' then
    perform private.refuse_filter('limit and for are more than nothing.',
      case when v.max_jobs < 1 then 'limit' else 'for' end);
  elsif p_action = 'resolve' and v.resolved is distinct from 'there' and v.resolved is distinct from 'not_there' then
    perform private.refuse_filter('resolved is there, or not_there.', 'resolved');
  elsif p_action = 'set_priority' and v.priority is null then
    perform private.refuse_filter('Say which priority.', 'priority');
  elsif p_action = 'set_capacity' and (v.account_id is null or v.capacity is null) then
    perform private.refuse_filter('Say which account_id, and its capacity.', 'capacity');
  end if;
  return v;
end
$$;
comment on function private.read_filter(text, jsonb) is
  'Checks and reads the filter of an action. Errors: 422 invalid_action, 422 invalid_filter.';
revoke execute on function private.read_filter(text, jsonb) from public;

create function private.targets_of(p_action text, p_filter private.act_filter, p_limit integer)
returns setof public.jobs
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Where a filter says nothing of where a job stands, the action does, so that an index finds those few.
  if p_filter.job_ids is null and p_filter.status is null and p_action in ('redrive', 'retry') then
    p_filter.status := 'failed';
  end if;
  return query
    select j.* from public.jobs j
    where (p_filter.job_ids is null or j.id = any (p_filter.job_ids))
      and (p_filter.user_id is null or j.user_id = p_filter.user_id)
      and (p_filter.tool is null or j.tool = p_filter.tool)
      and (p_filter.lane is null or j.lane = p_filter.lane)
      and (p_filter.status is null or j.status = p_filter.status)
      and (p_filter.error_code is null or j.error_code = p_filter.error_code)
      and (p_filter.failed_step is null or j.failed_at_step = p_filter.failed_step)
      and (p_filter.created_from is null or j.created_at >= p_filter.created_from)
      and (p_filter.created_to is null or j.created_at < p_filter.created_to)
      and (p_filter.ended_from is null or j.completed_at >= p_filter.ended_from)
      and (p_action not in ('cancel', 'set_priority', 'replay_webhook', 'quarantine') or p_filter.job_ids is not null
        or j.status in ('pending', 'processing'))
      and (p_action <> 'release' or p_filter.job_ids is not null
        or j.id in (select q.job_id from private.quarantine q))
      and (p_action <> 'resolve' or p_filter.job_ids is not null or j.error_code = 'outcome_unknown')
    order by j.completed_at, j.id limit p_limit;
end
$$;
comment on function private.targets_of(text, private.act_filter, integer) is
  'The first p_limit jobs that a filter names, those that ended first before others. Unless it names jobs one by one, '
  'only those are looked at that the action can be for by their status: retry and redrive take failed jobs unless the '
  'filter has another status; what changes open jobs takes open ones.';
revoke execute on function private.targets_of(text, private.act_filter, integer) from public;

create function private.why_no_retry(p_job public.jobs, p_only_failed boolean) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status not in ('failed', 'cancelled') then return 'not_retryable'; end if;
  if p_only_failed and p_job.status <> 'failed' then return 'not_failed'; end if;
  if exists (select from public.jobs again where again.retried_from = p_job.id) then return 'already_retried'; end if;
  if private.is_publication(p_job) and exists (
    select from public.publications p where p.job_id = p_job.id and private.counts_as_there(p_job, p)) then
    return 'duplicate_content';
  end if;
  return (
    select case when t.tool is null then 'unknown_tool' when not t.is_enabled then 'tool_disabled' end
    from (select 1) one left join public.tools t on t.tool = p_job.tool);
end
$$;
comment on function private.why_no_retry(public.jobs, boolean) is
  'Why a job cannot be done again; null: it can. p_only_failed: those cancelled are not asked for.';
revoke execute on function private.why_no_retry(public.jobs, boolean) from public;

create function private.why_no_refund(p_job public.jobs) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_is_aside boolean := exists (select from private.quarantine where job_id = p_job.id);
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status = 'completed' then return 'has_a_result'; end if;
  if p_job.status in ('pending', 'processing') and not v_is_aside then return 'still_open'; end if;
  if p_job.refund = 'paid' then return 'already_refunded'; end if;
  if p_job.credits_charged = 0 and not v_is_aside then return 'cost_nothing'; end if;
  -- Whether it is there, somebody has to say; and who has said so, has decided about its price.
  if p_job.error_code = 'outcome_unknown' and private.is_publication(p_job) then return 'outcome_unknown'; end if;
  return null;
end
$$;
comment on function private.why_no_refund(public.jobs) is
  'Why the price of a job cannot be paid back: who is refunded has no result; null: it can.';
revoke execute on function private.why_no_refund(public.jobs) from public;

create function private.why_no_delete(p_job public.jobs) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case
    when p_job.status in ('pending', 'processing') then 'still_open'
    when p_job.refund = 'due' then 'refund_due'
    when exists (select from private.cancels where job_id = p_job.id and over_at is null) then 'task_may_live'
    when exists (select from private.pending_effects where job_id = p_job.id) then 'effect_pending'
    when p_job.status = 'completed' and p_job.id = any (private.referred_jobs(p_job.user_id)) then 'still_referred_to'
  end;
end
$$;
comment on function private.why_no_delete(public.jobs) is
  'Why a job cannot be deleted: it is open, something of it is, or a project or model shows its result; null: it can.';
revoke execute on function private.why_no_delete(public.jobs) from public;

create function private.why_not_open(p_action text, p_job public.jobs, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status not in ('pending', 'processing') then return 'already_ended'; end if;
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  return case p_action
    when 'cancel' then case when v_attempt.word is not null or private.has_success(p_job.id)
      or private.is_committed(p_job, v_attempt) then 'job_finishing' end
    when 'set_priority' then case when p_job.status <> 'pending' then 'not_waiting'
      when p_job.priority = p_filter.priority then 'unchanged'
      when exists (select from public.tools t where t.tool = p_job.tool
        and p_filter.priority not between t.min_priority and t.max_priority) then 'invalid_priority' end
    when 'replay_webhook' then case when v_attempt.token is null then 'no_attempt'
      when not exists (select from private.webhook_events where job_id = p_job.id and attempt = v_attempt.attempt)
      then 'no_webhook' end
    when 'quarantine' then case when exists (
      select from private.quarantine where job_id = p_job.id and part = 'operator') then 'already_quarantined' end
  end;
end
$$;
comment on function private.why_not_open(text, public.jobs, private.act_filter) is
  'Why an action on open jobs is not for this one; null: it is.';
revoke execute on function private.why_not_open(text, public.jobs, private.act_filter) from public;

create function private.why_not(p_action text, p_job public.jobs, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case p_action
    when 'retry' then private.why_no_retry(p_job, false)
    when 'redrive' then private.why_no_retry(p_job, true)
    when 'refund' then private.why_no_refund(p_job)
    when 'delete' then private.why_no_delete(p_job)
    when 'release' then case when not exists (select from private.quarantine where job_id = p_job.id)
      then 'not_quarantined' end
    when 'resolve' then (
      select case when p.unknown_at is null then 'not_unknown' when p.resolved is not null then 'already_resolved' end
      from (select 1) one left join public.publications p on p.job_id = p_job.id)
    else private.why_not_open(p_action, p_job, p_filter)
  end;
end
$$;
comment on function private.why_not(text, public.jobs, private.act_filter) is
  'Why an action is not for a job, a stable code; null: it is.';
revoke execute on function private.why_not(text, public.jobs, private.act_filter) from public;

create function private.judged(p_action text, p_filter private.act_filter, p_limit integer)
returns table (n bigint, job_id uuid, code text, credits bigint)
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    with chosen as materialized (
      select j.id, j.user_id, j.completed_at, private.why_not(p_action, j, p_filter) as code,
        case when p_action in ('retry', 'redrive') then t.credit_cost::bigint
          when p_action = 'refund' or (p_action = 'resolve' and p_filter.resolved = 'not_there')
            then -j.credits_charged::bigint
          when p_action = 'cancel' and (j.status = 'pending' or j.refundable) then -j.credits_charged::bigint
          else 0 end as credits
      from private.targets_of(p_action, p_filter, p_limit) j left join public.tools t on t.tool = j.tool
    ), named as ( -- jobs that are named and not there
      select c.id, c.user_id, c.completed_at, c.code, c.credits from chosen c
      union all
      select gone.id, null, null, 'not_found', 0 from unnest(p_filter.job_ids) gone (id)
      where not exists (select from public.jobs j where j.id = gone.id)
    ), summed as (
      select c.*, sum(c.credits) filter (where c.code is null)
        over (partition by c.user_id order by c.completed_at, c.id) as sum_of_user
      from named c
    )
    select row_number() over (order by s.completed_at, s.id), s.id,
      -- As many as their user can pay for.
      coalesce(s.code, case when s.credits > 0 and s.sum_of_user > coalesce(a.balance, 0)
        then 'insufficient_credits' end), s.credits
    from summed s left join public.credit_accounts a on a.user_id = s.user_id;
end
$$;
comment on function private.judged(text, private.act_filter, integer) is
  'The jobs that a filter names, in order: whether the action is for each (code null), or why not, and what it would '
  'charge (less than zero: give back) in credits.';
revoke execute on function private.judged(text, private.act_filter, integer) from public;

create type private.act_plan as (
  matched bigint, qualified bigint, skipped jsonb, examples jsonb, credits bigint, job_ids uuid[]);
comment on type private.act_plan is
  'What an act comes to before it is done: how many jobs, for how many it is, why not for the others ({code: n}, and '
  '{code: the first such job}), what it charges, and the jobs.';

create function private.plan_act(p_action text, p_filter private.act_filter) returns private.act_plan
language plpgsql volatile set search_path = '' as $$
declare
  v_most constant integer := 20000;
  v_plan private.act_plan;
begin
  with judged as materialized (
    select * from private.judged(p_action, p_filter, least(p_filter.max_jobs, v_most + 1))
  ), skipped as (
    select code, count(*) as count, (array_agg(job_id order by n))[1] as example from judged
    where code is not null group by code
  )
  select count(*), count(*) filter (where code is null), (select jsonb_object_agg(code, count) from skipped),
    (select jsonb_object_agg(code, example) from skipped), coalesce(sum(credits) filter (where code is null), 0),
    array_agg(job_id order by n) filter (where code is null)
  into v_plan.matched, v_plan.qualified, v_plan.skipped, v_plan.examples, v_plan.credits, v_plan.job_ids from judged;
  if v_plan.matched > v_most then
    perform private.refuse_filter(format('More than %s jobs: name fewer, or give a limit.', v_most), 'limit');
  end if;
  return v_plan;
end
$$;
comment on function private.plan_act(text, private.act_filter) is
  'Looks at all that a filter names and says what an action on it comes to; changes nothing. Error: 422 invalid_filter '
  'for more than 20,000 jobs.';
revoke execute on function private.plan_act(text, private.act_filter) from public;

create table private.bulk_runs (
  run_id uuid primary key default private.uuid_v7(),
  action text not null,
  filter jsonb not null,
  reason text,
  actor uuid,
  actor_role text not null,
  called_as text not null,
  state text not null default 'running',
  items integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  begun_at timestamptz not null,
  beat_at timestamptz,
  ended_at timestamptz,
  constraint states_are_known check (state in ('running', 'done', 'aborted')),
  constraint what_is_not_running_has_ended check ((state = 'running') = (ended_at is null)),
  constraint no_more_is_done_than_there_is check (
    least(done, skipped, failed) >= 0 and done + skipped + failed <= items)
);
create index bulk_runs_open on private.bulk_runs (begun_at) where state = 'running';
create index bulk_runs_ended on private.bulk_runs (ended_at) where ended_at is not null;

alter table private.bulk_runs enable row level security;

comment on table private.bulk_runs is
  'Acts on jobs: what is to be done, and how far that is. Kept, with their jobs, for 30 days after their end.';
comment on column private.bulk_runs.skipped is
  'Jobs for which the action was no more when their turn had come, or that were refused.';
comment on column private.bulk_runs.failed is 'Jobs for which it raised an error.';
comment on column private.bulk_runs.beat_at is 'When it was last worked on; null: not yet.';

create table private.bulk_items (
  run_id uuid not null references private.bulk_runs (run_id) on delete cascade,
  n integer not null,
  job_id uuid not null, -- no foreign key: it may be deleted, by this very act
  outcome text,
  code text,
  message text,
  new_job_id uuid,
  tries integer not null default 0,
  next_at timestamptz,
  done_at timestamptz,
  primary key (run_id, n),
  constraint outcomes_are_known check (outcome in ('done', 'skipped', 'failed')),
  constraint what_has_an_outcome_has_a_time check ((outcome is null) = (done_at is null)),
  constraint tries_are_counted check (tries >= 0)
);
create index bulk_items_to_do on private.bulk_items (run_id, n) where outcome is null;
create index bulk_items_by_job on private.bulk_items (job_id);

alter table private.bulk_items enable row level security;

comment on table private.bulk_items is 'The jobs of a run, in the order in which it is their turn.';
comment on column private.bulk_items.outcome is 'done, skipped or failed; null: its turn is to come.';
comment on column private.bulk_items.code is 'Why it was skipped, has failed, or is to be tried again.';
comment on column private.bulk_items.tries is 
  'How often it was put off, because somebody had the job or a limit stood in the way.';
comment on column private.bulk_items.next_at is 'Not before this time; null: as soon as it is its turn.';

create view ops.bulk_runs with (security_invoker = true) as
select run_id, action, filter, reason, actor, actor_role, state, items, done, skipped, failed,
  items - done - skipped - failed as to_do, begun_at, beat_at, ended_at
from private.bulk_runs;
comment on view ops.bulk_runs is
  'Acts on jobs and how far they are: of items jobs, done, skipped and failed, and to_do. state: running, done, or '
  'aborted (ops.abort_run; ops.resume_run takes it up again).';
revoke all on ops.bulk_runs from anon, authenticated, service_role;

create function private.have_for_act(p_job_id uuid, p_user_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  perform from auth.users where id = p_user_id for key share skip locked;
  if not found then return false; end if;
  if not pg_try_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0)) then return false; end if;
  perform from public.jobs where id = p_job_id for update skip locked;
  if not found then return false; end if;
  if (select count(*) from public.job_attempts where job_id = p_job_id and finished_at is null) > 0
     and not private.can_supersede(p_job_id) then return false; end if;
  return private.can_end_at_once(null, null, p_user_id);
end
$$;
comment on function private.have_for_act(uuid, uuid) is
  'Locks all that an act on a job can need: its user''s row and creates, the job, the slots of its open attempts, '
  'these, and the credit account. Waits for nothing: false when somebody else has one of them.';
revoke execute on function private.have_for_act(uuid, uuid) from public;

create function private.set_priority(p_job public.jobs, p_priority smallint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_ticket bigint := private.take_tickets(p_job.lane, p_job.user_id, p_priority, 1);
begin
  update public.publications set priority = p_priority, ticket = v_ticket where job_id = p_job.id;
  update public.jobs set priority = p_priority, ticket = v_ticket where id = p_job.id;
end
$$;
comment on function private.set_priority(public.jobs, smallint) is
  'Gives a locked, waiting job another priority, and the next ticket of its user in it.';
revoke execute on function private.set_priority(public.jobs, smallint) from public;

create function private.replay_webhook(p_job public.jobs) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  perform private.send_to_settle(v_attempt);
  perform private.poke(p_job.lane);
end
$$;
comment on function private.replay_webhook(public.jobs) is
  'Has the last webhook of a locked, open job settled again: the provider is asked for the truth, as when it came.';
revoke execute on function private.replay_webhook(public.jobs) from public;

create function private.refund_job(p_job public.jobs, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from private.quarantine where job_id = p_job.id) then
    perform ops.refund(p_job.id, coalesce(p_reason, 'Something went wrong on our side'));
    return;
  end if;
  -- A task that may live keeps its slot, and is stopped by the outbox; its end decides about no price any more.
  perform private.pay_back(p_job, false);
  update public.jobs set refund = 'paid' where id = p_job.id;
end
$$;
comment on function private.refund_job(public.jobs, text) is
  'Pays back the price of a locked job that has ended without a result, or is set aside, not counted among its '
  'user''s refunds.';
revoke execute on function private.refund_job(public.jobs, text) from public;

create function private.quarantine_job(p_job public.jobs, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.quarantine (job_id, part, lane, sqlstate, error, since, last_at)
  values (p_job.id, 'operator', p_job.lane, '00000', left(p_reason, 2000), private.now(), private.now());
end
$$;
comment on function private.quarantine_job(public.jobs, text) is
  'An operator sets a job aside: it is not dispatched until it is released, or ended by a refund.';
revoke execute on function private.quarantine_job(public.jobs, text) from public;

create function private.do_act(p_run private.bulk_runs, p_job public.jobs) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_claims text := coalesce(current_setting('request.jwt.claims', true), '');
  v_new_job_id uuid;
begin
  -- As a server calls, not as the operator, whose the job is not. Whatever raises takes this back too.
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  case p_run.action
    when 'retry', 'redrive' then v_new_job_id := (public.retry_job(p_job.id)).id;
    when 'cancel' then perform public.cancel_job(p_job.id);
    when 'refund' then perform private.refund_job(p_job, p_run.reason);
    when 'resolve' then
      perform public.resolve_publication(p_job.id, p_run.filter ->> 'resolved', p_reason => p_run.reason);
    when 'set_priority' then perform private.set_priority(p_job, (p_run.filter ->> 'priority')::smallint);
    when 'replay_webhook' then perform private.replay_webhook(p_job);
    when 'quarantine' then perform private.quarantine_job(p_job, p_run.reason);
    when 'release' then perform ops.release(p_job.id);
    when 'delete' then delete from public.jobs where id = p_job.id;
  end case;
  perform set_config('request.jwt.claims', v_claims, true);
  return v_new_job_id;
end
$$;
comment on function private.do_act(private.bulk_runs, public.jobs) is
  'Does to one locked job what a run is for, in the name of a server. Returns the new job of a retry, else null.';
revoke execute on function private.do_act(private.bulk_runs, public.jobs) from public;

create type private.act_outcome as (outcome text, code text, message text, new_job_id uuid, again_in interval);
comment on type private.act_outcome is
  'What came of an act on one job; outcome null: it is tried again, after again_in.';

create function private.put_off(p_sqlstate text, p_code text, p_tries integer) returns interval
language sql immutable set search_path = '' as $$
  select case
    -- A user's limits: others of the run go on, and in a minute there is room again.
    when p_sqlstate = 'PT429' and p_code in ('too_many_creates', 'too_many_waiting') and p_tries < 1440
      then interval '1 minute'
    when private.is_passing(p_sqlstate) and p_tries < 60 then interval '2 seconds' end
$$;
comment on function private.put_off(text, text, integer) is
  'In which time a job of a run is tried again that has come to this error, and p_tries times to such a one before; '
  'null: never.';
revoke execute on function private.put_off(text, text, integer) from public;

create function private.act_on(p_run private.bulk_runs, p_item private.bulk_items) returns private.act_outcome
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_code text;
  v_is_had boolean;
begin
  v_is_had := (select private.have_for_act(id, user_id) from public.jobs where id = p_item.job_id);
  select * into v_job from public.jobs where id = p_item.job_id;
  if not found then return ('skipped', 'not_found', null, null, null)::private.act_outcome; end if;
  if not v_is_had then raise lock_not_available using message = 'Somebody is working on it.', detail = 'busy'; end if;
  v_code := private.why_not(p_run.action, v_job, private.parse_filter(p_run.filter));
  if v_code is not null then return ('skipped', v_code, null, null, null)::private.act_outcome; end if;
  return ('done', null, null, private.do_act(p_run, v_job), null)::private.act_outcome;
exception when others then
  get stacked diagnostics v_code = pg_exception_detail;
  if sqlstate not like 'PT%' and sqlstate <> '55P03' then v_code := sqlstate; end if;
  return (case when private.put_off(sqlstate, v_code, p_item.tries) is not null then null
      when sqlstate like 'PT%' then 'skipped' else 'failed' end,
    coalesce(nullif(v_code, ''), 'busy'), left(sqlerrm, 500), null, private.put_off(sqlstate, v_code, p_item.tries)
    )::private.act_outcome;
end
$$;
comment on function private.act_on(private.bulk_runs, private.bulk_items) is
  'Does to one job what its run is for, in a sub-transaction of its own, if it still is for it; waits for nobody who '
  'has the job. Returns what came of it.';
revoke execute on function private.act_on(private.bulk_runs, private.bulk_items) from public;

create function private.note_outcome(p_item private.bulk_items, p_outcome private.act_outcome, p_at timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  update private.bulk_items set outcome = p_outcome.outcome, code = p_outcome.code, message = p_outcome.message,
    new_job_id = p_outcome.new_job_id, done_at = case when p_outcome.outcome is not null then p_at end,
    tries = tries + (p_outcome.outcome is null)::integer, next_at = p_at + p_outcome.again_in
  where run_id = p_item.run_id and n = p_item.n;
end
$$;
comment on function private.note_outcome(private.bulk_items, private.act_outcome, timestamptz) is
  'Notes what came of an act on one job.';
revoke execute on function private.note_outcome(private.bulk_items, private.act_outcome, timestamptz) from public;

create function private.end_run(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.bulk_runs;
begin
  update private.bulk_runs r set state = 'done', ended_at = private.now()
  where r.run_id = p_run_id and r.state = 'running'
    and not exists (select from private.bulk_items i where i.run_id = r.run_id and i.outcome is null)
  returning * into v_run;
  if not found then return; end if;
  -- What is done at once is told by the row that tells of the act itself, which is not there yet.
  if not exists (select from private.audit where run_id = p_run_id) then return; end if;
  insert into private.audit (at, actor, actor_role, called_as, action, filter, counts, reason, run_id)
  values (private.now(), v_run.actor, v_run.actor_role, v_run.called_as, v_run.action || ' ended', v_run.filter,
    private.progress_of(p_run_id),
    v_run.reason, p_run_id);
end
$$;
comment on function private.end_run(uuid) is 'A run of which nothing is left to do is done, which the audit tells.';
revoke execute on function private.end_run(uuid) from public;

create function private.is_running(p_run_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from private.bulk_runs where run_id = p_run_id and state = 'running');
end
$$;
comment on function private.is_running(uuid) is 'Whether a run goes on: nobody has aborted it meanwhile.';
revoke execute on function private.is_running(uuid) from public;

create function private.work_run(p_run_id uuid, p_until timestamptz, p_qty integer default 100) returns integer
language plpgsql volatile set search_path = '' set lock_timeout = '2s' as $$
declare
  v_run private.bulk_runs;
  v_item private.bulk_items;
  v_outcome private.act_outcome;
  v_done integer := 0;
  v_skipped integer := 0;
  v_failed integer := 0;
begin
  -- One at a time works on a run: of two, the second would only meet what the first has.
  if not pg_try_advisory_xact_lock(hashtextextended('esteira.run:' || p_run_id, 0)) then return 0; end if;
  select * into v_run from private.bulk_runs where run_id = p_run_id and state = 'running';
  if not found then return 0; end if;
  perform set_config('esteira.dispatch', 'later', true);
  for v_item in
    select * from private.bulk_items
    where run_id = p_run_id and outcome is null and coalesce(next_at <= (select private.now()), true)
    order by n limit p_qty
  loop
    exit when clock_timestamp() > p_until or not private.is_running(p_run_id);
    v_outcome := private.act_on(v_run, v_item);
    perform private.note_outcome(v_item, v_outcome, private.now());
    v_done := v_done + (v_outcome.outcome is not distinct from 'done')::integer;
    v_skipped := v_skipped + (v_outcome.outcome is not distinct from 'skipped')::integer;
    v_failed := v_failed + (v_outcome.outcome is not distinct from 'failed')::integer;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  update private.bulk_runs set done = done + v_done, skipped = skipped + v_skipped, failed = failed + v_failed,
    beat_at = private.now()
  where run_id = p_run_id;
  perform private.end_run(p_run_id);
  return v_done + v_skipped + v_failed;
end
$$;
comment on function private.work_run(uuid, timestamptz, integer) is
  'Does a batch of a run: up to p_qty jobs, and none is begun after p_until. Whatever is not committed has not '
  'happened, and is done by the next. Returns how many have come to an end; the caller dispatches.';
revoke execute on function private.work_run(uuid, timestamptz, integer) from public;

create function private.dispatch_all() returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.each_lane('esteira-acts', 'private.dispatch(($1).lane)');
end
$$;
comment on function private.dispatch_all() is 'Dispatches every lane, each in a sub-transaction of its own.';
revoke execute on function private.dispatch_all() from public;

create function private.work_runs() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_run_ids uuid[] := array(
    select run_id from private.bulk_runs where state = 'running' order by begun_at, run_id limit 5);
  v_run_id uuid;
  v_count integer := 0;
begin
  -- Two seconds in all, for whom it works on waits with their creates as long.
  foreach v_run_id in array v_run_ids loop
    v_count := v_count
      + private.work_run(v_run_id, clock_timestamp() + interval '2 seconds' / cardinality(v_run_ids), 200);
  end loop;
  if v_count > 0 then perform private.dispatch_all(); end if;
  return v_count;
end
$$;
comment on function private.work_runs() is
  'Does a batch of each of the five oldest runs that go on, and dispatches. Returns how many jobs it came to the end '
  'of.';
revoke execute on function private.work_runs() from public;

create function private.pause_connection(p_connection_id uuid, p_reason text, p_for interval) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.connections set state = 'limited', held_until = coalesce(private.now() + p_for, 'infinity'),
    state_code = 'paused_by_operator', state_message = private.cut(p_reason, 500)
  where id = p_connection_id;
end
$$;
comment on function private.pause_connection(uuid, text, interval) is
  'Publishes nothing with a connection for p_for, or until it is resumed.';
revoke execute on function private.pause_connection(uuid, text, interval) from public;

create function private.resume_connection(p_connection_id uuid) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  update public.connections set state = 'live', held_until = null, state_code = null, state_message = null
  where id = p_connection_id;
  perform private.connection_freed(p_connection_id);
  return private.dispatch('publication');
end
$$;
comment on function private.resume_connection(uuid) is
  'Ends a connection''s pause and dispatches; returns how many jobs started.';
revoke execute on function private.resume_connection(uuid) from public;

create function private.thing_of(p_filter private.act_filter) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_things text[] := array_remove(array[case when p_filter.lane is not null then 'lane' end,
    case when p_filter.account_id is not null then 'account' end, case when p_filter.tool is not null then 'tool' end,
    case when p_filter.user_id is not null then 'user' end,
    case when p_filter.connection_id is not null then 'connection' end,
    case when p_filter.platform is not null then 'platform' end], null);
begin
  return case when cardinality(v_things) = 1 then v_things[1] end;
end
$$;
comment on function private.thing_of(private.act_filter) is
  'What a filter names that is no job: lane, account, tool, user, connection or platform; null: nothing, or several.';
revoke execute on function private.thing_of(private.act_filter) from public;

create function private.state_of_thing(p_thing text, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case p_thing
    when 'lane' then (select case when paused_until > v_now then 'paused' else 'on' end
      from private.lanes where lane = p_filter.lane)
    when 'account' then (select case when retired_at is not null then 'retired' when paused_until > v_now then 'paused'
      else 'on' end from private.accounts where account_id = p_filter.account_id)
    when 'tool' then (select case when is_enabled then 'on' else 'paused' end
      from public.tools where tool = p_filter.tool)
    when 'user' then (select case when p.paused_until > v_now then 'paused' else 'on' end
      from auth.users u left join private.user_pauses p on p.user_id = u.id where u.id = p_filter.user_id)
    when 'connection' then (select case when state_code = 'paused_by_operator' then 'paused'
      when state in ('revoked', 'reconnect_needed') then state else 'on' end
      from public.connections where id = p_filter.connection_id)
    when 'platform' then (select case when paused_until > v_now then 'paused' else 'on' end
      from private.platforms where platform = p_filter.platform)
  end;
end
$$;
comment on function private.state_of_thing(text, private.act_filter) is
  'How what a filter names stands: on, paused, or a word of its own that neither pause nor resume changes; null: there '
  'is no such thing.';
revoke execute on function private.state_of_thing(text, private.act_filter) from public;

create function private.why_no_thing(p_action text, p_thing text, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_state text := private.state_of_thing(p_thing, p_filter);
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case
    when v_state is null then 'not_found'
    when v_state not in ('on', 'paused') then v_state
    when p_action = 'resume' and v_state = 'on' then 'not_paused'
    when p_action = 'set_capacity' and p_filter.capacity = (select count(*) from private.slots
      where account_id = p_filter.account_id and not is_retiring) then 'unchanged'
  end;
end
$$;
comment on function private.why_no_thing(text, text, private.act_filter) is
  'Why an action is not for what a filter names; null: it is.';
revoke execute on function private.why_no_thing(text, text, private.act_filter) from public;

create function private.waiting_for_thing(p_thing text, p_filter private.act_filter) returns bigint
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select count(*) from (
      select from public.jobs j
      where j.status = 'pending' and (p_filter.lane is null or j.lane = p_filter.lane)
        and (p_filter.account_id is null or j.lane = (
          select a.lane from private.accounts a where a.account_id = p_filter.account_id))
        and (p_filter.tool is null or j.tool = p_filter.tool)
        and (p_filter.user_id is null or j.user_id = p_filter.user_id)
        and (p_thing not in ('connection', 'platform') or exists (
          select from public.publications p where p.job_id = j.id
            and (p.connection_id = p_filter.connection_id or p.platform = p_filter.platform)))
      limit 10000) waiting);
end
$$;
comment on function private.waiting_for_thing(text, private.act_filter) is
  'How many jobs wait whom a pause of what a filter names would concern, 10,000 at most.';
revoke execute on function private.waiting_for_thing(text, private.act_filter) from public;

create function private.do_to_thing(p_action text, p_thing text, p_filter private.act_filter, p_reason text)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  case p_action || ' ' || p_thing
    when 'pause lane' then perform ops.pause_lane(p_filter.lane, p_reason, p_filter.pause_for);
    when 'resume lane' then perform ops.resume_lane(p_filter.lane);
    when 'pause account' then perform ops.pause_account(p_filter.account_id, p_reason, p_filter.pause_for);
    when 'resume account' then perform ops.resume_account(p_filter.account_id);
    when 'pause tool' then update public.tools set is_enabled = false where tool = p_filter.tool;
    when 'resume tool' then update public.tools set is_enabled = true where tool = p_filter.tool;
    when 'pause user' then perform ops.pause_user(p_filter.user_id, p_reason, p_filter.pause_for);
    when 'resume user' then perform ops.resume_user(p_filter.user_id);
    when 'pause connection' then
      perform private.pause_connection(p_filter.connection_id, p_reason, p_filter.pause_for);
    when 'resume connection' then perform private.resume_connection(p_filter.connection_id);
    when 'pause platform' then perform ops.pause_platform(p_filter.platform, p_reason, p_filter.pause_for);
    when 'resume platform' then
      perform ops.resume_platform(p_filter.platform);
      perform private.dispatch('publication');
    when 'set_capacity account' then
      perform private.set_capacity(p_filter.account_id, p_filter.capacity);
      perform private.dispatch(lane) from private.accounts where account_id = p_filter.account_id;
  end case;
end
$$;
comment on function private.do_to_thing(text, text, private.act_filter, text) is
  'Pauses, resumes or resizes what a filter names.';
revoke execute on function private.do_to_thing(text, text, private.act_filter, text) from public;

create function private.act_on_thing(
  p_action text, p_asked jsonb, p_filter private.act_filter, p_dry_run boolean, p_reason text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_thing text := private.thing_of(p_filter);
  v_code text;
  v_counts jsonb;
begin
  if v_thing is null then
    perform private.refuse_filter('Name one: lane, account_id, tool, user_id, connection_id or platform.', 'filter');
  elsif v_thing = 'tool' and p_filter.pause_for is not null then
    perform private.refuse_filter('A tool is switched off until it is switched on again.', 'for');
  end if;
  v_code := private.why_no_thing(p_action, v_thing, p_filter);
  v_counts := jsonb_build_object('matched', (v_code is distinct from 'not_found')::integer,
    'qualified', (v_code is null)::integer,
    'skipped', case when v_code is null then '{}' else jsonb_build_object(v_code, 1) end,
    'waiting', private.waiting_for_thing(v_thing, p_filter));
  if not p_dry_run then
    perform private.do_to_thing(p_action, v_thing, p_filter, p_reason) where v_code is null;
    perform private.note_act(p_action, p_asked, v_counts, p_reason, p_qualified => (v_code is null)::integer);
  end if;
  return jsonb_build_object('action', p_action, 'thing', v_thing, 'dry_run', p_dry_run) || v_counts;
end
$$;
comment on function private.act_on_thing(text, jsonb, private.act_filter, boolean, text) is
  'Acts on one thing that is no job. p_asked: the filter as given. Returns what ops.act does, with thing, and waiting: '
  'how many jobs it concerns.';
revoke execute on function private.act_on_thing(text, jsonb, private.act_filter, boolean, text) from public;

create function private.check_act(p_action text, p_filter private.act_filter, p_role text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_role = 'admin' then return; end if;
  if p_action not in ('retry', 'refund') then
    perform private.refuse(403, 'not_an_operator', format('Support may retry and refund; %s is for admins.', p_action));
  elsif p_filter.job_ids is null and p_filter.user_id is null then
    perform private.refuse(403, 'not_an_operator', 'Support helps single users: name jobs, or a user.', 'filter');
  end if;
end
$$;
comment on function private.check_act(text, private.act_filter, text) is
  'Error 403 not_an_operator unless an operator of this role may act so.';
revoke execute on function private.check_act(text, private.act_filter, text) from public;

create function private.begin_run(p_action text, p_filter jsonb, p_reason text, p_job_ids uuid[]) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_run_id uuid;
begin
  insert into private.bulk_runs (action, filter, reason, actor, actor_role, called_as, items, begun_at)
  values (p_action, p_filter, private.cut(p_reason, 500), auth.uid(), private.operator_role(), private.caller_role(),
    coalesce(cardinality(p_job_ids), 0), private.now())
  returning run_id into v_run_id;
  insert into private.bulk_items (run_id, n, job_id)
  select v_run_id, n, job_id from unnest(p_job_ids) with ordinality items (job_id, n);
  return v_run_id;
end
$$;
comment on function private.begin_run(text, jsonb, text, uuid[]) is 'Makes a run of these jobs, and returns its id.';
revoke execute on function private.begin_run(text, jsonb, text, uuid[]) from public;

create function private.progress_of(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_build_object('done', done, 'skipped_in_run', skipped, 'failed', failed,
      'to_do', items - done - skipped - failed)
    from private.bulk_runs where run_id = p_run_id);
end
$$;
comment on function private.progress_of(uuid) is 'How far a run is: {done, skipped_in_run, failed, to_do}.';
revoke execute on function private.progress_of(uuid) from public;

create function private.run_result(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select private.progress_of(r.run_id) || jsonb_build_object('run_id', r.run_id, 'state', r.state,
      'items', r.items, 'codes', (select coalesce(jsonb_object_agg(c.code, c.count), '{}') from (
        select i.code, count(*) from private.bulk_items i
        where i.run_id = r.run_id and i.code is not null group by i.code) c),
      'new_job_ids', (select coalesce(jsonb_agg(i.new_job_id order by i.n), '[]') from (
        select new_job_id, n from private.bulk_items b
        where b.run_id = r.run_id and b.new_job_id is not null order by n limit 100) i))
    from private.bulk_runs r where r.run_id = p_run_id);
end
$$;
comment on function private.run_result(uuid) is
  'How far a run is: {run_id, state, items, done, skipped_in_run, failed, to_do, codes: {why something was not done, '
  'or is put off: n}, new_job_ids: of the first hundred retries}. Null: there is none.';
revoke execute on function private.run_result(uuid) from public;

create function private.act_on_jobs(
  p_action text, p_asked jsonb, p_filter private.act_filter, p_dry_run boolean, p_reason text, p_role text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_plan private.act_plan := private.plan_act(p_action, p_filter);
  v_counts jsonb := jsonb_build_object('matched', v_plan.matched, 'qualified', v_plan.qualified,
    'skipped', coalesce(v_plan.skipped, '{}'), 'credits', jsonb_build_object(
      'charged', greatest(v_plan.credits, 0), 'refunded', greatest(-v_plan.credits, 0)));
  v_result jsonb := jsonb_build_object('action', p_action, 'dry_run', p_dry_run,
    'examples', coalesce(v_plan.examples, '{}'), 'sample', to_jsonb(coalesce(v_plan.job_ids[1:10], '{}')),
    'in_background', v_plan.qualified > 100) || v_counts;
  v_run_id uuid;
begin
  if p_dry_run then
    return v_result || case when p_role = 'support'
      then jsonb_build_object('left', private.support_left(auth.uid())) else '{}' end;
  end if;
  if p_role = 'support' then perform private.check_support(p_action, v_plan.qualified, v_plan.credits); end if;
  v_run_id := private.begin_run(p_action, p_asked, p_reason, v_plan.job_ids);
  if v_plan.qualified <= 100 then
    perform private.work_run(v_run_id, clock_timestamp() + interval '3 seconds');
    perform private.dispatch_all();
  end if;
  perform private.note_act(p_action, p_asked, v_counts || private.progress_of(v_run_id), p_reason, v_run_id,
    v_plan.qualified::integer, v_plan.credits);
  return v_result || private.run_result(v_run_id);
end
$$;
comment on function private.act_on_jobs(text, jsonb, private.act_filter, boolean, text, text) is
  'Acts on the jobs that a filter names; p_asked: as it was given. Up to a hundred at once, more in the background. '
  'Returns what ops.act does.';
revoke execute on function private.act_on_jobs(text, jsonb, private.act_filter, boolean, text, text) from public;

create function ops.act(p_action text, p_filter jsonb, p_dry_run boolean default true, p_reason text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.act_filter := private.read_filter(p_action, p_filter);
begin
  p_dry_run := coalesce(p_dry_run, true);
  perform private.check_act(p_action, v_filter, v_role);
  if not p_dry_run and coalesce(btrim(p_reason), '') = ''
     and p_action in ('pause', 'cancel', 'refund', 'resolve', 'quarantine', 'delete') then
    perform private.refuse(422, 'reason_required', format('To %s something, say why.', p_action), 'reason');
  end if;
  if p_action in ('pause', 'resume', 'set_capacity') then
    return private.act_on_thing(p_action, p_filter, v_filter, p_dry_run, p_reason);
  end if;
  return private.act_on_jobs(p_action, p_filter, v_filter, p_dry_run, p_reason, v_role);
end
$$;
comment on function ops.act(text, jsonb, boolean, text) is
  'The one way to act (docs/acting.md). p_action: retry, cancel, redrive, refund, resolve, set_priority, '
  'replay_webhook, quarantine, release, delete (jobs); pause, resume, set_capacity (one lane, account, tool, user, '
  'connection or platform). p_filter: which, {job_id | job_ids, user_id, tool, lane, status, error_code, failed_step, '
  'created_from, created_to, ended_from, limit}, and the values that the action needs. p_dry_run, as long as nothing '
  'else is said: only what it would do. '
  'Returns {action, dry_run, matched, qualified, skipped: {code: n}, examples: {code: job}, credits: {charged, '
  'refunded}, sample, in_background}; when it is done also {run_id, state, items, done, skipped_in_run, failed, to_do, '
  'codes, new_job_ids}. Each act leaves a row in ops.audit. Errors: 401 unauthenticated, 403 not_an_operator, 422 '
  'invalid_action, invalid_filter or reason_required, 429 support_limit.';
revoke execute on function ops.act(text, jsonb, boolean, text) from public;
grant execute on function ops.act(text, jsonb, boolean, text) to service_role;

create function private.set_run_state(p_run_id uuid, p_from text, p_to text, p_action text, p_reason text)
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.bulk_runs;
begin
  perform private.require_operator(p_only_admin => not exists (
    select from private.bulk_runs where run_id = p_run_id and actor = auth.uid()));
  select * into v_run from private.bulk_runs where run_id = p_run_id for update;
  if not found then perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id'); end if;
  if v_run.state <> p_from then
    perform private.refuse(409, case v_run.state when 'running' then 'run_running' when 'done' then 'run_done'
      else 'run_aborted' end, format('The run is %s.', v_run.state), 'run_id');
  end if;
  update private.bulk_runs set state = p_to, ended_at = case when p_to <> 'running' then private.now() end
  where run_id = p_run_id;
  perform private.note_act(p_action, v_run.filter, private.progress_of(p_run_id), p_reason, p_run_id);
  return private.run_result(p_run_id);
end
$$;
comment on function private.set_run_state(uuid, text, text, text, text) is
  'Aborts or resumes a run: by an admin, or whoever began it. Errors: 404 not_found, 409 run_running, run_done or '
  'run_aborted.';
revoke execute on function private.set_run_state(uuid, text, text, text, text) from public;

create function ops.abort_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  return private.set_run_state(p_run_id, 'running', 'aborted', 'abort', p_reason);
end
$$;
comment on function ops.abort_run(uuid, text) is
  'Stops a run where it is: what is done stays done, the rest is left. Returns how far it came. For admins, and for '
  'whoever began it. Errors: 403 not_an_operator, 404 not_found, 409 run_done or run_aborted.';
revoke execute on function ops.abort_run(uuid, text) from public;
grant execute on function ops.abort_run(uuid, text) to service_role;

create function ops.resume_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  return private.set_run_state(p_run_id, 'aborted', 'running', 'resume', p_reason);
end
$$;
comment on function ops.resume_run(uuid, text) is
  'Takes an aborted run up again where it stopped. For admins, and for whoever began it. Errors: 403 not_an_operator, '
  '404 not_found, 409 run_done or run_running.';
revoke execute on function ops.resume_run(uuid, text) from public;
grant execute on function ops.resume_run(uuid, text) to service_role;

create function ops.work_run(p_run_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  if not exists (select from private.bulk_runs where run_id = p_run_id) then
    perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id');
  end if;
  if private.work_run(p_run_id, clock_timestamp() + interval '2 seconds') > 0 then
    perform private.dispatch_all();
  end if;
  return private.run_result(p_run_id);
end
$$;
comment on function ops.work_run(uuid) is
  'Does the next batch of a run now, up to a hundred jobs, for who does not want to wait for the schedule; returns how '
  'far it is. While somebody else is at it: nothing. Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops.work_run(uuid) from public;
grant execute on function ops.work_run(uuid) to service_role;

create schema if not exists ops_api;
comment on schema ops_api is
  'What operators call through the Data API: admins and support. Exposed; each function checks who calls.';
revoke all on schema ops_api from public;
grant usage on schema ops_api to authenticated, service_role;

create function ops_api.me() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
begin
  return jsonb_build_object('user_id', auth.uid(), 'role', v_role, 'left',
    case when v_role = 'support' then private.support_left(auth.uid()) end, 'actions',
    case when v_role = 'support' then '["retry", "refund"]'::jsonb else '["retry", "cancel", "redrive", "refund",
      "resolve", "set_priority", "replay_webhook", "quarantine", "release", "delete", "pause", "resume",
      "set_capacity"]' end,
    'lanes', (select jsonb_agg(lane order by lane) from private.lanes));
end
$$;
comment on function ops_api.me() is
  'Who the caller is as an operator: {user_id, role: admin or support, actions: what they may do with ops_api.act, '
  'left: what support may do yet today, lanes: the names of all lanes}. Errors: 401 unauthenticated, 403 '
  'not_an_operator.';
revoke execute on function ops_api.me() from public;
grant execute on function ops_api.me() to authenticated, service_role;

create function ops_api.act(p_action text, p_filter jsonb, p_dry_run boolean default true, p_reason text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.act(p_action, p_filter, p_dry_run, p_reason);
end
$$;
comment on function ops_api.act(text, jsonb, boolean, text) is
  'ops.act for operators: retry, cancel, redrive, refund, resolve, set_priority, replay_webhook, quarantine, release, '
  'delete, pause, resume, set_capacity. Support may retry and refund jobs of single users, so many a day.';
revoke execute on function ops_api.act(text, jsonb, boolean, text) from public;
grant execute on function ops_api.act(text, jsonb, boolean, text) to authenticated, service_role;

create function ops_api.diagnose(p_job_id uuid, p_as_of timestamptz default null) returns setof private.verdict
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query select * from ops.diagnose(p_job_id, p_as_of);
end
$$;
comment on function ops_api.diagnose(uuid, timestamptz) is 'ops.diagnose for operators.';
revoke execute on function ops_api.diagnose(uuid, timestamptz) from public;
grant execute on function ops_api.diagnose(uuid, timestamptz) to authenticated, service_role;

create function ops_api.set_operator(p_user_id uuid, p_role text, p_reason text default null) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return ops.set_operator(p_user_id, p_role, p_reason);
end
$$;
comment on function ops_api.set_operator(uuid, text, text) is 'ops.set_operator for admins.';
revoke execute on function ops_api.set_operator(uuid, text, text) from public;
grant execute on function ops_api.set_operator(uuid, text, text) to authenticated, service_role;

create function ops_api.operators() returns table (user_id uuid, email text, role text, last_sign_in_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return query
    select u.id, u.email::text, u.raw_app_meta_data ->> 'role', u.last_sign_in_at from auth.users u
    where u.raw_app_meta_data ->> 'role' in ('admin', 'support') order by 3, 2 limit 1000;
end
$$;
comment on function ops_api.operators() is 'Who is an operator. For admins.';
revoke execute on function ops_api.operators() from public;
grant execute on function ops_api.operators() to authenticated, service_role;

create function private.masked(p_value jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_value)
    when 'object' then (
      select coalesce(jsonb_object_agg(key, private.masked(value)), '{}') from jsonb_each(p_value))
    when 'array' then (
      select coalesce(jsonb_agg(private.masked(value) order by n), '[]')
      from jsonb_array_elements(p_value) with ordinality elements (value, n))
    when 'string' then to_jsonb('•••'::text) when 'number' then to_jsonb('•••'::text) else p_value end;
end
$$;
comment on function private.masked(jsonb) is
  'JSON of which only the shape is left: keys, true, false and null stay; each text and number is •••.';
revoke execute on function private.masked(jsonb) from public;

create type private.job_line as (
  id uuid, user_id uuid, tool text, lane text, status public.job_status, current_step public.job_step,
  failed_at_step public.job_step, error_code text, error_message text, priority smallint, attempt integer,
  retry_count integer, max_attempts integer, credits_charged integer, refund public.job_refund, retried_from uuid,
  progress smallint, version integer, run_at timestamptz, created_at timestamptz, queued_at timestamptz,
  started_at timestamptz, completed_at timestamptz, updated_at timestamptz, deadline_at timestamptz);
comment on type private.job_line is 'A job in a list of operators: all but what was put in and came out.';

create function ops_api.jobs(p_filter jsonb default '{}', p_limit integer default 50, p_after uuid default null)
returns setof private.job_line
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_filter private.act_filter;
  v_after timestamptz;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 jobs.', 'limit');
  end if;
  v_after := (select created_at from public.jobs where id = p_after);
  -- The filter of any action on jobs, and it may be empty.
  v_filter := case when p_filter = '{}' then private.parse_filter(p_filter)
    else private.read_filter('retry', p_filter - 'limit') end;
  return query
    select j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, j.failed_at_step, j.error_code, j.error_message,
      j.priority, j.attempt, j.retry_count, j.max_attempts, j.credits_charged, j.refund, j.retried_from, j.progress,
      j.version, j.run_at, j.created_at, j.queued_at, j.started_at, j.completed_at, j.updated_at, j.deadline_at
    from public.jobs j
    where (v_filter.job_ids is null or j.id = any (v_filter.job_ids))
      and (v_filter.user_id is null or j.user_id = v_filter.user_id)
      and (v_filter.tool is null or j.tool = v_filter.tool)
      and (v_filter.lane is null or j.lane = v_filter.lane)
      and (v_filter.status is null or j.status = v_filter.status)
      and (v_filter.error_code is null or j.error_code = v_filter.error_code)
      and (v_filter.failed_step is null or j.failed_at_step = v_filter.failed_step)
      and (v_filter.created_from is null or j.created_at >= v_filter.created_from)
      and (v_filter.created_to is null or j.created_at < v_filter.created_to)
      and (v_filter.ended_from is null or j.completed_at >= v_filter.ended_from)
      and (p_after is null or case when v_filter.user_id is null then j.id < p_after
        else (j.created_at, j.id) < (v_after, p_after) end)
    -- One user's by the index that has them in order; everybody's by their ids, which begin with the time. Planned anew
    -- for each call, a CASE that is decided is none.
    order by case when v_filter.user_id is not null then j.created_at end desc, j.id desc limit p_limit;
end
$$;
comment on function ops_api.jobs(jsonb, integer, uuid) is
  'Jobs for operators, the newest first, up to p_limit (200). p_filter: as of ops_api.act; {}: all. p_after: the last '
  'job of the page before. Errors: 403 not_an_operator, 422 invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.jobs(jsonb, integer, uuid) from public;
grant execute on function ops_api.jobs(jsonb, integer, uuid) to authenticated, service_role;

create function private.job_for_operators(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'job', to_jsonb(p_job) - array['ticket', 'idempotency_hash'],
    'user', (select jsonb_build_object('id', u.id, 'email', u.email, 'balance',
        (select balance from public.credit_accounts where user_id = u.id), 'paused_until',
        (select paused_until from private.user_pauses where user_id = u.id))
      from auth.users u where u.id = p_job.user_id),
    'attempts', (select coalesce(jsonb_agg(
        to_jsonb(a) - array['token', 'user_id', 'question_id', 'job_id', 'checkpoint', 'outputs', 'data']
        || jsonb_build_object('account', (select name from private.accounts where account_id = a.account_id))
        order by a.attempt), '[]') from public.job_attempts a where a.job_id = p_job.id),
    'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
        'attempt', e.attempt, 'verdict', e.verdict, 'external_id', e.external_id, 'verified_by', e.verified_by,
        'payload', e.payload) order by e.event_id desc), '[]')
      from (select * from private.webhook_events w where w.job_id = p_job.id order by event_id desc limit 50) e),
    'credits', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'amount', c.amount,
        'created_at', c.created_at) order by c.entry_id), '[]')
      from public.credit_entries c where c.job_id = p_job.id),
    'publication', (select to_jsonb(p) - array['user_id', 'fingerprint', 'ticket', 'job_id', 'facts', 'facts_until']
      from public.publications p where p.job_id = p_job.id),
    'retried_as', (select id from public.jobs again where again.retried_from = p_job.id),
    'acts', (select coalesce(jsonb_agg(jsonb_build_object('at', r.begun_at, 'action', r.action, 'reason', r.reason,
        'outcome', i.outcome, 'code', i.code, 'run_id', r.run_id) order by r.begun_at), '[]')
      from private.bulk_items i join private.bulk_runs r using (run_id) where i.job_id = p_job.id));
end
$$;
comment on function private.job_for_operators(public.jobs) is
  'All that there is of a job, without tokens, what workers note for themselves, and addresses at which whoever has '
  'them finds a result or goes on with an upload.';
revoke execute on function private.job_for_operators(public.jobs) from public;

create function private.masked_job(p_told jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_told || jsonb_build_object(
    'job', (p_told -> 'job') || jsonb_build_object('input', private.masked(p_told #> '{job,input}'),
      'output', private.masked(p_told #> '{job,output}'), 'metadata', private.masked(p_told #> '{job,metadata}'),
      'output_url', private.masked(p_told #> '{job,output_url}')),
    'attempts', (select coalesce(jsonb_agg(a || jsonb_build_object(
        'raw_api_response', private.masked(a -> 'raw_api_response'),
        'raw_webhook_payload', private.masked(a -> 'raw_webhook_payload'))), '[]')
      from jsonb_array_elements(p_told -> 'attempts') a),
    'webhooks', (select coalesce(jsonb_agg(w || jsonb_build_object('payload', private.masked(w -> 'payload'))), '[]')
      from jsonb_array_elements(p_told -> 'webhooks') w));
end
$$;
comment on function private.masked_job(jsonb) is
  'What private.job_for_operators tells, with payloads masked: what was put in, came out, and was answered.';
revoke execute on function private.masked_job(jsonb) from public;

create function ops_api.job(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return case when v_role = 'admin' then private.job_for_operators(v_job)
    else private.masked_job(private.job_for_operators(v_job)) end;
end
$$;
comment on function ops_api.job(uuid) is
  'All that there is of a job, for operators: {job, user, attempts, webhooks (the last 50), credits, publication, '
  'retried_as, acts}. For support payloads are masked: what was put in, what came out, what a provider answered. '
  'Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.job(uuid) from public;
grant execute on function ops_api.job(uuid) to authenticated, service_role;

create function ops_api.runs(
  p_limit integer default 50, p_before timestamptz default null, p_before_id uuid default null)
returns setof ops.bulk_runs
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select * from ops.bulk_runs r
    where p_before is null or r.begun_at < p_before or (r.begun_at = p_before and r.run_id < p_before_id)
    order by r.begun_at desc, r.run_id desc limit least(greatest(p_limit, 1), 200);
end
$$;
comment on function ops_api.runs(integer, timestamptz, uuid) is
  'Acts on jobs, the newest first: how far each is. p_before, p_before_id: when the last one of the page before was '
  'begun, and its run_id, for several may begin at one moment.';
revoke execute on function ops_api.runs(integer, timestamptz, uuid) from public;
grant execute on function ops_api.runs(integer, timestamptz, uuid) to authenticated, service_role;

create function ops_api.run(p_run_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run jsonb;
begin
  perform private.require_operator();
  v_run := (select to_jsonb(r) from ops.bulk_runs r where r.run_id = p_run_id) || private.run_result(p_run_id);
  if v_run is null then perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id'); end if;
  return v_run || jsonb_build_object('not_done', (
    select coalesce(jsonb_agg(to_jsonb(i) - 'run_id' order by i.n), '[]') from (
      select * from private.bulk_items b
      where b.run_id = p_run_id and (b.outcome <> 'done' or b.tries > 0) order by b.n limit 100) i));
end
$$;
comment on function ops_api.run(uuid) is
  'How far a run is, and why jobs of it were not done (not_done: the first hundred). Errors: 403 not_an_operator, 404 '
  'not_found.';
revoke execute on function ops_api.run(uuid) from public;
grant execute on function ops_api.run(uuid) to authenticated, service_role;

create function ops_api.abort_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.abort_run(p_run_id, p_reason);
end
$$;
comment on function ops_api.abort_run(uuid, text) is 'ops.abort_run for operators.';
revoke execute on function ops_api.abort_run(uuid, text) from public;
grant execute on function ops_api.abort_run(uuid, text) to authenticated, service_role;

create function ops_api.resume_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.resume_run(p_run_id, p_reason);
end
$$;
comment on function ops_api.resume_run(uuid, text) is 'ops.resume_run for operators.';
revoke execute on function ops_api.resume_run(uuid, text) from public;
grant execute on function ops_api.resume_run(uuid, text) to authenticated, service_role;

create function ops_api.audit(p_limit integer default 50, p_before bigint default null, p_actor uuid default null)
returns setof ops.audit
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Support sees what they have done themselves.
  if private.require_operator() = 'support' then p_actor := auth.uid(); end if;
  return query
    select * from ops.audit a
    where coalesce(a.audit_id < p_before, true) and (p_actor is null or a.actor = p_actor)
    order by a.audit_id desc limit least(greatest(p_limit, 1), 200);
end
$$;
comment on function ops_api.audit(integer, bigint, uuid) is
  'What operators have done, the last first; p_before: before that audit_id; p_actor: by whom. Support sees its own '
  'acts.';
revoke execute on function ops_api.audit(integer, bigint, uuid) from public;
grant execute on function ops_api.audit(integer, bigint, uuid) to authenticated, service_role;

create function private.reports() returns table (report text, is_for_support boolean)
language sql immutable set search_path = '' as $$
  values ('stuck_jobs', true), ('lane_health', true), ('queue_metrics', true), ('cron_health', true),
    ('delivery_health', true), ('provider_health', true), ('publication_metrics', true), ('api_versions', true),
    ('health_report', true), ('health_report_text', true), ('counts', true), ('counts_by', true), ('rates', true),
    ('quarantine', true), ('faults', true), ('alerts', true), ('alert_rules', true), ('dead_letters', true),
    ('realtime_doctor', false), ('realtime_policies', false), ('setup_check', false), ('credit_drift', false)
$$;
comment on function private.reports() is
  'What operators may read of the schema ops through ops_api.report, and whether support may.';
revoke execute on function private.reports() from public;

create function private.report_source(p_report text, p_args jsonb) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_unknown text;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if to_regclass(format('ops.%I', p_report)) is not null then return format('ops.%I', p_report); end if;
  if not exists (select from pg_catalog.pg_proc where pronamespace = 'ops'::regnamespace and proname = p_report) then
    perform private.refuse(404, 'not_found', format('There is no report %L.', p_report), 'name');
  end if;
  select key into v_unknown from jsonb_object_keys(p_args) key where not exists (
    select from pg_catalog.pg_proc p
    where p.pronamespace = 'ops'::regnamespace and p.proname = p_report and key = any (p.proargnames)) limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', format('%s has no %L.', p_report, v_unknown), v_unknown);
  end if;
  return format('ops.%I(%s)', p_report, (
    select string_agg(format('%I => %L', key, value), ', ' order by key) from jsonb_each_text(p_args)));
end
$$;
comment on function private.report_source(text, jsonb) is
  'What a report is read from: a view of ops, or a function of it with these arguments by name. Errors: 404 not_found, '
  '422 invalid_input.';
revoke execute on function private.report_source(text, jsonb) from public;

create function ops_api.report(p_name text, p_args jsonb default '{}') returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => not exists (
    select from private.reports() where report = p_name and is_for_support));
  if not exists (select from private.reports() where report = p_name) then
    perform private.refuse(404, 'not_found', format('There is no report %L.', p_name), 'name');
  end if;
  return query execute format('select to_jsonb(r) from %s r limit 1000', private.report_source(p_name, p_args));
end
$$;
comment on function ops_api.report(text, jsonb) is
  'Reads a report of the schema ops, at most 1,000 rows: stuck_jobs, lane_health, queue_metrics, cron_health, '
  'delivery_health, provider_health, publication_metrics, api_versions, health_report, health_report_text, counts, '
  'counts_by, rates, quarantine, faults, alerts, alert_rules, dead_letters; for admins also realtime_doctor, '
  'realtime_policies, setup_check, credit_drift. p_args: the arguments of the function of that name. Errors: '
  '403 not_an_operator, 404 not_found, 422 invalid_input.';
revoke execute on function ops_api.report(text, jsonb) from public;
grant execute on function ops_api.report(text, jsonb) to authenticated, service_role;

create function ops_api.repair(p_check text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(true);
  return to_jsonb(ops.repair(p_check));
end
$$;
comment on function ops_api.repair(text) is
  'ops.repair for admins: mends what a check of ops_api.report(''realtime_doctor'') has found, and returns what it '
  'finds then. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.repair(text) from public;
grant execute on function ops_api.repair(text) to authenticated, service_role;


create function private.ms(p_span interval) returns bigint
language sql immutable strict set search_path = '' as $$
  select greatest(0, extract(epoch from p_span) * 1000)::bigint
$$;
comment on function private.ms(interval) is 'A span in whole milliseconds, never negative; null: null.';
revoke execute on function private.ms(interval) from public;


-- On a large table it is made beforehand (docs/upgrading.md).
-- squawk-ignore require-concurrent-index-creation
create index if not exists jobs_by_time on public.jobs (created_at, id);

create type private.sought as (
  job_ids uuid[], user_id uuid, tools text[], lanes text[], statuses public.job_status[], steps public.job_step[],
  failed_steps public.job_step[], error_codes text[], refunds public.job_refund[], has_retry boolean,
  is_retry boolean, created_from timestamptz, created_to timestamptz, slower_than interval, waited_over interval,
  ran_over interval, name text, text text, json_text text, path jsonpath, path_is_a_question boolean,
  is_masked boolean);
comment on type private.sought is
  'A filter of ops_api.find_jobs, read; null: it says nothing of it. name: the text as it was given; text: in small '
  'letters; json_text: as JSON writes that. path_is_a_question: the path is true or false itself, rather than there or '
  'not. is_masked: payloads are not for who asks.';

create function private.several(p_filter jsonb, p_key text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_filter -> p_key)
    when 'array' then array(select jsonb_array_elements_text(p_filter -> p_key))
    when 'string' then array[p_filter ->> p_key] end;
end
$$;
comment on function private.several(jsonb, text) is 'What a filter has under a key: a text, or a list of them.';
revoke execute on function private.several(jsonb, text) from public;

create function private.read_path(p_path text) returns jsonpath
language plpgsql stable set search_path = '' as $$
declare
  v_path jsonpath;
  v_bare text;
begin
  if length(p_path) > 500 then perform private.refuse_filter('A path has 500 characters at most.', 'path'); end if;
  begin
    v_path := p_path::jsonpath;
  exception when others then
    perform private.refuse_filter(format('This is no JSON path: %s.', sqlerrm), 'path');
  end;
  -- As PostgreSQL writes it, without its texts: a name that is quoted is a variable, and of these there are none.
  v_bare := regexp_replace(v_path::text, '"([^"\\]|\\.)*"', 'S', 'g');
  if strpos(v_bare, '$S') > 0 then
    perform private.refuse_filter('A path has no variables.', 'path');
  -- Both take time that grows without measure.
  elsif v_bare ~ '\*\*.*\*\*' or (v_bare ~ 'like_regex' and p_path ~ '\\[0-9]') then
    perform private.refuse_filter('A path has ** once, and its patterns have no references.', 'path');
  end if;
  return v_path;
end
$$;
comment on function private.read_path(text) is
  'A JSON path that can be held against many jobs. Error: 422 invalid_filter when it is none, is longer than 500 '
  'characters, has variables, ** twice, or a pattern that refers to itself.';
revoke execute on function private.read_path(text) from public;

create function private.parse_sought(p_filter jsonb) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v private.sought;
begin
  v.job_ids := private.several(p_filter, 'job_ids')::uuid[];
  if p_filter ? 'job_id' then v.job_ids := array[(p_filter ->> 'job_id')::uuid]; end if;
  v.user_id := p_filter ->> 'user_id';
  v.tools := private.several(p_filter, 'tool');
  v.lanes := private.several(p_filter, 'lane');
  v.statuses := private.several(p_filter, 'status')::public.job_status[];
  v.steps := private.several(p_filter, 'step')::public.job_step[];
  v.failed_steps := private.several(p_filter, 'failed_step')::public.job_step[];
  v.error_codes := private.several(p_filter, 'error_code');
  v.refunds := private.several(p_filter, 'refund')::public.job_refund[];
  v.has_retry := p_filter ->> 'has_retry';
  v.is_retry := p_filter ->> 'is_retry';
  v.created_from := p_filter ->> 'created_from';
  v.created_to := p_filter ->> 'created_to';
  v.slower_than := (p_filter ->> 'slower_than_ms')::float8 * interval '1 millisecond';
  v.waited_over := (p_filter ->> 'waited_over_ms')::float8 * interval '1 millisecond';
  v.ran_over := (p_filter ->> 'ran_over_ms')::float8 * interval '1 millisecond';
  v.name := nullif(btrim(p_filter ->> 'text'), '');
  v.text := lower(v.name);
  v.json_text := btrim(to_jsonb(v.text)::text, '"');
  v.path := case when btrim(p_filter ->> 'path') <> '' then private.read_path(p_filter ->> 'path') end;
  v.path_is_a_question := v.path::text !~ '^(strict )?\$';
  return v;
exception when data_exception or invalid_text_representation then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.parse_sought(jsonb) is
  'Reads a filter of ops_api.find_jobs, whose keys are known. Error: 422 invalid_filter.';
revoke execute on function private.parse_sought(jsonb) from public;

create function private.read_sought(p_filter jsonb, p_is_masked boolean) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_keys text[] := '{job_id,job_ids,user_id,user_email,tool,lane,status,step,failed_step,error_code,refund,has_retry,
    is_retry,created_from,created_to,slower_than_ms,waited_over_ms,ran_over_ms,text,path}';
  v_unknown text;
  v private.sought;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (v_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('There is no filter %L; there are %s.', v_unknown,
      array_to_string(v_keys, ', ')), v_unknown);
  elsif length(p_filter ->> 'text') > 200 then
    perform private.refuse_filter('A text has 200 characters at most.', 'text');
  end if;
  v := private.parse_sought(jsonb_strip_nulls(p_filter));
  v.is_masked := p_is_masked;
  if p_filter ->> 'user_email' is not null then
    v.user_id := coalesce((
      select u.id from auth.users u
      where lower(u.email) = lower(btrim(p_filter ->> 'user_email')) and not u.is_sso_user
        and u.id = coalesce(v.user_id, u.id) limit 1), '00000000-0000-0000-0000-000000000000');
  end if;
  return v;
end
$$;
comment on function private.read_sought(jsonb, boolean) is
  'Checks and reads a filter of ops_api.find_jobs; p_is_masked: payloads are not for who asks. Error: 422 '
  'invalid_filter.';
revoke execute on function private.read_sought(jsonb, boolean) from public;

create function private.found_by_name(p_sought private.sought) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[];
begin
  if p_sought.text is null or p_sought.job_ids is not null then return p_sought; end if;
  if pg_catalog.pg_input_is_valid(p_sought.name, 'uuid') then
    v_ids := array(select id from public.jobs where id = p_sought.name::uuid);
    if v_ids = '{}' and p_sought.user_id is null
        and exists (select from auth.users where id = p_sought.name::uuid) then
      p_sought.user_id := p_sought.name;
      p_sought.text := null;
      return p_sought;
    end if;
  end if;
  if coalesce(v_ids, '{}') = '{}' then
    v_ids := array(select id from public.jobs where request_id = p_sought.name limit 200);
  end if;
  if v_ids <> '{}' then
    p_sought.job_ids := v_ids;
    p_sought.text := null;
  end if;
  return p_sought;
end
$$;
comment on function private.found_by_name(private.sought) is
  'A filter whose text is the id of a job, of a user or of a provider''s task asks for that, and an index has it.';
revoke execute on function private.found_by_name(private.sought) from public;

create function private.found_among_few(p_sought private.sought) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_few integer := 2000;
  v_ids uuid[];
begin
  if p_sought.job_ids is not null or p_sought.user_id is not null or p_sought.statuses is null then
    return p_sought;
  end if;
  -- One more than few: then they are many, and the newest are found soon by looking through the list.
  v_ids := case
    when p_sought.statuses <@ '{processing}' then
      array(select id from public.jobs where status = 'processing' limit v_few + 1)
    when p_sought.statuses <@ '{pending,processing}' then
      array(select id from public.jobs where status in ('pending', 'processing') limit v_few + 1)
    when p_sought.statuses <@ '{failed}' then
      array(select id from public.jobs where status = 'failed' limit v_few + 1) end;
  if cardinality(v_ids) <= v_few then p_sought.job_ids := v_ids; end if;
  return p_sought;
end
$$;
comment on function private.found_among_few(private.sought) is
  'A filter of jobs that run, are open or have failed asks for these by their ids where there are at most 2,000, as an '
  'index says.';
revoke execute on function private.found_among_few(private.sought) from public;

create function private.in_view(p_input jsonb, p_output jsonb, p_metadata jsonb, p_history jsonb, p_is_masked boolean)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_is_masked then
    return jsonb_build_object('input', private.masked(p_input), 'output', private.masked(p_output),
      'metadata', private.masked(p_metadata), 'step_history', p_history);
  end if;
  return jsonb_build_object('input', p_input, 'output', p_output, 'metadata', p_metadata, 'step_history', p_history);
end
$$;
comment on function private.in_view(jsonb, jsonb, jsonb, jsonb, boolean) is
  'What a path is held against: {input, output, metadata, step_history} of a job, as who asks would see it.';
revoke execute on function private.in_view(jsonb, jsonb, jsonb, jsonb, boolean) from public;

create type private.list_place as (created_at timestamptz, id uuid);
comment on type private.list_place is 'A place in the list of all jobs, the newest first: that of a job.';

create type private.found as (
  places private.list_place[], looked integer, next private.list_place, is_complete boolean);
comment on type private.found is
  'What looking came to: the places of jobs that fit, how many were looked at, where to go on, whether that was all.';

create function private.look_through(
  p_sought private.sought, p_after private.list_place, p_chunk integer, p_most integer, p_now timestamptz
) returns private.found
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_found private.found;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  with newest as materialized (
    select j.created_at, j.id from public.jobs j
    where (p_sought.job_ids is null or j.id = any (p_sought.job_ids))
      and (p_sought.user_id is null or j.user_id = p_sought.user_id)
      and (p_sought.created_from is null or j.created_at >= p_sought.created_from)
      and (p_sought.created_to is null or j.created_at < p_sought.created_to)
      and (p_after.id is null or (j.created_at, j.id) < (p_after.created_at, p_after.id))
    order by j.created_at desc, j.id desc limit p_chunk
  ), matching as (
    select (n.created_at, n.id)::private.list_place as place
    -- One by one: by whatever else is asked for, an index might have far more than these.
    from newest w cross join lateral (select * from public.jobs j where j.id = w.id offset 0) n
    left join auth.users u on u.id = n.user_id and p_sought.text is not null
    where (p_sought.tools is null or n.tool = any (p_sought.tools))
      and (p_sought.lanes is null or n.lane = any (p_sought.lanes))
      and (p_sought.statuses is null or n.status = any (p_sought.statuses))
      and (p_sought.steps is null or n.current_step = any (p_sought.steps))
      and (p_sought.failed_steps is null or n.failed_at_step = any (p_sought.failed_steps))
      and (p_sought.error_codes is null or n.error_code = any (p_sought.error_codes))
      and (p_sought.refunds is null or n.refund = any (p_sought.refunds))
      and (p_sought.is_retry is null or (n.retried_from is not null) = p_sought.is_retry)
      and (p_sought.slower_than is null
        or coalesce(n.completed_at, p_now) - n.created_at > p_sought.slower_than)
      and (p_sought.waited_over is null
        or coalesce(n.started_at, n.completed_at, p_now) - greatest(n.queued_at, n.created_at, n.run_at)
          > p_sought.waited_over)
      and (p_sought.ran_over is null or coalesce(n.completed_at, p_now) - n.started_at > p_sought.ran_over)
      and (p_sought.has_retry is null
        or exists (select from public.jobs again where again.retried_from = n.id) = p_sought.has_retry)
      and (p_sought.text is null or strpos(n.id::text, p_sought.text) > 0
        or strpos(lower(n.request_id), p_sought.text) > 0 or strpos(lower(n.error_code), p_sought.text) > 0
        or strpos(lower(n.error_message), p_sought.text) > 0 or strpos(lower(u.email), p_sought.text) > 0
        -- What was typed may be a piece of JSON, or of a text as JSON writes it.
        or not p_sought.is_masked and (strpos(lower(n.input::text), p_sought.text) > 0
          or strpos(lower(n.metadata::text), p_sought.text) > 0
          or p_sought.json_text <> p_sought.text and (strpos(lower(n.input::text), p_sought.json_text) > 0
            or strpos(lower(n.metadata::text), p_sought.json_text) > 0)))
      and (p_sought.path is null or case when p_sought.path_is_a_question
        then jsonb_path_match(private.in_view(n.input, n.output, n.metadata, n.step_history, p_sought.is_masked),
          p_sought.path, '{}', true) is true
        else jsonb_path_exists(private.in_view(n.input, n.output, n.metadata, n.step_history, p_sought.is_masked),
          p_sought.path, '{}', true) end)
    order by w.created_at desc, w.id desc limit p_most
  )
  select array(select place from matching), count(*), (
      select (w.created_at, w.id)::private.list_place from newest w order by w.created_at, w.id limit 1),
    count(*) < p_chunk
  into v_found from newest;
  return v_found;
end
$$;
comment on function private.look_through(private.sought, private.list_place, integer, integer, timestamptz) is
  'Looks through the next p_chunk jobs after a place (null: from the newest on) of those that an index narrows a '
  'filter to. places: of the first p_most that fit it, null: none; next: the last that was looked at; is_complete: '
  'there were no more.';
revoke execute on function private.look_through(private.sought, private.list_place, integer, integer, timestamptz)
  from public;

create function private.find(p_sought private.sought, p_limit integer, p_after private.list_place, p_now timestamptz)
returns private.found
language plpgsql volatile set search_path = '' as $$
declare
  v_begun timestamptz := clock_timestamp();
  v_chunk_begun timestamptz;
  v_chunk integer := greatest(p_limit * 2, 200);
  v_got private.found;
  v_found private.found := ('{}'::private.list_place[], 0, p_after, false)::private.found;
begin
  loop
    v_chunk_begun := clock_timestamp();
    v_got := private.look_through(p_sought, v_found.next, v_chunk, p_limit - cardinality(v_found.places), p_now);
    v_found.places := v_found.places || v_got.places;
    v_found.looked := v_found.looked + v_got.looked;
    if cardinality(v_found.places) >= p_limit then
      v_found.next := v_found.places[p_limit];
      return v_found;
    elsif v_got.is_complete then
      v_found.next := null;
      v_found.is_complete := true;
      return v_found;
    end if;
    v_found.next := v_got.next;
    exit when clock_timestamp() - v_begun > interval '250 milliseconds';
    -- What is in them decides how long a chunk takes: long enough to be worth its plan, never long.
    v_chunk := case when clock_timestamp() - v_chunk_begun > interval '60 milliseconds'
      then greatest(v_chunk / 2, 100) else least(v_chunk * 2, 6400) end;
  end loop;
  return v_found;
end
$$;
comment on function private.find(private.sought, integer, private.list_place, timestamptz) is
  'The next p_limit jobs after a place that fit a filter, as far as they are found in a quarter of a second.';
revoke execute on function private.find(private.sought, integer, private.list_place, timestamptz) from public;

create function private.ms_between(p_from timestamptz, p_to timestamptz) returns bigint
language sql immutable set search_path = '' as $$
  select case when p_to >= p_from then round(extract(epoch from p_to - p_from) * 1000)
    when p_to < p_from then 0 end::bigint
$$;
comment on function private.ms_between(timestamptz, timestamptz) is
  'Whole milliseconds from one time to another, never fewer than none; null where one is not known.';
revoke execute on function private.ms_between(timestamptz, timestamptz) from public;

create function private.found_lines(p_places private.list_place[], p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb((j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, j.failed_at_step,
        j.error_code, j.error_message, j.priority, j.attempt, j.retry_count, j.max_attempts, j.credits_charged,
        j.refund, j.retried_from, j.progress, j.version, j.run_at, j.created_at, j.queued_at, j.started_at,
        j.completed_at, j.updated_at, j.deadline_at)::private.job_line) || jsonb_build_object(
        'user_email', u.email,
        'age_ms', private.ms_between(j.created_at, coalesce(j.completed_at, p_now)),
        'waited_ms', private.ms_between(greatest(j.queued_at, j.created_at, j.run_at),
          coalesce(j.started_at, j.completed_at, p_now)),
        'ran_ms', private.ms_between(j.started_at, coalesce(j.completed_at, p_now)))
      order by p.n), '[]')
    from unnest(p_places) with ordinality p (created_at, id, n) join public.jobs j on j.id = p.id
      left join auth.users u on u.id = j.user_id);
end
$$;
comment on function private.found_lines(private.list_place[], timestamptz) is
  'Jobs as lines of a list, with user_email and how long, in milliseconds: age_ms (from its creation to its end, or '
  'now), waited_ms (in the queue, since it was put there last and its time has come), ran_ms (since it began last).';
revoke execute on function private.found_lines(private.list_place[], timestamptz) from public;

create function private.read_place(p_after jsonb) returns private.list_place
language plpgsql stable set search_path = '' as $$
begin
  if p_after is null or p_after = 'null' then return null; end if;
  return ((p_after ->> 'created_at')::timestamptz, (p_after ->> 'id')::uuid)::private.list_place;
exception when data_exception or invalid_text_representation then
  perform private.refuse(422, 'invalid_input', 'A page begins after what the page before has as next.', 'after');
end
$$;
comment on function private.read_place(jsonb) is 'Reads {created_at, id}. Error: 422 invalid_input.';
revoke execute on function private.read_place(jsonb) from public;

create function ops_api.find_jobs(p_filter jsonb default '{}', p_limit integer default 50, p_after jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_now timestamptz := private.now();
  v_sought private.sought;
  v_found private.found;
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 jobs.', 'limit');
  end if;
  v_sought := private.read_sought(p_filter, v_role <> 'admin');
  v_sought := private.found_among_few(private.found_by_name(v_sought));
  v_found := private.find(v_sought, p_limit, private.read_place(p_after), v_now);
  return jsonb_build_object('jobs', private.found_lines(v_found.places, v_now), 'next', to_jsonb(v_found.next),
    'looked_at', v_found.looked, 'looked_until', (v_found.next).created_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.find_jobs(jsonb, integer, jsonb) is
  'Jobs for operators, the newest first: {jobs (see private.found_lines), next, looked_at, looked_until, is_complete}. '
  'Looks for a quarter of a second: a page may have fewer than p_limit (200), or none, and be not complete; p_after: '
  'what the page before had as next. p_filter: job_id, job_ids, user_id, user_email (all of it), tool, lane, status, '
  'step, failed_step, error_code, refund (each a text or a list), has_retry, is_retry, created_from (and later), '
  'created_to (before), slower_than_ms, waited_over_ms, ran_over_ms, text (in ids, errors, the user''s e-mail, input '
  'and metadata), path (a JSON path on {input, output, metadata, step_history}). For support a text is sought in no '
  'payload and a path in masked ones. Errors: 401 unauthenticated, 403 not_an_operator, 422 invalid_filter, 422 '
  'invalid_input.';
revoke execute on function ops_api.find_jobs(jsonb, integer, jsonb) from public;
grant execute on function ops_api.find_jobs(jsonb, integer, jsonb) to authenticated, service_role;

create function ops_api.find_words() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return jsonb_build_object(
    'tools', (select coalesce(jsonb_agg(tool order by tool), '[]') from public.tools),
    'lanes', (select coalesce(jsonb_agg(lane order by lane), '[]') from private.lanes),
    'error_codes', (
      select coalesce(jsonb_agg(jsonb_build_object('code', c.error_code, 'count', c.count)
        order by c.count desc, c.error_code), '[]')
      from (
        select f.error_code, count(*) from (
          select error_code from public.jobs where status = 'failed' order by completed_at desc, id desc limit 2000) f
        where f.error_code is not null group by f.error_code order by 2 desc, 1 limit 100) c));
end
$$;
comment on function ops_api.find_words() is
  'What filters of ops_api.find_jobs can name: {tools, lanes, error_codes: [{code, count}]}, those of the last 2,000 '
  'jobs that failed. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.find_words() from public;
grant execute on function ops_api.find_words() to authenticated, service_role;


create type private.mark as (at timestamptz, place integer, attempt integer, kind text, note text);
comment on type private.mark is
  'A moment at which something begins for an attempt: waiting, upload (files go to the provider), submit, prepare (a '
  'post), provider, webhook (it has called, and is asked), copy (its result), publish; end: nothing more. place: in '
  'the order of what is noted at the same moment.';

create function private.history_of(p_job public.jobs)
returns table (n bigint, step text, at timestamptz, attempt integer, entry jsonb)
language sql stable set search_path = '' as $$
  with entries as (
    select e.n, e.entry ->> 'step' as step, (e.entry ->> 'timestamp')::timestamptz as at,
      case when e.entry ->> 'step' = 'starting' then coalesce((e.entry ->> 'attempt')::integer, 1) end as begins,
      e.entry
    from jsonb_array_elements(p_job.step_history) with ordinality e (entry, n)
  )
  -- What waits does so for the attempt that comes next; what goes on is of the one that began last.
  select e.n, e.step, e.at, case
    when e.step in ('insert', 'credits', 'queue_check', 'queued')
      or (e.step = 'upload' and max(e.begins) over so_far is null)
    then coalesce(min(e.begins) over from_here, greatest(p_job.attempt, coalesce(max(e.begins) over so_far, 0) + 1))
    else greatest(coalesce(max(e.begins) over so_far, 1), 1) end, e.entry
  from entries e
  window so_far as (order by e.n), from_here as (order by e.n rows between current row and unbounded following)
$$;
comment on function private.history_of(public.jobs) is
  'The entries of a job''s history in order, each with the attempt that it is of.';
revoke execute on function private.history_of(public.jobs) from public;

create function private.marks_of_history(p_job public.jobs) returns setof private.mark
language sql stable set search_path = '' as $$
  select p_job.created_at, 0, (select h.attempt from private.history_of(p_job) h order by h.n limit 1), 'waiting', null
  union all
  select h.at, h.n::integer, h.attempt, case
      when h.step = 'queued' then 'waiting'
      when h.step = 'starting' and private.is_publication(p_job) then 'prepare'
      when h.step = 'starting' and h.next_step = 'upload' then 'upload'
      when h.step in ('starting', 'upload') then 'submit'
      when h.step = 'running' and private.is_publication(p_job) then 'publish'
      when h.step = 'running' then 'provider'
      when h.step = 'webhook_received' then 'webhook'
      else 'end' end,
    coalesce(h.entry ->> 'retry_class', h.entry ->> 'accountName', h.entry ->> 'taskId', h.entry ->> 'error_code')
  from (
    select x.*, lead(x.step) over (order by x.n) as next_step,
      bool_or(x.step = 'queued') over (order by x.n rows between unbounded preceding and 1 preceding) as is_queued
    from private.history_of(p_job) x) h
  where h.step in ('starting', 'running', 'webhook_received', 'completed', 'failed', 'cancelled')
    -- It waits from its creation on; and what was uploaded before is no part of it.
    or (h.step in ('queued', 'upload') and h.is_queued)
$$;
comment on function private.marks_of_history(public.jobs) is 'What begins with an entry of a job''s history.';
revoke execute on function private.marks_of_history(public.jobs) from public;

create function private.marks_of_attempts(p_job public.jobs) returns setof private.mark
language sql stable set search_path = '' as $$
  -- The provider's word that there is a result: from then on it is copied.
  select a.word_at, 1000000, a.attempt, 'copy', null from public.job_attempts a
  where a.job_id = p_job.id and a.word = 'succeeded' and not private.is_publication(p_job)
  union all
  select p.committed_at, 1000000, greatest(p_job.attempt, 1), 'publish', null from public.publications p
  where p.job_id = p_job.id and p.committed_at is not null
$$;
comment on function private.marks_of_attempts(public.jobs) is
  'What begins with what a job''s attempts and its publication say: copying, publishing.';
revoke execute on function private.marks_of_attempts(public.jobs) from public;

create type private.span as (
  attempt integer, kind text, begun_at timestamptz, ended_at timestamptz, from_ms bigint, ms bigint, is_open boolean,
  note text);
comment on type private.span is
  'A part of a job''s time: of which attempt, what it went into, since when, until when (null: it goes on), how far '
  'from the job''s creation it begins and how long it is, in milliseconds, and a word on it.';

create function private.spans_of(p_job public.jobs, p_now timestamptz) returns setof private.span
language sql stable set search_path = '' as $$
  with marks as (
    select m.* from private.marks_of_history(p_job) m
    union all select m.* from private.marks_of_attempts(p_job) m
  ), heard as (
    -- What is copied is asked for no more, however often its provider calls; and the same is begun once.
    select m.*, lag(m.kind) over (partition by m.attempt order by m.at, m.place) as before,
      bool_or(m.kind = 'copy') over (partition by m.attempt order by m.at, m.place) as is_copied
    from marks m
  ), spans as (
    select h.attempt, h.kind, h.at, h.note, h.place, lead(h.at) over (order by h.at, h.place) as next_at
    from heard h
    where (h.kind in ('end', 'waiting', 'copy') or not h.is_copied) and h.kind is distinct from h.before
  )
  select s.attempt, s.kind, s.at, coalesce(s.next_at, p_job.completed_at),
    private.ms_between(p_job.created_at, s.at),
    private.ms_between(s.at, coalesce(s.next_at, p_job.completed_at, p_now)),
    coalesce(s.next_at, p_job.completed_at) is null, s.note
  from spans s
  where s.kind <> 'end' and (s.kind in ('webhook', 'waiting') or s.next_at is distinct from s.at)
  union all
  select c.attempt, 'winding_down', c.made_at, c.over_at, private.ms_between(p_job.created_at, c.made_at),
    private.ms_between(c.made_at, coalesce(c.over_at, p_now)), c.over_at is null, coalesce(c.how, c.reason)
  from private.cancels c where c.job_id = p_job.id and c.reason <> 'produced'
  order by 3, 1
$$;
comment on function private.spans_of(public.jobs, timestamptz) is
  'Where a job''s time went, in order: waiting, upload, submit, prepare, provider, webhook, copy, publish; and '
  'winding_down, of a task that may go on after its attempt.';
revoke execute on function private.spans_of(public.jobs, timestamptz) from public;

create function ops_api.timeline(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_spans private.span[];
begin
  perform private.require_operator();
  v_now := private.now();
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  -- A job that is sent back for hours has many: the last few hundred tell what is so.
  v_spans := array(select s from (
    select s::private.span as s from private.spans_of(v_job, v_now) s order by s.begun_at desc, s.attempt desc limit 300
  ) l order by (l.s).begun_at, (l.s).attempt);
  return jsonb_build_object(
    'job_id', v_job.id, 'version', v_job.version, 'created_at', v_job.created_at, 'ended_at', v_job.completed_at,
    'now', v_now, 'is_open', v_job.completed_at is null,
    'total_ms', greatest(private.ms_between(v_job.created_at, coalesce(v_job.completed_at, v_now)),
      (select max(s.from_ms + s.ms) from unnest(v_spans) s)),
    'spans', to_jsonb(v_spans),
    'by_kind', (select coalesce(jsonb_object_agg(k.kind, k.ms), '{}') from (
      select s.kind, sum(s.ms) as ms from unnest(v_spans) s group by s.kind) k),
    'steps', (select coalesce(jsonb_agg(jsonb_build_object('step', h.step, 'at', h.at, 'attempt', h.attempt, 'ms',
        private.ms_between(h.at, h.next_at), 'details', (h.entry - array['step', 'timestamp', 'attempt'])::text)
        order by h.n), '[]')
      from (select x.*, lead(x.at) over (order by x.n) as next_at from private.history_of(v_job) x) h),
    'noted', (select coalesce(jsonb_agg(jsonb_build_object('seen_at', v.seen_at, 'until', v.until, 'code', v.code,
        'level', v.level) order by v.seen_at, v.verdict_id), '[]')
      from (select * from private.verdicts n where n.job_id = p_job_id order by n.seen_at desc limit 200) v));
end
$$;
comment on function ops_api.timeline(uuid) is
  'Where a job''s time went, for operators: {job_id, version, created_at, ended_at, now, is_open, total_ms, spans (the '
  'last 300; see private.spans_of), by_kind: {kind: ms}, steps: [{step, at, attempt, ms until the next, details as '
  'text}], noted: [{seen_at, until, code, level}] verdicts of the past}. Errors: 401 unauthenticated, 403 '
  'not_an_operator, 404 not_found.';
revoke execute on function ops_api.timeline(uuid) from public;
grant execute on function ops_api.timeline(uuid) to authenticated, service_role;

create type private.raw_part as (part text, attempt integer, at timestamptz, body jsonb);
comment on type private.raw_part is 'Something of a job as it is: what was put in, came out, was answered or called.';

create function private.raw_parts(p_job public.jobs) returns setof private.raw_part
language sql stable set search_path = '' as $$
  select 'input', null::integer, p_job.created_at, p_job.input
  union all select 'metadata', null, p_job.created_at, p_job.metadata where p_job.metadata <> '{}'
  union all select 'output', null, p_job.completed_at, p_job.output where p_job.output is not null
  union all
  select 'answer', a.attempt, coalesce(a.submitted_at, a.finished_at), a.raw_api_response from public.job_attempts a
  where a.job_id = p_job.id and a.raw_api_response is not null
  union all
  (select 'webhook', w.attempt, w.received_at, w.payload from private.webhook_events w
    where w.job_id = p_job.id order by w.event_id desc limit 50)
  union all
  select 'step_history', null, p_job.updated_at, p_job.step_history
$$;
comment on function private.raw_parts(public.jobs) is
  'What a job has that is JSON: input, metadata, output, the last answer to each attempt, the last 50 webhooks, '
  'step_history.';
revoke execute on function private.raw_parts(public.jobs) from public;

create function ops_api.raw(p_job_id uuid)
returns table (part text, attempt integer, at timestamptz, bytes integer, body text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return query
    select r.part, r.attempt, r.at, octet_length(r.body::text), jsonb_pretty(
      case when v_role = 'admin' or r.part = 'step_history' then r.body else private.masked(r.body) end)
    from private.raw_parts(v_job) r
    order by array_position('{input,metadata,answer,webhook,output,step_history}', r.part), r.attempt, r.at;
end
$$;
comment on function ops_api.raw(uuid) is
  'What a job has that is JSON, as text and so to the last digit: input, metadata, answer (the provider''s last, of '
  'each attempt), webhook (the last 50), output, step_history; bytes: how long it is unindented. For support masked, '
  'but for step_history. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.raw(uuid) from public;
grant execute on function ops_api.raw(uuid) to authenticated, service_role;

create function private.told_of(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  -- A message bears the time at which its transaction began: just before the step that it tells of.
  return (
    select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'event', t.event, 'step', t.step, 'version', t.version,
      'all_sent', t.all_sent) order by t.at), '[]')
    from (
      select distinct on (m.id) m.inserted_at at time zone 'UTC' as at, m.event,
        m.payload #>> '{new,current_step}' as step, (m.payload #>> '{new,version}')::integer as version,
        m.payload #> '{_debug,broadcastSuccess}' as all_sent
      from (select h.at from private.history_of(p_job) h order by h.n desc limit 20) h
      join realtime.messages m on m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || p_job.user_id
        and m.inserted_at > (h.at - interval '5 seconds') at time zone 'UTC'
        and m.inserted_at < (h.at + interval '5 seconds') at time zone 'UTC'
        and m.payload #>> '{new,id}' = p_job.id::text) t);
end
$$;
comment on function private.told_of(public.jobs) is
  'What was broadcast of a job around the last 20 entries of its history: [{at, event, step, version, all_sent}]. '
  'Realtime keeps it for three days.';
revoke execute on function private.told_of(public.jobs) from public;

create function private.deliveries_of(p_job public.jobs, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
    from (
      select * from private.deliveries
      where user_id = p_job.user_id and hour >= date_trunc('hour', p_job.created_at, 'UTC')
        and hour <= coalesce(p_job.completed_at, p_now) + interval '1 hour'
      order by hour desc, channel limit 48) d);
end
$$;
comment on function private.deliveries_of(public.jobs, timestamptz) is
  'How the screens of a job''s owner learned of changes in the hours of its life, as they tell it: rows of '
  'private.deliveries, which know users and hours, not jobs.';
revoke execute on function private.deliveries_of(public.jobs, timestamptz) from public;

create function private.facts_of(p_job public.jobs, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_told jsonb := private.job_for_operators(p_job);
begin
  return v_told || jsonb_build_object(
    'job', (v_told -> 'job') - array['input', 'output', 'metadata', 'step_history', 'idempotency_key']
      || jsonb_build_object('age_ms', private.ms_between(p_job.created_at, coalesce(p_job.completed_at, p_now)),
        'has_output', p_job.output is not null),
    'attempts', (select coalesce(jsonb_agg(a - array['raw_api_response', 'raw_webhook_payload'] || jsonb_build_object(
        'ms', private.ms_between((a ->> 'started_at')::timestamptz,
          coalesce((a ->> 'finished_at')::timestamptz, p_now)))), '[]')
      from jsonb_array_elements(v_told -> 'attempts') a),
    'webhooks', (select coalesce(jsonb_agg(w - 'payload'), '[]') from jsonb_array_elements(v_told -> 'webhooks') w),
    'refusals', (select coalesce(jsonb_agg(to_jsonb(r) - array['job_id', 'user_id'] order by r.first_at), '[]')
      from private.webhook_refusals r where r.job_id = p_job.id),
    'quarantine', (select coalesce(jsonb_agg(to_jsonb(q) - 'job_id' order by q.since), '[]')
      from private.quarantine q where q.job_id = p_job.id),
    'told', private.told_of(p_job), 'deliveries', private.deliveries_of(p_job, p_now));
end
$$;
comment on function private.facts_of(public.jobs, timestamptz) is
  'All that private.job_for_operators tells but payloads; and of each attempt how long it took, webhooks that were not '
  'believed, by which part it was set aside, what was broadcast, how its owner''s screens learn.';
revoke execute on function private.facts_of(public.jobs, timestamptz) from public;

create function ops_api.job_facts(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
  v_facts jsonb;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  v_facts := private.facts_of(v_job, private.now());
  if v_role = 'admin' then return v_facts; end if;
  return jsonb_set(v_facts, '{job,output_url}', coalesce(private.masked(v_facts #> '{job,output_url}'), 'null'));
end
$$;
comment on function ops_api.job_facts(uuid) is
  'All of a job but its payloads (ops_api.raw), for operators: {job (with age_ms, has_output), user, attempts (with '
  'ms), webhooks, refusals, credits, publication, quarantine, told, deliveries, retried_as, acts}. Errors: 401 '
  'unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.job_facts(uuid) from public;
grant execute on function ops_api.job_facts(uuid) to authenticated, service_role;

create function ops_api.verdicts(p_job_id uuid, p_as_of timestamptz default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
begin
  perform private.require_operator();
  v_at := least(p_as_of, private.now());
  return jsonb_build_object('job_id', p_job_id, 'at', coalesce(v_at, private.now()), 'is_now', p_as_of is null,
    'verdicts', (
    select coalesce(jsonb_agg(to_jsonb(v) - 'evidence' || jsonb_build_object(
        'evidence', jsonb_pretty(v.evidence),
        'expected_in_ms', case when v.expected_at is not null
          then private.ms_between(coalesce(v_at, private.now()), v.expected_at) end,
        'held_ms', private.ms_between(v.since, coalesce(v_at, private.now())),
        'words', jsonb_build_object(
          'en', private.told(w.en, v.evidence, private.in_words(coalesce(v_at, private.now()), v.expected_at, 'en')),
          'pt-BR', private.told(w.pt_br, v.evidence,
            private.in_words(coalesce(v_at, private.now()), v.expected_at, 'pt-BR')))) order by v.rank), '[]')
    from ops.diagnose(p_job_id, p_as_of) v join private.verdict_words() w on w.code = v.code));
end
$$;
comment on function ops_api.verdicts(uuid, timestamptz) is
  'ops.diagnose for a screen: {job_id, at, is_now, verdicts}, each with evidence as text, expected_in_ms, held_ms '
  '(since it is so), and words: {"en", "pt-BR"}, what its owner is told. Errors: 401 unauthenticated, 403 '
  'not_an_operator, 404 not_found.';
revoke execute on function ops_api.verdicts(uuid, timestamptz) from public;
grant execute on function ops_api.verdicts(uuid, timestamptz) to authenticated, service_role;


create function private.ends_of_late(p_at timestamptz, p_since timestamptz, p_most integer)
returns table (lane text, minute integer, is_failure boolean)
language plpgsql stable rows 5000 set search_path = '' as $$
begin
  -- The lane is that of the account; of an account that is gone, the job's. minute: 0 is the one that runs.
  return query
    select coalesce(c.lane, (select j.lane from public.jobs j where j.id = a.job_id)),
      (extract(epoch from date_trunc('minute', p_at) - date_trunc('minute', a.finished_at)) / 60)::integer,
      a.outcome in ('failed', 'retried')
    from (
      select x.job_id, x.account_id, x.finished_at, x.outcome from public.job_attempts x
      where x.finished_at is not null and x.finished_at >= p_since and x.finished_at <= p_at
      order by x.finished_at desc limit p_most) a
    left join private.accounts c on c.account_id = a.account_id;
end
$$;
comment on function private.ends_of_late(timestamptz, timestamptz, integer) is
  'The newest p_most attempts that ended between p_since and p_at: in which lane, how many minutes ago, and whether '
  'with an error (for good or to be tried again).';
revoke execute on function private.ends_of_late(timestamptz, timestamptz, integer) from public;

create type private.lane_minutes as (lane text, ended integer[], failed integer[]);
comment on type private.lane_minutes is
  'How many attempts of a lane ended in each of the last sixty minutes, the oldest first and the last one still going '
  'on, and how many of them with an error. Null: that minute was not looked at to its beginning.';

create function private.ends_by_minute(p_at timestamptz, p_most integer default 10000)
returns setof private.lane_minutes
language plpgsql stable rows 20 set search_path = '' as $$
declare
  v_since timestamptz := date_trunc('minute', p_at) - interval '59 minutes';
begin
  return query
    with ends as materialized (
      select e.lane, e.minute, e.is_failure from private.ends_of_late(p_at, v_since, p_most) e
    ), known as ( -- among fewer than that none was left out
      select case when count(*) < p_most then 60 else max(e.minute) end as minutes from ends e
    ), counted as (
      select e.lane, e.minute, count(*)::integer as ended, (count(*) filter (where e.is_failure))::integer as failed
      from ends e group by e.lane, e.minute
    )
    select l.lane,
      array_agg(case when m.minute < k.minutes then coalesce(c.ended, 0) end order by m.minute desc),
      array_agg(case when m.minute < k.minutes then coalesce(c.failed, 0) end order by m.minute desc)
    from private.lanes l cross join known k cross join generate_series(0, 59) m (minute)
    left join counted c on c.lane = l.lane and c.minute = m.minute
    group by l.lane;
end
$$;
comment on function private.ends_by_minute(timestamptz, integer) is
  'How each lane fared in the last sixty minutes, by the newest p_most attempts that ended in them.';
revoke execute on function private.ends_by_minute(timestamptz, integer) from public;

create function private.oldest_in_line(p_lane text) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (
    select min(next.created_at) from (
      select j.created_at from public.jobs j where j.lane = p_lane and j.status = 'pending' and j.run_at is null
      order by j.priority desc, j.ticket, j.id limit 1000) next);
end
$$;
comment on function private.oldest_in_line(text) is
  'Since when the oldest of the next thousand jobs of a lane has been there; null: none waits.';
revoke execute on function private.oldest_in_line(text) from public;

create function private.rate_now(p_lane private.lanes, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if p_lane.rate_limit is null then return null; end if;
  return jsonb_build_object('limit', p_lane.rate_limit, 'window_ms', private.ms(p_lane.rate_window), 'used', (
    select count(*) from (
      select from private.starts s where s.lane = p_lane.lane and s.started_at > p_at - p_lane.rate_window
      order by s.started_at desc limit p_lane.rate_limit) u));
end
$$;
comment on function private.rate_now(private.lanes, timestamptz) is
  'How many jobs a lane may start in a window, {limit, window_ms}, and how many it has in the one that ends now '
  '(used); null: any number.';
revoke execute on function private.rate_now(private.lanes, timestamptz) from public;

create function private.stops_of(p_lane private.lanes, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'paused', case when p_lane.paused_until > p_at then jsonb_build_object('reason', p_lane.pause_reason, 'until',
      case when isfinite(p_lane.paused_until) then p_lane.paused_until end) end,
    'circuit', case when p_lane.circuit_opened_at is not null then jsonb_build_object(
      'since', p_lane.circuit_opened_at, 'open_ms', private.ms(p_at - p_lane.circuit_opened_at),
      'reason', p_lane.circuit_reason, 'probe_at', p_lane.circuit_probe_at) end);
end
$$;
comment on function private.stops_of(private.lanes, timestamptz) is
  'What stops a lane: {paused: {reason, until (null: until somebody resumes it)} or null, circuit: {since, open_ms, '
  'reason, probe_at} or null}.';
revoke execute on function private.stops_of(private.lanes, timestamptz) from public;

create function private.lane_line(p_lane private.lanes, p_minutes private.lane_minutes, p_at timestamptz)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v private.lane_health := private.health_of(p_lane, p_at);
  v_pause interval := greatest(p_lane.paused_until, p_at) - p_at;
  -- A lane begins to drain when its pause is over; nobody knows when somebody resumes it, or a provider is back.
  v_drains boolean := v.waiting > 0 and p_lane.circuit_opened_at is null
    and isfinite(coalesce(p_lane.paused_until, p_at));
begin
  return private.stops_of(p_lane, p_at) || jsonb_build_object(
    'lane', v.lane, 'provider', v.provider, 'delivery', p_lane.delivery, 'code', v.code, 'level', v.level,
    'detail', v.detail, 'since', v.since, 'expected_at', v.expected_at, 'slots', v.slots, 'free', v.free,
    'running', (
      select count(*) from private.slots s where s.lane = v.lane and not s.is_retiring and s.token is not null),
    'waiting', v.waiting, 'scheduled', v.scheduled,
    'oldest_ms', private.ms(p_at - private.oldest_in_line(v.lane)),
    'drains_p50_ms', case when v_drains then private.ms(coalesce(v_pause, '0') + v.drained_p50) end,
    'drains_p90_ms', case when v_drains then private.ms(coalesce(v_pause, '0') + v.drained_p90) end,
    'held_ms', private.ms(v.slot_held_for), 'ended_a_minute', v.ended_a_minute, 'is_fresh', v.is_fresh,
    'rate', private.rate_now(p_lane, p_at), 'ended', p_minutes.ended, 'failed', p_minutes.failed);
end
$$;
comment on function private.lane_line(private.lanes, private.lane_minutes, timestamptz) is
  'How a lane stands now, as ops_api.now has it.';
revoke execute on function private.lane_line(private.lanes, private.lane_minutes, timestamptz) from public;

create function private.totals_of(p_lanes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'running', coalesce(sum((l ->> 'running')::bigint), 0), 'slots', coalesce(sum((l ->> 'slots')::bigint), 0),
      'waiting', coalesce(sum((l ->> 'waiting')::bigint), 0),
      'scheduled', coalesce(sum((l ->> 'scheduled')::bigint), 0),
      'ended', coalesce(sum((select sum(n::bigint) from jsonb_array_elements_text(l -> 'ended') n)), 0),
      'failed', coalesce(sum((select sum(n::bigint) from jsonb_array_elements_text(l -> 'failed') n)), 0),
      'lanes_paused', count(*) filter (where l -> 'paused' <> 'null'),
      'circuits_open', count(*) filter (where l -> 'circuit' <> 'null'))
    from jsonb_array_elements(p_lanes) l)
  || jsonb_build_object(
    'alerts_open', (select count(*) from ops.alerts where closed_at is null),
    'runs_open', (select count(*) from private.bulk_runs where state = 'running'),
    'set_aside', (select count(*) from (select distinct q.job_id from private.quarantine q limit 1000) q));
end
$$;
comment on function private.totals_of(jsonb) is
  'The sums of what ops_api.now tells of each lane, and what is open beside them: alerts, runs, jobs that are set '
  'aside (counted to 1,000).';
revoke execute on function private.totals_of(jsonb) from public;

create function ops_api.now() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lanes jsonb;
begin
  perform private.require_operator();
  v_lanes := (
    -- Once for each lane: what is sorted by is not asked for again.
    with lines as materialized (
      select l.lane, private.lane_line(l, m, v_now) as told
      from private.lanes l join private.ends_by_minute(v_now) m on m.lane = l.lane
    )
    select coalesce(jsonb_agg(told order by array_position('{error,warn,wait,info,ok}', told ->> 'level'),
      (told ->> 'waiting')::integer desc, lane), '[]')
    from lines);
  return jsonb_build_object('at', v_now, 'minute', date_trunc('minute', v_now), 'lanes', v_lanes,
    'totals', private.totals_of(v_lanes),
    'is_complete', not coalesce(v_lanes @? '$[*].ended[*] ? (@ == null)', false));
end
$$;
comment on function ops_api.now() is
  'How everything stands now, for operators: {at, minute: when the last minute of ended and failed began, lanes, the '
  'worst first, totals, is_complete}. A lane: {lane, provider, delivery; code, level, detail, since, expected_at: as '
  'ops.lane_health has them; slots, running: tasks that may live, free; waiting, scheduled: both count to 10,000; '
  'oldest_ms: of the next thousand; drains_p50_ms, drains_p90_ms: in how long whoever waits is likely to have '
  'started, the pause included, null: nobody knows; held_ms; ended_a_minute; is_fresh; rate: {limit, window_ms, '
  'used}; paused: {reason, until}; circuit: {since, open_ms, reason, probe_at}; ended, failed: attempts a minute, '
  'sixty of them, null where it was not looked, for which is_complete is false: the newest 10,000 are}. totals: '
  '{running, slots, waiting, scheduled, ended, failed (of the hour), lanes_paused, circuits_open, alerts_open, '
  'runs_open, set_aside}. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.now() from public;
grant execute on function ops_api.now() to authenticated, service_role;

create type private.failed_line as (
  id uuid, user_id uuid, tool text, lane text, error_code text, failed_step public.job_step, at timestamptz,
  is_redrivable boolean);
comment on type private.failed_line is
  'A job that has failed, as far as it is added up; is_redrivable: nobody has done it again, and its tool is switched '
  'on.';

create function private.failures_of_late(p_at timestamptz, p_since timestamptz, p_most integer)
returns setof private.failed_line
language plpgsql stable rows 5000 set search_path = '' as $$
begin
  return query
    select f.id, f.user_id, f.tool, f.lane, f.error_code, f.failed_at_step, f.completed_at,
      coalesce(t.is_enabled, false) and not exists (select from public.jobs again where again.retried_from = f.id)
    from (
      select * from public.jobs j where j.status = 'failed' and j.completed_at > p_since and j.completed_at <= p_at
      order by j.completed_at desc, j.id desc limit p_most) f
    left join public.tools t on t.tool = f.tool;
end
$$;
comment on function private.failures_of_late(timestamptz, timestamptz, integer) is
  'The newest p_most jobs that failed between p_since and p_at.';
revoke execute on function private.failures_of_late(timestamptz, timestamptz, integer) from public;

create function private.check_failures_asked(p_since interval, p_filter jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
begin
  if p_since is null or p_since not between interval '1 minute' and interval '90 days' then
    perform private.refuse(422, 'invalid_input', 'From a minute to 90 days.', 'since');
  end if;
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{lane,tool,error_code,failed_step,user_id}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('Failures have no %L, but lane, tool, error_code, failed_step, user_id.',
      v_unknown), v_unknown);
  end if;
end
$$;
comment on function private.check_failures_asked(interval, jsonb) is
  'Errors: 422 invalid_input, 422 invalid_filter, unless failures may be asked for so.';
revoke execute on function private.check_failures_asked(interval, jsonb) from public;

create function private.failure_groups(
  p_failures private.failed_line[], p_filter jsonb, p_at timestamptz, p_since timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with kept as materialized (
      select f.*, least(23, floor(24 * extract(epoch from f.at - p_since) / extract(epoch from p_at - p_since))) as part
      from unnest(p_failures) f
      where coalesce(f.lane = p_filter ->> 'lane', true) and coalesce(f.tool = p_filter ->> 'tool', true)
        and (not p_filter ? 'error_code' or f.error_code is not distinct from p_filter ->> 'error_code')
        and coalesce(f.failed_step::text = p_filter ->> 'failed_step', true)
        and coalesce(f.user_id::text = p_filter ->> 'user_id', true)
    ), named as (
      select concat_ws(':', k.lane, coalesce(k.error_code, ''), k.failed_step) as fingerprint, k.* from kept k
    ), parts as (
      select n.fingerprint, n.part, count(*) as count from named n group by n.fingerprint, n.part
    ), grouped as (
      select n.fingerprint, n.lane, n.error_code, n.failed_step, count(*) as count, count(distinct n.user_id) as users,
        array_agg(distinct n.tool) as tools, count(*) filter (where n.is_redrivable) as redrivable,
        min(n.at) as first_at, max(n.at) as last_at, (array_agg(n.id order by n.at desc, n.id desc))[1] as sample_id
      from named n group by n.fingerprint, n.lane, n.error_code, n.failed_step
      order by count(*) desc, max(n.at) desc, n.fingerprint limit 200
    )
    select coalesce(jsonb_agg(to_jsonb(g) || jsonb_build_object('last_ms', private.ms(p_at - g.last_at),
      'sample_message', (select left(j.error_message, 300) from public.jobs j where j.id = g.sample_id),
      'trend', (
        select jsonb_agg(coalesce(p.count, 0) order by n) from generate_series(0, 23) n
        left join parts p on p.fingerprint = g.fingerprint and p.part = n))
      order by g.count desc, g.last_at desc, g.fingerprint), '[]')
    from grouped g);
end
$$;
comment on function private.failure_groups(private.failed_line[], jsonb, timestamptz, timestamptz) is
  'Failures by lane, error code and step, the most frequent first, up to 200: as ops_api.failures has them.';
revoke execute on function private.failure_groups(private.failed_line[], jsonb, timestamptz, timestamptz) from public;

create function ops_api.failures(p_since interval default '1 day', p_filter jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_most constant integer := 20000;
  v_now timestamptz := private.now();
  v_failures private.failed_line[];
  v_groups jsonb;
begin
  perform private.require_operator();
  perform private.check_failures_asked(p_since, p_filter);
  v_failures := array(select f from private.failures_of_late(v_now, v_now - p_since, v_most) f);
  v_groups := private.failure_groups(v_failures, p_filter, v_now, v_now - p_since);
  return jsonb_build_object('at', v_now, 'since', v_now - p_since, 'part_ms', private.ms(p_since / 24),
    'groups', v_groups, 'looked_at', cardinality(v_failures), 'is_complete', cardinality(v_failures) < v_most);
end
$$;
comment on function ops_api.failures(interval, jsonb) is
  'What has failed over the last p_since (a minute to 90 days), for operators, by what it has in common: {at, since, '
  'part_ms, groups, looked_at, is_complete}. Only the newest 20,000 failed jobs are looked at; where there are more, '
  'is_complete is false. A group: {fingerprint, lane, error_code, failed_step, count, users: how many, tools, '
  'redrivable: how many nobody has done again and whose tool is switched on, first_at, last_at, last_ms: how long '
  'ago, sample_id, sample_message: of the newest, trend: counts of 24 equal parts of the time, of part_ms each, the '
  'oldest first}; the most frequent first, up to 200. p_filter: {lane, tool, error_code (null: of those without '
  'one), failed_step, user_id}. Errors: 401 unauthenticated, 403 not_an_operator, 422 invalid_filter, 422 '
  'invalid_input.';
revoke execute on function ops_api.failures(interval, jsonb) from public;
grant execute on function ops_api.failures(interval, jsonb) to authenticated, service_role;

create function private.line_of_stuck(p_job public.jobs, p_verdicts private.verdict[], p_now timestamptz)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v private.verdict := p_verdicts[1];
  v_word private.verdict_word;
begin
  select * into v_word from private.verdict_words() w where w.code = v.code;
  return jsonb_build_object('job_id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
    'status', p_job.status, 'current_step', p_job.current_step, 'age_ms', private.ms(p_now - p_job.created_at),
    'usual_ms', private.ms(private.usual_time(p_job.tool)), 'code', v.code, 'level', v.level, 'detail', v.detail,
    'held_ms', private.ms(p_now - v.since), 'clears', v.clears, 'expected_in_ms', private.ms(v.expected_at - p_now),
    'also', to_jsonb(array(select a.code from unnest(p_verdicts) a where a.rank > 1 and not a.ruled_out
      and a.level in ('error', 'warn') order by a.rank)),
    'words', jsonb_build_object(
      'en', private.told(v_word.en, v.evidence, private.in_words(p_now, v.expected_at, 'en')),
      'pt-BR', private.told(v_word.pt_br, v.evidence, private.in_words(p_now, v.expected_at, 'pt-BR'))));
end
$$;
comment on function private.line_of_stuck(public.jobs, private.verdict[], timestamptz) is
  'A job that is stuck, by its verdicts in their order, as ops_api.stuck has it.';
revoke execute on function private.line_of_stuck(public.jobs, private.verdict[], timestamptz) from public;

create function ops_api.stuck(p_limit integer default 20) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 50 then
    perform private.refuse(422, 'invalid_input', 'From 1 to 50 jobs.', 'limit');
  end if;
  return jsonb_build_object('at', v_now, 'jobs', (
    select coalesce(jsonb_agg(private.line_of_stuck(found.job, found.verdicts, v_now)
      order by found.level, (found.job).created_at, (found.job).id), '[]')
    from (
      select j as job, looked.verdicts, (looked.verdicts)[1].level
      from private.suspects(v_now, 2 * p_limit) s
      join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
      lateral private.verdicts_now(j, v_now) as looked (verdicts)
      where not (looked.verdicts)[1].ruled_out and (looked.verdicts)[1].level in ('error', 'warn')
      order by 3, j.created_at, j.id limit p_limit) found));
end
$$;
comment on function ops_api.stuck(integer) is
  'ops.stuck_jobs for a screen: {at, jobs}, each {job_id, user_id, tool, lane, status, current_step, age_ms, usual_ms: '
  'how old such a job usually gets at the most, code, level, detail, held_ms: since it is so, clears, expected_in_ms, '
  'also: codes of what else is wrong, words: {"en", "pt-BR"}, what its owner is told}; those in error first, then the '
  'oldest. p_limit: up to 50, of a bounded number that is looked at (private.suspects). Errors: 401 unauthenticated, '
  '403 not_an_operator, 422 invalid_input.';
revoke execute on function ops_api.stuck(integer) from public;
grant execute on function ops_api.stuck(integer) to authenticated, service_role;


create function private.state_of_secret(p_name text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when p_name is null then 'not_needed' when private.secret(p_name) is null then 'missing'
    else 'present' end;
end
$$;
comment on function private.state_of_secret(text) is
  'Whether the Vault has a secret: present, missing (also when it is empty), not_needed (null: no name).';
revoke execute on function private.state_of_secret(text) from public;

create function private.account_line(p_account private.accounts, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('account_id', p_account.account_id, 'lane', p_account.lane, 'provider', l.provider,
      'delivery', l.delivery, 'name', p_account.name, 'capacity', s.capacity, 'running', s.running,
      'retiring', s.retiring, 'key', private.state_of_secret(p_account.secret_name),
      'secret_name', p_account.secret_name,
      'webhook_secret', private.state_of_secret(p_account.webhook_secret_name),
      'webhook_secret_name', p_account.webhook_secret_name,
      'is_paused', coalesce(p_account.paused_until > p_at, false),
      'paused_until', case when p_account.paused_until > p_at then p_account.paused_until end,
      'pause_reason', case when p_account.paused_until > p_at then p_account.pause_reason end,
      'pause_left_ms', case when p_account.paused_until > p_at and isfinite(p_account.paused_until)
        then private.ms(p_account.paused_until - p_at) end,
      'is_lane_paused', coalesce(l.paused_until > p_at, false), 'is_circuit_open', l.circuit_opened_at is not null,
      'retired_at', p_account.retired_at)
    from private.lanes l, (
      select count(*) filter (where not is_retiring) as capacity, count(token) as running,
        count(*) filter (where is_retiring) as retiring
      from private.slots where account_id = p_account.account_id) s
    where l.lane = p_account.lane);
end
$$;
comment on function private.account_line(private.accounts, timestamptz) is
  'An account as ops_api.accounts tells of it. Never the key, only whether there is one.';
revoke execute on function private.account_line(private.accounts, timestamptz) from public;

create function ops_api.accounts(p_limit integer default 200, p_after integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
  v_last private.accounts;
  v_page integer[];
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 accounts.', 'limit');
  end if;
  v_at := private.now();
  select * into v_last from private.accounts where account_id = p_after;
  v_page := array(
    select a.account_id from private.accounts a where p_after is null or (a.lane, a.name) > (v_last.lane, v_last.name)
    order by a.lane, a.name limit p_limit + 1);
  return jsonb_build_object(
    'accounts', (select coalesce(jsonb_agg(private.account_line(a, v_at) order by a.lane, a.name), '[]')
      from private.accounts a where a.account_id = any (v_page[1:p_limit])),
    'next', case when cardinality(v_page) > p_limit then v_page[p_limit] end);
end
$$;
comment on function ops_api.accounts(integer, integer) is
  'API keys of providers, by lane and name: {accounts: [{account_id, lane, provider, delivery, name, capacity, '
  'running (slots that are held), retiring (slots too many, which go when they are let go of), key and '
  'webhook_secret (present, missing, not_needed; never the secret), secret_name, webhook_secret_name, is_paused, '
  'paused_until ("infinity": until it is resumed), pause_reason, pause_left_ms, is_lane_paused, is_circuit_open, '
  'retired_at}], next: p_after of the page that follows, null: that was all}. Errors: 403 not_an_operator, 422 '
  'invalid_input.';
revoke execute on function ops_api.accounts(integer, integer) from public;
grant execute on function ops_api.accounts(integer, integer) to authenticated, service_role;

create function private.holders_of(p_account_id integer, p_at timestamptz, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('slot_id', s.slot_id, 'is_retiring', s.is_retiring,
      'job_id', s.job_id, 'attempt', coalesce(a.attempt, c.attempt),
      'tool', coalesce(j.tool, c.tool), 'status', j.status, 'current_step', j.current_step,
      'user_id', j.user_id, 'user_email', u.email, 'external_id', coalesce(a.external_id, c.external_id),
      'is_job_over', j.id is null or j.status in ('completed', 'failed', 'cancelled'), 'stopped_for', c.reason,
      'held_ms', private.ms(p_at - coalesce(a.started_at, c.started_at)))
      order by coalesce(a.started_at, c.started_at), s.slot_id), '[]')
    from (
      select * from private.slots where account_id = p_account_id and token is not null order by slot_id limit p_limit
    ) s
    left join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
    left join private.cancels c on c.token = s.token
    left join public.jobs j on j.id = s.job_id
    left join auth.users u on u.id = j.user_id);
end
$$;
comment on function private.holders_of(integer, timestamptz, integer) is
  'Who holds the slots of an account, the longest first; up to p_limit, as ops_api.account tells of them.';
revoke execute on function private.holders_of(integer, timestamptz, integer) from public;

create function ops_api.account(p_account_id integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
  v_account private.accounts;
begin
  perform private.require_operator();
  select * into v_account from private.accounts where account_id = p_account_id;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id), 'account_id');
  end if;
  v_at := private.now();
  return private.account_line(v_account, v_at)
    || jsonb_build_object('holders', private.holders_of(p_account_id, v_at, 200));
end
$$;
comment on function ops_api.account(integer) is
  'An account as in ops_api.accounts, and holders: who holds its slots, up to 200, the longest first: [{slot_id, '
  'is_retiring, job_id, attempt, tool, status, current_step, user_id, user_email, external_id, is_job_over (its task '
  'may live all the same), stopped_for (why its task is to be stopped), held_ms}]. Errors: 403 not_an_operator, 404 '
  'account_not_found.';
revoke execute on function ops_api.account(integer) from public;
grant execute on function ops_api.account(integer) to authenticated, service_role;


create type private.inbox_filter as (provider text, verdict text, job_id uuid, refused boolean);
comment on type private.inbox_filter is 'A filter of ops_api.webhooks, read. Null: it says nothing of it.';

create function private.read_inbox_filter(p_filter jsonb) returns private.inbox_filter
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
  v private.inbox_filter;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{provider,verdict,job_id,refused}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of webhooks has no %L.', v_unknown), v_unknown);
  end if;
  v.provider := p_filter ->> 'provider';
  v.verdict := p_filter ->> 'verdict';
  v.job_id := p_filter ->> 'job_id';
  v.refused := p_filter ->> 'refused';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_inbox_filter(jsonb) is
  'Checks and reads the filter of ops_api.webhooks: {provider, verdict, job_id, refused}. Error: 422 invalid_filter.';
revoke execute on function private.read_inbox_filter(jsonb) from public;

create type private.inbox_line as (
  id text, at timestamptz, event_id bigint, provider text, verdict text, times bigint, first_at timestamptz,
  job_id uuid, user_id uuid, attempt integer, external_id text, verified_by text, is_wanted boolean);
comment on type private.inbox_line is
  'A webhook, or the count of those of a job that were refused for one reason; is_wanted: the filter names it.';

create function private.stored_webhooks(
  p_filter private.inbox_filter, p_at timestamptz, p_id text, p_looks integer
) returns setof private.inbox_line
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select 'webhook:' || e.event_id, e.received_at, e.event_id, e.provider, e.verdict, 1::bigint, e.received_at,
      e.job_id, e.user_id, e.attempt, e.external_id, e.verified_by,
      (p_filter.provider is null or e.provider = p_filter.provider)
        and (p_filter.verdict is null or e.verdict = p_filter.verdict)
    from private.webhook_events e
    where (p_filter.job_id is null or e.job_id = p_filter.job_id)
      and (p_at is null or (e.received_at <= p_at
        and (e.received_at < p_at or ('webhook:' || e.event_id) collate "C" < p_id)))
    order by e.received_at desc, ('webhook:' || e.event_id) collate "C" desc limit p_looks;
end
$$;
comment on function private.stored_webhooks(private.inbox_filter, timestamptz, text, integer) is
  'The newest p_looks webhooks before a place in the inbox, of a job or of all.';
revoke execute on function private.stored_webhooks(private.inbox_filter, timestamptz, text, integer) from public;

create function private.refused_webhooks(
  p_filter private.inbox_filter, p_at timestamptz, p_id text, p_looks integer
) returns setof private.inbox_line
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select format('refusal:%s:%s', r.job_id, r.reason), r.last_at, null::bigint, r.provider, r.reason, r.times,
      r.first_at, r.job_id, r.user_id, null::integer, null::text, null::text,
      (p_filter.provider is null or r.provider = p_filter.provider)
        and (p_filter.verdict is null or r.reason = p_filter.verdict)
    from private.webhook_refusals r
    where (p_filter.job_id is null or r.job_id = p_filter.job_id)
      and (p_at is null or (r.last_at <= p_at
        and (r.last_at < p_at or format('refusal:%s:%s', r.job_id, r.reason) collate "C" < p_id)))
    order by r.last_at desc, format('refusal:%s:%s', r.job_id, r.reason) collate "C" desc limit p_looks;
end
$$;
comment on function private.refused_webhooks(private.inbox_filter, timestamptz, text, integer) is
  'The newest p_looks counts of refused webhooks before a place in the inbox, of a job or of all.';
revoke execute on function private.refused_webhooks(private.inbox_filter, timestamptz, text, integer) from public;

create function private.inbox_entry(p_line private.inbox_line, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select to_jsonb(p_line) - 'is_wanted' || jsonb_build_object('is_refused', p_line.event_id is null,
      'age_ms', private.ms(p_now - p_line.at), 'user_email', u.email, 'tool', j.tool, 'lane', j.lane,
      'status', j.status, 'current_step', j.current_step,
      'after_ms', private.ms(case when p_line.event_id is not null then p_line.at end - a.submitted_first_at),
      'can_replay', p_line.event_id is not null and coalesce(j.status in ('pending', 'processing')
        and a.finished_at is null and a.token is not null, false))
    from (select 1) one
    left join public.jobs j on j.id = p_line.job_id
    left join public.job_attempts a on a.job_id = p_line.job_id and a.attempt = p_line.attempt
    left join auth.users u on u.id = p_line.user_id);
end
$$;
comment on function private.inbox_entry(private.inbox_line, timestamptz) is
  'A line of the inbox as ops_api.webhooks tells of it.';
revoke execute on function private.inbox_entry(private.inbox_line, timestamptz) from public;

create function private.look_at_inbox(
  p_filter private.inbox_filter, p_limit integer, p_at timestamptz, p_id text, p_now timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  -- What the index finds by itself is looked for no further than the page goes.
  v_looks integer := case when p_filter.provider is null and p_filter.verdict is null then p_limit + 1 else 5000 end;
begin
  return (
    with lines as materialized (
      select l, l.at, l.id, l.is_wanted from private.stored_webhooks(p_filter, p_at, p_id, v_looks) l
      where not coalesce(p_filter.refused, false)
      union all
      select l, l.at, l.id, l.is_wanted from private.refused_webhooks(p_filter, p_at, p_id, v_looks) l
      where coalesce(p_filter.refused, true)
    ), looked as ( -- both together no further than either of them goes
      select *, row_number() over (order by at desc, id collate "C" desc) as n,
        count(*) filter (where is_wanted) over (order by at desc, id collate "C" desc) as wanted
      from lines order by at desc, id collate "C" desc limit v_looks
    ), page as (
      select * from looked where wanted < p_limit or (wanted = p_limit and is_wanted)
    ), last_one as (
      select at, id, n from page order by n desc limit 1
    )
    select jsonb_build_object(
      'webhooks', (select coalesce(jsonb_agg(private.inbox_entry(l, p_now) order by n), '[]')
        from page where is_wanted),
      'next', (select jsonb_build_object('at', at, 'id', id) from last_one
        where n < (select count(*) from looked) or n = v_looks),
      'looked_at', (select count(*) from page),
      'is_complete', coalesce((select n = (select count(*) from looked) and n < v_looks from last_one), true)));
end
$$;
comment on function private.look_at_inbox(private.inbox_filter, integer, timestamptz, text, timestamptz) is
  'A page of the inbox, see ops_api.webhooks: up to p_limit of what the filter names among the newest 5,000 after a '
  'place in it.';
revoke execute on function private.look_at_inbox(private.inbox_filter, integer, timestamptz, text, timestamptz)
  from public;

create function ops_api.webhooks(p_filter jsonb default '{}', p_limit integer default 50, p_before jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_filter private.inbox_filter;
  v_before timestamptz;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 webhooks.', 'limit');
  end if;
  v_filter := private.read_inbox_filter(p_filter);
  begin
    v_before := p_before ->> 'at';
  exception when data_exception then
    perform private.refuse(422, 'invalid_input', sqlerrm, 'before');
  end;
  return private.look_at_inbox(v_filter, p_limit, v_before, p_before ->> 'id', private.now());
end
$$;
comment on function ops_api.webhooks(jsonb, integer, jsonb) is
  'The inbox, the newest first. p_filter: {provider, verdict (accepted, stale_attempt, late, other_task; of refused '
  'ones wrong_token, bad_signature, no_secret, too_large), job_id, refused (true: only those, false: none)}; p_before: '
  'next of the page before. Returns {webhooks: [{id, event_id, at, age_ms, provider, verdict, is_refused, times and '
  'first_at (of refused ones: one line for each job and reason), job_id, attempt, tool, lane, status, current_step, '
  'user_id, user_email, external_id, verified_by, after_ms (since its submit), can_replay}], next, looked_at, '
  'is_complete}: what is rare is looked for among 5,000 a page, so a page may be empty and have a next one. Errors: '
  '403 not_an_operator, 422 invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.webhooks(jsonb, integer, jsonb) from public;
grant execute on function ops_api.webhooks(jsonb, integer, jsonb) to authenticated, service_role;

create function private.as_text(p_value jsonb) returns text
language sql immutable set search_path = '' as $$
  select case jsonb_typeof(p_value) when 'string' then p_value #>> '{}' else jsonb_pretty(p_value) end
$$;
comment on function private.as_text(jsonb) is
  'JSON for people to read, each number as it came; what was no JSON is kept as a string, and is that text.';
revoke execute on function private.as_text(jsonb) from public;

create function ops_api.webhook(p_event_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_event private.webhook_events;
begin
  select * into v_event from private.webhook_events where event_id = p_event_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no webhook %s.', p_event_id), 'event_id');
  end if;
  if v_role <> 'admin' then
    v_event.headers := private.masked(v_event.headers);
    v_event.payload := private.masked(v_event.payload);
  end if;
  return private.inbox_entry(row('webhook:' || v_event.event_id, v_event.received_at, v_event.event_id,
      v_event.provider, v_event.verdict, 1, v_event.received_at, v_event.job_id, v_event.user_id, v_event.attempt,
      v_event.external_id, v_event.verified_by, true)::private.inbox_line, private.now())
    || jsonb_build_object('headers', private.as_text(v_event.headers), 'payload', private.as_text(v_event.payload),
      'is_masked', v_role <> 'admin');
end
$$;
comment on function ops_api.webhook(bigint) is
  'A webhook as in ops_api.webhooks, and how it came: headers and payload, as text, secrets redacted, long ones cut; '
  'is_masked: for support only their shape is left. Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.webhook(bigint) from public;
grant execute on function ops_api.webhook(bigint) to authenticated, service_role;

create function private.user_line(p_user_id uuid, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('user_id', u.id, 'email', u.email, 'created_at', u.created_at,
      'last_sign_in_at', u.last_sign_in_at, 'role', case
        when u.raw_app_meta_data ->> 'role' in ('admin', 'support') then u.raw_app_meta_data ->> 'role' end,
      'balance', coalesce((select balance from public.credit_accounts where user_id = u.id), 0),
      'is_paused', p.user_id is not null, 'paused_until', p.paused_until, 'pause_reason', p.reason,
      'paused_ms', private.ms(p_at - p.paused_at), 'is_tombstone', false)
    from auth.users u left join private.user_pauses p on p.user_id = u.id and p.paused_until > p_at
    where u.id = p_user_id
    union all
    select jsonb_build_object('user_id', t.tombstone_id, 'email', null, 'created_at', null, 'last_sign_in_at', null,
      'role', null, 'balance', t.balance, 'is_paused', false, 'paused_until', null, 'pause_reason', null,
      'paused_ms', null, 'is_tombstone', true)
    from private.tombstones t where t.tombstone_id = p_user_id
    limit 1);
end
$$;
comment on function private.user_line(uuid, timestamptz) is
  'A user as ops_api.users tells of them; of a tombstone, what the ledger has of it. Null: there is nobody.';
revoke execute on function private.user_line(uuid, timestamptz) from public;

create function private.users_named(p_prefix text, p_looks integer) returns table (user_id uuid, is_named boolean)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    -- In the order of Auth's own index of addresses; those of single sign-on it does not have.
    select u.id, starts_with(u.email, p_prefix) from auth.users u
    where not u.is_sso_user and u.email >= p_prefix order by u.email limit p_looks;
end
$$;
comment on function private.users_named(text, integer) is
  'Users in the order of their addresses, from a prefix on; is_named: it is the beginning of theirs.';
revoke execute on function private.users_named(text, integer) from public;

create function ops_api.users(p_query text, p_limit integer default 20) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_query text := lower(btrim(p_query));
  v_at timestamptz;
  v_found uuid[];
  v_looked bigint := 1;
  v_is_complete boolean := true;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 users.', 'limit');
  elsif coalesce(v_query, '') = '' then
    perform private.refuse(422, 'invalid_input', 'Say how an address begins, or an id.', 'query');
  end if;
  v_at := private.now();
  if v_query ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then
    v_found := array[coalesce((select user_id from public.jobs where id = v_query::uuid), v_query::uuid)];
  else
    select array_agg(named.user_id order by n) filter (where is_named), count(*),
      count(*) < 500 or not bool_and(is_named)
    into v_found, v_looked, v_is_complete
    from private.users_named(v_query, 500) with ordinality named (user_id, is_named, n);
  end if;
  return jsonb_build_object('users', (
      select coalesce(jsonb_agg(line order by n), '[]')
      from unnest(v_found[1:p_limit]) with ordinality found (user_id, n), private.user_line(found.user_id, v_at) line
      where line is not null),
    'looked_at', v_looked, 'is_complete', v_is_complete and coalesce(cardinality(v_found), 0) <= p_limit);
end
$$;
comment on function ops_api.users(text, integer) is
  'Users whose address begins so (not of single sign-on: those by id), or the one with this id, of a job with this id, '
  'or the tombstone: {users: [{user_id, email, created_at, last_sign_in_at, role (admin, support or null), balance, '
  'is_paused, paused_until, pause_reason, paused_ms, is_tombstone}], looked_at, is_complete: false: there are more, '
  'say more of it}. Errors: 403 not_an_operator, 422 invalid_input.';
revoke execute on function ops_api.users(text, integer) from public;
grant execute on function ops_api.users(text, integer) to authenticated, service_role;

create function private.entries_of(
  p_user_id uuid, p_limit integer, p_before bigint, p_balance bigint
) returns table (entry jsonb, entry_id bigint, balance_before bigint, n bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with page as (
      select * from public.credit_entries e
      where e.user_id = p_user_id and (p_before is null or e.entry_id < p_before)
      order by e.entry_id desc limit p_limit
    ), reckoned as ( -- from the balance back in time, what came after each of them taken away
      select p.*, p_balance - coalesce(sum(p.amount) over (
          order by p.entry_id desc rows between unbounded preceding and 1 preceding), 0)::bigint as balance
      from page p
    )
    select jsonb_build_object('entry_id', r.entry_id, 'at', r.created_at, 'kind', r.kind, 'amount', r.amount,
        'balance', r.balance, 'noted_balance', r.balance_after, 'is_off', r.balance <> r.balance_after,
        'job_id', r.job_id, 'tool', j.tool, 'status', j.status, 'reference', r.reference, 'note', r.note,
        'is_counted', r.is_counted),
      r.entry_id, r.balance - r.amount, row_number() over (order by r.entry_id desc)
    from reckoned r left join public.jobs j on j.id = r.job_id;
end
$$;
comment on function private.entries_of(uuid, integer, bigint, bigint) is
  'The last p_limit entries of a user, or of a tombstone, before p_before, each with the balance after it, reckoned '
  'back from p_balance: what was there after the first of them.';
revoke execute on function private.entries_of(uuid, integer, bigint, bigint) from public;

create function private.statement_of(
  p_user jsonb, p_limit integer, p_before bigint, p_balance bigint
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with lines as materialized (
      select * from private.entries_of((p_user ->> 'user_id')::uuid, p_limit + 1, p_before, p_balance)
    ), last_one as (
      select jsonb_build_object('entry_id', entry_id, 'balance', balance_before) as place from lines where n = p_limit
    )
    select jsonb_build_object('user', p_user,
      'entries', (select coalesce(jsonb_agg(entry order by n), '[]') from lines where n <= p_limit),
      'next', (select place from last_one where exists (select from lines where n > p_limit))));
end
$$;
comment on function private.statement_of(jsonb, integer, bigint, bigint) is
  'A page of a statement, see ops_api.statement; p_user: of private.user_line.';
revoke execute on function private.statement_of(jsonb, integer, bigint, bigint) from public;

create function private.look_at_statement(
  p_user_id uuid, p_limit integer, p_before bigint, p_balance bigint, p_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  -- Stable: the balance and the entries are those of one moment.
  v_user jsonb := private.user_line(p_user_id, p_at);
begin
  return private.statement_of(v_user, p_limit, p_before, coalesce(p_balance, (v_user ->> 'balance')::bigint));
end
$$;
comment on function private.look_at_statement(uuid, integer, bigint, bigint, timestamptz) is
  'A page of the statement of a user, or of a tombstone; without p_before and p_balance the first one.';
revoke execute on function private.look_at_statement(uuid, integer, bigint, bigint, timestamptz) from public;

create function ops_api.statement(p_user_id uuid, p_limit integer default 50, p_before jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before bigint;
  v_balance bigint;
  v_page jsonb;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 entries.', 'limit');
  end if;
  begin
    v_before := p_before ->> 'entry_id';
    v_balance := p_before ->> 'balance';
  exception when data_exception then
    perform private.refuse(422, 'invalid_input', sqlerrm, 'before');
  end;
  v_page := private.look_at_statement(p_user_id, p_limit, v_before, v_balance, private.now());
  if jsonb_typeof(v_page -> 'user') = 'null' then
    perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id');
  end if;
  return v_page;
end
$$;
comment on function ops_api.statement(uuid, integer, jsonb) is
  'What came and went of a user''s credits, the last first: {user: as of ops_api.users, entries: [{entry_id, at, kind '
  '(grant, charge, refund), amount, balance (after it: reckoned back from the balance that there is now), '
  'noted_balance (as it was written with it), is_off (they differ: drift), job_id, tool, status, reference, note, '
  'is_counted}], next: p_before of the page that follows, null: that was all}. Of a tombstone too. Errors: 403 '
  'not_an_operator, 404 user_not_found, 422 invalid_input.';
revoke execute on function ops_api.statement(uuid, integer, jsonb) from public;
grant execute on function ops_api.statement(uuid, integer, jsonb) to authenticated, service_role;

create table private.grant_limits (
  limit_name text primary key,
  maximum bigint not null,
  constraint grant_limits_are_known check (limit_name in ('credits_a_grant', 'credits_a_day')),
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);

alter table private.grant_limits enable row level security;

comment on table private.grant_limits is
  'How many credits an admin may grant over the Data API: credits_a_grant at once, credits_a_day to everybody together '
  'in 24 hours. Set in SQL alone (ops.set_grant_limit), so that whoever has an admin''s session cannot lift them.';

insert into private.grant_limits (limit_name, maximum) values ('credits_a_grant', 100000), ('credits_a_day', 1000000);

create function ops.set_grant_limit(p_limit text, p_maximum bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  if coalesce(p_maximum not between 0 and 9007199254740991, true) then
    perform private.refuse(422, 'invalid_amount', 'A limit is 0 to 9007199254740991.', 'maximum');
  end if;
  update private.grant_limits set maximum = p_maximum where limit_name = p_limit;
  if not found then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), 'limit');
  end if;
  perform private.note_act('set_grant_limit', jsonb_build_object('limit', p_limit, 'maximum', p_maximum), '{}', null);
end
$$;
comment on function ops.set_grant_limit(text, bigint) is
  'Sets a limit of private.grant_limits: credits_a_grant or credits_a_day. Errors: 422 invalid_amount, 422 '
  'invalid_input.';
revoke execute on function ops.set_grant_limit(text, bigint) from public;

create function private.grants_left(p_actor uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_object_agg(l.limit_name, case l.limit_name
      when 'credits_a_day' then greatest(0, l.maximum - coalesce((
        select -sum(a.credits) from private.audit a
        where a.actor = p_actor and a.at > (select private.now()) - interval '1 day'
          and a.action = 'grant_credits'), 0))
      else l.maximum end)
    from private.grant_limits l);
end
$$;
comment on function private.grants_left(uuid) is
  'What an admin may grant yet: {credits_a_grant: at once, credits_a_day: what the audit of the last 24 hours leaves}.';
revoke execute on function private.grants_left(uuid) from public;

create function private.check_grant(p_amount bigint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_left jsonb := private.grants_left(auth.uid());
begin
  if p_amount > least((v_left ->> 'credits_a_grant')::bigint, (v_left ->> 'credits_a_day')::bigint) then
    perform private.refuse(422, 'invalid_amount', format('You can grant %s credits at once, and %s more today.',
      v_left ->> 'credits_a_grant', v_left ->> 'credits_a_day'), jsonb_build_object('field', 'amount', 'maximum',
      least((v_left ->> 'credits_a_grant')::bigint, (v_left ->> 'credits_a_day')::bigint))::text);
  end if;
end
$$;
comment on function private.check_grant(bigint) is
  'Error 422 invalid_amount when this is more than the caller may grant now; the hint says the most: maximum.';
revoke execute on function private.check_grant(bigint) from public;

create function private.read_grant(p_amount bigint, p_description text, p_reference text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_amount is null or p_amount <= 0 then
    perform private.refuse(422, 'invalid_amount', 'A grant is one credit or more.', 'amount');
  elsif coalesce(btrim(p_description), '') = '' then
    perform private.refuse(422, 'reason_required', 'To grant credits, say why.', 'description');
  elsif coalesce(btrim(p_reference), '') = '' then
    perform private.refuse(422, 'invalid_input',
      'A grant has a reference, so that it is made once: a payment''s id, or one made by chance.', 'reference');
  elsif char_length(p_description) > 500 or char_length(p_reference) > 200 then
    perform private.refuse(422, 'invalid_input', 'A description has up to 500 characters, a reference up to 200.',
      case when char_length(p_description) > 500 then 'description' else 'reference' end);
  end if;
end
$$;
comment on function private.read_grant(bigint, text, text) is
  'Looks at what a grant was asked with. Errors: 422 invalid_amount, 422 invalid_input, 422 reason_required.';
revoke execute on function private.read_grant(bigint, text, text) from public;

create function ops_api.grant_credits(p_user_id uuid, p_amount bigint, p_description text, p_reference text)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_is_new boolean;
  v_balance bigint;
begin
  perform private.require_operator(p_only_admin => true);
  perform private.read_grant(p_amount, p_description, p_reference);
  p_reference := btrim(p_reference);
  -- Two grants of one admin at the same moment do not both have what is left of the day; nor of one reference are both
  -- the first.
  perform pg_advisory_xact_lock(hashtextextended('esteira.grants:' || coalesce(auth.uid()::text, ''), 0));
  perform from auth.users where id = p_user_id for key share;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  insert into public.credit_accounts (user_id) values (p_user_id) on conflict do nothing;
  perform from public.credit_accounts where user_id = p_user_id for update;
  v_is_new := not exists (
    select from public.credit_entries where user_id = p_user_id and reference = p_reference);
  if v_is_new then perform private.check_grant(p_amount); end if;
  v_balance := ops.grant_credits(p_user_id, p_amount, p_description, p_reference);
  perform private.note_act('grant_credits',
    jsonb_build_object('user_id', p_user_id, 'amount', p_amount, 'reference', p_reference),
    '{"matched": 1, "qualified": 1}', p_description, p_qualified => 1, p_credits => -p_amount)
  where v_is_new;
  return jsonb_build_object('user_id', p_user_id, 'amount', p_amount, 'balance', v_balance, 'is_new', v_is_new,
    'left', private.grants_left(auth.uid()));
end
$$;
comment on function ops_api.grant_credits(uuid, bigint, text, text) is
  'Gives a user credits, once for each p_reference (a payment''s id, or one made by chance); p_description: why, which '
  'stands on the statement and in the audit. Returns {user_id, amount, balance, is_new (false: it was granted before, '
  'and nothing was done), left: {credits_a_grant, credits_a_day}}. For admins. Errors: 403 not_an_operator, 404 '
  'user_not_found, 409 idempotency_conflict (the reference has another amount), 422 invalid_amount (the hint has the '
  'most that can be: maximum), 422 invalid_input, 422 reason_required.';
revoke execute on function ops_api.grant_credits(uuid, bigint, text, text) from public;
grant execute on function ops_api.grant_credits(uuid, bigint, text, text) to authenticated, service_role;

create type private.acts_filter as (actor uuid, action text, about uuid, run_id uuid);
comment on type private.acts_filter is 'A filter of ops_api.find_acts, read. Null: it says nothing of it.';

create function private.read_acts_filter(p_filter jsonb) returns private.acts_filter
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
  v private.acts_filter;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{actor,action,about,run_id}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of acts has no %L.', v_unknown), v_unknown);
  end if;
  v.actor := p_filter ->> 'actor';
  v.action := p_filter ->> 'action';
  v.about := p_filter ->> 'about';
  v.run_id := p_filter ->> 'run_id';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_acts_filter(jsonb) is
  'Checks and reads the filter of ops_api.find_acts: {actor, action, about, run_id}. Error: 422 invalid_filter.';
revoke execute on function private.read_acts_filter(jsonb) from public;

create function private.act_line(p_act private.audit, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('audit_id', p_act.audit_id, 'at', p_act.at,
      'age_ms', private.ms(p_at - p_act.at), 'actor', p_act.actor, 'actor_email', u.email,
      'actor_role', p_act.actor_role, 'called_as', p_act.called_as, 'action', p_act.action,
      'filter', private.as_text(p_act.filter), 'is_forgotten', p_act.filter = '{"forgotten": true}',
      'counts', p_act.counts, 'credits', p_act.credits, 'reason', p_act.reason, 'run_id', p_act.run_id,
      'run_state', r.state, 'job_id', p_act.filter ->> 'job_id', 'user_id', p_act.filter ->> 'user_id')
    from (select 1) one
    left join auth.users u on u.id = p_act.actor
    left join private.bulk_runs r on r.run_id = p_act.run_id);
end
$$;
comment on function private.act_line(private.audit, timestamptz) is
  'What an operator has done, as ops_api.find_acts tells of it.';
revoke execute on function private.act_line(private.audit, timestamptz) from public;

create function private.look_at_acts(
  p_filter private.acts_filter, p_limit integer, p_before bigint, p_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_looks integer := case when p_filter.action is null and p_filter.about is null then p_limit + 1 else 5000 end;
begin
  return (
    with looked as materialized (
      select a, a.audit_id, row_number() over (order by a.audit_id desc) as n,
        (p_filter.action is null or a.action = p_filter.action) and (p_filter.about is null
          or strpos(a.filter::text || coalesce(a.reason, ''), p_filter.about::text) > 0) as is_wanted
      from private.audit a
      where (p_before is null or a.audit_id < p_before) and (p_filter.actor is null or a.actor = p_filter.actor)
        and (p_filter.run_id is null or a.run_id = p_filter.run_id)
      order by a.audit_id desc limit v_looks
    ), counted as (
      select *, count(*) filter (where is_wanted) over (order by n) as wanted from looked
    ), page as (
      select * from counted where wanted < p_limit or (wanted = p_limit and is_wanted)
    ), last_one as (
      select audit_id, n < (select count(*) from looked) or n = v_looks as is_more from page order by n desc limit 1
    )
    select jsonb_build_object(
      'acts', (select coalesce(jsonb_agg(private.act_line(a, p_at) order by n), '[]') from page where is_wanted),
      'next', (select audit_id from last_one where is_more), 'looked_at', (select count(*) from page),
      'is_complete', coalesce((select not is_more from last_one), true)));
end
$$;
comment on function private.look_at_acts(private.acts_filter, integer, bigint, timestamptz) is
  'A page of the audit, see ops_api.find_acts: up to p_limit of what the filter names among the last 5,000 before '
  'p_before.';
revoke execute on function private.look_at_acts(private.acts_filter, integer, bigint, timestamptz) from public;

create function ops_api.find_acts(p_filter jsonb default '{}', p_limit integer default 50, p_before bigint default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.acts_filter;
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 acts.', 'limit');
  end if;
  v_filter := private.read_acts_filter(p_filter);
  -- Support sees what they have done themselves.
  if v_role = 'support' then v_filter.actor := auth.uid(); end if;
  return private.look_at_acts(v_filter, p_limit, p_before, private.now());
end
$$;
comment on function ops_api.find_acts(jsonb, integer, bigint) is
  'What operators have done, the last first. p_filter: {actor, action, about (a job''s or user''s id, in the filter or '
  'the reason), run_id}; p_before: next of the page before. Returns {acts: [{audit_id, at, age_ms, actor, actor_email, '
  'actor_role, called_as, action, filter (as text), is_forgotten (a user has left whom it named), counts, credits (to '
  'be charged; less than zero: given), reason, run_id, run_state, job_id, user_id}], next, looked_at, is_complete}: '
  'what is rare is looked for among 5,000 a page. Support sees its own acts. Errors: 403 not_an_operator, 422 '
  'invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.find_acts(jsonb, integer, bigint) from public;
grant execute on function ops_api.find_acts(jsonb, integer, bigint) to authenticated, service_role;


-- On a large table it is made beforehand (docs/upgrading.md).
-- squawk-ignore require-concurrent-index-creation
create index if not exists publications_by_end on public.jobs (completed_at, id)
  where lane = 'publication' and completed_at is not null;

create view private.shown_publications with (security_invoker = true) as
select p.job_id, p.group_id, p.user_id, p.connection_id, p.platform, j.tool as option,
  case
    when p.unknown_at is not null then
      case p.resolved when 'there' then 'published' when 'not_there' then 'failed' else 'unknown' end
    when j.status = 'completed' then 'published'
    when j.status = 'failed' then 'failed'
    when j.status = 'cancelled' then 'cancelled'
    when j.status = 'processing' then 'publishing'
    when p.line = 'scheduled' and j.attempt = 0 then 'scheduled'
    else 'waiting'
  end as state,
  case
    when j.completed_at is not null then j.completed_at when p.line = 'scheduled' then j.run_at else due.due_at
  end as at,
  due.due_at, p.hold, p.created_at, j.started_at, j.completed_at, j.status, p.committed_at, p.post_id, p.permalink,
  p.warnings, p.unknown_at, p.resolved, p.resolved_how, j.error_code, j.error_message, j.retry_count,
  j.credits_charged, j.refund, j.input -> 'caption' as caption
from public.publications p join public.jobs j on j.id = p.job_id,
  lateral (
    select greatest(j.created_at, (jsonb_path_query_first(j.step_history, '$[*] ? (@.step == "queued")')
      ->> 'run_at')::timestamptz) as due_at) due;
comment on view private.shown_publications is
  'Publications as operators see them. state: scheduled (for a time), waiting, publishing, published (also what '
  'somebody has seen there), failed, cancelled, unknown (nobody knows, or has looked yet). at: its place in time; '
  'due_at: when it was enqueued, or the time that it was scheduled for.';
revoke all on private.shown_publications from anon, authenticated, service_role;

create function private.publication_line(p_shown private.shown_publications, p_role text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_shown) - array['status', 'warnings', 'caption'] || jsonb_build_object(
    'user_email', (select email from auth.users where id = p_shown.user_id),
    'account', (select coalesce(display_name, external_id) from public.connections where id = p_shown.connection_id),
    'took_ms', case when p_shown.status = 'completed' then private.ms(p_shown.completed_at - p_shown.due_at) end,
    'warnings', jsonb_array_length(p_shown.warnings),
    'caption', case when p_role = 'admin' then to_jsonb(private.cut(p_shown.caption #>> '{}', 200))
      else private.masked(p_shown.caption) end);
end
$$;
comment on function private.publication_line(private.shown_publications, text) is
  'A publication in a list of operators: {job_id, group_id, user_id, user_email, connection_id, account, platform, '
  'option, state, at, due_at, hold, created_at, started_at, completed_at, committed_at, took_ms (from due_at until it '
  'was there), post_id, permalink, warnings: how many, unknown_at, resolved, resolved_how, error_code, error_message, '
  'retry_count, credits_charged, refund, caption: its beginning and end}. For p_role support the caption is masked.';
revoke execute on function private.publication_line(private.shown_publications, text) from public;

create function private.check_zone(p_zone text) returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Names alone: an abbreviation has no rules, and Postgres would take "nowhere5" for a zone five hours from Greenwich.
  if p_zone = 'UTC' or exists (select from pg_catalog.pg_timezone_names where name = p_zone) then return; end if;
  perform private.refuse(422, 'invalid_input', format('There is no time zone %L.', left(p_zone, 100)), 'zone');
end
$$;
comment on function private.check_zone(text) is
  'Error 422 invalid_input unless there is a time zone of that name, such as America/Sao_Paulo.';
revoke execute on function private.check_zone(text) from public;

create type private.publication_filter as (
  platforms text[], options text[], states text[], user_id uuid, connection_id uuid);
comment on type private.publication_filter is
  'A filter of operators'' lists of publications and connections, read. Null: it says nothing of it.';

create function private.one_or_more(p_filter jsonb, p_key text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_filter -> p_key)
    when 'string' then array[p_filter ->> p_key]
    when 'array' then array(select jsonb_array_elements_text(p_filter -> p_key)) end;
end
$$;
comment on function private.one_or_more(jsonb, text) is
  'What a filter says of a key: a text, or an array of them. Null: nothing.';
revoke execute on function private.one_or_more(jsonb, text) from public;

create function private.read_publication_filter(p_filter jsonb, p_keys text[], p_states text[])
returns private.publication_filter
language plpgsql stable set search_path = '' as $$
declare
  v private.publication_filter;
  v_unknown text;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (p_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('This filter has no %L; it may have %s.', v_unknown,
      array_to_string(p_keys, ', ')), v_unknown);
  end if;
  v.platforms := private.one_or_more(p_filter, 'platform');
  v.options := private.one_or_more(p_filter, 'option');
  v.states := private.one_or_more(p_filter, 'state');
  v.user_id := p_filter ->> 'user_id';
  if v.user_id is null and p_filter ? 'user_email' then
    -- Nobody has this id: who is not there has published nothing.
    v.user_id := coalesce((select u.id from auth.users u where u.email = lower(btrim(p_filter ->> 'user_email'))
      order by u.id limit 1), '00000000-0000-0000-0000-000000000000');
  end if;
  v.connection_id := p_filter ->> 'connection_id';
  if not v.states <@ p_states then
    perform private.refuse_filter(format('A state is one of %s.', array_to_string(p_states, ', ')), 'state');
  end if;
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_publication_filter(jsonb, text[], text[]) is
  'Reads a filter: {platform, option, state: a text or an array of them, user_id, user_email, connection_id}, of which '
  'p_keys are allowed and p_states are the states that there are. Error: 422 invalid_filter.';
revoke execute on function private.read_publication_filter(jsonb, text[], text[]) from public;

create function private.publications_asked(p_filter jsonb) returns private.publication_filter
language plpgsql stable set search_path = '' as $$
begin
  return private.read_publication_filter(p_filter, '{platform,option,state,user_id,user_email,connection_id}',
    '{scheduled,waiting,publishing,published,failed,cancelled,unknown}');
end
$$;
comment on function private.publications_asked(jsonb) is
  'Reads a filter of publications. Error: 422 invalid_filter.';
revoke execute on function private.publications_asked(jsonb) from public;

create function private.check_entries(p_limit integer) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 entries.', 'limit');
  end if;
end
$$;
comment on function private.check_entries(integer) is 'Error 422 invalid_input unless a page is of 1 to 200 entries.';
revoke execute on function private.check_entries(integer) from public;

create function private.read_publication_place(p_after jsonb, out at timestamptz, out job_id uuid)
language plpgsql immutable set search_path = '' as $$
begin
  at := p_after ->> 'at';
  job_id := p_after ->> 'job_id';
  if p_after is not null and (at is null or job_id is null) then
    perform private.refuse(422, 'invalid_input', 'after is the next of the page before.', 'after');
  end if;
exception when data_exception then
  perform private.refuse(422, 'invalid_input', 'after is the next of the page before.', 'after');
end
$$;
comment on function private.read_publication_place(jsonb) is
  'Reads where a page of publications goes on: {at, job_id}; null: at the beginning. Error: 422 invalid_input.';
revoke execute on function private.read_publication_place(jsonb) from public;

create type private.placed_publication as (job_id uuid, at timestamptz, platform text, state text);
comment on type private.placed_publication is 'A publication and its place in time.';

create function private.publications_to_look_at(
  p_from timestamptz, p_to timestamptz, p_user_id uuid, p_now timestamptz
) returns table (job_id uuid, is_complete boolean)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  -- Along the indexes that have them in order, and no further than the limits: however many there are.
  if p_user_id is not null then
    return query
      with theirs as materialized (
        select p.job_id from public.publications p where p.user_id = p_user_id
        order by p.created_at desc, p.job_id desc limit 10000)
      select t.job_id, (select count(*) < 10000 from theirs) from theirs t;
    return;
  end if;
  return query
    with ended as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.completed_at >= p_from and j.completed_at < p_to
      order by j.completed_at desc, j.id desc limit 10000
    ), waiting as materialized (
      -- What is held waits for its end, long after it was due; what is yet to come is waited for by nothing else.
      select j.id from public.jobs j
      where j.lane = 'publication' and j.status = 'pending' and j.run_at is not null and j.run_at >= p_from
        and (p_from <= p_now or j.run_at < p_to)
      order by j.run_at limit 5000
    ), ready as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.status = 'pending' and j.run_at is null and p_from <= p_now
      order by j.priority desc, j.ticket, j.id limit 5000
    ), under_way as (
      select j.id from public.jobs j where j.lane = 'publication' and j.status = 'processing' and p_from <= p_now
    ), complete as (
      select (select count(*) < 10000 from ended) and (select count(*) < 5000 from waiting)
        and (select count(*) < 5000 from ready) as it_is
    )
    select found.id, complete.it_is
    from (
      select id from ended union all select id from waiting union all select id from ready
      union all select id from under_way) found, complete;
end
$$;
comment on function private.publications_to_look_at(timestamptz, timestamptz, uuid, timestamptz) is
  'The jobs among which those are that have their place from p_from until before p_to: of one user the 10,000 enqueued '
  'last; of all, up to 10,000 that ended in between and 5,000 that are open. is_complete: these are all.';
revoke execute on function private.publications_to_look_at(timestamptz, timestamptz, uuid, timestamptz) from public;

create function private.publications_between(
  p_from timestamptz, p_to timestamptz, p_filter private.publication_filter, p_now timestamptz,
  out placed private.placed_publication[], out looked_at bigint, out is_complete boolean
) language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  -- One by one, by their keys: however large the tables are, no more is read than is looked at.
  select coalesce(array_agg(row(s.job_id, s.at, s.platform, s.state)::private.placed_publication) filter (
      where s.at >= p_from and s.at < p_to
        and (p_filter.platforms is null or s.platform = any (p_filter.platforms))
        and (p_filter.options is null or s.option = any (p_filter.options))
        and (p_filter.states is null or s.state = any (p_filter.states))
        and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id)), '{}'),
    count(*), coalesce(bool_and(look.is_complete), true)
  into placed, looked_at, is_complete
  from private.publications_to_look_at(p_from, p_to, p_filter.user_id, p_now) look
  join private.shown_publications s on s.job_id = look.job_id;
end
$$;
comment on function private.publications_between(timestamptz, timestamptz, private.publication_filter, timestamptz) is
  'The publications that a filter asks for and that have their place from p_from until before p_to, in no order; how '
  'many were looked at, and whether these were all.';
revoke execute on function private.publications_between(timestamptz, timestamptz, private.publication_filter,
  timestamptz) from public;

create function private.days_of(p_from date, p_to date, p_zone text)
returns table (day date, begins timestamptz, ends timestamptz)
language sql stable set search_path = '' as $$
  select d::date, d at time zone p_zone, (d + interval '1 day') at time zone p_zone
  from generate_series(p_from::timestamp, p_to - interval '1 day', interval '1 day') d
$$;
comment on function private.days_of(date, date, text) is
  'The days from p_from until before p_to, and when each begins and ends in a time zone.';
revoke execute on function private.days_of(date, date, text) from public;

create function private.calendar_days(
  p_from date, p_to date, p_zone text, p_placed private.placed_publication[], p_role text
) returns jsonb
language plpgsql stable set search_path = ''
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    with placed as materialized (
      select (u.at at time zone p_zone)::date as day, u.job_id, u.state, u.platform,
        row_number() over (partition by (u.at at time zone p_zone)::date order by u.at, u.job_id) as n
      from unnest(p_placed) u
    ), by_state as (
      select c.day, sum(c.n) as total, jsonb_object_agg(c.state, c.n) as states
      from (select p.day, p.state, count(*) as n from placed p group by 1, 2) c group by 1
    ), by_platform as (
      select c.day, jsonb_object_agg(c.platform, c.n) as platforms
      from (select p.day, p.platform, count(*) as n from placed p group by 1, 2) c group by 1
    ), first as (
      select p.day, jsonb_agg(private.publication_line(s, p_role) order by p.n) as publications
      from placed p join private.shown_publications s on s.job_id = p.job_id where p.n <= 5 group by 1
    )
    select jsonb_agg(jsonb_build_object('day', d.day, 'begins', d.begins, 'ends', d.ends,
      'total', coalesce(by_state.total, 0), 'states', coalesce(by_state.states, '{}'),
      'platforms', coalesce(by_platform.platforms, '{}'), 'first', coalesce(first.publications, '[]')) order by d.day)
    from private.days_of(p_from, p_to, p_zone) d
    left join by_state using (day) left join by_platform using (day) left join first using (day));
end
$$;
comment on function private.calendar_days(date, date, text, private.placed_publication[], text) is
  'What there is on each day of a calendar: [{day, begins, ends, total, states: {state: how many}, platforms: '
  '{platform: how many}, first: the first five}].';
revoke execute on function private.calendar_days(date, date, text, private.placed_publication[], text) from public;

create function ops_api.publication_calendar(
  p_from date, p_to date, p_zone text default 'UTC', p_filter jsonb default '{}'
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_now timestamptz := private.now();
  v_found record;
begin
  perform private.check_zone(p_zone);
  if p_from is null or p_to is null or p_to - p_from not between 1 and 45 then
    perform private.refuse(422, 'invalid_input', 'A calendar has 1 to 45 days.', 'to');
  end if;
  v_found := private.publications_between(p_from::timestamp at time zone p_zone,
    p_to::timestamp at time zone p_zone, v_filter, v_now);
  return jsonb_build_object('at', v_now, 'zone', p_zone, 'today', (v_now at time zone p_zone)::date,
    'days', private.calendar_days(p_from, p_to, p_zone, v_found.placed, v_role),
    'looked_at', v_found.looked_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.publication_calendar(date, date, text, jsonb) is
  'What is published, and was, on the days from p_from until before p_to (45 at most), as they begin and end in the '
  'time zone p_zone: {at, zone, today, days: [{day, begins, ends, total, states: {state: how many}, platforms: '
  '{platform: how many}, first: the first five as of publications}], looked_at, is_complete}. p_filter: {platform, '
  'option, state: a text or an array, user_id or user_email, connection_id}. state: scheduled, waiting, publishing, '
  'published, failed, cancelled or unknown. Errors: 403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publication_calendar(date, date, text, jsonb) from public;
grant execute on function ops_api.publication_calendar(date, date, text, jsonb) to authenticated, service_role;

create function ops_api.publications(
  p_from timestamptz, p_to timestamptz, p_filter jsonb default '{}', p_limit integer default 50,
  p_after jsonb default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_after record := private.read_publication_place(p_after);
  v_found record;
  v_page private.placed_publication[];
begin
  perform private.check_entries(p_limit);
  if p_from is null or p_to is null or p_to <= p_from or p_to - p_from > interval '45 days' then
    perform private.refuse(422, 'invalid_input', 'From one time until a later one, 45 days at most.', 'to');
  end if;
  v_found := private.publications_between(p_from, p_to, v_filter, private.now());
  v_page := array(
    select u from unnest(v_found.placed) u where p_after is null or (u.at, u.job_id) > (v_after.at, v_after.job_id)
    order by u.at, u.job_id limit p_limit);
  return jsonb_build_object(
    'publications', (select coalesce(jsonb_agg(private.publication_line(s, v_role) order by u.at, u.job_id), '[]')
      from unnest(v_page) u join private.shown_publications s on s.job_id = u.job_id),
    'next', case when cardinality(v_page) = p_limit then jsonb_build_object('at', v_page[p_limit].at,
      'job_id', v_page[p_limit].job_id) end,
    'looked_at', v_found.looked_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb) is
  'Publications that have their place from p_from until before p_to (45 days at most), in the order of time, up to '
  'p_limit (200): {publications: [{job_id, group_id, user_id, user_email, connection_id, account, platform, option, '
  'state, at, due_at, hold, created_at, started_at, completed_at, committed_at, took_ms, post_id, permalink, warnings, '
  'unknown_at, resolved, resolved_how, error_code, error_message, retry_count, credits_charged, refund, caption}], '
  'next, looked_at, is_complete}. p_filter: as of publication_calendar; p_after: the next of the page before. Errors: '
  '403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb) from public;
grant execute on function ops_api.publications(timestamptz, timestamptz, jsonb, integer, jsonb)
  to authenticated, service_role;

create function private.group_has(p_group_id uuid, p_user_id uuid, p_filter private.publication_filter) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from private.shown_publications s
    where s.group_id = p_group_id and s.user_id = p_user_id
      and (p_filter.platforms is null or s.platform = any (p_filter.platforms))
      and (p_filter.options is null or s.option = any (p_filter.options))
      and (p_filter.states is null or s.state = any (p_filter.states))
      and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id));
end
$$;
comment on function private.group_has(uuid, uuid, private.publication_filter) is
  'Whether one of what a user has enqueued together is what a filter asks for.';
revoke execute on function private.group_has(uuid, uuid, private.publication_filter) from public;

create function private.newest_publications(p_user_id uuid, p_after uuid)
returns table (job_id uuid, group_id uuid, user_id uuid)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_before timestamptz := (select p.created_at from public.publications p where p.job_id = p_after);
begin
  return query
    select p.job_id, p.group_id, p.user_id from public.publications p
    where (p_user_id is null or p.user_id = p_user_id)
      and (p_after is null or case when p_user_id is null then p.job_id < p_after
        else (p.created_at, p.job_id) < (v_before, p_after) end)
    -- One user's by the index that has them in order; everybody's by their ids, which begin with the time.
    order by case when p_user_id is not null then p.created_at end desc, p.job_id desc limit 2000;
end
$$;
comment on function private.newest_publications(uuid, uuid) is
  'The 2,000 newest publications after p_after, of a user or (null) of all.';
revoke execute on function private.newest_publications(uuid, uuid) from public;

create function private.newest_groups(
  p_filter private.publication_filter, p_after uuid, p_limit integer,
  out heads uuid[], out looked_at integer, out next uuid
) language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_one record;
begin
  heads := '{}';
  looked_at := 0;
  -- One by one, for a page is nearly always full long before the last.
  for v_one in select * from private.newest_publications(p_filter.user_id, p_after) loop
    looked_at := looked_at + 1;
    continue when exists (
        select from public.publications newer
        where newer.group_id = v_one.group_id and newer.user_id = v_one.user_id and newer.job_id > v_one.job_id)
      or not private.group_has(v_one.group_id, v_one.user_id, p_filter);
    heads := heads || v_one.job_id;
    exit when cardinality(heads) = p_limit;
  end loop;
  next := case when cardinality(heads) = p_limit or looked_at = 2000 then v_one.job_id end;
end
$$;
comment on function private.newest_groups(private.publication_filter, uuid, integer) is
  'Of what was enqueued together, the newest p_limit after p_after, each by its newest job, among 2,000 publications; '
  'next: where to look on, null: there is nothing more.';
revoke execute on function private.newest_groups(private.publication_filter, uuid, integer) from public;

create function private.group_state(p_states text[]) returns text
language sql immutable set search_path = '' as $$
  select case
    when open > 0 and (open < total or under_way > 0) then 'publishing' when open > 0 then 'pending'
    when there = total then 'published' when there = 0 then 'failed' else 'partial' end
  from (
    select count(*) as total, count(*) filter (where state = 'published') as there,
      count(*) filter (where state = 'publishing') as under_way,
      count(*) filter (where state in ('scheduled', 'waiting', 'publishing')) as open
    from unnest(p_states) state) counted
$$;
comment on function private.group_state(text[]) is
  'How publications that were enqueued together stand, by the states of all: pending, publishing, published, partial '
  'or failed (shared/publishing/group_state.ts).';
revoke execute on function private.group_state(text[]) from public;

create function private.group_line(p_head uuid, p_role text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with head as (
      select p.group_id, p.user_id from public.publications p where p.job_id = p_head
    ), members as materialized (
      select s.* from head h join private.shown_publications s on s.group_id = h.group_id and s.user_id = h.user_id
      order by s.job_id limit 100
    )
    select jsonb_build_object('group_id', min(m.group_id::text), 'user_id', min(m.user_id::text),
      'user_email', (select u.email from head h join auth.users u on u.id = h.user_id),
      'created_at', min(m.created_at), 'total', count(*), 'state', private.group_state(array_agg(m.state)),
      'publications', jsonb_agg(private.publication_line(m, p_role) - array['group_id', 'user_id', 'user_email']
        order by m.platform, m.option, m.job_id))
    from members m);
end
$$;
comment on function private.group_line(uuid, text) is
  'What was enqueued together with a job, in a list of operators, the first hundred.';
revoke execute on function private.group_line(uuid, text) from public;

create function ops_api.publication_groups(
  p_filter jsonb default '{}', p_limit integer default 20, p_after uuid default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_found record;
begin
  perform private.check_entries(p_limit);
  v_found := private.newest_groups(v_filter, p_after, p_limit);
  return jsonb_build_object('groups', (
      select coalesce(jsonb_agg(private.group_line(head, v_role) order by n), '[]')
      from unnest(v_found.heads) with ordinality heads (head, n)),
    'next', v_found.next, 'looked_at', v_found.looked_at);
end
$$;
comment on function ops_api.publication_groups(jsonb, integer, uuid) is
  'What was enqueued together, the newest first, up to p_limit (200): {groups: [{group_id, user_id, user_email, '
  'created_at, total, state: pending, publishing, published, partial or failed, publications: the first hundred, as of '
  'publications}], next, looked_at}. p_filter: as of publication_calendar, of any publication in it. A page looks at '
  '2,000 publications: it may have fewer groups, and a next. p_after: the next of the page before. Errors: 403 '
  'not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publication_groups(jsonb, integer, uuid) from public;
grant execute on function ops_api.publication_groups(jsonb, integer, uuid) to authenticated, service_role;

create function ops_api.unknown_publications(
  p_filter jsonb default '{}', p_limit integer default 50, p_after jsonb default null
) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.read_publication_filter(p_filter,
    '{platform,option,user_id,user_email,connection_id}', '{}');
  v_after record := private.read_publication_place(p_after);
  v_now timestamptz := private.now();
  v_page private.shown_publications[];
begin
  perform private.check_entries(p_limit);
  v_page := array(
    select s from private.shown_publications s
    where s.unknown_at is not null and s.resolved is null
      and (p_after is null or (s.unknown_at, s.job_id) > (v_after.at, v_after.job_id))
      and (v_filter.platforms is null or s.platform = any (v_filter.platforms))
      and (v_filter.options is null or s.option = any (v_filter.options))
      and (v_filter.user_id is null or s.user_id = v_filter.user_id)
      and (v_filter.connection_id is null or s.connection_id = v_filter.connection_id)
    order by s.unknown_at, s.job_id limit p_limit);
  return jsonb_build_object('at', v_now,
    'publications', (select coalesce(jsonb_agg(private.publication_line(v_page[n], v_role)
        || jsonb_build_object('ends_at', v_page[n].unknown_at + interval '7 days',
          'left_ms', private.ms(v_page[n].unknown_at + interval '7 days' - v_now)) order by n), '[]')
      from generate_subscripts(v_page, 1) n),
    'total', (select count(*) from (
      select from public.publications p where p.unknown_at is not null and p.resolved is null limit 1000) counted),
    'next', case when cardinality(v_page) = p_limit then jsonb_build_object(
      'at', v_page[p_limit].unknown_at, 'job_id', v_page[p_limit].job_id) end);
end
$$;
comment on function ops_api.unknown_publications(jsonb, integer, jsonb) is
  'Publications of which nobody knows whether they are there, and nobody has looked yet, those first that have been so '
  'for longest, up to p_limit (200): {at, publications: [as of publications, and ends_at, left_ms: when it counts as '
  'not there and is paid back, and how long that is], total: of all, 1,000 at most, next}. p_filter: {platform, '
  'option: a text or an array, user_id or user_email, connection_id}; p_after: the next of the page before. Errors: '
  '403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.unknown_publications(jsonb, integer, jsonb) from public;
grant execute on function ops_api.unknown_publications(jsonb, integer, jsonb) to authenticated, service_role;

create type private.ended_publication as (
  job_id uuid, platform text, option text, state text, day date, completed_at timestamptz, error_code text,
  from_due bigint, from_start bigint, retry_count integer, is_dead boolean);
comment on type private.ended_publication is
  'A publication that has ended, as it is counted. day: of a time zone; from_due, from_start: milliseconds until it '
  'was there, from when it was due and from the beginning of the attempt that published it; is_dead: it has failed, '
  'and nobody has done it again.';

create function private.ended_publications(
  p_since timestamptz, p_zone text, p_filter private.publication_filter
) returns setof private.ended_publication
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  -- One by one, by their keys: however large the tables are, no more is read than is counted.
  return query
    with ended as materialized (
      select j.id from public.jobs j
      where j.lane = 'publication' and j.completed_at is not null and j.completed_at >= p_since
      order by j.completed_at desc, j.id desc limit 10000
    )
    select s.job_id, s.platform, s.option, s.state, (s.completed_at at time zone p_zone)::date, s.completed_at,
      s.error_code, case when s.status = 'completed' then private.ms(s.completed_at - s.due_at) end,
      case when s.status = 'completed' then private.ms(s.completed_at - s.started_at) end, s.retry_count,
      s.state = 'failed' and not exists (select from public.jobs again where again.retried_from = s.job_id)
    from ended e join private.shown_publications s on s.job_id = e.id
    where (p_filter.platforms is null or s.platform = any (p_filter.platforms))
      and (p_filter.options is null or s.option = any (p_filter.options))
      and (p_filter.user_id is null or s.user_id = p_filter.user_id)
      and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id);
end
$$;
comment on function private.ended_publications(timestamptz, text, private.publication_filter) is
  'The publications that a filter asks for among the 10,000 that ended last, since p_since.';
revoke execute on function private.ended_publications(timestamptz, text, private.publication_filter) from public;

create function private.ms_at(p_ms bigint[]) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('p50', round(percentile_cont(0.5) within group (order by ms))::bigint,
    'p95', round(percentile_cont(0.95) within group (order by ms))::bigint)
  from unnest(p_ms) ms
$$;
comment on function private.ms_at(bigint[]) is 'Two percentiles of milliseconds: {p50, p95}; null of nothing.';
revoke execute on function private.ms_at(bigint[]) from public;

create function private.publication_figures(p_ended private.ended_publication[])
returns table (day date, platform text, option text, figures jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select e.day, e.platform, e.option, jsonb_build_object(
      'ended', count(e.job_id), 'published', count(*) filter (where e.state = 'published'),
      'failed', count(*) filter (where e.state = 'failed'),
      'cancelled', count(*) filter (where e.state = 'cancelled'),
      'unknown', count(*) filter (where e.state = 'unknown'), 'dead', count(*) filter (where e.is_dead),
      'success', round(count(*) filter (where e.state = 'published')::numeric
        / nullif(count(*) filter (where e.state in ('published', 'failed')), 0), 4),
      'retries', coalesce(sum(e.retry_count), 0),
      'ms_from_due', private.ms_at(array_agg(e.from_due) filter (where e.from_due is not null)),
      'ms_from_start', private.ms_at(array_agg(e.from_start) filter (where e.from_start is not null)))
    from unnest(p_ended) e
    group by grouping sets ((), (e.day), (e.platform), (e.platform, e.option));
end
$$;
comment on function private.publication_figures(private.ended_publication[]) is
  'The figures of publications: of all (day, platform and option null), of each day, platform, and option.';
revoke execute on function private.publication_figures(private.ended_publication[]) from public;

create function private.publication_errors(p_ended private.ended_publication[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(c) order by c.count desc, c.error_code, c.option), '[]') from (
      select e.error_code, e.platform, e.option, count(*), count(*) filter (where e.is_dead) as dead,
        max(e.completed_at) as last_at, (array_agg(e.job_id order by e.completed_at desc))[1] as job_id
      from unnest(p_ended) e where e.state in ('failed', 'unknown')
      group by 1, 2, 3 order by 4 desc, 1, 3 limit 100) c);
end
$$;
comment on function private.publication_errors(private.ended_publication[]) is
  'Why publications have failed, the most frequent first, a hundred at most: [{error_code, platform, option, count, '
  'dead: of those, nobody has done again, last_at, job_id: the last of them}].';
revoke execute on function private.publication_errors(private.ended_publication[]) from public;

create function private.open_publications(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    with open as materialized (
      select j.id from public.jobs j where j.lane = 'publication' and j.status = 'processing'
      union all (
        select j.id from public.jobs j where j.lane = 'publication' and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 5000)
      union all (
        select j.id from public.jobs j where j.lane = 'publication' and j.status = 'pending' and j.run_at is not null
        order by j.run_at limit 5000)
    ), shown as materialized (
      select s.state, s.hold, s.due_at from open o join private.shown_publications s on s.job_id = o.id
    )
    select jsonb_build_object('scheduled', count(*) filter (where state = 'scheduled'),
      'waiting', count(*) filter (where state = 'waiting'),
      'publishing', count(*) filter (where state = 'publishing'),
      'holds', (select coalesce(jsonb_object_agg(h.hold, h.n), '{}') from (
        select s.hold, count(*) as n from shown s where s.hold is not null group by 1) h),
      'oldest_waiting_ms', private.ms(p_now - min(due_at) filter (where state = 'waiting')),
      'unknown', (select count(*) from (
        select from public.publications p where p.unknown_at is not null and p.resolved is null limit 1000) u),
      'is_complete', (select count(*) < 5000 from open))
    from shown);
end
$$;
comment on function private.open_publications(timestamptz) is
  'What is open now: {scheduled, waiting, publishing, holds: {reason: how many}, oldest_waiting_ms, unknown (1,000 at '
  'most), is_complete}, of up to 10,000.';
revoke execute on function private.open_publications(timestamptz) from public;

create function private.told_figures(
  p_ended private.ended_publication[], p_from date, p_last date, p_zone text
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_nothing jsonb := (select f.figures from private.publication_figures('{}') f);
begin
  return (
    with f as materialized (select * from private.publication_figures(p_ended))
    select jsonb_build_object(
      'totals', (select figures from f where day is null and platform is null and option is null),
      'platforms', (select coalesce(jsonb_agg(figures || jsonb_build_object('platform', platform) order by platform),
        '[]') from f where platform is not null and option is null),
      'options', (select coalesce(jsonb_agg(figures || jsonb_build_object('platform', platform, 'option', option)
        order by platform, option), '[]') from f where option is not null),
      'days', (
        select jsonb_agg(coalesce(f.figures, v_nothing) || jsonb_build_object('day', d.day, 'begins', d.begins)
          order by d.day)
        from private.days_of(p_from, p_last + 1, p_zone) d left join f on f.day = d.day)));
end
$$;
comment on function private.told_figures(private.ended_publication[], date, date, text) is
  'What ops_api.publication_analytics tells of what has ended: {totals, platforms, options, days}, each day from '
  'p_from until p_last.';
revoke execute on function private.told_figures(private.ended_publication[], date, date, text) from public;

create function ops_api.publication_analytics(
  p_days integer default 30, p_zone text default 'UTC', p_filter jsonb default '{}'
) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_seqscan = off as $$
declare
  v_filter private.publication_filter;
  v_now timestamptz := private.now();
  v_today date;
  v_since timestamptz;
  v_ended private.ended_publication[];
begin
  perform private.require_operator();
  v_filter := private.read_publication_filter(p_filter, '{platform,option,user_id,user_email,connection_id}', '{}');
  perform private.check_zone(p_zone);
  if p_days is null or p_days not between 1 and 90 then
    perform private.refuse(422, 'invalid_input', 'It tells of 1 to 90 days.', 'days');
  end if;
  v_today := (v_now at time zone p_zone)::date;
  v_since := (v_today - p_days + 1)::timestamp at time zone p_zone;
  v_ended := array(select e from private.ended_publications(v_since, p_zone, v_filter) e);
  return jsonb_build_object('at', v_now, 'since', v_since, 'zone', p_zone, 'now', private.open_publications(v_now))
    || private.told_figures(v_ended, v_today - p_days + 1, v_today, p_zone)
    || jsonb_build_object('errors', private.publication_errors(v_ended), 'is_complete', (
      select count(*) < 10000 from (
        select from public.jobs j
        where j.lane = 'publication' and j.completed_at is not null and j.completed_at >= v_since
        order by j.completed_at desc, j.id desc limit 10000) ended));
end
$$;
comment on function ops_api.publication_analytics(integer, text, jsonb) is
  'How publishing went in the last p_days (90 at most, today is one) of the time zone p_zone: {at, since, zone, now: '
  '{scheduled, waiting, publishing, holds: {reason: how many}, oldest_waiting_ms, unknown, is_complete}, totals: '
  'figures, platforms: [{platform, …figures}], options: [{platform, option, …figures}], days: [{day, begins, '
  '…figures}], errors: [{error_code, platform, option, count, dead, last_at, job_id}], is_complete}. figures: {ended, '
  'published, failed, cancelled, unknown, dead: failed and not done again, success: published of those published or '
  'failed, 0 to 1, null of none, retries, ms_from_due: {p50, p95}, ms_from_start: {p50, p95}: milliseconds until it '
  'was there}. Of the 10,000 that ended last; now is of all, whatever the filter. p_filter: {platform, option: a text '
  'or an array, user_id or user_email, connection_id}. Errors: 403 not_an_operator, 422 invalid_input, 422 '
  'invalid_filter.';
revoke execute on function ops_api.publication_analytics(integer, text, jsonb) from public;
grant execute on function ops_api.publication_analytics(integer, text, jsonb) to authenticated, service_role;

create function private.connection_line(p_connection public.connections, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_connection) - array['settings', 'limits', 'avatar_url', 'held_until'] || jsonb_build_object(
    'user_email', (select email from auth.users where id = p_connection.user_id),
    'held_until', nullif(p_connection.held_until, 'infinity'),
    'held_ms', case when p_connection.held_until < 'infinity' then
      private.ms(p_connection.held_until - p_now) end,
    'is_paused', p_connection.state_code is not distinct from 'paused_by_operator',
    'expires_ms', private.ms(p_connection.expires_at - p_now),
    'limit', case when p_connection.state <> 'revoked' then private.posting_limit(p_connection, p_now) end,
    'access', (
      select jsonb_build_object('expires_at', t.expires_at, 'refreshed_at', t.refreshed_at,
        'can_be_renewed', t.refresh_token is not null, 'renew_at', t.renew_at, 'failures', t.failures)
      from private.connection_tokens t where t.connection_id = p_connection.id),
    'waiting', (
      select count(*) from (
        select from public.publications p where p.connection_id = p_connection.id and p.line = 'held' limit 1000) w));
end
$$;
comment on function private.connection_line(public.connections, timestamptz) is
  'A connection in a list of operators; nothing of its tokens but when they end and were renewed.';
revoke execute on function private.connection_line(public.connections, timestamptz) from public;

create function private.connections_asked(
  p_filter private.publication_filter, p_text text, p_after uuid, p_limit integer,
  out page public.connections[], out looked_at bigint, out next uuid
) language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  with looked as materialized (
    select c as connection, row_number() over (order by c.id desc) as n from public.connections c
    where (p_filter.user_id is null or c.user_id = p_filter.user_id)
      and (p_filter.connection_id is null or c.id = p_filter.connection_id) and (p_after is null or c.id < p_after)
    order by c.id desc limit 5000
  ), found as (
    select l.connection, l.n from looked l left join auth.users u on u.id = (l.connection).user_id
    where (p_filter.platforms is null or (l.connection).platform = any (p_filter.platforms))
      and (p_filter.states is null or (l.connection).state = any (p_filter.states))
      and (p_text is null or strpos(lower(concat_ws(' ', (l.connection).display_name, (l.connection).external_id,
        u.email)), lower(p_text)) > 0)
    order by l.n limit p_limit
  )
  select array(select f.connection from found f order by f.n), (select count(*) from looked), case
    when (select count(*) from found) = p_limit then (select (f.connection).id from found f order by f.n desc limit 1)
    else (select (l.connection).id from looked l where l.n = 5000) end
  into page, looked_at, next;
end
$$;
comment on function private.connections_asked(private.publication_filter, text, uuid, integer) is
  'The newest p_limit connections after p_after that a filter asks for, among 5,000; next: where to look on, null: '
  'there is nothing more.';
revoke execute on function private.connections_asked(private.publication_filter, text, uuid, integer) from public;

create function ops_api.connections(
  p_filter jsonb default '{}', p_limit integer default 50, p_after uuid default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_filter private.publication_filter;
  v_now timestamptz := private.now();
  v_found record;
begin
  perform private.require_operator();
  v_filter := private.read_publication_filter(p_filter, '{platform,state,user_id,user_email,connection_id,text}',
    '{live,expiring,reconnect_needed,limited,revoked}');
  perform private.check_entries(p_limit);
  v_found := private.connections_asked(v_filter, nullif(btrim(p_filter ->> 'text'), ''), p_after, p_limit);
  return jsonb_build_object('at', v_now, 'connections', (
      select coalesce(jsonb_agg(private.connection_line(v_found.page[n], v_now) order by n), '[]')
      from generate_subscripts(v_found.page, 1) n),
    'next', v_found.next, 'looked_at', v_found.looked_at);
end
$$;
comment on function ops_api.connections(jsonb, integer, uuid) is
  'Users'' accounts at platforms, those connected last first, up to p_limit (200): {at, connections: [{id, user_id, '
  'user_email, platform, external_id, display_name, scopes, state, state_code, state_message, expires_at, expires_ms: '
  'until then, held_until (null also where an operator has to resume it), held_ms, is_paused: by an operator, '
  'checked_at, created_at, updated_at, limit: {used, total, windowSeconds, resetsAt, source} or null, access: '
  '{expires_at, refreshed_at, can_be_renewed, renew_at, failures} or null, waiting: publications that wait for it, '
  '1,000 at most}], next, looked_at}. Never a token. p_filter: {platform, state: a text or an array, user_id or '
  'user_email, connection_id, text: in its names or its user''s e-mail}. A page looks at 5,000: it may have fewer, and '
  'a next. p_after: the next of the page before. Errors: 403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.connections(jsonb, integer, uuid) from public;
grant execute on function ops_api.connections(jsonb, integer, uuid) to authenticated, service_role;

create function private.platform_limit(p_platform private.platforms, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_posted record;
begin
  if p_platform.post_limit is null then return null; end if;
  v_posted := private.posted_since(p_platform.platform,
    private.counts_since(p_platform.post_window, p_platform.post_zone, p_now));
  return jsonb_build_object('used', v_posted.used, 'total', p_platform.post_limit,
    'windowSeconds', extract(epoch from p_platform.post_window)::bigint,
    'resetsAt', case when p_platform.post_zone is null then v_posted.first_at + p_platform.post_window
      else private.midnight_after(p_platform.post_zone, p_now) end);
end
$$;
comment on function private.platform_limit(private.platforms, timestamptz) is
  'What all connections together may still post at a platform: {used, total, windowSeconds, resetsAt}. Null: any '
  'number.';
revoke execute on function private.platform_limit(private.platforms, timestamptz) from public;

create function ops_api.platforms() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  return (
    with newest as materialized (
      select c.platform, c.state from public.connections c order by c.id desc limit 20000
    ), counted as (
      select platform, jsonb_object_agg(state, n) as states
      from (select platform, state, count(*) as n from newest group by 1, 2) by_state group by 1
    )
    select jsonb_build_object('at', v_now, 'is_complete', (select count(*) < 20000 from newest),
      'platforms', jsonb_agg(jsonb_build_object('platform', p.platform, 'has_app', p.client_id is not null,
        'api_version', p.api_version, 'sunset_at', private.sunset_of(p.platform, p.api_version),
        'is_paused', coalesce(p.paused_until > v_now, false), 'paused_until', nullif(p.paused_until, 'infinity'),
        'pause_reason', p.pause_reason, 'failures', p.failures, 'down_ms', private.ms(v_now - p.down_since),
        'limit', private.platform_limit(p, v_now), 'connections', coalesce(counted.states, '{}')) order by p.platform))
    from private.platforms p left join counted using (platform));
end
$$;
comment on function ops_api.platforms() is
  'How the platforms stand: {at, platforms: [{platform, has_app: somebody has registered one, api_version, sunset_at, '
  'is_paused, paused_until (null: until an operator resumes it), pause_reason, failures: in a row, down_ms: for how '
  'long it has not answered, limit: {used, total, windowSeconds, resetsAt} or null, connections: {state: how many}}], '
  'is_complete}, of the 20,000 connections made last. Error: 403 not_an_operator.';
revoke execute on function ops_api.platforms() from public;
grant execute on function ops_api.platforms() to authenticated, service_role;


create function private.broadcast_alerts() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_moved ops.alerts[];
begin
  if tg_op = 'INSERT' then
    v_moved := array(select a::ops.alerts from new_alerts a order by a.alert_id);
  else
    v_moved := array(
      select a::ops.alerts from new_alerts a join old_alerts o using (alert_id)
      where (a.closed_at, a.posted_at, a.post_error) is distinct from (o.closed_at, o.posted_at, o.post_error)
      order by alert_id);
  end if;
  if cardinality(v_moved) > 0 then
    perform private.send(array(
      select (gen_random_uuid(), 'ops', 'alert_moved', jsonb_build_object('alert_id', a.alert_id, 'rule', a.rule,
        'subject', a.subject, 'opened_at', a.opened_at, 'closed_at', a.closed_at, 'at', clock_timestamp()),
        null)::private.hint
      from unnest(v_moved) a));
  end if;
  return null;
end
$$;
comment on function private.broadcast_alerts() is
  'After every statement that opens, closes or posts alerts: tells operators which. A failure is counted and never '
  'fails the change.';
revoke execute on function private.broadcast_alerts() from public;

create trigger new_alerts_broadcast_trigger after insert on ops.alerts referencing new table as new_alerts
  for each statement execute function private.broadcast_alerts();
create trigger alerts_broadcast_trigger after update on ops.alerts
  referencing old table as old_alerts new table as new_alerts
  for each statement execute function private.broadcast_alerts();

create function private.broadcast_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_hints private.hint[] := array(
    select (gen_random_uuid(), 'ops', 'run_moved', jsonb_build_object('run_id', r.run_id, 'action', r.action,
      'state', r.state, 'items', r.items, 'done', r.done, 'skipped', r.skipped, 'failed', r.failed,
      'at', clock_timestamp()), null)::private.hint
    from new_runs r order by r.begun_at, r.run_id);
begin
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_runs() is
  'After every statement that begins, works on, aborts or ends runs: tells operators how far they are. A failure is '
  'counted and never fails the change.';
revoke execute on function private.broadcast_runs() from public;

create trigger new_runs_broadcast_trigger after insert on private.bulk_runs referencing new table as new_runs
  for each statement execute function private.broadcast_runs();
create trigger runs_broadcast_trigger after update on private.bulk_runs referencing new table as new_runs
  for each statement execute function private.broadcast_runs();

create function private.broadcast_audit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_last bigint := (select max(audit_id) from new_acts);
begin
  if v_last is not null then
    perform private.broadcast('ops', 'audit_grew',
      jsonb_build_object('audit_id', v_last, 'at', clock_timestamp()), null);
  end if;
  return null;
end
$$;
comment on function private.broadcast_audit() is
  'After every statement that notes acts: tells operators that the audit has grown, and up to which audit_id. A '
  'failure is counted and never fails the act.';
revoke execute on function private.broadcast_audit() from public;

create trigger audit_broadcast_trigger after insert on private.audit referencing new table as new_acts
  for each statement execute function private.broadcast_audit();


create function private.deliveries_told(p_from timestamptz, p_to timestamptz)
returns table (
  hour timestamptz, channel text, users bigint, changes bigint, terminal bigint, missed bigint, late bigint[],
  latest integer, rows_read bigint
) language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    with told as materialized (
      select d.hour, d.channel, d.user_id, d.changes, d.terminal, d.missed, d.late, d.late_max_ms
      from private.deliveries d
      where d.hour >= p_from and d.hour <= p_to order by d.hour desc limit 100000
    ), sums as materialized ( -- some hundred rows at most, whatever the number of users
      select t.hour, t.channel, sum(t.changes)::bigint as changes, sum(t.terminal)::bigint as terminal,
        sum(t.missed)::bigint as missed, array[sum(t.late[1]), sum(t.late[2]), sum(t.late[3]), sum(t.late[4]),
          sum(t.late[5]), sum(t.late[6]), sum(t.late[7]), sum(t.late[8]), sum(t.late[9]), sum(t.late[10]),
          sum(t.late[11]), sum(t.late[12])]::bigint[] as late, max(t.late_max_ms) as latest, count(*) as rows_read
      from told t group by t.hour, t.channel
    ), people as (
      select p.channel, count(*) as users from (select distinct channel, user_id from told) p group by p.channel
      union all
      select null, count(*) from (select distinct user_id from told) p
    ), rolled as (
      select s.hour, s.channel, sum(s.changes)::bigint as changes, sum(s.terminal)::bigint as terminal,
        sum(s.missed)::bigint as missed, max(s.latest) as latest, sum(s.rows_read)::bigint as rows_read,
        array[sum(s.late[1]), sum(s.late[2]), sum(s.late[3]), sum(s.late[4]), sum(s.late[5]), sum(s.late[6]),
          sum(s.late[7]), sum(s.late[8]), sum(s.late[9]), sum(s.late[10]), sum(s.late[11]), sum(s.late[12])]::bigint[]
          as late
      from sums s group by grouping sets ((s.hour, s.channel), (s.hour), (s.channel), ())
    )
    select r.hour, r.channel, p.users, r.changes, r.terminal, r.missed, r.late, r.latest, r.rows_read
    from rolled r left join people p on r.hour is null and p.channel is not distinct from r.channel;
end
$$;
comment on function private.deliveries_told(timestamptz, timestamptz) is
  'What screens have told of the hours from p_from to p_to: by hour and channel, by hour (channel null), by channel '
  '(hour null) and in all; users: where hour is null. Of no more than 100,000 rows (rows_read), the newest.';
revoke execute on function private.deliveries_told(timestamptz, timestamptz) from public;

create function private.unsent_since(p_from timestamptz, p_to timestamptz, p_hours timestamptz[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with failed as materialized (
      select f.*, date_trunc('hour', f.failed_at, 'UTC') as hour from private.broadcast_failures f
      where f.failed_at >= p_from and f.failed_at <= p_to order by f.failed_at desc limit 20000
    ), causes as (
      select cause, sum(count) as count, sum(heard) as heard, max(failed_at) as last_at,
        (array_agg(message order by failed_at desc))[1] as message,
        -- Of a user's topic no more than tells it from others.
        (array_agg(case when topic like 'jobs:%' then left(topic, 13) || '…' else topic end
          order by failed_at desc))[1] as topic,
        (array_agg(event order by failed_at desc))[1] as event
      from failed group by cause order by sum(heard) desc, sum(count) desc limit 20
    )
    select jsonb_build_object('count', (select coalesce(sum(count), 0) from failed),
      'heard', (select coalesce(sum(heard), 0) from failed),
      'by_hour', (select jsonb_agg(coalesce((select sum(f.heard) from failed f where f.hour = h.hour), 0) order by n)
        from unnest(p_hours) with ordinality h (hour, n)),
      'causes', (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from causes c)));
end
$$;
comment on function private.unsent_since(timestamptz, timestamptz, timestamptz[]) is
  'Broadcasts that could not be sent: {count, heard: of them, what somebody could have heard, by_hour: the same in '
  'each of p_hours, causes: [{cause, count, heard, last_at, message, topic, event}]}.';
revoke execute on function private.unsent_since(timestamptz, timestamptz, timestamptz[]) from public;

create function ops_api.delivery(p_hours integer default 24) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from timestamptz := date_trunc('hour', v_now, 'UTC') - interval '1 hour' * (least(greatest(p_hours, 1), 168) - 1);
  v_hours timestamptz[] := array(select generate_series(v_from, v_now, '1 hour'));
begin
  perform private.require_operator();
  return (
    with told as materialized (
      select t.*, private.lateness(t.late, 0.5, t.latest) as p50, private.lateness(t.late, 0.95, t.latest) as p95,
        private.lateness(t.late, 0.99, t.latest) as p99
      from private.deliveries_told(v_from, v_now) t
    ), series as (
      select c.channel, jsonb_agg(coalesce(t.changes, 0) order by h.n) as changes,
        jsonb_agg(coalesce(t.missed, 0) order by h.n) as missed,
        jsonb_agg(t.p50 order by h.n) as p50, jsonb_agg(t.p95 order by h.n) as p95
      from (select distinct channel from told) c cross join unnest(v_hours) with ordinality h (hour, n)
      left join told t on t.hour = h.hour and t.channel is not distinct from c.channel
      group by c.channel
    )
    select jsonb_build_object('from', v_from, 'to', v_now, 'hours', to_jsonb(v_hours),
      'is_complete', coalesce(max(t.rows_read), 0) < 100000,
      'channels', coalesce(jsonb_agg(jsonb_build_object('channel', t.channel, 'users', t.users, 'changes', t.changes,
        'percent', round(100.0 * t.changes / nullif(w.changes, 0), 2), 'terminal', t.terminal,
        'terminal_percent', round(100.0 * t.terminal / nullif(w.terminal, 0), 2), 'missed', t.missed,
        'missed_percent', round(100.0 * t.missed / nullif(t.changes, 0), 2), 'late_p50_ms', t.p50,
        'late_p95_ms', t.p95, 'late_p99_ms', t.p99, 'late_max_ms', t.latest, 'by_hour', jsonb_build_object(
          'changes', s.changes, 'missed', s.missed, 'late_p50_ms', s.p50, 'late_p95_ms', s.p95))
        order by t.channel is not null, t.changes desc, t.channel), '[]'),
      'unsent', private.unsent_since(v_from, v_now, v_hours))
    from told t join series s on s.channel is not distinct from t.channel, (
      select sum(changes) as changes, sum(terminal) as terminal from told where channel is null and hour is null) w
    where t.hour is null and t.changes is not null);
end
$$;
comment on function ops_api.delivery(integer) is
  'How changes have reached screens in the last p_hours (1 to 168, the one that has begun among them), as clients '
  'tell it, for operators: {from, to, hours: [when each begins], is_complete: false where more was told than is '
  'read, channels: [{channel: null (all), realtime, sse, poll or snapshot; users, changes, percent: of all changes, '
  'terminal, terminal_percent: of all ends of jobs, missed, missed_percent: of its changes, late_p50_ms, '
  'late_p95_ms, late_p99_ms, late_max_ms, by_hour: {changes, missed, late_p50_ms, late_p95_ms}}], unsent: {count, '
  'heard, by_hour, causes}}. Lateness: the upper end of a bucket of private.deliveries.late. Errors: 401 '
  'unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.delivery(integer) from public;
grant execute on function ops_api.delivery(integer) to authenticated, service_role;


create function private.line_of_alert(p_alert ops.alerts, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('alert_id', p_alert.alert_id, 'rule', p_alert.rule, 'subject', p_alert.subject,
      'count', p_alert.count, 'count_name', r.count_name, 'threshold', r.threshold,
      'count_now', case when p_alert.closed_at is null then s.count end, 'opened_at', p_alert.opened_at,
      'closed_at', p_alert.closed_at,
      'lasted_ms', private.ms(coalesce(p_alert.closed_at, p_now) - p_alert.opened_at),
      'posted_at', p_alert.posted_at, 'post_error', p_alert.post_error, 'posts', (
        select coalesce(jsonb_agg(jsonb_build_object('event', p.event, 'made_at', p.made_at, 'tries', p.tries,
          'next_at', p.next_at, 'delivered_at', p.delivered_at, 'dead_at', p.dead_at, 'error', p.error,
          'took_ms', private.ms(p.delivered_at - p.made_at)) order by p.made_at, p.event desc), '[]')
        from ops.alert_posts p where p.alert_id = p_alert.alert_id))
    from ops.alert_rules r left join private.alert_states s on s.rule = r.name where r.name = p_alert.rule);
end
$$;
comment on function private.line_of_alert(ops.alerts, timestamptz) is
  'An alert as ops_api.alerts lists it, with what became of its posts.';
revoke execute on function private.line_of_alert(ops.alerts, timestamptz) from public;

create function private.closed_alerts(p_limit integer, p_before bigint, p_rule text) returns setof ops.alerts
language plpgsql stable set search_path = '' as $$
begin
  return query
    select * from ops.alerts a
    where a.closed_at is not null and coalesce(a.alert_id < p_before, true) and coalesce(a.rule = p_rule, true)
    order by a.alert_id desc limit p_limit;
end
$$;
comment on function private.closed_alerts(integer, bigint, text) is
  'A page of alerts that are over, the last opened first.';
revoke execute on function private.closed_alerts(integer, bigint, text) from public;

create function ops_api.alerts(p_limit integer default 50, p_before bigint default null, p_rule text default null)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_limit integer := least(greatest(p_limit, 1), 200);
  v_closed jsonb;
begin
  perform private.require_operator();
  v_closed := (
    select coalesce(jsonb_agg(private.line_of_alert(a::ops.alerts, v_now) order by a.alert_id desc), '[]')
    from private.closed_alerts(v_limit, p_before, p_rule) a);
  return jsonb_build_object('at', v_now,
    'are_posted', private.secret('alert_webhook_url') is not null,
    'dead_posts', (select count(*) from (
      select from ops.alert_posts p where p.dead_at is not null limit 1000) dead),
    'open', case when p_before is null then (
      select coalesce(jsonb_agg(private.line_of_alert(a::ops.alerts, v_now) order by a.opened_at desc, a.alert_id desc),
        '[]')
      from (select * from ops.alerts a where a.closed_at is null and coalesce(a.rule = p_rule, true) limit 200) a)
      else '[]' end,
    'closed', v_closed,
    'next', case when jsonb_array_length(v_closed) = v_limit then v_closed #> '{-1,alert_id}' end);
end
$$;
comment on function ops_api.alerts(integer, bigint, text) is
  'Alerts for operators: {at, are_posted: whether there is an address, dead_posts: how many were given up, open: '
  'all that are (on the first page), closed: up to p_limit (200), the last opened first, next: p_before of the next '
  'page, null: there is none}. One: {alert_id, rule, subject, count, count_name, threshold, count_now, opened_at, '
  'closed_at, lasted_ms, posted_at, post_error, posts: [{event, made_at, tries, next_at, delivered_at, dead_at, '
  'error, took_ms}]}. p_rule: of that one. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.alerts(integer, bigint, text) from public;
grant execute on function ops_api.alerts(integer, bigint, text) to authenticated, service_role;

create function private.line_of_rule(p_rule ops.alert_rules, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_state private.alert_states := (select s from private.alert_states s where s.rule = p_rule.name);
  v_shipped jsonb := (select shipped from private.shipped_rows where kind = 'alert rule' and name = p_rule.name);
begin
  return jsonb_build_object('name', p_rule.name, 'count_name', p_rule.count_name, 'threshold', p_rule.threshold,
    'close_below', p_rule.close_below, 'is_enabled', p_rule.is_enabled,
    'look_back_ms', private.ms(p_rule.look_back), 'opens_after_ms', private.ms(p_rule.opens_after),
    'closes_after_ms', private.ms(p_rule.closes_after),
    'is_shipped', v_shipped is not null,
    -- As shipped_rows has them: an interval in whichever words is the same interval.
    'is_changed', v_shipped is not null and (p_rule.threshold, p_rule.close_below, p_rule.is_enabled, p_rule.look_back,
        p_rule.opens_after, p_rule.closes_after)
      is distinct from (select (s.threshold, s.close_below, coalesce(s.is_enabled, true), s.look_back,
        coalesce(s.opens_after, '0'), coalesce(s.closes_after, '0'))
        from jsonb_populate_record(null::ops.alert_rules, v_shipped) s),
    'count', v_state.count, 'subject', v_state.subject, 'above_ms', private.ms(p_now - v_state.above_since),
    'open_alert', (select alert_id from ops.alerts where rule = p_rule.name and closed_at is null),
    'opened_in_a_week', (select count(*) from (
      select from ops.alerts
      where rule = p_rule.name and opened_at > p_now - interval '7 days' limit 1000) opened));
end
$$;
comment on function private.line_of_rule(ops.alert_rules, timestamptz) is 'A rule as ops_api.alert_rules lists it.';
revoke execute on function private.line_of_rule(ops.alert_rules, timestamptz) from public;

create function ops_api.alert_rules() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(private.line_of_rule(r, private.now()) order by r.name), '[]')
    from (select * from ops.alert_rules order by name limit 200) r);
end
$$;
comment on function ops_api.alert_rules() is
  'The rules of alerts for operators, at most 200, by name: [{name, count_name, threshold, close_below, is_enabled, '
  'look_back_ms, opens_after_ms, closes_after_ms, is_shipped: it comes with Esteira, is_changed: an operator has '
  'set it otherwise, count: what was counted last (null: nothing), subject, above_ms: for how long its threshold '
  'has been reached (null: it is not), open_alert: alert_id, opened_in_a_week}]. Errors: 401 unauthenticated, 403 '
  'not_an_operator.';
revoke execute on function ops_api.alert_rules() from public;
grant execute on function ops_api.alert_rules() to authenticated, service_role;

create function private.check_rule_changes(p_changes jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  v_bad text;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    perform private.refuse(422, 'invalid_input', 'What is to be changed? An object with at least one field.',
      'changes');
  end if;
  select key into v_bad from jsonb_each(p_changes) where not coalesce(case key
    when 'is_enabled' then jsonb_typeof(value) = 'boolean'
    when 'threshold' then private.is_count(value, 1e12) and (value)::numeric > 0
    when 'close_below' then value = 'null' or private.is_count(value, 1e12) and (value)::numeric > 0
    -- Ninety days: alerts are kept no longer.
    when 'look_back_ms' then private.is_count(value, 7776000000) and (value)::numeric > 0
    when 'opens_after_ms' then private.is_count(value, 7776000000)
    when 'closes_after_ms' then private.is_count(value, 7776000000) end, false) order by key limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', 'A rule has is_enabled (true or false), threshold, close_below '
      '(or null), look_back_ms, opens_after_ms, closes_after_ms: whole numbers.', left(v_bad, 100));
  end if;
end
$$;
comment on function private.check_rule_changes(jsonb) is
  'Refuses what is no change of a rule of alerts. Error: 422 invalid_input, with the field.';
revoke execute on function private.check_rule_changes(jsonb) from public;

create function ops.set_alert_rule(p_name text, p_changes jsonb, p_reason text default null) returns ops.alert_rules
language plpgsql security definer set search_path = '' as $$
declare
  v_was ops.alert_rules;
  v_is ops.alert_rules;
begin
  perform private.require_operator(p_only_admin => true);
  perform private.check_rule_changes(p_changes);
  select * into v_was from ops.alert_rules where name = p_name for no key update;
  if not found then perform private.refuse(404, 'not_found', 'There is no such rule.', 'name'); end if;
  v_is := jsonb_populate_record(v_was, jsonb_strip_nulls(jsonb_build_object(
    'is_enabled', p_changes -> 'is_enabled', 'threshold', p_changes -> 'threshold',
    'look_back', (p_changes ->> 'look_back_ms')::numeric * interval '1 millisecond',
    'opens_after', (p_changes ->> 'opens_after_ms')::numeric * interval '1 millisecond',
    'closes_after', (p_changes ->> 'closes_after_ms')::numeric * interval '1 millisecond')));
  if p_changes ? 'close_below' then v_is.close_below := (p_changes ->> 'close_below')::bigint; end if;
  if v_is.close_below > v_is.threshold then
    perform private.refuse(422, 'invalid_input', 'A rule closes no higher than it opens.', 'close_below');
  end if;
  if v_is is not distinct from v_was then return v_was; end if;
  update ops.alert_rules set is_enabled = v_is.is_enabled, threshold = v_is.threshold, close_below = v_is.close_below,
    look_back = v_is.look_back, opens_after = v_is.opens_after, closes_after = v_is.closes_after where name = p_name;
  perform private.note_act('set_alert_rule', jsonb_build_object('rule', p_name) || p_changes,
    jsonb_build_object('was', jsonb_build_object('is_enabled', v_was.is_enabled, 'threshold', v_was.threshold,
      'close_below', v_was.close_below, 'look_back', v_was.look_back, 'opens_after', v_was.opens_after,
      'closes_after', v_was.closes_after)), p_reason, p_qualified => 1);
  return v_is;
end
$$;
comment on function ops.set_alert_rule(text, jsonb, text) is
  'Sets a rule of alerts: p_changes has some of is_enabled, threshold, close_below (null: the threshold), '
  'look_back_ms, opens_after_ms, closes_after_ms; what it does not name stays. The next look at the rules (each '
  'minute) goes by it, and a release leaves what was set. Leaves a row in the audit. Returns the rule. For admins. '
  'Errors: 403 not_an_operator, 404 not_found, 422 invalid_input.';
revoke execute on function ops.set_alert_rule(text, jsonb, text) from public;

create function ops_api.set_alert_rule(p_name text, p_changes jsonb, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return private.line_of_rule(ops.set_alert_rule(p_name, p_changes, p_reason), private.now());
end
$$;
comment on function ops_api.set_alert_rule(text, jsonb, text) is
  'ops.set_alert_rule for admins: switches a rule of alerts on or off and sets its threshold and times. Returns it '
  'as ops_api.alert_rules lists it. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found, 422 '
  'invalid_input.';
revoke execute on function ops_api.set_alert_rule(text, jsonb, text) from public;
grant execute on function ops_api.set_alert_rule(text, jsonb, text) to authenticated, service_role;

create function ops_api.repost_alerts() returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.require_operator(p_only_admin => true);
  v_count := ops.repost_alerts();
  if v_count > 0 then
    perform private.note_act('repost_alerts', '{}', jsonb_build_object('done', v_count), null, p_qualified => v_count);
  end if;
  return v_count;
end
$$;
comment on function ops_api.repost_alerts() is
  'ops.repost_alerts for admins: has posts that were given up tried again. Leaves a row in the audit. Returns how '
  'many. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.repost_alerts() from public;
grant execute on function ops_api.repost_alerts() to authenticated, service_role;


create function private.next_run(p_schedule text, p_last timestamptz, p_now timestamptz) returns timestamptz
language plpgsql immutable set search_path = '' as $$
declare
  v_today timestamptz := date_trunc('day', p_now, 'UTC');
  v_every interval := private.every(p_schedule);
  v_time interval;
begin
  if p_schedule ~* '^\s*[0-9]+\s*seconds?\s*$' then return greatest(p_last + v_every, p_now); end if;
  if p_schedule ~ '^(\*|\*/[0-9]+) \* \* \* \*$' then return date_bin(v_every, p_now, v_today) + v_every; end if;
  if p_schedule ~ '^[0-9]{1,2} [0-9]{1,2} \* \* \*$' then
    v_time := make_interval(hours => split_part(p_schedule, ' ', 2)::integer,
      mins => split_part(p_schedule, ' ', 1)::integer);
    return v_today + v_time + case when v_today + v_time <= p_now then interval '1 day' else '0' end;
  end if;
  return null;
end
$$;
comment on function private.next_run(text, timestamptz, timestamptz) is
  'When a schedule of pg_cron runs next, in UTC as pg_cron reckons: seconds, minutes and times of the day are read; '
  'null: it is another. p_last: when it ran last.';
revoke execute on function private.next_run(text, timestamptz, timestamptz) from public;

create function private.lines_of_parts(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('part', c.part, 'schedule', c.schedule, 'cron', j.schedule,
      'every_ms', private.ms(c.every), 'beat_at', c.beat_at, 'ago_ms', private.ms(c.ago),
      'beats', h.beats, 'next_at', n.at, 'next_in_ms', private.ms(n.at - p_now),
      'late_ms', private.ms(c.ago - c.every), 'verdict', c.verdict, 'since', c.since,
      'since_ms', private.ms(p_now - c.since), 'detail', c.detail, 'last_run', c.last_run, 'did', c.did,
      'repair_sql', c.repair_sql) order by c.verdict = 'ok', c.part), '[]')
    from ops.cron_health() c left join cron.job j on j.jobname = c.schedule and j.database = current_database()
    left join private.heartbeats h on h.name = c.part,
    lateral (select case when j.active then private.next_run(j.schedule, c.beat_at, p_now) end) n (at));
end
$$;
comment on function private.lines_of_parts(timestamptz) is
  'The parts of the schedules as ops_api.schedules lists them.';
revoke execute on function private.lines_of_parts(timestamptz) from public;

create function ops_api.schedules() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  return jsonb_build_object('at', v_now, 'parts', private.lines_of_parts(v_now),
    'faults', (
      select coalesce(jsonb_agg(to_jsonb(f) || jsonb_build_object('ago_ms', private.ms(v_now - f.last_at),
        'lasted_ms', private.ms(f.last_at - f.since)) order by f.fails_now desc, f.last_at desc), '[]')
      from (select * from ops.faults order by last_at desc limit 200) f),
    'quarantine', (
      select coalesce(jsonb_agg(to_jsonb(q) || jsonb_build_object('aside_ms', private.ms(v_now - q.since))
        order by q.since desc, q.job_id, q.part), '[]')
      from (select * from ops.quarantine order by since desc, job_id, part limit 200) q),
    'quarantined', (select count(*) from (select from private.quarantine limit 1000) q));
end
$$;
comment on function ops_api.schedules() is
  'The schedules for operators: {at, parts: [{part, schedule, cron, every_ms, beat_at, ago_ms, beats, next_at, '
  'next_in_ms, late_ms: how long ago it should have run again, verdict, since, since_ms, detail, last_run, did, '
  'repair_sql}] as ops.cron_health() has them, what is wrong first, faults: [ops.faults, ago_ms, lasted_ms], '
  'quarantine: [ops.quarantine, aside_ms], of both the newest 200, quarantined: how many rows there are, counted to '
  '1,000}. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.schedules() from public;
grant execute on function ops_api.schedules() to authenticated, service_role;


create function ops_api.setup() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lines jsonb;
  v_asked_at timestamptz;
begin
  perform private.require_operator(p_only_admin => true);
  v_lines := (select coalesce(jsonb_agg(to_jsonb(c) order by c.line), '[]') from ops.setup_check() c);
  select passed_at into v_asked_at from private.throttles where name = 'setup';
  return jsonb_build_object('version', public.esteira_version(), 'lines', v_lines, 'asked_at', v_asked_at,
    'ask_again_in_ms', private.ms(v_asked_at + interval '1 minute' - clock_timestamp()));
end
$$;
comment on function ops_api.setup() is
  'ops.setup_check() for admins: {version: of the schema, lines: [{line, area, name, verdict, detail, repair}], '
  'asked_at: when the functions were last asked, ask_again_in_ms: in which time the next call asks them again}. '
  'Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.setup() from public;
grant execute on function ops_api.setup() to authenticated, service_role;


SET local check_function_bodies = off;

DROP POLICY "users see their own models, admins see all" ON "public"."ai_models";

DROP POLICY "users see their own connections, admins see all" ON "public"."connections";

DROP POLICY "admins see attempts" ON "public"."job_attempts";

DROP POLICY "users see their own effects, admins see all" ON "public"."job_effects";

DROP POLICY "users see their own jobs, admins all" ON "public"."jobs";

DROP POLICY "users see their own projects, admins see all" ON "public"."projects";

DROP POLICY "users see their own publications, admins all" ON "public"."publications";

ALTER TABLE "private"."logging"
  DROP CONSTRAINT "what_is_logged_is_known";

DROP FUNCTION "private"."first_visible_user"();

DROP FUNCTION "private"."is_admin"();

DROP FUNCTION "private"."last_visible_user"();

DROP FUNCTION "private"."post_alert"(ops.alerts, ops.alert_rules);

ALTER TABLE "ops"."alert_rules"
  ADD COLUMN "close_below" bigint;

ALTER TABLE "ops"."alert_rules"
  ADD COLUMN "opens_after" interval NOT NULL DEFAULT '00:00:00'::interval;

ALTER TABLE "ops"."alert_rules"
  ADD COLUMN "closes_after" interval NOT NULL DEFAULT '00:00:00'::interval;

ALTER TABLE "ops"."alerts"
  ADD COLUMN "subject" text;

ALTER TABLE "ops"."alerts"
  ADD COLUMN "posted_at" timestamp WITH time zone;

ALTER TABLE "private"."throttles"
  ADD COLUMN "request_ids" bigint[] NOT NULL DEFAULT '{}'::bigint[];

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
    'connections', (select coalesce(jsonb_agg(to_jsonb(c) - 'user_id' order by c.id), '[]')
      from public.connections c where c.user_id = p_user_id),
    'effects', (select coalesce(jsonb_agg(to_jsonb(f) - 'user_id' order by f.job_id), '[]')
      from public.job_effects f where f.user_id = p_user_id),
    'limits', (select coalesce(jsonb_object_agg(l.limit_name, l.maximum), '{}')
      from private.limits_of_users l where l.user_id = p_user_id),
    'pause', (select jsonb_build_object('paused_until', paused_until, 'reason', reason)
      from private.user_pauses s where s.user_id = p_user_id),
    'acts', (select coalesce(jsonb_agg(to_jsonb(a) - array['actor', 'filter', 'run_id'] order by a.audit_id), '[]')
      from private.audit a where a.actor = p_user_id),
    'deliveries', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
      from private.deliveries d where d.user_id = p_user_id),
    'files', private.files_of(p_user_id));
end
$function$;

CREATE OR REPLACE FUNCTION ops.install()
  RETURNS SETOF private.shipment
  LANGUAGE plpgsql
  SET search_path TO ''
  SET "IntervalStyle" TO 'postgres'
  AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('esteira.install', 0));
  perform private.install_admins();
  return query select * from private.install_lanes();
  return query select * from private.install_queues();
  return query select * from private.install_tools();
  return query select * from private.install_limits();
  return query select * from private.install_accounts();
  return query select * from private.install_platforms();
  return query select * from private.install_buckets();
  return query select * from private.install_alert_rules();
  return query select * from private.install_schedules();
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
begin
  return private.log_for('broadcasts', p_for);
end
$function$;

CREATE OR REPLACE FUNCTION private.alerts_tick()
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_opened integer;
  v_closed integer;
begin
  perform private.look_at_rules(v_now);
  v_closed := private.close_alerts(v_now);
  v_opened := private.open_alerts(v_now);
  perform private.send_posts(v_now);
  delete from ops.alerts where closed_at < v_now - interval '90 days';
  return jsonb_build_object('opened', v_opened, 'closed', v_closed);
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
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
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
  v_connections integer;
begin
  -- Here rather than by the foreign keys to auth.users: in the order in which whoever saves several locks them.
  perform from public.projects where user_id = p_user_id order by id for update;
  delete from public.projects where user_id = p_user_id;
  get diagnostics v_projects = row_count;
  delete from public.ai_models where "userId" = p_user_id;
  get diagnostics v_models = row_count;
  -- Each leaves its access in the outbox of revocations.
  perform from public.connections where user_id = p_user_id order by id for update;
  delete from public.connections where user_id = p_user_id;
  get diagnostics v_connections = row_count;
  delete from private.connection_starts where user_id = p_user_id;
  delete from private.connection_choices where user_id = p_user_id;
  delete from private.tickets where user_id = p_user_id;
  delete from private.limits_of_users where user_id = p_user_id;
  delete from private.user_pauses where user_id = p_user_id;
  delete from private.group_media where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  delete from private.verdicts where user_id = p_user_id;
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
end
$function$;

CREATE OR REPLACE FUNCTION private.first_waiting (
  p_lane private.lanes
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined();
  v_paused uuid[] := private.paused_users();
begin
  if p_lane.max_active_per_user is null then
    return (
      select id from public.jobs
      where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside) and user_id <> all (v_paused)
      order by priority desc, ticket, id limit 1);
  end if;
  return (
    with near as materialized (
      select w.id, w.user_id, row_number() over () as place from (
        select id, user_id from public.jobs
        where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside) and user_id <> all (v_paused)
        order by priority desc, ticket, id limit 1000) w
    ), users as materialized (
      select u.user_id from (select distinct user_id from near) u
      where private.active_jobs(p_lane.lane, u.user_id) < p_lane.max_active_per_user
    )
    select near.id from near join users using (user_id) order by near.place limit 1);
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
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone limit 1000) g;
  update public.jobs set retried_from = null where retried_from in (select id from gone);
  delete from private.webhook_events where job_id in (select id from gone);
  delete from private.webhook_refusals where job_id in (select id from gone);
  delete from private.verdicts where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  where g.started_at is not null;
  return null;
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
  delete from private.webhook_refusals where user_id = p_leaver.user_id;
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.broadcast_failures f set topics = array(select unnest(f.topics) except select unnest(p_leaver.topics))
  where f.topics && p_leaver.topics;
  perform private.forget_deliveries_of(p_leaver.user_id); -- told meanwhile, by a token that outlived its user
  delete from private.verdicts where user_id = p_leaver.user_id; -- noted by who looked at its job meanwhile
  perform private.forget_in_audit(p_leaver);
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
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
      ('Many jobs fail', 'attempts failed', '15 minutes', 20, null::integer, '0 minutes'),
      ('Results came too late', 'attempts orphaned', '1 hour', 5, null::integer, '0 minutes'),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5, null::integer, '0 minutes'),
      ('An account is paused', 'accounts paused', '1 minute', 1, null::integer, '0 minutes'),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10, null::integer, '0 minutes'),
      ('Screens miss changes', 'screens in a thousand that miss changes', '1 hour', 100, null::integer, '0 minutes'),
      ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5, null::integer, '0 minutes'),
      ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5, null::integer, '0 minutes'),
      ('Nobody knows what became of tasks', 'esteira-reap tasks_unknown', '1 hour', 1, null::integer, '0 minutes'),
      ('Results could not be copied', 'esteira-reap copies_given_up', '1 hour', 1, null::integer, '0 minutes'),
      ('Jobs wait too long to begin', 'esteira-reap expired', '1 hour', 5, null::integer, '0 minutes'),
      ('A provider is down', 'circuits open', '1 minute', 1, null::integer, '0 minutes'),
      ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1, null::integer, '0 minutes'),
      ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10, null::integer, '0 minutes'),
      ('A schedule fails', 'schedules failed', '15 minutes', 3, null::integer, '0 minutes'),
      ('A platform is paused', 'platforms paused', '1 minute', 1, null::integer, '0 minutes'),
      ('Nobody knows what became of publications', 'publications unknown', '1 minute', 1, null::integer, '0 minutes'),
      ('A version of a platform''s API ends soon', 'api versions ending', '1 minute', 1, null::integer, '0 minutes'),
      ('Many connections are lost', 'connections to be connected anew', '1 hour', 10, null::integer, '0 minutes'),
      ('Accesses cannot be renewed', 'accesses that cannot be renewed', '1 minute', 5, null::integer, '0 minutes'),
      ('A key of tokens is missing', 'token keys missing', '1 minute', 1, null::integer, '0 minutes'),
      ('Accesses cannot be given back', 
       'accesses that cannot be given back', '1 minute', 1, null::integer, '0 minutes'),
      ('A job was set aside', 'jobs quarantined', '1 minute', 1, null::integer, '0 minutes'),
      ('A part of the schedules fails', 'parts failing', '5 minutes', 1, null::integer, '0 minutes'),
      ('Many attempts fail', 'attempts in a thousand that fail', '15 minutes', 500, 250, '5 minutes'),
      ('Jobs wait long to begin', 
       'seconds that the next jobs of a lane have waited', '1 minute', 1800, 900, '0 minutes'),
      ('A provider''s webhooks are silent', 
       'attempts ended in lanes whose webhooks are silent', '30 minutes', 5, null, '0 minutes'),
      ('Credits do not add up', 'credits that do not add up', '1 minute', 1, null, '0 minutes'),
      ('A part of the schedules has stopped', 'parts that have not beaten in time', '1 minute', 1, null, '0 minutes'),
      ('Accesses end soon', 'accesses that end and are not renewed', '1 minute', 1, null, '0 minutes'),
      ('A snapshot is held', 'seconds that a snapshot is held', '1 minute', 3600, 1800, '0 minutes'),
      ('Replication holds back the log', 'megabytes that replication holds', '1 minute', 4096, 2048, '5 minutes'),
      ('Alerts cannot be posted', 'alerts that could not be posted', '1 hour', 1, null, '0 minutes')
    ) rules (name, count_name, look_back, threshold, close_below, opens_after),
    lateral private.ship_row('alert rule', 'ops.alert_rules', 'name', name, jsonb_build_object(
      'count_name', count_name, 'look_back', look_back, 'threshold', threshold, 'is_enabled', true,
      'close_below', close_below, 'opens_after', opens_after, 'closes_after', interval '5 minutes')) s;
end
$function$;

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
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *'),
      ('esteira-drift', '30 3 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_admin()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return private.is_signed_in() and private.is_here() and private.operator_role() is not distinct from 'admin';
end
$function$;

CREATE OR REPLACE FUNCTION private.is_callers (
  p_user_id uuid,
  p_named   uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- A signed-in user's own and nobody else's, whatever the arguments say; a server may name the owner or not, and so
  -- may who is the database's own. Whoever else it is has nothing.
  return coalesce(case private.caller_role()
    when 'authenticated' then p_user_id = auth.uid()
    when 'esteira_admin' then p_user_id = auth.uid()
    when 'service_role' then p_user_id = coalesce(p_named, p_user_id)
    when 'postgres' then p_user_id = coalesce(p_named, p_user_id)
    when 'supabase_admin' then p_user_id = coalesce(p_named, p_user_id)
  end, false);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_signed_in()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.caller_role() in ('authenticated', 'esteira_admin');
end
$function$;

CREATE OR REPLACE FUNCTION private.jobs_of (
  p_user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(j) - array['ticket', 'idempotency_hash', 'user_id'] || jsonb_build_object(
      'publication', (select to_jsonb(p) - array['job_id', 'user_id', 'ticket', 'priority', 'fingerprint']
        from public.publications p where p.job_id = j.id),
      'attempts', (select coalesce(jsonb_agg(to_jsonb(a)
          - array['token', 'user_id', 'question_id', 'account_id', 'job_id'] order by a.attempt), '[]')
        from public.job_attempts a where a.job_id = j.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
          'payload', e.payload) order by e.event_id), '[]')
        from private.webhook_events e where e.job_id = j.id),
      'refused_webhooks', (select coalesce(jsonb_agg(to_jsonb(r) - array['job_id', 'user_id'] order by r.reason), '[]')
        from private.webhook_refusals r where r.job_id = j.id),
      'verdicts', private.verdicts_noted_of(j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.leave_cancel (
  p_job     public.jobs,
  p_attempt public.job_attempts,
  p_reason  text,
  p_at      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into private.cancels (token, job_id, user_id, attempt, tool, lane, account_id, slot_id, reason,
    external_id, accepted_id, resubmit, submits, submit_until, started_at, checkpoint, made_at, next_at, ends_at)
  select p_attempt.token, p_job.id, p_job.user_id, p_attempt.attempt, p_job.tool, p_job.lane, p_attempt.account_id,
    p_attempt.slot_id, p_reason, p_attempt.external_id, case when p_reason = 'produced' then p_attempt.external_id end,
    p_attempt.resubmit, p_attempt.submits, p_attempt.submit_until, p_attempt.started_at,
    p_attempt.checkpoint - array['stored', 'copying', 'copying_until', 'looks', 'copied_bytes', 'look_error'],
    p_at, p_at,
    case when l.delivery = 'pull' then greatest(p_attempt.leased_until, p_at)
      -- Whoever has just passed the checkpoint again may still make a task.
      else greatest(least(p_attempt.submit_until, p_at + l.lease) + interval '30 seconds',
        least(p_attempt.submitted_first_at, p_at) + greatest(l.task_life, 2 * coalesce(t.timeout, interval '0'))) end
  from private.lanes l left join public.tools t on t.tool = p_job.tool
  where l.lane = p_job.lane
  on conflict (token) do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.let_go (
  p_user_id uuid
)
  RETURNS private.leavers
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_now timestamptz := private.now();
  v_lanes text[] := array(select distinct lane from public.jobs
    where user_id = p_user_id and status in ('pending', 'processing') order by lane);
  v_leaver private.leavers;
  v_tasks integer;
  v_forgets integer;
begin
  perform private.lock_creates(p_user_id); -- creates are kept out
  v_tasks := private.end_all_of(p_user_id, v_now);
  v_leaver := private.note_leaver(p_user_id, v_now);
  v_forgets := private.leave_forgets(array(
    select j.id from public.jobs j where j.user_id = p_user_id and j.effect = 'model'), v_now);
  perform private.forget_cancels_of(p_user_id, v_leaver.tombstone_id);
  delete from private.webhook_events where job_id = any (v_leaver.job_ids);
  delete from private.webhook_refusals where user_id = p_user_id;
  -- Now rather than with the user's row: what waits must not be given the slots that are free.
  perform set_config('esteira.deletes', 'all of a user', true); -- what goes with each job goes with the user here
  delete from public.jobs where user_id = p_user_id;
  perform set_config('esteira.deletes', '', true);
  v_leaver.did := jsonb_build_object('jobs', cardinality(v_leaver.job_ids), 'tasks', v_tasks,
    'forgets', v_forgets, 'entries', private.close_account(p_user_id, v_leaver.tombstone_id, v_now))
    || private.delete_rows_of(p_user_id);
  perform private.doom_all_of(p_user_id, v_now);
  update private.leavers set did = v_leaver.did where user_id = p_user_id;
  perform private.dispatch(lane) from unnest(v_lanes) lane;
  return v_leaver;
end
$function$;

CREATE OR REPLACE FUNCTION private.log_for (
  p_what text,
  p_for  interval
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_until timestamptz := private.now() + least(coalesce(p_for, '0'), interval '1 day');
begin
  delete from private.logging where what = p_what;
  if v_until <= private.now() then return null; end if;
  insert into private.logging (what, until) values (p_what, v_until);
  return v_until;
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
      case v_hint.payload ->> 'table' when 'jobs'
        then private.view_of(v_hint.payload #>> '{new,tool}', v_hint.payload #>> '{new,lane}')
        else coalesce(v_hint.payload ->> 'table', 'lanes') end, p_what,
      case when v_hint.topic like 'jobs:%' then left(v_hint.topic, 13) || '…' else v_hint.topic end,
      v_hint.event, v_hint.row_id);
    if p_level = 'warning' then raise warning '%', v_line; else raise log '%', v_line; end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_jobs (
  p_lane  private.lanes,
  p_count bigint
)
  RETURNS TABLE (
    n  bigint,
    id uuid
  )
  LANGUAGE plpgsql
  ROWS 5
  SET search_path TO ''
  AS $function$
declare
  v_ids uuid[];
  v_aside uuid[] := private.quarantined();
  v_paused uuid[] := private.paused_users();
  v_now timestamptz := private.now();
begin
  if p_count = 0 then return; end if;
  if p_lane.max_active_per_user is null then
    return query
      select row_number() over (), j.id from (
        select w.id from public.jobs w
        where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.start_by > v_now
          and w.id <> all (v_aside) and w.user_id <> all (v_paused)
        order by w.priority desc, w.ticket, w.id
        limit p_count for update skip locked) j;
    return;
  end if;
  -- Mostly the first in the order are those that may start. Where some may not, however many wait of users who have
  -- enough going, they hold up nobody.
  v_ids := private.pick_jobs(p_lane, p_count, '{}', p_count + 20);
  if cardinality(v_ids) < p_count then
    v_ids := private.pick_jobs(p_lane, p_count, array(
      select j.user_id from public.jobs j where j.lane = p_lane.lane and j.status = 'processing'
      group by j.user_id having count(*) >= p_lane.max_active_per_user), 1000);
  end if;
  return query select p.place, p.id from unnest(v_ids) with ordinality p (id, place);
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
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false),
    ('esteira-drift', 'esteira-drift', 'count_drift', 'drifting', false)
$function$;

CREATE OR REPLACE FUNCTION private.pick_jobs (
  p_lane   private.lanes,
  p_count  bigint,
  p_busy   uuid[],
  p_window bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_ids uuid[] := '{}';
  v_users uuid[] := '{}'; -- who were met and may start one, and how many more
  v_left bigint[] := '{}';
  v_nth integer;
  v_job record;
  v_aside uuid[] := private.quarantined();
begin
  p_busy := p_busy || private.paused_users();
  for v_job in
    select w.id, w.user_id from public.jobs w
    where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (p_busy)
      and w.start_by > (select private.now()) and w.id <> all (v_aside)
    order by w.priority desc, w.ticket, w.id limit p_window
  loop
    continue when v_job.user_id = any (p_busy);
    v_nth := array_position(v_users, v_job.user_id);
    if v_nth is null then -- no more users are locked than it takes
      v_users := v_users || v_job.user_id;
      v_nth := cardinality(v_users);
      v_left[v_nth] := private.may_start(p_lane, v_job.user_id);
    end if;
    if v_left[v_nth] = 0 then
      p_busy := p_busy || v_job.user_id;
    else
      -- One that somebody else has is passed over, not counted: the next in the order has its place.
      perform from public.jobs where id = v_job.id and status = 'pending' and run_at is null for update skip locked;
      continue when not found;
      v_left[v_nth] := v_left[v_nth] - 1;
      v_ids := v_ids || v_job.id;
      exit when cardinality(v_ids) = p_count;
    end if;
  end loop;
  return v_ids;
end
$function$;

CREATE OR REPLACE FUNCTION private.poke (
  p_lane text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_request_id bigint;
begin
  if not private.may_pass('poke:' || p_lane, '1 second') then return; end if;
  -- Its workers come by themselves.
  if exists (select from private.lanes where lane = p_lane and delivery = 'pull') then return; end if;
  v_request_id := private.post_poke(p_lane);
  if v_request_id is null then return; end if;
  update private.throttles set request_ids = (v_request_id || request_ids)[1:8] where name = 'poke:' || p_lane;
exception when others then
  -- It is called at the end of what it wakes for, and must not undo that.
  perform private.note_fault('poke', p_lane, sqlstate, sqlerrm);
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
  -- Nearly always neither.
  select exists (select from private.broadcast_failures f where f.failed_at > v_since and f.heard > 0),
    array(select what from private.logging where until > (select private.now())) into v_is_missed, v_logged;
  if v_is_missed then p_hints := private.tell_missed(p_hints, v_since); end if;
  if 'steps' = any (v_logged) then perform private.log_steps_of(p_hints); end if;
  if 'broadcasts' = any (v_logged) then perform private.log_hints(p_hints, 'trigger'); end if;
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time.
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
  AS $function$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides;
  -- publications have a line first.
  if p_lane.lane = 'publication' or p_lane.paused_until > p_at or p_lane.rate_limit is not null
     or p_lane.circuit_opened_at is not null or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if found then return; end if;
  if private.first_due(p_lane.lane) <= p_at then return; end if;
  if private.may_start(p_lane, p_user_id) = 0 or p_user_id = any (private.paused_users()) then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$function$;

CREATE OR REPLACE FUNCTION public.resolve_publication (
  p_job_id   uuid,
  p_resolved text,
  p_user_id  uuid DEFAULT NULL::uuid,
  p_reason   text DEFAULT NULL::text
)
  RETURNS public.jobs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_job public.jobs;
  v_by uuid := case when private.is_signed_in() then auth.uid() else p_user_id end;
begin
  perform private.is_here();
  if p_resolved is null or p_resolved not in ('there', 'not_there') then
    perform private.refuse(422, 'invalid_input', 'It is there, or not_there.', 'resolved');
  end if;
  v_job := private.lock_unknown(p_job_id, p_user_id);
  perform private.resolve(v_job, p_resolved, case when v_by is null then 'operator' else 'user' end, v_by, p_reason,
    private.now());
  select * into v_job from public.jobs where id = p_job_id;
  return v_job;
end
$function$;

CREATE OR REPLACE FUNCTION public.retry_job (
  p_job_id        uuid,
  p_user_id       uuid    DEFAULT NULL::uuid,
  p_caller_drains boolean DEFAULT false,
  p_by_user       boolean DEFAULT false
)
  RETURNS public.jobs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_old public.jobs;
  v_new public.jobs;
  v_by_user boolean := p_by_user or private.is_signed_in();
begin
  perform private.is_here();
  -- The user's row comes first in the lock order; the create that follows takes it too.
  perform from auth.users where id = (select user_id from public.jobs where id = p_job_id) for key share;
  select * into v_old from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_old.status not in ('failed', 'cancelled') then
    perform private.refuse(409, 'not_retryable',
      format('The job is %s; failed and cancelled jobs can be retried.', v_old.status));
  end if;
  if private.is_publication(v_old) then perform private.refuse_again(v_old); end if;
  select * into v_new from public.jobs where retried_from = p_job_id;
  if found then
    perform private.already();
    return v_new;
  end if;
  if v_by_user then
    perform private.lock_creates(v_old.user_id);
    perform private.check_creates_limit(v_old.user_id, 1, true);
  end if;
  v_new := public.create_job(v_old.user_id, v_old.tool, v_old.input,
    (select least(greatest(v_old.priority, t.min_priority), t.max_priority) from public.tools t
     where t.tool = v_old.tool), -- as high as it was, if it still may be
    p_metadata => v_old.metadata, p_caller_drains => p_caller_drains,
    p_handed => private.handed_of(p_job_id));
  update public.jobs set retried_from = p_job_id, is_by_user = v_by_user where id = v_new.id returning * into v_new;
  return v_new;
end
$function$;

ALTER TABLE "ops"."alert_rules"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "a_rule_closes_no_higher_than_it_opens" CHECK (((close_below >= 1) AND (close_below <= threshold)));

ALTER TABLE "ops"."alert_rules"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "rules_wait_forwards" CHECK (((opens_after >= '00:00:00'::interval) AND (closes_after >= '00:00:00'::interval)));

ALTER TABLE "private"."logging"
  -- A handful of rows: looked through in no time.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "what_is_logged_is_known" CHECK ((what = ANY (ARRAY['broadcasts'::text, 'steps'::text])));

CREATE POLICY "admins see all models" ON "public"."ai_models"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own models" ON "public"."ai_models"
  FOR SELECT
  TO "authenticated"
  USING (("userId" = ( SELECT private.caller() AS caller)));

CREATE POLICY "admins see all connections" ON "public"."connections"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own connections" ON "public"."connections"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT private.caller() AS caller)));

CREATE POLICY "admins see attempts" ON "public"."job_attempts"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "admins see all effects" ON "public"."job_effects"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own effects" ON "public"."job_effects"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT private.caller() AS caller)));

CREATE POLICY "admins see all jobs" ON "public"."jobs"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own jobs" ON "public"."jobs"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT private.caller() AS caller)));

CREATE POLICY "admins see all projects" ON "public"."projects"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own projects" ON "public"."projects"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT private.caller() AS caller)));

CREATE POLICY "admins see all publications" ON "public"."publications"
  FOR SELECT
  TO "esteira_admin"
  USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "users see their own publications" ON "public"."publications"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT private.caller() AS caller)));

CREATE POLICY "operators listen to what concerns them" ON "realtime"."messages"
  FOR SELECT
  TO "authenticated"
  USING (((EXTENSION = 'broadcast'::text) AND (( SELECT realtime.topic() AS topic) = 'ops'::text) AND (( SELECT private.operator_role() AS operator_role) IS NOT NULL)));

COMMENT ON COLUMN "ops"."alert_rules"."close_below" IS 'Its alert closes when the count is less than this; null: less than the threshold. So that what goes up and down around the threshold is one alert.';

COMMENT ON COLUMN "ops"."alert_rules"."closes_after" IS 'For how long the count must have been low before the alert closes.';

COMMENT ON COLUMN "ops"."alert_rules"."count_name" IS 'A name that ops.counts or ops.rates gives. One that neither ever gives never holds.';

COMMENT ON COLUMN "ops"."alert_rules"."opens_after" IS 'For how long it must have held before an alert opens.';

COMMENT ON COLUMN "ops"."alerts"."post_error" IS 'Why the last post of it was not delivered; null if it was, is under way, or was not to be posted.';

COMMENT ON COLUMN "ops"."alerts"."posted_at" IS 'When somebody had taken the post that tells of it. Null: nobody has.';

COMMENT ON COLUMN "ops"."alerts"."request_id" IS 'pg_net''s id of the last post: its answer is in net._http_response for some hours. Null: not posted.';

COMMENT ON COLUMN "ops"."alerts"."subject" IS 'What it is about, where that is known: a lane, a part, a session.';

COMMENT ON COLUMN "private"."throttles"."request_ids" IS 'The last eight requests of a poke at pg_net, the newest first: what came of them shows whether the worker can be woken.';

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with its publication, attempts, webhooks and verdicts), models, projects, connections, effects, limits, pause, acts (as an operator, not on whom), deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "ops"."log_broadcasts"(interval) IS 'Has each broadcast written to the database''s log for so long, a day at the most: `[REALTIME] {table} trigger: …` when a trigger has made it, then `broadcast SUCCESS` or `broadcast FAILED`; the table by the name that applications know, such as fal_jobs. Zero or null: no longer. Returns until when.';

COMMENT ON FUNCTION "private"."alerts_tick"() IS 'Opens an alert for each rule that has begun to hold, closes those of rules that hold no longer, and sends what is to be posted of both. Forgets alerts closed 90 days ago. Returns counts: {opened, closed}.';

COMMENT ON FUNCTION "private"."clean_up"(interval) IS 'Forgets payloads as the tools'' retention says (private.retention), archives, the outbox, verdicts and repairs older than p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';

COMMENT ON FUNCTION "private"."forget_jobs"() IS 'After jobs were deleted, by retention or by hand: tells their owners, forgets them where they were done again, their webhooks and verdicts, and has their files deleted. When a user leaves, that is done for all at once.';

COMMENT ON FUNCTION "private"."is_admin"() IS 'Whether the caller is signed in and an admin, as their row in auth.users says now: raw_app_meta_data.role = admin, which only a service key can set. Error: 401 unauthenticated when the caller''s user is gone.';

COMMENT ON FUNCTION "private"."is_signed_in"() IS 'Whether the caller calls as a signed-in user: an admin is one too. No other role is, whatever its token says.';

COMMENT ON FUNCTION "private"."jobs_of"(uuid) IS 'A user''s jobs as they were asked for and what came of them, each with its publication, attempts, webhooks, how many of those were refused, and what was noted of where it stood; no tokens.';

COMMENT ON FUNCTION "private"."log_for"(text, interval) IS 'Has something written to the database''s log for so long, a day at the most. Returns until when; null: no longer.';

COMMENT ON FUNCTION "private"."next_jobs"(private.lanes, bigint) IS 'Locks the next p_count waiting jobs of a lane in order, leaving out users who are paused or have max_active_per_user going. Skips what others have locked, waits for nothing.';

COMMENT ON FUNCTION "private"."take_slot"(private.lanes, uuid, timestamp with time zone) IS 'Locks a free slot of a lane in which nobody waits, for a job of this user that is just being created; nulls if there is none, if the user is paused or has as many going as they may, or if it is for dispatch to say who is next. Waits for nothing.';

COMMENT ON TABLE "private"."logging" IS 'What is written to the database''s log, and until when (ops.log_broadcasts, ops.log_steps).';

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_admin"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_signed_in"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."log_for"(text, interval) FROM PUBLIC;

select ops.install();
