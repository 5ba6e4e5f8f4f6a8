-- Verdicts: why a job stands where it stands, and one way to act on it.

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
  select raw_app_meta_data ->> 'role' into v_role from auth.users where id = auth.uid();
  return case when v_role in ('admin', 'support') then v_role end;
end
$$;
comment on function private.operator_role() is
  'What the caller is as an operator: admin (may do all), support (reads, with payloads masked, and helps single users), '
  'null: none. By auth.users.raw_app_meta_data.role, as it is now.';
revoke execute on function private.operator_role() from public;

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
  'Before a user''s role or app_metadata is written: whoever is made an admin gets the role esteira_admin in their next '
  'token, whoever is one no longer loses it.';
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


create type private.broadcast_part as (
  name text, table_name text, function_name text, marker text, statement text);
comment on type private.broadcast_part is
  'A trigger (function_name: what it calls) or a policy (marker: the topics that it opens), and the statement that '
  'makes it.';

create function private.broadcast_triggers() returns setof private.broadcast_part
language sql immutable set search_path = '' as $$
  select name, 'public.' || tab, 'private.' || fn, null, format(
    'create or replace trigger %I %s on public.%I %s execute function private.%I()', name, moment, tab, scope, fn)
  from (values
    ('new_jobs_broadcast_trigger', 'jobs', 'broadcast_jobs', 'after insert',
      'referencing new table as new_jobs for each statement '
      'when (current_setting(''esteira.broadcast'', true) is distinct from ''together'')'),
    ('jobs_broadcast_trigger', 'jobs', 'broadcast_jobs', 'after update',
      'referencing old table as old_jobs new table as new_jobs for each statement '
      'when (current_setting(''esteira.broadcast'', true) is distinct from ''together'')'),
    ('projects_broadcast_trigger', 'projects', 'broadcast_project', 'after insert or update or delete',
      'for each row when (current_setting(''esteira.project'', true) is distinct from ''told'')'),
    ('new_models_broadcast_trigger', 'ai_models', 'broadcast_models', 'after insert',
      'referencing new table as new_models for each statement'),
    ('ai_models_broadcast_trigger', 'ai_models', 'broadcast_models', 'after update',
      'referencing old table as old_models new table as new_models for each statement'),
    ('gone_models_broadcast_trigger', 'ai_models', 'broadcast_models', 'after delete',
      'referencing old table as old_models for each statement'),
    ('new_connections_broadcast_trigger', 'connections', 'broadcast_connections', 'after insert',
      'referencing new table as new_connections for each statement'),
    ('connections_broadcast_trigger', 'connections', 'broadcast_connections', 'after update',
      'referencing old table as old_connections new table as new_connections for each statement')
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
      else false end$q$)
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

create function private.topic_is_open(p_marker text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from pg_catalog.pg_policies
    where schemaname = 'realtime' and tablename = 'messages' and cmd in ('SELECT', 'ALL') and permissive = 'PERMISSIVE'
      and roles && '{authenticated,public}'::name[] and (qual = 'true' or strpos(qual, p_marker) > 0));
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
    and not exists (
      select from pg_catalog.pg_policies p
      where format('%I.%I', p.schemaname, p.tablename) = p_table and p.cmd in ('SELECT', 'ALL')
        and p.permissive = 'PERMISSIVE' and p.roles && '{authenticated,public}'::name[])
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
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint come_back_is_a_share check (come_back between 0 and 1)
);

alter table private.lane_paces enable row level security;

comment on table private.lane_paces is 'How fast each lane drains, by its last 200 attempts that ended.';
comment on column private.lane_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.lane_paces.come_back is
  'The share of attempts whose job waited again: retries, busy providers, paused accounts.';
comment on column private.lane_paces.ended_a_minute is
  'How many attempts ended a minute, over the last quarter of an hour or as far back as the attempts looked at go.';

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
  ), measured as (
    select l.lane, count(held) filter (where nth <= 200) as holds,
      avg(held) filter (where nth <= 200) as hold_mean,
      private.seconds((stddev_pop(extract(epoch from held)) filter (where nth <= 200))::double precision) as hold_sd,
      coalesce(avg((outcome in ('retried', 'waited', 'paused'))::integer) filter (where nth <= 200), 0) as come_back,
      count(*) filter (where ended_at > span.since)
        / nullif(extract(epoch from p_at - min(span.since)) / 60, 0) as ended_a_minute,
      max(ended_at) as last_ended_at
    from private.lanes l cross join span left join looked_at on looked_at.lane = l.lane group by l.lane
  )
  insert into private.lane_paces as p
    (lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, last_ended_at, measured_at)
  select lane, holds, hold_mean, hold_sd, come_back, ended_a_minute, last_ended_at, p_at from measured
  on conflict (lane) do update set measured_at = p_at, ended_a_minute = excluded.ended_a_minute,
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
returns table (job_id uuid, age interval, created_at timestamptz, started_at timestamptz)
language plpgsql stable rows 10 set search_path = '' as $$
begin
  -- Who has ended while the task lives on is in the outbox; the job itself may be gone.
  return query
    select s.job_id, greatest(p_at - t.started_at, '0'), j.created_at, t.started_at
    from (
      select * from private.slots x where x.lane = p_lane and x.token is not null and not x.is_retiring
      order by x.slot_id limit 200) s
    left join public.jobs j on j.id = s.job_id
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
  select (private.seconds(p_mean * (1 - u) ^ 3),
    private.seconds(p_mean * (1 - u + 1.2816 * sqrt(u)) ^ 3))::private.drain
  from (select case when p_variance > 0 then 1 / (9 * greatest(p_mean ^ 2 / p_variance, 0.5)) else 0 end as u) v
$$;
comment on function private.spread(double precision, double precision) is
  'The median and the ninth decile of a waiting time of this mean and variance, in seconds.';
revoke execute on function private.spread(double precision, double precision) from public;

create function private.drain(
  p_nth integer, p_slots integer, p_free integer, p_ages interval[], p_pace private.lane_paces, p_passing real default 0
) returns private.drain
language plpgsql immutable set search_path = '' as $$
declare
  v_mean double precision := greatest(extract(epoch from p_pace.hold_mean), 0.001);
  v_sd double precision := extract(epoch from p_pace.hold_sd);
  -- Zero: every task takes as long as the last; one: nothing can be told from how long one has taken.
  v_chance double precision := least((v_sd / v_mean) ^ 2, 1);
  v_nth integer;
  v_by_ages double precision;
  v_by_chance double precision;
begin
  if p_nth <= p_free then return ('0', '0')::private.drain; end if;
  if v_mean is null or coalesce(p_slots, 0) = 0 then return null; end if;
  -- Some of those before it come back and go first again, and some who come later go before it.
  v_nth := 1 + round((p_nth - 1) / ((1 - least(p_pace.come_back, 0.9)) * (1 - least(p_passing, 0.9))));
  v_by_ages := private.turn_of(v_nth, p_slots, array_fill(0::double precision, array[p_free]) || array(
    select greatest(v_mean - extract(epoch from age), v_mean / 20) from unnest(p_ages) age), v_mean);
  v_by_chance := (v_nth - p_free) * v_mean / p_slots;
  v_by_ages := coalesce((1 - v_chance) * v_by_ages, (1 - v_chance) * v_by_chance) + v_chance * v_by_chance;
  return private.spread(v_by_ages, v_nth * (v_sd / p_slots) ^ 2 + v_sd ^ 2 * (1 - 1.0 / p_slots) / 4);
end
$$;
comment on function private.drain(integer, integer, integer, interval[], private.lane_paces, real) is
  'In how long the p_nth of a lane''s line is likely to have a slot, by how long slots are held of late, of which '
  'p_free are free and the others have been held for p_ages; p_passing: the share of those who start before it though '
  'they came later. Null: nothing was measured, or there are no slots.';
revoke execute on function private.drain(integer, integer, integer, interval[], private.lane_paces, real) from public;

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


create type private.finding as (
  code text, level text, subject text, since timestamptz, detail text, evidence jsonb, clears text,
  expected_at timestamptz, repair_sql text, ruled_out boolean);
comment on type private.finding is
  'What a link of the chain says of a job. level and clears: null for those of the code''s word. expected_at: when it is '
  'likely to be over. repair_sql: the statement that mends it, if one does. ruled_out: it was looked at and is not so.';

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
  select (p_code, 'ok', p_subject, null, p_detail, jsonb_strip_nulls(p_evidence), null, null, null, true)::private.finding
$$;
comment on function private.not_so(text, text, jsonb, text) is
  'A finding that rules a reason out: p_detail says what was seen instead.';
revoke execute on function private.not_so(text, text, jsonb, text) from public;

create type private.verdict_word as (
  code text, place integer, level text, clears text, action text, en text[], pt_br text[]);
comment on type private.verdict_word is
  'What a code means: its place in the chain; its usual level (ok, info, wait, warn, error) and who clears it (by_itself, '
  'by_you: the owner, by_operator, by_provider, never); what an operator can do, null: nothing; and up to three sentences '
  'for the owner in each language: is something wrong, does it clear by itself and when, can I do something.';

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
  union all
  values ('functions_outdated', 140, 'info', 'by_operator',
    'Deploy the functions of this release: supabase functions deploy.',
    array['Your job goes on by itself.'], array['Seu trabalho continua sozinho.'])
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
    where a.backend_xmin is not null and a.pid <> pg_backend_pid() and a.backend_type in ('client backend', 'walsender')
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
  end if;
  return private.finding('telemetry_stale',
    'Messages wait for the worker, and nothing tells what became of calling it.',
    v_evidence, p_since => p_unread, p_subject => 'wake-ups', p_repair_sql => 'select private.tick()');
end
$$;
comment on function private.finding_of_wake(private.wake, timestamptz) is
  'What the last call of the worker says of the worker. p_unread: since when messages wait for it; null: none do.';
revoke execute on function private.finding_of_wake(private.wake, timestamptz) from public;

create function private.findings_of_wakes(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_wake private.wake := private.last_wake();
  v_unread timestamptz := private.unread_since(p_job.lane);
  v_secret text := private.missing_secret();
begin
  if not exists (select from private.lanes where lane = p_job.lane and delivery <> 'pull') then return; end if;
  -- An answer of long ago says nothing of now, unless somebody waits since.
  if v_unread is null and v_wake.asked_at < clock_timestamp() - interval '10 minutes' then v_wake := null; end if;
  if v_secret is null then
    return next private.not_so('vault_secret_missing', 'The address and the key to wake the worker with are set.');
    return next private.finding_of_wake(v_wake, v_unread);
  elsif v_unread is not null then
    return next private.finding('vault_secret_missing',
      format('The Vault has no good secret %s: the worker is not woken.', v_secret),
      jsonb_build_object('secret', v_secret, 'unread_since', v_unread), p_since => v_unread, p_subject => v_secret,
      p_repair_sql => format('select ops.set_secret(%L, %L)', v_secret,
        case v_secret when 'project_url' then 'https://<ref>.supabase.co' else '<a secret key>' end));
  end if;
end
$$;
comment on function private.findings_of_wakes(public.jobs) is
  'Whether the worker is woken, can be reached and comes to read what waits. Nothing of pull lanes, whose workers '
  'come by '
  'themselves.';
revoke execute on function private.findings_of_wakes(public.jobs) from public;

create function private.findings_of_versions(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_schema text := public.esteira_version();
begin
  return query
    select x.* from (
      select array_agg(name order by name) as names, version, max(seen_at) as seen_at, min(since) as since,
        private.version_numbers(version) > private.version_numbers(v_schema) as is_newer
      from private.functions_seen where seen_at between p_at - interval '1 day' and p_at and version <> v_schema
      group by version
    ) f, lateral private.finding(case when f.is_newer then 'schema_too_old' else 'functions_outdated' end,
      format('The functions %s have version %s, the schema has %s.', array_to_string(f.names, ', '), f.version,
        v_schema),
      jsonb_build_object('functions', f.names, 'version', f.version, 'schema', v_schema, 'seen_at', f.seen_at),
      p_since => f.since, p_subject => f.version) x
    -- What is newer does nothing at all; what is older works as before.
    where f.is_newer is not null;
  if not found then
    return next private.not_so('schema_too_old', format('Functions and schema have version %s.', v_schema));
  end if;
end
$$;
comment on function private.findings_of_versions(timestamptz) is
  'Whether the functions that ran in the last day are of the schema''s version.';
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
    ('tool_disabled', 215, 'info', 'by_operator', 'Switch the tool on again (is_enabled), if it is to take new jobs.',
      array['This tool is switched off for new jobs.', 'What was asked for before goes on.',
        'A job that has failed cannot be tried again until it is back.'],
      array['Esta ferramenta está desligada para novos trabalhos.', 'O que já foi pedido continua.',
        'Um trabalho que falhou só pode ser repetido quando ela voltar.']),
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
      p_repair_sql => format('update public.tools set is_enabled = true where tool = %L', p_job.tool));
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
    when not exists (select from public.tools where tool = (p_wait.job).tool) then 'no_tool'
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
        jsonb_build_object('accounts', array_agg(a.name)), p_since => (p_wait.job).queued_at, p_subject => v_lane,
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
    when p_reason ~* '(api.?key|unauthori[sz]ed|forbidden|credential|token|40[13])' then 'key'
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
  nth integer, is_exact boolean, can_start boolean, drain private.drain, expected_at timestamptz, evidence jsonb);
comment on type private.place is
  'Where a ready job stands in its lane: 1 is next; can_start: nothing keeps it from starting at once. drain, '
  'expected_at: null where nobody knows.';

create function private.passing(p_job public.jobs, p_at timestamptz) returns real
language plpgsql stable set search_path = '' as $$
begin
  return (
    select (count(*) filter (where h.created_at > p_job.created_at))::real / (count(*) + 2)
    from private.holders_of(p_job.lane, p_at) h
    where h.started_at > greatest(p_job.queued_at, p_job.created_at));
end
$$;
comment on function private.passing(public.jobs, timestamptz) is
  'The share of those who have a slot and have started since a job waits that were created after it: a fair order lets '
  'them go before one of many.';
revoke execute on function private.passing(public.jobs, timestamptz) from public;

create function private.place_of(p_wait private.wait) returns private.place
language plpgsql stable set search_path = '' as $$
declare
  v_now private.lane_now := p_wait.now;
  v_lane private.lanes := p_wait.lane;
  v_before integer := private.jobs_before(p_wait.job);
  v_is_let boolean;
  v_rate_frees timestamptz;
  v_place private.place;
begin
  v_place.nth := v_before + 1;
  v_place.is_exact := v_before < 10000;
  v_is_let := v_lane.circuit_opened_at is null and coalesce(v_lane.paused_until <= p_wait.at, true)
    and (v_lane.max_active_per_user is null
      or private.active_jobs(v_lane.lane, (p_wait.job).user_id) < v_lane.max_active_per_user);
  v_rate_frees := private.rate_frees(v_lane, v_place.nth, p_wait.at);
  v_place.can_start := v_before < v_now.free and v_is_let and v_rate_frees is null;
  if p_wait.is_fresh then
    v_place.drain := private.drain(v_place.nth, v_now.usable, v_now.free, v_now.ages, p_wait.pace,
      private.passing(p_wait.job, p_wait.at));
  end if;
  -- Where something else stands in its way, nobody knows until that is over.
  if v_place.is_exact and v_is_let and v_place.drain is not null then
    v_place.expected_at := greatest(p_wait.at + (v_place.drain).p50, v_rate_frees);
  end if;
  v_place.evidence := jsonb_build_object('position', v_place.nth, 'exact', v_place.is_exact, 'slots', v_now.usable,
    'free', v_now.free, 'p50_seconds', extract(epoch from (v_place.drain).p50)::integer,
    'p90_seconds', extract(epoch from (v_place.drain).p90)::integer,
    'ended_a_minute', round((p_wait.pace).ended_a_minute::numeric, 2),
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
  if (p_wait.pace).measured_at is not null and not p_wait.is_fresh then
    return next private.finding('telemetry_stale', format('How fast lane %s drains was measured last at %s.',
        v_job.lane, (p_wait.pace).measured_at), jsonb_build_object('measured_at', (p_wait.pace).measured_at),
      p_since => (p_wait.pace).measured_at, p_subject => 'lane_paces',
      p_repair_sql => 'select private.run_part(''esteira-paces'')');
  end if;
  if v_place.can_start and p_wait.at - v_turn > interval '1 minute' then
    return next private.finding('not_dispatched',
      format('Its turn has come in lane %s and a slot is free.', v_job.lane), v_place.evidence, p_since => v_turn, p_subject => v_job.lane,
      p_repair_sql => 'select private.tick()');
    return;
  end if;
  if v_place.expected_at > v_job.start_by then
    return next private.finding('expires_in_line', format('It expires at %s, and its turn is expected at %s.',
        v_job.start_by, v_place.expected_at),
      v_place.evidence || jsonb_build_object('expires_at', v_job.start_by), p_since => v_since,
      p_expected_at => v_job.start_by, p_subject => v_job.lane);
  elsif v_place.expected_at is not null then
    return next private.not_so('expires_in_line',
      format('Its turn is expected before it expires (%s).', v_job.start_by), p_subject => v_job.lane);
  end if;
  if p_wait.at - v_since > interval '30 minutes' or v_place.expected_at - p_wait.at > interval '1 hour' then
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
    select count(*) from (
      select from public.publications h
      where p_publication.line = 'held' and h.connection_id = p_publication.connection_id and h.line = 'held'
        and h.priority >= p_publication.priority
        and (h.priority > p_publication.priority
          or (h.ticket, h.job_id) < (p_publication.ticket, p_publication.job_id))
      limit 1000) held);
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

create function private.steps_of_posting(
  p_job public.jobs, p_attempt public.job_attempts, p_publication public.publications, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.step_facts(p_job, p_attempt, p_publication);
  v_code text := case
    when private.is_taken(p_attempt) then 'post_observing'
    when p_attempt.phase <> 'submitting' then 'post_preparing'
    when p_attempt.submit_until > p_at then 'post_committing' else 'post_in_doubt' end;
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
    v_evidence, p_since => p_publication.resolved_at, p_subject => p_publication.platform);
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

create function private.words_of_running() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('submitting', 400, 'info', 'by_itself', null,
      array['Your job is being handed over.', 'It goes on by itself.'],
      array['Seu trabalho está sendo entregue.', 'Ele continua sozinho.']),
    ('provider_running', 500, 'info', 'by_itself', null,
      array['Your job is being worked on.', 'It is done by itself{when}.'],
      array['Seu trabalho está sendo feito.', 'Ele termina sozinho{when}.'])
$$;
comment on function private.words_of_running() is 'The words of findings about jobs that run.';
revoke execute on function private.words_of_running() from public;

create function private.findings_of_running(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status <> 'processing' then return; end if;
  return next private.finding(
    case when p_attempt.phase < 'submitted' then 'submitting' else 'provider_running' end,
    format('Attempt %s is %s.', p_attempt.attempt, p_attempt.phase),
    p_since => coalesce(p_attempt.submitted_at, p_attempt.started_at), p_subject => p_job.lane);
end
$$;
comment on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) is
  'Where a running job is: with the worker, at its provider, or being copied.';
revoke execute on function private.findings_of_running(public.jobs, public.job_attempts, timestamptz) from public;

create function private.words_of_ended() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('completed', 700, 'ok', 'never', null,
      array['Your job is done.'], array['Seu trabalho está pronto.']),
    ('failed', 710, 'error', 'by_you', 'Look at error_code; redrive it if the cause is mended.',
      array['Your job has failed.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho falhou.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('cancelled', 720, 'info', 'never', null,
      array['Your job was cancelled.'], array['Seu trabalho foi cancelado.'])
$$;
comment on function private.words_of_ended() is 'The words of findings about jobs that have ended.';
revoke execute on function private.words_of_ended() from public;

create function private.findings_of_ended(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.status in ('pending', 'processing') then return; end if;
  return next private.finding(p_job.status::text, format('It has %s%s.',
      case p_job.status when 'completed' then 'completed' when 'failed' then 'failed' else 'been cancelled' end,
      coalesce(': ' || p_job.error_message, '')),
    jsonb_build_object('error_code', p_job.error_code, 'failed_at_step', p_job.failed_at_step),
    p_since => p_job.completed_at);
end
$$;
comment on function private.findings_of_ended(public.jobs, public.job_attempts, timestamptz) is
  'How a job has ended, and what is still open of it: money, task, effect.';
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
  return query select * from private.findings_of_hint(p_job, p_at);
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

create function private.hint_told_at(p_job public.jobs) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_from timestamp := (p_job.updated_at - interval '2 minutes') at time zone 'UTC';
  v_to timestamp := (p_job.updated_at + interval '5 seconds') at time zone 'UTC';
begin
  -- A message bears the time at which its transaction began, which may have waited; a batch is told of as one.
  return (
    select m.inserted_at at time zone 'UTC' from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || p_job.user_id
      and m.inserted_at between v_from and v_to
      and (m.payload #>> '{new,id}' = p_job.id::text and (m.payload #>> '{new,version}')::integer >= p_job.version
        or m.event = 'jobs_created' and p_job.created_at > p_job.updated_at - interval '2 minutes')
    order by m.inserted_at desc limit 1);
end
$$;
comment on function private.hint_told_at(public.jobs) is
  'When the last change of a job was written to realtime.messages; null: it is not there, or not any more.';
revoke execute on function private.hint_told_at(public.jobs) from public;

create function private.told_since(p_topic text, p_since timestamptz) returns timestamptz
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
comment on function private.told_since(text, timestamptz) is
  'When a topic was told that it has missed something, within the two minutes in which it is; null: it was not.';
revoke execute on function private.told_since(text, timestamptz) from public;

create function private.failure_of_hint(p_job public.jobs) returns private.broadcast_failures
language plpgsql stable set search_path = '' as $$
declare
  v_failure private.broadcast_failures;
begin
  select * into v_failure from private.broadcast_failures f
  where f.minute between date_trunc('minute', p_job.updated_at) and p_job.updated_at + interval '5 seconds'
    and f.failed_at >= p_job.updated_at
    and (f.heard = 0 or f.topics is null or 'jobs:' || p_job.user_id = any (f.topics))
  order by f.heard = 0, f.failed_at limit 1;
  return v_failure;
end
$$;
comment on function private.failure_of_hint(public.jobs) is
  'The failed broadcasts of which that of a job''s last change may be one; rather those that somebody could have '
  'heard.';
revoke execute on function private.failure_of_hint(public.jobs) from public;

create function private.findings_of_hint(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_told timestamptz := private.hint_told_at(p_job);
  v_failure private.broadcast_failures;
  v_evidence jsonb := jsonb_build_object('version', p_job.version, 'changed_at', p_job.updated_at);
begin
  if v_told is not null then
    return next private.not_so('broadcast_swallowed',
      format('Its last change (version %s) was broadcast.', p_job.version),
      v_evidence || jsonb_build_object('broadcast_at', v_told));
    return;
  end if;
  v_failure := private.failure_of_hint(p_job);
  v_evidence := v_evidence || jsonb_build_object('cause', v_failure.cause, 'message', v_failure.message,
    'failed', v_failure.count, 'heard', v_failure.heard, 'told_anew_at', private.told_since('jobs:' || p_job.user_id,
      v_failure.failed_at));
  if v_failure.heard = 0 then
    return next private.not_so('broadcast_swallowed',
      'No client was connected to hear of its last change.', v_evidence);
  elsif v_evidence ? 'told_anew_at' and v_evidence ->> 'told_anew_at' is not null then
    return next private.not_so('broadcast_swallowed', 'The broadcast of its last change was lost, and the next one on '
      'its owner''s topic has told the screens to read anew.', v_evidence);
  elsif v_failure.minute is not null then
    return next private.finding('broadcast_swallowed',
      format('The broadcast of its last change (version %s) could not be written: %s.', p_job.version,
        coalesce(v_failure.message, v_failure.cause)), v_evidence,
      p_since => v_failure.failed_at, p_expected_at => greatest(v_failure.failed_at + interval '1 minute', p_at),
      p_subject => 'realtime.messages');
  -- Realtime keeps broadcasts for three days; and what is of the future is of a clock that was set back.
  elsif p_job.updated_at between clock_timestamp() - interval '2 days' and clock_timestamp() then
    return next private.finding('not_announced',
      format('No broadcast of its last change (version %s) is there, and none is known to have failed.', p_job.version),
      v_evidence, p_since => p_job.updated_at, p_subject => 'realtime.messages');
  end if;
end
$$;
comment on function private.findings_of_hint(public.jobs, timestamptz) is
  'Whether a job''s last change was broadcast, by the broadcast itself.';
revoke execute on function private.findings_of_hint(public.jobs, timestamptz) from public;


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
      array['Seu trabalho ainda não existia naquele momento.'])
$$;
comment on function private.words_of_history() is
  'The words of what a job''s own history tells of a time that is over (private.verdicts_as_of).';
revoke execute on function private.words_of_history() from public;

create function private.verdict_words() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_machinery()
  union all select * from private.words_of_waiting()
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
    return query select * from private.verdicts_of(array(select private.findings_of(v_job, v_attempt, v_now)));
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
returns table (rank integer, code text, level text, since timestamptz, clears text, expected_at timestamptz, words jsonb)
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
  'For the owner of a job: why it stands where it stands, the first row first. words: {"en": …, "pt-BR": …}, at most three '
  'sentences: is something wrong, does it clear by itself and when, can I do something. clears: by_itself, by_you, '
  'by_operator, by_provider or never. No raw data. Errors: 401 unauthenticated, 404 not_found.';
revoke execute on function public.why(uuid) from public, anon;
grant execute on function public.why(uuid) to authenticated, service_role;

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
    select coalesce(jsonb_agg(to_jsonb(v) - array['verdict_id', 'job_id', 'user_id'] order by v.seen_at, v.verdict_id),
      '[]')
    from private.verdicts v where v.job_id = p_job_id);
end
$$;
comment on function private.verdicts_noted_of(uuid) is 'What was found of a job and when, oldest first, as an array.';
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
  'How old an open job of a tool usually gets at the most: nineteen of twenty attempts take no longer, half a minute at '
  'the least; two minutes where nobody has measured it.';
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
  v_from uuid := coalesce(nullif(private.sweep_position('running verdicts'), ''), '00000000-0000-0000-0000-000000000000');
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
      n.created_at < p_at - coalesce(u.time, '2 minutes') and (n.dispatches > 0 or (n.run_at > p_at) is not true) as late
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
      coalesce(format(', and at %s %s later', v_entry.next_step, date_trunc('second', v_entry.next_at - v_entry.at)), '')),
    jsonb_build_object('step', v_entry.step, 'next_step', v_entry.next_step, 'next_at', v_entry.next_at,
      'attempt', v_attempt.attempt, 'external_id', case when v_attempt.submitted_at <= p_at then v_attempt.external_id end,
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
  '(private.verdicts: only of jobs that took longer than usual, from the first look at them, for 30 days), and the step '
  'that its history says, with when it went on. After its end: what is to be said of it now, but for what began later. '
  'What was ruled out is not kept; no advice.';
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
      '002:515-523', jsonb_build_object('fault', v_fault, 'function', v_part.function_name),
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
      format(case when v_is_open then 'A policy lets signed-in users listen to topics %s….'
        else 'No policy lets signed-in users listen to topics %s…: their clients are refused.' end, v_part.marker),
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
begin
  -- A trigger is made under a lock that every change of its table waits behind: rather not now than for long.
  perform set_config('lock_timeout', '3s', true);
  for i in 1..3 loop -- a grant, a policy, and what both have hidden
    select c.* into v_found from private.check_realtime() c where c.check_name = p_check;
    if not found then
      perform private.refuse(404, 'not_found', format('ops.realtime_doctor() has no check %s.', p_check), 'check');
    end if;
    exit when v_found.verdict in ('ok', 'info');
    if v_found.repair_sql is null then
      perform private.refuse(409, 'no_repair', 'No statement mends that: ' || v_found.detail, 'check');
    end if;
    execute v_found.repair_sql;
  end loop;
  return v_found;
end
$$;
comment on function ops.repair(text) is
  'Mends what a check of ops.realtime_doctor has found, by its repair_sql, and returns what it finds then; where '
  'nothing is wrong, nothing is done. Errors: 404 not_found, 409 no_repair (its detail says who can), 55P03 when the '
  'table is locked for longer than three seconds: try again.';
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
      where j.lane = l.lane and j.status = 'pending' and j.run_at is null order by j.priority desc, j.ticket, j.id limit 3) next
    left join usual u using (tool) where next.created_at < p_at - coalesce(u.time, '2 minutes');
end
$$;
comment on function private.suspects(timestamptz, integer) is
  'Open jobs that may be stuck: up to p_qty of which something wrong was noted, as many that run longer than usual, and '
  'the next three of each lane, where they are older than usual.';
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
  'Open jobs of which the first verdict is that something is broken (error) or not as it should be (warn), the oldest '
  'first: how old, how long its tool usually takes, the verdict as ops.diagnose has it, and also: the codes of what else '
  'is wrong. Up to p_limit, of a bounded number that is looked at (private.suspects). Who waits for a known reason is not '
  'stuck.';
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
    where exists (select from private.accounts a where a.lane = l.lane and a.retired_at is null);
end
$$;
comment on function private.look_around(timestamptz) is
  'Verdicts on open jobs that say how all of them fare: those that may be stuck, the next of each lane, some that run; and '
  'on what would move a job of each lane that has an account.';
revoke execute on function private.look_around(timestamptz) from public;

create function private.is_noting(p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.heartbeats
    where name = 'esteira-verdicts' and beat_at > p_at - interval '5 minutes');
end
$$;
comment on function private.is_noting(timestamptz) is 'Whether verdicts are being noted, so that what is noted can be counted.';
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
  'What is wrong or waits, by code and subject, in the order of verdicts: of how many jobs (as noted, or as looked at), '
  'with what the first of them shows.';
revoke execute on function private.report_causes(private.looked_at[], timestamptz) from public;

create function private.report_excluded(p_looks private.looked_at[]) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    with excluded as (
      select distinct on ((l.verdict).code, (l.verdict).subject) (l.verdict).* from unnest(p_looks) l
      where (l.verdict).ruled_out and not exists (select from unnest(p_looks) o
        where not (o.verdict).ruled_out and (o.verdict).code = (l.verdict).code)
      order by (l.verdict).code, (l.verdict).subject, (l.verdict).detail)
    select (row_number() over (order by w.place, e.subject))::integer, 'excluded', e.code, 'ok', e.subject, null::bigint,
      null::timestamptz, e.detail, e.evidence, null, null::timestamptz, null, null
    from excluded e join private.verdict_words() w on w.code = e.code
    order by 1;
end
$$;
comment on function private.report_excluded(private.looked_at[]) is
  'What was looked at and is the reason of no job, with the evidence for that.';
revoke execute on function private.report_excluded(private.looked_at[]) from public;

create function private.lane_loads(p_at timestamptz) returns table (
  lane text, waiting bigint, oldest_wait interval, slots bigint, taken bigint, minutes integer
)
language plpgsql stable rows 20 set search_path = '' as $$
begin
  return query
    select l.lane, w.waiting, w.oldest, s.slots, s.taken,
      -- A slot's holder may come back to wait: the drain takes the longer for it.
      case when w.waiting > 0 and s.slots > 0 and private.is_fresh(p.measured_at, p_at)
        then ceil(extract(epoch from p.hold_mean) * w.waiting / s.slots / greatest(1 - p.come_back, 0.1) / 60)::integer end
    from private.lanes l left join private.lane_paces p on p.lane = l.lane,
    lateral (
      select count(*) as waiting, date_trunc('second', p_at - min(next.created_at)) as oldest from (
        select j.created_at from public.jobs j
        where j.lane = l.lane and j.status = 'pending' and j.run_at is null
        order by j.priority desc, j.ticket, j.id limit 10000) next) w,
    lateral (
      select count(*) as slots, count(x.job_id) as taken from private.slots x
      where x.lane = l.lane and not x.is_retiring) s
    order by l.lane;
end
$$;
comment on function private.lane_loads(timestamptz) is
  'Each lane: how many jobs wait (10,000: or more), how long the oldest of those has, how many slots there are and how '
  'many are taken, and in how many minutes it drains, by what was measured; null: nobody knows.';
revoke execute on function private.lane_loads(timestamptz) from public;

create function private.report_lanes(p_at timestamptz) returns setof private.report_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (row_number() over (order by l.lane))::integer, 'metric', 'lane', 'info', l.lane, l.waiting, null::timestamptz,
      format('%s waiting%s, %s of %s slots taken%s.', l.waiting, coalesce(' (the oldest for ' || l.oldest_wait || ')', ''),
        l.taken, l.slots, case when l.waiting = 0 then '' when l.minutes is null then ', and nobody knows for how long'
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
  'A line for each lane in which attempts have ended within the hour (of the last 2,000): how. warn: one in five has failed.';
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
  'What comes of it if nobody does anything: something stays broken, or in how many minutes the slowest lane has drained.';
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
    v_detail := format('No advice, because its telemetry is stale: %s %s', v_cause.detail, coalesce(v_cause.action, ''));
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
  'The one thing to do: about the first cause that anybody can do something about, or nothing. Where telemetry is stale, '
  'no other advice than that.';
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
  v_metrics := array(select m from private.report_lanes(v_now) m union all select m from private.report_endings(v_now) m);
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
  'What is wrong as a whole, in sections: summary (a line: broken, not_as_it_should_be, busy, healthy); cause (reasons '
  'in order, by code and subject, of how many jobs, with evidence); recommendation (one, or do nothing, and what comes '
  'of that); metric (each lane''s load, and how its attempts of the last hour ended); excluded (what was looked at and is '
  'not the reason, with evidence). Columns as those of ops.diagnose, and count. Looks at some fifty open jobs; the same '
  'state gives the same report. Where telemetry is stale, no cause has an action, a repair or an expected_at. Reads only.';
revoke execute on function ops.health_report() from public;

create function private.report_text(p_line private.report_line) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_line.section
    when 'summary' then format(E'# %s\n\n%s', replace(initcap(p_line.code), '_', ' '), p_line.detail)
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


SET local check_function_bodies = off;

DROP POLICY "users see their own models, admins see all" ON "public"."ai_models";

DROP POLICY "users see their own connections, admins see all" ON "public"."connections";

DROP POLICY "admins see attempts" ON "public"."job_attempts";

DROP POLICY "users see their own effects, admins see all" ON "public"."job_effects";

DROP POLICY "users see their own jobs, admins all" ON "public"."jobs";

DROP POLICY "users see their own projects, admins see all" ON "public"."projects";

DROP POLICY "users see their own publications, admins all" ON "public"."publications";

DROP FUNCTION "private"."first_visible_user"();

DROP FUNCTION "private"."is_admin"();

DROP FUNCTION "private"."last_visible_user"();

ALTER TABLE "private"."throttles"
  ADD COLUMN "request_ids" bigint[] NOT NULL DEFAULT '{}'::bigint[];

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
    (format('private.forget_older(''private.verdicts'', ''until'', %L)', v_before)),
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
  delete from private.group_media where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  delete from private.verdicts where user_id = p_user_id;
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
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
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.broadcast_failures f set topics = array(select unnest(f.topics) except select unnest(p_leaver.topics))
  where f.topics && p_leaver.topics;
  perform private.forget_deliveries_of(p_leaver.user_id); -- told meanwhile, by a token that outlived its user
  delete from private.verdicts where user_id = p_leaver.user_id; -- noted by who looked at its job meanwhile
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
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
      'verdicts', private.verdicts_noted_of(j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
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
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false)
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

COMMENT ON COLUMN "private"."throttles"."request_ids" IS 'The last eight requests of a poke at pg_net, the newest first: what came of them shows whether the worker can be woken.';

COMMENT ON FUNCTION "ops"."export_user"(uuid) IS 'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with its publication, attempts, webhooks and verdicts), models, projects, connections, effects, limits, deliveries, files (their names; what is in them Storage has)}. No tokens and no keys. Error: 404 user_not_found.';

COMMENT ON FUNCTION "private"."clean_up"(interval) IS 'Forgets payloads as the tools'' retention says (private.retention), archives, the outbox, verdicts and repairs older than p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';

COMMENT ON FUNCTION "private"."forget_jobs"() IS 'After jobs were deleted, by retention or by hand: tells their owners, forgets them where they were done again, their webhooks and verdicts, and has their files deleted. When a user leaves, that is done for all at once.';

COMMENT ON FUNCTION "private"."is_admin"() IS 'Whether the caller is signed in and an admin, as their row in auth.users says now: raw_app_meta_data.role = admin, which only a service key can set. Error: 401 unauthenticated when the caller''s user is gone.';

COMMENT ON FUNCTION "private"."is_signed_in"() IS 'Whether the caller calls as a signed-in user: an admin is one too. No other role is, whatever its token says.';

COMMENT ON FUNCTION "private"."jobs_of"(uuid) IS 'A user''s jobs as they were asked for and what came of them, each with its publication, attempts, webhooks and what was noted of where it stood; no tokens.';

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_admin"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_signed_in"() FROM PUBLIC;

select ops.install();
