-- What supautils does on hosted projects, for all but the superuser: the platform's objects are changed by nobody else,
-- apart from policies and triggers on its tables; and `create extension` runs the platform's own script afterwards.
-- Comes last: what stands above is the platform's own. Differs: GRANT on the platform's tables is not refused.

create function extensions.is_platforms(schema_name text, identity text) returns boolean language sql immutable as $$
  -- What has no schema says whose it is: "rule on auth.users", "auth.users in publication p".
  select coalesce(schema_name || '.', identity) ~ '(^| on )(auth|storage|realtime|vault|net|cron)\.'
$$;

create function extensions.guard_platform() returns event_trigger language plpgsql as $$
declare
  changed record;
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then return; end if;
  for changed in
    select * from pg_catalog.pg_event_trigger_ddl_commands()
    where not in_extension and object_type not in ('policy', 'trigger')
      and (extensions.is_platforms(schema_name, object_identity)
        -- moved to a schema of one's own
        or objid in (select oid from pg_catalog.pg_class where relowner::regrole::text like 'supabase\_%admin'))
  loop
    raise exception 'must be owner of %', changed.object_identity using errcode = 'insufficient_privilege';
  end loop;
end
$$;
create event trigger guard_platform on ddl_command_end execute function extensions.guard_platform();

create function extensions.guard_platform_drops() returns event_trigger language plpgsql as $$
declare
  dropped record;
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then return; end if;
  -- An extension takes along what is in its schema; whose extension it is, Postgres has looked at.
  if tg_tag = 'DROP EXTENSION' then return; end if;
  for dropped in
    select * from pg_catalog.pg_event_trigger_dropped_objects()
    where object_type not in ('policy', 'trigger') and not is_temporary
      and extensions.is_platforms(schema_name, object_identity)
  loop
    raise exception 'must be owner of %', dropped.object_identity using errcode = 'insufficient_privilege';
  end loop;
end
$$;
create event trigger guard_platform_drops on sql_drop execute function extensions.guard_platform_drops();

-- The platform's script for pgmq begins with `set local search_path = ''` and leaves it so until the transaction is over,
-- also where `if not exists` has found the extension there: whatever follows must name its schemas.
create function extensions.after_create_extension() returns event_trigger language plpgsql as $$
begin
  if not exists (
    select from pg_catalog.pg_event_trigger_ddl_commands()
    where object_type = 'extension' and object_identity <> 'pgmq'
  ) then
    set local search_path = '';
  end if;
end
$$;
create event trigger after_create_extension on ddl_command_end when tag in ('CREATE EXTENSION')
execute function extensions.after_create_extension();
