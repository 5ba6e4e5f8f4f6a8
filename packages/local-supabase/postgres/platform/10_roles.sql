-- What a hosted project has before the first migration: roles, schemas, extensions. Run once as supabase_admin,
-- the superuser. `postgres`, as whom migrations run, is none.

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit password 'postgres';
grant anon, authenticated, service_role to authenticator;

create role postgres login createdb createrole replication bypassrls password 'postgres';
create role dashboard_user nologin createdb createrole replication;
create role supabase_auth_admin login noinherit createrole password 'postgres';
create role supabase_storage_admin login noinherit createrole password 'postgres';
create role supabase_realtime_admin nologin noinherit;

grant anon, authenticated, service_role, authenticator, pg_monitor, pg_read_all_data, pg_signal_backend, pg_checkpoint
  to postgres with admin option;
grant anon, authenticated, service_role to supabase_storage_admin;
-- Stands in for supautils.policy_grants: lets postgres make policies on the platform's tables, which only those can
-- who have their owners' privileges. What else that would allow, 60_guards.sql refuses; nor may postgres become them.
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres with inherit true, set false;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';

alter database postgres owner to postgres;
alter database postgres set search_path = "$user", public, extensions;

create schema extensions authorization postgres;
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema supabase_migrations authorization postgres;

-- Data API exposure as on projects made since 2026-05-30: nothing in public is granted to the API roles by default.
alter schema public owner to pg_database_owner;
grant all on schema public to postgres;
grant usage on schema public, extensions to anon, authenticated, service_role;
grant usage on schema extensions to public;
grant usage on schema auth, storage, realtime to postgres, anon, authenticated, service_role;
grant usage on schema auth to supabase_auth_admin;
grant usage on schema storage to supabase_storage_admin;
grant usage on schema realtime to supabase_realtime_admin;
grant usage on schema vault to postgres with grant option;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension supabase_vault with schema vault;

create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
alter table supabase_migrations.schema_migrations owner to postgres;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
