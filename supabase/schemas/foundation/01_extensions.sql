-- Foundation: what every other room stands on.
--
-- Schemas are audiences. `public` is for signed-in users through the Data API, `worker` for Edge Functions with a
-- secret key, `ops` for DBAs and admins, `private` for nobody: only functions owned by postgres reach into it.
-- Nothing here holds data. Every grant in every room stands beside its object. Postgres lets PUBLIC execute new
-- functions and older hosted projects grant new tables of `public` to the API roles; so what nobody is to have is
-- taken away first.

-- Extensions, without version clauses: hosted projects ignore them.
create extension if not exists pgmq;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists supabase_vault with schema vault;
