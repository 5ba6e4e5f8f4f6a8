/** Tables and views, columns apart. */
import { added, changed, failing, forced, type Mutation } from "./mutation.ts";

export const TABLES: readonly Mutation[] = [
  added("a table is made", "create table private.spare ()", "table private.spare"),
  changed(
    "a table's storage parameters are changed",
    "alter table public.job_attempts set (fillfactor = 90)",
    "table public.job_attempts",
    "options",
  ),
  changed(
    "a table is granted",
    "grant delete on public.credit_entries to authenticated",
    "table public.credit_entries",
    "grants",
  ),
  changed(
    "row level security is switched off",
    "alter table public.projects disable row level security",
    "table public.projects",
    "row_level_security",
  ),
  changed(
    "row level security is forced",
    "alter table public.ai_models force row level security",
    "table public.ai_models",
    "forced_row_level_security",
  ),
  forced(failing(changed(
    "a table's owner is changed",
    "alter table private.heartbeats owner to supabase_admin",
    "table private.heartbeats",
    "owner",
  ))),
  changed(
    "a table's comment is edited",
    "comment on table private.repairs is 'edited'",
    "table private.repairs",
    "comment",
  ),
  changed(
    "a table is made unlogged",
    "alter table private.throttles set unlogged",
    "table private.throttles",
    "persistence",
  ),
  changed(
    "a table's replica identity is changed",
    "alter table public.job_effects replica identity full",
    "table public.job_effects",
    "replica_identity",
  ),
  changed(
    "a view's query is edited",
    "create or replace view public.project as select * from public.projects where true",
    "table public.project",
    "query",
  ),
  changed(
    "a view forgets whose rights it uses",
    "alter view public.ai_jobs reset (security_invoker)",
    "table public.ai_jobs",
    "options",
  ),
];
