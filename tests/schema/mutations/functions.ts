/** Functions, and casts that call them. */
import { added, changed, dropped, failing, forced, missed, type Mutation } from "./mutation.ts";

export const FUNCTIONS: readonly Mutation[] = [
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
  failing(added(
    "a cast is made",
    "create cast (text as public.credit_kind) with inout as assignment",
    "other cast (pg_catalog.text AS public.credit_kind)",
  )),
];
