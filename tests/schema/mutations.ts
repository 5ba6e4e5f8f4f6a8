/**
 * What a hand can do to a database behind a migration's back: one change for each property of each kind of object that
 * the comparison of schemas and migrations must see. Each touches an object of its own, so that all can be made at once.
 */

export interface Mutation {
  /** What is done, in words. */
  what: string;
  sql: string;
  /** Who does it: the role of migrations, or a superuser where that one may not. */
  as: "postgres" | "supabase_admin";
  /** The entry of the catalog that must be told, */
  object: string;
  /** with this property, or the whole of it: here the first side is the one that was changed. */
  is: { property: string } | "only here" | "only there";
  /**
   * What pg-delta (CLI 3.1.0) makes of it, when it is asked for a migration: sees it, leaves it out in silence, or
   * cannot go on with it (with --strict-coverage it refuses; an object of a platform's role it would drop).
   */
  pgDelta: "sees" | "misses" | "fails";
}

const changed = (what: string, sql: string, object: string, property: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: { property },
  pgDelta: "sees",
});
const added = (what: string, sql: string, object: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: "only here",
  pgDelta: "sees",
});
const dropped = (what: string, sql: string, object: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: "only there",
  pgDelta: "sees",
});
/** Done by a superuser. */
const forced = (mutation: Mutation): Mutation => ({ ...mutation, as: "supabase_admin" });
const missed = (mutation: Mutation): Mutation => ({ ...mutation, pgDelta: "misses" });
const failing = (mutation: Mutation): Mutation => ({ ...mutation, pgDelta: "fails" });

export const MUTATIONS: readonly Mutation[] = [
  added("a schema is made", "create schema spare", "schema spare"),
  changed(
    "usage of a schema is granted",
    "grant usage on schema ops to authenticated",
    "schema ops",
    "grants",
  ),
  changed(
    "a schema's comment is edited",
    "comment on schema worker is 'edited'",
    "schema worker",
    "comment",
  ),
  forced(failing(changed(
    "a schema's owner is changed",
    "alter schema private owner to supabase_admin",
    "schema private",
    "owner",
  ))),
  added("an extension is installed", "create extension citext with schema extensions", "extension citext"),
  forced(missed(changed(
    "a role's rights are changed",
    "alter role authenticator connection limit 7",
    "role authenticator",
    "rights",
  ))),
  forced(missed(changed(
    "a role's settings are changed",
    "alter role anon set statement_timeout = '1s'",
    "role anon",
    "settings",
  ))),
  forced(missed(changed(
    "a role becomes another's member",
    "grant service_role to supabase_auth_admin",
    "role supabase_auth_admin",
    "member_of",
  ))),
  added(
    "new tables are granted by themselves",
    "alter default privileges for role postgres in schema ops grant select on tables to anon",
    "default_privilege r of postgres in ops",
  ),
  changed(
    "a word is added to an enum",
    "alter type public.job_status add value 'lost'",
    "type public.job_status",
    "labels",
  ),
  changed(
    "an enum's comment is edited",
    "comment on type public.job_step is null",
    "type public.job_step",
    "comment",
  ),
  changed(
    "an attribute is added to a composite type",
    "alter type private.message add attribute spare text",
    "type private.message",
    "attributes",
  ),
  changed(
    "a type's use is revoked",
    "revoke usage on type public.model_status from public",
    "type public.model_status",
    "grants",
  ),
  added(
    "a domain is made",
    "create domain public.percent as integer check (value <= 100)",
    "type public.percent",
  ),
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
  added(
    "a column is added",
    "alter table private.starts add column spare text",
    "column private.starts.spare",
  ),
  changed(
    "a column's default is changed",
    "alter table public.jobs alter column priority set default 1",
    "column public.jobs.priority",
    "default",
  ),
  changed(
    "a column may be null",
    "alter table public.jobs alter column input drop not null",
    "column public.jobs.input",
    "not_null",
  ),
  changed(
    "a column's type is changed",
    "alter table private.broadcast_failures alter column row_id type text",
    "column private.broadcast_failures.row_id",
    "type",
  ),
  changed(
    "a column's collation is changed",
    `alter table private.broadcast_failures alter column topic type text collate "C"`,
    "column private.broadcast_failures.topic",
    "collation",
  ),
  missed(changed(
    "a column's storage is changed",
    "alter table public.jobs alter column output set storage external",
    "column public.jobs.output",
    "storage",
  )),
  changed(
    "an identity is no longer always generated",
    "alter table private.accounts alter column account_id set generated by default",
    "column private.accounts.account_id",
    "identity",
  ),
  missed(changed(
    "a column's statistics target is changed",
    "alter table public.jobs alter column user_id set statistics 500",
    "column public.jobs.user_id",
    "statistics",
  )),
  changed(
    "a column is granted",
    "grant select (settings) on public.tools to authenticated",
    "column public.tools.settings",
    "grants",
  ),
  changed(
    "a column's comment is edited",
    "comment on column public.jobs.ticket is 'edited'",
    "column public.jobs.ticket",
    "comment",
  ),
  dropped(
    "a constraint is dropped",
    "alter table private.lanes drop constraint durations_are_positive",
    "constraint durations_are_positive on private.lanes",
  ),
  changed(
    "a constraint is edited",
    `alter table public.tools drop constraint costs_are_not_negative,
       add constraint costs_are_not_negative check (credit_cost >= -1)`,
    "constraint costs_are_not_negative on public.tools",
    "definition",
  ),
  changed(
    "a constraint is made anew and never validated",
    `alter table public.tools drop constraint at_least_one_attempt,
       add constraint at_least_one_attempt check (max_attempts >= 1) not valid`,
    "constraint at_least_one_attempt on public.tools",
    "validated",
  ),
  added(
    "a constraint is added",
    "alter table private.slots add constraint spare check (true)",
    "constraint spare on private.slots",
  ),
  changed(
    "a constraint's comment is edited",
    "comment on constraint a_pause_has_a_reason on private.lanes is 'edited'",
    "constraint a_pause_has_a_reason on private.lanes",
    "comment",
  ),
  dropped("an index is dropped", "drop index public.jobs_by_request", "index public.jobs_by_request"),
  changed(
    "an index is edited",
    "drop index private.free_slots; create index free_slots on private.slots (lane, slot_id) where job_id is null",
    "index private.free_slots",
    "definition",
  ),
  changed(
    "an index's comment is edited",
    "comment on index private.slots_by_account is 'edited'",
    "index private.slots_by_account",
    "comment",
  ),
  missed(changed(
    "a table is clustered by an index",
    "alter table private.webhook_events cluster on webhook_events_pkey",
    "index private.webhook_events_pkey",
    "clustered",
  )),
  added("a sequence is made", "create sequence private.spare_numbers", "sequence private.spare_numbers"),
  changed(
    "a sequence is edited",
    "alter table ops.alerts alter column alert_id set cache 20",
    "sequence ops.alerts_alert_id_seq",
    "cache",
  ),
  dropped(
    "a function is dropped",
    "drop function private.clean_up(interval)",
    "function private.clean_up(interval)",
  ),
  added(
    "a function gets a second form",
    "create function private.now(text) returns text language sql return $1",
    "function private.now(text)",
  ),
  changed(
    "a function's source is edited",
    "create or replace function private.uuid_v7() returns uuid language sql volatile set search_path = '' as 'select gen_random_uuid()'",
    "function private.uuid_v7()",
    "definition",
  ),
  changed(
    "a function's settings are changed",
    "alter function private.is_admin() reset search_path",
    "function private.is_admin()",
    "definition",
  ),
  changed(
    "a function runs with its caller's rights",
    "alter function worker.reap() security invoker",
    "function worker.reap()",
    "definition",
  ),
  changed(
    "a function's volatility is changed",
    "alter function private.lanes_worked_outside() volatile",
    "function private.lanes_worked_outside()",
    "definition",
  ),
  changed(
    "a function's cost is changed",
    "alter function worker.lanes() cost 1000 rows 7",
    "function worker.lanes()",
    "definition",
  ),
  changed(
    "a function is granted to everybody",
    "grant execute on function ops.credit_drift() to public",
    "function ops.credit_drift()",
    "grants",
  ),
  changed(
    "a function is taken from who calls it",
    "revoke execute on function worker.acknowledge(text, bigint) from service_role",
    "function worker.acknowledge(text,bigint)",
    "grants",
  ),
  forced(failing(changed(
    "a function's owner is changed",
    "alter function worker.claimed(uuid, uuid) owner to supabase_admin",
    "function worker.claimed(uuid,uuid)",
    "owner",
  ))),
  changed(
    "a function's comment is edited",
    "comment on function private.tick() is 'edited'",
    "function private.tick()",
    "comment",
  ),
  missed(changed(
    "a function of an extension is granted",
    "grant execute on function pgmq.create(text) to anon",
    'function pgmq."create"(text)',
    "grants",
  )),
  dropped(
    "a trigger is dropped",
    "drop trigger guard_job on public.jobs",
    "trigger guard_job on public.jobs",
  ),
  changed(
    "a trigger is switched off",
    "alter table public.projects disable trigger projects_are_numbered",
    "trigger projects_are_numbered on public.projects",
    "enabled",
  ),
  changed(
    "a trigger is edited",
    `drop trigger ai_models_are_numbered on public.ai_models;
     create trigger ai_models_are_numbered after update on public.ai_models for each row execute function private.guard_model()`,
    "trigger ai_models_are_numbered on public.ai_models",
    "definition",
  ),
  added(
    "a rule is made",
    "create rule spare as on delete to private.clocks do instead nothing",
    "rule spare on private.clocks",
  ),
  dropped(
    "a policy is dropped",
    `drop policy "users see their own balance" on public.credit_accounts`,
    `policy "users see their own balance" on public.credit_accounts`,
  ),
  changed(
    "a policy is edited",
    `alter policy "signed-in users see enabled tools" on public.tools using (true)`,
    `policy "signed-in users see enabled tools" on public.tools`,
    "using",
  ),
  changed(
    "a policy is for everybody",
    `alter policy "users see their own entries" on public.credit_entries to public`,
    `policy "users see their own entries" on public.credit_entries`,
    "roles",
  ),
  changed(
    "a policy on realtime's messages is edited",
    `alter policy "signed-in users listen to lanes" on realtime.messages using (true)`,
    `policy "signed-in users listen to lanes" on realtime.messages`,
    "using",
  ),
  dropped(
    "a policy on realtime's messages is dropped",
    `drop policy "users listen to their own jobs" on realtime.messages`,
    `policy "users listen to their own jobs" on realtime.messages`,
  ),
  changed(
    "a policy on Storage's objects is edited",
    `alter policy "users upload their own inputs" on storage.objects with check (true)`,
    `policy "users upload their own inputs" on storage.objects`,
    "check",
  ),
  changed(
    "a policy's comment is edited",
    `comment on policy "users delete their own inputs" on storage.objects is 'edited'`,
    `policy "users delete their own inputs" on storage.objects`,
    "comment",
  ),
  changed(
    "a table is published",
    "alter publication supabase_realtime add table public.jobs",
    "publication supabase_realtime",
    "tables",
  ),
  added("a publication is made", "create publication spare", "publication spare"),
  forced(missed(added(
    "an event trigger is made",
    `create function private.on_ddl() returns event_trigger language plpgsql as 'begin end';
     create event trigger spare on ddl_command_end execute function private.on_ddl()`,
    "event_trigger spare",
  ))),
  failing(added(
    "extended statistics are made",
    "create statistics private.spare_statistics on user_id, status from public.jobs",
    "statistics private.spare_statistics",
  )),
  failing(added(
    "a cast is made",
    "create cast (text as public.credit_kind) with inout as assignment",
    "other cast (pg_catalog.text AS public.credit_kind)",
  )),
  dropped(
    "a schedule is taken away",
    "select cron.unschedule('esteira-cleanup')",
    "row cron.job postgres esteira-cleanup",
  ),
  changed(
    "a schedule's time is changed",
    "select cron.schedule('esteira-tick', '20 seconds', 'select private.tick()')",
    "row cron.job postgres esteira-tick",
    "schedule",
  ),
  added("a queue is made", "select pgmq.create('spare_queue')", "row pgmq.meta spare_queue"),
  dropped("a queue is dropped", "select pgmq.drop_queue('dead_letters')", "row pgmq.meta dead_letters"),
  missed(
    added("a message lies in a queue", "select pgmq.send('settle_queue', '{}')", "row pgmq.q_settle_queue"),
  ),
  missed(changed(
    "a shipped tool is edited",
    "update public.tools set credit_cost = 99 where tool = 'upscaler'",
    "row public.tools upscaler",
    "credit_cost",
  )),
  missed(changed(
    "a shipped lane is edited",
    "update private.lanes set lease = '3 minutes' where lane = 'kie'",
    "row private.lanes kie",
    "lease",
  )),
  missed(dropped(
    "a shipped alert rule is deleted",
    "delete from ops.alert_rules where name = 'Many jobs fail'",
    "row ops.alert_rules Many jobs fail",
  )),
  missed(changed(
    "a bucket is made public",
    "update storage.buckets set public = true where id = 'outputs'",
    "row storage.buckets outputs",
    "public",
  )),
  missed(dropped(
    "a slot is taken away",
    "delete from private.slots where slot_id = (select max(slot_id) from private.slots)",
    "row private.slots (10)",
  )),
];
