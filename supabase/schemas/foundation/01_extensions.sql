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
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    create extension pgcrypto with schema extensions;
  end if;
  if not exists (select from pg_extension where extname = 'supabase_vault') then
    create extension supabase_vault with schema vault;
  end if;
end
$$;
