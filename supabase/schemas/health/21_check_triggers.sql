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
