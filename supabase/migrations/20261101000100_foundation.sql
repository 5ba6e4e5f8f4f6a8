-- Foundation: what every other room stands on.
--
-- Schemas are audiences. `public` is for signed-in users through the Data API, `worker` for Edge Functions with a
-- secret key, `ops` for DBAs and admins, `private` for nobody: only functions owned by postgres reach into it.
-- Nothing here holds data. Every grant in every room is explicit. Postgres lets PUBLIC execute new functions and older
-- hosted projects grant new tables of `public` to the API roles; so each room takes those rights away first.

-- Extensions, without version clauses: hosted projects ignore them.
create extension if not exists pgmq;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists supabase_vault with schema vault;

create schema if not exists private;
create schema if not exists worker;
create schema if not exists ops;

comment on schema private is 'Internals of Esteira. Never exposed; reached only through functions of the other schemas.';
comment on schema worker is 'What Edge Functions call with a secret key. Exposed in the Data API, usable by service_role alone.';
comment on schema ops is 'What operators read and call: diagnosis, metrics, repair.';

revoke all on schema private, worker, ops from public;
grant usage on schema worker to service_role;
grant usage on schema ops to service_role;

-- Words ---------------------------------------------------------------------------------------------------------

create type public.job_status as enum ('pending', 'processing', 'completed', 'failed', 'cancelled');
comment on type public.job_status is 'Where a job stands. completed, failed and cancelled are terminal: a job never leaves them.';

create type public.job_step as enum (
  'upload', 'insert', 'credits', 'queue_check', 'queued', 'starting', 'running', 'webhook_received',
  'completed', 'failed', 'cancelled'
);
comment on type public.job_step is 'The entries of a job''s history, finer than its status.';

-- Time and identity ---------------------------------------------------------------------------------------------

create function private.now() returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- The wall clock rather than the start of the transaction: a transaction that waited for a lock must not write
  -- a time before the one that held it.
  return coalesce(nullif(current_setting('esteira.now', true), '')::timestamptz, clock_timestamp());
end
$$;
comment on function private.now() is
  'The time, as every room sees it. Tests freeze it: set esteira.now = ''2026-01-01T00:00:00Z''. Volatile: read it into a variable once.';

create function private.uuid_v7() returns uuid
language plpgsql volatile set search_path = '' as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6
      ), 52, 1), 53, 1), 'hex')::uuid;
end
$$;
comment on function private.uuid_v7() is
  'A UUID that sorts by the millisecond it was made (RFC 9562, version 7): new rows land at the right edge of an index.';

create function private.is_admin() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
$$;
comment on function private.is_admin() is
  'Whether the caller''s token carries app_metadata.role = admin, which only a service key can set.';
-- Policies evaluate it as the caller, who therefore needs to reach it, and nothing else in its schema.
grant usage on schema private to authenticated;
grant execute on function private.is_admin() to authenticated;

-- Errors --------------------------------------------------------------------------------------------------------

create function private.refuse(p_http integer, p_code text, p_message text, p_hint text default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- PostgREST answers SQLSTATE PTxyz with HTTP xyz and passes detail and hint on.
  raise exception using
    errcode = 'PT' || p_http, message = p_message, detail = p_code, hint = coalesce(p_hint, '');
end
$$;
comment on function private.refuse(integer, text, text, text) is
  'Raises an error that a caller caused. p_http: HTTP status, three digits; p_code: the stable machine-readable code, sent as detail; p_hint: what to do about it, or the field at fault.';

revoke execute on all functions in schema private, worker, ops from public;
