-- Health: how the installation as a whole is, rather than one job.
--
--   ops.cron_health()      each part of the schedules: when it ran, when it should have, what it failed with
--   ops.setup_check()      a deployment line by line: what is missing or wrong, and the statement that repairs it
--   worker.deep_health()   what GET /health/deep answers with, for something outside to look at: pg_cron, which
-- looks at
--                          the alert rules, cannot tell of its own death
--   worker.metrics()       what GET /health/metrics answers with, for Prometheus
--
-- What only functions see (whether they run, in which version) they tell: worker.seen. All else is read where it
-- lies.

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
