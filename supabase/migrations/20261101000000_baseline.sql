-- The schema of Esteira, generated from supabase/schemas by "npm run migration". Read it; do not edit it: change the
-- file that a line comes from, named above it, and run the command again.

-- supabase/schemas/foundation/01_extensions.sql ======================================================================

-- Foundation: what every other room stands on.
--
-- Schemas are audiences. `public` is for signed-in users through the Data API, `worker` for Edge Functions with a
-- secret key, `ops` for DBAs and admins, `private` for nobody: only functions owned by postgres reach into it.
-- Nothing here holds data. Every grant in every room stands beside its object. Postgres lets PUBLIC execute new
-- functions and older hosted projects grant new tables of `public` to the API roles; so what nobody is to have is
-- taken away first.

-- Extensions, without version clauses: hosted projects ignore them. Those that are there already are not asked for
-- again: even with `if not exists` hosted projects run their own script for each, which leaves search_path empty until
-- the transaction ends, and for pg_cron begins with `drop extension`, which would take along the schedules of others.
do $$
begin
  if not exists (select from pg_extension where extname = 'pgmq') then
    create extension pgmq;
  end if;
  if not exists (select from pg_extension where extname = 'pg_net') then
    create extension pg_net with schema extensions;
  end if;
  if not exists (select from pg_extension where extname = 'pg_cron') then
    create extension pg_cron with schema pg_catalog;
  end if;
  if not exists (select from pg_extension where extname = 'supabase_vault') then
    create extension supabase_vault with schema vault;
  end if;
end
$$;

-- supabase/schemas/foundation/02_schemas.sql =========================================================================

create schema if not exists private;
create schema if not exists worker;
create schema if not exists ops;

comment on schema private is
  'Internals of Esteira. Never exposed; reached only through functions of the other schemas.';
comment on schema worker is
  'What Edge Functions call with a secret key. Exposed in the Data API, usable by service_role alone.';
comment on schema ops is 'What operators read and call: diagnosis, metrics, repair.';

revoke all on schema private, worker, ops from public;
grant usage on schema worker to service_role;
grant usage on schema ops to service_role;
-- Policies evaluate a few functions of it as the caller, who therefore needs to reach those, and nothing else in it.
grant usage on schema private to authenticated;

-- supabase/schemas/foundation/03_job_words.sql =======================================================================

create type public.job_status as enum ('pending', 'processing', 'completed', 'failed', 'cancelled');
comment on type public.job_status is
  'Where a job stands. completed, failed and cancelled are terminal: a job never leaves them.';

create type public.job_step as enum (
  'upload', 'insert', 'credits', 'queue_check', 'queued', 'starting', 'running', 'webhook_received',
  'completed', 'failed', 'cancelled'
);
comment on type public.job_step is 'The entries of a job''s history, finer than its status.';

-- supabase/schemas/foundation/04_now.sql =============================================================================

create function private.now() returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- The wall clock rather than the start of the transaction: a transaction that waited for a lock must not write
  -- a time before the one that held it.
  return coalesce(nullif(current_setting('esteira.now', true), '')::timestamptz, clock_timestamp());
end
$$;
comment on function private.now() is
  'The time, as every room sees it. Tests freeze it: set esteira.now = ''2026-01-01T00:00:00Z''. Volatile: read it '
  'into a variable once.';
revoke execute on function private.now() from public;

-- supabase/schemas/foundation/05_uuid_v7.sql =========================================================================

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
  'A UUID that sorts by the millisecond it was made (RFC 9562, version 7): new rows land at the right edge of an '
  'index.';
revoke execute on function private.uuid_v7() from public;

-- supabase/schemas/foundation/06_refuse.sql ==========================================================================

create function private.refuse(p_http integer, p_code text, p_message text, p_hint text default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- PostgREST answers SQLSTATE PTxyz with HTTP xyz and passes detail and hint on.
  raise exception using
    errcode = 'PT' || p_http, message = p_message, detail = p_code, hint = coalesce(p_hint, '');
end
$$;
comment on function private.refuse(integer, text, text, text) is
  'Raises an error that a caller caused. p_http: HTTP status, three digits; p_code: the stable machine-readable code, '
  'sent as detail; p_hint: the field at fault; or a JSON object as text, of the field and whatever else helps to mend '
  'it, in numbers and lists: {"field", "limit", …}.';
revoke execute on function private.refuse(integer, text, text, text) from public;

-- supabase/schemas/foundation/07_callers.sql =========================================================================

create function private.is_admin() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(auth.role() = 'authenticated' and auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
$$;
comment on function private.is_admin() is
  'Whether the caller is signed in and their token carries app_metadata.role = admin, which only a service key can '
  'set. No other role is an admin, whatever its token says.';
revoke execute on function private.is_admin() from public;
grant execute on function private.is_admin() to authenticated;

create function private.caller_role() returns text
language plpgsql stable set search_path = '' as $$
begin
  -- The token's, where there is one; else what the session has become, for in a function that runs as its owner
  -- current_user says nothing; else who it is.
  return coalesce(auth.role(), nullif(current_setting('role', true), 'none'), session_user);
end
$$;
comment on function private.caller_role() is 'In which role the caller calls, whichever function runs as its owner.';
revoke execute on function private.caller_role() from public;

create function private.is_here() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  -- A token is good for an hour after its user is gone: Auth signs it and asks no more.
  if auth.uid() is not null and not exists (select from auth.users where id = auth.uid()) then
    perform private.refuse(401, 'unauthenticated', 'The user of this token is no longer there.');
  end if;
  return true;
end
$$;
comment on function private.is_here() is
  'True: the user of the caller''s token is there, or it has none. Error: 401 unauthenticated.';
revoke execute on function private.is_here() from public;
grant execute on function private.is_here() to authenticated;

create function private.caller() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_here() then auth.uid() end
$$;
comment on function private.caller() is
  'The user of the caller''s token, null if it has none. In policies as (select private.caller()): asked once a query. '
  'Error: 401 unauthenticated when that user is gone.';
revoke execute on function private.caller() from public;
grant execute on function private.caller() to authenticated;

create function private.known_caller() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select id from auth.users where id = auth.uid());
end
$$;
comment on function private.known_caller() is
  'The user of the caller''s token, null if it has none or that user is gone: for policies of Storage and Realtime, '
  'whose servers tell their callers in words of their own.';
revoke execute on function private.known_caller() from public;
grant execute on function private.known_caller() to authenticated;

create function private.is_callers(p_user_id uuid, p_named uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- A signed-in user's own and nobody else's, whatever the arguments say; a server may name the owner or not, and so
  -- may who is the database's own. Whoever else it is has nothing.
  return coalesce(case private.caller_role()
    when 'authenticated' then p_user_id = auth.uid()
    when 'service_role' then p_user_id = coalesce(p_named, p_user_id)
    when 'postgres' then p_user_id = coalesce(p_named, p_user_id)
    when 'supabase_admin' then p_user_id = coalesce(p_named, p_user_id)
  end, false);
end
$$;
comment on function private.is_callers(uuid, uuid) is
  'Whether a row of p_user_id is the caller''s: a user''s own; for a server, and for the roles postgres and '
  'supabase_admin, any that fits the owner it names; for any other role none.';
revoke execute on function private.is_callers(uuid, uuid) from public;

-- supabase/schemas/foundation/08_visible_users.sql ===================================================================

-- The users whose rows the caller may see, as a range of ids rather than "their own, or an admin": no index finds a row
-- by an OR, and an owner who lists their jobs would read everybody's. For an owner the range is one id, found by the
-- indexes that begin with it.
create function private.first_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_here() and private.is_admin() then '00000000-0000-0000-0000-000000000000'
    else auth.uid() end
$$;
comment on function private.first_visible_user() is
  'From here to private.last_visible_user() are the ids of the users whose rows the caller may see: their own alone, '
  'for an admin all. Null: nobody''s. Error: 401 unauthenticated '
  'when the caller''s user is gone.';
revoke execute on function private.first_visible_user() from public;
grant execute on function private.first_visible_user() to authenticated;

create function private.last_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else auth.uid() end
$$;
comment on function private.last_visible_user() is
  'Where the range that begins with private.first_visible_user() ends.';
revoke execute on function private.last_visible_user() from public;
grant execute on function private.last_visible_user() to authenticated;

-- supabase/schemas/foundation/09_esteira_version.sql =================================================================

create function public.esteira_version() returns text
language sql immutable set search_path = '' as $$
  select '0.2.0'
$$;
comment on function public.esteira_version() is
  'The version of this schema (semver.org), that of the release which brought it. Edge Functions refuse to work on '
  'one that is older than they are (503 schema_too_old); a newer one serves the functions of the release before as '
  'well.';
-- Signed-in users may know it: an app shows it in a bug report, and asks whether it is up to date. Who has not signed
-- in would learn nothing from it but which known holes to try.
revoke execute on function public.esteira_version() from public, anon;
grant execute on function public.esteira_version() to authenticated, service_role;

-- supabase/schemas/foundation/10_already.sql =========================================================================

create function private.already() returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- PostgREST answers with this status. Whoever calls from SQL does not see it.
  perform set_config('response.status', '208', true);
end
$$;
comment on function private.already() is
  'Says that the answer is what stood already, and that this call has changed nothing: HTTP status 208 in place of '
  '200, so that nobody logs as new what is not.';
revoke execute on function private.already() from public;

-- supabase/schemas/foundation/11_cut.sql =============================================================================

-- What others send (providers, workers outside) is kept as evidence and shown to people, and may be of any size. What
-- is kept of it is bounded, and says where something was cut and how much there was.
create function private.cut(p_text text, p_most integer default 2000) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_mark text;
begin
  if char_length(p_text) <= p_most then return p_text; end if;
  v_mark := format(' … [cut: %s characters in all] … ', char_length(p_text));
  -- How it begins says what it is, how it ends says what went wrong.
  return left(p_text, p_most - p_most / 4 - char_length(v_mark)) || v_mark || right(p_text, p_most / 4);
end
$$;
comment on function private.cut(text, integer) is
  'A text of at most p_most characters (100 or more): itself, or its beginning and its end with a mark between them '
  'that says how long it was.';
revoke execute on function private.cut(text, integer) from public;

create function private.cut_parts(p_value jsonb, p_most integer, p_depth integer) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if octet_length(p_value::text) <= 100 then return p_value; end if;
  if jsonb_typeof(p_value) = 'string' then return to_jsonb(private.cut(p_value #>> '{}', p_most)); end if;
  if p_depth = 0 or jsonb_typeof(p_value) not in ('object', 'array') then
    return case when octet_length(p_value::text) <= p_most then p_value
      else to_jsonb(private.cut(p_value::text, p_most)) end;
  end if;
  if jsonb_typeof(p_value) = 'array' then
    return (
      select coalesce(jsonb_agg(private.cut_parts(item, p_most, p_depth - 1) order by n), '[]')
      from jsonb_array_elements(p_value) with ordinality items (item, n) where n <= 30
    ) || case when jsonb_array_length(p_value) > 30
      then jsonb_build_array(format('… [cut: %s items in all]', jsonb_array_length(p_value))) else '[]' end;
  end if;
  return (
    select jsonb_object_agg(private.cut(key, 200), private.cut_parts(value, p_most, p_depth - 1)) filter (where n <= 30)
      || case when count(*) > 30 then jsonb_build_object('… [cut]', format('%s keys in all', count(*))) else '{}' end
    from jsonb_each(p_value) with ordinality entries (key, value, n));
end
$$;
comment on function private.cut_parts(jsonb, integer, integer) is
  'A JSON value whose texts have at most p_most characters and whose arrays and objects at most 30 entries, down to '
  'p_depth; what lies deeper is text if it is longer. Marks say what was cut.';
revoke execute on function private.cut_parts(jsonb, integer, integer) from public;

create function private.cut_json(p_value jsonb, p_most integer default 65536) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_bytes integer := octet_length(p_value::text);
  v_mark jsonb := jsonb_build_object('… [cut]', format('%s bytes in all', v_bytes));
  v_cut jsonb;
  v_length integer;
begin
  if v_bytes is null or v_bytes <= p_most then return p_value; end if;
  foreach v_length in array array[4000, 1000, 200] loop
    v_cut := private.cut_parts(p_value, v_length, 3);
    if jsonb_typeof(v_cut) = 'object' then v_cut := v_cut || v_mark; end if;
    if octet_length(v_cut::text) <= p_most then return v_cut; end if;
  end loop;
  -- A character of JSON may take four bytes, and six in a string of it.
  return v_mark || jsonb_build_object('text', private.cut(p_value::text, p_most / 8));
end
$$;
comment on function private.cut_json(jsonb, integer) is
  'A JSON value that is at most p_most bytes of text (4,096 or more): itself, or what there is room for of its parts, '
  'with marks that say what was cut.';
revoke execute on function private.cut_json(jsonb, integer) from public;

-- supabase/schemas/foundation/11_secrets.sql =========================================================================

-- Secrets lie in the Vault. Whoever pastes one brings a newline or a blank along, and what comes of that is far away:
-- an address for which pg_net raises, a header after which a body arrives empty. So they are trimmed and looked at
-- where they are set, and trimmed once more where they are read: the Vault's own functions set them too.

create function private.trimmed(p_secret text) returns text
language sql immutable set search_path = '' as $$
  select regexp_replace(p_secret, '^[[:space:]\ufeff\u200b]+|[[:space:]\ufeff\u200b]+$', '', 'g')
$$;
comment on function private.trimmed(text) is
  'A secret without the blanks, newlines and invisible marks around it that pasting brings along.';
revoke execute on function private.trimmed(text) from public;

create function private.secret(p_name text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (select nullif(private.trimmed(decrypted_secret), '') from vault.decrypted_secrets where name = p_name);
end
$$;
comment on function private.secret(text) is 'The secret of that name in the Vault, trimmed; null: there is none.';
revoke execute on function private.secret(text) from public;

create function private.is_address(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_text ~ '^https?://([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?][!-~]*)?$', false)
$$;
comment on function private.is_address(text) is
  'Whether a text is an address that can be called: http or https, a host, no blanks and nothing that is not ASCII.';
revoke execute on function private.is_address(text) from public;

create function ops.set_secret(p_name text, p_secret text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := private.trimmed(p_secret);
  v_id uuid := (select id from vault.secrets where name = p_name);
begin
  if coalesce(p_name !~ '^[[:graph:]]+$', true) then
    perform private.refuse(422, 'invalid_input', 'A secret has a name without blanks.', 'name');
  elsif coalesce(v_secret !~ '^[!-~]+$', true) then
    perform private.refuse(422, 'invalid_input', format('%s: a secret has characters of ASCII, and no blanks.', p_name),
      'secret');
  elsif p_name in ('project_url', 'alert_webhook_url') and not private.is_address(v_secret) then
    perform private.refuse(422, 'invalid_input', format(
      '%s: an address begins with https:// and a host, such as https://<ref>.supabase.co.', p_name), 'secret');
  end if;
  if p_name = 'project_url' then v_secret := rtrim(v_secret, '/'); end if;
  if v_id is null then perform vault.create_secret(v_secret, p_name);
  else perform vault.update_secret(v_id, v_secret);
  end if;
  return case when v_id is null then 'created' else 'updated' end;
end
$$;
comment on function ops.set_secret(text, text) is
  'Puts a secret into the Vault, or another one in its place: a provider''s key, project_url, worker_secret_key, '
  'alert_webhook_url. What pasting brought along is trimmed, an address is looked at. Returns created or updated. '
  'Error: 422 invalid_input when it cannot be sent in a header, or is no address.';
revoke execute on function ops.set_secret(text, text) from public;

-- supabase/schemas/install/01_shipped_rows.sql =======================================================================

-- Install: the rows that come with Esteira. A lane, a tool or an alert rule is no DDL: it is a row that an operator
-- changes while the engine runs, and that a later release may change too. ops.install() brings them, and every
-- migration ends by calling it.
--
-- A function of each room says what it ships. What was shipped is kept here, and not in the rows: they may be deleted,
-- and some lie in tables that are not ours (storage.buckets, cron.job). So install tells apart, for each row:
--   · it was never shipped and is not there: it is inserted;
--   · it was never shipped and is there: it is somebody's own, noted as such (shipped is null) and left alone for good;
--   · it was shipped and is gone: an operator has deleted it, and it stays deleted;
--   · it was shipped and is there: each column that still is what was shipped follows the release, the others stay. A
--     column that holds a JSON object (settings, titles) is gone through key by key.
-- A row that cannot be written (it names a lane that was deleted, or fits a constraint no longer) is left as it is and
-- told; the next install tries again.
--
-- A release that renames a row or takes one away says so in its migration, before it calls ops.install():
--     update public.tools set tool = 'new' where tool = 'old';
--     update private.shipped_rows set name = 'new' where kind = 'tool' and name = 'old';
-- and for one that goes, unless an operator has changed it:
--     with gone as (delete from private.shipped_rows where kind = 'alert rule' and name = 'old' returning *)
--     delete from ops.alert_rules r using gone where r.name = gone.name and gone.shipped = to_jsonb(r);
--
-- Locks: one install at a time (an advisory lock), then lanes before accounts before slots, as everywhere.

create table private.shipped_rows (
  kind text not null,
  name text not null,
  shipped jsonb,
  shipped_at timestamptz not null default now(),
  primary key (kind, name),
  constraint kinds_are_known check (
    kind in ('lane', 'tool', 'account', 'bucket', 'schedule', 'alert rule', 'limit')),
  constraint shipped_is_an_object check (jsonb_typeof(shipped) = 'object')
);

alter table private.shipped_rows enable row level security;

comment on table private.shipped_rows is
  'What ops.install() has shipped, or found: so that it knows what an operator has changed or deleted since.';
comment on column private.shipped_rows.name is 'The row''s key; of an account, lane/name.';
comment on column private.shipped_rows.shipped is
  'Its columns as they were shipped last. Null: a row of that name was there before, and is not ours.';
comment on column private.shipped_rows.shipped_at is 'When shipped was last written.';

create function private.note_shipped(p_kind text, p_name text, p_shipped jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.shipped_rows as s (kind, name, shipped, shipped_at)
  values (p_kind, p_name, p_shipped, private.now())
  on conflict (kind, name) do update
  set shipped = coalesce(s.shipped, '{}') || excluded.shipped, shipped_at = excluded.shipped_at
  where s.shipped || excluded.shipped is distinct from s.shipped;
end
$$;
comment on function private.note_shipped(text, text, jsonb) is
  'Remembers what was shipped: p_shipped on top of what was known; null: that the row is somebody''s own.';
revoke execute on function private.note_shipped(text, text, jsonb) from public;

-- supabase/schemas/install/02_merge_shipped.sql ======================================================================

create function private.merge_shipped(p_was jsonb, p_is jsonb, p_new jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_was jsonb := case jsonb_typeof(p_was) when 'object' then p_was else '{}' end;
begin
  if jsonb_typeof(p_is) <> 'object' or jsonb_typeof(p_new) <> 'object' then
    return case when p_is is not distinct from p_was then p_new else p_is end;
  end if;
  -- No value is a value here: a key that was never shipped is added, one that an operator has taken away stays away,
  -- and one that is shipped no longer goes, unless an operator has changed it.
  return (
    select coalesce(jsonb_object_agg(key, value) filter (where value is not null), '{}') from (
      select key, case when p_is -> key is not distinct from v_was -> key then p_new -> key else p_is -> key end
      from (select jsonb_object_keys(p_is) union select jsonb_object_keys(p_new)) keys (key)) merged (key, value));
end
$$;
comment on function private.merge_shipped(jsonb, jsonb, jsonb) is
  'What a column is after a release: p_new if it is (p_is) what was shipped last (p_was), else what it is. Objects are '
  'merged key by key.';
revoke execute on function private.merge_shipped(jsonb, jsonb, jsonb) from public;

-- supabase/schemas/install/03_plan_shipment.sql ======================================================================

create type private.shipment as (kind text, name text, outcome text, note text);
comment on type private.shipment is
  'What became of a row that is shipped: inserted, updated, unchanged, deleted (by an operator, and so not brought '
  'back), own (somebody''s, left alone) or refused (it cannot be written); note says why, or which columns stayed as '
  'an operator has set them.';

create function private.plan_shipment(
  p_kind text, p_name text, p_is jsonb, p_new jsonb, out outcome text, out changes jsonb, out note text
) language plpgsql stable set search_path = '' as $$
declare
  v_known private.shipped_rows;
begin
  select * into v_known from private.shipped_rows where kind = p_kind and name = p_name;
  outcome := case
    when not found and p_is is null then 'inserted'
    when v_known.shipped is null then 'own'
    when p_is is null then 'deleted' end;
  if outcome is not null then return; end if;

  -- A column that was not shipped before is a new one: nobody but its default has said anything about it.
  select jsonb_object_agg(key, merged) filter (where merged is distinct from p_is -> key),
    string_agg(key, ', ' order by key) filter (where merged is distinct from new)
  into changes, note from (
    select key, value as new, case
      when v_known.shipped ? key then private.merge_shipped(v_known.shipped -> key, p_is -> key, value)
      else value end as merged
    from jsonb_each(p_new)) columns;
  outcome := case when changes is null then 'unchanged' else 'updated' end;
  note := 'as an operator has set it: ' || note;
end
$$;
comment on function private.plan_shipment(text, text, jsonb, jsonb) is
  'What is to become of a row that a release ships as p_new and that is p_is, null if it is not there: the outcome, '
  'and for updated the columns to write. Writes nothing.';
revoke execute on function private.plan_shipment(text, text, jsonb, jsonb) from public;

-- supabase/schemas/install/04_ship_row.sql ===========================================================================

create function private.ship_row(p_kind text, p_table regclass, p_key text, p_name text, p_columns jsonb)
returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_columns text := (select string_agg(quote_ident(key), ', ' order by key) from jsonb_object_keys(p_columns) key);
  v_new jsonb;
  v_is jsonb;
  v_plan record;
begin
  -- As the table writes it, so that 20 seconds are 00:00:20 on both sides.
  execute format('select to_jsonb(r) from jsonb_populate_record(null::%s, $1) r', p_table) into v_new using p_columns;
  v_new := (select jsonb_object_agg(key, value) from jsonb_each(v_new) where p_columns ? key);
  execute format('select to_jsonb(t) from %s t where %I = $1 for no key update', p_table, p_key)
  into v_is using p_name;
  v_plan := private.plan_shipment(p_kind, p_name, v_is, v_new);

  if v_plan.outcome = 'inserted' then
    execute format('insert into %1$s as t (%2$I, %3$s) select %2$I, %3$s from jsonb_populate_record(null::%1$s, $1)
      returning to_jsonb(t)', p_table, p_key, v_columns)
    into v_new using v_new || jsonb_build_object(p_key, p_name);
  elsif v_plan.outcome = 'updated' then
    execute format('update %1$s set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$s, $1)) where %3$I = $2',
      p_table, v_columns, p_key)
    using v_is || v_plan.changes, p_name;
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped(p_kind, p_name, case when v_plan.outcome <> 'own' then v_new end);
  end if;
  return (p_kind, p_name, v_plan.outcome, v_plan.note)::private.shipment;
exception when integrity_constraint_violation or data_exception then
  return (p_kind, p_name, 'refused', sqlerrm)::private.shipment;
end
$$;
comment on function private.ship_row(text, regclass, text, text, jsonb) is
  'Ships a row of a table: p_key is the column that holds its name, p_columns the others that a release decides about. '
  'A row that is inserted is remembered whole, the defaults of its other columns included.';
revoke execute on function private.ship_row(text, regclass, text, text, jsonb) from public;

-- supabase/schemas/install/05_install.sql ============================================================================

create function ops.install() returns setof private.shipment
language plpgsql set search_path = '' set intervalstyle = 'postgres' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('esteira.install', 0));
  return query select * from private.install_lanes();
  return query select * from private.install_queues();
  return query select * from private.install_tools();
  return query select * from private.install_limits();
  return query select * from private.install_accounts();
  return query select * from private.install_buckets();
  return query select * from private.install_alert_rules();
  return query select * from private.install_schedules();
end
$$;
comment on function ops.install() is
  'Brings the rows that come with this release, and never overwrites what an operator has changed or deleted. Can be '
  'run at any time, any number of times. Returns what became of each: inserted, updated, unchanged, deleted, own or '
  'refused, with a note.';
revoke execute on function ops.install() from public;

-- supabase/schemas/catalog/01_lanes.sql ==============================================================================

-- Catalog: what users may ask for, where it runs, and how much of it at once.
--
-- A tool is what a user asks for; it runs in a lane: one provider, one pgmq queue, one set of limits. A lane has
-- accounts (API keys), an account has slots: one row for each job that it may run at the same time, so that a limit
-- is a number of rows and cannot be exceeded. Adding a tool is a row here.
--
-- Read by everybody who decides; written by operators, and by ops.install() where they have changed nothing.
-- Lock order: see the dispatch room.

create table private.lanes (
  lane text primary key,
  provider text not null,
  delivery text not null default 'webhook',
  queue_name text not null unique,
  lease interval not null default '2 minutes',
  poll_after interval not null default '2 minutes',
  poll_every interval not null default '1 minute',
  backoff_base interval not null default '5 seconds',
  backoff_max interval not null default '5 minutes',
  rate_limit integer,
  rate_window interval,
  max_waiting_per_user integer default 2000,
  max_active_per_user integer default 50,
  max_refunds_per_user integer default 50,
  refund_window interval not null default '1 day',
  estimates_progress boolean not null default false,
  paused_until timestamptz,
  pause_reason text,
  cancel_refund text not null default 'confirmed',
  task_life interval not null default '2 hours',
  circuit_failures integer not null default 0,
  circuit_opened_at timestamptz,
  circuit_probe_at timestamptz,
  circuit_reason text,
  constraint lanes_are_named_in_snake_case check (lane ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint queues_are_named_in_snake_case check (queue_name ~ '^[a-z][a-z0-9_]{0,46}$'),
  constraint queues_of_the_engine_are_no_lanes check (queue_name not in ('settle_queue', 'dead_letters')),
  constraint delivery_is_webhook_poll_sync_or_pull check (delivery in ('webhook', 'poll', 'sync', 'pull')),
  constraint durations_are_positive check (
    lease > '0' and poll_after > '0' and poll_every > '0' and backoff_base > '0' and backoff_max >= backoff_base
    and task_life > '0' and refund_window > '0'
  ),
  constraint a_rate_has_a_limit_and_a_window check (
    (rate_limit is null) = (rate_window is null) and coalesce(rate_limit > 0 and rate_window > '0', true)
  ),
  constraint user_limits_are_positive check (
    coalesce(max_waiting_per_user > 0, true) and coalesce(max_active_per_user > 0, true)
    and coalesce(max_refunds_per_user > 0, true)
  ),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null),
  constraint cancel_refund_is_known check (cancel_refund in ('confirmed', 'always', 'never')),
  constraint an_open_circuit_has_a_reason_and_a_probe check (
    circuit_failures >= 0 and (circuit_opened_at is null) = (circuit_probe_at is null)
    and (circuit_opened_at is null or circuit_reason is not null)
  )
);

alter table private.lanes enable row level security;

comment on table private.lanes is 'Where jobs run: one provider, its pgmq queue, its limits and its retry policy.';
comment on column private.lanes.delivery is
  'How a result comes back: webhook (the provider calls us), poll (we ask, by delayed messages), sync (the submit call '
  'answers), pull (a worker outside claims jobs).';
comment on column private.lanes.lease is
  'How long a received message stays invisible; a worker that takes longer must extend it.';
comment on column private.lanes.poll_after is
  'How long after the submit the provider is first asked: in poll lanes the usual way to be told, in webhook lanes the '
  'net for webhooks that never come.';
comment on column private.lanes.poll_every is
  'The longest pause between two questions; pauses grow up to it from poll_after, where that is shorter.';
comment on column private.lanes.rate_limit is 'How many jobs may start in any rate_window; null: any number.';
comment on column private.lanes.max_waiting_per_user is
  'How many jobs of one user may wait here; one more is refused. Null: any number.';
comment on column private.lanes.max_active_per_user is
  'How many jobs of one user may run here at once, those counted whose task may live; more wait. Null: any number.';
comment on column private.lanes.max_refunds_per_user is
  'Whose jobs, in whatever lane, were refunded so often in refund_window after a submit may create no more here until '
  'the oldest of those refunds have left it; null: any number. A provider may have been paid for each of them.';
comment on column private.lanes.estimates_progress is
  'Its provider tells no percentage: how far a running job is, is estimated from how long its tool has taken.';
comment on column private.lanes.paused_until is
  'Nothing is dispatched before this time; infinity pauses until resumed. Null: not paused.';
comment on column private.lanes.cancel_refund is
  'What a cancel after the submit gives back: confirmed (the price, once the task is known not to have produced '
  'anything), always (the price, at once), never (nothing).';
comment on column private.lanes.task_life is
  'The longest that a task may be waited for, from the first submit of its attempt, or twice its tool''s timeout where '
  'that is longer: after that nobody knows, and its slot is freed.';
comment on column private.lanes.circuit_failures is
  'Questions in a row that the provider, being down, did not answer; zero again with its next answer.';
comment on column private.lanes.circuit_opened_at is
  'Since when the provider is taken for down: nothing starts but probes, and no deadline passes. Null: it is not.';
comment on column private.lanes.circuit_probe_at is 'When the provider may next be tried while the circuit is open.';

-- supabase/schemas/catalog/02_create_lane.sql ========================================================================

create function private.is_queue_taken(p_queue_name text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- pgmq makes nothing where a table of that name is there already; and the names of its tables are in lower case.
  return exists (select from pgmq.meta where lower(queue_name) = lower(p_queue_name))
    or to_regclass(format('pgmq.%I', 'q_' || lower(p_queue_name))) is not null
    or to_regclass(format('pgmq.%I', 'a_' || lower(p_queue_name))) is not null;
end
$$;
comment on function private.is_queue_taken(text) is 'Whether a queue of that name is there, whoever made it.';
revoke execute on function private.is_queue_taken(text) from public;

create function private.create_lane(
  p_lane text, p_provider text, p_delivery text default 'webhook', p_queue_name text default null
) returns void language plpgsql set search_path = '' as $$
declare
  v_queue_name text := coalesce(p_queue_name, p_lane || '_queue');
begin
  if exists (select from private.lanes where lane = p_lane) then return; end if;
  if private.is_queue_taken(v_queue_name) then
    raise unique_violation using message = format(
      'There is a queue %s already, and lane %s would take it over: name another one, or drop it first.',
      v_queue_name, p_lane);
  end if;
  insert into private.lanes (lane, provider, delivery, queue_name)
  values (p_lane, p_provider, p_delivery, v_queue_name) on conflict (lane) do nothing;
  if found then perform pgmq.create(v_queue_name); end if;
end
$$;
comment on function private.create_lane(text, text, text, text) is
  'Makes a lane and its pgmq queue (default <lane>_queue). Idempotent: an existing lane keeps its settings. Limits '
  'are columns of private.lanes, to be updated after. Errors: 23505 when there is a queue of that name: another '
  'lane''s, somebody''s own, or one left over; 23514 when the name is reserved (settle_queue).';
revoke execute on function private.create_lane(text, text, text, text) from public;

-- supabase/schemas/catalog/03_tools.sql ==============================================================================

create table public.tools (
  tool text primary key,
  lane text not null references private.lanes (lane),
  titles jsonb not null,
  credit_cost integer not null default 1,
  max_attempts integer not null default 3,
  timeout interval not null default '30 minutes',
  expires_after interval not null default '24 hours',
  max_output_bytes bigint not null default 524288000,
  effect text,
  settings jsonb not null default '{}',
  is_enabled boolean not null default true,
  priority smallint not null default 0,
  min_priority smallint not null default -100,
  max_priority smallint not null default 100,
  constraint tools_are_named_in_snake_case check (tool ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint titles_are_by_language check (jsonb_typeof(titles) = 'object' and titles ? 'en'),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint input_schemas_describe_objects
    check (not settings ? 'input_schema' or coalesce(settings -> 'input_schema' ->> 'type' = 'object', false)),
  constraint costs_are_not_negative check (credit_cost >= 0),
  constraint at_least_one_attempt check (max_attempts >= 1),
  constraint outputs_may_have_bytes check (max_output_bytes > 0),
  constraint timeouts_are_positive check (timeout > '0' and expires_after > '0'),
  constraint effects_are_known check (effect in ('project_node', 'model')),
  constraint priorities_are_in_order check (min_priority <= priority and priority <= max_priority)
);
create index tools_by_lane on public.tools (lane);

alter table public.tools enable row level security;
revoke all on public.tools from anon, authenticated, service_role;

comment on table public.tools is
  'What a user can ask for: price, limits, and how its input becomes a provider''s request.';
comment on column public.tools.titles is 'Name shown to people, by language: {"en": …, "pt-BR": …}.';
comment on column public.tools.timeout is
  'How long the provider may take for one attempt, from the moment when its task may exist; then the job fails.';
comment on column public.tools.expires_after is
  'How long a job may wait for its task to begin, from its creation or its run_at; then the job fails.';
comment on column public.tools.effect is 'What a completed job changes besides itself; null: nothing.';
comment on column public.tools.priority is
  'What its jobs get unless something else is asked for; higher goes first. Users may ask for less, down to '
  'min_priority; servers for more as well, up to max_priority.';
comment on column public.tools.max_output_bytes is
  'How many bytes the files that a job leaves may have together. A job that has not ended counts for as much against '
  'what its user may store.';
comment on column public.tools.settings is
  'files: {field: {types: [mime…], max_bytes, max_count?}} of the input that name stored files (an array of up to '
  'max_count, or one); output_types: what its results may be, whole types or families ("audio/*"), images and videos '
  'unless it says; input_schema: JSON Schema of the input, "type": "object", for a tool that is no line in '
  'shared/tools/registry.ts; the rest belongs to the provider or the workers (webapp_id, nodes, …), and what stands '
  'under a provider''s name to that provider alone, so that a tool can change its lane.';

-- Users see what there is and what it costs, not how it is wired: settings is not granted.
grant select (tool, lane, titles, credit_cost, max_attempts, timeout, expires_after, effect, is_enabled,
  priority, min_priority, max_priority) on public.tools to authenticated;
grant select on public.tools to service_role;

create policy "signed-in users see enabled tools" on public.tools for select to authenticated
  using ((select private.is_here()) and is_enabled);

-- supabase/schemas/catalog/04_accounts.sql ===========================================================================

create table private.accounts (
  account_id integer generated always as identity primary key,
  lane text not null references private.lanes (lane),
  name text not null,
  secret_name text,
  webhook_secret_name text,
  settings jsonb not null default '{}',
  paused_until timestamptz,
  pause_reason text,
  retired_at timestamptz,
  constraint account_names_are_unique_in_a_lane unique (lane, name),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null)
);

alter table private.accounts enable row level security;

comment on table private.accounts is 'API keys of a lane''s provider. The key itself is in Vault.';
comment on column private.accounts.secret_name is
  'Name of the Vault secret that holds the API key; null where there is none to show: workers of pull lanes bring '
  'their own.';
comment on column private.accounts.webhook_secret_name is
  'Name of the Vault secret that the provider signs its webhooks with; null: it does not sign, or by keys that it '
  'publishes.';
comment on column private.accounts.settings is
  'base_url when it is not the provider''s own; anything else the provider''s file reads.';
comment on column private.accounts.retired_at is
  'When it was removed: it starts nothing more, and keeps its key until its last task is over. Null: in use.';

-- supabase/schemas/catalog/05_slots.sql ==============================================================================

create table private.slots (
  slot_id bigint generated always as identity primary key,
  -- No foreign keys: they are checked again by a transaction that frees a slot and gives it to the next, and would have
  -- it wait for whoever changes the lane or the account, who waits for slots. Accounts with slots stay (below).
  lane text not null,
  account_id integer not null,
  job_id uuid, -- no foreign key: a slot outlives its job while the task lives
  token uuid,
  is_retiring boolean not null default false,
  constraint a_held_slot_names_its_attempt check ((job_id is null) = (token is null))
) with (fillfactor = 50);
-- No index knows who holds a slot: that changes with every attempt, and a change that no index sees is written beside
-- the old row and leaves nothing to clean up (HOT). A free slot is looked for among those of its lane, the slot of an
-- attempt by the id that the attempt keeps. That no two slots have one token, ops.credit_drift proves.
create index slots_by_lane on private.slots (lane, slot_id) where not is_retiring;
create index slots_by_account on private.slots (account_id);
create index retiring_slots on private.slots (account_id) where is_retiring;

alter table private.slots enable row level security;

comment on table private.slots is 'Permission to have one task alive on one account. A limit of three is three rows.';
comment on column private.slots.job_id is 'The job whose attempt holds the slot; null: free.';
comment on column private.slots.token is
  'The attempt that holds the slot, until its task is over, whatever becomes of its job; null: free.';
comment on column private.slots.is_retiring is
  'The capacity was lowered while an attempt held this slot: it goes when its task is over.';

create function private.keep_accounts_with_slots() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from private.slots where account_id = old.account_id) then
    raise exception 'the account % of lane % has slots; remove it with ops.remove_account', old.name, old.lane
      using errcode = 'foreign_key_violation';
  end if;
  return old;
end
$$;
comment on function private.keep_accounts_with_slots() is
  'Before an account is deleted: refuses while it has slots. So lanes that have slots stay too, for their accounts do.';
revoke execute on function private.keep_accounts_with_slots() from public;

create trigger accounts_with_slots_stay before delete on private.accounts
  for each row execute function private.keep_accounts_with_slots();

-- supabase/schemas/catalog/06_set_capacity.sql =======================================================================

create function private.set_capacity(p_account_id integer, p_capacity integer) returns void
language plpgsql set search_path = '' as $$
declare
  v_account private.accounts;
begin
  if p_capacity is null or p_capacity < 0 then
    perform private.refuse(422, 'invalid_capacity', 'A capacity is zero or more.', 'capacity');
  end if;
  select * into v_account from private.accounts where account_id = p_account_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  perform from private.slots where account_id = p_account_id order by slot_id for update;

  -- Busy slots come first in this order: they are kept, or retired rather than deleted under a running job.
  with ranked as (
    select slot_id, row_number() over (order by token is null, slot_id) > p_capacity as is_surplus
    from private.slots where account_id = p_account_id
  ), removed as (
    delete from private.slots s using ranked r
    where s.slot_id = r.slot_id and r.is_surplus and s.token is null
  )
  update private.slots s set is_retiring = r.is_surplus
  from ranked r
  where s.slot_id = r.slot_id and s.is_retiring <> r.is_surplus and not (r.is_surplus and s.token is null);

  insert into private.slots (lane, account_id)
  select v_account.lane, p_account_id
  from generate_series(1, p_capacity - (select count(*) from private.slots where account_id = p_account_id));
end
$$;
comment on function private.set_capacity(integer, integer) is
  'Sets how many jobs an account may run at once. Lowering it cuts no running job: surplus slots go when their jobs '
  'let go. Errors: 422 invalid_capacity, 404 account_not_found.';
revoke execute on function private.set_capacity(integer, integer) from public;

-- supabase/schemas/catalog/07_free_slot.sql ==========================================================================

create function private.free_slot(p_slot_id bigint, p_token uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_slot private.slots;
begin
  -- Locked first: a capacity that is just being lowered may be about to retire it.
  select * into v_slot from private.slots where slot_id = p_slot_id and token = p_token for update;
  if not found then return false; end if;
  if not v_slot.is_retiring
     and exists (select from private.slots where account_id = v_slot.account_id and is_retiring) then
    -- While the account still runs more than its capacity, the slot that goes is the first one let go of. One whose
    -- task is just ending too goes by itself: skip it.
    update private.slots set is_retiring = false where slot_id = (
      select slot_id from private.slots
      where account_id = v_slot.account_id and is_retiring and token is not null
      order by slot_id limit 1 for update skip locked);
    v_slot.is_retiring := found;
  end if;
  if v_slot.is_retiring then delete from private.slots where slot_id = v_slot.slot_id;
  else update private.slots set job_id = null, token = null where slot_id = v_slot.slot_id;
  end if;
  return true;
end
$$;
comment on function private.free_slot(bigint, uuid) is
  'Takes the slot from the attempt with this token, if it still holds it; true if it did. p_slot_id: of the attempt, '
  'or of its row in the outbox. A slot too many for its account goes. Called by the endings room and by those who '
  'store a provider''s word. The caller dispatches.';
revoke execute on function private.free_slot(bigint, uuid) from public;

-- supabase/schemas/catalog/08_add_account.sql ========================================================================

create function private.check_secret(p_secret_name text, p_field text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_secret_name is null or exists (select from vault.secrets where name = p_secret_name) then return; end if;
  perform private.refuse(422, 'secret_not_found', format(
    'The Vault has no secret named %1$s. First: select ops.set_secret(%1$L, ''<the secret>'');', p_secret_name),
    p_field);
end
$$;
comment on function private.check_secret(text, text) is
  'Error 422 secret_not_found unless the Vault has a secret of that name; null: none is needed. p_field: who asks.';
revoke execute on function private.check_secret(text, text) from public;

create function ops.add_account(
  p_lane text, p_name text, p_secret_name text, p_capacity integer, p_settings jsonb default '{}',
  p_webhook_secret_name text default null
) returns integer language plpgsql security definer set search_path = '' as $$
declare
  v_account_id integer;
begin
  if not exists (select from private.lanes where lane = p_lane) then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %s.', p_lane));
  end if;
  perform private.check_secret(p_secret_name, 'secret_name');
  perform private.check_secret(p_webhook_secret_name, 'webhook_secret_name');
  insert into private.accounts (lane, name, secret_name, settings, webhook_secret_name)
  values (p_lane, p_name, p_secret_name, p_settings, p_webhook_secret_name)
  on conflict (lane, name) do update set secret_name = excluded.secret_name, settings = excluded.settings,
    webhook_secret_name = excluded.webhook_secret_name, retired_at = null,
    paused_until = case when accounts.retired_at is null then accounts.paused_until end,
    pause_reason = case when accounts.retired_at is null then accounts.pause_reason end
  returning account_id into v_account_id;
  perform private.set_capacity(v_account_id, p_capacity);
  return v_account_id;
end
$$;
comment on function ops.add_account(text, text, text, integer, jsonb, text) is
  'Adds an account to a lane, or changes the one of that name, and sets how many jobs it runs at once. p_secret_name: '
  'the Vault secret with its API key, null for a pull lane; p_webhook_secret_name: the one that its provider signs '
  'webhooks with. Returns account_id. Errors: 404 lane_not_found, 422 secret_not_found when the Vault has no secret of '
  'such a name, 422 invalid_capacity.';
revoke execute on function ops.add_account(text, text, text, integer, jsonb, text) from public;

-- supabase/schemas/catalog/09_pauses.sql =============================================================================

create function ops.pause_lane(p_lane text, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason
  where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
end
$$;
comment on function ops.pause_lane(text, text, interval) is
  'Dispatches nothing in a lane for p_for, or until it is resumed; what runs goes on. Error: 404 lane_not_found.';
revoke execute on function ops.pause_lane(text, text, interval) from public;

create function ops.resume_lane(p_lane text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = null, pause_reason = null where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  return private.dispatch(p_lane);
end
$$;
comment on function ops.resume_lane(text) is
  'Ends a lane''s pause and dispatches it; returns how many jobs started. Error: 404 lane_not_found.';
revoke execute on function ops.resume_lane(text) from public;

create function ops.pause_account(p_account_id integer, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.accounts set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason
  where account_id = p_account_id;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
end
$$;
comment on function ops.pause_account(integer, text, interval) is
  'Gives an account no further jobs for p_for, or until it is resumed; what runs goes on. Error: 404 '
  'account_not_found.';
revoke execute on function ops.pause_account(integer, text, interval) from public;

create function ops.resume_account(p_account_id integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lane text;
begin
  update private.accounts set paused_until = null, pause_reason = null
  where account_id = p_account_id returning lane into v_lane;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  return private.dispatch(v_lane);
end
$$;
comment on function ops.resume_account(integer) is
  'Ends an account''s pause and dispatches its lane; returns how many jobs started. Error: 404 account_not_found.';
revoke execute on function ops.resume_account(integer) from public;

-- supabase/schemas/catalog/10_install_lanes.sql ======================================================================

create function private.install_lanes() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Says that a task runs, and no more (docs/providers/runninghub.md#outcomes).
      ('runninghub', '{"provider": "runninghub", "delivery": "webhook", "estimates_progress": true}'::jsonb),
      -- What the documentation of these two allows (docs/providers/kie.md, docs/providers/replicate.md); more is
      -- rejected, not queued.
      ('kie', '{"provider": "kie", "delivery": "webhook", "rate_limit": 20, "rate_window": "10 seconds"}'),
      ('replicate', '{"provider": "replicate", "delivery": "webhook", "rate_limit": 600, "rate_window": "1 minute"}'),
      ('fal', '{"provider": "fal", "delivery": "webhook"}'),
      -- A training's callback comes once or never, and only by asking does its progress show: once a minute, for the
      -- reaper runs no more often, and a shade less, so that none of its runs comes too early. After errors Astria
      -- wants to be left alone for half a minute at first (docs/providers/astria.md).
      ('astria', '{"provider": "astria", "delivery": "webhook", "poll_after": "50 seconds", "poll_every": "50 seconds",
        "backoff_base": "30 seconds", "backoff_max": "10 minutes"}'),
      -- The answer to a submit is the result. The lease bounds how long it may take, and is longer than the longest
      -- text that is taken takes to be read (docs/providers/openai.md).
      -- Its errors may be those of a bad quarter of an hour.
      ('openai', '{"provider": "openai", "delivery": "sync", "lease": "3 minutes", "task_life": "8 minutes",
        "backoff_base": "20 seconds", "backoff_max": "10 minutes"}'),
      -- Publications to social media. No provider publishes yet, and until there are tools in it, it has nothing to do.
      ('publication', '{"provider": "publication", "delivery": "sync"}'),
      -- For workers outside. Its tools are rows that an operator adds (docs/external-worker.md).
      ('external', '{"provider": "external", "delivery": "pull"}')
    ) lanes (name, columns),
    lateral private.ship_row('lane', 'private.lanes', 'lane', name,
      -- Two batches of 1,000 may wait.
      columns || jsonb_build_object('queue_name', name || '_queue', 'max_waiting_per_user', 2000,
        'max_active_per_user', 50)) s;
end
$$;
comment on function private.install_lanes() is 'Brings the lanes; called by ops.install() alone.';
revoke execute on function private.install_lanes() from public;

-- supabase/schemas/catalog/11_install_tools.sql ======================================================================

-- All tools are switched off until an operator has given their lane an account, and those on RunningHub the id of an AI
-- app in that account (settings.webapp_id): a job in a lane without slots would wait for ever.

create function private.install_runninghub_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Nodes are those of the app that settings.webapp_id names, and every app numbers its own: these belong to the
      -- apps that the tools were written for. For pose_changer the operator gives them.
      ('upscaler', '{
        "lane": "runninghub", "credit_cost": 1, "titles": {"en": "Image upscaler", "pt-BR": "Upscaler de imagem"},
        "settings": {
          "files": {"image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}},
          "nodes": {
            "image": {"node_id": "39", "field_name": "image"},
            "scale": {"node_id": "41", "field_name": "scale"}
          },
          "output_node_id": "9",
          "variants": {"near": {}}
        }
      }'::jsonb),
      ('pose_changer', '{
        "lane": "runninghub", "credit_cost": 2, "titles": {"en": "Pose changer", "pt-BR": "Mudar pose"},
        "settings": {
          "files": {
            "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
            "reference_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
          }
        }
      }'),
      ('veste_ai', '{
        "lane": "runninghub", "credit_cost": 2, "titles": {"en": "Virtual try-on", "pt-BR": "Veste AI"},
        "settings": {
          "files": {
            "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
            "clothing_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
          },
          "nodes": {
            "person_image": {"node_id": "41", "field_name": "image"},
            "clothing_image": {"node_id": "43", "field_name": "image"}
          }
        }
      }'),
      -- RunningHub takes uploads of up to 30 MB (docs/providers/runninghub.md).
      ('video_upscaler', '{
        "lane": "runninghub", "credit_cost": 5, "titles": {"en": "Video upscaler", "pt-BR": "Upscaler de vídeo"},
        "timeout": "1 hour",
        "settings": {
          "files": {"video": {"types": ["video/mp4", "video/quicktime"], "max_bytes": 31457280}},
          "nodes": {"video": {"node_id": "3", "field_name": "video"}}
        }
      }')
    ) tools (name, columns),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, columns || '{"is_enabled": false}') s;
end
$$;
comment on function private.install_runninghub_tools() is 'Brings the tools that run on RunningHub.';
revoke execute on function private.install_runninghub_tools() from public;

create function private.install_model_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Runs in the lane kie, fal or replicate: change tools.lane, nothing else. fields: what each calls our input.
      ('image', '{
        "lane": "kie", "credit_cost": 1, "effect": "project_node",
        "titles": {"en": "Image generation and editing", "pt-BR": "Geração e edição de imagem"},
        "settings": {
          "files": {
            "images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 5}
          },
          "kie": {
            "model": "google/nano-banana", "edit_model": "google/nano-banana-edit",
            "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "image_size",
              "output_format": "output_format"}
          },
          "fal": {
            "model": "fal-ai/nano-banana", "edit_model": "fal-ai/nano-banana/edit",
            "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "aspect_ratio",
              "output_format": "output_format"}
          },
          "replicate": {
            "model": "google/nano-banana",
            "fields": {"prompt": "prompt", "images": "image_input", "aspect_ratio": "aspect_ratio",
              "output_format": {"name": "output_format", "values": {"jpeg": "jpg"}}}
          }
        }
      }'::jsonb),
      ('model_training', '{
        "lane": "astria", "credit_cost": 10, "titles": {"en": "Model training", "pt-BR": "Treinamento de modelo"},
        "max_attempts": 2, "timeout": "4 hours", "effect": "model",
        "settings": {
          "files": {
            "images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 20}
          },
          "astria": {"base_tune_id": 1504944, "branch": "flux1", "model_type": "lora",
            "preset": "flux-lora-portrait", "token": "ohwx"}
        }
      }'),
      -- Longer than the lane's lease, within which the answer comes or never does.
      ('speech', '{
        "lane": "openai", "credit_cost": 1, "titles": {"en": "Text to speech", "pt-BR": "Texto em fala"},
        "timeout": "4 minutes", "max_attempts": 5,
        "settings": {
          "output_types": ["audio/*"],
          "openai": {
            "model": "gpt-4o-mini-tts",
            "fields": {"text": "input", "voice": "voice", "format": "response_format", "speed": "speed",
              "instructions": "instructions"}
          }
        }
      }')
    ) tools (name, columns),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, columns || '{"is_enabled": false}') s;
end
$$;
comment on function private.install_model_tools() is
  'Brings the tools that run on models of KIE, fal, Replicate, Astria and OpenAI.';
revoke execute on function private.install_model_tools() from public;

create function private.install_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query select * from private.install_runninghub_tools();
  return query select * from private.install_model_tools();
end
$$;
comment on function private.install_tools() is 'Brings the tools; called by ops.install() alone, after the lanes.';
revoke execute on function private.install_tools() from public;

-- supabase/schemas/catalog/12_install_accounts.sql ===================================================================

create function private.ship_account(p_lane text, p_name text, p_new jsonb) returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_key text := p_lane || '/' || p_name;
  v_id integer;
  v_is jsonb;
  v_plan record;
begin
  if not exists (select from private.lanes where lane = p_lane) then
    return ('account', v_key, 'refused', 'its lane is not there')::private.shipment;
  end if;
  select account_id into v_id from private.accounts where lane = p_lane and name = p_name for no key update;
  if found then
    v_is := jsonb_build_object(
      'capacity', (select count(*) from private.slots where account_id = v_id and not is_retiring));
  end if;
  v_plan := private.plan_shipment('account', v_key, v_is, p_new);

  if v_plan.outcome = 'inserted' then
    perform ops.add_account(p_lane, p_name, null, (p_new ->> 'capacity')::integer);
  elsif v_plan.outcome = 'updated' then
    perform private.set_capacity(v_id, (v_plan.changes ->> 'capacity')::integer);
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped('account', v_key, case when v_plan.outcome <> 'own' then p_new end);
  end if;
  return ('account', v_key, v_plan.outcome, v_plan.note)::private.shipment;
end
$$;
comment on function private.ship_account(text, text, jsonb) is
  'Ships an account that needs no key, with its slots. p_new: {capacity}, how many jobs it runs at once. Its secrets '
  'and settings are the operator''s from the beginning.';
revoke execute on function private.ship_account(text, text, jsonb) from public;

create function private.install_accounts() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Five publications at a time.
      ('publication', 'platforms', '{"capacity": 5}'::jsonb),
      -- Workers outside bring their own keys; the account says how many jobs they run at once between them.
      ('external', 'workers', '{"capacity": 5}')
    ) accounts (lane, name, columns),
    lateral private.ship_account(lane, name, columns) s;
end
$$;
comment on function private.install_accounts() is
  'Brings the accounts that need no key; called by ops.install() alone, after the lanes.';
revoke execute on function private.install_accounts() from public;

-- supabase/schemas/catalog/13_list_tools.sql =========================================================================

create function worker.list_tools() returns table (
  tool text, lane text, titles jsonb, credit_cost integer, effect text, timeout_seconds double precision,
  max_waiting integer, priority jsonb, files jsonb, input_schema jsonb
)
language sql stable security definer set search_path = '' as $$
  select t.tool, t.lane, t.titles, t.credit_cost, t.effect, extract(epoch from t.timeout)::double precision,
    l.max_waiting_per_user,
    jsonb_build_object('default', t.priority, 'min', t.min_priority, 'max', t.max_priority),
    coalesce(t.settings -> 'files', '{}'), t.settings -> 'input_schema'
  from public.tools t join private.lanes l on l.lane = t.lane
  where t.is_enabled order by t.tool
$$;
comment on function worker.list_tools() is
  'The enabled tools as users may know them: of their settings the files and the input schema alone, for the rest says '
  'how they are wired. input_schema is null for a tool whose schema is code. timeout_seconds: of one attempt; '
  'max_waiting: jobs of a user, null: any number.';
revoke execute on function worker.list_tools() from public;
grant execute on function worker.list_tools() to service_role;

-- supabase/schemas/credits/01_credit_accounts.sql ====================================================================

-- Credits: what users have paid for, and where it went.
--
-- A balance and the entries that explain it, written together by the functions below and by nothing else: charged
-- in the transaction that creates a job, refunded in the one that fails or cancels it. The credit account is the
-- last row that any transaction waits for (see the lock order in the dispatch room).
--
-- Money is bigint wherever it is added up; a price by itself is an integer. All that a user was ever given is at most
-- 2^53 - 1 (grant_credits sees to it), and nobody can have more than that: so no refund can overflow, and every
-- balance and amount is a number that JSON carries exactly.
--
-- The ledger outlives its user under a tombstone, an id made by chance: the sums stay provable, and lead to nobody.

create table public.credit_accounts (
  user_id uuid primary key, -- no foreign key, as in jobs; goes with its user all the same (user_leaves)
  balance bigint not null default 0,
  updated_at timestamptz not null default now(),
  constraint balances_are_never_negative check (balance >= 0)
) with (fillfactor = 70);

alter table public.credit_accounts enable row level security;
revoke all on public.credit_accounts from anon, authenticated, service_role;

comment on table public.credit_accounts is 'A user''s balance, in credits; always the sum of the user''s entries.';

grant select on public.credit_accounts to authenticated, service_role;

create policy "users see their own balance" on public.credit_accounts
  for select to authenticated using (user_id = (select private.caller()));

-- supabase/schemas/credits/02_credit_entries.sql =====================================================================

create type public.credit_kind as enum ('grant', 'charge', 'refund');
comment on type public.credit_kind is
  'Why a balance changed: given or bought, spent on a job, given back for a job that did not complete.';

create table public.credit_entries (
  entry_id bigint generated always as identity primary key,
  user_id uuid not null,
  job_id uuid,
  kind public.credit_kind not null,
  amount bigint not null,
  balance_after bigint not null,
  reference text,
  note text,
  is_counted boolean not null default false,
  created_at timestamptz not null default now(),
  constraint a_job_is_charged_once_and_refunded_once unique (job_id, kind),
  constraint a_grant_with_a_reference_is_made_once unique (user_id, reference),
  constraint charges_take_and_the_rest_give check (case kind when 'charge' then amount < 0 else amount > 0 end),
  constraint charges_and_refunds_name_their_job check ((kind = 'grant') = (job_id is null)),
  constraint only_refunds_are_counted check (not is_counted or kind = 'refund')
);
create index credit_entries_by_user on public.credit_entries (user_id, entry_id desc);
-- How often was this user refunded of late, though a provider may have been paid?
create index counted_refunds on public.credit_entries (user_id, created_at) where is_counted;
-- What was this user given?
create index grants_by_user on public.credit_entries (user_id) include (amount) where kind = 'grant';

alter table public.credit_entries enable row level security;
revoke all on public.credit_entries from anon, authenticated, service_role;
revoke all on sequence public.credit_entries_entry_id_seq from anon, authenticated, service_role;

comment on table public.credit_entries is
  'A user''s statement: append-only. It outlives the jobs that it names, and the user, for it proves what was paid: '
  'hence no foreign keys to them. Who leaves is replaced by a tombstone.';
comment on column public.credit_entries.amount is 'Credits added to the balance; negative for a charge.';
comment on column public.credit_entries.reference is
  'The caller''s own id of a grant (a payment, an order), so that a repeated grant is made once.';
comment on column public.credit_entries.is_counted is
  'Whether it is a refund for a job that its provider may have worked on: see max_refunds_per_user of lanes.';

grant select on public.credit_entries to authenticated, service_role;

create policy "users see their own entries" on public.credit_entries
  for select to authenticated using (user_id = (select private.caller()));

-- supabase/schemas/credits/02_guard_entry.sql ========================================================================

create table private.tombstones (
  tombstone_id uuid primary key,
  balance bigint not null,
  made_at timestamptz not null,
  constraint balances_are_never_negative check (balance >= 0)
);

alter table private.tombstones enable row level security;

comment on table private.tombstones is
  'Who the entries of users who are gone belong to: an id made by chance, which leads to nobody.';
comment on column private.tombstones.balance is
  'What the user had left when the account was closed: the sum of the entries, which ops.credit_drift proves.';

create function private.guard_entry() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- The one change that there is: an entry loses its user, and says the same of the money.
  if tg_op = 'UPDATE' and exists (select from private.tombstones where tombstone_id = new.user_id)
     and not exists (select from private.tombstones where tombstone_id = old.user_id)
     and to_jsonb(new) - array['user_id', 'note', 'reference'] = to_jsonb(old) - array['user_id', 'note', 'reference']
  then
    return new;
  end if;
  raise exception 'entry % of the ledger stays as it is: it is only appended to', old.entry_id
    using errcode = 'check_violation', constraint = 'the_ledger_is_only_appended_to';
end
$$;
comment on function private.guard_entry() is
  'Before an entry is changed or deleted: refuses, but for one that moves under a tombstone.';
revoke execute on function private.guard_entry() from public;

create trigger the_ledger_is_only_appended_to before update or delete on public.credit_entries
  for each row execute function private.guard_entry();

-- supabase/schemas/credits/03_charge.sql =============================================================================

create function private.refuse_price(p_user_id uuid, p_price bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
begin
  select coalesce(a.balance, 0) into v_balance
  from auth.users u left join public.credit_accounts a on a.user_id = u.id where u.id = p_user_id;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.'); end if;
  perform private.refuse(402, 'insufficient_credits',
    format('This costs %s credits, and there are %s.', p_price, v_balance),
    jsonb_build_object('price', p_price, 'balance', v_balance)::text);
end
$$;
comment on function private.refuse_price(uuid, bigint) is
  'Raises 402 insufficient_credits with the price and the balance, or 404 user_not_found.';
revoke execute on function private.refuse_price(uuid, bigint) from public;

create function private.charge(p_user_id uuid, p_job_ids uuid[], p_prices integer[]) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_total bigint := (select sum(price) from unnest(p_prices) price where price <> 0);
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
$$;
comment on function private.charge(uuid, uuid[], integer[]) is
  'Takes the price (zero or more) of each job, in their order, and returns the balance left. Errors: 402 '
  'insufficient_credits or 404 user_not_found, and nothing is written.';
revoke execute on function private.charge(uuid, uuid[], integer[]) from public;

-- supabase/schemas/credits/04_refund.sql =============================================================================

create function private.refund(p_user_id uuid, p_job_id uuid, p_is_counted boolean default false) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
begin
  -- The balance is locked before the entry is looked for: two refunds of one job cannot both find none.
  perform from public.credit_accounts where user_id = p_user_id for update;
  update public.credit_accounts a set balance = a.balance - e.amount, updated_at = private.now()
  from public.credit_entries e
  where a.user_id = p_user_id and e.job_id = p_job_id and e.kind = 'charge'
    and not exists (select from public.credit_entries r where r.job_id = p_job_id and r.kind = 'refund')
  returning a.balance into v_balance;
  if not found then return null; end if;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, is_counted, created_at)
  select p_user_id, p_job_id, 'refund', -amount, v_balance, p_is_counted, private.now()
  from public.credit_entries where job_id = p_job_id and kind = 'charge';
  return v_balance;
end
$$;
comment on function private.refund(uuid, uuid, boolean) is
  'Gives back what a job was charged, once. p_is_counted: its provider may have worked on it, so the refund counts '
  'against max_refunds_per_user. Returns the new balance, or null when there was nothing (left) to give back.';
revoke execute on function private.refund(uuid, uuid, boolean) from public;

-- supabase/schemas/credits/05_grant_credits.sql ======================================================================

create function private.room_for_grants(p_user_id uuid) returns bigint
language plpgsql volatile -- sees what was committed before the account was locked
set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return 9007199254740991 - coalesce(
    (select sum(amount) from public.credit_entries where user_id = p_user_id and kind = 'grant'), 0);
end
$$;
comment on function private.room_for_grants(uuid) is
  'How many credits a user can still be given: 2^53 - 1, the greatest number up to which JSON and JavaScript count '
  'without a gap, less all that was ever given. Charges do not make room: what is spent may be refunded.';
revoke execute on function private.room_for_grants(uuid) from public;

create function ops.grant_credits(
  p_user_id uuid, p_amount bigint, p_note text default null, p_reference text default null
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  v_known bigint; -- granted with the reference before
  v_room bigint;
  v_balance bigint;
begin
  if p_amount is null or p_amount <= 0 then
    perform private.refuse(422, 'invalid_amount', 'A grant is one credit or more.', 'amount');
  end if;
  perform from auth.users where id = p_user_id for key share;
  if not found then
    raise exception 'there is no user %', p_user_id using errcode = 'foreign_key_violation';
  end if;
  insert into public.credit_accounts (user_id) values (p_user_id) on conflict do nothing;
  perform from public.credit_accounts where user_id = p_user_id for update;
  select amount into v_known from public.credit_entries where user_id = p_user_id and reference = p_reference;
  if v_known <> p_amount then
    perform private.refuse(409, 'idempotency_conflict',
      format('%s credits were granted with the reference %L before.', v_known, p_reference),
      jsonb_build_object('field', 'reference', 'amount', v_known)::text);
  elsif v_known is null then
    v_room := private.room_for_grants(p_user_id);
    if p_amount > v_room then
      perform private.refuse(422, 'invalid_amount', format('This user can be given %s credits more.', v_room),
        jsonb_build_object('field', 'amount', 'maximum', v_room)::text);
    end if;
    update public.credit_accounts set balance = balance + p_amount, updated_at = private.now()
    where user_id = p_user_id returning balance into v_balance;
    insert into public.credit_entries (user_id, kind, amount, balance_after, reference, note, created_at)
    values (p_user_id, 'grant', p_amount, v_balance, p_reference, p_note, private.now());
  end if;
  return (select balance from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function ops.grant_credits(uuid, bigint, text, text) is
  'Gives a user credits and returns the balance. p_reference makes it idempotent: a second grant with the same one '
  'does nothing, whatever its note, and one of another amount is refused. All grants of a user together are at most '
  '9007199254740991 (2^53 - 1). Errors: 422 invalid_amount, 409 idempotency_conflict, 23503 for an unknown user.';
revoke execute on function ops.grant_credits(uuid, bigint, text, text) from public;
grant execute on function ops.grant_credits(uuid, bigint, text, text) to service_role;

-- supabase/schemas/credits/06_credit_drift.sql =======================================================================

create function private.money_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select coalesce(a.user_id, e.user_id), null::uuid,
    format('the balance is %s, its entries sum to %s', coalesce(a.balance, 0), coalesce(e.total, 0))
  from (
    select c.user_id, c.balance from public.credit_accounts c
    union all select t.tombstone_id, t.balance from private.tombstones t -- the ledger of who is gone is proved as well
  ) a
  full join (
    select s.user_id, sum(s.amount) as total from public.credit_entries s group by s.user_id
  ) e on e.user_id = a.user_id
  where coalesce(a.balance, 0) <> coalesce(e.total, 0)
  union all
  select j.user_id, j.id, format('%s, charged %s, refunded %s', j.status, coalesce(c.amount, 0), coalesce(r.amount, 0))
  from public.jobs j
  left join public.credit_entries c on c.job_id = j.id and c.kind = 'charge'
  left join public.credit_entries r on r.job_id = j.id and r.kind = 'refund'
  where coalesce(-c.amount, 0) <> j.credits_charged
     or coalesce(r.amount, 0) <> case when j.refund = 'paid' then j.credits_charged else 0 end
     or (j.status = 'failed' and j.credits_charged > 0 and j.refund <> 'paid')
     or (j.status = 'cancelled' and j.credits_charged > 0 and j.refund = 'none')
  union all
  select j.user_id, j.id, 'refunded, and has a result' from public.jobs j
  where j.refund <> 'none' and (j.output is not null or j.output_url is not null)
  union all
  select j.user_id, j.id, 'a refund is due, and nothing is waited for' from public.jobs j
  where j.refund = 'due' and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null);
end
$$;
comment on function private.money_drift() is 'What ops.credit_drift finds in balances, entries and refunds.';
revoke execute on function private.money_drift() from public;

create function private.task_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable set search_path = '' as $$
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
  union all
  select distinct x.user_id, x.job_id, 'an attempt has begun while the task of another may be alive'
  from alive x join alive y on y.job_id = x.job_id and y.token < x.token
  union all
  select a.user_id, a.job_id, 'an attempt has ended while its task may be alive, and nobody looks after it'
  from public.job_attempts a
  where a.outcome is not null and a.submits > 0 and a.word is null and not a.never_existed and a.leased_until is null
    and a.finished_at > private.now() - interval '7 days' -- closed rows are forgotten after a month
    and not exists (select from private.cancels c where c.token = a.token)
  union all
  select null, s.job_id, 'an attempt holds two slots' from private.slots s
  where exists (select from private.slots o where o.token = s.token and o.slot_id < s.slot_id)
  union all
  select null, s.job_id, 'a slot is held, and nothing is alive' from private.slots s
  where s.token is not null and not exists (select from alive v where v.token = s.token)
    and not exists (
      select from public.job_attempts a where a.job_id = s.job_id and a.token = s.token and a.outcome is null);
end
$$;
comment on function private.task_drift() is 'What ops.credit_drift finds in tasks and slots.';
revoke execute on function private.task_drift() from public;

create function ops.credit_drift() returns table (user_id uuid, job_id uuid, problem text)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query select * from private.money_drift() union all select * from private.task_drift();
end
$$;
comment on function ops.credit_drift() is
  'Proves that what may be paid for is bought once and that nothing is given away. Returns a row for each balance that '
  'is not the sum of its entries; each job not charged as it says, not refunded as its refund says, or refunded with a '
  'result; each refund that waits for nothing; each task that may be alive beyond its account''s slots or beside '
  'another of its job; each slot held for nothing, or as a second one of its attempt. No rows: all is right.';
revoke execute on function ops.credit_drift() from public;

-- supabase/schemas/credits/07_close_account.sql ======================================================================

create function private.digest(p_text text) returns text
language sql immutable set search_path = '' as $$
  select 'sha256:' || encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;
comment on function private.digest(text) is
  'sha256: and the digest of a text in hexadecimal: what proves the text to whoever has it, and tells it to nobody.';
revoke execute on function private.digest(text) from public;

create function private.close_account(p_user_id uuid, p_tombstone_id uuid, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_balance bigint;
  v_count integer;
begin
  delete from public.credit_accounts where user_id = p_user_id returning balance into v_balance;
  if not exists (select from public.credit_entries where user_id = p_user_id) then return 0; end if;
  insert into private.tombstones (tombstone_id, balance, made_at)
  select p_tombstone_id, coalesce(v_balance, greatest(sum(amount), 0)), p_at
  from public.credit_entries where user_id = p_user_id
  on conflict (tombstone_id) do update set balance = private.tombstones.balance + excluded.balance;
  -- A note is free text. A reference proves a payment: whoever has it finds the entry by its digest, and nobody reads
  -- it here.
  update public.credit_entries set user_id = p_tombstone_id, note = null, reference = private.digest(reference)
  where user_id = p_user_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.close_account(uuid, uuid, timestamptz) is
  'Closes the credit account of a user who leaves and moves the entries under a tombstone: the money says the same, '
  'and of nobody. Returns how many entries.';
revoke execute on function private.close_account(uuid, uuid, timestamptz) from public;

-- supabase/schemas/jobs/01_jobs.sql ==================================================================================

-- Jobs: one row for each piece of work of a user, and one for each attempt at it.
--
-- The row is the truth. Its named constraints are the state machine; a trigger numbers its versions and keeps terminal
-- states what they are. Owners read their rows; nobody writes them but the functions of the commands, dispatch, worker,
-- webhooks, pull and settle rooms, each of which moves a job by one transition in one transaction.
--
--   pending ──► processing ──► completed
--      ▲  └─┐       │  └─────► failed        pending: queued · processing: starting, running, webhook_received
--      └────┼───────┘ (retry)
--           └──────────────────► cancelled
--
-- How attempts end, and what that means for job, money and slot, is one contract in one room: endings.

create type public.job_refund as enum ('none', 'due', 'paid', 'withheld');
comment on type public.job_refund is
  'What became of a job''s price: none (nothing to give back, or nothing yet), due (the job has ended and its task may '
  'go on: decided when that is over), paid (given back), withheld (not given back: the task went on).';

create table public.jobs (
  id uuid primary key default private.uuid_v7(),
  -- No foreign key: it is checked again by a transaction that changes a job twice, and would wait for a user who
  -- leaves, who waits for the job. Creates lock the user's row (lock_creates), and a user who leaves takes them along.
  user_id uuid not null,
  -- Nor to these two: each job would lock the same few rows, twice in its first transaction. create_job
  -- reads them, and a tool that has jobs stays (see tools_with_jobs_stay).
  tool text not null,
  lane text not null,
  effect text,
  status public.job_status not null default 'pending',
  current_step public.job_step not null default 'insert',
  step_history jsonb not null default '[]',
  failed_at_step public.job_step,
  error_code text,
  error_message text,
  input jsonb not null default '{}',
  output jsonb,
  output_url text,
  output_bytes bigint not null default 0,
  progress smallint,
  progress_is_estimate boolean not null default false,
  priority smallint not null default 0,
  ticket bigint not null,
  attempt integer not null default 0,
  dispatches integer not null default 0,
  waits integer not null default 0,
  retry_count integer not null default 0,
  max_attempts integer not null default 3,
  run_at timestamptz,
  expires_at timestamptz not null default now() + interval '24 hours',
  start_by timestamptz not null default now() + interval '24 hours',
  credits_charged integer not null default 0,
  refund public.job_refund not null default 'none',
  refundable boolean not null default true,
  idempotency_key text,
  idempotency_hash bytea,
  request_id text,
  metadata jsonb not null default '{}',
  is_by_user boolean not null default false,
  retried_from uuid references public.jobs (id) on delete set null,
  api_version text not null default 'v1',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default now(),
  deadline_at timestamptz,
  -- Both enums are in the order of a job's life. A constraint is read anew by every statement that writes: a range is
  -- read in half the time of a list.
  constraint status_and_step_agree check (case status
    when 'pending' then current_step <= 'queued'
    when 'processing' then current_step between 'starting' and 'webhook_received'
    else current_step::text = status::text
  end),
  constraint terminal_jobs_have_completed_at check ((status >= 'completed') = (completed_at is not null)),
  constraint failed_jobs_name_the_step check ((status = 'failed') = (failed_at_step is not null)),
  constraint failed_jobs_name_the_error check (status <> 'failed' or error_message is not null),
  constraint processing_jobs_have_an_attempt
    check (status <> 'processing' or (attempt > 0 and started_at is not null)),
  constraint only_processing_jobs_have_a_deadline check (deadline_at is null or status >= 'processing'),
  constraint refunds_are_for_what_ended_without_a_result check (refund = 'none' or status > 'completed'),
  constraint counters_are_not_negative check (attempt >= 0 and dispatches >= 0 and waits >= 0),
  constraint only_pending_jobs_wait_for_a_time check (run_at is null or status = 'pending'),
  constraint completed_at_is_after_created_at check (completed_at >= created_at),
  constraint retries_stay_below_max_attempts check (retry_count between 0 and max_attempts),
  constraint effects_are_known check (effect in ('project_node', 'model')),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint nobody_guesses_the_end check (not progress_is_estimate or (progress is not null and progress < 100)),
  constraint history_is_an_array check (jsonb_typeof(step_history) = 'array'),
  constraint input_is_an_object check (jsonb_typeof(input) = 'object'),
  constraint metadata_is_an_object check (jsonb_typeof(metadata) = 'object')
) with (fillfactor = 70); -- a job is updated four times in its life, mostly in columns that no index holds

-- One index for each question.
create unique index idempotency_keys_are_unique_per_user on public.jobs (user_id, idempotency_key)
  where idempotency_key is not null;
-- Who is next?
create index waiting_jobs on public.jobs (lane, priority desc, ticket, id) where status = 'pending' and run_at is null;
-- Whose time has come?
create index jobs_due on public.jobs (lane, run_at) where status = 'pending' and run_at is not null;
-- How much has this user going?
create index live_jobs_by_user on public.jobs (user_id, lane, status) where status in ('pending', 'processing');
-- Who took too long? Looked for among all that run, which are as many as there are slots: the deadline itself changes
-- while they do, and is in no index for it.
create index processing_jobs on public.jobs (id) where status = 'processing';
-- Who has waited too long to begin?
create index live_jobs_by_start on public.jobs (start_by) where status in ('pending', 'processing');
-- What did I do?
create index jobs_by_user on public.jobs (user_id, created_at desc, id desc);
-- How much has this user stored?
create index stored_bytes_by_user on public.jobs (user_id) include (output_bytes) where output_bytes > 0;
-- What has failed? (Dead letters: settle room.)
create index failed_jobs on public.jobs (completed_at, id) where status = 'failed';
-- Whose is this provider's task?
create index jobs_by_request on public.jobs (request_id) where request_id is not null;
-- What became of the retry?
create unique index a_job_is_retried_once on public.jobs (retried_from) where retried_from is not null;

alter table public.jobs enable row level security;
revoke all on public.jobs from anon, authenticated, service_role;

comment on table public.jobs is 'One piece of work of one user: what was asked, where it stands, what came out.';
comment on column public.jobs.effect is
  'What it changes besides itself, as its tool said when it was created (see the effects room); null: nothing.';
comment on column public.jobs.current_step is
  'Where it is; finer than status, meant for people. The last step of step_history, but for a job that a busy '
  'provider has sent back more than ten times, and while starting hands over files: the history then ends with upload.';
comment on column public.jobs.step_history is 'Array of {"step", "timestamp", …details}, only ever appended to.';
comment on column public.jobs.failed_at_step is 'Where it failed; null unless status is failed.';
comment on column public.jobs.output is
  'What came out: {"files": [{bucket, path, content_type, bytes}], "data"?: {…}}, or null. data: what is no file, '
  'such as {model_url} of a training.';
comment on column public.jobs.output_url is
  'Permanent address of the first output, for its owner''s token; null until completed, and where there are no files.';
comment on column public.jobs.progress is 'In percent; only rises within an attempt. Null: nobody knows.';
comment on column public.jobs.progress_is_estimate is
  'Whether progress is a guess from how long its tool has taken lately, rather than what the provider or worker said.';
comment on column public.jobs.output_bytes is
  'How many bytes its files in Storage have together (private.output_bytes); 0 until completed.';
comment on column public.jobs.ticket is 'Place in the lane''s fair order; lower is sooner.';
comment on column public.jobs.attempt is
  'Number of the last attempt, or of the one that runs. Waiting for a busy or paused provider makes none.';
comment on column public.jobs.dispatches is 'How often it was given a slot; each time with a token of its own.';
comment on column public.jobs.waits is 'How often in a row a busy provider has sent it back.';
comment on column public.jobs.expires_at is
  'If no task of it has begun by then, it fails: max(created_at, run_at) and its tool''s expires_after.';
comment on column public.jobs.start_by is
  'The last moment for its next attempt to begin: expires_at, and after a failed attempt a third of its life earlier.';
comment on column public.jobs.refund is 'What became of its price when it ended; ops.credit_drift compares the ledger.';
comment on column public.jobs.refundable is
  'False: cancelling it now will not give its credits back. True: it will, if its task can still be stopped.';
comment on column public.jobs.retry_count is
  'Attempts used up by failures. Waiting for a busy or paused provider uses none.';
comment on column public.jobs.run_at is 'A pending job is not dispatched before this time; null: ready.';
comment on column public.jobs.idempotency_hash is
  'What was asked for with the idempotency key (see private.idempotency_hash); null without one.';
comment on column public.jobs.request_id is
  'The provider''s id of the last submitted task. Text: RunningHub''s have 19 digits.';
comment on column public.jobs.is_by_user is
  'Whether its user asked for it, rather than a server: each counts against a limit of its own.';
comment on column public.jobs.retried_from is
  'The failed or cancelled job that this one does again; null: an original.';
comment on column public.jobs.version is 'Rises by one with each change; clients drop what is not newer.';
comment on column public.jobs.deadline_at is
  'When the running attempt will have taken too long. Set when its task may first exist, null while it waits or is '
  'prepared, and again once the provider has reported success: then only copying can fail.';

grant select on public.jobs to authenticated, service_role;

-- A range rather than "their own, or an admin", for the sake of the indexes (see the visible users of the foundation).
create policy "users see their own jobs, admins all" on public.jobs for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

-- supabase/schemas/jobs/03_tools_with_jobs_stay.sql ==================================================================

create function private.keep_tools_with_jobs() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.jobs where tool = old.tool) then
    raise exception 'the tool % has jobs; switch it off instead (is_enabled = false)', old.tool
      using errcode = 'foreign_key_violation';
  end if;
  return coalesce(new, old);
end
$$;
comment on function private.keep_tools_with_jobs() is
  'Before a tool is deleted or renamed: refuses while there are jobs of it. Rare, so it may look through them all.';
revoke execute on function private.keep_tools_with_jobs() from public;

create trigger tools_with_jobs_stay before delete on public.tools
  for each row execute function private.keep_tools_with_jobs();
create trigger tools_with_jobs_keep_their_name before update of tool on public.tools
  for each row when (old.tool <> new.tool) execute function private.keep_tools_with_jobs();

-- supabase/schemas/jobs/04_job_attempts.sql ==========================================================================

create type public.attempt_phase as enum (
  'dispatched', 'preparing', 'submitting', 'submitted', 'settling', 'produced', 'finished');
comment on type public.attempt_phase is
  'How far an attempt got. After a crash in submitting, the provider may or may not have the task. produced: the '
  'provider has the result, and only copying is left.';

create table public.job_attempts (
  job_id uuid not null references public.jobs (id) on delete cascade,
  attempt integer not null,
  dispatch integer not null default 1,
  user_id uuid not null,
  token uuid not null default gen_random_uuid(),
  account_id integer, -- no foreign key: dispatch would have to wait for whoever changes the account
  slot_id bigint, -- nor here: a slot may go, and its number does not come again
  external_id text,
  phase public.attempt_phase not null default 'dispatched',
  checkpoint jsonb not null default '{}',
  error_code text,
  error_message text,
  raw_api_response jsonb,
  raw_webhook_payload jsonb,
  started_at timestamptz not null default now(),
  submitted_at timestamptz,
  submits integer not null default 0,
  submit_until timestamptz,
  submitted_first_at timestamptz,
  resubmit text not null default 'reconcile_only',
  can_stop boolean not null default true,
  never_existed boolean not null default false,
  nones integer not null default 0,
  none_at timestamptz,
  word text,
  word_at timestamptz,
  outputs jsonb,
  data jsonb,
  cost numeric,
  cost_currency text,
  question_id bigint,
  polled_at timestamptz,
  worker text,
  leased_until timestamptz,
  finished_at timestamptz,
  outcome text,
  primary key (job_id, attempt),
  constraint outcomes_are_known check (
    outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'cancelled', 'superseded', 'orphaned')),
  constraint finished_attempts_have_an_outcome check ((phase = 'finished') = (outcome is not null)),
  constraint finished_attempts_have_finished_at check ((outcome is not null) = (finished_at is not null)),
  constraint words_are_known check (word in ('succeeded', 'failed') and (word is null) = (word_at is null)),
  constraint resubmits_are_known check (resubmit in ('idempotent', 'at_least_once', 'reconcile_only')),
  constraint submits_pass_a_checkpoint check (
    submits >= 0 and nones >= 0 and (submits = 0) = (submitted_first_at is null)
    and (submits = 0) = (submit_until is null)),
  constraint produced_attempts_have_outputs check (phase <> 'produced' or (word = 'succeeded' and outputs is not null)),
  constraint costs_have_a_currency check ((cost is null) = (cost_currency is null)),
  constraint leases_have_a_worker check ((worker is null) = (leased_until is null))
) with (fillfactor = 60);
create index attempts_by_end on public.job_attempts (finished_at) where finished_at is not null;
create index open_attempts_by_account on public.job_attempts (account_id, started_at) where outcome is null;
-- Whose worker is gone?
create index leases_by_end on public.job_attempts (leased_until) where outcome is null and leased_until is not null;

alter table public.job_attempts enable row level security;
revoke all on public.job_attempts from anon, authenticated, service_role;

comment on table public.job_attempts is 'One try of a job at the provider, with the raw evidence of what was answered.';
comment on column public.job_attempts.token is
  'Fencing token and secret of the callback URL: whoever writes for this attempt must show it. New with each dispatch. '
  'Granted to nobody.';
comment on column public.job_attempts.slot_id is
  'The slot that it was given. Whether it still holds it, the slot says (private.slots.token).';
comment on column public.job_attempts.dispatch is
  'Which dispatch of the job this is: messages of an earlier one, which came to no task, point at nothing.';
comment on column public.job_attempts.submits is
  'How many submits have passed the checkpoint; from the first on, its task may exist.';
comment on column public.job_attempts.submit_until is
  'Until when the submit that passed last may be under way: it is aborted when its lease ends.';
comment on column public.job_attempts.submitted_first_at is 'When the first submit passed the checkpoint.';
comment on column public.job_attempts.resubmit is
  'What its provider makes of a submit that is repeated: idempotent (one task), at_least_once (perhaps another), '
  'reconcile_only (never repeated).';
comment on column public.job_attempts.can_stop is 'Whether its provider can stop tasks.';
comment on column public.job_attempts.never_existed is
  'The provider has refused its only submit, or knows of no task of it.';
comment on column public.job_attempts.nones is
  'How often the provider, asked for its task, had none, a minute apart; begun anew by each submit.';
comment on column public.job_attempts.word is
  'The provider''s final word on its task, once there is one: succeeded or failed.';
comment on column public.job_attempts.outputs is
  'Where the provider keeps the results, [{url, contentType}], once it has told: from then on they are only copied. '
  'data: a result that is no file. Granted to nobody: whoever has such an address has the result.';
comment on column public.job_attempts.cost is 'What the provider says that its task cost, in cost_currency.';
comment on column public.job_attempts.question_id is
  'The settle message that has its provider asked, put off again and again; it goes when the attempt ends.';
comment on column public.job_attempts.polled_at is
  'When the reaper last had the provider asked, because no webhook had come.';
comment on column public.job_attempts.worker is 'Who claimed it, in a pull lane; null until then, and in other lanes.';
comment on column public.job_attempts.leased_until is
  'When its worker is taken for gone unless it is heard of before; null until it is claimed, and in other lanes. '
  'Stays as it is when the attempt ends.';
comment on column public.job_attempts.checkpoint is
  'What a crash must not make us do again, such as {"files": {"image": "api/….png"}} after an upload.';
comment on column public.job_attempts.raw_api_response is
  'The provider''s last answer to a submit or a question, secrets redacted.';
comment on column public.job_attempts.raw_webhook_payload is
  'The provider''s webhook body, secrets redacted; a JSON string where it was not JSON.';

-- Raw payloads can carry secrets and a provider's internals: admins see them, owners do not. Nobody sees the token.
grant select (job_id, attempt, user_id, account_id, external_id, phase, checkpoint, error_code, error_message,
  raw_api_response, raw_webhook_payload, started_at, submitted_at, polled_at, worker, leased_until, finished_at,
  outcome, dispatch, submits, submit_until, submitted_first_at, resubmit, can_stop, never_existed, nones, word, word_at,
  cost, cost_currency)
  on public.job_attempts to authenticated, service_role;

create policy "admins see attempts" on public.job_attempts for select to authenticated
  using ((select private.is_here()) and (select private.is_admin()));

-- supabase/schemas/jobs/05_step.sql ==================================================================================

create function private.step(p_step public.job_step, p_at timestamptz, p_details jsonb default '{}') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'step', p_step, 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || coalesce(jsonb_strip_nulls(case when octet_length(p_details::text) > 2000
      then private.cut_json(private.cut_parts(p_details, 2000, 3), 16384) else p_details end), '{}');
end
$$;
comment on function private.step(public.job_step, timestamptz, jsonb) is
  'One entry of step_history, to be appended with ||: {step, timestamp (UTC, microseconds), …p_details without its '
  'nulls}. Of long details a part, with marks: 2,000 characters of a text, 16 KiB in all.';
revoke execute on function private.step(public.job_step, timestamptz, jsonb) from public;

-- supabase/schemas/jobs/06_guard_job.sql =============================================================================

create function private.extends(p_longer jsonb, p_shorter jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_shorter = '[]' or p_shorter = jsonb_path_query_array(
    p_longer, '$[0 to $last]', jsonb_build_object('last', jsonb_array_length(p_shorter) - 1), silent => true);
end
$$;
comment on function private.extends(jsonb, jsonb) is
  'Whether the array p_longer begins with all of the array p_shorter.';
revoke execute on function private.extends(jsonb, jsonb) from public;

create function private.guard_job() returns trigger
language plpgsql set search_path = '' as $$
begin
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
$$;
comment on function private.guard_job() is
  'Before every update of a job: numbers the version, keeps owner, terminal states and history; the end is no '
  'estimate; of errors 2,000 characters are kept, of a provider''s id 500.';
revoke execute on function private.guard_job() from public;

create trigger guard_job before update on public.jobs for each row execute function private.guard_job();

-- supabase/schemas/jobs/07_upload_steps.sql ==========================================================================

create function private.upload_steps(p_files jsonb, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_agg(private.step('upload', p_at, jsonb_build_object('field', field, 'fileName', name))
      order by field, nth)
    from jsonb_each(case jsonb_typeof(p_files) when 'object' then p_files else '{}' end) files (field, names),
      jsonb_array_elements_text(case jsonb_typeof(names) when 'array' then names else jsonb_build_array(names) end)
        with ordinality list (name, nth)
    where name !~ '^([A-Za-z][A-Za-z0-9+.-]*:|$)'
  ), '[]');
end
$$;
comment on function private.upload_steps(jsonb, timestamptz) is
  'The entries of the history that name a job''s input files as its provider does, to be appended with ||: {step: '
  'upload, field, fileName}. p_files: {field: [name…]}, the files of an attempt''s checkpoint. An address is no name: '
  'whoever has a signed one can read the file, so it is in no history; nor is an empty one, which a file has that went '
  'under its address.';
revoke execute on function private.upload_steps(jsonb, timestamptz) from public;

-- supabase/schemas/jobs/08_attempts_are_bounded.sql ==================================================================

create function private.bound_attempt() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.raw_api_response := private.cut_json(new.raw_api_response);
  new.raw_webhook_payload := private.cut_json(new.raw_webhook_payload);
  new.error_message := private.cut(new.error_message);
  new.error_code := private.cut(new.error_code, 200);
  return new;
end
$$;
comment on function private.bound_attempt() is
  'Before what a provider or a worker says is written to an attempt, where it is long: cuts it, with marks. 64 KiB of '
  'each answer, 2,000 characters of an error.';
revoke execute on function private.bound_attempt() from public;

-- Looked at for every answer, so in the condition, which costs next to nothing. What has not changed may be compressed,
-- and is as short as it was.
create trigger attempts_are_bounded
  before insert or update of raw_api_response, raw_webhook_payload, error_message, error_code on public.job_attempts
  for each row when (pg_column_size(new.raw_api_response) > 16384 or pg_column_size(new.raw_webhook_payload) > 16384
    or char_length(new.error_message) > 2000 or char_length(new.error_code) > 200)
  execute function private.bound_attempt();

-- supabase/schemas/limits/01_limits.sql ==============================================================================

-- Limits: how much of everything one user may have.
--
-- A limit is a row that is shipped and that an operator changes; ops.install() never overwrites that. Those of a lane
-- (waiting, active, refunds) are columns of private.lanes; those that no lane knows are here, each with a number for
-- everybody and, where an operator says so, one for a single user. Null: any number.
--
-- Who comes up against one is refused with 429 or 413, and told the limit and, where it is known, from when on it will
-- not be in the way: {limit, retryAt}. What is refused has written and charged nothing.
--
-- Exact, because whatever is counted is counted under a lock of its user's: lock_creates, or for projects their own.

create table private.limits (
  limit_name text primary key,
  maximum bigint,
  constraint limits_are_known
    check (limit_name in ('creates_a_minute', 'creates_a_minute_by_server', 'stored_bytes', 'projects')),
  -- Up to 2^53 - 1: as far as JSON counts without a gap.
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);

alter table private.limits enable row level security;

comment on table private.limits is
  'How much each user may have: creates_a_minute (new jobs that the user asks for), creates_a_minute_by_server (that '
  'servers ask for), stored_bytes (of the outputs of all jobs), projects.';
comment on column private.limits.maximum is 'For everybody who has no limit of their own. Null: any number.';

create table private.limits_of_users (
  user_id uuid not null references auth.users (id) on delete cascade,
  limit_name text not null references private.limits (limit_name) on update cascade on delete cascade,
  maximum bigint not null,
  primary key (user_id, limit_name),
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);
create index limits_of_users_by_name on private.limits_of_users (limit_name);

alter table private.limits_of_users enable row level security;

comment on table private.limits_of_users is 'Limits that an operator has given to single users.';

create function private.limit_of(p_limit text, p_user_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    (select maximum from private.limits_of_users where user_id = p_user_id and limit_name = p_limit),
    (select maximum from private.limits where limit_name = p_limit));
end
$$;
comment on function private.limit_of(text, uuid) is 'The limit of that name that holds for a user; null: any number.';
revoke execute on function private.limit_of(text, uuid) from public;

create function private.refuse_limit(
  p_http integer, p_code text, p_message text, p_limit bigint, p_retry_at timestamptz default null,
  p_more jsonb default '{}'
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.refuse(p_http, p_code, p_message, (jsonb_strip_nulls(jsonb_build_object('limit', p_limit,
    'retryAt', to_char(p_retry_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) || p_more)::text);
end
$$;
comment on function private.refuse_limit(integer, text, text, bigint, timestamptz, jsonb) is
  'Raises what somebody is told who comes up against a limit: {limit, retryAt?, …p_more}. p_retry_at: from when on it '
  'will not be in the way, if nothing else is; null: that depends on more than time.';
revoke execute on function private.refuse_limit(integer, text, text, bigint, timestamptz, jsonb) from public;

-- supabase/schemas/limits/02_set_limit.sql ===========================================================================

create function ops.set_limit(p_limit text, p_maximum bigint, p_user_id uuid default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_maximum not between 0 and 9007199254740991 then
    perform private.refuse(422, 'invalid_amount', 'A limit is 0 to 9007199254740991.', 'maximum');
  end if;
  if not exists (select from private.limits where limit_name = p_limit) then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), jsonb_build_object(
      'field', 'limit', 'allowed', (select jsonb_agg(limit_name order by limit_name) from private.limits))::text);
  end if;
  if p_user_id is null then
    update private.limits set maximum = p_maximum where limit_name = p_limit;
  elsif p_maximum is null then
    delete from private.limits_of_users where user_id = p_user_id and limit_name = p_limit;
  else
    insert into private.limits_of_users (user_id, limit_name, maximum) values (p_user_id, p_limit, p_maximum)
    on conflict (user_id, limit_name) do update set maximum = excluded.maximum;
  end if;
end
$$;
comment on function ops.set_limit(text, bigint, uuid) is
  'Sets a limit of private.limits, for everybody or for one user. p_maximum null: for everybody, any number; for a '
  'user, that of everybody again. What is there beyond a new limit stays. Errors: 422 invalid_amount, 422 '
  'invalid_input for a limit that there is not, 23503 for an unknown user.';
revoke execute on function ops.set_limit(text, bigint, uuid) from public;
grant execute on function ops.set_limit(text, bigint, uuid) to service_role;

-- supabase/schemas/limits/03_install_limits.sql ======================================================================

create function private.install_limits() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- So that a batch of 100 passes for a user, and some clicks beside it.
      ('creates_a_minute', 200::bigint),
      -- Two batches of 1,000, which is as large as one can be.
      ('creates_a_minute_by_server', 2000),
      -- 1 TiB: two batches of 1,000 jobs that may each store as much as a tool allows unless it says otherwise.
      ('stored_bytes', 1099511627776),
      ('projects', 1000)
    ) limits (name, maximum),
    lateral private.ship_row('limit', 'private.limits', 'limit_name', name,
      jsonb_build_object('maximum', maximum)) s;
end
$$;
comment on function private.install_limits() is 'Brings the limits that no lane knows; called by ops.install() alone.';
revoke execute on function private.install_limits() from public;

-- supabase/schemas/files/01_file_keys.sql ============================================================================

-- Files: what users hand in and what they get back, in Storage.
--
-- Three private buckets. The first folder of every path is the owner's id: `inputs/<user>/<name>` is written by its
-- owner (or through a signed upload URL), `outputs/<user>/<job>/<n>…` by the worker alone, and read only once a
-- completed job lists it: what came of a job that was paid back is nobody's. `handed/<user>/<uuid>` has copies of
-- inputs on their way to a provider; no user reads or writes there. Nothing is created in schema storage but rows and
-- policies.
--
-- Storage takes more for a path than that: `..`, `.`, `?`, an empty folder. Each part that reads such a path reads it
-- in its own way, and between two readings lies somebody else's file. So there is one grammar a bucket, which has none
-- of it. It is asked before a row is made, before a file is used, and by the functions before each call of Storage
-- (shared/words/file_keys.ts says the same in TypeScript; a test has both judge the same paths).

create function private.is_file_key(p_bucket text, p_key text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_key ~ case p_bucket
    when 'inputs' then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[A-Za-z0-9_-][A-Za-z0-9_.-]*$'
    when 'outputs' then '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/){2}[0-9][A-Za-z0-9_.-]*$'
    when 'handed' then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
      || '(\.[a-z0-9]{1,8})?$'
  end, false)
$$;
comment on function private.is_file_key(text, text) is
  'Whether a path is one that files of Esteira have in this bucket: <user>/<name> in inputs, <user>/<job>/<n>… in '
  'outputs, <user>/<uuid> and perhaps an ending in handed. Whose it is, and whether it is there, is another question.';
revoke execute on function private.is_file_key(text, text) from public;
grant execute on function private.is_file_key(text, text) to authenticated; -- for policies

-- supabase/schemas/files/01_media_type.sql ===========================================================================

create function private.media_type(p_type text) returns text
language sql immutable set search_path = '' as $$
  select case bare when 'image/jpg' then 'image/jpeg' when 'image/pjpeg' then 'image/jpeg'
    when 'video/x-quicktime' then 'video/quicktime' else nullif(bare, '') end
  from lower(btrim(split_part(p_type, ';', 1), E' \t\r\n') collate "C") bare
$$;
comment on function private.media_type(text) is
  'A media type as Esteira writes it: small letters, no parameters, one name where there are several (image/jpg is '
  'image/jpeg). Null for none. shared/words/media_types.ts says the same in TypeScript.';
revoke execute on function private.media_type(text) from public;

-- supabase/schemas/files/01_policies.sql =============================================================================

create function private.may_read_output(p_path text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_job_id text := split_part(p_path, '/', 2);
begin
  if not private.is_file_key('outputs', p_path) or split_part(p_path, '/', 1) <> (select auth.uid())::text then
    return false;
  end if;
  return exists (
    select from public.jobs
    where id = v_job_id::uuid and user_id = (select auth.uid()) and status = 'completed'
      and output -> 'files' @> jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', p_path)));
end
$$;
comment on function private.may_read_output(text) is
  'Whether the caller may read the file of this path in outputs: the owner of a completed job that lists it.';
revoke execute on function private.may_read_output(text) from public;
grant execute on function private.may_read_output(text) to authenticated;

create policy "users read their own inputs" on storage.objects for select to authenticated
  using (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select private.known_caller())::text);

create policy "users read the results of their completed jobs" on storage.objects for select to authenticated
  using (bucket_id = 'outputs' and private.may_read_output(name));

create policy "users upload their own inputs" on storage.objects for insert to authenticated
  with check (bucket_id = 'inputs' and private.is_file_key('inputs', name)
    and (storage.foldername(name))[1] = (select private.known_caller())::text);

-- Whatever its name: what was uploaded before the grammar is used for nothing, and can still be deleted.
create policy "users delete their own inputs" on storage.objects for delete to authenticated
  using (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select private.known_caller())::text);

-- supabase/schemas/files/02_check_input_files.sql ====================================================================

create function private.paths_of(p_field text, p_value jsonb, p_max_count integer) returns setof text
language plpgsql immutable set search_path = '' as $$
begin
  if p_value is null or p_value = 'null' then return; end if;
  if jsonb_typeof(p_value) <> 'array' then p_value := jsonb_build_array(p_value); end if;
  if jsonb_array_length(p_value) > p_max_count then
    perform private.refuse(422, 'invalid_input',
      format('%s names %s files; this tool takes %s.', p_field, jsonb_array_length(p_value), p_max_count),
      jsonb_build_object('field', p_field, 'maximum', p_max_count)::text);
  end if;
  return query select jsonb_array_elements_text(p_value);
end
$$;
comment on function private.paths_of(text, jsonb, integer) is
  'The paths that an input field names: none, one, or those of an array. Error: 422 invalid_input when there are more '
  'than p_max_count.';
revoke execute on function private.paths_of(text, jsonb, integer) from public;

create function private.input_facts(p_user_id uuid, p_paths text[], p_handed jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with named as materialized (
      select path, p_handed ->> path as key from (select distinct unnest(p_paths) as path) p
    ), own as materialized (
      select path, key from named
      where private.is_file_key('inputs', path) and starts_with(path, p_user_id || '/')
        and (key is null or (private.is_file_key('handed', key) and starts_with(key, p_user_id || '/')))
    )
    select coalesce(jsonb_object_agg(own.path, jsonb_build_object(
      'type', private.media_type(o.metadata ->> 'mimetype'), 'bytes', (o.metadata ->> 'size')::bigint,
      'at', coalesce(i.created_at, o.created_at))), '{}')
    from own
    join storage.objects o on o.bucket_id = case when own.key is null then 'inputs' else 'handed' end
      and o.name = coalesce(own.key, own.path)
    left join storage.objects i on i.bucket_id = 'inputs' and i.name = own.path);
end
$$;
comment on function private.input_facts(uuid, text[], jsonb) is
  'What Storage says of a user''s files of these paths, {path: {type, bytes, at: when it came}}: of the copy where '
  'there is one (p_handed: {path: key}), which no user can change. Not in it: those that are not there or not theirs, '
  'and what is no path.';
revoke execute on function private.input_facts(uuid, text[], jsonb) from public;

create function private.all_paths(p_files jsonb, p_input jsonb) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select path from jsonb_object_keys(coalesce(p_files, '{}')) field,
      lateral private.paths_of(field, p_input -> field, 2147483647) path);
end
$$;
comment on function private.all_paths(jsonb, jsonb) is
  'The paths that an input names in the fields of p_files (a tool''s settings.files), however many.';
revoke execute on function private.all_paths(jsonb, jsonb) from public;

create function private.check_files(p_files jsonb, p_input jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_field text;
  v_rule jsonb;
  v_path text;
  v_file jsonb;
  v_steps jsonb := '[]';
begin
  for v_field, v_rule, v_path in
    select f.key, f.value, p.path from jsonb_each(coalesce(p_files, '{}')) f,
      lateral private.paths_of(f.key, p_input -> f.key, coalesce((f.value ->> 'max_count')::integer, 1)) p (path)
  loop
    v_file := p_facts -> v_path;
    -- Somebody else's file and no file are the same answer: a user must not learn which paths exist.
    if v_file is null then
      perform private.refuse(422, 'file_not_found',
        format('%s names no file of yours in the inputs bucket.', v_field), v_field);
    end if;
    -- What is not known is not allowed.
    if (v_rule -> 'types' ? (v_file ->> 'type')) is not true
       and not exists (select from jsonb_array_elements_text(v_rule -> 'types') type
                       where private.media_type(type) = v_file ->> 'type') then
      perform private.refuse(415, 'unsupported_file_type',
        format('%s is %s, which this tool does not take.', v_field, coalesce(v_file ->> 'type', 'of no type')),
        jsonb_build_object('field', v_field, 'allowed', v_rule -> 'types')::text);
    end if;
    if ((v_file ->> 'bytes')::bigint <= (v_rule ->> 'max_bytes')::bigint) is not true then
      perform private.refuse(413, 'file_too_large',
        format('%s has %s bytes; this tool takes %s.', v_field, coalesce(v_file ->> 'bytes', 'unknown'),
          v_rule ->> 'max_bytes'), jsonb_build_object('field', v_field, 'limit', v_rule -> 'max_bytes')::text);
    end if;
    v_steps := v_steps || private.step('upload', (v_file ->> 'at')::timestamptz,
      jsonb_build_object('fileName', v_path, 'bytes', v_file -> 'bytes'));
  end loop;
  return v_steps;
end
$$;
comment on function private.check_files(jsonb, jsonb, jsonb) is
  'Checks that each input field in p_files (a tool''s settings.files) names a file of the user''s, of an allowed type '
  'and size, and returns the upload entries of the history. p_facts: see private.input_facts. Errors: 422 '
  'file_not_found, 415 unsupported_file_type, 413 file_too_large; the hint names the field, and what is allowed.';
revoke execute on function private.check_files(jsonb, jsonb, jsonb) from public;

create function private.check_input_files(p_user_id uuid, p_files jsonb, p_input jsonb, p_handed jsonb default '{}')
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.check_files(p_files, p_input,
    private.input_facts(p_user_id, private.all_paths(p_files, p_input), p_handed));
end
$$;
comment on function private.check_input_files(uuid, jsonb, jsonb, jsonb) is
  'The same for one job of a user. p_handed: {path: key} of the copies that are handed over instead of the files.';
revoke execute on function private.check_input_files(uuid, jsonb, jsonb, jsonb) from public;

-- supabase/schemas/files/03_install_buckets.sql ======================================================================

create function private.install_buckets() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('inputs', null, '["image/png", "image/jpeg", "image/jpg", "image/webp", "video/mp4",
        "video/quicktime"]'::jsonb),
      -- What a result may be at all, and as large as one may be; which of it a tool makes its own output_types say.
      ('outputs', 524288000, '["image/*", "video/*", "audio/*", "text/plain", "text/plain;charset=UTF-8", "text/csv",
        "text/vtt", "application/x-subrip", "application/json", "application/pdf", "application/zip",
        "application/octet-stream", "model/gltf-binary"]'),
      -- Copies of inputs, checked when they are made; no policy lets anybody in.
      ('handed', null, null)
    ) buckets (name, bytes, types),
    lateral private.ship_row('bucket', 'storage.buckets', 'id', name, jsonb_build_object(
      'name', name, 'public', false, 'file_size_limit', bytes, 'allowed_mime_types', types)) s;
end
$$;
comment on function private.install_buckets() is 'Brings the three buckets; called by ops.install() alone.';
revoke execute on function private.install_buckets() from public;

-- supabase/schemas/files/04_storage_limits.sql =======================================================================

-- How much a user may store (stored_bytes of private.limits). What the outputs of all jobs of a user may come to is
-- looked at when a job is created: each one that has not ended stands for as much as its tool lets it store
-- (tools.max_output_bytes), each completed one for what it has stored (jobs.output_bytes). So a result that is there
-- finds its place, and nobody finds out while copying that a task was paid for in vain.
--
-- Adding that up reads an entry for each result of the user's. But the sum rises only with creates, and with each by
-- what its tool may store: so what was added up last is remembered, and while it and the creates since cannot have come
-- to the limit, that is enough.

create table private.stored_sums (
  user_id uuid primary key references auth.users (id) on delete cascade,
  bytes numeric not null,
  summed_at timestamptz not null
);

alter table private.stored_sums enable row level security;

comment on table private.stored_sums is
  'What was added up last of a user''s outputs, and what jobs on their way might store, before the create that wanted '
  'to know. Never less than what it would be without the jobs that were created since.';

create function private.forget_stored_sums() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.stored_sums where true;
  return null;
end
$$;
comment on function private.forget_stored_sums() is
  'After a tool''s max_output_bytes was changed: what jobs may store that were created before is another sum.';
revoke execute on function private.forget_stored_sums() from public;
create trigger stored_sums_follow_the_tools after update of max_output_bytes on public.tools
  for each statement execute function private.forget_stored_sums();

create function ops.set_storage_limit(p_user_id uuid, p_bytes bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform ops.set_limit('stored_bytes', p_bytes, p_user_id);
end
$$;
comment on function ops.set_storage_limit(uuid, bigint) is
  'Says how many bytes the outputs of a user''s jobs may come to. p_user_id null: of everybody who has no limit of '
  'their own. p_bytes null: takes the limit away; a user without one has that of everybody. What is stored beyond a '
  'new limit stays, and jobs that were created are done. Errors: 422 invalid_amount, 23503 for an unknown user.';
revoke execute on function ops.set_storage_limit(uuid, bigint) from public;
grant execute on function ops.set_storage_limit(uuid, bigint) to service_role;

create function private.output_bytes(p_output jsonb) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_output -> 'files') is distinct from 'array' then return 0; end if;
  return (
    select least(coalesce(sum(trunc(greatest((file -> 'bytes')::numeric, 0))), 0), 9007199254740991)
    from jsonb_array_elements(p_output -> 'files') file where jsonb_typeof(file -> 'bytes') = 'number');
end
$$;
comment on function private.output_bytes(jsonb) is
  'How many bytes the files of an output have together, by what it says of them: for jobs.output_bytes.';
revoke execute on function private.output_bytes(jsonb) from public;

create function private.stores_little(p_user_id uuid, p_required numeric, p_limit bigint) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_sum private.stored_sums;
  v_since bigint;
begin
  select * into v_sum from private.stored_sums where user_id = p_user_id;
  -- A clock that was set back says nothing of what was created since.
  if not found or v_sum.summed_at > private.now() then return false; end if;
  select count(*) into v_since from (
    select from public.jobs where user_id = p_user_id and created_at >= v_sum.summed_at
    order by created_at desc, id desc limit 101) j;
  return v_since <= 100
    and v_sum.bytes + p_required + v_since * (select max(max_output_bytes) from public.tools) <= p_limit;
end
$$;
comment on function private.stores_little(uuid, numeric, bigint) is
  'Whether a user cannot come to p_limit with jobs that may store p_required bytes, by what was added up last. False: '
  'it has to be added up.';
revoke execute on function private.stores_little(uuid, numeric, bigint) from public;

create function private.check_storage_limit(p_user_id uuid, p_required numeric) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit bigint := private.limit_of('stored_bytes', p_user_id);
  v_used numeric;
  v_reserved numeric;
begin
  if v_limit is null or p_required is null or private.stores_little(p_user_id, p_required, v_limit) then return; end if;
  select coalesce(sum(output_bytes), 0) into v_used from public.jobs where user_id = p_user_id and output_bytes > 0;
  select coalesce(sum(t.max_output_bytes), 0) into v_reserved
  from public.jobs j join public.tools t on t.tool = j.tool
  where j.user_id = p_user_id and j.status in ('pending', 'processing');
  if v_used + v_reserved + p_required > v_limit then
    perform private.refuse_limit(413, 'storage_full',
      format('Results of %s bytes might not find their place: %s of %s bytes are used, and %s are kept for jobs on '
        'their way.', p_required, v_used, v_limit, v_reserved), v_limit,
      p_more => jsonb_build_object('used', v_used, 'reserved', v_reserved, 'required', p_required));
  end if;
  insert into private.stored_sums (user_id, bytes, summed_at)
  select id, v_used + v_reserved, private.now() from auth.users where id = p_user_id
  on conflict (user_id) do update set bytes = excluded.bytes, summed_at = excluded.summed_at;
end
$$;
comment on function private.check_storage_limit(uuid, numeric) is
  'Error 413 storage_full when a user''s outputs could come to more than the user may store, with jobs that may store '
  'p_required bytes. Exact, because one user''s creates go one at a time.';
revoke execute on function private.check_storage_limit(uuid, numeric) from public;

-- supabase/schemas/files/05_handed_files.sql =========================================================================

-- What is handed to a provider is no file that its user could still change: it is a copy in the bucket `handed`, where
-- nobody has any right, made by Storage itself from one version of the file. What is checked at create (size, type, the
-- first bytes) is checked of the copy. A job that was created in SQL gets its copies from the worker, before it is
-- submitted, by the same rules. A job that is done again takes over what the old one had.

create table private.handed_files (
  job_id uuid not null references public.jobs (id) on delete cascade,
  path text not null,
  key text not null,
  user_id uuid not null,
  version text,
  bytes bigint,
  constraint handed_files_pkey primary key (job_id, path),
  constraint what_is_handed_over_was_an_input check (private.is_file_key('inputs', path)),
  constraint what_is_handed_over_is_a_copy check (private.is_file_key('handed', key)),
  constraint a_copy_is_of_a_file_of_its_user check (
    starts_with(path, user_id || '/') and starts_with(key, user_id || '/'))
);
create index handed_files_by_key on private.handed_files (key);

alter table private.handed_files enable row level security;

comment on table private.handed_files is
  'Which copy in the bucket handed stands for a file that a job''s input names. Jobs of a batch, and a job done again, '
  'may have the same one. A copy that stands in no row is deleted.';
comment on column private.handed_files.path is 'In the bucket inputs, as the job''s input has it.';
comment on column private.handed_files.key is 'Of the copy, in the bucket handed.';
comment on column private.handed_files.version is 'Storage''s, of the copy that was checked; null where it names none.';
comment on column private.handed_files.bytes is 'Of the copy, as they were when it was checked.';

create function private.handed_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(h.path, h.key), '{}') from private.handed_files h
    where h.job_id = p_job_id
      and exists (select from storage.objects o where o.bucket_id = 'handed' and o.name = h.key));
end
$$;
comment on function private.handed_of(uuid) is 'The copies of a job''s files that are there: {path: key}.';
revoke execute on function private.handed_of(uuid) from public;

create function private.keep_handed(p_job_ids uuid[], p_handed jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.handed_files as f (job_id, path, key, user_id, version, bytes)
  select distinct j.id, c.key, c.value, j.user_id, o.version, (o.metadata ->> 'size')::bigint
  from public.jobs j
  join public.tools t on t.tool = j.tool
  cross join lateral jsonb_object_keys(t.settings -> 'files') field
  cross join lateral private.paths_of(field, j.input -> field, 2147483647) path
  join jsonb_each_text(p_handed) c on c.key = path
  join storage.objects o on o.bucket_id = 'handed' and o.name = c.value
  where j.id = any (p_job_ids)
  on conflict (job_id, path) do update set key = excluded.key, version = excluded.version, bytes = excluded.bytes;
end
$$;
comment on function private.keep_handed(uuid[], jsonb) is
  'Notes which copies ({path: key}, checked) stand for the files that these jobs'' inputs name.';
revoke execute on function private.keep_handed(uuid[], jsonb) from public;

-- supabase/schemas/files/06_hand_over.sql ============================================================================

create function worker.hand_over(p_job_id uuid, p_token uuid, p_handed jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_known jsonb := private.handed_of(p_job_id);
  v_rules jsonb := (select settings -> 'files' from public.tools where tool = v_job.tool);
begin
  perform private.check_input_files(v_job.user_id, v_rules, v_job.input, p_handed || v_known);
  -- Where two workers copied the same, the first one's copy is the one.
  perform private.keep_handed(array[p_job_id], p_handed - array(select jsonb_object_keys(v_known)));
  return private.handed_of(p_job_id);
end
$$;
comment on function worker.hand_over(uuid, uuid, jsonb) is
  'Copies were made of files of a job that had none. p_handed: {path: key in the bucket handed}; they are checked as '
  'those of a new job. Returns the copies that count, as {path: key}: others are to be deleted. Errors: 409 '
  'stale_token, and those of private.check_input_files.';
revoke execute on function worker.hand_over(uuid, uuid, jsonb) from public;
grant execute on function worker.hand_over(uuid, uuid, jsonb) to service_role;

-- supabase/schemas/files/07_sweep_handed.sql =========================================================================

create function private.sweep_handed(p_keep interval default '30 days', p_limit integer default 10000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_doomed integer;
begin
  -- A completed job is never done again. Others may be, within p_keep with the copies that they had; no copy is kept
  -- for longer than its tool's inputs.
  delete from private.handed_files f using (
    select h.job_id from private.handed_files h join public.jobs j on j.id = h.job_id
    where j.completed_at < v_now - case when j.status = 'completed' then interval '1 hour'
      else least(p_keep, (private.retention_of(j.tool)).inputs) end
    limit p_limit for update of j skip locked -- whoever does it again holds its job
  ) over where f.job_id = over.job_id;
  insert into private.doomed_files (bucket, prefix, due_at)
  select o.bucket_id, o.name, v_now from storage.objects o
  -- Younger ones may be of a job that is just being created.
  where o.bucket_id = 'handed' and o.created_at < v_now - interval '1 hour'
    and not exists (select from private.handed_files f where f.key = o.name)
    and not exists (select from private.doomed_files d where d.bucket = 'handed' and d.prefix = o.name)
  limit p_limit;
  get diagnostics v_doomed = row_count;
  return v_doomed;
end
$$;
comment on function private.sweep_handed(interval, integer) is
  'Has the copies deleted that no job refers to any more: of completed jobs, of others that ended longer than p_keep, '
  'or their tool''s retention of inputs, ago, and those whose job was never created. Up to p_limit at a time; returns '
  'how many.';
revoke execute on function private.sweep_handed(interval, integer) from public;

-- supabase/schemas/quarantine/01_quarantine.sql ======================================================================

-- Quarantine: one bad row stops nobody.
--
-- Whatever goes through many jobs or lanes does so in sub-transactions: a lane is one for itself, and where a statement
-- for many jobs raises, it is done for each of them. What raises is set aside and told, and the others go on:
--   · a job goes into private.quarantine: the loop that failed leaves it out from then on, and it is not dispatched.
--     Workers, webhooks and its user go on with it as far as they get. An operator mends what is wrong and releases it
--     (ops.release), or ends it and pays it back (ops.refund).
--   · a lane, or a part of the schedules as a whole, cannot be left out: it is tried again each time, and is told in
--     private.faults for as long as it fails.
-- An error that passes by itself (a lock that was not to be had, a full disk) is nobody's fault, and only told.
--
-- Everything here waits for nobody: it is called by transactions that hold locks. The job that is set aside is locked
-- by whoever sets it aside.

create table private.quarantine (
  job_id uuid not null, -- no foreign key: a task in the outbox outlives its job
  part text not null,
  lane text,
  sqlstate text not null,
  error text not null,
  since timestamptz not null,
  last_at timestamptz not null,
  times integer not null default 1,
  primary key (job_id, part),
  constraint it_was_set_aside_once_at_least check (times > 0 and last_at >= since)
);

alter table private.quarantine enable row level security;

comment on table private.quarantine is
  'Jobs that a part of the schedules or the dispatch raised an error for: left out by it, and not dispatched, until an '
  'operator releases or refunds them.';
comment on column private.quarantine.part is 'What failed: a name of private.parts, or dispatch.';
comment on column private.quarantine.times is 'How often: more than once where it was released too early.';

create function private.quarantined(p_part text default null) returns uuid[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(select distinct job_id from private.quarantine where part = coalesce(p_part, part));
end
$$;
comment on function private.quarantined(text) is 'The jobs that a part has set aside; without one: that any has.';
revoke execute on function private.quarantined(text) from public;

-- supabase/schemas/quarantine/02_faults.sql ==========================================================================

create table private.faults (
  part text not null,
  lane text not null default '',
  sqlstate text not null,
  error text not null,
  since timestamptz not null,
  last_at timestamptz not null,
  times bigint not null default 1,
  primary key (part, lane),
  constraint it_failed_once_at_least check (times > 0)
);

alter table private.faults enable row level security;

comment on table private.faults is
  'What failed as a whole and is tried again each time: a part of the schedules in a lane, the dispatch of one, a '
  'poke. It fails now if last_at is of late.';
comment on column private.faults.lane is 'Empty: in no lane, or in all.';
comment on column private.faults.since is 'Since when it has failed at least once in ten minutes.';

create function private.is_passing(p_sqlstate text) returns boolean
language sql immutable set search_path = '' as $$
  -- Rolled back for others' sake, out of something, in use, stopped by somebody, the system itself.
  select left(p_sqlstate, 2) in ('40', '53', '55', '57', '58')
$$;
comment on function private.is_passing(text) is 'Whether an error passes by itself, and is no fault of the row.';
revoke execute on function private.is_passing(text) from public;

create function private.note_fault(p_part text, p_lane text, p_sqlstate text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  raise warning 'esteira: % failed%: %', p_part, coalesce(' in lane ' || nullif(p_lane, ''), ''), p_error;
  -- Whoever is just noting it does so in our stead.
  if not pg_try_advisory_xact_lock(hashtextextended(format('esteira.fault:%s:%s', p_part, p_lane), 0)) then
    return;
  end if;
  insert into private.faults as f (part, lane, sqlstate, error, since, last_at)
  values (p_part, coalesce(p_lane, ''), p_sqlstate, left(p_error, 2000), v_now, v_now)
  on conflict (part, lane) do update set sqlstate = excluded.sqlstate, error = excluded.error, last_at = v_now,
    since = case when v_now - f.last_at between '0' and '10 minutes' then f.since else v_now end,
    times = case when v_now - f.last_at between '0' and '10 minutes' then f.times else 0 end + 1;
end
$$;
comment on function private.note_fault(text, text, text, text) is
  'Tells that something failed as a whole, in a lane or (p_lane null or empty) altogether. Waits for nobody.';
revoke execute on function private.note_fault(text, text, text, text) from public;

-- supabase/schemas/quarantine/03_set_aside.sql =======================================================================

create function private.set_aside(p_part text, p_job_id uuid, p_sqlstate text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane text := (select lane from public.jobs where id = p_job_id
    union all select lane from private.cancels where job_id = p_job_id limit 1);
begin
  insert into private.repairs (schedule, repair, count, repaired_at) values ('esteira-reap', 'set_aside', 1, v_now);
  if private.is_passing(p_sqlstate) then
    perform private.note_fault(p_part, v_lane, p_sqlstate, format('job %s: %s', p_job_id, p_error));
    return;
  end if;
  raise warning 'esteira: job % was set aside by %: %', p_job_id, p_part, p_error;
  insert into private.quarantine as q (job_id, part, lane, sqlstate, error, since, last_at)
  values (p_job_id, p_part, v_lane, p_sqlstate, left(p_error, 2000), v_now, v_now)
  on conflict (job_id, part) do update set sqlstate = excluded.sqlstate, error = excluded.error,
    last_at = greatest(q.since, v_now), times = q.times + 1;
end
$$;
comment on function private.set_aside(text, uuid, text, text) is
  'What a part does for a job, locked by the caller, has raised an error: the job is quarantined, unless the error '
  'passes by itself. Told in the log and among the repairs (esteira-reap set_aside).';
revoke execute on function private.set_aside(text, uuid, text, text) from public;

create function private.forget_quarantined() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.quarantine q
  where not exists (select from public.jobs j where j.id = q.job_id and j.status in ('pending', 'processing'))
    and not exists (select from private.cancels c where c.job_id = q.job_id and c.over_at is null);
  get diagnostics v_count = row_count;
  delete from private.faults where last_at < private.now() - interval '30 days';
  return v_count;
end
$$;
comment on function private.forget_quarantined() is
  'Forgets quarantined jobs that have ended meanwhile, their tasks too, or that are gone; and faults of a month ago. '
  'Returns how many jobs.';
revoke execute on function private.forget_quarantined() from public;

-- supabase/schemas/quarantine/04_guarded.sql =========================================================================

-- The three ways of not being stopped. A call is text (`private.free_slots($1, $2)`), written by us alone.

create function private.guarded(p_part text, p_call text, p_lane private.lanes default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_result jsonb;
begin
  execute format('select to_jsonb(%s)', p_call) into v_result using p_lane;
  return v_result;
exception when others then
  perform private.note_fault(p_part, p_lane.lane, sqlstate, sqlerrm);
  return null;
end
$$;
comment on function private.guarded(text, text, private.lanes) is
  'Does something in a sub-transaction of its own, with a lane as $1, and returns its result; null: it failed, which '
  'is told.';
revoke execute on function private.guarded(text, text, private.lanes) from public;

create function private.each_lane(p_part text, p_call text) returns setof jsonb
language plpgsql rows 10 set search_path = '' as $$
declare
  v_lane private.lanes;
  v_did jsonb;
begin
  for v_lane in select * from private.lanes order by lane loop
    v_did := private.guarded(p_part, p_call, v_lane);
    if v_did is not null then return next v_did; end if;
  end loop;
end
$$;
comment on function private.each_lane(text, text) is
  'Does something for each lane, $1, in a sub-transaction of its own; returns the results. The one loop over lanes.';
revoke execute on function private.each_lane(text, text) from public;

create function private.do_each(p_part text, p_call text, p_jobs uuid[], p_tokens uuid[] default '{}') returns integer
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_did integer;
  v_count integer := 0;
begin
  for v_one in select job_id, token from unnest(p_jobs, p_tokens) each_one (job_id, token) loop
    begin
      execute 'select ' || p_call into v_did using array[v_one.job_id], array[v_one.token];
      v_count := v_count + v_did;
    exception when others then
      perform private.set_aside(p_part, v_one.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.do_each(text, text, uuid[], uuid[]) is
  'Does something for one job after the other, each in a sub-transaction of its own; one that raises is set aside. $1: '
  'the job, $2: its token, in arrays of one. Returns the sum of what the calls return.';
revoke execute on function private.do_each(text, text, uuid[], uuid[]) from public;

create function private.do_all(p_part text, p_call text, p_jobs uuid[], p_tokens uuid[] default '{}') returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  if coalesce(cardinality(p_jobs), 0) = 0 then return 0; end if;
  begin
    execute 'select ' || p_call into v_count using p_jobs, p_tokens;
    return v_count;
  exception when others then null; -- whose fault it is, shows when they are gone through
  end;
  return private.do_each(p_part, p_call, p_jobs, p_tokens);
end
$$;
comment on function private.do_all(text, text, uuid[], uuid[]) is
  'Does something for many jobs, locked by the caller, in one statement; and if that raises, for one after the other, '
  'so that only the bad one is set aside. $1: the jobs, $2: their tokens. Returns what the call returns.';
revoke execute on function private.do_all(text, text, uuid[], uuid[]) from public;

-- supabase/schemas/quarantine/05_operators.sql =======================================================================

create function ops.release(p_job_id uuid default null, p_part text default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lanes text[];
begin
  with released as (
    delete from private.quarantine
    where job_id = coalesce(p_job_id, job_id) and part = coalesce(p_part, part) returning lane
  )
  select array_agg(lane) into v_lanes from released;
  perform private.dispatch(lane) from (select distinct lane from unnest(v_lanes) lane order by lane) lanes;
  return coalesce(cardinality(v_lanes), 0);
end
$$;
comment on function ops.release(uuid, text) is
  'Lets out of the quarantine, once what was wrong is mended: a job, what a part has set aside, or (without arguments) '
  'all. What raises again is set aside again. Returns from how many parts a job was released.';
revoke execute on function ops.release(uuid, text) from public;

create function private.end_set_aside(p_job public.jobs, p_message text, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- As everywhere: the slots before the attempts. A task that may live keeps its slot, and the outbox stops it.
  perform from private.slots s where s.job_id = p_job.id order by s.slot_id for update;
  for v_attempt in
    select * from public.job_attempts where job_id = p_job.id and finished_at is null order by attempt for update
  loop
    perform private.end_attempt(p_job, v_attempt, 'failed', 'cancelled', p_at, 'internal_error', p_message);
  end loop;
  perform private.fail_job(p_job, p_job.current_step, 'internal_error', p_message, p_at);
end
$$;
comment on function private.end_set_aside(public.jobs, text, timestamptz) is
  'Ends a locked, live job as failed and pays it back; not counted among its user''s refunds.';
revoke execute on function private.end_set_aside(public.jobs, text, timestamptz) from public;

create function ops.refund(p_job_id uuid, p_message text default 'Something went wrong on our side')
returns public.job_refund
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  if not found or not exists (select from private.quarantine where job_id = p_job_id) then
    perform private.refuse(404, 'not_found', format('There is no job %s that is set aside.', p_job_id), 'job_id');
  end if;
  if v_job.status in ('pending', 'processing') then
    perform private.end_set_aside(v_job, p_message, private.now());
  else
    -- It has ended, and only its task and its price are open.
    perform worker.task_over(token, 'unknown') from private.cancels
    where job_id = p_job_id and over_at is null order by token;
    select * into v_job from public.jobs where id = p_job_id;
    if v_job.refund in ('due', 'withheld') then
      perform private.pay_back(v_job, false);
      update public.jobs set refund = 'paid' where id = p_job_id;
    end if;
  end if;
  delete from private.quarantine where job_id = p_job_id;
  perform private.dispatch(v_job.lane);
  return (select refund from public.jobs where id = p_job_id);
end
$$;
comment on function ops.refund(uuid, text) is
  'Ends a job that is set aside and cannot go on: failed with internal_error and p_message, its price paid back and '
  'not counted among its user''s refunds; of one that has ended already, the task is given up and a price that is '
  'due or was withheld is paid back. Returns what became of the price. Error: 404 not_found for a job that is not '
  'set aside; and whatever keeps it from ending, which is to be mended first.';
revoke execute on function ops.refund(uuid, text) from public;

create view ops.quarantine with (security_invoker = true) as
select q.job_id, q.part, q.lane, j.user_id, j.status, j.current_step, j.refund, q.error, q.sqlstate, q.since, q.last_at,
  q.times
from private.quarantine q left join public.jobs j on j.id = q.job_id;
comment on view ops.quarantine is
  'The jobs that are set aside, by which part, with what error, and where they stand. user_id is null where the job is '
  'gone and only a task of it is left.';
revoke all on ops.quarantine from anon, authenticated, service_role;

create view ops.faults with (security_invoker = true) as
select part, nullif(lane, '') as lane, error, sqlstate, since, last_at, times,
  last_at > private.now() - interval '10 minutes' as fails_now
from private.faults;
comment on view ops.faults is
  'What has failed as a whole, in a lane or altogether, and is tried again each time; fails_now: in the last ten '
  'minutes.';
revoke all on ops.faults from anon, authenticated, service_role;

-- supabase/schemas/tickets/01_clocks.sql =============================================================================

-- Tickets: who comes next.
--
-- The order of waiting jobs lives in `jobs`. A job takes a ticket when it is created: one more than its user's last
-- ticket in the lane, or than the lane's virtual time, whichever is later (start-time fair queueing). Dispatch serves
-- the lowest ticket and moves the virtual time to it. A user's thousand jobs so interleave with everybody else's; a
-- lone user gets first in, first out. Urgent jobs go before all others, so each priority is an order of its own, with
-- its own clock and its own tickets.

create table private.clocks (
  lane text not null references private.lanes (lane) on delete cascade,
  priority smallint not null,
  virtual_time bigint not null default 0,
  primary key (lane, priority)
) with (fillfactor = 50); -- changes with every dispatch: leave room for updates in place

alter table private.clocks enable row level security;

comment on table private.clocks is
  'The clock of the fair order, for each priority of a lane: where a newcomer''s ticket begins.';
comment on column private.clocks.virtual_time is 'The highest ticket served so far.';

-- supabase/schemas/tickets/02_tickets.sql ============================================================================

create table private.tickets (
  lane text not null references private.lanes (lane) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  priority smallint not null,
  last_ticket bigint not null,
  primary key (user_id, lane, priority)
) with (fillfactor = 70);
create index tickets_by_lane on private.tickets (lane); -- for the lane that is removed

alter table private.tickets enable row level security;

comment on table private.tickets is 'The last ticket of each user in each lane and priority.';

create function private.take_tickets(p_lane text, p_user_id uuid, p_priority smallint, p_count bigint) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_last bigint;
begin
  insert into private.tickets as t (lane, user_id, priority, last_ticket)
  values (p_lane, p_user_id, p_priority, p_count + coalesce(
    (select virtual_time from private.clocks where lane = p_lane and priority = p_priority), 0))
  on conflict (user_id, lane, priority) do update
    set last_ticket = greatest(t.last_ticket + p_count, excluded.last_ticket)
  returning last_ticket into v_last;
  return v_last - p_count + 1;
end
$$;
comment on function private.take_tickets(text, uuid, smallint, bigint) is
  'Gives a user the next p_count tickets of a lane and priority; returns the first of them.';
revoke execute on function private.take_tickets(text, uuid, smallint, bigint) from public;

-- supabase/schemas/tickets/03_advance_clocks.sql =====================================================================

create type private.start as (
  job_id uuid, attempt integer, dispatch integer, user_id uuid, slot_id bigint, account_id integer, priority smallint,
  ticket bigint
);
comment on type private.start is
  'A job that has just been given a slot: the attempt that begins, and the place in the order that was served.';

create function private.advance_clocks(p_lane text, p_starts private.start[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A lost advance makes the order a shade older; waiting for it would make the clock a queue of its own. That goes for
  -- making the row as well: "on conflict do nothing" waits for whoever is just changing the row that is there.
  if exists (
    select from unnest(p_starts) s left join private.clocks c on c.lane = p_lane and c.priority = s.priority
    where c.lane is null) then
    insert into private.clocks (lane, priority)
    select p_lane, n.priority from (select distinct priority from unnest(p_starts)) n
    where not exists (select from private.clocks c where c.lane = p_lane and c.priority = n.priority)
      and pg_try_advisory_xact_lock(hashtextextended('esteira.clock:' || p_lane || ':' || n.priority, 0))
    on conflict do nothing;
  end if;
  with behind as (
    select c.priority, s.ticket from private.clocks c
    join (select priority, max(ticket) as ticket from unnest(p_starts) group by priority) s using (priority)
    where c.lane = p_lane and c.virtual_time < s.ticket
    for update of c skip locked
  )
  update private.clocks c set virtual_time = behind.ticket
  from behind where c.lane = p_lane and c.priority = behind.priority;
end
$$;
comment on function private.advance_clocks(text, private.start[]) is
  'Moves a lane''s clocks to the tickets just served.';
revoke execute on function private.advance_clocks(text, private.start[]) from public;

-- supabase/schemas/messages/01_prepared.sql ==========================================================================

-- Messages: what pgmq carries.
--
-- Only what has been given a slot is in a lane's queue, and only what is to be settled in the settle queue. So no queue
-- is longer than there are slots, and a read costs the same whatever the backlog.
--
-- The three things that are done with a queue all the time (send, read, delete) are prepared once in a session: pgmq's
-- own functions parse and plan them at every call, because the name of the table varies. What is rare is left to those.

create function private.prepared(p_act text, p_queue text) returns text
language plpgsql set search_path = '' as $$
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
$$;
comment on function private.prepared(text, text) is
  'The name of the session''s prepared statement that does with a queue what pgmq.send_batch (act send: messages), '
  'pgmq.read (read: lease, how many) and pgmq.delete (delete: ids) do.';
revoke execute on function private.prepared(text, text) from public;

-- supabase/schemas/messages/02_messages.sql ==========================================================================

create type private.message as (
  msg_id bigint, read_count integer, job_id uuid, attempt integer, dispatch integer, kind text
);
comment on type private.message is
  'A message that was read; {job_id, attempt, dispatch, kind?} is what all of ours say. No kind: to submit, or to '
  'settle after a webhook; poll: to ask the provider.';

create function private.send_messages(p_queue text, p_messages jsonb[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('send', p_queue), p_messages);
end
$$;
comment on function private.send_messages(text, jsonb[]) is
  'Puts messages into a queue, in their order, visible at once.';
revoke execute on function private.send_messages(text, jsonb[]) from public;

create function private.uuid_in(p_message jsonb, p_key text) returns uuid
language sql immutable set search_path = '' as $$
  select case when p_message ->> p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    then (p_message ->> p_key)::uuid end
$$;
comment on function private.uuid_in(jsonb, text) is
  'A UUID in a message; null if there is none: what somebody else has put into a queue stops nobody.';
revoke execute on function private.uuid_in(jsonb, text) from public;

create function private.number_in(p_message jsonb, p_key text) returns integer
language sql immutable set search_path = '' as $$
  select case when p_message ->> p_key ~ '^[0-9]{1,9}$' then (p_message ->> p_key)::integer end
$$;
comment on function private.number_in(jsonb, text) is
  'A number in a message, of nine digits at most; null if there is none.';
revoke execute on function private.number_in(jsonb, text) from public;

create function private.read_messages(p_queue text, p_lease interval, p_qty integer) returns private.message[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  -- Each by itself rather than a record, whose fields nobody who reads this, and no linter, could know.
  v_msg_id bigint;
  v_read_count integer;
  v_message jsonb;
  v_messages private.message[];
begin
  for v_msg_id, v_read_count, v_message in
    execute format('execute %I (%L, %s)', private.prepared('read', p_queue), p_lease, p_qty)
  loop
    v_messages := v_messages || (v_msg_id, v_read_count, private.uuid_in(v_message, 'job_id'),
      private.number_in(v_message, 'attempt'), private.number_in(v_message, 'dispatch'),
      v_message ->> 'kind')::private.message;
  end loop;
  return v_messages;
end
$$;
comment on function private.read_messages(text, interval, integer) is
  'Leases up to p_qty visible messages of a queue for p_lease; null when there is none.';
revoke execute on function private.read_messages(text, interval, integer) from public;

create function private.delete_messages(p_queue text, p_msg_ids bigint[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('delete', p_queue), p_msg_ids);
end
$$;
comment on function private.delete_messages(text, bigint[]) is 'Deletes messages that have been dealt with.';
revoke execute on function private.delete_messages(text, bigint[]) from public;

-- supabase/schemas/messages/03_install_queues.sql ====================================================================

create function private.install_queues() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    with queues as materialized (
      select 'settle_queue' as name union all select queue_name from private.lanes
    ), made as materialized (
      select q.name, pgmq.create(q.name) from queues q
      where not exists (select from pgmq.meta m where m.queue_name = q.name)
    )
    select 'queue', q.name, case when made.name is null then 'unchanged' else 'inserted' end, null::text
    from queues q left join made on made.name = q.name;
end
$$;
comment on function private.install_queues() is
  'Makes the pgmq queues that are missing: the settle queue, and that of every lane, shipped or not. A queue is no '
  'operator''s choice: without it its lane can start nothing. Called by ops.install() alone.';
revoke execute on function private.install_queues() from public;

-- supabase/schemas/waking/01_throttles.sql ===========================================================================

-- Waking: letting the worker know that there is something to do.
--
-- Whoever made the work drains it, in the function that made it. A poke over pg_net covers work that was born in SQL,
-- and the tick (see the schedules room) what both have missed. A wake-up may be lost or come twice, and never fails
-- what it wakes for.

create table private.throttles (
  name text primary key,
  passed_at timestamptz not null
) with (fillfactor = 50);

alter table private.throttles enable row level security;

comment on table private.throttles is
  'When things that are done so often at the most were last done: poke:{lane} once a second, announce:{lane} four '
  'times, the warning that broadcasts failed once a minute.';

create function private.may_pass(p_name text, p_interval interval) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_is_over boolean; -- null: nobody has passed yet
begin
  -- Whoever passes in the future did so before the clock was set back: nobody waits until then.
  select passed_at not between clock_timestamp() - p_interval and clock_timestamp() into v_is_over
  from private.throttles where name = p_name;
  if not v_is_over then return false; end if;
  -- Whoever is just passing does so in our stead: skipped rather than waited for, also when the row is made.
  if v_is_over is null then
    insert into private.throttles (name, passed_at) select p_name, clock_timestamp()
    where pg_try_advisory_xact_lock(hashtextextended('esteira.throttle:' || p_name, 0))
    on conflict do nothing;
  else
    update private.throttles set passed_at = clock_timestamp()
    where name = (
      select name from private.throttles
      where name = p_name and passed_at not between clock_timestamp() - p_interval and clock_timestamp()
      for update skip locked);
  end if;
  return found;
end
$$;
comment on function private.may_pass(text, interval) is
  'True at most once in p_interval for a name, whoever asks; waits for nobody.';
revoke execute on function private.may_pass(text, interval) from public;

-- supabase/schemas/waking/02_poke.sql ================================================================================

create function private.post_poke(p_lane text) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_url text := private.secret('project_url');
  v_key text := private.secret('worker_secret_key');
begin
  if v_url is null or v_key is null then return null; end if; -- not deployed yet; the README says which secrets to set
  return net.http_post(
    url => rtrim(v_url, '/') || '/functions/v1/worker',
    body => jsonb_build_object('lane', p_lane),
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000);
end
$$;
comment on function private.post_poke(text) is
  'Queues the call of the worker function at pg_net, which raises for an address that is none. Returns its id there; '
  'null: the secrets are not set.';
revoke execute on function private.post_poke(text) from public;

create function private.poke(p_lane text) returns void
language plpgsql set search_path = '' as $$
begin
  if not private.may_pass('poke:' || p_lane, '1 second') then return; end if;
  -- Its workers come by themselves.
  if exists (select from private.lanes where lane = p_lane and delivery = 'pull') then return; end if;
  perform private.post_poke(p_lane);
exception when others then
  -- It is called at the end of what it wakes for, and must not undo that.
  perform private.note_fault('poke', p_lane, sqlstate, sqlerrm);
end
$$;
comment on function private.poke(text) is
  'Wakes the worker function over pg_net, at most once a second for a lane. A wake-up, no more: it may be lost or '
  'come twice, and never fails its caller (private.faults tells of it). Needs the Vault secrets project_url and '
  'worker_secret_key (ops.set_secret); without them it does nothing.';
revoke execute on function private.poke(text) from public;

-- supabase/schemas/waking/03_next_look.sql ===========================================================================

create function worker.next_look(p_lane text default null) returns interval
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_next timestamptz;
begin
  -- What a webhook lane is asked for safety's sake has time until the next tick, and a job that has ended is asked
  -- nothing: for neither is it worth to stay.
  select min(at) into v_next from (
    select min(q.vt) as at from pgmq.q_settle_queue q
    join public.jobs j on j.id = private.uuid_in(q.message, 'job_id') and j.status in ('pending', 'processing')
    join private.lanes l on l.lane = j.lane
    where l.lane = coalesce(p_lane, l.lane) and (l.delivery = 'poll' or q.message ->> 'kind' is distinct from 'poll')
    union all
    select min(next_at) from private.cancels where over_at is null and lane = coalesce(p_lane, lane)) looks;
  if v_next is null then return null; end if; -- which greatest would pass over
  return greatest(v_next - clock_timestamp(), interval '0');
end
$$;
comment on function worker.next_look(text) is
  'In how long there is next something to settle or to cancel, of one lane or of all; null: nothing waits. Without '
  'what webhook lanes are asked for safety''s sake. For a worker that wonders whether to stay.';
revoke execute on function worker.next_look(text) from public;
grant execute on function worker.next_look(text) to service_role;

create function worker.wake(p_lane text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.poke(p_lane);
end
$$;
comment on function worker.wake(text) is
  'Wakes a successor for a worker that must end while there is more to do soon; at most once a second for a lane.';
revoke execute on function worker.wake(text) from public;
grant execute on function worker.wake(text) to service_role;

-- supabase/schemas/dispatch/01_rate.sql ==============================================================================

-- Dispatch: giving free slots to the next jobs in order. pgmq carries only what has been given a slot, so the limit is
-- exact. Called at the end of every transaction that adds a job or frees a slot.
--
-- Locks. Whoever waits, waits in this order:
--     lane → account → user (an advisory lock: one create at a time) → job → slot → attempt → credit account
--     → project or model (when the transaction commits; see the effects room)
-- (retry_job locks its ended job first of all; nobody who holds one of the others waits for that.) A transaction waits
-- for the slot of no job but the one that it has locked (free_slot looks at a retiring one of the same account too, and
-- skips it when it is locked). dispatch alone takes slots before jobs and other people's jobs at all: it waits for
-- nothing, it skips what is locked. So no two transactions wait for each other.
--
-- Two transactions that cross so can leave a free slot beside a waiting job. Each of them is followed by a drain, or a
-- poke, after its commit, and a drain (worker.receive) that finds nothing to do comes again, and waits for whoever
-- has what dispatch skipped, first of all and in this same order (wait_for_others). So after a drain the two never
-- coexist.
--
-- Plans. Functions that join arrays ask for generic plans: the planner would otherwise plan for each array anew,
-- because it knows the length of the one that it is given, and that takes longer than the joining. Such a plan is kept,
-- perhaps from a time when the tables were small: so none may read them from end to end (enable_seqscan).

create table private.starts (
  start_id bigint generated always as identity primary key,
  lane text not null references private.lanes (lane) on delete cascade,
  started_at timestamptz not null
);
create index starts_by_lane on private.starts (lane, started_at);

alter table private.starts enable row level security;

comment on table private.starts is 'When jobs started in lanes that have a rate, as far back as the rate looks.';

create function private.allowed_starts(p_lane text, p_limit integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_now timestamptz;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.rate_limit is null then return p_limit; end if;
  -- Whoever is just counting this lane's starts dispatches in our stead: skip rather than wait.
  select * into v_lane from private.lanes where lane = p_lane for no key update skip locked;
  if not found then return 0; end if;
  v_now := private.now();
  delete from private.starts where lane = p_lane and started_at <= v_now - v_lane.rate_window;
  -- Since then the clock was set back. When that was, nobody knows: as late as it can have been, so that the rate
  -- holds.
  update private.starts set started_at = v_now where lane = p_lane and started_at > v_now;
  return least(p_limit, greatest(v_lane.rate_limit - (select count(*) from private.starts where lane = p_lane), 0));
end
$$;
comment on function private.allowed_starts(text, integer) is
  'How many jobs a lane''s rate allows to start now, at most p_limit: in any rate_window no more than rate_limit. '
  'Where the lane has a rate, its row stays locked until begin_attempts has counted them; zero when somebody else has '
  'it.';
revoke execute on function private.allowed_starts(text, integer) from public;

-- supabase/schemas/dispatch/02_admit_due.sql =========================================================================

create function private.first_due(p_lane text) returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Compared by the caller: a plan that does not know the time to compare with takes it that a third of all jobs are
  -- due, and then looks for them through all that wait.
  return (
    select run_at from public.jobs where lane = p_lane and status = 'pending' and run_at is not null
    order by run_at limit 1);
end
$$;
comment on function private.first_due(text) is
  'When the first of a lane''s jobs that wait for a time is due; null: none does.';
revoke execute on function private.first_due(text) from public;

create function private.admit(p_jobs uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.jobs set run_at = null where id = any (p_jobs);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.admit(uuid[]) is 'Makes jobs ready whose time has come, locked by the caller.';
revoke execute on function private.admit(uuid[]) from public;

create function private.admit_due(p_lane text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[];
  v_due uuid[];
begin
  -- Looked for first: an update that finds nothing costs several times as much.
  if coalesce(private.first_due(p_lane) > v_now, true) then return 0; end if;
  v_aside := private.quarantined();
  with first as materialized (
    select id from public.jobs
    where lane = p_lane and status = 'pending' and run_at is not null and id <> all (v_aside)
    order by run_at limit 100
  ), due as (
    select j.id from first join public.jobs j on j.id = first.id where j.status = 'pending' and j.run_at <= v_now
    for update of j skip locked
  )
  select array_agg(id) into v_due from due;
  return private.do_all('dispatch', 'private.admit($1)', v_due);
end
$$;
comment on function private.admit_due(text) is
  'Makes pending jobs ready whose run_at has come, at most 100 at a time. A retry keeps its ticket, so its place. '
  'Returns how many.';
revoke execute on function private.admit_due(text) from public;

-- supabase/schemas/dispatch/03_announce_lane.sql =====================================================================

create function private.announce_lane(p_lane text) returns boolean
language plpgsql set search_path = '' as $$
begin
  if not private.may_pass('announce:' || p_lane, '250 milliseconds') then return false; end if;
  perform private.broadcast('lane:' || p_lane, 'lane_moved', jsonb_build_object(
    'lane', p_lane,
    'clocks', (select coalesce(jsonb_object_agg(priority, virtual_time), '{}') from private.clocks where lane = p_lane),
    'running', (select count(*) from private.slots where lane = p_lane and token is not null),
    'at', clock_timestamp()), null);
  return true;
end
$$;
comment on function private.announce_lane(text) is
  'Broadcasts on lane:{lane} that the lane has moved: {lane, clocks: {priority: ticket last served}, running, at}, at '
  'most four times a second. A client whose ticket is t waits for fewer than t - clock jobs of its priority. Returns '
  'whether it did.';
revoke execute on function private.announce_lane(text) from public;

-- supabase/schemas/dispatch/04_next_jobs.sql =========================================================================

create function private.active_jobs(p_lane text, p_user_id uuid) returns bigint
language plpgsql volatile -- sees what was committed before the user's lock was taken
set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing')
    + (select count(*) from private.cancels c
       where c.user_id = p_user_id and c.lane = p_lane and c.over_at is null and c.reason <> 'produced');
end
$$;
comment on function private.active_jobs(text, uuid) is
  'How many jobs a user has running in a lane, those counted too that have ended while their task may live.';
revoke execute on function private.active_jobs(text, uuid) from public;

create function private.active_key(p_lane text, p_user_id uuid) returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended('esteira.active:' || p_lane || ':' || p_user_id, 0)
$$;
comment on function private.active_key(text, uuid) is
  'The advisory lock under which a user''s running jobs in a lane are counted.';
revoke execute on function private.active_key(text, uuid) from public;

create function private.may_start(p_lane private.lanes, p_user_id uuid) returns bigint
language plpgsql volatile set search_path = '' as $$
begin
  if p_lane.max_active_per_user is null then return null; end if;
  -- Counted under a lock of the user's, or two who start jobs could each start the last one allowed.
  if not pg_try_advisory_xact_lock(private.active_key(p_lane.lane, p_user_id)) then return 0; end if;
  return greatest(p_lane.max_active_per_user - private.active_jobs(p_lane.lane, p_user_id), 0);
end
$$;
comment on function private.may_start(private.lanes, uuid) is
  'How many jobs of a user may start in a lane now, by its max_active_per_user; null: any number. None while somebody '
  'else is looking: waits for nothing. After it nobody else starts one, until the transaction ends.';
revoke execute on function private.may_start(private.lanes, uuid) from public;

create function private.pick_jobs(p_lane private.lanes, p_count bigint, p_busy uuid[], p_window bigint) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[] := '{}';
  v_users uuid[] := '{}'; -- who were met and may start one, and how many more
  v_left bigint[] := '{}';
  v_nth integer;
  v_job record;
  v_aside uuid[] := private.quarantined();
begin
  for v_job in
    select w.id, w.user_id from public.jobs w
    where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (p_busy)
      and w.start_by > private.now() and w.id <> all (v_aside)
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
$$;
comment on function private.pick_jobs(private.lanes, bigint, uuid[], bigint) is
  'Locks the first p_count jobs that their users may start, of the first p_window that wait in a lane, those of p_busy '
  'left out. Skips what others have locked. Returns them in order.';
revoke execute on function private.pick_jobs(private.lanes, bigint, uuid[], bigint) from public;

create function private.next_jobs(p_lane private.lanes, p_count bigint) returns table (n bigint, id uuid)
language plpgsql rows 5 set search_path = '' as $$
declare
  v_ids uuid[];
  v_aside uuid[] := private.quarantined();
  v_now timestamptz := private.now();
begin
  if p_count = 0 then return; end if;
  if p_lane.max_active_per_user is null then
    return query
      select row_number() over (), j.id from (
        select w.id from public.jobs w
        where w.lane = p_lane.lane and w.status = 'pending' and w.run_at is null and w.start_by > v_now
          and w.id <> all (v_aside)
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
$$;
comment on function private.next_jobs(private.lanes, bigint) is
  'Locks the next p_count waiting jobs of a lane in order, leaving out users who have max_active_per_user going. '
  'Skips what others have locked, waits for nothing.';
revoke execute on function private.next_jobs(private.lanes, bigint) from public;

-- supabase/schemas/dispatch/05_pair_free_slots.sql ===================================================================

create function private.pair_free_slots(p_lane private.lanes, p_limit integer)
returns table (slot_id bigint, account_id integer, job_id uuid)
language plpgsql volatile rows 5 set search_path = '' as $$ -- few rows: the planner is to join them by index
begin
  return query
  with wanted as materialized ( -- no more slots than there are jobs to give them to
    select count(*) as n from (
      select from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit p_limit) w
  ), free as materialized (
    select s.slot_id, s.account_id, row_number() over () as n from (
      select s.slot_id, s.account_id
      from private.slots s
      join private.accounts a on a.account_id = s.account_id
      where s.lane = p_lane.lane and s.token is null and not s.is_retiring
        and coalesce(a.paused_until <= private.now(), true)
      order by s.slot_id
      limit (select n from wanted)
      for update of s skip locked) s
  )
  select free.slot_id, free.account_id, next.id
  from private.next_jobs(p_lane, (select count(*) from free)) next join free using (n);
end
$$;
comment on function private.pair_free_slots(private.lanes, integer) is
  'Locks up to p_limit free slots of a lane and as many of its next jobs in order, and pairs them. Skips what others '
  'have locked, waits for nothing.';
revoke execute on function private.pair_free_slots(private.lanes, integer) from public;

-- supabase/schemas/dispatch/06_begin_attempts.sql ====================================================================

create function private.starting(
  p_at timestamptz, p_account text, p_settings jsonb, p_input jsonb, p_attempt integer
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.step('starting', p_at, jsonb_build_object(
    'accountName', p_account,
    'webappId', coalesce(
      p_settings #> array['variants', p_input ->> 'variant', 'webapp_id'], p_settings -> 'webapp_id'),
    'attempt', nullif(p_attempt, 1)));
end
$$;
comment on function private.starting(timestamptz, text, jsonb, jsonb, integer) is
  'The entry of the history for an attempt that begins on an account; p_settings: of the tool, p_input: of the job. '
  'The first attempt is not counted.';
revoke execute on function private.starting(timestamptz, text, jsonb, jsonb, integer) from public;

create function private.begin_attempts(p_lane private.lanes, p_starts private.start[], p_at timestamptz) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
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
  perform private.advance_clocks(p_lane.lane, p_starts);
  if p_lane.rate_limit is not null then
    insert into private.starts (lane, started_at) select p_lane.lane, p_at from unnest(p_starts);
  end if;
  perform private.announce_lane(p_lane.lane);
end
$$;
comment on function private.begin_attempts(private.lanes, private.start[], timestamptz) is
  'What goes with moving jobs to starting: their attempts, their slots (locked by the caller), their messages, the '
  'lane''s clocks and its rate. p_starts: in the order in which the worker is to have them.';
revoke execute on function private.begin_attempts(private.lanes, private.start[], timestamptz) from public;

-- supabase/schemas/dispatch/06_start_jobs.sql ========================================================================

create function private.start_jobs(
  p_lane private.lanes, p_slots bigint[], p_accounts integer[], p_jobs uuid[], p_at timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_starts private.start[];
begin
  with started as (
    update public.jobs j set
      status = 'processing', current_step = 'starting', attempt = j.attempt + 1, dispatches = j.dispatches + 1,
      started_at = p_at, progress = null,
      -- A job that came back too often for it to be told starts as quietly (see requeue_job).
      step_history = case when j.step_history -> -1 ->> 'step' in ('starting', 'upload') then j.step_history
        else j.step_history || private.starting(p_at, a.name, t.settings, j.input, j.attempt + 1) end
    from unnest(p_slots, p_accounts, p_jobs) p (slot_id, account_id, job_id)
    join private.accounts a on a.account_id = p.account_id,
    public.tools t
    where j.id = p.job_id and t.tool = j.tool
    returning (j.id, j.attempt, j.dispatches, j.user_id, p.slot_id, p.account_id, j.priority, j.ticket
      )::private.start as start
  )
  select array_agg(start order by (start).priority desc, (start).ticket, (start).job_id) into v_starts from started;
  if v_starts is null then return 0; end if;
  perform private.begin_attempts(p_lane, v_starts, p_at);
  return cardinality(v_starts);
end
$$;
comment on function private.start_jobs(private.lanes, bigint[], integer[], uuid[], timestamptz) is
  'Gives slots to jobs, both locked by the caller: moves the jobs to starting, with all that goes with it. Returns how '
  'many.';
revoke execute on function private.start_jobs(private.lanes, bigint[], integer[], uuid[], timestamptz) from public;

create function private.start_in_turn(
  p_lane private.lanes, p_slots bigint[], p_accounts integer[], p_jobs uuid[], p_at timestamptz
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_pair record;
  v_count integer := 0;
  v_aside bigint := (select count(*) from private.quarantine where lane = p_lane.lane and part = 'dispatch');
begin
  -- What fails for the lane fails for all of its jobs, and is no fault of theirs.
  if private.guarded('dispatch', 'private.check_lane($1)', p_lane) is null then return 0; end if;
  for v_pair in
    select * from unnest(p_slots, p_accounts, p_jobs) with ordinality p (slot_id, account_id, job_id, n) order by n
  loop
    begin
      v_count := v_count + private.start_jobs(
        p_lane, array[v_pair.slot_id], array[v_pair.account_id], array[v_pair.job_id], p_at);
    exception when others then
      -- So many are not to blame: they stay in line, and whoever can start does.
      if v_aside >= 100 then perform private.note_fault('dispatch', p_lane.lane, sqlstate, sqlerrm);
      else perform private.set_aside('dispatch', v_pair.job_id, sqlstate, sqlerrm);
      end if;
      v_aside := v_aside + 1;
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.start_in_turn(private.lanes, bigint[], integer[], uuid[], timestamptz) is
  'As start_jobs, one job after the other, each in a sub-transaction of its own: one that cannot start is set aside. '
  'Returns how many started.';
revoke execute on function private.start_in_turn(private.lanes, bigint[], integer[], uuid[], timestamptz) from public;

create function private.check_lane(p_lane private.lanes) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform private.send_messages(p_lane.queue_name, '{}'); -- no message, but what sending one needs
  return true;
end
$$;
comment on function private.check_lane(private.lanes) is
  'Raises an error if nothing can start in a lane, whatever the job: its queue is gone.';
revoke execute on function private.check_lane(private.lanes) from public;

-- supabase/schemas/dispatch/07_dispatch.sql ==========================================================================

create function private.dispatch(p_lane text, p_poke boolean default true) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
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
  perform private.admit_due(p_lane);
  -- Most calls find nothing to do, and most of those find it out here. In order, as everywhere that waiting jobs are
  -- looked at: without it the planner may look for the first one through the whole table.
  perform from public.jobs where lane = p_lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if not found then return 0; end if;
  perform from private.slots where lane = p_lane and job_id is null and not is_retiring order by slot_id limit 1;
  if not found then return 0; end if;
  if v_lane.circuit_opened_at is not null then
    if not private.may_probe(p_lane) then return 0; end if;
    v_allowed := 1;
  end if;
  if v_lane.rate_limit is not null then v_allowed := private.allowed_starts(p_lane, v_allowed); end if;
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
$$;
comment on function private.dispatch(text, boolean) is
  'Gives a lane''s free slots to its next jobs: makes their attempts, moves them to starting and queues them for the '
  'worker, at most 100 at a time. Called at the end of every transaction that adds a job or frees a slot. p_poke: '
  'false when the caller drains the lane itself after its commit. Never fails its caller: a job that cannot start is '
  'set aside, a lane in which nothing can is told in private.faults. Returns how many.';
revoke execute on function private.dispatch(text, boolean) from public;

-- supabase/schemas/dispatch/08_wait_for_others.sql ===================================================================

create function private.first_waiting(p_lane private.lanes) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined();
begin
  if p_lane.max_active_per_user is null then
    return (
      select id from public.jobs
      where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside)
      order by priority desc, ticket, id limit 1);
  end if;
  return (
    with near as materialized (
      select w.id, w.user_id, row_number() over () as place from (
        select id, user_id from public.jobs
        where lane = p_lane.lane and status = 'pending' and run_at is null and start_by > v_now
        and id <> all (v_aside)
        order by priority desc, ticket, id limit 1000) w
    ), users as materialized (
      select u.user_id from (select distinct user_id from near) u
      where private.active_jobs(p_lane.lane, u.user_id) < p_lane.max_active_per_user
    )
    select near.id from near join users using (user_id) order by near.place limit 1);
end
$$;
comment on function private.first_waiting(private.lanes) is
  'The first job of a lane that may start as soon as there is a slot, whoever has it locked; null: none.';
revoke execute on function private.first_waiting(private.lanes) from public;

create function private.first_free(p_lane text) returns bigint
language plpgsql volatile set search_path = '' as $$
begin
  return (
    select s.slot_id from private.slots s join private.accounts a on a.account_id = s.account_id
    where s.lane = p_lane and s.token is null and not s.is_retiring
      and coalesce(a.paused_until <= private.now(), true)
    order by s.slot_id limit 1);
end
$$;
comment on function private.first_free(text) is
  'The first slot of a lane that a job may be given, whoever has it locked; null: none.';
revoke execute on function private.first_free(text) from public;

create function private.is_kept_apart(p_lane private.lanes) returns boolean
language plpgsql volatile set search_path = '' set enable_seqscan = off as $$
begin
  if p_lane.paused_until > private.now() or private.first_free(p_lane.lane) is null then return false; end if;
  return private.first_waiting(p_lane) is not null;
end
$$;
comment on function private.is_kept_apart(private.lanes) is
  'Whether a job of a lane waits beside a free slot: because the lane''s rate or its circuit says so, or because '
  'somebody who has not committed yet has what dispatch skips.';
revoke execute on function private.is_kept_apart(private.lanes) from public;

create function private.wait_for_others(p_lane private.lanes) returns boolean
language plpgsql set search_path = '' set lock_timeout = '2s' set enable_seqscan = off as $$
declare
  v_key bigint;
begin
  if not private.is_kept_apart(p_lane) then return false; end if;
  -- In the order of locks: who counts this lane's starts or its probes, who counts what a user has running, who has the
  -- job, who has the slot.
  if p_lane.rate_limit is not null or p_lane.circuit_opened_at is not null then
    perform from private.lanes where lane = p_lane.lane for no key update;
  end if;
  if p_lane.max_active_per_user is not null then
    for v_key in
      select distinct private.active_key(p_lane.lane, w.user_id) from (
        select user_id from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
        order by priority desc, ticket, id limit 1000) w order by 1
    loop
      perform pg_advisory_xact_lock(v_key);
    end loop;
  end if;
  perform from public.jobs where id = private.first_waiting(p_lane) for no key update;
  perform from private.slots where slot_id = private.first_free(p_lane.lane) for update;
  return true;
exception when lock_not_available or deadlock_detected then
  return false; -- the tick will see
end
$$;
comment on function private.wait_for_others(private.lanes) is
  'When a job waits beside a free slot: waits for those who have what dispatch skips, two seconds at most. Returns '
  'whether it is worth to dispatch again. For who drains a lane and holds nothing.';
revoke execute on function private.wait_for_others(private.lanes) from public;

-- supabase/schemas/commands/01_queue_position.sql ====================================================================

-- Commands: what is asked for on behalf of a user: the position in the queue, a new job or many, a retry, a cancel.
--
-- A new job is checked, paid for and placed in its lane's order in one transaction; create_jobs makes all of a batch or
-- none of it. create_job and create_jobs stand on the same rules: what is refused (refusals, check_waiting_limit,
-- check_input_files, charge), one create of a user at a time (lock_creates), the ticket (take_tickets) and the first
-- entries of the history (first_steps). They write apart: create_job is what a click waits for, and starts its job in
-- the statement that writes it; the statements of a batch would take half as long again for one job.
-- Locks: see the dispatch room.

create function private.jobs_ahead(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns integer
language plpgsql stable set search_path = '' as $$
begin
  -- Two ranges of the index, each read no further than it goes.
  return (
    select count(*)::integer from (
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority > p_priority
       order by priority desc, ticket, id limit 1000)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = p_priority
         and (ticket, id) < (p_ticket, p_id)
       order by priority desc, ticket, id limit 1000)
      limit 1000) ahead);
end
$$;
comment on function private.jobs_ahead(text, smallint, bigint, uuid) is
  'How many waiting jobs come before this place in a lane; counts to 1,000 and no further.';
revoke execute on function private.jobs_ahead(text, smallint, bigint, uuid) from public;

create function public.queue_position(p_job_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_ahead integer;
begin
  perform private.is_here();
  select * into v_job from public.jobs
  where id = p_job_id and (private.is_callers(user_id, null) or private.is_admin());
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status = 'pending' and v_job.run_at is null then
    v_ahead := private.jobs_ahead(v_job.lane, v_job.priority, v_job.ticket, v_job.id);
  end if;
  return jsonb_build_object(
    'position', v_ahead + 1,
    'exact', v_ahead < 1000,
    'ticket', v_job.ticket,
    'waiting', (select count(*) from (
      select from public.jobs where lane = v_job.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1000) w),
    'running', (select count(*) from private.slots where lane = v_job.lane and token is not null),
    'slots', (select count(*) from private.slots where lane = v_job.lane and not is_retiring));
end
$$;
comment on function public.queue_position(uuid) is
  'Where a job stands in its lane: {position, exact, ticket, waiting, running, slots}. position is 1 for the next '
  'job, null for one that is not waiting; beyond 1,000 it is 1001 and exact is false; waiting counts to 1,000 as '
  'well. For the job''s owner, admins and service_role. Error: 404 not_found.';
revoke execute on function public.queue_position(uuid) from public, anon;
grant execute on function public.queue_position(uuid) to authenticated, service_role;

-- supabase/schemas/commands/02_check_creates_limit.sql ===============================================================

create function private.check_creates_limit(p_user_id uuid, p_more bigint, p_by_user boolean) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_limit bigint := private.limit_of(
    case when p_by_user then 'creates_a_minute' else 'creates_a_minute_by_server' end, p_user_id);
  v_in_the_way timestamptz; -- the newest that has to leave the minute before so many more fit into it
begin
  if v_limit is null or p_more = 0 then return; end if;
  -- What is of the future was written before the clock was set back: nobody is to wait until then.
  select created_at into v_in_the_way from public.jobs
  where user_id = p_user_id and created_at > v_now - interval '1 minute' and created_at <= v_now
    and is_by_user = p_by_user
  order by created_at desc, id desc offset greatest(v_limit - p_more, 0) limit 1;
  if not found and p_more <= v_limit then return; end if;
  perform private.refuse_limit(429, 'too_many_creates', format('No more than %s new jobs a minute.', v_limit), v_limit,
    case when p_more <= v_limit then v_in_the_way + interval '1 minute' end);
end
$$;
comment on function private.check_creates_limit(uuid, bigint, boolean) is
  'Error 429 too_many_creates when p_more new jobs of a user would be more than may be created in a minute, counting '
  'those that the user asked for (p_by_user) or those that servers did. Never to be let in: no retryAt. Exact, because '
  'one user''s creates go one at a time.';
revoke execute on function private.check_creates_limit(uuid, bigint, boolean) from public;

-- supabase/schemas/commands/02_check_refund_limit.sql ================================================================

create function private.check_refund_limit(p_lane private.lanes, p_user_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count bigint;
  v_oldest timestamptz;
begin
  if p_lane.max_refunds_per_user is null then return; end if;
  -- What is of the future was written before the clock was set back: nobody is to wait until then.
  select count(*), min(r.created_at) into v_count, v_oldest from (
    select created_at from public.credit_entries
    where user_id = p_user_id and is_counted and created_at > v_now - p_lane.refund_window and created_at <= v_now
    order by created_at desc limit p_lane.max_refunds_per_user) r;
  if v_count < p_lane.max_refunds_per_user then return; end if;
  perform private.refuse_limit(429, 'too_many_refunds',
    format('No more jobs after %s refunds in %s.', p_lane.max_refunds_per_user, p_lane.refund_window),
    p_lane.max_refunds_per_user, v_oldest + p_lane.refund_window);
end
$$;
comment on function private.check_refund_limit(private.lanes, uuid) is
  'Error 429 too_many_refunds when the user has had as many counted refunds as the lane bears with. Exact, because one '
  'user''s creates go one at a time.';
revoke execute on function private.check_refund_limit(private.lanes, uuid) from public;

-- supabase/schemas/commands/02_check_waiting_limit.sql ===============================================================

create function private.check_waiting_limit(p_lane text, p_user_id uuid, p_more integer default 1) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit integer := (select max_waiting_per_user from private.lanes where lane = p_lane);
begin
  if v_limit is null then return; end if;
  if v_limit < p_more + (
    select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'pending') then
    perform private.refuse_limit(429, 'too_many_waiting', format('No more than %s jobs may wait.', v_limit), v_limit,
      p_more => jsonb_build_object('lane', p_lane));
  end if;
end
$$;
comment on function private.check_waiting_limit(text, uuid, integer) is
  'Error 429 too_many_waiting when the user may not have p_more further jobs waiting in the lane. Exact, because one '
  'user''s creates go one at a time.';
revoke execute on function private.check_waiting_limit(text, uuid, integer) from public;

-- supabase/schemas/commands/03_refusals.sql ==========================================================================

create type private.refusal as (http integer, code text, message text, field text);
comment on type private.refusal is 'What private.refuse is to raise; field: its hint.';

create function private.raise_refusal(p_refusal private.refusal) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_refusal.code is not null then
    perform private.refuse(p_refusal.http, p_refusal.code, p_refusal.message, p_refusal.field);
  end if;
end
$$;
comment on function private.raise_refusal(private.refusal) is 'Raises a refusal; null: does nothing.';
revoke execute on function private.raise_refusal(private.refusal) from public;

create function private.tool_refusal(p_name text, p_tool public.tools, p_input jsonb, p_metadata jsonb)
returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  if p_tool.tool is null then
    return (404, 'unknown_tool', format('There is no tool %L.', p_name), 'tool')::private.refusal;
  end if;
  if not p_tool.is_enabled then
    return (409, 'tool_disabled', format('The tool %s is switched off.', p_name), 'tool')::private.refusal;
  end if;
  if jsonb_typeof(p_input) is distinct from 'object' then
    return (422, 'invalid_input', 'The input is a JSON object.', 'input')::private.refusal;
  end if;
  if jsonb_typeof(p_metadata) is distinct from 'object' then
    return (422, 'invalid_input', 'The metadata is a JSON object.', 'metadata')::private.refusal;
  end if;
  if octet_length(p_metadata::text) > 65536 then
    return (422, 'invalid_input', 'The metadata has at most 64 KiB as JSON.', '{"field": "metadata", "limit": 65536}'
      )::private.refusal;
  end if;
  return null;
end
$$;
comment on function private.tool_refusal(text, public.tools, jsonb, jsonb) is
  'What is wrong with asking the tool of that name, null if there is none, for a job with this input and metadata; '
  'null: nothing. Its priority, files and price are looked at elsewhere.';
revoke execute on function private.tool_refusal(text, public.tools, jsonb, jsonb) from public;

create function private.priority_refusal(p_tool public.tools, p_priority integer, p_by_user boolean)
returns private.refusal
language plpgsql immutable set search_path = '' as $$
declare
  v_max smallint := case when p_by_user then p_tool.priority else p_tool.max_priority end;
begin
  if coalesce(p_priority between p_tool.min_priority and v_max, true) then return null; end if;
  return (422, 'invalid_priority',
    format('The priority of a job of %s goes from %s to %s.', p_tool.tool, p_tool.min_priority, v_max),
    jsonb_build_object('field', 'priority', 'minimum', p_tool.min_priority, 'maximum', v_max))::private.refusal;
end
$$;
comment on function private.priority_refusal(public.tools, integer, boolean) is
  'What is wrong with asking a tool for this priority; null: nothing. p_priority null: its own. p_by_user: users may '
  'not ask for more than that, servers may.';
revoke execute on function private.priority_refusal(public.tools, integer, boolean) from public;

-- supabase/schemas/commands/04_lock_creates.sql ======================================================================

create function private.lock_creates(p_user_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The user's row first, as what is written refers to it: a deletion holds it, and then waits for creates.
  perform from auth.users where id = p_user_id for key share;
  perform pg_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0));
end
$$;
comment on function private.lock_creates(uuid) is
  'One create of a user at a time, until the transaction ends: what is counted and looked up is then exact.';
revoke execute on function private.lock_creates(uuid) from public;

-- supabase/schemas/commands/05_first_steps.sql =======================================================================

create function private.first_steps(
  p_at timestamptz, p_cost integer, p_balance bigint, p_available bigint, p_running bigint, p_position bigint,
  p_run_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_array(
    private.step('insert', p_at),
    private.step('credits', p_at, jsonb_build_object('cost', p_cost, 'newBalance', p_balance)),
    private.step('queue_check', p_at, jsonb_build_object('slotsAvailable', p_available, 'globalRunning', p_running)),
    private.step('queued', p_at, jsonb_build_object('position', p_position, 'run_at', p_run_at)));
end
$$;
comment on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz) is
  'The history of a job that has just been created: its price and the balance it left, the free and the taken slots '
  'of its lane, its position, and when it is to run if not as soon as it can.';
revoke execute on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz)
  from public;

-- supabase/schemas/commands/05_idempotency.sql =======================================================================

create function private.idempotency_hash(
  p_tool text, p_input jsonb, p_metadata jsonb, p_run_at timestamptz, p_priority integer
) returns bytea
language plpgsql stable set search_path = '' as $$
declare
  v_asked text := jsonb_build_array(p_tool, p_input, p_metadata, p_run_at at time zone 'UTC', p_priority)::text;
begin
  -- As text, jsonb has one order of keys, and its numbers no exponents; but 1.0 keeps its zero, though it equals 1.
  -- Numbers are told from what looks like them in a string by reading the strings as a whole.
  if v_asked ~ '\.[0-9]*0[],}]' then
    v_asked := regexp_replace(v_asked, '("(?:[^"\\]|\\.)*")|(\.[0-9]*[1-9])0+|\.0+(?![0-9])', '\1\2', 'g');
  end if;
  return sha256(convert_to(v_asked, 'UTF8'));
end
$$;
comment on function private.idempotency_hash(text, jsonb, jsonb, timestamptz, integer) is
  'What is asked for with an idempotency key, in 32 bytes: the same for all that JSON takes for equal. p_run_at and '
  'p_priority: as asked, null if they were left out.';
revoke execute on function private.idempotency_hash(text, jsonb, jsonb, timestamptz, integer) from public;

create function private.key_refusal(p_key text, p_job_id uuid) returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  return (409, 'idempotency_conflict',
    format('The idempotency key %L is that of job %s, which was asked for otherwise.', p_key, p_job_id),
    jsonb_build_object('field', 'idempotency_key', 'job_id', p_job_id))::private.refusal;
end
$$;
comment on function private.key_refusal(text, uuid) is
  'What is wrong with a key that was used before, for a job of another tool, input, metadata, run_at or priority.';
revoke execute on function private.key_refusal(text, uuid) from public;

create function private.job_of_key(p_user_id uuid, p_key text, p_hash bytea) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  if p_key is null then return null; end if;
  select * into v_job from public.jobs where user_id = p_user_id and idempotency_key = p_key;
  if v_job.idempotency_hash <> p_hash then
    perform private.raise_refusal(private.key_refusal(p_key, v_job.id));
  end if;
  return v_job;
end
$$;
comment on function private.job_of_key(uuid, text, bytea) is
  'The job of a user''s idempotency key, nulls if there is none. Error: 409 idempotency_conflict when it was asked for '
  'otherwise; where that was not noted, none.';
revoke execute on function private.job_of_key(uuid, text, bytea) from public;

-- supabase/schemas/commands/06_take_slot.sql =========================================================================

create function private.take_slot(
  p_lane private.lanes, p_user_id uuid, p_at timestamptz,
  out slot_id bigint, out account_id integer, out account_name text
) language plpgsql set search_path = '' as $$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides.
  if p_lane.paused_until > p_at or p_lane.rate_limit is not null or p_lane.circuit_opened_at is not null
     or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if found then return; end if;
  if private.first_due(p_lane.lane) <= p_at then return; end if;
  if private.may_start(p_lane, p_user_id) = 0 then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$$;
comment on function private.take_slot(private.lanes, uuid, timestamptz) is
  'Locks a free slot of a lane in which nobody waits, for a job of this user that is just being created; nulls if '
  'there is none, if the user has as many going as they may, or if it is for dispatch to say who is next. Waits for '
  'nothing.';
revoke execute on function private.take_slot(private.lanes, uuid, timestamptz) from public;

-- supabase/schemas/commands/07_place_job.sql =========================================================================

create function private.place_job(
  p_job public.jobs, p_tool public.tools, p_lane private.lanes, p_balance bigint
) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_available bigint;
  v_running bigint;
  v_slot_id bigint;
  v_account_id integer;
  v_account_name text;
  v_starts boolean;
  v_expires_at timestamptz;
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
    perform private.begin_attempts(p_lane, array[
      (p_job.id, 1, 1, p_job.user_id, v_slot_id, v_account_id, p_job.priority, p_job.ticket)::private.start], v_now);
  end if;
  return p_job;
end
$$;
comment on function private.place_job(public.jobs, public.tools, private.lanes, bigint) is
  'Writes a job that has been checked and paid for (p_job: id, user_id, tool, lane, input, priority, run_at, '
  'idempotency_key, idempotency_hash, metadata, is_by_user, and the uploads as step_history), with its place in the '
  'order; it starts at once if a slot is free and nobody waits. Returns the row.';
revoke execute on function private.place_job(public.jobs, public.tools, private.lanes, bigint) from public;

-- supabase/schemas/commands/08_create_job.sql ========================================================================

create function public.create_job(
  p_user_id uuid,
  p_tool text,
  p_input jsonb,
  p_priority smallint default null,
  p_run_at timestamptz default null,
  p_idempotency_key text default null,
  p_metadata jsonb default '{}',
  p_caller_drains boolean default false,
  p_by_user boolean default false,
  p_handed jsonb default '{}'
) returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_tool public.tools;
  v_lane private.lanes;
  v_job public.jobs;
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
      return v_job;
    end if;
  end if;
  if p_priority is not null then
    perform private.raise_refusal(private.priority_refusal(v_tool, p_priority, p_by_user));
  end if;
  perform private.check_creates_limit(p_user_id, 1, p_by_user);
  perform private.check_refund_limit(v_lane, p_user_id);
  perform private.check_storage_limit(p_user_id, v_tool.max_output_bytes);
  if v_lane.max_waiting_per_user is not null then perform private.check_waiting_limit(v_lane.lane, p_user_id); end if;
  if v_tool.settings ? 'files' then
    v_uploads := private.check_input_files(p_user_id, v_tool.settings -> 'files', p_input, p_handed);
  end if;

  select private.uuid_v7(), p_user_id, p_tool, v_lane.lane, p_input, coalesce(p_priority, v_tool.priority), p_run_at,
    p_idempotency_key, v_hash, p_metadata, v_uploads, p_by_user
  into v_job.id, v_job.user_id, v_job.tool, v_job.lane, v_job.input, v_job.priority, v_job.run_at,
    v_job.idempotency_key, v_job.idempotency_hash, v_job.metadata, v_job.step_history, v_job.is_by_user;
  v_job := private.place_job(v_job, v_tool, v_lane,
    private.charge(p_user_id, array[v_job.id], array[v_tool.credit_cost]));
  if p_handed <> '{}' then perform private.keep_handed(array[v_job.id], p_handed); end if;
  if v_job.status = 'processing' then
    if not p_caller_drains then perform private.poke(v_lane.lane); end if;
  elsif private.dispatch(v_lane.lane, p_poke => not p_caller_drains) > 0 then
    select * into v_job from public.jobs where id = v_job.id;
  end if;
  return v_job;
end
$$;
comment on function public.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb) is
  'Creates a paid job for a user and starts it if a slot is free. p_input has been checked against the tool''s schema '
  'by the caller; here its files, the price and the limits are checked. p_idempotency_key: the same key of a user '
  'answers with the same job (status 208), and is refused when tool, input, metadata, run_at or priority are others. '
  'p_priority: null for the tool''s own; p_by_user: true when the user asks for it, who may not raise it. p_run_at: '
  'not before. p_caller_drains: true when the caller drains the lane itself after its commit. p_handed: {path: key} of '
  'the copies in the bucket handed that stand for the input''s files; the worker makes those that are missing. '
  'Returns the job. Errors: 404 unknown_tool, 409 tool_disabled or idempotency_conflict, 422 invalid_input, '
  'invalid_priority or file_not_found, 413 file_too_large or storage_full, 415 unsupported_file_type, 402 '
  'insufficient_credits, 404 user_not_found, 429 too_many_creates, too_many_waiting or too_many_refunds; nothing is '
  'written or charged.';
-- Users create through the jobs function, which checks what SQL cannot: the tool's schema and the bytes of the file.
revoke execute on function public.create_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb)
  from public, anon, authenticated;
grant execute on function public.create_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb)
  to service_role;

-- supabase/schemas/commands/09_wishes.sql ============================================================================

create type private.wish as (
  n integer, tool text, lane text, input jsonb, priority smallint, run_at timestamptz, idempotency_key text,
  idempotency_hash bytea, metadata jsonb, refusal private.refusal, id uuid, is_new boolean, price integer
);
comment on type private.wish is
  'The n-th job of a batch that is to be created: what is asked for, what is wrong with it in itself, and the job '
  'that stands for it: a new one, or that of an idempotency key used before. price: null unless it is new.';

-- supabase/schemas/commands/10_refusal_of.sql ========================================================================

create function private.refusal_of(p_wish jsonb, p_tool public.tools, p_by_user boolean) returns private.refusal
language plpgsql immutable set search_path = '' as $$
declare
  -- All but the tool and the input may be left out, or null.
  v_refusal private.refusal := private.tool_refusal(
    p_wish ->> 'tool', p_tool, p_wish -> 'input', coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'));
begin
  if v_refusal.code is not null then return v_refusal; end if;
  if jsonb_typeof(p_wish -> 'priority') <> 'null'
     and not (jsonb_typeof(p_wish -> 'priority') = 'number'
              and pg_input_is_valid(p_wish ->> 'priority', 'smallint')) then
    return (422, 'invalid_input', 'A priority is a whole number from -32768 to 32767.', 'priority')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'run_at') <> 'null'
     and not (jsonb_typeof(p_wish -> 'run_at') = 'string'
              and pg_input_is_valid(p_wish ->> 'run_at', 'timestamptz')) then
    return (422, 'invalid_input', 'A time is text in ISO 8601.', 'run_at')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'idempotency_key') not in ('string', 'null') then
    return (422, 'invalid_input', 'An idempotency key is text.', 'idempotency_key')::private.refusal;
  end if;
  if p_wish - '{tool,input,priority,run_at,idempotency_key,metadata}'::text[] <> '{}' then
    return (422, 'invalid_input',
      'A job says tool, input, priority, run_at, idempotency_key and metadata, and nothing else.', 'jobs'
    )::private.refusal;
  end if;
  return private.priority_refusal(p_tool, (p_wish ->> 'priority')::integer, p_by_user);
end
$$;
comment on function private.refusal_of(jsonb, public.tools, boolean) is
  'The first thing that is wrong with what is asked of a tool, taken by itself; null: nothing. p_by_user: '
  'see create_job.';
revoke execute on function private.refusal_of(jsonb, public.tools, boolean) from public;

-- supabase/schemas/commands/11_read_wishes.sql =======================================================================

create function private.hash_of(p_wish jsonb, p_refusal private.refusal) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  -- What is not of its type cannot be read; it is refused in any case.
  if p_wish ->> 'idempotency_key' is null or p_refusal.code <> 'invalid_priority' then return null; end if;
  return private.idempotency_hash(p_wish ->> 'tool', p_wish -> 'input',
    coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'), (p_wish ->> 'run_at')::timestamptz,
    (p_wish ->> 'priority')::integer);
end
$$;
comment on function private.hash_of(jsonb, private.refusal) is
  'The idempotency hash of what is asked for in a batch; null without a key, and for what is not of its type. '
  'p_refusal: what is wrong with it in itself.';
revoke execute on function private.hash_of(jsonb, private.refusal) from public;

create function private.read_wishes(p_user_id uuid, p_jobs jsonb, p_by_user boolean) returns private.wish[]
language plpgsql set search_path = '' as $$
begin
  return (
    with read as materialized (
      select w.n, w.wish, t.lane, t.priority, t.credit_cost, private.refusal_of(w.wish, t, p_by_user) as refusal,
        private.uuid_v7() as id, w.wish ->> 'idempotency_key' as key
      from jsonb_array_elements(p_jobs) with ordinality w (wish, n)
      left join public.tools t on t.tool = w.wish ->> 'tool'
    ), hashed as materialized (
      select r.*, private.hash_of(r.wish, r.refusal) as hash from read r
    ), first as ( -- one key, one job, also within the batch
      select h.*,
        case when h.key is null then h.id else first_value(h.id) over same end as first_id,
        first_value(h.hash) over same as first_hash, first_value(h.n) over same as first_n
      from hashed h window same as (partition by h.key order by h.n)
    ), known as ( -- the job of a key that was used before
      select f.*, j.id as job_id, case
        when j.idempotency_hash <> f.hash then private.key_refusal(f.key, j.id)
        -- Who asked for a priority while it was allowed is answered with that job still.
        when j.id is not null and (f.refusal).code = 'invalid_priority' then null
        when (f.refusal).code is not null then f.refusal
        when j.id is null and f.first_hash <> f.hash then (409, 'idempotency_conflict',
          format('The jobs %s and %s have one idempotency key, and ask for different things.', f.first_n, f.n),
          'idempotency_key')::private.refusal end as problem
      from first f left join public.jobs j on j.user_id = p_user_id and j.idempotency_key = f.key
    )
    select array_agg(case
      when (k.problem).code is not null then
        (k.n, k.wish ->> 'tool', null, null, null, null, null, null, null, k.problem, null, false, null)::private.wish
      else
        (k.n, k.wish ->> 'tool', k.lane, k.wish -> 'input', coalesce((k.wish ->> 'priority')::smallint, k.priority),
          (k.wish ->> 'run_at')::timestamptz, k.key, k.hash, coalesce(nullif(k.wish -> 'metadata', 'null'), '{}'),
          null, coalesce(k.job_id, k.first_id), k.job_id is null and k.id = k.first_id,
          case when k.job_id is null and k.id = k.first_id then k.credit_cost end)::private.wish
      end order by k.n)
    from known k);
end
$$;
comment on function private.read_wishes(uuid, jsonb, boolean) is
  'Reads a batch (the argument of create_jobs) of a user whose creates the caller has locked.';
revoke execute on function private.read_wishes(uuid, jsonb, boolean) from public;

-- supabase/schemas/commands/12_refuse_first.sql ======================================================================

create function private.refuse_first(p_user_id uuid, p_wishes private.wish[], p_balance bigint, p_handed jsonb)
returns jsonb[]
language plpgsql set search_path = '' as $$
declare
  v_bad record; -- the first that is wrong in itself, or that the balance does not reach
  v_uploads jsonb[];
  v_facts jsonb; -- each file is looked at once, however many jobs name it
begin
  select w.n, w.refusal into v_bad from (
    select u.n, u.refusal, u.price, sum(u.price) over (order by u.n) as total from unnest(p_wishes) u) w
  where (w.refusal).code is not null or (w.price > 0 and w.total > p_balance)
  order by w.n limit 1;
  -- Its files come before its price; and the files of those before it before all else.
  if exists (select from unnest(p_wishes) w join public.tools t on t.tool = w.tool where t.settings ? 'files') then
    v_facts := private.input_facts(p_user_id, array(
      select path from unnest(p_wishes) w join public.tools t on t.tool = w.tool,
        lateral unnest(private.all_paths(t.settings -> 'files', w.input)) path
      where w.is_new), p_handed);
    v_uploads := array(
      select case when w.is_new and w.n <= coalesce(v_bad.n, w.n) then private.check_files(
        (select t.settings -> 'files' from public.tools t where t.tool = w.tool), w.input, v_facts) end
      from (select * from unnest(p_wishes) u order by u.n offset 0) w);
  end if;
  perform private.raise_refusal(v_bad.refusal);
  if v_bad.n is not null then
    perform private.refuse_price(p_user_id, (select sum(price) from unnest(p_wishes)));
  end if;
  return v_uploads;
end
$$;
comment on function private.refuse_first(uuid, private.wish[], bigint, jsonb) is
  'Raises what is wrong with the first wish that cannot be met: in itself, with its files, or that the balance does '
  'not reach so far. Otherwise returns, for each, the upload entries of the history.';
revoke execute on function private.refuse_first(uuid, private.wish[], bigint, jsonb) from public;

-- supabase/schemas/commands/13_insert_wishes.sql =====================================================================

create function private.insert_wishes(
  p_user_id uuid, p_wishes private.wish[], p_uploads jsonb[], p_balance bigint, p_at timestamptz,
  p_by_user boolean
) returns void
language plpgsql set search_path = '' as $$
begin
  with fresh as materialized (
    select w.*, case when w.run_at > p_at then w.run_at end as runs_at, t.max_attempts, t.effect,
      greatest(p_at, w.run_at) + t.expires_after as expires_at,
      p_balance - sum(w.price) over (order by w.n) as balance
    from unnest(p_wishes) w join public.tools t on t.tool = w.tool where w.is_new
  ), lanes as materialized (
    select s.lane, count(*) filter (where s.token is null and not s.is_retiring) as available,
      count(s.token) as running
    from private.slots s where s.lane in (select lane from fresh) group by s.lane
  ), taken as materialized (
    select lane, priority, private.take_tickets(lane, p_user_id, priority, count(*)) as first_ticket
    from fresh group by lane, priority
  ), placed as materialized (
    select f.*, t.first_ticket - 1 + row_number() over (partition by f.lane, f.priority order by f.n) as ticket
    from fresh f join taken t on t.lane = f.lane and t.priority = f.priority
  ), line as ( -- those who wait already, as far as positions are counted, and the newcomers among them
    select lane, priority, ticket, id, n, runs_at is null as is_ready from placed
    union all
    select l.lane, j.priority, j.ticket, j.id, null, true from (select distinct lane from fresh) l, lateral (
      select * from public.jobs w where w.lane = l.lane and w.status = 'pending' and w.run_at is null
      order by w.priority desc, w.ticket, w.id limit 1000) j
  ), positions as materialized (
    select n, 1 + least(1000, count(*) filter (where is_ready) over (
      partition by lane order by priority desc, ticket, id
      rows between unbounded preceding and 1 preceding)) as position
    from line
  )
  insert into public.jobs (id, user_id, tool, lane, effect, current_step, input, priority, ticket, max_attempts, run_at,
    expires_at, start_by, credits_charged, idempotency_key, idempotency_hash, metadata, is_by_user, created_at,
    queued_at, updated_at, step_history)
  select w.id, p_user_id, w.tool, w.lane, w.effect, 'queued', w.input, w.priority, w.ticket, w.max_attempts, w.runs_at,
    w.expires_at, w.expires_at, w.price, w.idempotency_key, w.idempotency_hash, w.metadata, p_by_user, p_at, p_at,
    p_at,
    coalesce(p_uploads[w.n], '[]')
      || private.first_steps(p_at, w.price, w.balance, l.available, l.running, p.position, w.runs_at)
  from placed w join positions p on p.n = w.n left join lanes l on l.lane = w.lane
  order by w.n;
end
$$;
comment on function private.insert_wishes(uuid, private.wish[], jsonb[], bigint, timestamptz, boolean) is
  'Writes the new jobs of a batch, each with its place in the order and its history so far. p_uploads: their first '
  'entries; p_balance: before anything was paid.';
revoke execute on function private.insert_wishes(uuid, private.wish[], jsonb[], bigint, timestamptz, boolean)
  from public;

-- supabase/schemas/commands/14_create_jobs.sql =======================================================================

create function public.create_jobs(
  p_user_id uuid, p_jobs jsonb, p_caller_drains boolean default false, p_by_user boolean default false,
  p_handed jsonb default '{}'
)
returns setof public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
declare
  v_wishes private.wish[];
  v_balance bigint;
  v_uploads jsonb[];
  v_ids uuid[];
  v_is_many boolean;
  v_lane text;
begin
  if jsonb_typeof(p_jobs) is distinct from 'array' or jsonb_array_length(p_jobs) not between 1 and 1000 then
    perform private.refuse(422, 'invalid_input', 'The jobs are an array of 1 to 1,000.', 'jobs');
  end if;
  perform private.lock_creates(p_user_id);
  v_wishes := private.read_wishes(p_user_id, p_jobs, p_by_user);
  select balance into v_balance from public.credit_accounts where user_id = p_user_id for update;
  v_balance := coalesce(v_balance, 0);
  v_uploads := private.refuse_first(p_user_id, v_wishes, v_balance, p_handed);
  -- Many are told of together: more than a screen shows, and than a client could follow one by one.
  v_ids := array(select id from unnest(v_wishes) where is_new order by n);
  if v_ids = '{}' then perform private.already(); end if;
  perform private.check_creates_limit(p_user_id, cardinality(v_ids), p_by_user);
  perform private.check_refund_limit(l, p_user_id) from private.lanes l
  where l.lane in (select lane from unnest(v_wishes) where is_new);
  perform private.check_storage_limit(p_user_id, (
    select sum(t.max_output_bytes) from unnest(v_wishes) w join public.tools t on t.tool = w.tool where w.is_new));
  perform private.charge(p_user_id, v_ids, array(select price from unnest(v_wishes) where is_new order by n));
  v_is_many := cardinality(v_ids) > 20;
  if v_is_many then perform set_config('esteira.broadcast', 'together', true); end if;
  perform private.insert_wishes(p_user_id, v_wishes, v_uploads, v_balance, private.now(), p_by_user);
  if p_handed <> '{}' then perform private.keep_handed(v_ids, p_handed); end if;
  if v_is_many then
    perform set_config('esteira.broadcast', '', true);
    perform private.broadcast('jobs:' || p_user_id, 'jobs_created', jsonb_build_object(
      'count', cardinality(v_ids), 'ids', to_jsonb(v_ids[:100]), 'at', clock_timestamp()), null);
  end if;

  -- Dispatched together: what starts is the whole batch's first. What then still waits is what counts as waiting.
  for v_lane in select distinct lane from unnest(v_wishes) where is_new order by lane loop
    while private.dispatch(v_lane, p_poke => not p_caller_drains) = 100 loop null; end loop;
    perform private.check_waiting_limit(v_lane, p_user_id, p_more => 0);
  end loop;
  return query select j.* from unnest(v_wishes) w join public.jobs j on j.id = w.id order by w.n;
end
$$;
comment on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) is
  'Creates up to 1,000 jobs of a user, all or none. p_jobs: [{tool, input, priority?, run_at?, idempotency_key?, '
  'metadata?}]. p_by_user, p_handed: as in create_job. Returns them in that order, with status 208 when none of them '
  'is new. Errors: as create_job, and 422 invalid_input for whatever is not of its type; the first one is raised and '
  'nothing is written or charged. max_waiting_per_user counts what has not started with the batch.';
revoke execute on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) from public, anon, authenticated;
grant execute on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) to service_role;

-- supabase/schemas/commands/15_retry_job.sql =========================================================================

create function public.retry_job(
  p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false, p_by_user boolean default false
) returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.jobs;
  v_new public.jobs;
  v_by_user boolean := p_by_user or private.caller_role() = 'authenticated';
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
$$;
comment on function public.retry_job(uuid, uuid, boolean, boolean) is
  'Does a failed or cancelled job again as a new job, charged anew; a terminal job never changes. Retrying twice '
  'gives the same new job (status 208). For the job''s owner; service_role names the owner in p_user_id or leaves it '
  'out, and says p_by_user when the owner asks for it. Returns the new job. Errors: 404 not_found, 409 not_retryable, '
  'and those of create_job.';
revoke execute on function public.retry_job(uuid, uuid, boolean, boolean) from public, anon;
grant execute on function public.retry_job(uuid, uuid, boolean, boolean) to authenticated, service_role;

-- supabase/schemas/commands/16_cancel_job.sql ========================================================================

create function private.running_attempt(p_job public.jobs) returns public.job_attempts
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and attempt = p_job.attempt and finished_at is null for update;
  return v_attempt;
end
$$;
comment on function private.running_attempt(public.jobs) is
  'The open attempt of a locked job, locked too; null if there is none.';
revoke execute on function private.running_attempt(public.jobs) from public;

create function private.end_for_cancel(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, out refund public.job_refund, out balance bigint
) language plpgsql set search_path = '' as $$
declare
  v_may_live boolean := false;
  v_terms text := (select cancel_refund from private.lanes where lane = p_job.lane);
  v_had_task boolean;
begin
  if p_attempt.token is not null then
    v_may_live := private.end_attempt(p_job, p_attempt, 'cancelled', 'cancelled', p_at);
  end if;
  v_had_task := private.had_task(p_job.id);
  refund := case when p_job.credits_charged = 0 then 'none' when not v_may_live or v_terms = 'always' then 'paid'
    when v_terms = 'never' then 'withheld' else 'due' end;
  if refund = 'paid' then
    select paid.balance into balance from private.pay_back(p_job, v_had_task) paid;
  end if;
end
$$;
comment on function private.end_for_cancel(public.jobs, public.job_attempts, timestamptz) is
  'Ends the running attempt, if there is one, of a locked job that is being cancelled, and says what becomes of its '
  'price: paid back now while no task can exist, else as its lane''s cancel_refund has it.';
revoke execute on function private.end_for_cancel(public.jobs, public.job_attempts, timestamptz) from public;

create function public.cancel_job(p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false)
returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_ends record;
begin
  perform private.is_here();
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.already();
    return v_job;
  end if;
  v_attempt := private.running_attempt(v_job);
  if v_attempt.word is not null or (v_job.attempt > 0 and private.has_success(p_job_id)) then
    perform private.refuse(409, 'job_finishing', 'Its provider is done with the job: it cannot be cancelled any more.');
  end if;
  v_now := private.now();
  v_ends := private.end_for_cancel(v_job, v_attempt, v_now);
  update public.jobs set status = 'cancelled', current_step = 'cancelled', completed_at = v_now, run_at = null,
    refund = v_ends.refund, refundable = false,
    step_history = step_history || private.step('cancelled', v_now, jsonb_build_object(
      'at_step', v_job.current_step, 'refund', nullif(v_ends.refund, 'none'),
      'refunded', case when v_ends.balance is not null then credits_charged end, 'newBalance', v_ends.balance))
  where id = p_job_id returning * into v_job;
  perform private.doom_files(v_job, v_now);
  perform private.dispatch(v_job.lane, p_poke => not p_caller_drains);
  if not p_caller_drains and v_job.attempt > 0 then perform private.poke(v_job.lane); end if;
  return v_job;
end
$$;
comment on function public.cancel_job(uuid, uuid, boolean) is
  'Cancels a job at whatever step it is, until its provider is done with it. What no task can have been made for is '
  'paid back at once; else the task is stopped if it still can be, and its slot and the price (refund: due) wait '
  'until it is over. A late result is not kept. A job that has ended is returned as it is (status 208). For the '
  'job''s owner; service_role names the owner in p_user_id or leaves it out. Errors: 404 not_found, 409 '
  'job_finishing.';
revoke execute on function public.cancel_job(uuid, uuid, boolean) from public, anon;
grant execute on function public.cancel_job(uuid, uuid, boolean) to authenticated, service_role;

-- supabase/schemas/worker/01_work_item.sql ===========================================================================

-- Worker: what Edge Functions say and are told of an attempt, until the provider has it.
--
-- A worker receives leased messages with all it needs, passes the checkpoint just before each submit, and says what the
-- provider answered: submitted here, failed in the settle room. Every write shows the attempt's token; a worker whose
-- attempt is over is told to stop. Lock order: job → slot → attempt (see the dispatch room).

create function private.wiring(p_tool text, p_lane text, p_account_id integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'tool_settings', coalesce(t.settings || coalesce(t.settings -> l.provider, '{}'), '{}'),
      'max_output_bytes', t.max_output_bytes,
      'provider', l.provider,
      'account', jsonb_build_object('name', a.name, 'settings', a.settings,
        'api_key', private.trimmed(s.decrypted_secret)),
      'lease_seconds', extract(epoch from l.lease),
      'poll_seconds', jsonb_build_object('after', extract(epoch from l.poll_after),
        'every', extract(epoch from l.poll_every)),
      'lane_circuit', jsonb_build_object('failures', l.circuit_failures, 'opened_at', l.circuit_opened_at,
        'probe_at', l.circuit_probe_at))
    from private.lanes l
    left join public.tools t on t.tool = p_tool
    left join private.accounts a on a.account_id = p_account_id
    left join vault.decrypted_secrets s on s.name = a.secret_name
    where l.lane = p_lane);
end
$$;
comment on function private.wiring(text, text, integer) is
  'How a job of a tool reaches its provider, the API key included: {tool_settings, max_output_bytes, provider, '
  'account: {name, settings, api_key}, lease_seconds, poll_seconds: {after, every}, lane_circuit: {failures, '
  'opened_at, probe_at}}. For service_role alone.';
revoke execute on function private.wiring(text, text, integer) from public;

create function private.work_item(p_job public.jobs, p_attempt public.job_attempts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'job', jsonb_build_object('id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
      'input', p_job.input, 'metadata', p_job.metadata,
      'created_at', p_job.created_at, 'deadline_at', p_job.deadline_at),
    'attempt', jsonb_build_object('attempt', p_attempt.attempt, 'dispatch', p_attempt.dispatch,
      'token', p_attempt.token, 'phase', p_attempt.phase, 'external_id', p_attempt.external_id,
      'checkpoint', p_attempt.checkpoint, 'started_at', p_attempt.started_at, 'submits', p_attempt.submits,
      'submit_until', p_attempt.submit_until, 'resubmit', p_attempt.resubmit, 'nones', p_attempt.nones,
      'word', p_attempt.word, 'outputs', p_attempt.outputs, 'data', p_attempt.data),
    'handed', case when p_attempt.phase in ('dispatched', 'preparing', 'submitting')
      then private.handed_of(p_job.id) end)
    || private.wiring(p_job.tool, p_job.lane, p_attempt.account_id);
end
$$;
comment on function private.work_item(public.jobs, public.job_attempts) is
  'All that a worker needs to submit or settle an attempt: {job, attempt, handed, …wiring}, '
  'handed being {path: key} of the copies of its files, for a submit. For service_role alone.';
revoke execute on function private.work_item(public.jobs, public.job_attempts) from public;

-- supabase/schemas/worker/02_live_items.sql ==========================================================================

create function private.is_to_do(p_queue text, p_status public.job_status, p_outcome text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  -- What an older attempt came to is still worth knowing: its success completes a job that is open.
  return p_status in ('pending', 'processing') and (p_outcome is null or p_queue = 'settle_queue');
end
$$;
comment on function private.is_to_do(text, public.job_status, text) is
  'Whether a message of this queue still points at something to do, by its job''s status and its attempt''s outcome.';
revoke execute on function private.is_to_do(text, public.job_status, text) from public;

create function private.live_items(p_queue text, p_messages private.message[])
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql rows 10 set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    select p_queue, m.msg_id, m.read_count, private.work_item(j, a)
      || jsonb_build_object('kind', coalesce(m.kind, 'work'))
    from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
    where private.is_to_do(p_queue, j.status, a.outcome)
    order by m.msg_id;
end
$$;
comment on function private.live_items(text, private.message[]) is
  'The work items of read messages that point at something still to be done.';
revoke execute on function private.live_items(text, private.message[]) from public;

create function private.archive_dead_messages(p_queue text, p_messages private.message[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_dead private.message[];
begin
  v_dead := array(
    select m::private.message from unnest(p_messages) m
    where not exists (
      select from public.jobs j
      join public.job_attempts a on a.job_id = j.id
      where j.id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
        and private.is_to_do(p_queue, j.status, a.outcome)));
  if cardinality(v_dead) = 0 then return; end if;
  -- A question that need not be asked any more is no evidence of anything.
  perform private.delete_messages(p_queue, array(select msg_id from unnest(v_dead) where kind = 'poll'));
  perform pgmq.archive(p_queue, array(select msg_id from unnest(v_dead) where kind is distinct from 'poll'));
end
$$;
comment on function private.archive_dead_messages(text, private.message[]) is
  'Puts away read messages that point at nothing that is still to be done.';
revoke execute on function private.archive_dead_messages(text, private.message[]) from public;

-- supabase/schemas/worker/03_lanes.sql ===============================================================================

create function worker.lanes() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery <> 'pull' order by lane
$$;
comment on function worker.lanes() is 'The lanes that the worker function drains; pull lanes are worked from outside.';
revoke execute on function worker.lanes() from public;
grant execute on function worker.lanes() to service_role;

-- supabase/schemas/worker/04_receive.sql =============================================================================

create function worker.receive(p_lane text, p_qty integer default 10, p_waits boolean default false)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
declare
  v_lane private.lanes;
  v_messages private.message[];
  v_live integer;
  v_started integer;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  if v_lane.delivery = 'pull' then return; end if; -- workers outside claim these
  if p_waits and not private.wait_for_others(v_lane) then return; end if; -- first of all, holding nothing
  v_started := private.dispatch(p_lane, p_poke => false);
  v_messages := private.read_messages(v_lane.queue_name, v_lane.lease, p_qty);
  if v_messages is null then
    if v_started = 0 and not p_waits and private.is_kept_apart(v_lane) then
      perform set_config('response.status', '202', true);
    end if;
    return;
  end if;

  return query select * from private.live_items(v_lane.queue_name, v_messages);
  get diagnostics v_live = row_count;

  -- The items above show the phase as the last worker left it; from now on this one is at work. Where there are no
  -- files to hand over, the next that is heard of it is the checkpoint.
  update public.job_attempts a set phase = 'preparing'
  from unnest(v_messages) m, public.jobs j, public.tools t
  where a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch and a.phase = 'dispatched'
    and j.id = a.job_id and t.tool = j.tool and t.settings ? 'files';

  if v_live < cardinality(v_messages) then perform private.archive_dead_messages(v_lane.queue_name, v_messages); end if;
end
$$;
comment on function worker.receive(text, integer, boolean) is
  'Dispatches a lane, then leases up to p_qty of its messages and returns what is needed to submit them: item = '
  '{job, attempt, tool_settings, provider, account}. item.attempt.phase is where an earlier worker left off: '
  'dispatched (nobody began), preparing, submitting (the provider may have the task), submitted. Nothing of a pull '
  'lane (worker.claim). Status 202 with nothing: a job waits beside a free slot, and somebody who has not committed '
  'yet may have kept them apart; call again with p_waits, which waits for them, two seconds at most. Error: 404 '
  'lane_not_found.';
revoke execute on function worker.receive(text, integer, boolean) from public;
grant execute on function worker.receive(text, integer, boolean) to service_role;

-- supabase/schemas/worker/05_acknowledge.sql =========================================================================

create function private.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_queue is not null and p_msg_id is not null then
    perform private.delete_messages(p_queue, array[p_msg_id]);
  end if;
end
$$;
comment on function private.acknowledge(text, bigint) is
  'Deletes the message that a worker has dealt with; does nothing without one.';
revoke execute on function private.acknowledge(text, bigint) from public;

create function worker.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.acknowledge(p_queue, p_msg_id);
end
$$;
comment on function worker.acknowledge(text, bigint) is
  'Deletes a message that has been dealt with and changed nothing, such as the cancelling of a task.';
revoke execute on function worker.acknowledge(text, bigint) from public;
grant execute on function worker.acknowledge(text, bigint) to service_role;

-- supabase/schemas/worker/06_lock_job.sql ============================================================================

create function private.lock_job(p_job_id uuid, p_token uuid) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  perform from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if not found then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return v_job;
end
$$;
comment on function private.lock_job(uuid, uuid) is
  'Locks a job and its attempt with this token, in that order, and returns the job. Error: 409 stale_token when the '
  'job has no such attempt.';
revoke execute on function private.lock_job(uuid, uuid) from public;

-- supabase/schemas/worker/07_progress.sql ============================================================================

create function worker.progress(
  p_job_id uuid, p_token uuid, p_progress smallint, p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql security definer set search_path = '' as $$
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
    perform pgmq.set_vt(p_queue, p_msg_id, extract(epoch from lease)::integer)
    from private.lanes where lane = v_job.lane;
  end if;
  return true;
end
$$;
comment on function worker.progress(uuid, uuid, smallint, text, bigint) is
  'Shows how far an attempt is, in percent, and extends the lease of its message if one is named. Returns false when '
  'the attempt is no longer current: stop working. Errors: 409 stale_token, 422 invalid_progress.';
revoke execute on function worker.progress(uuid, uuid, smallint, text, bigint) from public;
grant execute on function worker.progress(uuid, uuid, smallint, text, bigint) to service_role;

-- supabase/schemas/worker/08_defer.sql ===============================================================================

create function worker.defer(
  p_queue text, p_msg_id bigint, p_delay interval,
  p_job_id uuid default null, p_token uuid default null, p_note jsonb default '{}'
) returns void language plpgsql security definer set search_path = '' as $$
begin
  if p_note <> '{}' then
    update public.job_attempts set checkpoint = checkpoint || p_note where job_id = p_job_id and token = p_token;
  end if;
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(extract(epoch from p_delay), 0)::integer);
end
$$;
comment on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) is
  'Makes a leased message visible again after p_delay: later than its lease, or sooner. p_note is merged into the '
  'checkpoint of the attempt with p_token, for whoever reads the message next.';
revoke execute on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) from public;
grant execute on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) to service_role;

-- supabase/schemas/worker/09_checkpoint.sql ==========================================================================

create function private.may_submit(p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.phase in ('dispatched', 'preparing') then return true; end if;
  -- A repetition: nothing may be known of the last one, and nobody may be at it still.
  if p_attempt.phase <> 'submitting' or p_attempt.external_id is not null or p_attempt.word is not null
     or p_attempt.submit_until >= p_at then return false; end if;
  return case p_attempt.resubmit
    when 'idempotent' then true
    -- The provider has said twice that it has no such task; each submit more may be paid for: two at the most.
    when 'at_least_once' then p_attempt.nones >= 2 and p_attempt.submits < 3
    else false end;
end
$$;
comment on function private.may_submit(public.job_attempts, timestamptz) is
  'Whether an open attempt may be submitted now, for the first time or again.';
revoke execute on function private.may_submit(public.job_attempts, timestamptz) from public;

create function private.note_submit(
  p_job public.jobs, p_lane private.lanes, p_attempt public.job_attempts, p_files jsonb, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  -- Once an attempt, and not again and again where a busy provider sends the job back (see requeue_job).
  v_is_told boolean := p_attempt.submits = 1 and p_job.step_history -> -1 ->> 'step' = 'starting';
begin
  update public.jobs j set deadline_at = coalesce(j.deadline_at, p_at + t.timeout),
    step_history = case when v_is_told then j.step_history || private.upload_steps(p_files, p_at)
      else j.step_history end,
    refundable = case p_lane.cancel_refund when 'always' then true when 'never' then false
      else p_attempt.can_stop end
  from public.tools t where j.id = p_job.id and t.tool = j.tool;
end
$$;
comment on function private.note_submit(public.jobs, private.lanes, public.job_attempts, jsonb, timestamptz) is
  'From now on a task of a locked job may exist: its time begins to run, it says whether a cancel will be paid back, '
  'and its history names its files as the provider does. p_attempt: as it is now; p_files: see private.upload_steps.';
revoke execute on function private.note_submit(
  public.jobs, private.lanes, public.job_attempts, jsonb, timestamptz) from public;

create function worker.checkpoint(
  p_job_id uuid, p_token uuid, p_checkpoint jsonb, p_terms jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql security definer set search_path = '' as $$
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
  if p_queue is not null then
    perform pgmq.set_vt(p_queue, p_msg_id, extract(epoch from v_lane.lease)::integer);
  end if;
  return true;
end
$$;
comment on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) is
  'Called just before each submit: keeps what need not be done again after a crash (p_checkpoint, merged; its files '
  'are named in the history), counts the '
  'submit and notes that from here on the provider may have the task. p_terms: {resubmit: idempotent, at_least_once or '
  'reconcile_only, can_stop: whether the provider can stop tasks}; p_queue and p_msg_id: the message, leased anew: the '
  'submit is to be aborted when that lease ends. Returns false when the attempt is no longer current, when another '
  'worker has passed, or when it may not be submitted again (never after its deadline): do not submit.';
revoke execute on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) to service_role;

create function worker.none_found(p_job_id uuid, p_token uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_nones integer;
begin
  perform private.lock_job(p_job_id, p_token);
  v_now := private.now();
  update public.job_attempts set nones = nones + 1, none_at = v_now
  where job_id = p_job_id and token = p_token and outcome is null and phase = 'submitting' and external_id is null
    and word is null and private.is_sender_gone(submit_until, v_now)
    and coalesce(none_at <= v_now - interval '60 seconds' or none_at > v_now, true);
  select nones into v_nones from public.job_attempts where job_id = p_job_id and token = p_token;
  return v_nones;
end
$$;
comment on function worker.none_found(uuid, uuid) is
  'The provider, asked for the task of an attempt whose submit is in doubt, has none. Counts once a minute, and only '
  'when no submit can be under way any more. Returns how often it has had none. Error: 409 stale_token.';
revoke execute on function worker.none_found(uuid, uuid) from public;
grant execute on function worker.none_found(uuid, uuid) to service_role;

-- supabase/schemas/worker/10_submitted.sql ===========================================================================

create function private.take_up_task(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_details jsonb, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  -- A webhook may have come first: then the step is further on already, and only the id is news.
  update public.jobs set request_id = p_external_id,
    current_step = case current_step when 'starting' then 'running' else current_step end,
    step_history = case current_step
      when 'starting' then step_history
        || private.step('running', p_at, jsonb_build_object('taskId', p_external_id) || p_details)
      else step_history end
  where id = p_job.id;
end
$$;
comment on function private.take_up_task(public.jobs, public.job_attempts, text, jsonb, timestamptz) is
  'The task of a locked job''s running attempt has become known: shows it.';
revoke execute on function private.take_up_task(public.jobs, public.job_attempts, text, jsonb, timestamptz) from public;

create function private.ask_first(p_job public.jobs, p_attempt public.job_attempts) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_job.lane;
  if v_lane.delivery not in ('poll', 'webhook') or p_attempt.word is not null or p_attempt.question_id is not null then
    return p_attempt.question_id;
  end if;
  return private.send_to_settle(p_attempt, 'poll', v_lane.poll_after);
end
$$;
comment on function private.ask_first(public.jobs, public.job_attempts) is
  'Sets the first question to the provider about a task that has become known, where there is one to be set. Returns '
  'its message.';
revoke execute on function private.ask_first(public.jobs, public.job_attempts) from public;

create function private.other_name(p_known text, p_named text) returns jsonb
language sql immutable set search_path = '' as $$
  select case when p_known <> p_named then jsonb_build_object('other_id', p_named) else '{}' end
$$;
comment on function private.other_name(text, text) is
  'For an attempt''s checkpoint: a name that its task was given beside the one that it has; see worker.other_task.';
revoke execute on function private.other_name(text, text) from public;

create function worker.submitted(
  p_job_id uuid, p_token uuid, p_external_id text, p_raw jsonb, p_details jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null, p_checkpoint jsonb default '{}'
) returns public.job_status
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_is_news boolean; -- to the job
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  v_is_news := v_job.status = 'processing' and v_attempt.outcome is null and v_job.attempt = v_attempt.attempt
    and (v_attempt.external_id is null or v_job.current_step = 'starting');
  if v_attempt.token is null or v_attempt.outcome is not null then
    -- It has ended, and perhaps its job is gone: the outbox hears of the task.
    if not private.note_task(p_token, p_external_id, v_now, p_checkpoint) and v_attempt.token is null then
      perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
    end if;
  end if;
  -- The first id stays, and the first answer with it: a worker that finds the task has none of its own to show.
  update public.job_attempts set external_id = coalesce(external_id, p_external_id),
    raw_api_response = coalesce(p_raw, raw_api_response), submitted_at = coalesce(submitted_at, v_now),
    -- What a webhook has named before may have been a stranger's task.
    checkpoint = checkpoint || p_checkpoint || private.other_name(external_id, p_external_id),
    question_id = case when v_is_news then private.ask_first(v_job, v_attempt) else question_id end,
    phase = case when phase in ('settling', 'produced', 'finished') then phase else 'submitted' end
  where job_id = p_job_id and token = p_token;
  if v_is_news then
    perform private.take_up_task(v_job, v_attempt, coalesce(v_attempt.external_id, p_external_id), p_details, v_now);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return coalesce(v_job.status, 'cancelled');
end
$$;
comment on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) is
  'The provider has taken the task. p_external_id: its id, as text, kept unless one is known already; p_raw: its '
  'answer, redacted, or null to keep the one that is there; p_details: shown in the history (taskStatus, …); '
  'p_queue and p_msg_id: the message to acknowledge; p_checkpoint: what settling or cancelling has to know of the '
  'task, merged. Returns the job''s status, cancelled when it is gone: after a terminal one the outbox has the task '
  'to stop. Error: 409 stale_token.';
revoke execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) from public;
grant execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) to service_role;

-- supabase/schemas/worker/11_other_task.sql ==========================================================================

create function worker.other_task(p_job_id uuid, p_token uuid, p_external_id text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_attempt public.job_attempts;
  v_other text;
begin
  perform private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if v_attempt.outcome is not null or v_attempt.phase = 'produced' or v_attempt.word is distinct from 'succeeded' then
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
  'The provider knows of no task p_external_id, whose success a webhook has told. If the attempt''s task was given '
  'another name, by the answer to a submit or by another webhook, the attempt goes by that from now on; asked again, by '
  'the first once more. Returns the task to ask about; null: there is none but that. Error: 409 stale_token.';
revoke execute on function worker.other_task(uuid, uuid, text) from public;
grant execute on function worker.other_task(uuid, uuid, text) to service_role;

-- supabase/schemas/endings/01_cancels.sql ============================================================================

-- Endings: how attempts end, and what that means for the job, its price and its slot. Nothing else decides that.
--
-- Law 6: what may be paid for is bought once; the next attempt begins only when the last one's task is known to be
-- over. A slot belongs to an attempt until its task is over, so that the limit is exact at the provider too.
--
--   moment                                     job                     price                          slot
--   cancel while pending                       cancelled               paid back                      none
--   cancel before the checkpoint               cancelled               paid back                      free
--   cancel after it (cancel_refund)            cancelled               due; paid if nothing came of   until task_over
--                                                                      it, withheld if it went on
--   cancel after a final word, or produced     409 job_finishing       –                              –
--   the only submit refused: wait, pause       pending                 –                              free
--   the only submit refused for good           failed                  paid                           free
--   the provider's success                     processing, produced    –                              free
--   its task failed: tries left / none         pending / failed        – / paid, counted              free
--   deadline, no success stored                failed                  paid, counted                  until task_over
--   copying given up, output refused           failed                  paid, counted                  free already
--   expired before the checkpoint              failed                  paid                           free
--   submit_unknown                             failed                  paid, counted                  until task_over
--   pull lane: the lease ends                  pending / failed        – / paid; due → paid           free
--   user deleted                               gone                    ledger kept, of nobody         free / task_over
--   account removed                            waits again / goes on   –                              free / task_over
--
-- An attempt has passed the checkpoint when submits > 0: from then on its task may exist. One that ends while its task
-- may live leaves a row in the outbox of cancels, which owns all that is needed to find out and to stop it, whatever
-- becomes of job and user; task_over closes it. A lane's task_life bounds the waiting.
--
-- Lock order: job → slot → attempt → row of the outbox → credit account (see the dispatch room). What only knows a
-- token finds the job by its row, unlocked, and locks from the top.

create table private.cancels (
  token uuid primary key,
  job_id uuid not null,
  user_id uuid not null,
  attempt integer not null,
  tool text not null,
  lane text not null,
  account_id integer,
  slot_id bigint,
  reason text not null,
  external_id text,
  accepted_id text,
  resubmit text not null,
  submits integer not null,
  submit_until timestamptz not null,
  started_at timestamptz not null,
  checkpoint jsonb not null default '{}',
  nones integer not null default 0,
  none_at timestamptz,
  asked_at timestamptz,
  tries integer not null default 0,
  made_at timestamptz not null,
  next_at timestamptz not null,
  ends_at timestamptz not null,
  over_at timestamptz,
  how text,
  constraint tasks_may_exist_by_a_submit check (submits > 0),
  constraint reasons_are_known check (reason in (
    'cancelled', 'deadline_exceeded', 'submit_unknown', 'superseded', 'produced', 'user_deleted')),
  constraint ends_are_known check (how in ('never_existed', 'stopped', 'failed', 'succeeded', 'unknown')),
  constraint what_is_over_says_how check ((over_at is null) = (how is null))
);
-- What is to be looked at, and what has been waited for long enough?
create index cancels_due on private.cancels (next_at) where over_at is null;
create index cancels_by_end on private.cancels (ends_at) where over_at is null;
-- Whose slots are still taken?
create index open_cancels_by_user on private.cancels (user_id, lane) where over_at is null;
create index cancels_by_job on private.cancels (job_id);
create index cancels_closed on private.cancels (over_at) where over_at is not null;

alter table private.cancels enable row level security;

comment on table private.cancels is
  'The outbox of cancels: attempts that have ended while their task may live on. Refers to nothing, so that it '
  'outlives job and user.';
comment on column private.cancels.reason is
  'Why the attempt ended; produced: its result was taken, and other tasks of it may live.';
comment on column private.cancels.slot_id is 'The slot that its attempt was given, and holds until the task is over.';
comment on column private.cancels.accepted_id is 'The task whose result the job took: never to be stopped or deleted.';
comment on column private.cancels.submit_until is 'Until when a submit of it may still be under way.';
comment on column private.cancels.checkpoint is 'What its provider needs to find or to stop the task.';
comment on column private.cancels.nones is 'How often the provider, asked for the task, had none, a minute apart.';
comment on column private.cancels.next_at is 'When it is to be looked at next; a worker that has it moves this on.';
comment on column private.cancels.ends_at is
  'When the waiting ends without an answer: the lane''s task_life; in a pull lane the end of the lease.';
comment on column private.cancels.how is
  'How the task ended: never_existed, stopped, failed, succeeded, or unknown. Null: it may live.';

-- supabase/schemas/endings/02_may_live.sql ===========================================================================

create function private.may_be_several(p_resubmit text, p_submits integer) returns boolean
language sql immutable set search_path = '' as $$
  select p_resubmit = 'at_least_once' and p_submits > 1
$$;
comment on function private.may_be_several(text, integer) is
  'Whether an attempt may have made more than one task: then one task''s end says nothing of the others.';
revoke execute on function private.may_be_several(text, integer) from public;

create function private.may_live(p_attempt public.job_attempts) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.submits = 0 or p_attempt.never_existed then return false; end if;
  return p_attempt.word is null or private.may_be_several(p_attempt.resubmit, p_attempt.submits);
end
$$;
comment on function private.may_live(public.job_attempts) is
  'Whether a task of an attempt may still be going on, by what is stored: it has passed the checkpoint, and the '
  'provider has not said its final word on all that it may have made.';
revoke execute on function private.may_live(public.job_attempts) from public;

create function private.is_sender_gone(p_submit_until timestamptz, p_at timestamptz) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_submit_until + interval '30 seconds' < p_at, true)
$$;
comment on function private.is_sender_gone(timestamptz, timestamptz) is
  'Whether no submit of an attempt can be under way any more: the lease of whoever passed the checkpoint last is over, '
  'and a grace of 30 seconds with it.';
revoke execute on function private.is_sender_gone(timestamptz, timestamptz) from public;

create function private.had_task(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (
    select from public.job_attempts
    where job_id = p_job_id and submits > 0 and not never_existed);
end
$$;
comment on function private.had_task(uuid) is
  'Whether any attempt of a job may have had a task: refunds after that are counted.';
revoke execute on function private.had_task(uuid) from public;

create function private.has_success(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from public.job_attempts where job_id = p_job_id and word = 'succeeded');
end
$$;
comment on function private.has_success(uuid) is
  'Whether a provider''s success is stored for any attempt of a job: then nothing more is bought for it.';
revoke execute on function private.has_success(uuid) from public;

-- supabase/schemas/endings/03_end_attempt.sql ========================================================================

create function private.leave_cancel(
  p_job public.jobs, p_attempt public.job_attempts, p_reason text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.cancels (token, job_id, user_id, attempt, tool, lane, account_id, slot_id, reason,
    external_id, accepted_id, resubmit, submits, submit_until, started_at, checkpoint, made_at, next_at, ends_at)
  select p_attempt.token, p_job.id, p_job.user_id, p_attempt.attempt, p_job.tool, p_job.lane, p_attempt.account_id,
    p_attempt.slot_id, p_reason, p_attempt.external_id, case when p_reason = 'produced' then p_attempt.external_id end,
    p_attempt.resubmit, p_attempt.submits, p_attempt.submit_until, p_attempt.started_at,
    p_attempt.checkpoint - array['stored', 'copying', 'copying_until', 'looks'], p_at, p_at,
    case when l.delivery = 'pull' then greatest(p_attempt.leased_until, p_at)
      -- Whoever has just passed the checkpoint again may still make a task.
      else greatest(least(p_attempt.submit_until, p_at + l.lease) + interval '30 seconds',
        least(p_attempt.submitted_first_at, p_at) + greatest(l.task_life, 2 * coalesce(t.timeout, interval '0'))) end
  from private.lanes l left join public.tools t on t.tool = p_job.tool
  where l.lane = p_job.lane
  on conflict (token) do nothing;
end
$$;
comment on function private.leave_cancel(public.jobs, public.job_attempts, text, timestamptz) is
  'Leaves a row in the outbox for an attempt whose task may live on.';
revoke execute on function private.leave_cancel(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.end_attempt(
  p_job public.jobs, p_attempt public.job_attempts, p_outcome text, p_reason text, p_at timestamptz,
  p_error_code text default null, p_error_message text default null, p_may_live boolean default null
) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_may_live boolean := coalesce(p_may_live, private.may_live(p_attempt));
begin
  perform private.drop_question(p_attempt.question_id);
  if v_may_live then perform private.leave_cancel(p_job, p_attempt, p_reason, p_at);
  else perform private.free_slot(p_attempt.slot_id, p_attempt.token);
  end if;
  update public.job_attempts set phase = 'finished', outcome = p_outcome, finished_at = p_at,
    error_code = coalesce(p_error_code, error_code), error_message = coalesce(p_error_message, error_message),
    never_existed = p_attempt.never_existed, question_id = null
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
  return v_may_live;
end
$$;
comment on function private.end_attempt(
  public.jobs, public.job_attempts, text, text, timestamptz, text, text, boolean) is
  'Closes an open attempt of a locked job: one whose task may live keeps its slot and leaves a row in the outbox, for '
  'p_reason; any other gives its slot back. p_may_live: for who knows better than what is stored. Returns whether the '
  'task may live. The caller dispatches.';
revoke execute on function private.end_attempt(
  public.jobs, public.job_attempts, text, text, timestamptz, text, text, boolean) from public;

-- supabase/schemas/endings/04_end_job.sql ============================================================================

create function private.pay_back(
  p_job public.jobs, p_is_counted boolean, out refund public.job_refund, out balance bigint
) language plpgsql set search_path = '' as $$
begin
  balance := private.refund(p_job.user_id, p_job.id, p_is_counted);
  refund := case when p_job.credits_charged > 0 then 'paid' else 'none' end;
end
$$;
comment on function private.pay_back(public.jobs, boolean) is
  'Gives back the price of a locked job, and says what jobs.refund is then, and the balance; null if nothing was '
  'given. p_is_counted: it counts towards what a user may be refunded in a window.';
revoke execute on function private.pay_back(public.jobs, boolean) from public;

create function private.doom_files(p_job public.jobs, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- At once, and again when every upload that was begun before has ended or lost its leave.
  insert into private.doomed_files (bucket, prefix, job_id, due_at)
  select 'outputs', format('%s/%s/', p_job.user_id, p_job.id), p_job.id, p_at + delay
  from unnest(array[interval '0', interval '3 hours']) delay
  where exists (
    select from public.job_attempts a join private.lanes l on l.lane = p_job.lane where a.job_id = p_job.id
      and (a.leased_until is not null or a.word = 'succeeded' or a.outputs is not null
        or a.checkpoint ?| array['stored', 'copying', 'copying_until']
        -- A result that comes with the answer is stored before anything is told of it.
        or (l.delivery = 'sync' and a.submits > 0 and not a.never_existed)));
end
$$;
comment on function private.doom_files(public.jobs, timestamptz) is
  'Has the files deleted that lie under a job that ends without a result, if there can be any.';
revoke execute on function private.doom_files(public.jobs, timestamptz) from public;

create function private.fail_job(
  p_job public.jobs, p_step public.job_step, p_error_code text, p_error_message text, p_at timestamptz,
  p_is_counted boolean default false
) returns void language plpgsql set search_path = '' as $$
declare
  v_paid record := private.pay_back(p_job, p_is_counted);
begin
  update public.jobs set status = 'failed', current_step = 'failed', failed_at_step = p_step, completed_at = p_at,
    run_at = null, error_code = p_error_code, error_message = p_error_message, refund = v_paid.refund,
    step_history = step_history || private.step('failed', p_at, jsonb_build_object(
      'error', p_error_message, 'error_code', p_error_code, 'at_step', p_step,
      'refunded', case when v_paid.balance is not null then credits_charged end, 'newBalance', v_paid.balance))
  where id = p_job.id;
  perform private.doom_files(p_job, p_at);
end
$$;
comment on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz, boolean) is
  'Ends a locked job as failed at a step and gives back its price. From then on it is a dead letter '
  '(ops.dead_letters).';
revoke execute on function private.fail_job(public.jobs, public.job_step, text, text, timestamptz, boolean) from public;

-- supabase/schemas/endings/05_task_over.sql ==========================================================================

create function private.settle_refund(p_job public.jobs, p_how text, p_external_id text, p_is_pull boolean) returns void
language plpgsql set search_path = '' as $$
declare
  v_is_paid boolean := case p_how
    when 'succeeded' then false
    -- In a pull lane the end of the lease is all that will be heard; elsewhere a task that is known may have gone on.
    when 'unknown' then p_is_pull or p_external_id is null
    else true end;
begin
  if p_job.refund <> 'due' then return; end if;
  if v_is_paid then perform private.pay_back(p_job, private.had_task(p_job.id)); end if;
  update public.jobs set refund = case when v_is_paid then 'paid' else 'withheld' end::public.job_refund
  where id = p_job.id;
end
$$;
comment on function private.settle_refund(public.jobs, text, text, boolean) is
  'Decides a refund that is due, now that it is known how the task of a locked job ended: withheld if it went on, paid '
  'if not; if nobody knows, paid when no task was ever known.';
revoke execute on function private.settle_refund(public.jobs, text, text, boolean) from public;

create function private.is_pull_lane(p_lane text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.lanes where lane = p_lane and delivery = 'pull');
end
$$;
comment on function private.is_pull_lane(text) is 'Whether workers outside claim the jobs of a lane.';
revoke execute on function private.is_pull_lane(text) from public;

create function worker.task_over(p_token uuid, p_how text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_cancel private.cancels;
  v_slot_is_free boolean;
begin
  if p_how is null or p_how not in ('never_existed', 'stopped', 'failed', 'succeeded', 'unknown') then
    perform private.refuse(422, 'invalid_input', format('%L is no end of a task.', p_how), 'how');
  end if;
  select j.* into v_job from public.jobs j
  where j.id = (select job_id from private.cancels where token = p_token) for update;
  v_slot_is_free := (
    select private.free_slot(slot_id, token) from private.cancels where token = p_token and over_at is null);
  update private.cancels set over_at = private.now(), how = p_how, checkpoint = '{}'
  where token = p_token and over_at is null returning * into v_cancel;
  if not found then return false; end if;
  if p_how = 'never_existed' then
    update public.job_attempts set never_existed = true where job_id = v_cancel.job_id and token = p_token;
  end if;
  if v_job.id is not null and v_job.attempt = v_cancel.attempt then
    perform private.settle_refund(v_job, p_how, v_cancel.external_id, private.is_pull_lane(v_cancel.lane));
  end if;
  if v_slot_is_free then perform private.dispatch(v_cancel.lane, p_poke => false); end if;
  return true;
end
$$;
comment on function worker.task_over(uuid, text) is
  'The task of an attempt in the outbox is over. p_how: never_existed (its only submit was refused, or the provider '
  'knows of none), stopped, failed, succeeded, or unknown (waited for long enough). Frees its slot, decides a refund '
  'that is due, closes the row and dispatches. Returns false if the outbox has no such open row: nothing is done then. '
  'Error: 422 invalid_input.';
revoke execute on function worker.task_over(uuid, text) from public;
grant execute on function worker.task_over(uuid, text) to service_role;

-- supabase/schemas/endings/06_hear_of_ended.sql ======================================================================

create function private.note_task(p_token uuid, p_external_id text, p_at timestamptz, p_checkpoint jsonb default '{}')
returns boolean
language plpgsql set search_path = '' as $$
begin
  update private.cancels set external_id = coalesce(external_id, p_external_id),
    checkpoint = checkpoint || p_checkpoint, next_at = least(next_at, p_at)
  where token = p_token and over_at is null;
  return found;
end
$$;
comment on function private.note_task(uuid, text, timestamptz, jsonb) is
  'The task of an attempt in the outbox has been heard of: its id is kept, and it is looked at now. False: there is no '
  'such open row.';
revoke execute on function private.note_task(uuid, text, timestamptz, jsonb) from public;

create function private.lock_slot(p_token uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from private.slots
  where slot_id = (select slot_id from private.cancels where token = p_token) and token = p_token for update;
end
$$;
comment on function private.lock_slot(uuid) is
  'Locks the slot that an attempt in the outbox holds, if it holds one, before its row is written: where the job is '
  'gone, nothing else keeps two who have heard of its task in order.';
revoke execute on function private.lock_slot(uuid) from public;

create function private.hear_of_ended(p_token uuid, p_word text, p_external_id text, p_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_cancel private.cancels;
begin
  perform private.lock_slot(p_token);
  if not private.note_task(p_token, p_external_id, p_at) then return false; end if;
  select * into v_cancel from private.cancels where token = p_token;
  -- One task's end says nothing of the others; and what was taken is no news.
  if p_word is null or private.may_be_several(v_cancel.resubmit, v_cancel.submits) then return true; end if;
  -- About another task than the attempt's: the provider is asked instead.
  if p_external_id is distinct from v_cancel.external_id and p_external_id is not null then return true; end if;
  return worker.task_over(p_token, p_word);
end
$$;
comment on function private.hear_of_ended(uuid, text, text, timestamptz) is
  'The provider''s final word (succeeded, failed; null: not final) about the task of an attempt in the outbox: closes '
  'the row, if it was the only task that the attempt can have made. False: there is no such open row.';
revoke execute on function private.hear_of_ended(uuid, text, text, timestamptz) from public;

create function private.refusal_of_ended(p_token uuid, p_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform private.lock_slot(p_token);
  if not exists (
    select from private.cancels where token = p_token and over_at is null and submits = 1 and external_id is null) then
    return private.note_task(p_token, null, p_at);
  end if;
  return worker.task_over(p_token, 'never_existed');
end
$$;
comment on function private.refusal_of_ended(uuid, timestamptz) is
  'The provider has refused a submit of an attempt in the outbox: if that was its only one, there is no task. False: '
  'there is no such open row.';
revoke execute on function private.refusal_of_ended(uuid, timestamptz) from public;

create function private.success_of_gone(
  p_job_id uuid, p_token uuid, p_external_id text default null
) returns text
language plpgsql set search_path = '' as $$
begin
  if not private.hear_of_ended(p_token, 'succeeded', p_external_id, private.now()) then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return 'late';
end
$$;
comment on function private.success_of_gone(uuid, uuid, text) is
  'The provider has the result of an attempt whose job is gone: told to the outbox. Returns late. Error: 409 '
  'stale_token when the outbox does not know it either.';
revoke execute on function private.success_of_gone(uuid, uuid, text) from public;

-- supabase/schemas/endings/07_outbox.sql =============================================================================

create function private.cancel_item(p_cancel private.cancels, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'kind', 'cancel',
      'job', jsonb_build_object('id', p_cancel.job_id, 'user_id', p_cancel.user_id, 'tool', p_cancel.tool,
        'lane', p_cancel.lane, 'input', '{}'::jsonb, 'metadata', '{}'::jsonb, 'created_at', p_cancel.started_at,
        'deadline_at', null),
      'attempt', jsonb_build_object('attempt', p_cancel.attempt, 'dispatch', 1, 'token', p_cancel.token,
        'phase', 'finished', 'external_id', p_cancel.external_id, 'checkpoint', p_cancel.checkpoint,
        'started_at', p_cancel.started_at, 'submits', p_cancel.submits, 'resubmit', p_cancel.resubmit,
        'nones', p_cancel.nones, 'submit_until', p_cancel.submit_until, 'word', null, 'outputs', null, 'data', null),
      'cancel', jsonb_build_object('reason', p_cancel.reason, 'asked_at', p_cancel.asked_at, 'tries', p_cancel.tries,
        'is_sender_gone', private.is_sender_gone(p_cancel.submit_until, p_at), 'accepted_id', p_cancel.accepted_id,
        'nones', p_cancel.nones))
      || private.wiring(p_cancel.tool, p_cancel.lane, p_cancel.account_id));
end
$$;
comment on function private.cancel_item(private.cancels, timestamptz) is
  'All that a worker needs to find and to stop the task of a row of the outbox: a work item, with cancel: {reason, '
  'asked_at, tries, is_sender_gone, accepted_id, nones}. Nothing of what the user had asked for.';
revoke execute on function private.cancel_item(private.cancels, timestamptz) from public;

create function worker.receive_cancels(p_qty integer default 10) returns setof jsonb
language plpgsql security definer rows 10 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select c.token from private.cancels c join private.lanes l on l.lane = c.lane
      where c.over_at is null and c.next_at <= v_now and l.delivery <> 'pull'
      order by c.next_at limit p_qty
      for update of c skip locked
    )
    update private.cancels c set next_at = v_now + interval '60 seconds', tries = c.tries + 1
    from due where c.token = due.token returning private.cancel_item(c, v_now);
end
$$;
comment on function worker.receive_cancels(integer) is
  'Leases up to p_qty rows of the outbox that are to be looked at, for 60 seconds, and returns what is needed to find '
  'out whether their tasks live, and to stop them.';
revoke execute on function worker.receive_cancels(integer) from public;
grant execute on function worker.receive_cancels(integer) to service_role;

create function worker.cancel_noted(
  p_token uuid, p_external_id text default null, p_asked boolean default false, p_none boolean default false,
  p_delay interval default '30 seconds', p_note jsonb default '{}'
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  update private.cancels c set
    external_id = coalesce(c.external_id, p_external_id), checkpoint = c.checkpoint || p_note,
    asked_at = case when p_asked then v_now else c.asked_at end,
    nones = c.nones + n.counts::integer, none_at = case when n.counts then v_now else c.none_at end,
    next_at = v_now + greatest(p_delay, interval '0')
  from (select p_none and private.is_sender_gone(submit_until, v_now)
      and coalesce(none_at <= v_now - interval '60 seconds' or none_at > v_now, true) as counts
    from private.cancels where token = p_token) n
  where c.token = p_token and c.over_at is null;
end
$$;
comment on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) is
  'Keeps what was learned about the task of a row of the outbox, and looks at it again after p_delay. '
  'p_external_id: its id; p_asked: the provider was asked to stop it; p_none: it had no such task, which counts '
  'once a minute, and only when no submit can be under way; p_note: merged into its checkpoint.';
revoke execute on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) from public;
grant execute on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) to service_role;

-- supabase/schemas/endings/08_doomed_files.sql =======================================================================

create table private.doomed_files (
  doomed_id bigint generated always as identity primary key,
  bucket text,
  prefix text,
  is_exact boolean not null default false,
  owner_id text,
  job_id uuid,
  due_at timestamptz not null,
  tries integer not null default 0,
  constraint files_are_named_by_path_or_owner check (
    (owner_id is null) = (bucket is not null) and (owner_id is null) = (prefix is not null))
);
create index doomed_files_by_time on private.doomed_files (due_at);

alter table private.doomed_files enable row level security;

comment on table private.doomed_files is
  'Files that nobody may have: of jobs that ended without a result, of results that came too late, of users who are '
  'gone, and what is kept no longer (see the privacy room). SQL may not delete them; the worker does, by Storage.';
comment on column private.doomed_files.prefix is
  'All that begins with it goes, but what a completed job lists; is_exact: the one file of this path.';
comment on column private.doomed_files.owner_id is
  'Instead of bucket and prefix: all that this user has put anywhere.';
comment on column private.doomed_files.due_at is 'When it is to be done; a worker that has it moves this on.';

create function private.doom_late_files(p_job public.jobs, p_attempt integer, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.doomed_files (bucket, prefix, job_id, due_at)
  values ('outputs', case p_job.status
      when 'completed' then format('%s/%s/%s-', p_job.user_id, p_job.id, p_attempt)
      else format('%s/%s/', p_job.user_id, p_job.id) end, p_job.id, p_at);
end
$$;
comment on function private.doom_late_files(public.jobs, integer, timestamptz) is
  'Has the files deleted of a result that came after a job''s end: those of the attempt, or all where the job has '
  'none.';
revoke execute on function private.doom_late_files(public.jobs, integer, timestamptz) from public;

create function worker.receive_doomed_files(p_qty integer default 10)
returns table (doomed_id bigint, bucket text, prefix text, is_exact boolean, keep text[], owner_id text)
language plpgsql security definer rows 10 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select d.doomed_id from private.doomed_files d where d.due_at <= v_now
      order by d.due_at limit p_qty for update skip locked
    )
    update private.doomed_files d
    set tries = d.tries + 1, due_at = v_now + interval '1 minute' * power(2, least(d.tries, 8))
    from due where d.doomed_id = due.doomed_id
    returning d.doomed_id, d.bucket, d.prefix, d.is_exact, array(
      select f ->> 'path' from public.jobs j, jsonb_array_elements(j.output -> 'files') f
      where j.id = d.job_id and j.status = 'completed'
      union all -- asked for since
      select i.path from private.used_inputs(private.uuid_or_null(split_part(d.prefix, '/', 1))) i
      where d.is_exact and d.bucket = 'inputs' and i.path = d.prefix and i.until > v_now), d.owner_id;
end
$$;
comment on function worker.receive_doomed_files(integer) is
  'Leases up to p_qty prefixes whose files are to be deleted. is_exact: the prefix is the path of one file. keep: '
  'paths that stay: a completed job lists them, or a job has been given them since. owner_id: instead of bucket '
  'and prefix, whose files these are (worker.owned_files). They come back, later each time, until '
  'worker.doomed_files_deleted is told.';
revoke execute on function worker.receive_doomed_files(integer) from public;
grant execute on function worker.receive_doomed_files(integer) to service_role;

create function worker.doomed_files_deleted(p_doomed_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.doomed_files where doomed_id = p_doomed_id;
end
$$;
comment on function worker.doomed_files_deleted(bigint) is 'The files of a doomed prefix are gone.';
revoke execute on function worker.doomed_files_deleted(bigint) from public;
grant execute on function worker.doomed_files_deleted(bigint) to service_role;

-- supabase/schemas/endings/09_circuit.sql ============================================================================

create function private.next_probe(p_opened_at timestamptz, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select p_at + least(greatest(p_at - p_opened_at, interval '15 seconds'), interval '5 minutes')
$$;
comment on function private.next_probe(timestamptz, timestamptz) is
  'When a provider that has been down since p_opened_at is to be tried again after p_at: the pauses double, from 15 '
  'seconds to 5 minutes.';
revoke execute on function private.next_probe(timestamptz, timestamptz) from public;

create function private.may_probe(p_lane text) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Waits for nobody: whoever has the lane probes in our stead. No probe is put off for more than five minutes, but by
  -- a clock that was set back.
  update private.lanes set circuit_probe_at = private.next_probe(circuit_opened_at, private.now())
  where lane = (
    select lane from private.lanes
    where lane = p_lane
      and (circuit_probe_at <= private.now() or circuit_probe_at > private.now() + interval '5 minutes')
    for no key update skip locked);
  return found;
end
$$;
comment on function private.may_probe(text) is
  'Whether a lane whose circuit is open may start one job now, to see whether its provider is back.';
revoke execute on function private.may_probe(text) from public;

create function worker.provider_down(p_lane text, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
  v_is_left boolean;
begin
  update private.lanes set circuit_failures = least(circuit_failures, 1000000) + 1 where lane = p_lane
  returning * into v_lane;
  if v_lane.circuit_failures is null or v_lane.circuit_failures < 3 then return false; end if;
  -- A probe that is still to come stays where it is, and so does one that is left to the next job: or one task that is
  -- never answered would put off for ever what shows that others are.
  v_is_left := v_lane.circuit_probe_at between v_now and v_now + interval '5 minutes' or exists (
    select from public.jobs where lane = p_lane and status = 'pending' and run_at is null
    order by priority desc, ticket, id limit 1);
  update private.lanes set circuit_opened_at = coalesce(circuit_opened_at, v_now),
    circuit_reason = left(coalesce(p_reason, 'the provider does not answer'), 500),
    circuit_probe_at = case when v_is_left and circuit_probe_at is not null then circuit_probe_at
      else private.next_probe(coalesce(circuit_opened_at, v_now), v_now) end
  where lane = p_lane;
  return true;
end
$$;
comment on function worker.provider_down(text, text) is
  'A lane''s provider could not be reached, or answered as one that is down. Three in a row open the circuit: nothing '
  'starts but a probe now and then, no deadline passes, no attempt is used up. Returns whether it is open.';
revoke execute on function worker.provider_down(text, text) from public;
grant execute on function worker.provider_down(text, text) to service_role;

create function private.look_at_what_waited(p_lane private.lanes, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- What somebody works on is leased for a minute, a submit for the lane's lease: those stay with whoever has them.
  -- What is due sooner comes by itself; copies wait for somebody else. Waits for nobody.
  with put_off as materialized (
    select q.msg_id from pgmq.q_settle_queue q
    join public.jobs j
      on j.id = private.uuid_in(q.message, 'job_id') and j.lane = p_lane.lane and j.status = 'processing'
    join public.job_attempts a on a.job_id = j.id and a.attempt = private.number_in(q.message, 'attempt')
    where a.phase <> 'produced' and q.read_ct > 0 and q.vt > clock_timestamp() + interval '60 seconds'
    for update of q skip locked
  )
  update pgmq.q_settle_queue q set vt = clock_timestamp() from put_off p where q.msg_id = p.msg_id;
  execute format($query$
    with put_off as materialized (
      select q.msg_id from pgmq.%1$I q
      join public.job_attempts a
        on a.job_id = private.uuid_in(q.message, 'job_id') and a.attempt = private.number_in(q.message, 'attempt')
      where a.phase in ('dispatched', 'preparing') and q.vt > clock_timestamp() + $1
      for update of q skip locked
    )
    update pgmq.%1$I q set vt = clock_timestamp() from put_off p where q.msg_id = p.msg_id $query$,
    'q_' || p_lane.queue_name)
  using p_lane.lease;
  with put_off as materialized (
    select token from private.cancels
    where lane = p_lane.lane and over_at is null and next_at > p_at + interval '60 seconds'
    for update skip locked
  )
  update private.cancels c set next_at = p_at from put_off p where c.token = p.token;
end
$$;
comment on function private.look_at_what_waited(private.lanes, timestamptz) is
  'Has what workers put off because a lane''s provider was down looked at now: questions, submits and the outbox.';
revoke execute on function private.look_at_what_waited(private.lanes, timestamptz) from public;

create function worker.provider_up(p_lane text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_lane and circuit_failures > 0 for no key update;
  if not found then return false; end if;
  update private.lanes set circuit_failures = 0, circuit_opened_at = null, circuit_probe_at = null,
    circuit_reason = null
  where lane = p_lane;
  if v_lane.circuit_opened_at is null then return false; end if;
  -- The time that it was down is nobody's: deadlines move by as much.
  with postponed as (
    select id from public.jobs where lane = p_lane and status = 'processing' and deadline_at is not null
    order by id for update
  )
  update public.jobs j set deadline_at = greatest(j.deadline_at, v_now)
    + least(greatest(v_now - v_lane.circuit_opened_at, interval '0'), interval '1 day')
  from postponed where j.id = postponed.id;
  perform private.look_at_what_waited(v_lane, v_now);
  perform private.dispatch(p_lane);
  perform private.poke(p_lane);
  return true;
end
$$;
comment on function worker.provider_up(text) is
  'A lane''s provider has answered: its circuit closes, the deadlines of what runs move by the time that it was open, '
  'what was put off meanwhile is looked at, and the lane is dispatched. Returns whether it was open.';
revoke execute on function worker.provider_up(text) from public;
grant execute on function worker.provider_up(text) to service_role;

-- supabase/schemas/endings/10_remove_account.sql =====================================================================

create function private.wait_again(p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  perform private.end_attempt(p_job, p_attempt, 'waited', null, p_at, 'account_removed', p_message, false);
  perform private.requeue_job(p_job, 'account_removed', p_message, 'pause', '0', p_at, p_gives_back => true);
end
$$;
comment on function private.wait_again(public.jobs, public.job_attempts, text, timestamptz) is
  'Puts a locked job whose running attempt was never submitted back to wait. The caller dispatches.';
revoke execute on function private.wait_again(public.jobs, public.job_attempts, text, timestamptz) from public;

create function ops.remove_account(p_account_id integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane text;
  v_found record;
begin
  update private.accounts set retired_at = coalesce(retired_at, v_now), paused_until = 'infinity',
    pause_reason = 'the account was removed'
  where account_id = p_account_id returning lane into v_lane;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  -- What nobody has submitted yet waits again; what has a task runs to its end, with the account's key. Jobs are locked
  -- before slots, as everywhere; whoever was given a slot meanwhile is waited for no more.
  perform from public.job_attempts a
  join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
  where a.account_id = p_account_id and a.outcome is null and a.submits = 0 and a.word is null
  order by j.id for update of j, a;
  perform private.set_capacity(p_account_id, 0);
  for v_found in
    select j as job, a as attempt from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.account_id = p_account_id and a.outcome is null and a.submits = 0 and a.word is null
    order by j.id for update of j, a skip locked
  loop
    perform private.wait_again(v_found.job, v_found.attempt, 'Its account was removed', v_now);
  end loop;
  perform private.dispatch(v_lane);
  return (select count(*) from private.slots where account_id = p_account_id);
end
$$;
comment on function ops.remove_account(integer) is
  'Takes an account out of use: it starts nothing more, what was not submitted yet waits for another, what has a task '
  'goes on to its end, and the key is kept until then. Returns how many tasks that is. ops.add_account with its name '
  'brings it back. Error: 404 account_not_found.';
revoke execute on function ops.remove_account(integer) from public;

create function private.forget_retired_accounts() returns void
language plpgsql set search_path = '' as $$
begin
  update private.accounts a set secret_name = null, webhook_secret_name = null
  where a.retired_at is not null and (a.secret_name is not null or a.webhook_secret_name is not null)
    and not exists (select from private.slots s where s.account_id = a.account_id)
    and not exists (select from private.cancels c where c.account_id = a.account_id and c.over_at is null)
    and not exists (select from private.forgets f where f.account_id = a.account_id)
    and not exists (select from public.job_attempts t where t.account_id = a.account_id and t.outcome is null);
end
$$;
comment on function private.forget_retired_accounts() is
  'Lets removed accounts forget the names of their keys once nothing of them runs or is copied any more.';
revoke execute on function private.forget_retired_accounts() from public;

-- supabase/schemas/endings/11_leavers.sql ============================================================================

create table private.leavers (
  user_id uuid primary key,
  tombstone_id uuid not null,
  job_ids uuid[] not null default '{}',
  topics text[] not null default '{}',
  did jsonb not null default '{}',
  left_at timestamptz not null,
  due_at timestamptz not null,
  looks integer not null default 0
);
create index leavers_by_time on private.leavers (due_at);

alter table private.leavers enable row level security;

comment on table private.leavers is
  'Users who have left, while their traces are looked for (see the privacy room): at once, and again when every token '
  'of theirs has run out. Then the row goes, the last to name them.';
comment on column private.leavers.tombstone_id is 'Whose the ledger is from now on.';
comment on column private.leavers.topics is 'Where their changes were told.';
comment on column private.leavers.did is 'What was done when they left; see ops.forget_user.';

create function private.note_leaver(p_user_id uuid, p_at timestamptz) returns private.leavers
language plpgsql set search_path = '' as $$
declare
  v_leaver private.leavers;
begin
  insert into private.leavers as l (user_id, tombstone_id, job_ids, topics, left_at, due_at)
  values (p_user_id, gen_random_uuid(), array(select id from public.jobs where user_id = p_user_id),
    'jobs:' || p_user_id || array(select 'project:' || id from public.projects where user_id = p_user_id), p_at, p_at)
  on conflict (user_id) do update set job_ids = l.job_ids || excluded.job_ids, topics = l.topics || excluded.topics,
    due_at = excluded.due_at, looks = 0
  returning * into v_leaver;
  return v_leaver;
end
$$;
comment on function private.note_leaver(uuid, timestamptz) is
  'Notes whose traces are to be looked for, and the names under which they may be found. Returns the row.';
revoke execute on function private.note_leaver(uuid, timestamptz) from public;

create function private.without_files(p_checkpoint jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_checkpoint -> 'files') is distinct from 'object' then return p_checkpoint - 'files'; end if;
  -- A provider may need to know which fields had files, and how many.
  return p_checkpoint || jsonb_build_object('files', (
    select coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
      when 'array' then (select coalesce(jsonb_agg(''::text), '[]') from jsonb_array_elements(value))
      else '""' end), '{}')
    from jsonb_each(p_checkpoint -> 'files')));
end
$$;
comment on function private.without_files(jsonb) is
  'A checkpoint that knows no more how a provider names the files which a user had handed in.';
revoke execute on function private.without_files(jsonb) from public;

create function private.forget_cancels_of(p_user_id uuid, p_tombstone_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Those of the jobs that there are, whose slots are locked; others are left to whoever works on them.
  with known as materialized (
    select c.token from private.cancels c join public.jobs j on j.id = c.job_id
    where j.user_id = p_user_id for update of c
  ), others as materialized (
    select c.token from private.cancels c where c.user_id = p_user_id and c.over_at is null
    for update of c skip locked
  )
  update private.cancels c set user_id = p_tombstone_id, checkpoint = private.without_files(c.checkpoint)
  where c.token in (select token from known union all select token from others);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_cancels_of(uuid, uuid) is
  'The outbox goes on with the tasks of a user who leaves, and knows no more whose they were or what was handed in. '
  'Returns how many rows.';
revoke execute on function private.forget_cancels_of(uuid, uuid) from public;

-- supabase/schemas/endings/12_user_leaves.sql ========================================================================

create function private.end_all_of(p_user_id uuid, p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_tasks integer := 0;
begin
  -- All jobs before any slot, and the slots in the order in which a change of capacity takes them.
  perform from public.jobs where user_id = p_user_id order by id for update;
  perform from private.slots where job_id in (select id from public.jobs where user_id = p_user_id)
  order by slot_id for update;
  for v_job in
    select * from public.jobs where user_id = p_user_id and exists (
      select from public.job_attempts a where a.job_id = id and a.finished_at is null)
    order by id for update
  loop
    for v_attempt in
      select * from public.job_attempts where job_id = v_job.id and finished_at is null order by attempt for update
    loop
      v_tasks := v_tasks + private.end_attempt(v_job, v_attempt, 'cancelled', 'user_deleted', p_at)::integer;
    end loop;
  end loop;
  return v_tasks;
end
$$;
comment on function private.end_all_of(uuid, timestamptz) is
  'Locks all jobs of a user who leaves and ends their attempts. Slots of what was not submitted are free; a task that '
  'may live keeps its slot, and the outbox stops it. Returns how many of those.';
revoke execute on function private.end_all_of(uuid, timestamptz) from public;

create function private.let_go(p_user_id uuid) returns private.leavers
language plpgsql set search_path = '' as $$
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
$$;
comment on function private.let_go(uuid) is
  'All that happens when a user leaves: what runs is ended, rows go, files and trained models are to be deleted, the '
  'ledger stays under a tombstone, and what else may tell of the user is noted to be looked for. Any number of times. '
  'Returns what it noted.';
revoke execute on function private.let_go(uuid) from public;

create function private.user_leaves() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The row of the user is locked already, and is the head of the lock order.
  perform private.let_go(old.id);
  return old;
end
$$;
comment on function private.user_leaves() is 'Before a user is deleted: lets go of all that is the user''s.';
revoke execute on function private.user_leaves() from public;

create trigger esteira_user_leaves before delete on auth.users
  for each row execute function private.user_leaves();

-- supabase/schemas/settle/01_send_to_settle.sql ======================================================================

-- Settle: turning a provider's answer into a stored result or a classified failure.
--
-- A settle message points at an attempt whose outcome is to be found out: sent by a webhook, put off until the first
-- question is due (poll), or sent by the reaper. The worker asks the provider for the truth, and says what it was told:
-- produced, and complete once the result is stored; or that it failed. What that means for job, price and slot is
-- decided in the endings room. Every function shows the attempt's token; none changes a job that is terminal already.
--
-- Lock order: job → slot → attempt → row of the outbox → credit account (see the dispatch room).

create function private.send_to_settle(
  p_attempt public.job_attempts, p_kind text default null, p_delay interval default '0'
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_msg_id bigint;
begin
  -- What pgmq.send does; but the statement is planned once.
  insert into pgmq.q_settle_queue (vt, message)
  values (clock_timestamp() + p_delay, jsonb_strip_nulls(jsonb_build_object(
    'job_id', p_attempt.job_id, 'attempt', p_attempt.attempt, 'dispatch', p_attempt.dispatch, 'kind', p_kind)))
  returning msg_id into v_msg_id;
  return v_msg_id;
end
$$;
comment on function private.send_to_settle(public.job_attempts, text, interval) is
  'Sends a settle message for an attempt, to be seen after p_delay, and returns its id. p_kind: null after a webhook, '
  'or poll.';
revoke execute on function private.send_to_settle(public.job_attempts, text, interval) from public;

create function private.drop_question(p_question_id bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_question_id is not null then delete from pgmq.q_settle_queue where msg_id = p_question_id; end if;
end
$$;
comment on function private.drop_question(bigint) is
  'Takes back the question about a task that is of no interest any more; null: there is none.';
revoke execute on function private.drop_question(bigint) from public;

-- supabase/schemas/settle/02_receive_settlements.sql =================================================================

create function worker.receive_settlements(p_qty integer default 10)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
declare
  v_messages private.message[] := private.read_messages('settle_queue', '60 seconds', p_qty);
  v_live integer;
begin
  if v_messages is null then return; end if;
  return query select * from private.live_items('settle_queue', v_messages);
  get diagnostics v_live = row_count;
  if v_live < cardinality(v_messages) then perform private.archive_dead_messages('settle_queue', v_messages); end if;
end
$$;
comment on function worker.receive_settlements(integer) is
  'Leases up to p_qty settle messages for 60 seconds, of every lane, and returns their work items as worker.receive '
  'does. Messages of jobs that have ended meanwhile are archived.';
revoke execute on function worker.receive_settlements(integer) from public;
grant execute on function worker.receive_settlements(integer) to service_role;

-- supabase/schemas/settle/03_produced.sql ============================================================================

create function private.supersede_others(p_job public.jobs, p_token uuid, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- By the index of a job's attempts rather than that of all open ones: finished_at is as good as outcome here.
  for v_attempt in
    select * from public.job_attempts
    where job_id = p_job.id and finished_at is null and token <> p_token order by attempt for update
  loop
    perform private.end_attempt(p_job, v_attempt, 'superseded', 'superseded', p_at);
  end loop;
end
$$;
comment on function private.supersede_others(public.jobs, uuid, timestamptz) is
  'Ends the open attempts of a locked job but the one with this token: what they do is in vain.';
revoke execute on function private.supersede_others(public.jobs, uuid, timestamptz) from public;

create function private.accept_success(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_at timestamptz
) returns public.job_attempts
language plpgsql set search_path = '' as $$
begin
  perform private.supersede_others(p_job, p_attempt.token, p_at);
  -- The task whose success is stored is the attempt's; what comes later changes that no more.
  p_attempt.external_id := case when p_attempt.word = 'succeeded' then coalesce(p_attempt.external_id, p_external_id)
    else coalesce(p_external_id, p_attempt.external_id) end;
  p_attempt.word := 'succeeded';
  p_attempt.word_at := coalesce(p_attempt.word_at, p_at);
  -- Others that it may have made keep its slot until they are over.
  if not private.may_live(p_attempt) then
    -- One that was superseded, and succeeds first after all, has a row in the outbox.
    if not worker.task_over(p_attempt.token, 'succeeded') then
      perform private.free_slot(p_attempt.slot_id, p_attempt.token);
    end if;
  elsif exists (
    select from private.slots where slot_id = p_attempt.slot_id and token = p_attempt.token) then
    perform private.leave_cancel(p_job, p_attempt, 'produced', p_at);
  end if;
  return p_attempt;
end
$$;
comment on function private.accept_success(public.jobs, public.job_attempts, text, timestamptz) is
  'The provider has the result of an attempt of a locked, open job: whatever else is done for the job is in vain, and '
  'its slot is free unless other tasks of it may live. Returns the attempt as it is to be written.';
revoke execute on function private.accept_success(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.has_produced(p_job_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from public.job_attempts where job_id = p_job_id and phase = 'produced');
end
$$;
comment on function private.has_produced(uuid) is 'Whether the result of one of a job''s attempts is being copied.';
revoke execute on function private.has_produced(uuid) from public;

create function worker.produced(
  p_job_id uuid, p_token uuid, p_outputs jsonb, p_data jsonb default null, p_raw jsonb default null,
  p_external_id text default null, p_cost numeric default null, p_cost_currency text default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  if jsonb_typeof(p_outputs) is distinct from 'array' then
    perform private.refuse(422, 'invalid_input', 'The outputs are an array.', 'outputs');
  end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null then return private.success_of_gone(p_job_id, p_token, p_external_id); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then
    perform private.hear_of_ended(p_token, 'succeeded', p_external_id, v_now);
    if v_attempt.outcome = 'succeeded' then return 'duplicate'; end if;
    -- A result that came with the answer is stored before it is told of.
    if v_attempt.checkpoint ? 'stored' then perform private.doom_late_files(v_job, v_attempt.attempt, v_now); end if;
    return 'late';
  end if;
  if v_attempt.phase <> 'produced' and private.has_produced(p_job_id) then
    perform private.hear_of_ended(p_token, 'succeeded', p_external_id, v_now);
    return 'late';
  end if;
  if v_attempt.phase = 'produced' then
    -- Addresses that have gone stale are told anew.
    update public.job_attempts set outputs = p_outputs, data = coalesce(p_data, data)
    where job_id = p_job_id and token = p_token and outputs <> p_outputs;
    return 'duplicate';
  end if;
  v_attempt := private.accept_success(v_job, v_attempt, p_external_id, v_now);
  update public.job_attempts set phase = 'produced', outcome = null, finished_at = null, word = v_attempt.word,
    word_at = v_attempt.word_at, external_id = v_attempt.external_id, outputs = p_outputs, data = p_data,
    raw_api_response = coalesce(p_raw, raw_api_response), 
    cost = case when p_cost_currency is not null then p_cost end,
    cost_currency = case when p_cost is not null then p_cost_currency end
  where job_id = p_job_id and token = p_token;
  perform private.show_produced(v_job, v_attempt, v_now);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'produced';
end
$$;
comment on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) is
  'The provider has the result. p_outputs: where it keeps it, [{url, contentType}]; p_data: a result that is no '
  'file; p_raw: its answer, redacted; p_external_id: the task that succeeded, where the attempt may have made '
  'several; p_cost, p_cost_currency: what the provider says that it cost. From here on the result is only copied: '
  'there is no deadline but that of copying, no further attempt, no cancel. Returns produced; duplicate (told '
  'before: go on copying, perhaps from fresh addresses); late (the job has ended or is gone, or another attempt''s '
  'result is being copied: copy nothing). Errors: 409 stale_token, 422 invalid_input.';
revoke execute on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) from public;
grant execute on function worker.produced(uuid, uuid, jsonb, jsonb, jsonb, text, numeric, text) to service_role;

create function private.show_produced(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.jobs set status = 'processing', run_at = null, deadline_at = null, refundable = false,
    attempt = greatest(attempt, p_attempt.attempt), started_at = coalesce(started_at, p_at),
    request_id = coalesce(p_attempt.external_id, request_id),
    current_step = greatest(current_step, 'running'),
    step_history = case when current_step < 'running' then step_history || private.step('running', p_at,
        jsonb_build_object('taskId', p_attempt.external_id, 'attempt', nullif(p_attempt.attempt, p_job.attempt)))
      else step_history end
  where id = p_job.id;
end
$$;
comment on function private.show_produced(public.jobs, public.job_attempts, timestamptz) is
  'Shows on a locked job that one of its attempts has succeeded at the provider.';
revoke execute on function private.show_produced(public.jobs, public.job_attempts, timestamptz) from public;

-- supabase/schemas/settle/04_complete.sql ============================================================================

create function private.finish_attempt(p_attempt public.job_attempts, p_outcome text, p_raw jsonb, p_at timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  perform private.drop_question(p_attempt.question_id);
  update public.job_attempts set phase = 'finished', outcome = p_outcome, question_id = null,
    finished_at = coalesce(finished_at, p_at), word = p_attempt.word, word_at = p_attempt.word_at,
    external_id = p_attempt.external_id, raw_api_response = coalesce(p_raw, raw_api_response)
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
end
$$;
comment on function private.finish_attempt(public.job_attempts, text, jsonb, timestamptz) is
  'Writes the end of an attempt whose task is over.';
revoke execute on function private.finish_attempt(public.job_attempts, text, jsonb, timestamptz) from public;

create function worker.complete(
  p_job_id uuid, p_token uuid, p_output jsonb, p_output_url text default null, p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  if v_attempt.token is null then return private.success_of_gone(p_job_id, p_token); end if;
  v_verdict := case
    when v_attempt.outcome = 'succeeded' then 'duplicate'
    when v_job.status in ('completed', 'failed', 'cancelled') then 'late'
    else 'completed' end;

  if v_verdict = 'completed' then
    -- An older attempt that succeeds after all completes the job; whatever the newer one is doing is in vain.
    v_attempt := private.accept_success(v_job, v_attempt, null, v_now);
    update public.jobs set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null,
      progress = 100, output = p_output, output_bytes = private.output_bytes(p_output), output_url = p_output_url,
      refundable = false,
      request_id = coalesce(v_attempt.external_id, request_id),
      step_history = step_history || private.step('completed', v_now, jsonb_build_object('outputUrl', p_output_url))
    where id = p_job_id;
    perform private.finish_attempt(v_attempt, 'succeeded', p_raw, v_now);
  elsif v_verdict = 'late' then
    perform private.hear_of_ended(p_token, 'succeeded', null, v_now);
    perform private.finish_attempt(v_attempt, 'orphaned', p_raw, v_now);
    perform private.doom_late_files(v_job, v_attempt.attempt, v_now);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if v_verdict = 'completed' then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) is
  'The result is stored: completes the job and dispatches the next. p_output: {"files": [{bucket, path, '
  'content_type, bytes}], "data"?: {…}}, data being a result that is no file; p_output_url: permanent address of '
  'the first file, null without one. Returns completed, duplicate (done before) or late (the job had ended '
  'otherwise, or is gone: the result is not applied, and its files are deleted). Error: 409 stale_token.';
revoke execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) from public;
grant execute on function worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint) to service_role;

-- supabase/schemas/settle/06_requeue_job.sql =========================================================================

create function private.retry_delay(p_lane text, p_retry_count integer) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  -- Full jitter: anything up to the exponential bound, so that jobs that failed together do not come back together.
  return (
    select random() * least(backoff_max, backoff_base * power(2, least(p_retry_count, 20)))
    from private.lanes where lane = p_lane);
end
$$;
comment on function private.retry_delay(text, integer) is
  'How long to wait before the retry after p_retry_count earlier ones: random between zero and backoff_base × '
  '2^p_retry_count, at most backoff_max (exponential backoff with full jitter).';
revoke execute on function private.retry_delay(text, integer) from public;

create function private.retry_by(p_job public.jobs) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- Nobody is served by a try that begins when there is hardly time left for it.
  return (
    select p_job.expires_at - coalesce(t.expires_after, interval '24 hours') / 3
    from (select 1) one left join public.tools t on t.tool = p_job.tool);
end
$$;
comment on function private.retry_by(public.jobs) is
  'The last moment for a retry of a job to begin: a third of its life before it expires.';
revoke execute on function private.retry_by(public.jobs) from public;

create function private.requeue_job(
  p_job public.jobs, p_error_code text, p_error_message text, p_retry_class text, p_delay interval, p_at timestamptz,
  p_gives_back boolean default false
) returns void language plpgsql volatile set search_path = '' as $$
declare
  -- In a row, with this one.
  v_waits integer := case when p_retry_class = 'wait' then p_job.waits + 1 else 0 end;
begin
  -- A provider that is busy for hours sends a job back every few seconds. After ten times only the 16th, 32nd, 64th and
  -- so on are written into the history; the version rises with each.
  update public.jobs set status = 'pending', current_step = 'queued', started_at = null, deadline_at = null,
    progress = null, run_at = p_at + p_delay, queued_at = p_at, waits = v_waits, refundable = true,
    attempt = attempt - p_gives_back::integer,
    retry_count = retry_count + (p_retry_class = 'backoff')::integer,
    start_by = case when p_retry_class = 'backoff' then private.retry_by(p_job) else start_by end,
    step_history = case when v_waits > 10 and v_waits & (v_waits - 1) <> 0
        and step_history -> -1 ->> 'step' in ('starting', 'upload') then step_history
      else step_history || private.step('queued', p_at, jsonb_build_object(
        'attempt', attempt, 'error', p_error_message, 'error_code', p_error_code,
        'retry_class', p_retry_class, 'retry_at', p_at + p_delay, 'waits', case when v_waits > 1 then v_waits end)) end
  where id = p_job.id;
end
$$;
comment on function private.requeue_job(public.jobs, text, text, text, interval, timestamptz, boolean) is
  'Puts a locked job back to wait: it keeps its ticket, so its place in time. Only the class backoff uses up an '
  'attempt. p_gives_back: the attempt cannot have had a task, and its number is used again. The history tells of the '
  'first ten waits in a row for a busy provider, then of every power of two, with their number (waits).';
revoke execute on function private.requeue_job(public.jobs, text, text, text, interval, timestamptz, boolean)
  from public;

-- supabase/schemas/settle/07_pause_account.sql =======================================================================

create function private.pause_account(p_account_id integer, p_for interval, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  -- An account that is just being changed is left alone: the next failure on it pauses it. Waiting here for an
  -- account while holding a job would break the lock order.
  -- A pause is never made shorter, and keeps the reason of whoever made it longer.
  update private.accounts set paused_until = private.now() + p_for, pause_reason = p_reason
  where account_id = (
    select account_id from private.accounts
    where account_id = p_account_id and coalesce(paused_until < private.now() + p_for, true)
    for update skip locked);
end
$$;
comment on function private.pause_account(integer, interval, text) is
  'Gives an account no further jobs for p_for; the reason is shown to operators.';
revoke execute on function private.pause_account(integer, interval, text) from public;

-- supabase/schemas/settle/08_attempt_failed.sql ======================================================================

create type private.failure as (retry_class text, code text, message text, raw jsonb, retry_after interval);
comment on type private.failure is 'Why an attempt did not succeed, and how long its provider asks to wait.';

create function private.bounded(p_wait interval, p_longest interval) returns interval
language sql immutable set search_path = '' as $$
  select case when p_wait is not null then least(greatest(p_wait, interval '0'), p_longest) end
$$;
comment on function private.bounded(interval, interval) is
  'A time to wait as somebody outside has asked for it, made no shorter than nothing and no longer than p_longest; '
  'null if nobody has.';
revoke execute on function private.bounded(interval, interval) from public;

create function private.verdict_of_failure(
  p_job public.jobs, p_attempt public.job_attempts, p_is_refusal boolean, p_is_all_over boolean
) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_attempt.outcome is not null then return 'ended'; end if;
  if p_attempt.phase = 'produced' then return 'duplicate'; end if; -- it has the result: only copying can fail
  if p_job.status <> 'processing' or p_job.attempt <> p_attempt.attempt then return 'late'; end if;
  if p_attempt.submits = 0 then return 'ends'; end if;
  -- A refusal speaks of one submit: another may have been taken.
  if p_is_refusal then
    return case when p_attempt.submits > 1 or p_attempt.external_id is not null or p_attempt.word is not null
      then 'in_doubt' else 'ends' end;
  end if;
  return case when private.may_be_several(p_attempt.resubmit, p_attempt.submits) and not p_is_all_over
    then 'in_doubt' else 'ends' end;
end
$$;
comment on function private.verdict_of_failure(public.jobs, public.job_attempts, boolean, boolean) is
  'What a failure comes to: ends (the attempt), in_doubt (a task of it may live: nothing changes), ended (before), '
  'late or duplicate.';
revoke execute on function private.verdict_of_failure(public.jobs, public.job_attempts, boolean, boolean) from public;

create function private.end_by_failure(
  p_job public.jobs, p_attempt public.job_attempts, p_failure private.failure, p_at timestamptz,
  p_delay interval default null
) returns text
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_delay interval;
  v_is_last boolean;
begin
  select * into v_lane from private.lanes where lane = p_job.lane;
  -- Another attempt has succeeded, and its result is on its way: the job waits for that.
  if p_attempt.word is distinct from 'succeeded' and private.has_success(p_job.id) then
    p_failure.retry_class := 'wait';
  end if;
  v_delay := coalesce(p_delay, case p_failure.retry_class
    when 'backoff' then greatest(private.retry_delay(p_job.lane, p_job.retry_count), p_failure.retry_after)
    when 'wait' then coalesce(p_failure.retry_after, v_lane.backoff_base * (0.5 + random()))
    else interval '0' end);
  -- After a success nothing more is bought, and with little time left no try is begun.
  v_is_last := p_failure.retry_class = 'never' or p_attempt.word is not distinct from 'succeeded'
    or (p_failure.retry_class = 'backoff'
      and (p_job.retry_count + 1 >= p_job.max_attempts or p_at + v_delay > private.retry_by(p_job)));

  perform private.end_attempt(p_job, p_attempt, case
      when v_is_last then 'failed' when p_failure.retry_class = 'wait' then 'waited'
      when p_failure.retry_class = 'pause' then 'paused' else 'retried' end,
    null, p_at, p_failure.code, p_failure.message, p_may_live => false);
  if not v_is_last then
    perform private.requeue_job(p_job, p_failure.code, p_failure.message, p_failure.retry_class, v_delay, p_at,
      p_gives_back => p_failure.retry_class <> 'backoff' and (p_attempt.submits = 0 or p_attempt.never_existed));
    return 'retried';
  end if;
  perform private.fail_job(p_job, private.step_of(p_job, p_attempt), p_failure.code, p_failure.message, p_at,
    p_is_counted => private.had_task(p_job.id));
  return 'failed';
end
$$;
comment on function private.end_by_failure(
  public.jobs, public.job_attempts, private.failure, timestamptz, interval) is
  'Ends the running attempt of a locked job, whose task is over or never was, as a failure of this class would have '
  'it: the job waits again (retried; p_delay: for so long), or fails. The caller dispatches.';
revoke execute on function private.end_by_failure(
  public.jobs, public.job_attempts, private.failure, timestamptz, interval) from public;

create function private.step_of(p_job public.jobs, p_attempt public.job_attempts) returns public.job_step
language plpgsql immutable set search_path = '' as $$
begin
  -- What went wrong inside the task went wrong while it ran, whoever told us and when.
  return case when p_attempt.submits > 0 and not p_attempt.never_existed and p_job.current_step > 'running'
    then 'running' else p_job.current_step end;
end
$$;
comment on function private.step_of(public.jobs, public.job_attempts) is
  'The step at which a job fails whose running attempt has failed at the provider.';
revoke execute on function private.step_of(public.jobs, public.job_attempts) from public;

create function worker.attempt_failed(
  p_job_id uuid, p_token uuid, p_retry_class text, p_error_code text, p_error_message text,
  p_raw jsonb default null, p_retry_after interval default null,
  p_queue text default null, p_msg_id bigint default null, p_all_over boolean default false
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_is_refusal boolean;
  v_failure private.failure := (p_retry_class, private.cut(p_error_code, 200),
    private.cut(coalesce(p_error_message, p_error_code, 'unknown error')), p_raw,
    private.bounded(p_retry_after, case when p_retry_class = 'pause' then interval '1 day' else '1 hour' end));
begin
  if p_retry_class is null or p_retry_class not in ('never', 'backoff', 'wait', 'pause') then
    perform private.refuse(422, 'invalid_retry_class', format('%L is no retry class.', p_retry_class), 'retry_class');
  end if;
  select * into v_job from public.jobs where id = p_job_id for update;
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  v_now := private.now();
  -- Whoever settles speaks of the task; whoever has the lane's message, of the submit.
  v_is_refusal := case when p_queue is not null then p_queue <> 'settle_queue'
    else v_attempt.phase in ('dispatched', 'preparing', 'submitting') end;
  if v_attempt.token is null then
    return private.failure_of_gone(p_job_id, p_token, p_queue, v_now);
  end if;
  v_verdict := private.verdict_of_failure(v_job, v_attempt, v_is_refusal, p_all_over);
  if v_verdict = 'in_doubt' then return v_verdict; end if;
  if v_verdict in ('ended', 'late') then
    v_verdict := private.note_late_failure(v_attempt, v_failure, v_is_refusal, v_now);
  elsif v_verdict = 'ends' then
    v_attempt.never_existed := v_is_refusal and v_attempt.submits > 0;
    v_verdict := private.end_by_failure(v_job, v_attempt, v_failure, v_now);
    -- The last word on a task is kept, whoever told it.
    update public.job_attempts set raw_api_response = coalesce(p_raw, raw_api_response),
      word = case when submits > 0 and not never_existed then coalesce(word, 'failed') else word end,
      word_at = case when submits > 0 and not never_existed then coalesce(word_at, v_now) else word_at end
    where job_id = p_job_id and token = p_token;
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  if p_retry_class = 'pause' and v_verdict = 'retried' then
    perform private.pause_account(v_attempt.account_id,
      coalesce(v_failure.retry_after, interval '15 minutes'),
      concat_ws(': ', v_failure.code, v_failure.message));
  end if;
  if v_verdict in ('failed', 'retried') then perform private.dispatch(v_job.lane, p_poke => false); end if;
  return v_verdict;
end
$$;
comment on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) is
  'An attempt did not succeed. p_retry_class: never (permanent: the job fails and is refunded), backoff (again '
  'later, uses up an attempt; fails when none is left, or no time), wait (provider busy: again after p_retry_after, '
  'uses none), pause (the account cannot be used: it is paused, the job waits for another, uses none). '
  'p_retry_after counts to an hour, in a pause to a day. p_queue, p_msg_id: the message to acknowledge; it also '
  'says what is spoken of: settle_queue, the task; any other, a submit that was refused. p_all_over: every task '
  'that several submits may have made is over. Returns failed, retried, duplicate, late, or in_doubt: a task of the '
  'attempt may live, so nothing was changed and nothing acknowledged. Errors: 409 stale_token, 422 '
  'invalid_retry_class.';
revoke execute on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) from public;
grant execute on function worker.attempt_failed(
  uuid, uuid, text, text, text, jsonb, interval, text, bigint, boolean) to service_role;

-- supabase/schemas/settle/09_can_end_at_once.sql =====================================================================

create function private.can_end_at_once(p_slot_id bigint, p_token uuid, p_user_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform set_config('esteira.effect', 'holds', true); -- so that effects wait for nothing either (effects room)
  perform from private.slots where slot_id = p_slot_id and token = p_token for update skip locked;
  if not found and exists (select from private.slots where slot_id = p_slot_id and token = p_token) then
    return false;
  end if;
  perform from public.credit_accounts where user_id = p_user_id for update skip locked;
  return found or not exists (select from public.credit_accounts where user_id = p_user_id);
end
$$;
comment on function private.can_end_at_once(bigint, uuid, uuid) is
  'Locks what ending a locked job needs: the slot of its attempt with this token, and its user''s credit account; '
  'false when somebody else has one of them. For those who end many in one transaction, and so wait for nothing.';
revoke execute on function private.can_end_at_once(bigint, uuid, uuid) from public;

create function private.can_supersede(p_job_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_open public.job_attempts[] := array(
    select a from public.job_attempts a where a.job_id = p_job_id and a.finished_at is null);
  v_slots bigint[] := array(select s.slot_id from unnest(v_open) a join private.slots s using (slot_id, token));
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return cardinality(v_slots) = (select count(*) from (
      select from private.slots where slot_id = any (v_slots) for update skip locked) s)
    and cardinality(v_open) = (select count(*) from (
      select from public.job_attempts where job_id = p_job_id and finished_at is null for update skip locked) a);
end
$$;
comment on function private.can_supersede(uuid) is
  'Locks the open attempts of a locked job and their slots, which accepting another one''s result ends; false when '
  'somebody else has one of them. For those who end many in one transaction, and so wait for nothing.';
revoke execute on function private.can_supersede(uuid) from public;

-- supabase/schemas/settle/10_redrive.sql =============================================================================

create view ops.dead_letters with (security_invoker = true) as
select j.id as job_id, j.user_id, j.tool, j.lane, j.error_code, j.error_message, j.failed_at_step, j.created_at,
  j.completed_at as failed_at
from public.jobs j
where j.status = 'failed' and not exists (select from public.jobs again where again.retried_from = j.id);
comment on view ops.dead_letters is
  'Jobs that have failed, and that nobody has done again: neither their user nor an operator (ops.redrive).';
revoke all on ops.dead_letters from anon, authenticated, service_role;
grant select on ops.dead_letters to service_role;

create function ops.redrive(
  p_tool text default null, p_error_code text default null, p_user_id uuid default null, p_limit integer default 100
) returns table (job_id uuid, new_job_id uuid, error text)
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer := 0;
begin
  -- In their order, and as far as it takes: letters whose retry is refused keep nobody behind them waiting.
  for job_id in
    select d.job_id from ops.dead_letters d
    where (p_tool is null or d.tool = p_tool) and (p_error_code is null or d.error_code = p_error_code)
      and (p_user_id is null or d.user_id = p_user_id)
    order by d.failed_at, d.job_id
  loop
    exit when v_count >= p_limit;
    new_job_id := null;
    error := null;
    begin
      new_job_id := (public.retry_job(job_id)).id;
      v_count := v_count + 1;
    exception when others then
      error := sqlerrm; -- the letter stays: a user without credits, a tool that is switched off
    end;
    return next;
  end loop;
end
$$;
comment on function ops.redrive(text, text, uuid, integer) is
  'Puts dead letters back: each failed job that fits is done again as a new job, charged anew, the oldest first, '
  'until p_limit are. Those whose retry is refused stay, and are no part of the limit. Returns a row for each that '
  'was tried: the new job, or why there is none.';
revoke execute on function ops.redrive(text, text, uuid, integer) from public;

-- supabase/schemas/settle/11_late_failures.sql =======================================================================

create function private.note_late_failure(
  p_attempt public.job_attempts, p_failure private.failure, p_is_refusal boolean, p_at timestamptz
) returns text
language plpgsql set search_path = '' as $$
declare
  v_is_news boolean := case when p_is_refusal then private.refusal_of_ended(p_attempt.token, p_at)
    else private.hear_of_ended(p_attempt.token, 'failed', p_attempt.external_id, p_at) end;
begin
  if p_attempt.outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'orphaned') and not v_is_news then
    return 'duplicate';
  end if;
  update public.job_attempts set phase = 'finished', finished_at = coalesce(finished_at, p_at),
    outcome = coalesce(outcome, 'orphaned'), error_code = coalesce(error_code, p_failure.code),
    error_message = coalesce(error_message, p_failure.message), raw_api_response = coalesce(p_failure.raw,
    raw_api_response)
  where job_id = p_attempt.job_id and attempt = p_attempt.attempt;
  return 'late';
end
$$;
comment on function private.note_late_failure(public.job_attempts, private.failure, boolean, timestamptz) is
  'A failure of an attempt that has ended: kept as evidence, and told to the outbox. Returns late, or duplicate when '
  'nothing of it is news.';
revoke execute on function private.note_late_failure(public.job_attempts, private.failure, boolean, timestamptz)
  from public;

create function private.failure_of_gone(p_job_id uuid, p_token uuid, p_queue text, p_at timestamptz) returns text
language plpgsql set search_path = '' as $$
declare
  v_is_known boolean := case when p_queue is distinct from 'settle_queue' then private.refusal_of_ended(p_token, p_at)
    else private.hear_of_ended(p_token, 'failed', null, p_at) end;
begin
  if not v_is_known then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return 'late';
end
$$;
comment on function private.failure_of_gone(uuid, uuid, text, timestamptz) is
  'A failure of an attempt whose job is gone: told to the outbox. Returns late. Error: 409 stale_token when the outbox '
  'does not know it either.';
revoke execute on function private.failure_of_gone(uuid, uuid, text, timestamptz) from public;

-- supabase/schemas/settle/12_give_up.sql =============================================================================

create function private.give_up(
  p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
declare
  v_code text := case when private.is_in_doubt(p_attempt) then 'submit_unknown' else 'deadline_exceeded' end;
begin
  perform private.end_attempt(p_job, p_attempt, 'failed', v_code, p_at, v_code, p_message);
  perform private.fail_job(p_job, private.step_of(p_job, p_attempt), v_code, p_message, p_at,
    p_is_counted => private.had_task(p_job.id));
end
$$;
comment on function private.give_up(public.jobs, public.job_attempts, text, timestamptz) is
  'Ends a locked job whose task has not been heard of in time: failed (submit_unknown while its submit is in doubt, '
  'else deadline_exceeded), paid back, no further attempt. The slot stays with the attempt until its task is over. The '
  'caller dispatches.';
revoke execute on function private.give_up(public.jobs, public.job_attempts, text, timestamptz) from public;

create function private.is_in_doubt(p_attempt public.job_attempts) returns boolean
language sql immutable set search_path = '' as $$
  select p_attempt.phase = 'submitting' and p_attempt.external_id is null and p_attempt.word is null
$$;
comment on function private.is_in_doubt(public.job_attempts) is
  'Whether nobody knows if an attempt''s submit has made a task: it has passed the checkpoint, and nothing was heard.';
revoke execute on function private.is_in_doubt(public.job_attempts) from public;

create function worker.submit_unknown(
  p_job_id uuid, p_token uuid, p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  if v_job.status <> 'processing' or v_attempt.outcome is not null or v_job.attempt <> v_attempt.attempt then
    perform private.acknowledge(p_queue, p_msg_id);
    return 'late';
  end if;
  -- Looked at again under the lock: since the worker read it, the task may have been heard of.
  if not private.is_in_doubt(v_attempt) then return 'known'; end if;
  perform private.give_up(v_job, v_attempt, 'The provider never said whether it took the task', private.now());
  perform private.acknowledge(p_queue, p_msg_id);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'failed';
end
$$;
comment on function worker.submit_unknown(uuid, uuid, text, bigint) is
  'Nobody will know any more whether the provider took the task of an attempt. Returns failed (the job; paid back, the '
  'slot kept until more is known), known (the task or the provider''s word is known after all: look again), or late. '
  'Error: 409 stale_token.';
revoke execute on function worker.submit_unknown(uuid, uuid, text, bigint) from public;
grant execute on function worker.submit_unknown(uuid, uuid, text, bigint) to service_role;

create function private.may_give_up(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_is_early boolean default false
) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return p_job.status = 'processing' and p_attempt.outcome is null
    and (p_job.deadline_at <= p_at or (p_is_early and p_attempt.submits > 0))
    and p_attempt.phase <> 'produced' and not private.has_success(p_job.id)
    and not exists (select from private.lanes where lane = p_job.lane and circuit_opened_at is not null);
end
$$;
comment on function private.may_give_up(public.jobs, public.job_attempts, timestamptz, boolean) is
  'Whether the deadline of a job''s running attempt has passed. It does not while the lane''s circuit is open, nor '
  'once the provider has reported success, be it of an older attempt.';
revoke execute on function private.may_give_up(public.jobs, public.job_attempts, timestamptz, boolean) from public;

create function worker.deadline_passed(
  p_job_id uuid, p_token uuid, p_message text, p_queue text default null, p_msg_id bigint default null,
  p_is_early boolean default false
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  if v_job.status <> 'processing' or v_attempt.outcome is not null or v_job.attempt <> v_attempt.attempt then
    perform private.acknowledge(p_queue, p_msg_id);
    return 'late';
  end if;
  if not coalesce(private.may_give_up(v_job, v_attempt, v_now, p_is_early), false) then return 'not_yet'; end if;
  perform private.give_up(v_job, v_attempt, coalesce(p_message, 'No result came before the deadline'), v_now);
  perform private.acknowledge(p_queue, p_msg_id);
  perform private.dispatch(v_job.lane, p_poke => false);
  return 'failed';
end
$$;
comment on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) is
  'The provider, asked a last time, still has no result. p_is_early: its own time for the task is up, whatever the '
  'deadline. Returns failed (the job: deadline_exceeded; paid back, the slot kept until its task is over), not_yet '
  '(the deadline was postponed, or there is none any more: go on asking), or late. Error: 409 stale_token.';
revoke execute on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) from public;
grant execute on function worker.deadline_passed(uuid, uuid, text, text, bigint, boolean) to service_role;

-- supabase/schemas/settle/13_output_refused.sql ======================================================================

create function private.give_up_output(
  p_job public.jobs, p_attempt public.job_attempts, p_code text, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.supersede_others(p_job, p_attempt.token, p_at);
  perform private.end_attempt(p_job, p_attempt, 'failed', 'produced', p_at, p_code, p_message,
    case when p_attempt.outcome is not null then false end); -- one that had ended is known to be over
  perform private.fail_job(p_job, case when p_job.current_step < 'running' then 'running' else p_job.current_step end,
    p_code, p_message, p_at, p_is_counted => true);
end
$$;
comment on function private.give_up_output(public.jobs, public.job_attempts, text, text, timestamptz) is
  'Ends a locked job whose result cannot be kept: failed, paid back, no further attempt. The caller dispatches.';
revoke execute on function private.give_up_output(public.jobs, public.job_attempts, text, text, timestamptz)
  from public;

create function worker.output_refused(
  p_job_id uuid, p_token uuid, p_error_code text, p_error_message text, p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_attempt public.job_attempts;
  v_verdict text;
begin
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_verdict := case
    when v_attempt.error_code = p_error_code and v_attempt.outcome = 'failed' then 'duplicate'
    when v_job.status in ('completed', 'failed', 'cancelled') then 'late' else 'failed' end;
  if v_verdict = 'failed' then
    -- A result that is refused is one: the provider's success, also where its answer was the first that told of it.
    v_attempt := private.accept_success(v_job, v_attempt, null, private.now());
    update public.job_attempts set word = v_attempt.word, word_at = v_attempt.word_at,
      raw_api_response = coalesce(p_raw, raw_api_response)
    where job_id = p_job_id and token = p_token;
    perform private.give_up_output(v_job, v_attempt, p_error_code, coalesce(p_error_message, p_error_code),
      private.now());
    perform private.dispatch(v_job.lane, p_poke => false);
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return v_verdict;
end
$$;
comment on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) is
  'The provider''s result is one that is not kept, whatever is done: p_error_code output_too_large, '
  'output_wrong_type or output_unavailable. The job fails and is paid back; nothing is bought again. Returns '
  'failed, duplicate or late. Error: 409 stale_token.';
revoke execute on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) from public;
grant execute on function worker.output_refused(uuid, uuid, text, text, jsonb, text, bigint) to service_role;

-- supabase/schemas/settle/14_cost_noted.sql ==========================================================================

create function worker.cost_noted(p_job_id uuid, p_token uuid, p_cost numeric, p_currency text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.job_attempts set cost = p_cost, cost_currency = p_currency
  where job_id = p_job_id and token = p_token and p_cost is not null and p_currency is not null;
end
$$;
comment on function worker.cost_noted(uuid, uuid, numeric, text) is
  'What the provider says that the task of an attempt has cost, in its currency or unit; for tasks that came to '
  'nothing, which may cost all the same. worker.produced takes it for those that succeeded.';
revoke execute on function worker.cost_noted(uuid, uuid, numeric, text) from public;
grant execute on function worker.cost_noted(uuid, uuid, numeric, text) to service_role;

-- supabase/schemas/webhooks/01_webhook_events.sql ====================================================================

-- Webhooks: the inbox. What arrived is stored raw before it is understood, and counts once.
--
-- The callback URL of an attempt is …/functions/v1/<provider>-webhook/<job_id>/<token>: the token says that the caller
-- was told about this attempt, and which one, even before the provider's answer to the submit has reached us.
--
-- Lock order: job → slot → attempt (see the dispatch room).

create table private.webhook_events (
  event_id bigint generated always as identity primary key,
  provider text not null,
  dedupe_key text not null,
  user_id uuid not null,
  job_id uuid not null,
  attempt integer not null,
  external_id text,
  verified_by text not null,
  headers jsonb not null default '{}',
  payload jsonb not null,
  verdict text not null,
  received_at timestamptz not null default now(),
  constraint an_event_counts_once unique (provider, dedupe_key),
  constraint verdicts_are_known check (verdict in ('accepted', 'stale_attempt', 'late', 'other_task'))
);
create index webhook_events_by_job on private.webhook_events (job_id);
create index webhook_events_by_time on private.webhook_events (received_at);

alter table private.webhook_events enable row level security;

comment on table private.webhook_events is 'Every webhook that showed a good token, as it came, and what became of it.';
comment on column private.webhook_events.dedupe_key is
  'What makes two deliveries the same event; chosen by the provider''s file. Of a long one its digest.';
comment on column private.webhook_events.verified_by is
  'What vouches for it: token, or the name of a signature scheme.';
comment on column private.webhook_events.payload is
  'The body, secrets redacted; a JSON string where it was not JSON. Of a long one a part, with marks: 64 KiB; of the '
  'headers 16.';
comment on column private.webhook_events.verdict is
  'accepted; stale_attempt (a newer attempt is running); late (the job had ended); other_task (it is about a task that '
  'is not the attempt''s).';

create function private.bound_webhook_event() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.payload := private.cut_json(new.payload);
  new.headers := private.cut_json(new.headers, 16384);
  new.external_id := private.cut(new.external_id, 500);
  return new;
end
$$;
comment on function private.bound_webhook_event() is 'Before a long webhook is stored: cuts it, with marks.';
revoke execute on function private.bound_webhook_event() from public;

create trigger webhook_events_are_bounded before insert on private.webhook_events
  for each row when (pg_column_size(new.payload) > 16384 or pg_column_size(new.headers) > 8192
    or char_length(new.external_id) > 500)
  execute function private.bound_webhook_event();

-- supabase/schemas/webhooks/02_token_holder.sql ======================================================================

create function private.token_holder(
  p_provider text, p_job_id uuid, p_token uuid, out account_id integer, out user_id uuid, out attempt integer
) language plpgsql stable set search_path = '' as $$
begin
  -- Compared by digest: how long a comparison takes then tells nothing about the token.
  select a.account_id, a.user_id, a.attempt into account_id, user_id, attempt
  from public.job_attempts a join public.jobs j on j.id = a.job_id join private.lanes l on l.lane = j.lane
  where a.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(a.token)) = sha256(uuid_send(p_token));
  if found then return; end if;
  select c.account_id, c.user_id, c.attempt into account_id, user_id, attempt
  from private.cancels c join private.lanes l on l.lane = c.lane
  where c.job_id = p_job_id and l.provider = p_provider and sha256(uuid_send(c.token)) = sha256(uuid_send(p_token));
end
$$;
comment on function private.token_holder(text, uuid, uuid) is
  'Whose a token is, of an attempt of a job at this provider, or of one that only the outbox knows any more; '
  'attempt is null when nobody''s.';
revoke execute on function private.token_holder(text, uuid, uuid) from public;

-- supabase/schemas/webhooks/03_webhook_account.sql ===================================================================

create function worker.webhook_account(p_provider text, p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_holder record := private.token_holder(p_provider, p_job_id, p_token);
begin
  if v_holder.attempt is null then return null; end if;
  return (
    select jsonb_build_object('settings', coalesce(c.settings, '{}'),
      'webhook_secret', private.trimmed(s.decrypted_secret))
    from (select 1) one
    left join private.accounts c on c.account_id = v_holder.account_id
    left join vault.decrypted_secrets s on s.name = c.webhook_secret_name);
end
$$;
comment on function worker.webhook_account(text, uuid, uuid) is
  'What is needed to verify the webhook of an attempt: {settings, webhook_secret} of its account, webhook_secret null '
  'when there is none. Null when no attempt of the provider''s has this token.';
revoke execute on function worker.webhook_account(text, uuid, uuid) from public;
grant execute on function worker.webhook_account(text, uuid, uuid) to service_role;

-- supabase/schemas/webhooks/04_webhook.sql ===========================================================================

create function private.verdict_of_webhook(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_word text
) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_job.id is null or p_job.status in ('completed', 'failed', 'cancelled') or p_attempt.outcome = 'succeeded' then
    return 'late';
  end if;
  -- Only where a submit may have made a second task can another one be the attempt's as well.
  if p_external_id <> p_attempt.external_id and not (p_word is not distinct from 'succeeded'
     and p_attempt.word is distinct from 'succeeded' and private.may_be_several(p_attempt.resubmit, p_attempt.submits))
  then
    return 'other_task';
  end if;
  return case when p_attempt.attempt <> p_job.attempt or p_attempt.outcome is not null then 'stale_attempt'
    else 'accepted' end;
end
$$;
comment on function private.verdict_of_webhook(public.jobs, public.job_attempts, text, text) is
  'What a webhook is worth that names this task, or none, and says this final word, or none: see '
  'private.webhook_events.verdict.';
revoke execute on function private.verdict_of_webhook(public.jobs, public.job_attempts, text, text) from public;

create function private.hear_word(
  p_job public.jobs, p_attempt public.job_attempts, p_external_id text, p_word text, p_payload jsonb, p_at timestamptz
) returns public.job_attempts
language plpgsql set search_path = '' as $$
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
  update public.jobs set attempt = p_attempt.attempt where id = p_job.id and attempt < p_attempt.attempt
    and p_word is not null;
  -- The provider is done with it, so its slot is free for the next, whatever settling still takes.
  if p_attempt.word is not null and not private.may_live(p_attempt)
     and private.free_slot(p_attempt.slot_id, p_attempt.token) then
    perform private.dispatch(p_job.lane, p_poke => false);
  end if;
  return p_attempt;
end
$$;
comment on function private.hear_word(public.jobs, public.job_attempts, text, text, jsonb, timestamptz) is
  'Keeps what a webhook says of an attempt of a locked, open job: the task, the provider''s final word if it is '
  'one, the body. Returns the attempt as it is then.';
revoke execute on function private.hear_word(public.jobs, public.job_attempts, text, text, jsonb, timestamptz)
  from public;

create function private.show_webhook(
  p_job public.jobs, p_attempt public.job_attempts, p_details jsonb, p_nth bigint, p_at timestamptz
) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  -- A provider that calls again and again is told of ten times, and then with every power of two.
  v_is_told boolean := p_nth <= 10 or p_nth & (p_nth - 1) = 0 or p_attempt.word_at = p_at
    or p_job.step_history -> -1 ->> 'step' <> 'webhook_received';
begin
  update public.jobs set current_step = 'webhook_received', request_id = coalesce(p_attempt.external_id, request_id),
    deadline_at = case when p_attempt.word = 'succeeded' then null else deadline_at end,
    refundable = refundable and p_attempt.word is null,
    step_history = case when v_is_told then step_history || private.step('webhook_received', p_at,
        p_details || jsonb_build_object('webhooks', case when p_nth > 10 then p_nth end))
      else step_history end
  where id = p_job.id returning * into p_job;
  return p_job;
end
$$;
comment on function private.show_webhook(public.jobs, public.job_attempts, jsonb, bigint, timestamptz) is
  'Shows on a locked job that its provider has been heard of; a success ends its deadline. p_nth: how often it was '
  'heard of in this attempt; the history tells of the first ten times, of every power of two, and of a new final word. '
  'Returns the job as it is then.';
revoke execute on function private.show_webhook(public.jobs, public.job_attempts, jsonb, bigint, timestamptz)
  from public;

create function private.is_one_too_many(
  p_nth bigint, p_verdict text, p_attempt public.job_attempts, p_word text
) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_nth > 100 and not coalesce(
    -- A final word that is news: there are two at the most.
    p_verdict in ('accepted', 'stale_attempt') and p_word is not null and p_attempt.word is distinct from p_word
      and p_attempt.word is distinct from 'succeeded', false);
end
$$;
comment on function private.is_one_too_many(bigint, text, public.job_attempts, text) is
  'Whether the p_nth webhook of an attempt is not kept: a hundred are more than any provider has to say, but for its '
  'final word.';
revoke execute on function private.is_one_too_many(bigint, text, public.job_attempts, text) from public;

create function private.webhook_key(p_dedupe_key text) returns text
language sql immutable set search_path = '' as $$
  select case when octet_length(p_dedupe_key) <= 500 then p_dedupe_key
    else left(p_dedupe_key, 100) || ':' || encode(sha256(convert_to(p_dedupe_key, 'UTF8')), 'hex') end
$$;
comment on function private.webhook_key(text) is
  'What an event is known by: its key, or of a long one, which no index holds, the beginning and its digest.';
revoke execute on function private.webhook_key(text) from public;

create function worker.webhook(
  p_provider text, p_dedupe_key text, p_job_id uuid, p_token uuid, p_verified_by text, p_headers jsonb, p_payload jsonb,
  p_word text, p_external_id text default null, p_details jsonb default '{}'
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_holder record := private.token_holder(p_provider, p_job_id, p_token);
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_verdict text;
  v_msg_id bigint;
  v_nth bigint;
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

  if v_verdict <> 'other_task' then
    v_attempt := private.hear_word(v_job, v_attempt, p_external_id, p_word, p_payload, v_now);
  end if;
  if v_verdict = 'stale_attempt' then perform private.hear_of_ended(p_token, p_word, p_external_id, v_now); end if;
  if v_verdict = 'accepted' then v_job := private.show_webhook(v_job, v_attempt, p_details, v_nth, v_now); end if;
  -- Invisible for a minute: the function that took the webhook settles at once; this is for when it dies.
  v_msg_id := private.send_to_settle(v_attempt, p_delay => '60 seconds');
  return jsonb_build_object('verdict', v_verdict, 'lane', v_job.lane, 'message', jsonb_build_object(
    'queue', 'settle_queue', 'msg_id', v_msg_id, 'read_count', 1, 'item', private.work_item(v_job, v_attempt)));
end
$$;
comment on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb) is
  'Takes in a webhook. p_dedupe_key: same event, same key; p_external_id: the provider''s task id if the body names '
  'one; p_verified_by: token or a signature scheme; p_word: the provider''s final word, succeeded or failed, null '
  'if it is not final; p_details: shown in the history. Returns {verdict}: unknown (no such job and token: nothing '
  'is stored), duplicate, late, too_many (the attempt has had a hundred, and this is no final word: nothing is '
  'stored), or accepted / stale_attempt / other_task with {lane, message}, the settle message '
  'to work on at once.';
revoke execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb) from public;
grant execute on function worker.webhook(text, text, uuid, uuid, text, jsonb, jsonb, text, text, jsonb)
  to service_role;

-- supabase/schemas/pull/01_pull_lane.sql =============================================================================

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
-- Locks: job → slot → attempt → credit account, as in the dispatch room. A claim takes many jobs in one transaction, so
-- it waits for none of them: what others have locked is left to the next claim.

create function private.pull_lane(p_lane text) returns private.lanes
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  if v_lane.delivery <> 'pull' then
    perform private.refuse(409, 'lane_not_pull',
      format('The jobs of lane %s go to its provider; nobody claims them.', p_lane), 'lane');
  end if;
  return v_lane;
end
$$;
comment on function private.pull_lane(text) is
  'The pull lane of that name. Errors: 404 lane_not_found, 409 lane_not_pull.';
revoke execute on function private.pull_lane(text) from public;

-- supabase/schemas/pull/02_end_expired_leases.sql ====================================================================

create function private.end_lease(p_job public.jobs, p_attempt public.job_attempts) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_failure private.failure := ('backoff', 'lease_expired',
    format('The worker %s was not heard of before its lease ran out', p_attempt.worker), null, null);
begin
  -- As far as anybody knows, the end of the lease is the end of the work. Again at once: it has waited for a lease.
  perform private.end_by_failure(p_job, p_attempt, v_failure, v_now, p_delay => '0');
end
$$;
comment on function private.end_lease(public.jobs, public.job_attempts) is
  'Ends the running attempt of a locked job whose worker is gone: the attempt is used up, and the job is ready again '
  'at once, or fails when none is left. The caller dispatches.';
revoke execute on function private.end_lease(public.jobs, public.job_attempts) from public;

create function private.end_expired_leases(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_found record;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-leases');
begin
  for v_found in
    select j as job, a as attempt from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.outcome is null and a.leased_until < private.now() and j.lane = coalesce(p_lane, j.lane)
      and j.id <> all (v_aside)
    order by a.leased_until limit 100
    for update of j, a skip locked
  loop
    begin
      continue when not private.can_end_at_once(
        (v_found.attempt).slot_id, (v_found.attempt).token, (v_found.job).user_id);
      perform private.end_lease(v_found.job, v_found.attempt);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-leases', (v_found.job).id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.end_expired_leases(text) is
  'Ends the leases that ran out, of one lane or of all, at most 100 at a time; waits for nothing. Returns how many. '
  'The caller dispatches.';
revoke execute on function private.end_expired_leases(text) from public;

create function private.dispatch_pull_lane(p_lane private.lanes) returns integer
language plpgsql set search_path = '' as $$
begin
  return case when p_lane.delivery = 'pull' then private.dispatch(p_lane.lane, p_poke => false) else 0 end;
end
$$;
comment on function private.dispatch_pull_lane(private.lanes) is
  'Dispatches a pull lane, which the tick leaves to claims. Returns how many jobs started.';
revoke execute on function private.dispatch_pull_lane(private.lanes) from public;

create function private.tend_pull_lanes() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer := private.end_expired_leases();
begin
  perform private.each_lane('esteira-leases', 'private.dispatch_pull_lane($1)');
  return v_count;
end
$$;
comment on function private.tend_pull_lanes() is
  'Ends the leases that ran out and dispatches pull lanes, though nobody claims. Returns how many leases.';
revoke execute on function private.tend_pull_lanes() from public;

-- supabase/schemas/pull/03_take.sql ==================================================================================

create function private.take(p_lane private.lanes, p_worker text, p_messages private.message[]) returns setof jsonb
language plpgsql rows 5 set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now timestamptz := private.now();
  v_taken private.message[];
begin
  select array_agg(t.m) into v_taken from (
    select m from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id and j.attempt = m.attempt and j.status = 'processing'
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
      and a.outcome is null and a.submits = 0
    for update of j, a skip locked) t;
  if v_taken is null then return; end if;
  perform private.delete_messages(p_lane.queue_name, array(select msg_id from unnest(v_taken)));
  return query
  with taken as materialized (
    select * from unnest(v_taken)
  ), leased as (
    update public.job_attempts a
    -- To be claimed is to pass the checkpoint: from here on the work may be done.
    set phase = 'submitted', submitted_at = v_now, worker = p_worker, leased_until = v_now + p_lane.lease,
      submits = 1, submitted_first_at = v_now, submit_until = v_now + p_lane.lease
    from taken where a.job_id = taken.job_id and a.attempt = taken.attempt
    returning a.job_id, a.attempt, a.token
  ), running as (
    -- The attempt's time begins with its worker, not with its slot.
    update public.jobs j set current_step = 'running', deadline_at = v_now + t.timeout,
      refundable = p_lane.cancel_refund <> 'never',
      step_history = j.step_history || private.step('running', v_now, jsonb_build_object('worker', p_worker))
    from taken, public.tools t where j.id = taken.job_id and t.tool = j.tool
    returning j.id, j.user_id, j.tool, j.lane, j.input, j.metadata, j.created_at, j.deadline_at,
      t.settings || coalesce(t.settings -> p_lane.provider, '{}') as settings
  )
  select jsonb_build_object(
    'job', to_jsonb(r) - 'settings',
    'attempt', jsonb_build_object('attempt', l.attempt, 'token', l.token),
    'lease_seconds', extract(epoch from p_lane.lease),
    'tool_settings', r.settings,
    'handed', private.handed_of(r.id))
  from taken join running r on r.id = taken.job_id join leased l on l.job_id = taken.job_id
  order by taken.msg_id;
end
$$;
comment on function private.take(private.lanes, text, private.message[]) is
  'Leases to a worker the attempts that read messages point at, deletes those messages and returns the items of '
  'worker.claim. Leaves out what has ended, and what others have locked.';
revoke execute on function private.take(private.lanes, text, private.message[]) from public;

-- supabase/schemas/pull/04_claim.sql =================================================================================

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
  perform private.end_overdue_cancels(p_lane);
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
  'Leases up to p_qty (1 to 100) jobs of a pull lane to a worker, in their order, and moves them to running. Ends '
  'expired leases and dispatches first. Returns for each {job: {id, user_id, tool, lane, input, metadata, created_at, '
  'deadline_at}, attempt: {attempt, token}, lease_seconds, tool_settings}. p_worker: its name, shown in the history. '
  'Errors: 404 lane_not_found, 409 lane_not_pull, 422 invalid_input.';
revoke execute on function worker.claim(text, text, integer) from public;
grant execute on function worker.claim(text, text, integer) to service_role;

-- supabase/schemas/pull/05_claimed.sql ===============================================================================

create function private.claimed_by_who_is_gone(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('user_id', c.user_id, 'tool', c.tool, 'attempt', c.attempt, 'outcome', 'cancelled',
      'status', 'cancelled')
    from private.cancels c
    where c.job_id = p_job_id and c.token = p_token and c.over_at is null and private.is_pull_lane(c.lane));
end
$$;
comment on function private.claimed_by_who_is_gone(uuid, uuid) is
  'What worker.claimed says of an attempt that only the outbox knows any more: its worker is told to stop, and heard.';
revoke execute on function private.claimed_by_who_is_gone(uuid, uuid) from public;

create function worker.claimed(p_job_id uuid, p_token uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claimed jsonb;
begin
  select jsonb_build_object(
    'user_id', j.user_id, 'tool', j.tool, 'attempt', a.attempt, 'outcome', a.outcome, 'status', j.status)
  into v_claimed
  from public.jobs j join public.job_attempts a on a.job_id = j.id
  where j.id = p_job_id and a.token = p_token and a.leased_until is not null;
  if not found then
    v_claimed := private.claimed_by_who_is_gone(p_job_id, p_token);
  end if;
  if v_claimed is null then
    perform private.refuse(409, 'stale_token', format('No claimed attempt of job %s has this token.', p_job_id));
  end if;
  return v_claimed;
end
$$;
comment on function worker.claimed(uuid, uuid) is
  'What a token was given for by a claim: {user_id, tool, attempt, outcome (null while it is open), status (the '
  'job''s)}. Error: 409 stale_token.';
revoke execute on function worker.claimed(uuid, uuid) from public;
grant execute on function worker.claimed(uuid, uuid) to service_role;

-- supabase/schemas/pull/06_heartbeat.sql =============================================================================

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
  where job_id = p_job_id and token = p_token and attempt = v_job.attempt and outcome is null
    and v_job.status = 'processing';
  return jsonb_build_object('continue', found, 'status', v_job.status, 'deadline_at', v_job.deadline_at,
    'lease_seconds', extract(epoch from v_lease));
end
$$;
comment on function worker.heartbeat(uuid, uuid, smallint) is
  'A worker is still at work: extends its lease by the lane''s, and shows its progress in percent if it says how far '
  'it is. Returns {continue, status, deadline_at, lease_seconds}; continue is false when the attempt is no longer '
  'current: stop, and see by the job''s status whether it was cancelled or another attempt is running. Errors: 409 '
  'stale_token, 422 invalid_progress.';
revoke execute on function worker.heartbeat(uuid, uuid, smallint) from public;
grant execute on function worker.heartbeat(uuid, uuid, smallint) to service_role;

-- supabase/schemas/pull/07_ai_job_status.sql =========================================================================

create function private.ai_job_status(
  p_status public.job_status, p_step public.job_step, p_progress smallint
) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_status = 'pending' or p_step = 'starting' then 'PENDING'
    when p_status = 'processing' and p_step = 'running' and coalesce(p_progress, 0) = 0 then 'STARTED'
    when p_status = 'processing' then 'PROCESSING'
    else upper(p_status::text)
  end
$$;
comment on function private.ai_job_status(public.job_status, public.job_step, smallint) is
  'A job''s status in the words of ai_jobs: PENDING (nobody is at work on it: waiting, or given a slot and not '
  'claimed), STARTED (somebody is), PROCESSING (and has made progress, or the provider is done), COMPLETED, FAILED, '
  'CANCELLED.';
revoke execute on function private.ai_job_status(public.job_status, public.job_step, smallint) from public;
-- A view with security_invoker evaluates it as whoever reads.
grant execute on function private.ai_job_status(public.job_status, public.job_step, smallint)
  to authenticated, service_role;

-- supabase/schemas/realtime/01_broadcast_failures.sql ================================================================

-- Realtime: telling the screen. A broadcast is a hint that a row has changed; losing one costs time, never truth.
--
-- Private topics, one for each audience: jobs:{user_id}, lane:{lane}, and project:{project_id} of the projects room.
-- Triggers send from the same transaction as the change, so nothing is announced that did not happen, and by statement,
-- in one sub-transaction whatever the number of rows. Nothing is created in schema realtime but policies.
--
-- A broadcast that cannot be written is counted and never fails the change. It may be every one of a day: Realtime
-- makes the daily partitions of its table when clients connect, so a project that nobody listens to has none. So they
-- are counted by minute and cause, and it matters whether somebody could have heard them.

create table private.broadcast_failures (
  minute timestamptz not null,
  cause text not null,
  pid integer not null default pg_backend_pid(),
  count bigint not null,
  heard bigint not null,
  message text,
  topic text not null,
  event text not null,
  row_id uuid,
  failed_at timestamptz not null,
  primary key (minute, cause, pid),
  constraint no_more_are_missed_than_failed check (heard between 0 and count)
);
create index broadcast_failures_by_time on private.broadcast_failures (failed_at desc);

alter table private.broadcast_failures enable row level security;

comment on table private.broadcast_failures is
  'Broadcasts that could not be sent, counted by minute and cause. What of them is heard is screens that learned late.';
comment on column private.broadcast_failures.cause is
  'no_partition: realtime.messages has none for today; else the SQLSTATE.';
comment on column private.broadcast_failures.pid is
  'The backend that counted: each counts for itself, so that none waits for another.';
comment on column private.broadcast_failures.heard is 'How many of them somebody could have heard.';
comment on column private.broadcast_failures.message is 'What the database said of the last one.';
comment on column private.broadcast_failures.topic is 'The topic of the last one.';
comment on column private.broadcast_failures.event is 'The event of the last one.';
comment on column private.broadcast_failures.row_id is 'The row that the last one told of, if it was one.';
comment on column private.broadcast_failures.failed_at is 'When the last one failed.';

create function private.somebody_listens() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Realtime reads its table through a slot of its own, for as long as clients are connected.
  return exists (
    select from pg_catalog.pg_replication_slots where active and slot_name ~ '^supabase_realtime_messages_');
end
$$;
comment on function private.somebody_listens() is
  'Whether Realtime reads what is broadcast, as it does while clients are connected.';
revoke execute on function private.somebody_listens() from public;

create type private.hint as (id uuid, topic text, event text, payload jsonb, row_id uuid);
comment on type private.hint is
  'A broadcast: its id, what is sent to whom, and the row that it tells of, if it is one.';

create function private.note_unsent(p_hints private.hint[], p_cause text, p_message text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_last private.hint := p_hints[cardinality(p_hints)];
  -- Without a partition nobody has listened for days, unless Realtime itself is at fault.
  v_heard bigint := case
    when p_cause <> 'no_partition' or private.somebody_listens() then cardinality(p_hints) else 0 end;
begin
  insert into private.broadcast_failures as f (minute, cause, count, heard, message, topic, event, row_id, failed_at)
  values (date_trunc('minute', v_now), p_cause, cardinality(p_hints), v_heard, p_message,
    v_last.topic, v_last.event, v_last.row_id, v_now)
  on conflict (minute, cause, pid) do update set count = f.count + excluded.count, heard = f.heard + excluded.heard,
    message = excluded.message, topic = excluded.topic, event = excluded.event, row_id = excluded.row_id,
    failed_at = excluded.failed_at;
  if private.may_pass('broadcasts failed', '1 minute') then
    raise warning 'broadcasts fail: %', p_message using hint = 'See private.broadcast_failures.';
  end if;
end
$$;
comment on function private.note_unsent(private.hint[], text, text) is
  'Counts broadcasts that could not be sent, at least one; warns of it once a minute. Waits for nobody.';
revoke execute on function private.note_unsent(private.hint[], text, text) from public;

-- supabase/schemas/realtime/02_broadcast.sql =========================================================================

create function private.send_apart(p_hints private.hint[], p_cause text, p_message text) returns integer
language plpgsql set search_path = '' as $$
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
    if current_setting('realtime.topic', true) = p_hints[1].topic then return 1; end if;
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
$$;
comment on function private.send_apart(private.hint[], text, text) is
  'Sends what could not be sent together: one by one, until three in a row fail; one alone by realtime.send, but not '
  'again in a minute in which that was in vain. Counts the rest as failed. Returns how many were sent.';
revoke execute on function private.send_apart(private.hint[], text, text) from public;

create function private.send(p_hints private.hint[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_constraint text;
begin
  -- The rows that realtime.send would write: all by one statement, in one sub-transaction, in half the time.
  insert into realtime.messages (id, topic, extension, event, private, payload)
  select h.id, h.topic, 'broadcast', h.event, true, jsonb_set(h.payload, '{id}', to_jsonb(h.id))
  from unnest(p_hints) h;
  return cardinality(p_hints);
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return private.send_apart(p_hints,
    case when sqlstate = '23514' and v_constraint = '' then 'no_partition' else sqlstate end, sqlerrm);
end
$$;
comment on function private.send(private.hint[]) is
  'Sends private broadcasts (payloads: objects, small; each gets its id), and counts those that cannot be sent in '
  'private.broadcast_failures. Raises nothing. Returns how many were sent.';
revoke execute on function private.send(private.hint[]) from public;

create function private.broadcast(p_topic text, p_event text, p_payload jsonb, p_row_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.send(array[(gen_random_uuid(), p_topic, p_event, p_payload, p_row_id)::private.hint]);
end
$$;
comment on function private.broadcast(text, text, jsonb, uuid) is
  'Sends one private broadcast, as private.send does. p_payload: an object, small; p_row_id: what it tells of.';
revoke execute on function private.broadcast(text, text, jsonb, uuid) from public;

-- supabase/schemas/realtime/03_broadcast_jobs.sql ====================================================================

create function private.broadcast_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
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
      -- No input, output or raw payload.
      'new', jsonb_build_object('id', v_job.id, 'tool', v_job.tool, 'lane', v_job.lane, 'status', v_job.status,
        'current_step', v_job.current_step, 'failed_at_step', v_job.failed_at_step, 'error_code', v_job.error_code,
        'error_message', v_job.error_message, 'output_url', v_job.output_url, 'progress', v_job.progress,
        'progress_is_estimate', v_job.progress_is_estimate,
        'request_id', v_job.request_id, 'run_at', v_job.run_at, 'version', v_job.version,
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
$$;
comment on function private.broadcast_jobs() is
  'After every statement that inserts or updates jobs: tells their owners'' topics what the rows are now and what was '
  'added to their histories. A failure is counted and never fails the change.';
revoke execute on function private.broadcast_jobs() from public;

create trigger new_jobs_broadcast_trigger after insert on public.jobs referencing new table as new_jobs
  for each statement when (current_setting('esteira.broadcast', true) is distinct from 'together')
  execute function private.broadcast_jobs();
create trigger jobs_broadcast_trigger after update on public.jobs
  referencing old table as old_jobs new table as new_jobs
  for each statement when (current_setting('esteira.broadcast', true) is distinct from 'together')
  execute function private.broadcast_jobs();

-- supabase/schemas/realtime/04_topics.sql ============================================================================

create policy "users listen to their own jobs" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'jobs:' || (select private.known_caller())::text);

create policy "signed-in users listen to lanes" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select private.known_caller()) is not null
    and (select realtime.topic()) ~ '^lane:[a-z][a-z0-9_]*$');

-- supabase/schemas/projects/01_projects.sql ==========================================================================

-- Projects: canvases, on whose nodes jobs show what they do (see the effects room for how).
--
-- A project's content is saved whole by its owner's app while jobs land in it. Every save names the version that it has
-- seen: a stale one is refused, never merged by guessing (shared/rows/project.ts takes over what has landed meanwhile).
-- Each change is told on the private topic project:{project_id}.

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  name text,
  content jsonb not null default '{"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint content_has_a_list_of_nodes check (coalesce(jsonb_typeof(content -> 'nodes') = 'array', false)),
  constraint content_has_at_most_8_mib check (pg_column_size(content) <= 8388608) -- each effect writes it anew
) with (fillfactor = 70);
-- Written anew by each effect, which compressing takes several times as long as writing; and its size can be looked at.
alter table public.projects alter column content set storage external;
create index projects_by_user on public.projects (user_id);

alter table public.projects enable row level security;
revoke all on public.projects from anon, authenticated, service_role;

comment on table public.projects is 'A canvas of one user, on whose nodes jobs show what they do.';
comment on column public.projects.name is 'What its owner calls it; null: nothing yet.';
comment on column public.projects.content is
  '{nodes: [{id, type, data, …}], edges, viewport}. In data, jobs write generated, loading, status, error, requestId, '
  'jobId and updatedAt; all else is the owner''s.';
comment on column public.projects.version is
  'Rises by one with each change. Whoever saves content says which one it is based on.';

grant select on public.projects to authenticated, service_role;
grant insert (id, user_id, name, content), update (name, content, version), delete on public.projects
  to authenticated, service_role;

create policy "users see their own projects, admins see all" on public.projects for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));
create policy "users make their own projects" on public.projects for insert to authenticated
  with check (user_id = (select private.caller()));
create policy "users change their own projects" on public.projects for update to authenticated
  using (user_id = (select private.caller())) with check (user_id = (select private.caller()));
create policy "users delete their own projects" on public.projects for delete to authenticated
  using (user_id = (select private.caller()));

-- supabase/schemas/projects/02_versions.sql ==========================================================================

create function private.check_seen_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version is distinct from old.version then
    perform private.refuse(409, 'stale_version',
      format('This save is based on version %s of project %s, which is at version %s.',
        new.version, old.id, old.version), 'version');
  end if;
  new.version := old.version + 1;
  return new;
end
$$;
comment on function private.check_seen_version() is
  'Before an update that names a version: it must be the one that is there, and becomes the next. Error: 409 '
  'stale_version.';
revoke execute on function private.check_seen_version() from public;

-- Fires when the statement sets version, whatever to; and first, by its name.
create trigger a_named_version_is_the_one_seen before update of version on public.projects
  for each row execute function private.check_seen_version();

create function private.guard_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version = old.version then
    if new.content is distinct from old.content then
      perform private.refuse(428, 'version_required',
        'Say which version of the project this content is based on: set version too.', 'version');
    end if;
    new.version := old.version + 1;
  end if;
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.guard_project() is
  'Before every update of a project: numbers the version, and refuses content that comes without one, for it could '
  'wipe out what a job has just shown. Error: 428 version_required.';
revoke execute on function private.guard_project() from public;

create trigger projects_are_numbered before update on public.projects
  for each row execute function private.guard_project();

-- supabase/schemas/projects/03_changed_nodes.sql =====================================================================

create function private.visible_node(p_node jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_node ->> 'id', 'type', p_node ->> 'type', 'data', (
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(case jsonb_typeof(p_node -> 'data') when 'object' then p_node -> 'data' else '{}' end)
    where key in ('generated', 'loading', 'status', 'error', 'requestId', 'jobId', 'updatedAt')));
end
$$;
comment on function private.visible_node(jsonb) is
  'What a broadcast shows of a node: {id, type, data} with what jobs write into data, and nothing else of it.';
revoke execute on function private.visible_node(jsonb) from public;

create function private.visible_nodes(p_nodes jsonb[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_nodes jsonb;
begin
  if cardinality(p_nodes) > 50 then return '[]'; end if;
  select coalesce(jsonb_agg(private.visible_node(node) order by place), '[]') into v_nodes
  from unnest(p_nodes) with ordinality nodes (node, place);
  -- A broadcast stays small; whoever needs more reads the row.
  return case when octet_length(v_nodes::text) > 65536 then '[]' else v_nodes end;
end
$$;
comment on function private.visible_nodes(jsonb[]) is
  'What a broadcast shows of nodes: none when there are more than 50 or they take more than 64 KiB.';
revoke execute on function private.visible_nodes(jsonb[]) from public;

create function private.changed_nodes(p_old jsonb, p_new jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return private.visible_nodes(array(
    with before as materialized (
      select node from jsonb_array_elements(p_old -> 'nodes') nodes (node)
    )
    select node from jsonb_array_elements(p_new -> 'nodes') with ordinality nodes (node, place)
    where jsonb_typeof(node) = 'object' and not exists (select from before where before.node = nodes.node)
    order by place limit 51));
end
$$;
comment on function private.changed_nodes(jsonb, jsonb) is
  'The nodes of the content p_new that p_old has not or not so, as a broadcast shows them.';
revoke execute on function private.changed_nodes(jsonb, jsonb) from public;

-- supabase/schemas/projects/04_broadcast_project.sql =================================================================

create function private.visible_project(
  p_id uuid, p_user_id uuid, p_name text, p_version integer, p_updated_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p_id, 'userId', p_user_id, 'name', p_name, 'version', p_version, 'updatedAt', p_updated_at);
end
$$;
comment on function private.visible_project(uuid, uuid, text, integer, timestamptz) is
  'What a broadcast shows of a project: no content.';
revoke execute on function private.visible_project(uuid, uuid, text, integer, timestamptz) from public;

create function private.hint_of_project(
  p_event text, p_id uuid, p_new jsonb, p_old jsonb, p_nodes jsonb, p_node_id text default null
) returns private.hint
language plpgsql volatile set search_path = '' as $$
begin
  return (gen_random_uuid(), 'project:' || p_id, p_event, jsonb_build_object(
    'type', p_event, 'table', 'projects', 'schema', 'public',
    'new', p_new || jsonb_build_object('content', jsonb_build_object('nodes', p_nodes)),
    'old', p_old,
    '_debug', jsonb_strip_nulls(jsonb_build_object('triggeredAt', private.now(),
      'triggerName', 'projects_broadcast_trigger', 'broadcastSuccess', true, 'nodeUpdated', p_node_id))),
    p_id)::private.hint;
end
$$;
comment on function private.hint_of_project(text, uuid, jsonb, jsonb, jsonb, text) is
  'What the topic of a project is told of a change: what is visible of it now and before (null: it is gone, it is new) '
  'and the nodes that changed. _debug.nodeUpdated (p_node_id): the first of the nodes that jobs have written to; then '
  'content.nodes is all that changed.';
revoke execute on function private.hint_of_project(text, uuid, jsonb, jsonb, jsonb, text) from public;

create function private.broadcast_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.send(array[private.hint_of_project(tg_op, coalesce(new.id, old.id),
    case when tg_op <> 'DELETE' then
      private.visible_project(new.id, new.user_id, new.name, new.version, new.updated_at) end,
    case when tg_op <> 'INSERT' then
      private.visible_project(old.id, old.user_id, old.name, old.version, old.updated_at) end,
    case when tg_op <> 'DELETE' then private.changed_nodes(coalesce(old.content, '{}'), new.content) end)]);
  return null;
end
$$;
comment on function private.broadcast_project() is
  'After every change of a project: tells its topic the new version and the nodes that changed.';
revoke execute on function private.broadcast_project() from public;

-- What jobs write is told by the effects room, of all projects of a transaction at once.
create trigger projects_broadcast_trigger after insert or update or delete on public.projects
  for each row when (current_setting('esteira.project', true) is distinct from 'told')
  execute function private.broadcast_project();

-- supabase/schemas/projects/05_topics.sql ============================================================================

create policy "users listen to their own projects" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and case
    when (select realtime.topic()) ~ '^project:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then exists (
      select from public.projects where id = substr((select realtime.topic()), 9)::uuid
        and user_id = (select private.known_caller()))
    else false end);

-- supabase/schemas/projects/06_check_limit.sql =======================================================================

create function private.check_projects_limit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_limit bigint;
begin
  for v_user_id in select distinct user_id from added order by user_id loop
    v_limit := private.limit_of('projects', v_user_id);
    continue when v_limit is null;
    -- One at a time, so that who counts sees what the others have made.
    perform pg_advisory_xact_lock(hashtextextended('esteira.projects:' || v_user_id, 0));
    if (select count(*) from public.projects where user_id = v_user_id) > v_limit then
      perform private.refuse_limit(429, 'too_many_projects', format('No more than %s projects.', v_limit), v_limit);
    end if;
  end loop;
  return null;
end
$$;
comment on function private.check_projects_limit() is
  'After projects were made: no user may have more than the limit projects says. Error: 429 too_many_projects. Exact, '
  'because one user''s are counted one at a time.';
revoke execute on function private.check_projects_limit() from public;

create trigger projects_stay_within_the_limit after insert on public.projects
  referencing new table as added for each statement execute function private.check_projects_limit();

-- supabase/schemas/models/01_ai_models.sql ===========================================================================

-- Models: what trainings leave behind. A model is there from the moment its training is asked for, follows the job that
-- trains it (see the effects room), and its changes are told on the topic of its owner's jobs.

create type public.model_status as enum ('TRAINING', 'READY', 'ERROR');
comment on type public.model_status is
  'Where a model stands. A retry of its training takes it from ERROR back to TRAINING.';

create table public.ai_models (
  id uuid primary key default private.uuid_v7(),
  "userId" uuid not null references auth.users (id) on delete cascade,
  name text not null,
  status public.model_status not null default 'TRAINING',
  progress smallint not null default 0,
  "trainingJobId" uuid references public.jobs (id) on delete set null,
  "modelUrl" text,
  "errorMessage" text,
  version integer not null default 1,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "trainedAt" timestamptz,
  constraint a_training_makes_one_model unique ("trainingJobId"),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint ready_models_are_whole check (status <> 'READY' or (progress = 100 and "modelUrl" is not null)),
  constraint ready_models_have_trained_at check ((status = 'READY') = ("trainedAt" is not null)),
  constraint models_in_error_name_it check ((status = 'ERROR') = ("errorMessage" is not null))
) with (fillfactor = 70);
create index ai_models_by_user on public.ai_models ("userId", "createdAt" desc);

alter table public.ai_models enable row level security;
revoke all on public.ai_models from anon, authenticated, service_role;

comment on table public.ai_models is
  'What trainings leave behind: one row for each model of a user, from the moment its training is asked for.';
comment on column public.ai_models."trainingJobId" is
  'The job that trains or trained it; after a retry, the new one. Null when that job is gone.';
comment on column public.ai_models."modelUrl" is
  'What the provider knows the model by: output.data.model_url of the job, else its request_id (Astria: the tune id). '
  'Null until READY.';
comment on column public.ai_models."errorMessage" is 'Why there is no model; null unless status is ERROR.';
comment on column public.ai_models."trainedAt" is 'When the training ended well; null unless status is READY.';
comment on column public.ai_models.version is 'Rises by one with each change; clients drop what is not newer.';

-- Users name and throw away; all else is what trainings say.
grant select, update (name), delete on public.ai_models to authenticated;
grant select on public.ai_models to service_role;

create policy "users see their own models, admins see all" on public.ai_models for select to authenticated
  using ("userId" between (select private.first_visible_user()) and (select private.last_visible_user()));
create policy "users rename their own models" on public.ai_models for update to authenticated
  using ("userId" = (select private.caller())) with check ("userId" = (select private.caller()));
create policy "users delete their own models" on public.ai_models for delete to authenticated
  using ("userId" = (select private.caller()));

-- supabase/schemas/models/02_guard_model.sql =========================================================================

create function private.guard_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.version := old.version + 1;
  new."updatedAt" := private.now();
  return new;
end
$$;
comment on function private.guard_model() is 'Before every update of a model: numbers the version.';
revoke execute on function private.guard_model() from public;

create trigger ai_models_are_numbered before update on public.ai_models
  for each row execute function private.guard_model();

-- supabase/schemas/models/03_broadcast_models.sql ====================================================================

create function private.hint_of_model(p_new public.ai_models, p_old public.ai_models) returns private.hint
language plpgsql volatile set search_path = '' as $$
declare
  v_model public.ai_models := case when p_new.id is null then p_old else p_new end;
begin
  return (gen_random_uuid(), 'jobs:' || v_model."userId", 'model_status_changed', jsonb_build_object(
    'type', 'model_status_changed', 'table', 'ai_models', 'schema', 'public',
    'modelId', v_model.id, 'userId', v_model."userId", 'status', v_model.status, 'progress', v_model.progress,
    -- All of it, for its owner.
    'new', case when p_new.id is not null then to_jsonb(p_new) - array['userId'] end,
    'old', case when p_old.id is not null then jsonb_build_object(
      'id', p_old.id, 'status', p_old.status, 'progress', p_old.progress, 'version', p_old.version) end,
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'ai_models_broadcast_trigger',
      'broadcastSuccess', true)), v_model.id)::private.hint;
end
$$;
comment on function private.hint_of_model(public.ai_models, public.ai_models) is
  'What the topic of its owner''s jobs is told of a model that is new (p_old null), changed, or gone (p_new null).';
revoke execute on function private.hint_of_model(public.ai_models, public.ai_models) from public;

create function private.broadcast_models() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new public.ai_models[] := '{}';
  v_old public.ai_models[] := '{}';
  v_hints private.hint[];
begin
  if tg_op <> 'DELETE' then v_new := array(select n::public.ai_models from new_models n); end if;
  if tg_op <> 'INSERT' then v_old := array(select o::public.ai_models from old_models o); end if;
  v_hints := array(
    select private.hint_of_model(n, o) from unnest(v_new) n full join unnest(v_old) o on o.id = n.id
    order by coalesce(n.id, o.id));
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_models() is
  'After every statement that changes models: tells the topics of their owners'' jobs, as the event '
  'model_status_changed.';
revoke execute on function private.broadcast_models() from public;

create trigger new_models_broadcast_trigger after insert on public.ai_models referencing new table as new_models
  for each statement execute function private.broadcast_models();
create trigger ai_models_broadcast_trigger after update on public.ai_models
  referencing old table as old_models new table as new_models
  for each statement execute function private.broadcast_models();
create trigger gone_models_broadcast_trigger after delete on public.ai_models referencing old table as old_models
  for each statement execute function private.broadcast_models();

-- supabase/schemas/effects/01_job_effects.sql ========================================================================

-- Effects: what a job changes besides itself. A project's node shows the job that was made for it, a model is what a
-- training leaves behind. Which of the two, if any, is the job's effect: its tool's, when it was created.
--
-- Triggers on `jobs` do it, so no function of the engine can forget it, and a job without effect costs a look at one
-- column. Each change of a job is put on a list; when the transaction commits, as its last act, the list is dealt with
-- at once: by set, one update and one broadcast for each project, together with the transition or not at all.
--
-- A commit is held for 250 ms at the most (the lock_timeout of apply_effects says it, once). What does not fit, be it
-- for a lock, for the size of a project or for their number, is left in `pending_effects` and applied ten seconds
-- later, or whenever it can be.
--
-- Locks. A project or model comes last of all (see the dispatch room). Its owner's app may hold it, so a transaction
-- that ends a job waits for one project or model, and only while it holds no other; everything else skips what is
-- locked. So no two transactions wait for each other, nothing in dispatch waits, and no job fails or hangs for its
-- effect.

create table public.job_effects (
  job_id uuid primary key references public.jobs (id) on delete cascade,
  user_id uuid not null,
  effect text not null,
  outcome text not null,
  message text,
  updated_at timestamptz not null,
  constraint outcomes_are_known check (outcome in ('applied', 'pending', 'superseded', 'project_missing',
    'node_missing', 'node_malformed', 'model_missing', 'model_url_missing', 'failed')),
  constraint failed_effects_say_why check (outcome <> 'failed' or message is not null)
);
create index effects_pending on public.job_effects (updated_at) where outcome = 'pending';
create index effects_by_time on public.job_effects (updated_at);

alter table public.job_effects enable row level security;
revoke all on public.job_effects from anon, authenticated, service_role;

comment on table public.job_effects is
  'What became of the effect of each job that has ended and has one. The job itself is what it is, whatever stands '
  'here.';
comment on column public.job_effects.outcome is
  'applied; pending (its project or model was in use, or there was no time for it; tried again every ten seconds); '
  'superseded (the node shows a newer job, a retry has the model); project_missing (or not the job owner''s), '
  'node_missing, node_malformed (data is no object), model_missing: reported, not recreated; model_url_missing; '
  'failed: see message.';
comment on column public.job_effects.message is 'The database''s error; null unless outcome is failed.';

grant select on public.job_effects to authenticated, service_role;

create policy "users see their own effects, admins see all" on public.job_effects for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

create table private.pending_effects (
  pending_id bigint generated always as identity primary key,
  job_id uuid not null,
  project_id uuid,
  is_new boolean not null,
  made_at timestamptz not null
);
create index pending_effects_by_project on private.pending_effects (project_id, pending_id);

alter table private.pending_effects enable row level security;

comment on table private.pending_effects is
  'Effects that are still to be applied, of jobs that have ended and of such as go on. Only added to and taken from, '
  'and refers to nothing, so that nobody waits for anybody.';
comment on column private.pending_effects.project_id is 'The project that the job names; null: a model.';
comment on column private.pending_effects.is_new is 'The job had just been created: its model is still to be made.';

-- supabase/schemas/effects/02_note_effects.sql =======================================================================

create type private.shown as (job_id uuid, outcome text);
comment on type private.shown is 'What became of the effect of a job: an outcome of job_effects.';

create function private.project_of(p_metadata jsonb) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when pg_input_is_valid(p_metadata ->> 'projectId', 'uuid') then (p_metadata ->> 'projectId')::uuid end;
end
$$;
comment on function private.project_of(jsonb) is 'The project that a job''s metadata name; null: none that can be.';
revoke execute on function private.project_of(jsonb) from public;

create function private.has_ended(p_status public.job_status) returns boolean
language sql immutable set search_path = '' as $$
  select p_status in ('completed', 'failed', 'cancelled')
$$;
comment on function private.has_ended(public.job_status) is 'Whether a job of this status stays as it is.';
revoke execute on function private.has_ended(public.job_status) from public;

create function private.note_effects(p_shown private.shown[], p_new uuid[], p_message text default null) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now timestamptz := private.now();
begin
  insert into private.pending_effects (job_id, project_id, is_new, made_at)
  select j.id, case j.effect when 'project_node' then private.project_of(j.metadata) end, j.id = any (p_new), v_now
  from unnest(p_shown) s join public.jobs j on j.id = s.job_id where s.outcome = 'pending';
  insert into public.job_effects as e (job_id, user_id, effect, outcome, message, updated_at)
  select j.id, j.user_id, j.effect, s.outcome, case s.outcome when 'failed' then p_message end, v_now
  from unnest(p_shown) s join public.jobs j on j.id = s.job_id where private.has_ended(j.status)
  on conflict (job_id) do update
  set outcome = excluded.outcome, message = excluded.message, updated_at = excluded.updated_at
  where (e.outcome, e.message) is distinct from (excluded.outcome, excluded.message);
  return (select count(*) from unnest(p_shown) s where s.outcome <> 'pending');
end
$$;
comment on function private.note_effects(private.shown[], uuid[], text) is
  'Writes down what became of the effects of jobs, each once: in job_effects for those that have ended, and in '
  'pending_effects what is still to be done. p_new: those of them that have just been created; p_message: why they '
  'failed. Returns how many are not pending.';
revoke execute on function private.note_effects(private.shown[], uuid[], text) from public;

-- supabase/schemas/effects/03_changes_of_nodes.sql ===================================================================

create type private.node_change as (place bigint, node jsonb);
comment on type private.node_change is 'A node as it is to be, and its place in the list of its project.';

create type private.node_result as (job_id uuid, node_id text, shows jsonb);
comment on type private.node_result is
  'What a job shows of itself in the data of a node: {jobId, requestId?, status, loading, error?, generated?: {url, '
  'type}}.';

create function private.node_results(p_jobs uuid[]) returns private.node_result[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  return array(
    select (j.id, j.metadata ->> 'nodeId', jsonb_strip_nulls(jsonb_build_object(
      'jobId', j.id,
      'requestId', j.request_id,
      'status', j.status,
      'loading', j.status in ('pending', 'processing'),
      'error', case when j.status = 'failed' then j.error_message end,
      'generated', case when j.status = 'completed' then jsonb_build_object(
        'url', j.output_url, 'type', j.output #>> '{files,0,content_type}') end)))::private.node_result
    from public.jobs j where j.id = any (p_jobs));
end
$$;
comment on function private.node_results(uuid[]) is 'What jobs show of themselves, and on which node.';
revoke execute on function private.node_results(uuid[]) from public;

create function private.changes_of_nodes(
  p_nodes jsonb, p_jobs uuid[], out shown private.shown[], out changes private.node_change[]
) language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_results private.node_result[] := private.node_results(p_jobs);
  v_now timestamptz := private.now();
begin
  with node as materialized (
    select distinct on (node ->> 'id') node ->> 'id' as node_id, place, node, coalesce(node -> 'data', '{}') as data
    from jsonb_array_elements(p_nodes) with ordinality nodes (node, place)
    where node ->> 'id' in (select r.node_id from unnest(v_results) r) order by node ->> 'id', place
  ), judged as materialized (
    select r.*, case
      when n.place is null then 'node_missing'
      when jsonb_typeof(n.data) <> 'object' then 'node_malformed'
      -- A job's id tells when it was made: the node shows the newest of its jobs.
      when case when pg_input_is_valid(n.data ->> 'jobId', 'uuid') then (n.data ->> 'jobId')::uuid > r.job_id end
        then 'superseded'
      else 'applied' end as outcome
    from unnest(v_results) r left join node n using (node_id)
  ), newest as materialized (
    select distinct on (node_id) node_id, job_id, shows from judged
    where outcome = 'applied' order by node_id, job_id desc
  ), last_result as materialized ( -- which stays while a newer job runs
    select distinct on (node_id) node_id, jsonb_build_object('generated', shows -> 'generated') as shows from judged
    where outcome = 'applied' and shows ? 'generated' order by node_id, job_id desc
  ), changed as materialized (
    -- What an earlier job said of itself goes; what it generated stays until there is something newer.
    select n.place, n.node, n.data as old, (n.data - array['jobId', 'requestId', 'status', 'loading', 'error'])
      || coalesce(l.shows, '{}') || w.shows as new
    from newest w join node n using (node_id) left join last_result l using (node_id)
  )
  select
    (select array_agg((j.job_id, case when j.job_id < w.job_id then 'superseded' else j.outcome end)::private.shown)
     from judged j left join newest w using (node_id)),
    (select coalesce(array_agg((c.place, c.node || jsonb_build_object(
       'data', c.new || jsonb_build_object('updatedAt', v_now)))::private.node_change order by c.place), '{}')
     from changed c where c.new <> c.old)
  into shown, changes;
end
$$;
comment on function private.changes_of_nodes(jsonb, uuid[]) is
  'What jobs, by the nodeId of their metadata, change in a list of nodes, and what becomes of the effect of each: '
  'applied, superseded, node_missing or node_malformed. Of several jobs of one node the newest is shown.';
revoke execute on function private.changes_of_nodes(jsonb, uuid[]) from public;

-- supabase/schemas/effects/04_show_on_project.sql ====================================================================

create function private.lock_project(p_id uuid, p_user_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_bytes integer;
begin
  -- A project that a transaction changes a second time refers to its user again (a foreign key is checked then): of one
  -- who is just leaving, and waits for the job, it is not to be had.
  if current_setting('esteira.effect', true) = 'holds' then
    perform from auth.users where id = p_user_id for key share skip locked;
    if not found then return null; end if;
  end if;
  select pg_column_size(content) into v_bytes from public.projects
  where id = p_id and user_id = p_user_id for no key update skip locked;
  return v_bytes;
end
$$;
comment on function private.lock_project(uuid, uuid) is
  'Locks a user''s project and returns the size of its content; null when there is none, somebody else has it, or its '
  'user is leaving and it may have been changed in this transaction already. Waits for nobody.';
revoke execute on function private.lock_project(uuid, uuid) from public;

create function private.has_time_for(p_bytes integer, p_until timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- 20 to 40 ms a MiB were measured.
  return clock_timestamp() + p_bytes / 1048576.0 * interval '60 milliseconds' <= p_until;
end
$$;
comment on function private.has_time_for(integer, timestamptz) is
  'Whether a content of this size can be written anew by a certain time.';
revoke execute on function private.has_time_for(integer, timestamptz) from public;

create function private.write_nodes(p_project_id uuid, p_nodes jsonb, p_changes private.node_change[])
returns private.hint
language plpgsql set search_path = '' as $$
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
  return private.hint_of_project('UPDATE', p_project_id, v_new, v_old, v_visible, v_visible #>> '{0,id}');
end
$$;
comment on function private.write_nodes(uuid, jsonb, private.node_change[]) is
  'Writes changed nodes into a locked project, whose nodes are p_nodes. Returns what is to be told of that.';
revoke execute on function private.write_nodes(uuid, jsonb, private.node_change[]) from public;

create function private.show_on_project(
  p_id uuid, p_user_id uuid, p_jobs uuid[], p_until timestamptz, out shown private.shown[], out hint private.hint
) language plpgsql set search_path = '' as $$
declare
  v_outcome text;
  v_bytes integer;
  v_nodes jsonb;
  v_did record;
begin
  if clock_timestamp() >= p_until then v_outcome := 'pending';
  else
    v_bytes := private.lock_project(p_id, p_user_id);
    v_outcome := case
      when v_bytes is not null then case when not private.has_time_for(v_bytes, p_until) then 'pending' end
      when exists (select from public.projects where id = p_id and user_id = p_user_id) then 'pending'
      else 'project_missing' end;
  end if;
  if v_outcome is not null then
    shown := array(select (id, v_outcome)::private.shown from unnest(p_jobs) id);
    return;
  end if;
  select content -> 'nodes' into v_nodes from public.projects where id = p_id;
  v_did := private.changes_of_nodes(v_nodes, p_jobs);
  shown := v_did.shown;
  if v_did.changes <> '{}' then hint := private.write_nodes(p_id, v_nodes, v_did.changes); end if;
end
$$;
comment on function private.show_on_project(uuid, uuid, uuid[], timestamptz) is
  'Shows jobs of one user on the nodes of one project, by one update under its row lock. Returns what becomes of the '
  'effect of each: as changes_of_nodes, project_missing, or pending when somebody else has the project or there is no '
  'time for it until p_until; and what is to be told of that, if anything.';
revoke execute on function private.show_on_project(uuid, uuid, uuid[], timestamptz) from public;

create function private.show_on_projects(p_jobs uuid[], p_until timestamptz) returns private.shown[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_part record;
  v_did record;
  v_shown private.shown[] := '{}';
  v_hints private.hint[] := '{}';
begin
  for v_part in
    select private.project_of(j.metadata) as project_id, j.user_id, array_agg(j.id order by j.id) as jobs
    from public.jobs j where j.id = any (p_jobs) and j.effect = 'project_node'
    group by 1, 2 order by bool_or(private.has_ended(j.status)) desc, 1, 2
  loop
    v_did := private.show_on_project(v_part.project_id, v_part.user_id, v_part.jobs, p_until);
    v_shown := v_shown || v_did.shown;
    if v_did.hint is not null then v_hints := v_hints || v_did.hint; end if;
  end loop;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return v_shown;
end
$$;
comment on function private.show_on_projects(uuid[], timestamptz) is
  'Shows jobs on their projects, as show_on_project does, first those of which some have ended; and tells their '
  'topics.';
revoke execute on function private.show_on_projects(uuid[], timestamptz) from public;

-- supabase/schemas/effects/05_model_of.sql ===========================================================================

create function private.model_of(p_model public.ai_models, p_job public.jobs) returns public.ai_models
language plpgsql stable set search_path = '' as $$
declare
  v_url text := case
    when p_job.status = 'completed' then coalesce(p_job.output #>> '{data,model_url}', p_job.request_id) end;
begin
  p_model."trainingJobId" := p_job.id;
  p_model.status := case
    when p_job.status in ('pending', 'processing') then 'TRAINING' when v_url is not null then 'READY' else 'ERROR' end;
  p_model.progress := case p_model.status
    when 'READY' then 100 when 'TRAINING' then coalesce(p_job.progress, 0) else p_model.progress end;
  p_model."modelUrl" := v_url;
  p_model."trainedAt" := case when p_model.status = 'READY' then p_job.completed_at end;
  p_model."errorMessage" := case when p_model.status = 'ERROR' then case p_job.status
    when 'cancelled' then 'The training was cancelled.'
    when 'completed' then 'The training ended without a model.'
    else p_job.error_message end end;
  return p_model;
end
$$;
comment on function private.model_of(public.ai_models, public.jobs) is
  'A model, as it is when its training stands where p_job does.';
revoke execute on function private.model_of(public.ai_models, public.jobs) from public;

-- supabase/schemas/effects/06_show_on_models.sql =====================================================================

create type private.training as (job_id uuid, training_job_id uuid, model_id uuid);
comment on type private.training is
  'A job, the job whose model it is to be shown on (itself, or the one that it retries), and that model, locked; null: '
  'it is not to be had.';

create function private.lock_models(p_jobs uuid[], p_new uuid[]) returns private.training[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(
    with training as materialized (
      -- A retry goes on with the model of the job that it does again, if that is still there and nobody has it.
      select j.id, case when j.id = any (p_new) then coalesce(j.retried_from, j.id) else j.id end as of
      from public.jobs j where j.id = any (p_jobs) and j.effect = 'model'
    ), locked as materialized (
      select m.id, m."trainingJobId" as of from public.ai_models m
      where m."trainingJobId" = any (array(select t.of from training t)) order by m.id for no key update skip locked
    )
    select (t.id, t.of, l.id)::private.training from training t left join locked l using (of) order by t.id);
end
$$;
comment on function private.lock_models(uuid[], uuid[]) is
  'Locks the models that jobs are to be shown on; waits for nobody. p_new: the jobs that have just been created.';
revoke execute on function private.lock_models(uuid[], uuid[]) from public;

create function private.make_models(p_trainings private.training[], p_new uuid[]) returns private.training[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_lacking uuid[] := array(select job_id from unnest(p_trainings) where model_id is null and job_id = any (p_new));
begin
  if v_lacking = '{}' then return p_trainings; end if;
  insert into public.ai_models ("userId", name, "trainingJobId", "createdAt", "updatedAt")
  select j.user_id, coalesce(left(nullif(trim(j.input ->> 'name'), ''), 200), 'Model'), j.id, j.created_at, j.created_at
  from public.jobs j where j.id = any (v_lacking) order by j.id
  on conflict ("trainingJobId") do nothing;
  return array(
    select (t.job_id, t.training_job_id, coalesce(t.model_id, m.id))::private.training
    from unnest(p_trainings) t
    left join public.ai_models m on m."trainingJobId" = t.job_id and t.job_id = any (v_lacking));
end
$$;
comment on function private.make_models(private.training[], uuid[]) is
  'Makes the models of new trainings that go on with none. Returns all, with those.';
revoke execute on function private.make_models(private.training[], uuid[]) from public;

create function private.show_on_models(p_jobs uuid[], p_new uuid[]) returns private.shown[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_trainings private.training[] := private.make_models(private.lock_models(p_jobs, p_new), p_new);
begin
  if v_trainings = '{}' then return '{}'; end if;
  with newest as materialized ( -- of a job and its retry
    select distinct on (model_id) model_id, job_id from unnest(v_trainings)
    where model_id is not null order by model_id, job_id desc
  )
  update public.ai_models m set "trainingJobId" = n."trainingJobId", status = n.status, progress = n.progress,
    "modelUrl" = n."modelUrl", "trainedAt" = n."trainedAt", "errorMessage" = n."errorMessage"
  from newest w join public.ai_models o on o.id = w.model_id join public.jobs j on j.id = w.job_id,
    lateral private.model_of(o, j) n
  where m.id = w.model_id and n is distinct from o;
  return array(
    select (t.job_id, case
      when m."trainingJobId" = t.job_id then
        case when j.status = 'completed' and m.status <> 'READY' then 'model_url_missing' else 'applied' end
      when m.id is not null then 'superseded'
      when exists (select from public.ai_models o where o."trainingJobId" = t.training_job_id) then 'pending'
      when exists (select from public.jobs r where r.retried_from = t.job_id) then 'superseded'
      else 'model_missing' end)::private.shown
    from unnest(v_trainings) t join public.jobs j on j.id = t.job_id left join public.ai_models m on m.id = t.model_id);
end
$$;
comment on function private.show_on_models(uuid[], uuid[]) is
  'Shows trainings on their models, by one update. p_new: those that have just been created, whose models are made, or '
  'taken over from the jobs that they retry. Returns what becomes of the effect of each: applied, superseded (a retry '
  'has the model), model_missing, model_url_missing, or pending when somebody else has the model.';
revoke execute on function private.show_on_models(uuid[], uuid[]) from public;

-- supabase/schemas/effects/07_apply_effects.sql ======================================================================

create function private.wait_for_one(p_jobs uuid[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_job public.jobs;
begin
  select j.* into v_job from public.jobs j where j.id = any (p_jobs) and private.has_ended(j.status)
  order by j.effect desc, private.project_of(j.metadata), j.user_id, j.id limit 1;
  if v_job.effect = 'project_node' then
    perform from public.projects
    where id = private.project_of(v_job.metadata) and user_id = v_job.user_id for no key update;
  elsif v_job.effect = 'model' then
    perform from public.ai_models where "trainingJobId" = v_job.id for no key update;
  end if;
exception when lock_not_available or deadlock_detected then null;
end
$$;
comment on function private.wait_for_one(uuid[]) is
  'Waits, as long as lock_timeout allows, for the project or model of one job that has ended, if any of these has.';
revoke execute on function private.wait_for_one(uuid[]) from public;

create function private.all_are(p_jobs uuid[], p_outcome text) returns private.shown[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(select (id, p_outcome)::private.shown from unnest(p_jobs) id);
end
$$;
comment on function private.all_are(uuid[], text) is 'The same outcome for all of these jobs.';
revoke execute on function private.all_are(uuid[], text) from public;

create function private.try_effects(p_jobs uuid[], p_new uuid[], p_until timestamptz) returns integer
language plpgsql set search_path = '' as $$
begin
  return private.note_effects(
    private.show_on_projects(p_jobs, p_until) || private.show_on_models(p_jobs, p_new), p_new);
exception
  when lock_not_available or deadlock_detected or serialization_failure then
    return private.note_effects(private.all_are(p_jobs, 'pending'), p_new);
  when others then
    if cardinality(p_jobs) = 1 then
      return private.note_effects(private.all_are(p_jobs, 'failed'), p_new, sqlerrm);
    end if;
    return private.try_effects_apart(p_jobs, p_new, p_until);
end
$$;
comment on function private.try_effects(uuid[], uuid[], timestamptz) is
  'Applies the effects of jobs, in one sub-transaction, and writes down what became of them; what is not done by '
  'p_until, or is locked, stays pending. p_new: the jobs that have just been created. An effect that fails is told in '
  'job_effects and keeps none of the others from being applied. Returns how many are not pending.';
revoke execute on function private.try_effects(uuid[], uuid[], timestamptz) from public;

create function private.try_effects_apart(p_jobs uuid[], p_new uuid[], p_until timestamptz) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_parts jsonb; -- of what is one part, each job is one
  v_part jsonb;
  v_jobs uuid[];
  v_count integer := 0;
  v_done uuid[] := '{}';
begin
  select jsonb_agg(jobs order by jobs) into v_parts from (
    select jsonb_agg(j.id order by j.id) as jobs from public.jobs j where j.id = any (p_jobs)
    group by case j.effect when 'project_node' then private.project_of(j.metadata) end, j.effect) parts;
  if jsonb_array_length(v_parts) = 1 then
    select jsonb_agg(jsonb_build_array(id)) into v_parts from jsonb_array_elements(v_parts -> 0) id;
  end if;
  for v_part in select part from jsonb_array_elements(v_parts) part loop
    exit when clock_timestamp() >= p_until and v_done <> '{}';
    v_jobs := array(select id::uuid from jsonb_array_elements_text(v_part) id);
    v_count := v_count + private.try_effects(v_jobs, p_new, p_until);
    v_done := v_done || v_jobs;
  end loop;
  return v_count + private.note_effects(private.all_are(
    array(select id from unnest(p_jobs) id where id <> all (v_done)), 'pending'), p_new);
end
$$;
comment on function private.try_effects_apart(uuid[], uuid[], timestamptz) is
  'Tries one by one what fails together: by project, then job by job; what there is no time for stays pending.';
revoke execute on function private.try_effects_apart(uuid[], uuid[], timestamptz) from public;

create function private.apply_effects(p_jobs uuid[], p_new uuid[]) returns void
language plpgsql set search_path = '' set lock_timeout = '250ms' as $$
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
  insert into private.pending_effects (job_id, project_id, is_new, made_at)
  select j.id, case j.effect when 'project_node' then private.project_of(j.metadata) end, j.id = any (p_new),
    private.now()
  from public.jobs j where j.id = any (p_jobs);
end
$$;
comment on function private.apply_effects(uuid[], uuid[]) is
  'Brings what jobs change besides themselves to where they stand, and writes down what became of it. Takes no longer '
  'than its lock_timeout; what does not fit stays pending. p_new: those that have just been created. Raises nothing.';
revoke execute on function private.apply_effects(uuid[], uuid[]) from public;

-- supabase/schemas/effects/08_show_jobs.sql ==========================================================================

create function private.list_job() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('esteira.jobs', concat_ws(' ', nullif(current_setting('esteira.jobs', true), ''), new.id), true);
  if tg_op = 'INSERT' then
    perform set_config('esteira.new_jobs',
      concat_ws(' ', nullif(current_setting('esteira.new_jobs', true), ''), new.id), true);
  end if;
  return null;
end
$$;
comment on function private.list_job() is
  'When a job with an effect changes: puts it on the list of its transaction, and a new one on that of the new.';
revoke execute on function private.list_job() from public;

create function private.show_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_jobs text := current_setting('esteira.jobs', true);
  v_new text := coalesce(current_setting('esteira.new_jobs', true), '');
begin
  if coalesce(v_jobs, '') = '' then return null; end if; -- the first of them has dealt with all
  perform set_config('esteira.jobs', '', true), set_config('esteira.new_jobs', '', true);
  perform private.apply_effects(
    array(select distinct id from unnest(string_to_array(v_jobs, ' ')::uuid[]) id),
    string_to_array(v_new, ' ')::uuid[]);
  return null;
end
$$;
comment on function private.show_jobs() is
  'When a transaction that changed jobs with an effect commits: applies the effects of all of them, as it leaves them.';
revoke execute on function private.show_jobs() from public;

-- The conditions are looked at when the row changes: a job without effect queues nothing.
create trigger new_jobs_are_listed after insert on public.jobs
  for each row when (new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
  execute function private.list_job();
create trigger changed_jobs_are_listed after update of status, progress, request_id on public.jobs
  for each row when ((new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
    and (new.status <> old.status or new.request_id is distinct from old.request_id
      or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.list_job();

create constraint trigger new_jobs_are_shown after insert on public.jobs
  deferrable initially deferred for each row
  when (new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
  execute function private.show_jobs();
create constraint trigger changed_jobs_are_shown after update of status, progress, request_id on public.jobs
  deferrable initially deferred for each row
  when ((new.effect = 'model' or new.metadata ->> 'projectId' is not null and new.effect is not null)
    and (new.status <> old.status or new.request_id is distinct from old.request_id
      or (new.effect = 'model' and new.progress is distinct from old.progress)))
  execute function private.show_jobs();

-- supabase/schemas/effects/09_apply_pending_effects.sql ==============================================================

create function private.take_pending(p_project_id uuid, out jobs uuid[], out new_jobs uuid[])
language plpgsql set search_path = '' as $$
declare
  v_users uuid[]; -- who are not just leaving
begin
  -- The user's row comes first in the lock order: what is written refers to it and to the jobs, and who leaves has both
  -- and waits for the project.
  v_users := array(
    select u.id from auth.users u where u.id in (
      select j.user_id from private.pending_effects p join public.jobs j on j.id = p.job_id
      where p.project_id is not distinct from p_project_id)
    order by u.id for key share skip locked);
  -- Of several who look at once one takes them; while a project is in use they stay.
  perform from public.projects where id = p_project_id for no key update skip locked;
  if not found and exists (select from public.projects where id = p_project_id) then return; end if;
  with taken as (
    delete from private.pending_effects where pending_id in (
      select p.pending_id from private.pending_effects p left join public.jobs j on j.id = p.job_id
      where p.project_id is not distinct from p_project_id
        and (j.user_id = any (v_users) or not exists (select from auth.users u where u.id = j.user_id))
      order by p.pending_id limit 1000 for update of p skip locked)
    returning job_id, is_new
  )
  select array_agg(distinct job_id), coalesce(array_agg(distinct job_id) filter (where is_new), '{}')
  into jobs, new_jobs from taken;
end
$$;
comment on function private.take_pending(uuid) is
  'Takes up to 1,000 pending effects of a project (null: of models), unless somebody has it; not those of a user '
  'who is just leaving. Waits for nobody.';
revoke execute on function private.take_pending(uuid) from public;

create function private.apply_pending_effects() returns integer
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
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
  perform private.beat('esteira-effects', jsonb_build_object('applied', v_count));
  return v_count;
end
$$;
comment on function private.apply_pending_effects() is
  'Applies effects that did not fit into the commit of their job: project by project, each by set, the longest waiting '
  'first, for 2 s (its lock_timeout). Waits for nobody. Returns how many are settled.';
revoke execute on function private.apply_pending_effects() from public;

-- supabase/schemas/privacy/01_delete_rows.sql ========================================================================

-- Privacy: what is kept of a user, what is not, and how one asks (docs/privacy.md says it to people).
--
-- A user leaves by the deletion of their row in auth.users, whoever deletes it; ops.forget_user does that, and for a
-- user who is gone already it does what is left to do. The trigger (see the endings room) does at once what must be of
-- one piece: what runs is ended, rows go, the ledger moves under a tombstone. What takes long or others do is noted:
-- files in private.doomed_files, models at their providers in private.forgets, traces in private.leavers.
--
-- Traces are what tells of a user without being a row of theirs: messages, archives, broadcasts that lie in Realtime,
-- answers to pokes, logs. They are looked for from end to end, which is nothing to do while a user's jobs are locked: a
-- minute later, and once more when every token of the user's has run out.
--
-- Lock order: as everywhere (see the dispatch room); the user's row is its head.

create function private.delete_rows_of(p_user_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
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
  return jsonb_build_object('projects', v_projects, 'models', v_models);
end
$$;
comment on function private.delete_rows_of(uuid) is
  'Deletes what a user who leaves has besides jobs and credits. Returns {projects, models}: how many.';
revoke execute on function private.delete_rows_of(uuid) from public;

-- supabase/schemas/privacy/02_doom_all_of.sql ========================================================================

create table private.buckets_left_alone (
  bucket text primary key
);

alter table private.buckets_left_alone enable row level security;

comment on table private.buckets_left_alone is
  'Buckets whose files stay when the user leaves who put them there: what a team shares, say. An operator''s rows; '
  'Esteira''s own buckets are never among them.';

create function private.is_left_alone(p_bucket text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_bucket not in ('inputs', 'outputs', 'handed')
    and exists (select from private.buckets_left_alone where bucket = p_bucket);
end
$$;
comment on function private.is_left_alone(text) is 'Whether the files of a bucket stay when their user leaves.';
revoke execute on function private.is_left_alone(text) from public;

create function private.doom_all_of(p_user_id uuid, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- At once, and again when every upload that was begun before has ended or lost its leave.
  insert into private.doomed_files (bucket, prefix, owner_id, due_at)
  select f.bucket, f.prefix, f.owner_id, p_at + delay
  from (
    select id, p_user_id || '/', null from storage.buckets where not private.is_left_alone(id)
    union all select null, null, p_user_id::text -- who put them there, wherever they lie
  ) f (bucket, prefix, owner_id), unnest(array[interval '0', interval '3 hours']) delay;
end
$$;
comment on function private.doom_all_of(uuid, timestamptz) is
  'Has all files of a user deleted: in every bucket what lies in the folder of the user''s name, and what the user put '
  'anywhere else.';
revoke execute on function private.doom_all_of(uuid, timestamptz) from public;

create function private.owned_files(p_owner_id text, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', bucket_id, 'path', name)), '[]') from (
      select bucket_id, name from storage.objects
      where owner_id = p_owner_id and not private.is_left_alone(bucket_id) limit p_limit) owned);
end
$$;
comment on function private.owned_files(text, integer) is
  'Files that a user has put anywhere, [{bucket, path}], up to p_limit: Storage keeps no index of that, so it looks '
  'through all.';
revoke execute on function private.owned_files(text, integer) from public;

create function worker.owned_files(p_owner_id text, p_qty integer default 1000) returns jsonb
language plpgsql volatile security definer set search_path = '' set statement_timeout = '45s' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.owned_files(p_owner_id, p_qty);
end
$$;
comment on function worker.owned_files(text, integer) is
  'Files that a user who is gone has put anywhere, [{bucket, path}], up to p_qty. Takes long where there are many '
  'files: asked for each user by itself, so that it keeps nobody else''s files.';
revoke execute on function worker.owned_files(text, integer) from public;
grant execute on function worker.owned_files(text, integer) to service_role;

-- supabase/schemas/privacy/03_forget_traces.sql ======================================================================

create function private.forget_messages(p_job_ids uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_table text;
  v_rows integer;
  v_count integer := 0;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  if cardinality(p_job_ids) = 0 then return 0; end if;
  for v_table in
    select prefix || name from unnest(array['q_', 'a_']) prefix,
      (select 'settle_queue' union select 'dead_letters' union select queue_name from private.lanes) queues (name)
    where to_regclass(format('pgmq.%I', prefix || name)) is not null order by 1
  loop
    -- Whoever has read one is about to find that its job is gone.
    execute format('delete from pgmq.%1$I where msg_id in (select msg_id from pgmq.%1$I
      where message ->> ''job_id'' = any ($1) for update skip locked)', v_table)
    using p_job_ids::text[];
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
  end loop;
  return v_count;
end
$$;
comment on function private.forget_messages(uuid[]) is
  'Deletes the messages and archived messages of jobs that are gone. Returns how many.';
revoke execute on function private.forget_messages(uuid[]) from public;

create function private.forget_broadcasts(p_topics text[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- They have been told. The platform lets nobody but itself delete them, which it does after three days.
  update realtime.messages set topic = 'forgotten', payload = '{}' where topic = any (p_topics);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_broadcasts(text[]) is
  'Empties the broadcasts that Realtime still has of these topics. Returns how many.';
revoke execute on function private.forget_broadcasts(text[]) from public;

create function private.forget_at_platform(p_leaver private.leavers, out did jsonb)
language plpgsql set search_path = '' as $$
declare
  v_named text := '%' || p_leaver.user_id || '%';
  v_answers integer;
  v_log integer;
begin
  delete from net._http_response where content like v_named or error_msg like v_named;
  get diagnostics v_answers = row_count;
  delete from cron.job_run_details where return_message like v_named or command like v_named;
  get diagnostics v_log = row_count;
  did := jsonb_build_object(
    'broadcasts', private.forget_broadcasts(p_leaver.topics), 'answers', v_answers, 'log', v_log);
exception when others then -- what is the platform's may be refused, and keeps nothing that is ours
  perform private.note_fault('esteira-leavers', null, sqlstate, sqlerrm);
  did := '{}';
end
$$;
comment on function private.forget_at_platform(private.leavers) is
  'Forgets what the platform''s own tables tell of a user who is gone. Returns counts: {broadcasts, answers, log}; '
  'none when it was refused, which is told in private.faults.';
revoke execute on function private.forget_at_platform(private.leavers) from public;

create function private.forget_traces(p_leaver private.leavers) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_events integer;
begin
  update private.cancels set user_id = p_leaver.tombstone_id, checkpoint = private.without_files(checkpoint)
  where token in (select token from private.cancels where user_id = p_leaver.user_id for update skip locked);
  delete from private.webhook_events where user_id = p_leaver.user_id or job_id = any (p_leaver.job_ids);
  get diagnostics v_events = row_count;
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
end
$$;
comment on function private.forget_traces(private.leavers) is
  'Looks for what tells of a user who is gone, and forgets it. Returns counts: {webhook_events, messages, broadcasts, '
  'answers, log}.';
revoke execute on function private.forget_traces(private.leavers) from public;

create function private.forget_leavers(p_user_id uuid default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_leaver private.leavers;
  v_did jsonb := '{}';
  v_count integer := 0;
begin
  for v_leaver in
    select * from private.leavers where due_at <= v_now and user_id = coalesce(p_user_id, user_id)
    order by due_at limit 10 for update skip locked
  loop
    begin
      v_did := private.forget_traces(v_leaver);
      if v_leaver.looks > 0 and v_now >= v_leaver.left_at + interval '3 hours' then
        delete from private.leavers where user_id = v_leaver.user_id;
      else
        update private.leavers set looks = looks + 1, due_at = v_leaver.left_at + interval '3 hours'
        where user_id = v_leaver.user_id;
      end if;
      v_count := v_count + 1;
    exception when others then
      update private.leavers set due_at = v_now + interval '5 minutes' where user_id = v_leaver.user_id;
      perform private.note_fault('esteira-leavers', null, sqlstate, sqlerrm);
    end;
  end loop;
  return v_did || jsonb_build_object('leavers', v_count);
end
$$;
comment on function private.forget_leavers(uuid) is
  'Forgets the traces of up to ten users who have left, or of one. Returns how many, and what the last look found.';
revoke execute on function private.forget_leavers(uuid) from public;

-- supabase/schemas/privacy/04_forget_user.sql ========================================================================

create function ops.forget_user(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_was_there boolean;
  v_leaver private.leavers;
begin
  if p_user_id is null then
    perform private.refuse(422, 'invalid_input', 'Say which user is to be forgotten.', 'user_id');
  end if;
  delete from auth.users where id = p_user_id;
  v_was_there := found;
  if not v_was_there then perform private.let_go(p_user_id); end if;
  select * into v_leaver from private.leavers where user_id = p_user_id;
  return jsonb_build_object('user', case when v_was_there then 'deleted' else 'gone' end) || v_leaver.did
    || jsonb_build_object(
      'tombstone_id', case when (v_leaver.did ->> 'entries')::integer > 0 then v_leaver.tombstone_id end,
      'files', (select count(distinct coalesce(bucket, 'owned')) from private.doomed_files
        where prefix = p_user_id || '/' or owner_id = p_user_id::text),
      'traces', private.forget_leavers(p_user_id) - 'leavers', 'again_at', v_leaver.left_at + interval '3 hours');
end
$$;
comment on function ops.forget_user(uuid) is
  'Deletes a user and all that is theirs; for one who is gone already, what may be left. What runs is stopped, files '
  'and trained models are deleted by the worker, the ledger stays under a tombstone. Returns {user (deleted or gone), '
  'jobs, tasks (that the outbox still stops), projects, models, forgets (trained models to be deleted at their '
  'provider), entries (of the ledger), tombstone_id (null without entries; told here and nowhere else), files '
  '(prefixes to be deleted), traces, again_at (when traces and files are looked for once more)}. Error: 422 '
  'invalid_input.';
revoke execute on function ops.forget_user(uuid) from public;
grant execute on function ops.forget_user(uuid) to service_role;

-- supabase/schemas/privacy/05_forgets.sql ============================================================================

create table private.forgets (
  token uuid primary key,
  job_id uuid not null,
  attempt integer not null,
  tool text not null,
  lane text not null,
  account_id integer,
  external_id text not null,
  checkpoint jsonb not null default '{}',
  started_at timestamptz not null,
  made_at timestamptz not null,
  next_at timestamptz not null,
  tries integer not null default 0
);
create index forgets_by_time on private.forgets (next_at);

alter table private.forgets enable row level security;

comment on table private.forgets is
  'The outbox of what providers are to forget: trained models whose user has left or thrown them away, and trainings '
  'whose model nobody will have. Beside the outbox of cancels: these tasks are over, and hold no slot.';
comment on column private.forgets.next_at is 'When it is to be done; a worker that has it moves this on.';

create function private.leave_forgets(p_job_ids uuid[], p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.forgets (
    token, job_id, attempt, tool, lane, account_id, external_id, checkpoint, started_at, made_at, next_at)
  select a.token, j.id, a.attempt, j.tool, j.lane, a.account_id, a.external_id, private.without_files(a.checkpoint),
    a.started_at, p_at, p_at
  from public.jobs j
  join public.job_attempts a on a.job_id = j.id and a.external_id is not null
    and (a.word = 'succeeded' or a.outcome = 'succeeded')
  join private.lanes l on l.lane = j.lane and l.delivery <> 'pull'
  where j.id = any (p_job_ids)
  on conflict (token) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.leave_forgets(uuid[], timestamptz) is
  'Has what these trainings made deleted at their providers. Returns how many models.';
revoke execute on function private.leave_forgets(uuid[], timestamptz) from public;

create function private.forget_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leave_forgets(array(select g."trainingJobId" from gone g), private.now());
  return null;
end
$$;
comment on function private.forget_model() is 'After models were deleted: has them deleted at their providers.';
revoke execute on function private.forget_model() from public;

create trigger models_are_forgotten_by_their_providers after delete on public.ai_models
  referencing old table as gone for each statement execute function private.forget_model();

create function private.forget_missed_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leave_forgets(array[new.job_id], private.now());
  return null;
end
$$;
comment on function private.forget_missed_model() is
  'After a training ended whose model was thrown away meanwhile: has what it made deleted at its provider.';
revoke execute on function private.forget_missed_model() from public;

create trigger trainings_for_nobody_are_forgotten after insert or update of outcome on public.job_effects
  for each row when (new.effect = 'model' and new.outcome = 'model_missing')
  execute function private.forget_missed_model();

create function private.forget_orphan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The result of a job that ended before: its files are deleted, and so is a model. Not one that a job has taken.
  if exists (select from public.tools where tool = new.tool and effect = 'model')
     and not exists (select from public.job_attempts a join public.jobs j on j.id = a.job_id
       where a.job_id = new.job_id and a.external_id = new.external_id and a.outcome = 'succeeded'
         and j.status = 'completed') then
    insert into private.forgets (token, job_id, attempt, tool, lane, account_id, external_id, checkpoint, started_at,
      made_at, next_at)
    values (new.token, new.job_id, new.attempt, new.tool, new.lane, new.account_id, new.external_id,
      private.without_files(old.checkpoint), new.started_at, new.over_at, new.over_at)
    on conflict (token) do nothing;
  end if;
  return null;
end
$$;
comment on function private.forget_orphan() is
  'After the task of an ended training has gone on to its end, or may have: has what it made deleted at its provider.';
revoke execute on function private.forget_orphan() from public;

create trigger orphaned_models_are_forgotten after update of over_at on private.cancels
  for each row when (old.over_at is null and new.how in ('succeeded', 'unknown') and new.reason <> 'produced'
    and new.external_id is not null and new.external_id is distinct from new.accepted_id)
  execute function private.forget_orphan();

-- supabase/schemas/privacy/06_receive_forgets.sql ====================================================================

create function private.forget_item(p_forget private.forgets) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'kind', 'forget',
    'job', jsonb_build_object('id', p_forget.job_id, 'user_id', '00000000-0000-0000-0000-000000000000',
      'tool', p_forget.tool, 'lane', p_forget.lane, 'input', '{}'::jsonb, 'metadata', '{}'::jsonb,
      'created_at', p_forget.started_at, 'deadline_at', null),
    'attempt', jsonb_build_object('attempt', p_forget.attempt, 'dispatch', 1, 'token', p_forget.token,
      'phase', 'finished', 'external_id', p_forget.external_id, 'checkpoint', p_forget.checkpoint,
      'started_at', p_forget.started_at, 'submits', 1, 'resubmit', null, 'nones', 0, 'submit_until', null,
      'word', 'succeeded', 'outputs', null, 'data', null))
    || private.wiring(p_forget.tool, p_forget.lane, p_forget.account_id);
end
$$;
comment on function private.forget_item(private.forgets) is
  'All that a worker needs to have a provider forget a task: a work item, with nothing of whose it was.';
revoke execute on function private.forget_item(private.forgets) from public;

create function worker.receive_forgets(p_qty integer default 10) returns setof jsonb
language plpgsql security definer rows 10 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select f.token from private.forgets f where f.next_at <= v_now
      order by f.next_at limit p_qty for update of f skip locked
    )
    update private.forgets f
    set tries = f.tries + 1, next_at = v_now + interval '1 minute' * power(2, least(f.tries, 8))
    from due where f.token = due.token returning private.forget_item(f);
end
$$;
comment on function worker.receive_forgets(integer) is
  'Leases up to p_qty tasks that their providers are to forget. They come back, later each time, until '
  'worker.task_forgotten is told.';
revoke execute on function worker.receive_forgets(integer) from public;
grant execute on function worker.receive_forgets(integer) to service_role;

create function worker.task_forgotten(p_token uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.forgets where token = p_token;
  return found;
end
$$;
comment on function worker.task_forgotten(uuid) is
  'A provider has forgotten a task, or never knew of it, or cannot forget. False: that was known already.';
revoke execute on function worker.task_forgotten(uuid) from public;
grant execute on function worker.task_forgotten(uuid) to service_role;

-- supabase/schemas/privacy/07_deleted_jobs.sql =======================================================================

create function private.broadcast_deleted_job(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast('jobs:' || p_job.user_id, 'DELETE', jsonb_build_object(
    'type', 'DELETE', 'table', 'jobs', 'schema', 'public', 'new', null, 'steps', '[]'::jsonb,
    'old', jsonb_build_object('id', p_job.id, 'status', p_job.status, 'current_step', p_job.current_step,
      'version', p_job.version),
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'jobs_are_forgotten',
      'broadcastSuccess', true)), p_job.id);
end
$$;
comment on function private.broadcast_deleted_job(public.jobs) is
  'Tells a job''s owner that it was deleted: the event DELETE on jobs:{user_id}, with old and without new.';
revoke execute on function private.broadcast_deleted_job(public.jobs) from public;

create function private.forget_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone limit 1000) g;
  delete from private.webhook_events where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  where g.started_at is not null;
  return null;
end
$$;
comment on function private.forget_jobs() is
  'After jobs were deleted, by retention or by hand: tells their owners, forgets their webhooks, and has their files '
  'deleted. When a user leaves, that is done for all at once.';
revoke execute on function private.forget_jobs() from public;

create trigger jobs_are_forgotten after delete on public.jobs
  referencing old table as gone for each statement execute function private.forget_jobs();

-- supabase/schemas/privacy/08_export_user.sql ========================================================================

create function private.files_of(p_user_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', o.bucket_id, 'path', o.name, 'bytes', o.metadata -> 'size',
      'content_type', o.metadata -> 'mimetype', 'created_at', o.created_at) order by o.bucket_id, o.name), '[]')
    from storage.objects o
    where starts_with(o.name, p_user_id || '/') or o.owner_id = p_user_id::text);
end
$$;
comment on function private.files_of(uuid) is
  'The files in a user''s folder of any bucket, and those that the user has put anywhere else: [{bucket, path, bytes, '
  'content_type, created_at}].';
revoke execute on function private.files_of(uuid) from public;

create function private.jobs_of(p_user_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(j) - array['ticket', 'idempotency_hash', 'user_id'] || jsonb_build_object(
      'attempts', (select coalesce(jsonb_agg(to_jsonb(a)
          - array['token', 'user_id', 'question_id', 'account_id', 'job_id'] order by a.attempt), '[]')
        from public.job_attempts a where a.job_id = j.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
          'payload', e.payload) order by e.event_id), '[]')
        from private.webhook_events e where e.job_id = j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
end
$$;
comment on function private.jobs_of(uuid) is
  'A user''s jobs as they were asked for and what came of them, each with its attempts and webhooks; no tokens.';
revoke execute on function private.jobs_of(uuid) from public;

create function ops.export_user(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
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
    'files', private.files_of(p_user_id));
end
$$;
comment on function ops.export_user(uuid) is
  'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with attempts '
  'and webhooks), models, projects, effects, limits, files (their names; what is in them Storage has)}. No '
  'tokens and no keys. Error: 404 user_not_found.';
revoke execute on function ops.export_user(uuid) from public;
grant execute on function ops.export_user(uuid) to service_role;

-- supabase/schemas/retention/01_retention.sql ========================================================================

-- Retention: what is kept for how long, and who deletes it when the time is over.
--
-- An operator's rows say it, for each tool or for all (docs/privacy.md has the table of what is shipped). Results are
-- kept for ever unless somebody says otherwise, and what a project's node or a model refers to is never deleted under
-- it. Jobs and credits stay: they are what happened.
--
-- Two schedules: clean_up forgets payloads once a day; esteira-retention looks through Storage and the jobs whose
-- results have had their time, a bounded piece every half minute, and goes on where it stopped. Files are deleted by
-- the worker (private.doomed_files). Both wait for nobody: what is locked has its turn the next time.

create table private.retention (
  retention_id bigint generated always as identity primary key,
  tool text references public.tools (tool) on delete cascade,
  inputs interval,
  outputs interval,
  attempts interval,
  events interval,
  unused interval,
  constraint a_tool_has_one_retention unique nulls not distinct (tool),
  constraint times_are_positive check (inputs > '0' and outputs > '0' and attempts > '0' and events > '0'
    and unused > '0'),
  constraint what_is_unused_is_no_tools check (tool is null or unused is null)
);

alter table private.retention enable row level security;

comment on table private.retention is
  'How long things of jobs are kept, for a tool, or (tool null) for all that have no row of their own. Null: for ever.';
comment on column private.retention.inputs is
  'A file that was handed in, after the end of the last job that it was for.';
comment on column private.retention.outputs is 'The files of a result, after its job has completed.';
comment on column private.retention.attempts is
  'What a provider answered, and what a worker noted, after the end of an attempt.';
comment on column private.retention.events is 'Webhooks as they came, after they came.';
comment on column private.retention.unused is
  'A file that was handed in and was for no job at all, after it was put there. Where tool is null.';

insert into private.retention (attempts, events, unused) values ('30 days', '30 days', '30 days');

create function private.retention_of(p_tool text) returns private.retention
language plpgsql stable set search_path = '' as $$
declare
  v_retention private.retention;
begin
  select * into v_retention from private.retention
  where tool = p_tool or tool is null order by tool nulls last limit 1;
  return v_retention;
end
$$;
comment on function private.retention_of(text) is 'How long things of a tool''s jobs are kept; null: for ever.';
revoke execute on function private.retention_of(text) from public;

create function ops.set_retention(
  p_tool text, p_inputs interval, p_outputs interval, p_attempts interval, p_events interval,
  p_unused interval default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if least(p_inputs, p_outputs, p_attempts, p_events, p_unused) <= '0' then
    perform private.refuse(422, 'invalid_amount', 'A time is longer than nothing; null is for ever.', 'interval');
  end if;
  if p_tool is not null and p_unused is not null then
    perform private.refuse(422, 'invalid_amount', 'What is unused was for no tool: name none.', 'unused');
  end if;
  insert into private.retention (tool, inputs, outputs, attempts, events, unused)
  values (p_tool, p_inputs, p_outputs, p_attempts, p_events, p_unused)
  on conflict (tool) do update set inputs = excluded.inputs, outputs = excluded.outputs,
    attempts = excluded.attempts, events = excluded.events, unused = excluded.unused;
end
$$;
comment on function ops.set_retention(text, interval, interval, interval, interval, interval) is
  'Says how long things of a tool''s jobs are kept: inputs, outputs, attempts, events; null: for ever. p_tool null: of '
  'all tools that have none of their own, and p_unused: inputs that were for no job. Errors: 422 invalid_amount, 23503 '
  'for an unknown tool.';
revoke execute on function ops.set_retention(text, interval, interval, interval, interval, interval) from public;
grant execute on function ops.set_retention(text, interval, interval, interval, interval, interval) to service_role;

-- supabase/schemas/retention/02_referred.sql =========================================================================

create function private.referred_jobs(p_user_id uuid) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  -- Addresses and paths of results have their job's id in them, and nodes name their job: any mention counts.
  return array(
    select distinct mention[1]::uuid from public.projects p,
      regexp_matches(p.content::text, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') mention
    where p.user_id = p_user_id
    union
    select m."trainingJobId" from public.ai_models m where m."userId" = p_user_id and m."trainingJobId" is not null);
end
$$;
comment on function private.referred_jobs(uuid) is
  'The jobs that a user''s projects and models refer to, and whatever else looks like an id in a project.';
revoke execute on function private.referred_jobs(uuid) from public;

create function private.used_inputs(p_user_id uuid) returns table (path text, until timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select used.path, max(case when j.completed_at is null or r.inputs is null then 'infinity'
      else j.completed_at + r.inputs end)
    from public.jobs j, lateral private.retention_of(j.tool) r,
      lateral jsonb_path_query(j.input, 'strict $.**') value,
      lateral (select value #>> '{}' as path) used
    where j.user_id = p_user_id and jsonb_typeof(value) = 'string' and used.path like j.user_id || '/%'
    group by used.path;
end
$$;
comment on function private.used_inputs(uuid) is
  'The files that a user''s jobs were given, and until when each is kept: by the job that keeps it longest, infinity '
  'while one has not ended.';
revoke execute on function private.used_inputs(uuid) from public;

-- supabase/schemas/retention/03_sweeps.sql ===========================================================================

create table private.sweeps (
  name text primary key,
  position text not null default '',
  passes bigint not null default 0
);

alter table private.sweeps enable row level security;

comment on table private.sweeps is
  'How far each sweep has come through what it looks at piece by piece: the last name or id that it saw. Empty: at the '
  'beginning.';

create function private.go_on(p_name text, p_seen text, p_is_end boolean) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.sweeps as s (name, position) values (p_name, case when p_is_end then '' else p_seen end)
  on conflict (name) do update set position = excluded.position, passes = s.passes + p_is_end::integer;
end
$$;
comment on function private.go_on(text, text, boolean) is
  'Notes what a sweep has seen last, or that it has come to the end and begins anew.';
revoke execute on function private.go_on(text, text, boolean) from public;

create function private.sweep_position(p_name text) returns text
language plpgsql set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return coalesce((select position from private.sweeps where name = p_name), '');
end
$$;
comment on function private.sweep_position(text) is 'What a sweep has seen last; empty: nothing.';
revoke execute on function private.sweep_position(text) from public;

create function private.doom_file(p_bucket text, p_path text, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.doomed_files (bucket, prefix, is_exact, due_at)
  select p_bucket, p_path, true, p_at
  where not exists (select from private.doomed_files d where d.is_exact and d.bucket = p_bucket and d.prefix = p_path);
end
$$;
comment on function private.doom_file(text, text, timestamptz) is 'Has one file deleted by the worker.';
revoke execute on function private.doom_file(text, text, timestamptz) from public;

-- supabase/schemas/retention/04_expire_outputs.sql ===================================================================

create function private.expire_output(p_job public.jobs, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.jobs set output_url = null, output_bytes = 0,
    output = output || jsonb_build_object('files', '[]'::jsonb, 'expired_at', to_jsonb(p_at))
  where id = p_job.id;
  insert into private.doomed_files (bucket, prefix, due_at)
  values ('outputs', format('%s/%s/', p_job.user_id, p_job.id), p_at);
end
$$;
comment on function private.expire_output(public.jobs, timestamptz) is
  'Has the files of a locked job''s result deleted. The job says since when: output.expired_at.';
revoke execute on function private.expire_output(public.jobs, timestamptz) from public;

create function private.expire_outputs(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from uuid := coalesce(nullif(private.sweep_position('outputs'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_job public.jobs;
  v_owner uuid;
  v_referred uuid[];
  v_count integer := 0;
begin
  if not exists (select from private.retention where outputs is not null) then return 0; end if;
  v_seen := array(select id from public.jobs where id > v_from order by id limit p_qty);
  for v_job in
    select j.* from public.jobs j, lateral private.retention_of(j.tool) r
    where j.id = any (v_seen) and j.status = 'completed' and j.output_bytes > 0 and j.completed_at < v_now - r.outputs
    order by j.user_id, j.id for update of j skip locked
  loop
    begin
      if v_job.user_id is distinct from v_owner then
        v_referred := private.referred_jobs(v_job.user_id);
        v_owner := v_job.user_id;
      end if;
      continue when v_job.id = any (v_referred);
      perform private.expire_output(v_job, v_now);
      v_count := v_count + 1;
    exception when others then -- its turn comes again with the next pass
      perform private.note_fault('esteira-outputs', v_job.lane, sqlstate, format('job %s: %s', v_job.id, sqlerrm));
    end;
  end loop;
  perform private.go_on('outputs', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.expire_outputs(integer) is
  'Among the next p_qty jobs, has the files deleted of results whose time is over, but of what projects and models '
  'refer to. Returns of how many.';
revoke execute on function private.expire_outputs(integer) from public;

-- supabase/schemas/retention/05_sweep_files.sql ======================================================================

create type private.swept_file as (path text, owner uuid, job_id uuid, made_at timestamptz);
comment on type private.swept_file is
  'A file that a sweep looks at: owner and job_id by the first and second folder of its path, null where there are '
  'none.';

create function private.next_files(p_bucket text, p_qty integer) returns private.swept_file[]
language plpgsql set search_path = '' as $$
declare
  v_files private.swept_file[];
begin
  v_files := array(
    select (o.name, private.uuid_or_null(split_part(o.name, '/', 1)), private.uuid_or_null(split_part(o.name, '/', 2)),
      o.created_at)::private.swept_file
    from storage.objects o where o.bucket_id = p_bucket and o.name > private.sweep_position(p_bucket || ' files')
    order by o.name limit p_qty);
  perform private.go_on(p_bucket || ' files', (v_files[cardinality(v_files)]).path, cardinality(v_files) < p_qty);
  return v_files;
end
$$;
comment on function private.next_files(text, integer) is
  'The next p_qty files of a bucket by name, from where the sweep stopped; after the last it begins anew.';
revoke execute on function private.next_files(text, integer) from public;

create function private.uuid_or_null(p_text text) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when pg_input_is_valid(p_text, 'uuid') then p_text::uuid end;
end
$$;
comment on function private.uuid_or_null(text) is 'A text as uuid, null where it is none.';
revoke execute on function private.uuid_or_null(text) from public;

create function private.sweep_inputs(p_qty integer default 1000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_unused interval := (select unused from private.retention where tool is null);
  v_count integer;
begin
  if v_unused is null and not exists (select from private.retention where inputs is not null) then return 0; end if;
  with files as materialized (
    -- What was put there within the last day may be for a job that is just being asked for.
    select f.* from unnest(private.next_files('inputs', p_qty)) f where f.made_at < v_now - interval '1 day'
  ), used as materialized (
    select u.owner, i.path, i.until from (select distinct owner from files where owner is not null) u,
      lateral private.used_inputs(u.owner) i
  )
  select count(private.doom_file('inputs', f.path, v_now)) into v_count
  from files f left join used on used.owner = f.owner and used.path = f.path
  where coalesce(used.until, f.made_at + v_unused) <= v_now;
  return v_count;
end
$$;
comment on function private.sweep_inputs(integer) is
  'Among the next p_qty files that were handed in, has those deleted whose time is over: that of the jobs they were '
  'for, or of what is unused. Returns how many.';
revoke execute on function private.sweep_inputs(integer) from public;

create function private.sweep_outputs(p_qty integer default 1000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  with files as materialized (
    select f.* from unnest(private.next_files('outputs', p_qty)) f where f.made_at < v_now - interval '1 day'
  )
  select count(private.doom_file('outputs', f.path, v_now)) into v_count
  from files f left join public.jobs j on j.id = f.job_id and j.user_id = f.owner
  where j.id is null or j.status in ('failed', 'cancelled') or (j.status = 'completed' and not coalesce(
    j.output -> 'files' @> jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', f.path)), false));
  return v_count;
end
$$;
comment on function private.sweep_outputs(integer) is
  'Among the next p_qty files of results, has those deleted that no job lists and none will: older than a day, and of '
  'a job that is gone or has ended without them. Returns how many.';
revoke execute on function private.sweep_outputs(integer) from public;

-- supabase/schemas/views/01_place_in_lane.sql ========================================================================

-- Views: jobs, and projects, by the names that the product's documents give them.
--
-- One engine runs all jobs, and no table is copied for a new tool. These views show the jobs of a tool or a lane under
-- the names, and with the columns, that applications and diagnostic queries know. They are for reading alone; jobs are
-- written by the functions of the other rooms.
--
-- The caller's own rights decide (security_invoker). Owners see their jobs, admins and secret keys everybody's. What
-- came raw from a provider is read from the job's last attempt, so the policy of job_attempts decides about it: admins
-- and secret keys see it, for owners it is null. Somebody who is not signed in is granted nothing.
--
-- Cost. Each view is one scan of `jobs`: a row by its id is found by the primary key, an owner's rows by an index. What
-- is looked up elsewhere (raw columns, position) is looked up for each row that is shown, and only where the query
-- names the column: as subqueries, because an outer join would have the planner hash all attempts for a long list.
-- Whoever sorts or filters by such a column has it looked up for every row there is. So position is of type json, which
-- nothing can be sorted by or compared with; and for many rows in one statement (position=is.null, order=position->>a)
-- it is counted from marks in the lane's order, fifty places apart, that the statement makes once. The raw columns are
-- one look into an index each, and null but for admins. All else in these views is made of the row itself.

create function private.lane_marks(p_lane text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_array(w.priority, w.ticket, w.id) order by w.n), '[]') from (
      select j.priority, j.ticket, j.id, row_number() over (order by j.priority desc, j.ticket, j.id) as n from (
        select priority, ticket, id from public.jobs
        where lane = p_lane and status = 'pending' and run_at is null
        order by priority desc, ticket, id limit 1001) j) w
    where w.n % 50 = 1);
end
$$;
comment on function private.lane_marks(text) is
  'The 1st, 51st, 101st … 1,001st of a lane''s waiting jobs: [[priority, ticket, id], …].';
revoke execute on function private.lane_marks(text) from public;

create function private.place_by_marks(p_marks jsonb, p_lane text, p_priority smallint, p_ticket bigint, p_id uuid)
returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_nth integer; -- the last mark that is not behind the job
  v_mark jsonb;
  v_priority smallint;
begin
  select count(*) into v_nth from jsonb_array_elements(p_marks) m
  where (-(m ->> 0)::integer, (m ->> 1)::bigint, (m ->> 2)::uuid) <= (-p_priority::integer, p_ticket, p_id);
  if v_nth = 0 then return 1; end if;
  if v_nth > 20 then return 1001; end if;
  v_mark := p_marks -> v_nth - 1;
  v_priority := (v_mark ->> 0)::smallint;
  -- From the mark on; in ranges of the index, each read no further than it goes.
  return 50 * (v_nth - 1) + 1 + (
    select count(*) from (
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = v_priority
         and (ticket, id) >= ((v_mark ->> 1)::bigint, (v_mark ->> 2)::uuid)
         and (priority > p_priority or (ticket, id) < (p_ticket, p_id))
       order by priority desc, ticket, id limit 50)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority < v_priority and priority > p_priority
       order by priority desc, ticket, id limit 50)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = p_priority
         and p_priority < v_priority and (ticket, id) < (p_ticket, p_id)
       order by priority desc, ticket, id limit 50)) ahead);
end
$$;
comment on function private.place_by_marks(jsonb, text, smallint, bigint, uuid) is
  'What private.jobs_ahead + 1 is, by the marks of private.lane_marks: reads no more than fifty entries.';
revoke execute on function private.place_by_marks(jsonb, text, smallint, bigint, uuid) from public;

create function private.place_in_lane(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  -- A statement sees one state of the lane. What it has found out is for itself alone.
  v_statement text := p_lane || ' ' || statement_timestamp();
  v_known text := coalesce(current_setting('esteira.marks', true), '');
begin
  if not starts_with(v_known, v_statement) then
    perform set_config('esteira.marks', v_statement, true);
    return to_json(private.jobs_ahead(p_lane, p_priority, p_ticket, p_id) + 1);
  end if;
  if v_known = v_statement then
    v_known := v_statement || private.lane_marks(p_lane);
    perform set_config('esteira.marks', v_known, true);
  end if;
  return to_json(private.place_by_marks(
    substr(v_known, length(v_statement) + 1)::jsonb, p_lane, p_priority, p_ticket, p_id));
end
$$;
comment on function private.place_in_lane(text, smallint, bigint, uuid) is
  'The place of a waiting job among everybody''s, most of which its owner may not see: 1 is next, 1001 is any place '
  'beyond 1,000. Reads that many entries of an index, a sixth of a millisecond at the most; for further jobs of the '
  'lane in the same statement, fifty. A number as json, so that nobody sorts by what has to be counted.';
revoke execute on function private.place_in_lane(text, smallint, bigint, uuid) from public;
-- Views call it as whoever asks. Nobody but a view reaches it: private is not exposed in the Data API.
grant execute on function private.place_in_lane(text, smallint, bigint, uuid) to authenticated, service_role;

-- supabase/schemas/views/02_tool_jobs.sql ============================================================================

create view private.tool_jobs with (security_invoker = true) as
select
  j.id, j.user_id, j.tool, j.status, j.current_step,
  case when j.status = 'pending' and j.run_at is null then
    private.place_in_lane(j.lane, j.priority, j.ticket, j.id)
  end as position,
  j.progress, j.progress_is_estimate, j.step_history, j.failed_at_step,
  j.error_code, j.error_message, j.input, j.output_url,
  (select a.raw_api_response from public.job_attempts a where a.job_id = j.id order by a.attempt desc limit 1)
    as raw_api_response,
  (select a.raw_webhook_payload from public.job_attempts a where a.job_id = j.id order by a.attempt desc limit 1)
    as raw_webhook_payload,
  j.created_at, j.started_at, j.completed_at, j.updated_at, j.version
from public.jobs j;

comment on view private.tool_jobs is 'Jobs with the columns that the view of a tool shows.';
-- Comments of columns are not inherited by the views that stand on this one.
comment on column private.tool_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column private.tool_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column private.tool_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on private.tool_jobs from anon, authenticated, service_role;
grant select on private.tool_jobs to authenticated, service_role;

-- supabase/schemas/views/03_upscaler_jobs.sql ========================================================================

create view public.upscaler_jobs with (security_invoker = true) as
select * from private.tool_jobs where tool = 'upscaler';

comment on view public.upscaler_jobs is 'Jobs of the tool upscaler: where each stands and why it stopped.';
comment on column public.upscaler_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column public.upscaler_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column public.upscaler_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.upscaler_jobs from anon, authenticated, service_role;
grant select on public.upscaler_jobs to authenticated, service_role;

-- supabase/schemas/views/04_pose_changer_jobs.sql ====================================================================

create view public.pose_changer_jobs with (security_invoker = true) as
select * from private.tool_jobs where tool = 'pose_changer';

comment on view public.pose_changer_jobs is 'Jobs of the tool pose_changer: where each stands and why it stopped.';
comment on column public.pose_changer_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column public.pose_changer_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column public.pose_changer_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.pose_changer_jobs from anon, authenticated, service_role;
grant select on public.pose_changer_jobs to authenticated, service_role;

-- supabase/schemas/views/05_veste_ai_jobs.sql ========================================================================

create view public.veste_ai_jobs with (security_invoker = true) as
select * from private.tool_jobs where tool = 'veste_ai';

comment on view public.veste_ai_jobs is 'Jobs of the tool veste_ai: where each stands and why it stopped.';
comment on column public.veste_ai_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column public.veste_ai_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column public.veste_ai_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.veste_ai_jobs from anon, authenticated, service_role;
grant select on public.veste_ai_jobs to authenticated, service_role;

-- supabase/schemas/views/06_video_upscaler_jobs.sql ==================================================================

create view public.video_upscaler_jobs with (security_invoker = true) as
select * from private.tool_jobs where tool = 'video_upscaler';

comment on view public.video_upscaler_jobs is 'Jobs of the tool video_upscaler: where each stands and why it stopped.';
comment on column public.video_upscaler_jobs.position is
  'Place in the queue, 1 for the next; null for a job that is not waiting. '
  'Computed when asked for: exact up to 1,000, 1001 beyond. Of type json: not to be sorted or filtered by.';
comment on column public.video_upscaler_jobs.raw_api_response is
  'The provider''s last answer to the last attempt, secrets redacted. For admins and secret keys; null for owners.';
comment on column public.video_upscaler_jobs.raw_webhook_payload is
  'The webhook body of the last attempt, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.video_upscaler_jobs from anon, authenticated, service_role;
grant select on public.video_upscaler_jobs to authenticated, service_role;

-- supabase/schemas/views/07_fal_jobs.sql =============================================================================

create view public.fal_jobs with (security_invoker = true) as
select
  j.id, j.request_id, j.user_id,
  jsonb_path_query_array(j.step_history, '$[*].model') ->> -1 as model_id, j.tool as type,
  case
    when j.status in ('pending', 'processing') then 'pending'
    when j.status = 'completed' then 'completed'
    else 'failed'
  end as status,
  case when j.metadata = '{}' then j.input else j.input || jsonb_build_object('_metadata', j.metadata) end as input,
  case when j.status = 'completed' then jsonb_build_object('images', (
    -- The address of the first file ends with its path, those of the others with theirs.
    select coalesce(jsonb_agg(jsonb_build_object(
      'url', left(j.output_url, -length(j.output #>> '{files,0,path}')) || (file ->> 'path')) order by n), '[]')
    from jsonb_array_elements(j.output -> 'files') with ordinality files (file, n)))
  end as result,
  case when j.status = 'cancelled' then 'Cancelled' else j.error_message end as error,
  j.created_at, j.completed_at, j.updated_at, j.version
from public.jobs j
where j.tool in ('image', 'video');
comment on view public.fal_jobs is
  'Jobs of the tools image and video. The name is older than the engine: KIE, fal and Replicate are lanes, and a job '
  'of any of them is here.';
comment on column public.fal_jobs.request_id is 'The provider''s id of the last task; null until it is submitted.';
comment on column public.fal_jobs.model_id is
  'The provider''s model, as the history tells it; null until it is submitted.';
comment on column public.fal_jobs.type is 'image or video: the tool.';
comment on column public.fal_jobs.status is
  'pending (waiting or processing), completed or failed. Clients of this view know these three: a cancelled job is '
  'failed, and error says so.';
comment on column public.fal_jobs.input is
  'What was asked for, and the job''s metadata as _metadata: {projectId, nodeId}.';
comment on column public.fal_jobs.result is
  '{"images": [{"url"}]}, permanent addresses for the owner''s token; null until completed.';

revoke all on public.fal_jobs from anon, authenticated, service_role;
grant select on public.fal_jobs to authenticated, service_role;

-- supabase/schemas/views/08_ai_jobs.sql ==============================================================================

create function private.lanes_worked_outside() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery = 'pull'
$$;
comment on function private.lanes_worked_outside() is
  'The names of the pull lanes: all that the view ai_jobs needs of private.lanes, which its callers may not read.';
revoke execute on function private.lanes_worked_outside() from public;
-- The view calls it as whoever asks. Nobody but a view reaches it: private is not exposed in the Data API.
grant execute on function private.lanes_worked_outside() to authenticated, service_role;

create view public.ai_jobs with (security_invoker = true) as
select
  j.id, j.user_id, j.tool,
  private.ai_job_status(j.status, j.current_step, j.progress) as status,
  j.progress, j.input, j.output, j.output_url, j.error_code, j.error_message, j.metadata,
  j.created_at, j.started_at, j.completed_at, j.updated_at, j.version
from public.jobs j
where j.lane = any (array(select private.lanes_worked_outside()));
comment on view public.ai_jobs is 'Jobs of pull lanes, which workers outside claim.';
comment on column public.ai_jobs.status is
  'PENDING (nobody is at work on it), STARTED (a worker has it), PROCESSING (and has made progress), COMPLETED, '
  'FAILED, CANCELLED.';

revoke all on public.ai_jobs from anon, authenticated, service_role;
grant select on public.ai_jobs to authenticated, service_role;

-- supabase/schemas/views/09_publication_jobs.sql =====================================================================

create view public.publication_jobs with (security_invoker = true) as
select
  j.id, j.user_id, split_part(j.tool, '_', 1) as platform, j.tool, j.input as content, j.status,
  j.created_at, j.started_at, j.completed_at, j.error_message,
  j.retry_count, j.max_attempts - 1 as max_retries,
  (select a.raw_api_response from public.job_attempts a
    where a.job_id = j.id and a.attempt = j.attempt) as platform_response,
  j.metadata, j.updated_at, j.version
from public.jobs j
where j.lane = 'publication';
comment on view public.publication_jobs is 'Jobs of the lane publication.';
comment on column public.publication_jobs.platform is
  'tiktok, facebook, instagram, youtube, threads, x or linkedin: the first word of the tool (tiktok_video, '
  'instagram_feed, …).';
comment on column public.publication_jobs.content is 'What is to be published: the job''s input.';
comment on column public.publication_jobs.status is
  'pending, processing, completed or failed; cancelled if its user did not want it any more.';
comment on column public.publication_jobs.retry_count is
  'How many retries were used up; waiting for a platform that is busy uses none.';
comment on column public.publication_jobs.max_retries is 'How many there may be: one less than the attempts.';
comment on column public.publication_jobs.platform_response is
  'The platform''s last answer, secrets redacted. For admins and secret keys; null for owners.';

revoke all on public.publication_jobs from anon, authenticated, service_role;
grant select on public.publication_jobs to authenticated, service_role;

-- supabase/schemas/views/10_project.sql ==============================================================================

create view public.project with (security_invoker = true) as select * from public.projects;
comment on view public.project is 'Projects, by the name that some queries know them by. Written as projects.';

revoke all on public.project from anon, authenticated, service_role;
grant select on public.project to authenticated, service_role;

-- supabase/schemas/schedules/01_heartbeats.sql =======================================================================

-- Schedules: what happens though nobody asks. It is made of parts (private.parts), of which each is idempotent, may run
-- any number of times at once, does a bounded piece of work and leaves a heartbeat, because pg_cron can die in silence.
--
-- The tick is the last of three ways in which work reaches a worker (see the waking room): whatever the inline drain
-- and the poke have missed waits for it, ten seconds at most. The reaper's parts find what fell out of every other
-- hand. They repair and report; they never assume success or failure that they have not seen. The sweep comes after
-- both: what it finds to do, the tick should have done.
--
-- No part stops another. Each runs in a sub-transaction of its own (private.run_part), those that end jobs in a
-- transaction of their own, that is in a job of pg_cron; in a part each lane is isolated, and each job (see the
-- quarantine room). pg_cron opens a connection for each of its jobs, and hosted projects are told to let no more than
-- eight run at once. There are twelve. Those that look every minute or so do it in periods of seconds that have no
-- divisor in common, so that they hardly ever fall together: 59, 53, 47, 43, 41, 37. A part that finds nothing to do
-- takes some milliseconds.

create table private.heartbeats (
  name text primary key,
  beat_at timestamptz not null,
  beats bigint not null default 1,
  result jsonb not null default '{}'
) with (fillfactor = 50);

alter table private.heartbeats enable row level security;

comment on table private.heartbeats is
  'When each part of the schedules last ran to its end, how often, and what it did.';

create function private.beat(p_name text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  -- Whoever is just noting the same beat does so in our stead: there may be locks that others wait for.
  update private.heartbeats h set beat_at = private.now(), beats = h.beats + 1, result = p_result
  where name = (select name from private.heartbeats where name = p_name for update skip locked);
  if not found and not exists (select from private.heartbeats where name = p_name) then
    insert into private.heartbeats (name, beat_at, result) values (p_name, private.now(), p_result)
    on conflict do nothing;
  end if;
  return p_result;
end
$$;
comment on function private.beat(text, jsonb) is 'Notes that a part of the schedules has run, and returns p_result.';
revoke execute on function private.beat(text, jsonb) from public;

-- supabase/schemas/schedules/02_repairs.sql ==========================================================================

create table private.repairs (
  repair_id bigint generated always as identity primary key,
  schedule text not null,
  repair text not null,
  count bigint not null,
  repaired_at timestamptz not null default now(),
  constraint a_repair_did_something check (count > 0)
);
create index repairs_by_time on private.repairs (repaired_at);

alter table private.repairs enable row level security;

comment on table private.repairs is
  'What the reaper and the sweep found and put right, run by run. A heartbeat shows the last run alone.';

create function private.note_repairs(p_schedule text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  insert into private.repairs (schedule, repair, count, repaired_at)
  select p_schedule, key, value::bigint, private.now() from jsonb_each_text(p_result) where value::bigint > 0;
  return p_result;
end
$$;
comment on function private.note_repairs(text, jsonb) is
  'Notes what a schedule has put right, {repair: how many}. Returns p_result.';
revoke execute on function private.note_repairs(text, jsonb) from public;

-- supabase/schemas/schedules/03_tick.sql =============================================================================

create function private.has_endings_due() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return exists (select from private.cancels where over_at is null and next_at <= private.now())
    or exists (select from private.doomed_files where due_at <= private.now())
    or exists (select from private.forgets where next_at <= private.now());
end
$$;
comment on function private.has_endings_due() is
  'Whether the outboxes of cancels and of what providers are to forget, or the files to be deleted, wait for a worker.';
revoke execute on function private.has_endings_due() from public;

create function private.lanes_to_settle() returns text[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(
    select distinct j.lane from pgmq.q_settle_queue q
    join public.jobs j on j.id = private.uuid_in(q.message, 'job_id')
    where q.vt <= now() order by j.lane);
end
$$;
comment on function private.lanes_to_settle() is
  'The lanes of which a settle message can be read, but for those of this very transaction.';
revoke execute on function private.lanes_to_settle() from public;

create function private.tick_lane(p_lane private.lanes, p_is_settling boolean) returns integer
language plpgsql set search_path = '' as $$
declare
  v_dispatched integer;
begin
  if p_lane.delivery = 'pull' then return 0; end if;
  v_dispatched := private.dispatch(p_lane.lane, p_poke => false);
  -- The last movement of a burst may have been kept back: whoever still waits hears of it now.
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if found then perform private.announce_lane(p_lane.lane); end if;
  -- The metrics do not see what has just been sent.
  if v_dispatched > 0 or p_is_settling or (select queue_visible_length from pgmq.metrics(p_lane.queue_name)) > 0 then
    perform private.poke(p_lane.lane);
    return 1;
  end if;
  return 0;
end
$$;
comment on function private.tick_lane(private.lanes, boolean) is
  'Dispatches a lane that has a provider, and wakes the worker for it if there is work in it to be seen. Returns 1 if '
  'it was, else 0.';
revoke execute on function private.tick_lane(private.lanes, boolean) from public;

create function private.tick_lanes() returns integer
language plpgsql set search_path = '' as $$
declare
  v_settling jsonb := private.guarded('esteira-tick', 'private.lanes_to_settle()');
  v_poked integer;
begin
  select coalesce(sum(did::integer), 0) into v_poked from private.each_lane('esteira-tick',
    format('private.tick_lane($1, %L::jsonb ? ($1).lane)', coalesce(v_settling, '[]'))) did;
  -- Any worker does what is of no lane, whichever lane it was called for.
  if v_poked = 0 and private.has_endings_due() then
    perform private.poke(lane) from (
      select lane from private.lanes where delivery <> 'pull' order by random() limit 1) any_lane;
    v_poked := found::integer;
  end if;
  return v_poked;
end
$$;
comment on function private.tick_lanes() is
  'Dispatches every lane and wakes the worker where work is visible, or by any lane where work is of none. Returns how '
  'many lanes were poked.';
revoke execute on function private.tick_lanes() from public;

-- supabase/schemas/schedules/04_ask_about_silent_jobs.sql ============================================================

create function private.wake_for(p_jobs uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.poke(lane) from (select distinct lane from public.jobs where id = any (p_jobs) order by lane) lanes;
end
$$;
comment on function private.wake_for(uuid[]) is
  'Wakes the worker for the lanes of jobs: what this transaction sends, the tick that follows in it does not see.';
revoke execute on function private.wake_for(uuid[]) from public;

create function private.ask(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.job_attempts a set polled_at = private.now(), question_id = private.send_to_settle(a, 'poll')
  from unnest(p_jobs, p_tokens) s (job_id, token) where a.job_id = s.job_id and a.token = s.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.ask(uuid[], uuid[]) is
  'Sends a question about the tasks of attempts that the caller has locked. Returns how many.';
revoke execute on function private.ask(uuid[], uuid[]) from public;

create function private.ask_about_silent_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-ask');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  -- For messages that were lost: each running task has a question of its own waiting, put off by whoever asks it. None
  -- is sent while a worker copies the result: it would copy it too. Messages are compared as text: not all that lies in
  -- a queue need be ours.
  with asked as materialized (
    select message ->> 'job_id' as job_id, message ->> 'attempt' as attempt from pgmq.q_settle_queue
  ), silent as (
    select a.job_id, a.token from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.outcome is null
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and l.delivery <> 'pull' and j.id <> all (v_aside)
      and (a.phase = 'produced' or (a.phase in ('submitted', 'settling') and l.delivery <> 'sync'
        and coalesce(a.submitted_at, a.started_at) not between v_now - l.poll_after and v_now))
      and coalesce(a.polled_at < v_now - l.poll_every or a.polled_at > v_now, true)
      and coalesce((a.checkpoint ->> 'copying_until')::timestamptz not between v_now and v_now + interval '5 minutes',
        true)
      and not exists (
        select from asked where asked.job_id = a.job_id::text and asked.attempt = a.attempt::text)
    order by a.started_at limit 1000
    for update of a skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from silent;
  if v_jobs is null then return 0; end if;
  perform private.wake_for(v_jobs);
  return private.do_all('esteira-ask', 'private.ask($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.ask_about_silent_jobs() is
  'Sends a settle message for each running task that has none waiting: its question was lost. Not while a worker '
  'copies its result. Returns how many.';
revoke execute on function private.ask_about_silent_jobs() from public;

-- supabase/schemas/schedules/04_resend_lost_messages.sql =============================================================

create function private.resend(p_jobs uuid[], p_queue text) returns integer
language plpgsql set search_path = '' as $$
begin
  perform pgmq.send(p_queue,
    jsonb_build_object('job_id', a.job_id, 'attempt', a.attempt, 'dispatch', a.dispatch))
  from unnest(p_jobs) with ordinality lost (job_id, n)
  join public.jobs j on j.id = lost.job_id
  join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
  order by lost.n;
  return cardinality(p_jobs);
end
$$;
comment on function private.resend(uuid[], text) is
  'Sends the messages again of the last attempts of jobs to their lane''s queue. Returns how many.';
revoke execute on function private.resend(uuid[], text) from public;

create function private.resend_in_lane(p_lane private.lanes) returns integer
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
begin
  -- Compared as text: not all that lies in a queue need be ours.
  execute format($query$
    select array_agg(job_id) from (
      select a.job_id
      from public.job_attempts a join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
      where a.outcome is null and a.phase in ('dispatched', 'preparing', 'submitting')
        and j.lane = $1 and j.status = 'processing' and a.started_at not between $2 - 2 * $3 and $2
        and j.id <> all ($4)
        and not exists (select from pgmq.%1$I q where q.message ->> 'job_id' = a.job_id::text)
      order by a.started_at limit 100) lost $query$, 'q_' || p_lane.queue_name)
  into v_jobs using p_lane.lane, private.now(), p_lane.lease, private.quarantined('esteira-resend');
  return private.do_all('esteira-resend', format('private.resend($1, %L)', p_lane.queue_name), v_jobs);
end
$$;
comment on function private.resend_in_lane(private.lanes) is
  'Sends the message again of each attempt of a lane that nobody has submitted for two leases and whose message is '
  'gone. Returns how many.';
revoke execute on function private.resend_in_lane(private.lanes) from public;

create function private.resend_lost_messages() returns integer
language plpgsql set search_path = '' as $$
begin
  return (select coalesce(sum(did::integer), 0)
    from private.each_lane('esteira-resend', 'private.resend_in_lane($1)') did);
end
$$;
comment on function private.resend_lost_messages() is
  'Sends the messages again that are lost, lane by lane. Returns how many.';
revoke execute on function private.resend_lost_messages() from public;

-- supabase/schemas/schedules/05_give_up_overdue_jobs.sql =============================================================

create function private.ask_now(p_attempt public.job_attempts) returns bigint
language plpgsql set search_path = '' as $$
begin
  update pgmq.q_settle_queue set vt = least(vt, clock_timestamp())
  where msg_id = p_attempt.question_id;
  return case when found then p_attempt.question_id else private.send_to_settle(p_attempt, 'poll') end;
end
$$;
comment on function private.ask_now(public.job_attempts) is
  'Has the provider asked about an attempt''s task now, by its question or a new one. Returns the message.';
revoke execute on function private.ask_now(public.job_attempts) from public;

create function private.ask_at_once(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.job_attempts a set polled_at = private.now(), question_id = private.ask_now(a)
  from unnest(p_jobs, p_tokens) o (job_id, token) where a.job_id = o.job_id and a.token = o.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.ask_at_once(uuid[], uuid[]) is
  'Has the provider asked now about the tasks of attempts that the caller has locked. Returns how many.';
revoke execute on function private.ask_at_once(uuid[], uuid[]) from public;

create function private.ask_a_last_time() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-ask-last');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  with overdue as (
    select a.job_id, a.token from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    join private.lanes l on l.lane = j.lane
    where j.status = 'processing' and j.deadline_at <= v_now and a.outcome is null and a.external_id is not null
      and l.delivery in ('webhook', 'poll') and coalesce(a.polled_at < j.deadline_at, true) and j.id <> all (v_aside)
    order by j.deadline_at limit 1000
    for update of a skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from overdue;
  if v_jobs is null then return 0; end if;
  perform private.wake_for(v_jobs);
  return private.do_all('esteira-ask-last', 'private.ask_at_once($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.ask_a_last_time() is
  'Has the provider asked once more about each task whose deadline has just passed. Returns how many.';
revoke execute on function private.ask_a_last_time() from public;

create function private.give_up_overdue_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-overdue');
begin
  perform set_config('esteira.dispatch', 'later', true); -- the tick that follows dispatches
  -- Workers end jobs at their deadline, after a last question to the provider. This is for those that nobody works on
  -- any more: they get five minutes longer.
  for v_job in
    select j.* from public.jobs j
    where j.status = 'processing' and j.deadline_at < v_now - interval '5 minutes' and j.id <> all (v_aside)
      and not exists (select from private.lanes l where l.lane = j.lane and l.circuit_opened_at is not null)
    order by j.deadline_at limit 100
    for update of j skip locked
  loop
    begin
      select * into v_attempt from public.job_attempts
      where job_id = v_job.id and attempt = v_job.attempt and finished_at is null for update skip locked;
      -- Many jobs in one transaction: it waits for none of what they need, and leaves those in use to the next run.
      continue when not found or not private.may_give_up(v_job, v_attempt, v_now)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up(v_job, v_attempt, 'No result came before the deadline', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-overdue', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_overdue_jobs() is
  'Fails jobs that are five minutes past their deadline without an answer. Returns how many.';
revoke execute on function private.give_up_overdue_jobs() from public;

-- supabase/schemas/schedules/06_free_abandoned_slots.sql =============================================================

create function private.let_go_of(p_jobs uuid[], p_tokens uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  with removed as (
    delete from private.slots where token = any (p_tokens) and is_retiring returning 1
  ), freed as (
    update private.slots set job_id = null, token = null where token = any (p_tokens) and not is_retiring returning 1
  )
  select (select count(*) from removed) + (select count(*) from freed) into v_count;
  return v_count;
end
$$;
comment on function private.let_go_of(uuid[], uuid[]) is
  'Takes slots, locked by the caller, from whoever has them by these tokens. Returns how many.';
revoke execute on function private.let_go_of(uuid[], uuid[]) from public;

create function private.free_abandoned_slots() returns integer
language plpgsql set search_path = '' as $$
declare
  v_aside uuid[] := private.quarantined('esteira-slots');
  v_jobs uuid[];
  v_tokens uuid[];
begin
  with abandoned as (
    select s.job_id, s.token from private.slots s
    where s.token is not null and s.job_id <> all (v_aside)
      and not exists (
        select from public.job_attempts a
        where a.job_id = s.job_id and a.token = s.token and a.finished_at is null)
      and not exists (select from private.cancels c where c.token = s.token and c.over_at is null)
    order by s.slot_id limit 1000 for update of s skip locked
  )
  select array_agg(job_id), array_agg(token) into v_jobs, v_tokens from abandoned;
  return private.do_all('esteira-slots', 'private.let_go_of($1, $2)', v_jobs, v_tokens);
end
$$;
comment on function private.free_abandoned_slots() is
  'Frees slots of attempts that are neither open nor in the outbox: none, unless something outside the engine changed '
  'the rows. Returns how many.';
revoke execute on function private.free_abandoned_slots() from public;

create function private.tidy_up() returns integer
language plpgsql set search_path = '' as $$
begin
  perform private.guarded('esteira-slots', 'private.forget_quarantined()');
  perform private.guarded('esteira-slots', 'private.forget_retired_accounts()::text');
  return private.free_abandoned_slots();
end
$$;
comment on function private.tidy_up() is
  'Frees slots of nobody, and forgets removed accounts and quarantined jobs that are done with. Returns how many '
  'slots.';
revoke execute on function private.tidy_up() from public;

-- supabase/schemas/schedules/07_end_expired_jobs.sql =================================================================

create function private.end_expired_jobs() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-expire');
begin
  perform set_config('esteira.dispatch', 'later', true);
  for v_job in
    select * from public.jobs j
    where j.status in ('pending', 'processing') and j.start_by <= v_now and j.id <> all (v_aside)
      and (j.status = 'pending'
      -- What has a task runs on, and is in nobody's way here.
      or j.expires_at <= v_now and exists (
        select from public.job_attempts a
        where a.job_id = j.id and a.attempt = j.attempt and a.finished_at is null and a.submits = 0))
    order by j.start_by limit 200
    for update skip locked
  loop
    begin
      v_attempt := null;
      if v_job.status = 'processing' then
        select * into v_attempt from public.job_attempts
        where job_id = v_job.id and attempt = v_job.attempt and finished_at is null and submits = 0
        for update skip locked;
        continue when not found;
      end if;
      continue when not private.can_supersede(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      if private.has_success(v_job.id) then -- found out late, and never to be had
        perform private.give_up_output(v_job, a, 'output_unavailable', 'The result could not be fetched', v_now)
        from public.job_attempts a where a.job_id = v_job.id and a.word = 'succeeded' order by a.attempt limit 1;
      else
        if v_attempt.token is not null then
          perform private.end_attempt(v_job, v_attempt, 'failed', null, v_now, 'expired', null, false);
        end if;
        perform private.fail_job(v_job, v_job.current_step, 'expired', case
            when v_job.status = 'processing' and private.is_pull_lane(v_job.lane) then 'No worker claimed it in time'
            else 'It waited too long for its turn' end, v_now, p_is_counted => private.had_task(v_job.id));
      end if;
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-expire', v_job.id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.end_expired_jobs() is
  'Fails jobs whose next task has not begun in time: those that wait, and those that nobody has submitted. Returns how '
  'many.';
revoke execute on function private.end_expired_jobs() from public;

-- supabase/schemas/schedules/08_give_up_copies.sql ===================================================================

create function private.give_up_copies() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old public.job_attempts;
  v_attempt public.job_attempts;
  v_job public.jobs;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-copies');
begin
  perform set_config('esteira.dispatch', 'later', true);
  for v_old in
    select a.* from public.jobs j join public.job_attempts a on a.job_id = j.id
    where j.status = 'processing' and a.word = 'succeeded' and a.word_at < v_now - interval '24 hours'
      and j.id <> all (v_aside)
    order by a.word_at limit 100
  loop
    begin
      select * into v_job from public.jobs where id = v_old.job_id and status = 'processing' for update skip locked;
      continue when not found;
      select * into v_attempt from public.job_attempts
      where job_id = v_old.job_id and token = v_old.token for update skip locked;
      continue when not found or not private.can_supersede(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up_output(v_job, v_attempt, 'output_unavailable',
        'The result could not be fetched for a day', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-copies', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_copies() is
  'Fails jobs whose provider reported success a day ago, and whose result could not be copied since. Returns how many.';
revoke execute on function private.give_up_copies() from public;

-- supabase/schemas/schedules/09_end_task_lives.sql ===================================================================

create function private.give_up_old_tasks() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old record;
  v_attempt public.job_attempts;
  v_job public.jobs;
  v_aside uuid[] := private.quarantined('esteira-tasks');
  v_count integer := 0;
begin
  -- Jobs whose deadline was postponed again and again.
  for v_old in
    select a.job_id, a.token from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
    join private.lanes l on l.lane = j.lane join public.tools t on t.tool = j.tool
    where a.outcome is null and a.submits > 0 and a.word is distinct from 'succeeded' and a.phase <> 'produced'
      and l.delivery <> 'pull' and a.submitted_first_at < v_now - greatest(l.task_life, 2 * t.timeout)
      and j.id <> all (v_aside)
    limit 100
  loop
    begin
      select * into v_job from public.jobs where id = v_old.job_id and status = 'processing' for update skip locked;
      continue when not found;
      select * into v_attempt from public.job_attempts
      where job_id = v_old.job_id and token = v_old.token and outcome is null and word is distinct from 'succeeded'
      for update skip locked;
      continue when not found or private.has_success(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up(v_job, v_attempt, 'No result came in the time of a task''s life', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-tasks', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.give_up_old_tasks() is
  'Fails jobs whose task has lived for as long as their lane''s task_life, deadline or not. Returns how many.';
revoke execute on function private.give_up_old_tasks() from public;

create function private.end_overdue_cancels(p_lane text default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old record;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-outbox');
begin
  for v_old in
    select c.token, c.slot_id, c.job_id, c.user_id, l.delivery
    from private.cancels c join private.lanes l on l.lane = c.lane
    where c.over_at is null and c.ends_at <= v_now and c.lane = coalesce(p_lane, c.lane)
      and c.job_id <> all (v_aside)
    order by c.ends_at limit 100
  loop
    begin
      perform from public.jobs where id = v_old.job_id for update skip locked;
      continue when (not found and exists (select from public.jobs where id = v_old.job_id))
        or not private.can_end_at_once(v_old.slot_id, v_old.token, v_old.user_id);
      v_count := v_count + (worker.task_over(v_old.token, 'unknown') and v_old.delivery <> 'pull')::integer;
    exception when others then
      perform private.set_aside('esteira-outbox', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.end_overdue_cancels(text) is
  'Closes the rows of the outbox, of one lane or of all, that have been waited for long enough; waits for nothing. '
  'Returns how many tasks stay unknown: none of pull lanes, where the lease''s end is the task''s.';
revoke execute on function private.end_overdue_cancels(text) from public;

create function private.end_task_lives() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.dispatch', 'later', true);
  v_count := private.end_overdue_cancels();
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.end_task_lives() is
  'Ends the waiting for tasks of ended attempts that nobody has heard of for as long as their lane''s task_life: the '
  'slot is freed, and how the task ended stays unknown. Returns how many are unknown.';
revoke execute on function private.end_task_lives() from public;

-- supabase/schemas/schedules/10_follow_clock.sql =====================================================================

-- A clock that was set back. Where a time of the past is looked at (when did it pass, when was it asked after?), one
-- of the future is taken for over, each in its place. But a time to come, until when something waits, would let it wait
-- for as long as the clock went back: those are moved here, by as much. Not so a time that a user has asked for, nor
-- when a job expires: that is a bound of a day, and a million jobs may have it.

create function private.set_back_by() returns interval
language plpgsql volatile set search_path = '' as $$
declare
  v_beat_at timestamptz := (select beat_at from private.heartbeats where name = 'esteira-clock');
  v_back interval := v_beat_at - private.now();
begin
  return case when v_back > interval '10 seconds' then v_back end;
end
$$;
comment on function private.set_back_by() is
  'How far the clock was set back since this was looked at last, less the time since then; null: not by ten seconds.';
revoke execute on function private.set_back_by() from public;

create function private.move_jobs(p_jobs uuid[], p_back interval) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Before its first dispatch, run_at is what its user has asked for.
  update public.jobs set deadline_at = deadline_at - p_back,
    run_at = case when dispatches > 0 then run_at - p_back else run_at end
  where id = any (p_jobs) and (deadline_at is not null or (run_at is not null and dispatches > 0));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_jobs(uuid[], interval) is
  'Moves back until when jobs wait, locked by the caller: deadlines and retries. Returns how many.';
revoke execute on function private.move_jobs(uuid[], interval) from public;

create function private.move_attempts(p_jobs uuid[], p_tokens uuid[], p_back interval) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- A task, and a result that is to be copied, have all their time from now on.
  update public.job_attempts a set leased_until = leased_until - p_back, submit_until = submit_until - p_back,
    submitted_first_at = case when submitted_first_at > v_now then v_now else submitted_first_at end,
    word_at = case when word_at > v_now then v_now else word_at end
  from unnest(p_jobs, p_tokens) o (job_id, token) where a.job_id = o.job_id and a.token = o.token;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_attempts(uuid[], uuid[], interval) is
  'Moves back until when attempts wait, locked by the caller: leases and submits. Returns how many.';
revoke execute on function private.move_attempts(uuid[], uuid[], interval) from public;

create function private.move_live_jobs(p_back interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
  v_owners uuid[];
  v_tokens uuid[];
begin
  -- Waits for nothing and leaves out what is locked: whoever has it writes by the new clock.
  select array_agg(id) into v_jobs from (
    select id from public.jobs
    where status in ('pending', 'processing') and (deadline_at is not null or (run_at is not null and dispatches > 0))
    for update skip locked) waiting;
  select array_agg(job_id), array_agg(token) into v_owners, v_tokens from (
    select job_id, token from public.job_attempts where outcome is null for update skip locked) open;
  return private.do_all('esteira-clock', format('private.move_jobs($1, %L)', p_back), v_jobs)
    + private.do_all('esteira-clock', format('private.move_attempts($1, $2, %L)', p_back), v_owners, v_tokens);
end
$$;
comment on function private.move_live_jobs(interval) is
  'Moves back until when jobs and attempts wait. Returns how many rows.';
revoke execute on function private.move_live_jobs(interval) from public;

create function private.move_waits(p_back interval, p_now timestamptz) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_count bigint;
begin
  with cancels as (
    update private.cancels set next_at = next_at - p_back, ends_at = ends_at - p_back,
      submit_until = submit_until - p_back
    where token in (select token from private.cancels where over_at is null for update skip locked) returning 1
  ), files as (
    update private.doomed_files set due_at = due_at - p_back where doomed_id in (
      select doomed_id from private.doomed_files where due_at > p_now for update skip locked) returning 1
  ), lanes as (
    update private.lanes set paused_until = paused_until - p_back where lane in (
      select lane from private.lanes where paused_until > p_now and paused_until < 'infinity'
      for no key update skip locked) returning 1
  ), accounts as (
    update private.accounts set paused_until = paused_until - p_back where account_id in (
      select account_id from private.accounts where paused_until > p_now and paused_until < 'infinity'
      for no key update skip locked) returning 1
  )
  select count(*) into v_count from (
    select from lanes union all select from accounts union all select from cancels union all select from files) moved;
  return v_count;
end
$$;
comment on function private.move_waits(interval, timestamptz) is
  'Moves back until when lanes, accounts, the outbox of cancels and files to be deleted wait; waits for none of them. '
  'Returns how many rows.';
revoke execute on function private.move_waits(interval, timestamptz) from public;

create function private.move_messages(p_queue text, p_back interval) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_count bigint;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('update pgmq.%1$I set vt = vt - $1 where msg_id in (
    select msg_id from pgmq.%1$I where vt > clock_timestamp() for update skip locked)', 'q_' || p_queue)
  using p_back;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.move_messages(text, interval) is
  'Moves back until when messages of a queue are leased or delayed. Returns how many.';
revoke execute on function private.move_messages(text, interval) from public;

create function private.follow_clock() returns bigint
language plpgsql set search_path = '' as $$
declare
  v_part text := 'esteira-clock';
  v_back interval := private.set_back_by();
  v_now timestamptz := private.now();
  v_count bigint;
begin
  if v_back is null then return 0; end if;
  select coalesce(sum(moved::bigint), 0) into v_count from (
    select private.guarded(v_part, format('private.move_waits(%L, %L)', v_back, v_now))
    union all select private.guarded(v_part, format('private.move_live_jobs(%L)', v_back))
    union all select private.guarded(v_part, format('private.move_messages(%L, %L)', 'settle_queue', v_back))
    union all select private.each_lane(v_part, format('private.move_messages(($1).queue_name, %L)', v_back))
  ) moves (moved);
  insert into private.repairs (schedule, repair, count, repaired_at)
  values ('esteira-reap', 'clock', greatest(v_count, 1), v_now);
  return v_count;
end
$$;
comment on function private.follow_clock() is
  'When the clock was set back since this ran last, moves back until when things wait, so that nothing waits for '
  'longer than it should. Returns how many rows; a repair (esteira-reap clock) tells of it.';
revoke execute on function private.follow_clock() from public;

-- supabase/schemas/schedules/10_reap.sql =============================================================================

create function private.parts()
returns table (part text, schedule text, routine text, counts text, is_repair boolean)
language sql immutable set search_path = '' as $$
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
    ('esteira-cleanup', 'esteira-cleanup', 'clean_up', null, false)
$$;
comment on function private.parts() is
  'The parts of the schedules, in the order in which the reaper goes through them: the job of pg_cron that runs each, '
  'the function in private that does it, what the number that this returns counts (null: it returns counts by name), '
  'and whether it repairs: what the reaper returns and private.repairs keeps.';
revoke execute on function private.parts() from public;

create function private.run_part(p_part text) returns jsonb
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_part record;
  v_did jsonb;
begin
  select * into strict v_part from private.parts() where part = p_part;
  v_did := private.guarded(p_part, format('private.%I()', v_part.routine));
  if v_did is null then return null; end if;
  if v_part.is_repair and v_did::bigint > 0 then
    insert into private.repairs (schedule, repair, count, repaired_at)
    values ('esteira-reap', v_part.counts, v_did::bigint, private.now());
  end if;
  perform private.beat(p_part, case when v_part.counts is null then v_did
    else jsonb_build_object(v_part.counts, v_did) end);
  return v_did;
end
$$;
comment on function private.run_part(text) is
  'Runs a part of the schedules in a sub-transaction of its own, notes its heartbeat and what it repaired, and returns '
  'what it did. Null: it failed, which is told in private.faults; it has no heartbeat then.';
revoke execute on function private.run_part(text) from public;

create function private.run(p_schedule text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_did jsonb;
begin
  select jsonb_object_agg(p.part, private.run_part(p.part)) into v_did
  from private.parts() p where p.schedule = p_schedule;
  -- What ended has left slots, and is not to leave them to a tick that may be ten seconds away.
  if p_schedule in (select schedule from private.parts() where is_repair)
     and jsonb_path_exists(v_did, '$.* ? (@ > 0)') then
    perform private.run_part('esteira-tick');
  end if;
  return v_did;
end
$$;
comment on function private.run(text) is
  'What pg_cron calls, and all that it calls: runs the parts of a schedule, and dispatches where they have ended '
  'something. Returns {part: what it did}.';
revoke execute on function private.run(text) from public;

create function private.tick() returns integer
language plpgsql set search_path = '' as $$
declare
  v_poked integer := coalesce(private.run_part('esteira-tick')::integer, 0);
begin
  perform private.run_part('esteira-progress');
  return v_poked;
end
$$;
comment on function private.tick() is
  'Dispatches every lane, wakes the worker where work is visible, and shows how far tasks may be: what pg_cron does '
  'every ten seconds, for whoever wants it now. Returns how many lanes were poked.';
revoke execute on function private.tick() from public;

create function worker.reap() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_part record;
  v_did jsonb;
  v_result jsonb := '{}';
begin
  for v_part in select * from private.parts() where is_repair or part in ('esteira-clock', 'esteira-tasks') loop
    v_did := private.run_part(v_part.part);
    if v_part.is_repair then v_result := v_result || jsonb_build_object(v_part.counts, coalesce(v_did, '0')); end if;
  end loop;
  perform private.each_lane('esteira-leases', 'private.dispatch_pull_lane($1)'); -- for slots that are free since
  perform private.tick();
  return v_result;
end
$$;
comment on function worker.reap() is
  'Finds what fell out of every other hand: questions that were lost, workers outside that are gone, jobs past '
  'their deadline, jobs that have waited too long to begin, results that cannot be copied, tasks that nobody hears '
  'of any more, slots of nobody; then dispatches. Ends everything by SQL and time alone, though every worker always '
  'crashed. pg_cron runs each of these parts by itself; this runs them all. Returns counts: {asked, resent, '
  'leases_ended, asked_last, given_up, expired, copies_given_up, tasks_unknown, slots_freed}.';
revoke execute on function worker.reap() from public;
grant execute on function worker.reap() to service_role;

-- supabase/schemas/schedules/11_sweep.sql ============================================================================

create function private.unread_messages(p_queue text, p_for interval) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_count bigint;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('select count(*) from pgmq.%I where vt < clock_timestamp() - $1', 'q_' || p_queue)
  into v_count using p_for;
  return v_count;
end
$$;
comment on function private.unread_messages(text, interval) is
  'How many messages of a queue have been visible for longer than p_for, and nobody read them.';
revoke execute on function private.unread_messages(text, interval) from public;

create function private.catch_up(p_lane text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_due integer := 0;
  v_started integer := 0;
  v_count integer;
begin
  -- A hundred at a time, as the tick does it, and a thousand at the most: their rows stay locked until the sweep ends.
  for i in 1..10 loop
    v_count := private.admit_due(p_lane);
    v_due := v_due + v_count;
    exit when v_count < 100;
  end loop;
  for i in 1..10 loop
    v_count := private.dispatch(p_lane, p_poke => false);
    v_started := v_started + v_count;
    exit when v_count = 0;
  end loop;
  return jsonb_build_object('due', v_due, 'started', v_started);
end
$$;
comment on function private.catch_up(text) is
  'Makes ready what is due in a lane and starts what there are free slots for, up to 1,000 jobs each. Returns counts: '
  '{due, started}.';
revoke execute on function private.catch_up(text) from public;

create function private.sweep_lane(p_lane private.lanes, p_settlements bigint) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_did jsonb := case when p_lane.paused_until > private.now() then '{"due": 0, "started": 0}'
    else private.catch_up(p_lane.lane) end;
  v_unread bigint := private.unread_messages(p_lane.queue_name, p_lane.lease);
begin
  if p_lane.delivery <> 'pull' and (v_unread > 0 or p_settlements > 0 or v_did ->> 'started' <> '0') then
    perform private.poke(p_lane.lane);
  end if;
  return v_did || jsonb_build_object('unread', v_unread);
end
$$;
comment on function private.sweep_lane(private.lanes, bigint) is
  'Does in a lane what the tick has missed; p_settlements: how many settle messages nobody reads. Returns counts: '
  '{due, started, unread}.';
revoke execute on function private.sweep_lane(private.lanes, bigint) from public;

create function private.sweep() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_settlements bigint := private.unread_messages('settle_queue', '1 minute');
  v_result jsonb;
begin
  select jsonb_build_object('due', coalesce(sum((did ->> 'due')::bigint), 0),
    'started', coalesce(sum((did ->> 'started')::bigint), 0),
    'unread', v_settlements + coalesce(sum((did ->> 'unread')::bigint), 0)) into v_result
  from private.each_lane('esteira-retry', format('private.sweep_lane($1, %s)', v_settlements)) did;
  return private.note_repairs('esteira-retry', v_result);
end
$$;
comment on function private.sweep() is
  'Does in every lane, pull lanes too, what the tick has missed: makes jobs ready that are due, starts jobs that wait '
  'beside free slots, wakes the worker for messages unread for longer than a lease. Returns counts: {due, started, '
  'unread}. A few are no alarm: they came due since the last tick.';
revoke execute on function private.sweep() from public;

-- supabase/schemas/schedules/12_clean_up.sql =========================================================================

create function private.forget_archived(p_queue text, p_before timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from pgmq.%I where archived_at < $1', 'a_' || p_queue) using p_before;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_archived(text, timestamptz) is
  'Forgets messages of a queue that were archived before p_before. Returns how many.';
revoke execute on function private.forget_archived(text, timestamptz) from public;

create function private.forget_payloads(p_qty integer default 20000) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_events integer;
  v_payloads integer;
begin
  with times as materialized (
    select t.tool, r.attempts, r.events from public.tools t, lateral private.retention_of(t.tool) r
  ), over as materialized (
    select e.event_id from private.webhook_events e left join public.jobs j on j.id = e.job_id
    left join times on times.tool = j.tool
    where e.received_at < v_now - (select min(events) from times)
      and e.received_at < v_now - case when j.id is null then interval '30 days' else times.events end
    limit p_qty for update of e skip locked
  )
  delete from private.webhook_events e using over where e.event_id = over.event_id;
  get diagnostics v_events = row_count;
  with times as materialized (
    select t.tool, r.attempts from public.tools t, lateral private.retention_of(t.tool) r
  ), over as materialized (
    select a.job_id, a.attempt from public.job_attempts a join public.jobs j on j.id = a.job_id
    join times on times.tool = j.tool
    where a.finished_at < v_now - (select min(attempts) from times) and a.finished_at < v_now - times.attempts
      and (a.raw_api_response is not null or a.raw_webhook_payload is not null or a.outputs is not null
        or a.data is not null or a.checkpoint <> '{}')
    limit p_qty for update of a skip locked
  )
  update public.job_attempts a set raw_api_response = null, raw_webhook_payload = null, outputs = null, data = null,
    checkpoint = '{}'
  from over where a.job_id = over.job_id and a.attempt = over.attempt;
  get diagnostics v_payloads = row_count;
  return jsonb_build_object('webhook_events', v_events, 'payloads', v_payloads);
end
$$;
comment on function private.forget_payloads(integer) is
  'Forgets webhooks and what attempts keep of a provider''s answers, up to p_qty of each, when their tool''s retention '
  'says so. Returns counts: {webhook_events, payloads}.';
revoke execute on function private.forget_payloads(integer) from public;

create function private.forget_older(
  p_table regclass, p_column text, p_before timestamptz, p_qty integer default 20000
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from %1$s where ctid in (select ctid from %1$s where %2$I < $1 limit $2)', p_table, p_column)
  using p_before, p_qty;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_older(regclass, text, timestamptz, integer) is
  'Deletes up to p_qty rows of a table whose p_column is before p_before. Returns how many.';
revoke execute on function private.forget_older(regclass, text, timestamptz, integer) from public;

create function private.clean_up(p_keep interval default '30 days') returns jsonb
language plpgsql set search_path = '' as $$
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
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived)
    || coalesce(private.guarded('esteira-cleanup', 'private.forget_payloads()'), '{}');
end
$$;
comment on function private.clean_up(interval) is
  'Forgets payloads as the tools'' retention says (private.retention), archives, the outbox and repairs older than '
  'p_keep, and pg_cron''s log after three days; jobs and credits stay. Returns counts.';
revoke execute on function private.clean_up(interval) from public;

-- supabase/schemas/schedules/13_install_schedules.sql ================================================================

create function private.ship_schedule(p_name text, p_schedule text, p_command text) returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_new jsonb := jsonb_build_object('schedule', p_schedule, 'command', p_command, 'active', true);
  v_id bigint;
  v_is jsonb;
  v_plan record;
begin
  select jobid, jsonb_build_object('schedule', schedule, 'command', command, 'active', active) into v_id, v_is
  from cron.job where jobname = p_name;
  v_plan := private.plan_shipment('schedule', p_name, v_is, v_new);

  -- By pg_cron's functions: the table itself is not postgres's to write on hosted projects.
  if v_plan.outcome = 'inserted' then
    perform cron.schedule(p_name, p_schedule, p_command);
  elsif v_plan.outcome = 'updated' then
    perform cron.alter_job(v_id, schedule => v_plan.changes ->> 'schedule', command => v_plan.changes ->> 'command',
      active => (v_plan.changes ->> 'active')::boolean);
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped('schedule', p_name, case when v_plan.outcome <> 'own' then v_new end);
  end if;
  return ('schedule', p_name, v_plan.outcome, v_plan.note)::private.shipment;
end
$$;
comment on function private.ship_schedule(text, text, text) is
  'Ships a job of pg_cron. Its schedule, its command and whether it is active follow a release each by itself.';
revoke execute on function private.ship_schedule(text, text, text) from public;

create function private.install_schedules() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('esteira-tick', '10 seconds'),
      ('esteira-effects', '10 seconds'),
      ('esteira-progress', '11 seconds'),
      -- No divisor in common, so that they hardly ever fall together (see the head of this room).
      ('esteira-ask', '59 seconds'),
      ('esteira-leases', '53 seconds'),
      ('esteira-overdue', '47 seconds'),
      ('esteira-expire', '43 seconds'),
      ('esteira-copies', '41 seconds'),
      ('esteira-tasks', '37 seconds'),
      ('esteira-retention', '31 seconds'),
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$$;
comment on function private.install_schedules() is 'Brings the schedules; called by ops.install() alone.';
revoke execute on function private.install_schedules() from public;

-- supabase/schemas/schedules/14_tool_durations.sql ===================================================================

create table private.tool_durations (
  tool text primary key references public.tools (tool) on delete cascade,
  p50 interval,
  samples integer not null,
  measured_at timestamptz not null,
  constraint a_median_has_samples check ((p50 is null) = (samples = 0)),
  constraint medians_are_positive check (p50 > '0')
);

alter table private.tool_durations enable row level security;

comment on table private.tool_durations is
  'How long the tasks of a tool take at its provider, where its lane estimates progress.';
comment on column private.tool_durations.p50 is
  'Median of the last samples: from running to webhook_received, or to completed where no webhook came. Null: the tool '
  'has completed nothing in its lane.';

create function private.took(p_history jsonb, p_submitted_at timestamptz, p_finished_at timestamptz) returns interval
language plpgsql stable set search_path = '' as $$
begin
  return nullif(greatest(coalesce((
    select min((entry ->> 'timestamp')::timestamptz) from jsonb_array_elements(p_history) entry
    where entry ->> 'step' = 'webhook_received' and (entry ->> 'timestamp')::timestamptz >= p_submitted_at
  ), p_finished_at) - p_submitted_at, '0'), '0');
end
$$;
comment on function private.took(jsonb, timestamptz, timestamptz) is
  'How long the provider had a task that was submitted and completed at these times: until the webhook that the job''s '
  'history tells of, else until it was completed. Null: no time at all.';
revoke execute on function private.took(jsonb, timestamptz, timestamptz) from public;

create function private.measure_durations() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  with due as materialized (
    -- A time to come is a clock that was set back.
    select t.tool, t.lane from public.tools t join private.lanes l using (lane)
    left join private.tool_durations d using (tool)
    where l.estimates_progress
      and (v_now - d.measured_at
        between '0' and case when d.p50 is null then interval '1 minute' else '5 minutes' end) is not true
  ), completed as (
    select job_id, submitted_at, finished_at from public.job_attempts
    where finished_at is not null and exists (select from due)
    order by finished_at desc limit 2000
  ), taken as (
    select due.tool, private.took(j.step_history, c.submitted_at, c.finished_at) as took,
      row_number() over (partition by due.tool order by c.finished_at desc) as nth
    from completed c join public.jobs j on j.id = c.job_id join due on due.tool = j.tool and due.lane = j.lane
    where j.status = 'completed' and j.completed_at = c.finished_at and c.submitted_at is not null
  ), measured as (
    select due.tool, count(took) as samples, percentile_cont(0.5) within group (order by took) as p50
    from due left join taken on taken.tool = due.tool and taken.nth <= 100 group by due.tool
  )
  insert into private.tool_durations as d (tool, p50, samples, measured_at)
  select tool, p50, samples, v_now from measured
  -- What it took when it was last in use is better than nothing.
  on conflict (tool) do update set measured_at = excluded.measured_at, p50 = coalesce(excluded.p50, d.p50),
    samples = case when excluded.p50 is null then d.samples else excluded.samples end;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_durations() is
  'Measures the tools of lanes that estimate progress by their last 100 completed jobs among the last 2,000 attempts '
  'that ended: each at most every five minutes, or every minute while there is nothing to go by. Returns how many '
  'tools it looked at.';
revoke execute on function private.measure_durations() from public;

-- supabase/schemas/schedules/15_estimate_progress.sql ================================================================

create function private.estimated_progress(p_running_for interval, p_p50 interval) returns smallint
language sql immutable set search_path = '' as $$
  select floor(case when share < 1 then 90 * share else least(90 + 5 * (share - 1), 95) end)::smallint
  from greatest(extract(epoch from p_running_for) / extract(epoch from p_p50), 0) share
$$;
comment on function private.estimated_progress(interval, interval) is
  'How far, in percent, a task may be that has run for so long, where half of its kind take p_p50: 45 after half of '
  'that, 90 after all of it, then slowly 95, and never more: when it will end, nobody knows.';
revoke execute on function private.estimated_progress(interval, interval) from public;

create function private.running_behind() returns table (id uuid, estimate smallint)
language plpgsql rows 300 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[] := private.quarantined('esteira-progress');
begin
  -- By the slots: there are few of them, however many jobs there are. Each change is a broadcast, so only one that can
  -- be seen is made; those that are left over are further behind at the next tick.
  return query
    select j.id, e.estimate
    from private.lanes l
    join private.slots s on s.lane = l.lane and s.token is not null
    join public.jobs j on j.id = s.job_id and j.status = 'processing' and j.current_step = 'running'
    join public.job_attempts a on a.job_id = j.id and a.token = s.token and a.finished_at is null
      and a.submitted_at is not null
    join private.tool_durations d on d.tool = j.tool,
    lateral private.estimated_progress(v_now - a.submitted_at, d.p50) e (estimate)
    where l.estimates_progress and (j.progress is null or j.progress_is_estimate)
      and e.estimate >= coalesce(j.progress, 0) + 5 and j.id <> all (v_aside)
    order by e.estimate - coalesce(j.progress, 0) desc, j.id limit 300
    for no key update of j skip locked;
end
$$;
comment on function private.running_behind() is
  'Locks up to 300 running jobs that may be further than they show by five points or more, and how far that is.';
revoke execute on function private.running_behind() from public;

create function private.show_progress(p_jobs uuid[], p_estimates smallint[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.jobs j set progress = r.estimate, progress_is_estimate = true
  from unnest(p_jobs, p_estimates) r (id, estimate) where j.id = r.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.show_progress(uuid[], smallint[]) is
  'Shows estimates of how far jobs are, locked by the caller. Returns how many.';
revoke execute on function private.show_progress(uuid[], smallint[]) from public;

create function private.estimate_progress() returns integer
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
  v_estimates smallint[];
begin
  perform private.guarded('esteira-progress', 'private.measure_durations()');
  select array_agg(id), array_agg(estimate) into v_jobs, v_estimates from private.running_behind();
  if v_jobs is null then return 0; end if;
  return private.show_progress(v_jobs, v_estimates);
exception when others then
  return (
    select coalesce(sum(private.do_each('esteira-progress',
      format('private.show_progress($1, array[%s]::smallint[])', b.estimate), array[b.id])), 0)
    from private.running_behind() b);
end
$$;
comment on function private.estimate_progress() is
  'Shows how far running jobs may be whose provider tells no percentage, by the median of their tool; none where '
  'nothing was measured, and none once somebody has told a real one. It rises by five points or more at a time, up to '
  '95, in at most 300 jobs a call. Returns in how many.';
revoke execute on function private.estimate_progress() from public;

-- supabase/schemas/alerts/01_counts.sql ==============================================================================

-- Alerts: telling an operator that something is wrong, once for as long as it is.
--
-- `ops.counts` is what they are made of: how often each thing happened of late, how much is stopped now. A rule holds
-- while one of these counts reaches its threshold. Every minute the rules are looked at: one that has begun to hold
-- opens an alert and, if the Vault secret alert_webhook_url is set, posts it there; one that holds no longer closes
-- its alert. Rules are rows, to be changed and added by operators; a rule needs no code.

create function ops.counts(p_since interval default '1 hour') returns table (name text, count bigint)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function ops.counts(interval) is
  'What alerts are made of, over the last p_since: attempts by how they ended (succeeded; failed; by retry class: '
  'retried for backoff, waited, paused; cancelled, superseded, orphaned), webhooks by verdict, effects by outcome '
  '(of job_effects), what the reaper (esteira-reap asked, resent, leases_ended, asked_last, given_up, expired, '
  'copies_given_up, tasks_unknown, slots_freed, clock) and the sweep (esteira-retry due, started, unread) put right, '
  'schedules that failed, parts of them that fail (parts failing), broadcasts that failed (unheard: while nobody could '
  'have heard them), tasks of ended jobs by how they ended; and how much is paused, open, due, quarantined or dead '
  'now. What did not happen may have no row.';
revoke execute on function ops.counts(interval) from public;

-- supabase/schemas/alerts/02_alert_rules.sql =========================================================================

create table ops.alert_rules (
  name text primary key,
  count_name text not null,
  look_back interval not null default '15 minutes',
  threshold bigint not null,
  is_enabled boolean not null default true,
  constraint what_did_not_happen_alerts_nobody check (threshold > 0),
  constraint rules_look_back check (look_back > '0')
);

alter table ops.alert_rules enable row level security;
revoke all on ops.alert_rules from anon, authenticated, service_role;
grant select on ops.alert_rules to service_role;
comment on table ops.alert_rules is 'What an operator wants to hear of. Change and add rows freely.';
comment on column ops.alert_rules.count_name is 'A name that ops.counts gives. One that it never gives never holds.';
comment on column ops.alert_rules.look_back is 'Over how long the count is taken.';
comment on column ops.alert_rules.threshold is 'The rule holds while the count is this or more.';

-- supabase/schemas/alerts/03_alerts.sql ==============================================================================

create table ops.alerts (
  alert_id bigint generated always as identity primary key,
  rule text not null references ops.alert_rules (name) on update cascade on delete cascade,
  count bigint not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  request_id bigint,
  post_error text,
  constraint alerts_close_after_they_open check (closed_at >= opened_at)
);
create unique index a_rule_has_one_open_alert on ops.alerts (rule) where closed_at is null;
create index alerts_by_rule on ops.alerts (rule);
create index alerts_by_time on ops.alerts (opened_at desc);

alter table ops.alerts enable row level security;
revoke all on ops.alerts from anon, authenticated, service_role;
grant select on ops.alerts to service_role;
comment on table ops.alerts is 'Each time that a rule began to hold.';
comment on column ops.alerts.count is 'How many it was when the rule began to hold.';
comment on column ops.alerts.closed_at is 'When the rule held no longer; null while it holds.';
comment on column ops.alerts.request_id is
  'pg_net''s id of the post: its answer is in net._http_response for some hours. Null: not posted.';
comment on column ops.alerts.post_error is
  'Why it could not be handed to pg_net; null if it could, or was not to be posted.';

-- supabase/schemas/alerts/04_post_alert.sql ==========================================================================

create function private.post_alert(p_alert ops.alerts, p_rule ops.alert_rules) returns void
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_request_id bigint;
begin
  v_url := private.secret('alert_webhook_url');
  if v_url is null then return; end if;
  v_request_id := net.http_post(url => v_url, timeout_milliseconds => 5000, body => jsonb_build_object(
    'text', format('Esteira: %s. %s: %s in %s (threshold %s).',
      p_rule.name, p_rule.count_name, p_alert.count, p_rule.look_back, p_rule.threshold),
    'alert_id', p_alert.alert_id, 'rule', p_rule.name, 'count_name', p_rule.count_name, 'count', p_alert.count,
    'threshold', p_rule.threshold, 'look_back', p_rule.look_back, 'opened_at', p_alert.opened_at));
  update ops.alerts set request_id = v_request_id where alert_id = p_alert.alert_id;
exception when others then
  -- A webhook address that is none must not keep alerts from being opened.
  update ops.alerts set post_error = sqlerrm where alert_id = p_alert.alert_id;
end
$$;
comment on function private.post_alert(ops.alerts, ops.alert_rules) is
  'Posts an alert that has just opened to the address in the Vault secret alert_webhook_url, after the commit and '
  'once: {text, alert_id, rule, count_name, count, threshold, look_back, opened_at}. text is what chat services show. '
  'Without the secret it does nothing.';
revoke execute on function private.post_alert(ops.alerts, ops.alert_rules) from public;

-- supabase/schemas/alerts/05_alerts_tick.sql =========================================================================

create function private.alerts_tick() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_opened ops.alerts[];
  v_closed integer;
begin
  with counts as materialized (
    select w.look_back, c.name, c.count
    from (select distinct look_back from ops.alert_rules where is_enabled) w, lateral ops.counts(w.look_back) c
  ), holding as materialized (
    select r.name, c.count from ops.alert_rules r join counts c on c.look_back = r.look_back and c.name = r.count_name
    where r.is_enabled and c.count >= r.threshold
  ), closed as (
    update ops.alerts set closed_at = greatest(v_now, opened_at) -- the clock may have been set back
    where closed_at is null and rule not in (select name from holding)
    returning 1
  ), opened as (
    insert into ops.alerts (rule, count, opened_at) select name, holding.count, v_now from holding
    on conflict (rule) where closed_at is null do nothing -- it is open already, or another tick has just opened it
    returning *
  )
  select (select array_agg(o::ops.alerts) from opened o), (select count(*) from closed) into v_opened, v_closed;
  perform private.post_alert(a, r) from unnest(v_opened) a join ops.alert_rules r on r.name = a.rule;
  delete from ops.alerts where closed_at < v_now - interval '90 days';
  return jsonb_build_object('opened', coalesce(cardinality(v_opened), 0), 'closed', v_closed);
end
$$;
comment on function private.alerts_tick() is
  'Opens an alert for each rule that has begun to hold, posts it, and closes those of rules that hold no longer. '
  'Forgets alerts closed 90 days ago. Returns counts: {opened, closed}.';
revoke execute on function private.alerts_tick() from public;

-- supabase/schemas/alerts/06_install_alert_rules.sql =================================================================

create function private.install_alert_rules() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('Many jobs fail', 'attempts failed', '15 minutes', 20),
      ('Results came too late', 'attempts orphaned', '1 hour', 5),
      ('Results cannot be shown', 'effects failed', '15 minutes', 5),
      ('An account is paused', 'accounts paused', '1 minute', 1),
      ('Screens learn late', 'broadcasts failed', '15 minutes', 10),
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
$$;
comment on function private.install_alert_rules() is 'Brings the alert rules; called by ops.install() alone.';
revoke execute on function private.install_alert_rules() from public;

-- supabase/schemas/batches/01_reports.sql ============================================================================

-- Batches: what workers report of many jobs at once, in a few statements rather than a few for each. Nothing but the
-- bench and tests calls these yet.
--
-- They promise what the single forms in the worker and settle rooms promise; those tell the story, here it is told of
-- sets. Each job has its own verdict, and one that is out of date keeps none of the others from being written down.
--
-- Locks. The order of the dispatch room, and within each kind the order of ids: two batches that share jobs wait for
-- each other in one direction only.

create type private.report as (n integer, job_id uuid, token uuid, queue text, msg_id bigint, said jsonb, verdict text);
comment on type private.report is
  'The n-th of what a worker reports at once: the attempt by its token, the message to acknowledge, what it said, and '
  'what became of that.';

create function private.lock_reported(p_items jsonb) returns private.report[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_reports private.report[];
begin
  if jsonb_typeof(p_items) is distinct from 'array' or jsonb_array_length(p_items) not between 1 and 1000 or exists (
    select from jsonb_array_elements(p_items) i
    where jsonb_typeof(i) <> 'object' or not pg_input_is_valid(coalesce(i ->> 'job_id', ''), 'uuid')
      or not pg_input_is_valid(coalesce(i ->> 'token', ''), 'uuid')
      or not pg_input_is_valid(coalesce(i ->> 'msg_id', '0'), 'bigint'))
  then
    perform private.refuse(422, 'invalid_input',
      'The items are an array of 1 to 1,000 objects with job_id and token.', 'items');
  end if;
  v_reports := array(
    select (i.n, (i.item ->> 'job_id')::uuid, (i.item ->> 'token')::uuid, i.item ->> 'queue',
      (i.item ->> 'msg_id')::bigint, i.item, null)::private.report
    from jsonb_array_elements(p_items) with ordinality i (item, n));
  if (select count(distinct job_id) from unnest(v_reports)) < cardinality(v_reports) then
    perform private.refuse(422, 'invalid_input', 'Each job is named once.', 'items');
  end if;
  -- No stronger than an update: somebody who holds one of these jobs may be about to refer to another of them.
  perform from public.jobs where id in (select job_id from unnest(v_reports)) order by id for no key update;
  perform from public.job_attempts a where (a.job_id, a.token) in (select job_id, token from unnest(v_reports))
  order by a.job_id, a.attempt for no key update;
  return v_reports;
end
$$;
comment on function private.lock_reported(jsonb) is
  'Reads what a worker reports ([{job_id, token, queue?, msg_id?, …}]) and locks its jobs, then their attempts with '
  'these tokens. Error: 422 invalid_input.';
revoke execute on function private.lock_reported(jsonb) from public;

create function private.lock_reported_tasks(p_reports private.report[], p_with_slots boolean) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if p_with_slots then
    -- Those too of attempts that are superseded; in the order in which a change of capacity takes them.
    perform from private.slots where slot_id in (
      select a.slot_id from unnest(p_reports) r join public.job_attempts a on a.job_id = r.job_id
      union
      select c.slot_id from unnest(p_reports) r join private.cancels c on c.token = r.token)
    order by slot_id for update;
  end if;
  perform from private.cancels where token in (select token from unnest(p_reports)) order by token for update;
end
$$;
comment on function private.lock_reported_tasks(private.report[], boolean) is
  'Locks what the jobs of reports hold slots by, where those are to be freed, and then the attempts'' rows in the '
  'outbox: of jobs that are gone, nothing else is left to keep two batches in order.';
revoke execute on function private.lock_reported_tasks(private.report[], boolean) from public;

create function private.acknowledge_reports(p_reports private.report[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.delete_messages(m.queue, m.ids) from (
    select queue, array_agg(msg_id) as ids from unnest(p_reports)
    where verdict <> 'stale_token' and queue is not null and msg_id is not null group by queue) m;
end
$$;
comment on function private.acknowledge_reports(private.report[]) is
  'Deletes the messages of reports that were dealt with.';
revoke execute on function private.acknowledge_reports(private.report[]) from public;

-- supabase/schemas/batches/02_submitted_many.sql =====================================================================

create function worker.submitted_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
  v_shown public.job_attempts[];
begin
  perform private.lock_reported_tasks(v_reports, p_with_slots => false);
  v_reports := array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, case
      when j.id is not null then j.status::text
      -- Its user is gone: the outbox hears of the task.
      when private.note_task(r.token, r.said ->> 'external_id', v_now, coalesce(r.said -> 'checkpoint', '{}'))
        then 'cancelled'
      else 'stale_token' end)::private.report
    from unnest(v_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    left join public.jobs j on j.id = a.job_id);
  -- Those about which there is anything to think, one by one.
  perform worker.submitted(r.job_id, r.token, r.said ->> 'external_id', nullif(r.said -> 'raw', 'null'),
    coalesce(r.said -> 'details', '{}'), p_checkpoint => coalesce(r.said -> 'checkpoint', '{}'))
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where a.outcome is not null or a.external_id is not null or r.verdict <> 'processing';
  with taken as (
    update public.job_attempts a set external_id = r.said ->> 'external_id', submitted_at = v_now,
      raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response),
      checkpoint = a.checkpoint || coalesce(r.said -> 'checkpoint', '{}'),
      phase = case when a.phase in ('settling', 'produced') then a.phase else 'submitted' end
    from unnest(v_reports) r
    where a.job_id = r.job_id and a.token = r.token and a.outcome is null and a.external_id is null
      and r.verdict = 'processing'
    returning a.job_id, a.attempt, a.external_id, a.word, a as attempt_row, r.said -> 'details' as details
  ), shown as (
    update public.jobs j set request_id = t.external_id,
      current_step = case j.current_step when 'starting' then 'running' else j.current_step end,
      step_history = case j.current_step
        when 'starting' then j.step_history || private.step('running', v_now,
          jsonb_build_object('taskId', t.external_id) || coalesce(t.details, '{}'))
        else j.step_history end
    from taken t where j.id = t.job_id and j.status = 'processing' and j.attempt = t.attempt
    returning j.lane, t.attempt_row, t.word
  )
  select array_agg(s.attempt_row) into v_shown from shown s join private.lanes l on l.lane = s.lane
  where l.delivery in ('poll', 'webhook') and s.word is null;
  update public.job_attempts a set question_id = private.send_to_settle(s, 'poll', l.poll_after)
  from unnest(v_shown) s join public.jobs j on j.id = s.job_id join private.lanes l on l.lane = j.lane
  where a.job_id = s.job_id and a.attempt = s.attempt;
  perform private.acknowledge_reports(v_reports);
  return query select r.job_id, r.verdict from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.submitted_many(jsonb) is
  'Providers have taken these tasks: worker.submitted for 1 to 1,000 jobs, each once. p_items: [{job_id, token, '
  'external_id, raw?, details?, checkpoint?, queue?, msg_id?}]. Returns for each, in their order, the job''s status '
  '(cancelled when it is gone), or stale_token, which changes nothing. Error: 422 invalid_input.';
revoke execute on function worker.submitted_many(jsonb) from public;
grant execute on function worker.submitted_many(jsonb) to service_role;

-- supabase/schemas/batches/03_complete_many.sql ======================================================================

create function private.free_slots(p_slots bigint[], p_tokens uuid[]) returns text[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_lanes text[];
begin
  perform from private.slots where slot_id = any (p_slots) and token = any (p_tokens) order by slot_id for update;
  with freed as (
    update private.slots s set job_id = null, token = null
    where s.slot_id = any (p_slots) and s.token = any (p_tokens)
      and not exists (select from private.slots r where r.account_id = s.account_id and r.is_retiring)
    returning s.lane
  )
  select array_agg(distinct lane) into v_lanes from freed;
  -- Where slots retire, it matters which of them goes.
  return array(
    select distinct l.lane from (
      select unnest(v_lanes) as lane
      union all
      select s.lane from (
        select * from private.slots where slot_id = any (p_slots) and token = any (p_tokens) order by slot_id) s
      where private.free_slot(s.slot_id, s.token)) l
    order by l.lane);
end
$$;
comment on function private.free_slots(bigint[], uuid[]) is
  'Takes the slots from attempts (by their tokens) that still hold theirs (p_slots, in any order), and returns the '
  'lanes that they were in, in order. The caller dispatches those.';
revoke execute on function private.free_slots(bigint[], uuid[]) from public;

create function private.judge_completions(p_reports private.report[]) returns private.report[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, case
      when a.job_id is null then case
        when private.hear_of_ended(r.token, 'succeeded', null, private.now()) then 'late alone' else 'stale_token' end
      -- Late ones, older attempts, and those that may have made several tasks: told one by one.
      when a.outcome is not null or j.completed_at is not null or a.attempt <> j.attempt
        or private.may_be_several(a.resubmit, a.submits)
        then worker.complete(r.job_id, r.token, nullif(r.said -> 'output', 'null'), r.said ->> 'output_url',
          nullif(r.said -> 'raw', 'null')) || ' alone'
      else 'completed' end)::private.report
    from unnest(p_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    left join public.jobs j on j.id = a.job_id
    order by r.n);
end
$$;
comment on function private.judge_completions(private.report[]) is
  'What each completion of a batch comes to: completed, still to be written; or what worker.complete has made of it, '
  'marked as "… alone"; or stale_token.';
revoke execute on function private.judge_completions(private.report[]) from public;

create function worker.complete_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
  v_lane text;
begin
  perform set_config('esteira.effect', 'holds', true); -- whoever ends many waits for no project or model (effects room)
  perform private.lock_reported_tasks(v_reports, p_with_slots => true);
  v_reports := private.judge_completions(v_reports);
  update public.jobs j set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null,
    progress = 100, output = nullif(r.said -> 'output', 'null'),
    output_bytes = private.output_bytes(nullif(r.said -> 'output', 'null')), output_url = r.said ->> 'output_url',
    refundable = false, request_id = coalesce(a.external_id, j.request_id), step_history = j.step_history
      || private.step('completed', v_now, jsonb_build_object('outputUrl', r.said ->> 'output_url'))
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where j.id = r.job_id and r.verdict = 'completed';
  perform private.delete_messages('settle_queue', array(
    select a.question_id from unnest(v_reports) r
    join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    where r.verdict = 'completed' and a.question_id is not null));
  update public.job_attempts a set phase = 'finished', finished_at = v_now, outcome = 'succeeded', question_id = null,
    word = 'succeeded', word_at = coalesce(a.word_at, v_now),
    raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response)
  from unnest(v_reports) r where a.job_id = r.job_id and a.token = r.token and r.verdict = 'completed';
  perform private.acknowledge_reports(v_reports);
  foreach v_lane in array (
    select private.free_slots(array_agg(a.slot_id), array_agg(a.token)) from unnest(v_reports) r
    join public.job_attempts a on a.job_id = r.job_id and a.token = r.token where r.verdict = 'completed')
  loop
    while private.dispatch(v_lane, p_poke => false) = 100 loop null; end loop;
  end loop;
  return query select r.job_id, split_part(r.verdict, ' ', 1) from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.complete_many(jsonb) is
  'These results are stored: worker.complete for 1 to 1,000 jobs, each once. p_items: [{job_id, token, output, '
  'output_url?, raw?, queue?, msg_id?}]. Returns for each, in their order, completed, duplicate, late, or '
  'stale_token, which changes nothing. Error: 422 invalid_input.';
revoke execute on function worker.complete_many(jsonb) from public;
grant execute on function worker.complete_many(jsonb) to service_role;

-- Shipped rows =======================================================================================================

select ops.install();
