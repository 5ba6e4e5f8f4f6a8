-- What screens stand on: the triggers that tell of changes and the policies that let people listen. They are made where
-- their tables are made; here they are told once more, so that one that is gone, switched off or replaced is found
-- (ops.diagnose, ops.realtime_doctor) and made again (ops.repair). A test holds what is told here to what is there.

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
