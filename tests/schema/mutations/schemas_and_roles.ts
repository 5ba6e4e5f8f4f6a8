/** Schemas, extensions, roles, and what is granted by itself. */
import { added, changed, failing, forced, missed, type Mutation } from "./mutation.ts";

export const SCHEMAS_AND_ROLES: readonly Mutation[] = [
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
];
