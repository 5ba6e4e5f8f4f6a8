/**
 * A project before its first migration, for contenders that are not Esteira: users, Realtime's messages and pgmq, as far
 * as a job needs them. What belongs to the server, its roles above all, is there already.
 */
import { fileURLToPath } from "node:url";
import { asSuperuser, connect } from "./connection.ts";
import { USER_ROWS } from "./fixtures.ts";
import { deliverAsHosted, type Server } from "./server.ts";

const PLATFORM = new URL("../../packages/local-supabase/postgres/platform/", import.meta.url);

const SCHEMAS = `
create schema auth;
create schema realtime;
grant usage on schema auth, realtime to postgres, anon, authenticated, service_role;
grant usage on schema auth to supabase_auth_admin;
grant usage on schema realtime to supabase_realtime_admin;`;

/** A database with the platform and the users of the fixtures; returns its address as the superuser. Made at the first call. */
export async function platformDatabase(server: Server, name: string): Promise<string> {
  const url = asSuperuser(await server.database(name, "empty"));
  const sql = connect(url, 1);
  try {
    const [auth] = await sql`select from pg_namespace where nspname = 'auth'`;
    if (auth) return url;
    await sql.unsafe(SCHEMAS).simple();
    for (const script of ["20_auth.sql", "40_realtime.sql"]) {
      await sql.unsafe(await Deno.readTextFile(fileURLToPath(new URL(script, PLATFORM)))).simple();
    }
    await deliverAsHosted(sql);
    await sql`create extension pgmq`;
    await sql.unsafe(USER_ROWS);
  } finally {
    await sql.end();
  }
  return url;
}
