/**
 * What row level security on `realtime.messages` lets a caller do on a private topic, found out as on hosted
 * projects: by trying it in a transaction that is rolled back, as the caller's role with `realtime.topic()` and the
 * request settings in place. Source: github.com/supabase/realtime, lib/realtime/tenants/authorization.ex.
 *
 * The statements of a trial go to the server together, which makes a transaction of them: it ends with the last one or
 * with the first error. The driver's own transactions do not survive a lost connection (see reconnecting_database.ts).
 */
import postgres from "postgres";
import type { Claims } from "../tokens.ts";

/** Which kinds of message the caller may read on a topic. */
export interface ReadRights {
  broadcast: boolean;
  presence: boolean;
}

/** A policy failed with an error of its own; hosted projects log it and tell the client only "Unauthorized". */
export class PolicyError extends Error {
  readonly code = "rls_policy_error";
}

/**
 * Whether `claims` may read broadcasts and presence of `topic`: probe rows are inserted by the superuser, and those
 * that the caller sees are readable.
 * @throws PolicyError when a policy raises; another error when the database does not answer.
 */
export async function readRights(sql: postgres.Sql, topic: string, claims: Claims): Promise<ReadRights> {
  const probe = { broadcast: crypto.randomUUID(), presence: crypto.randomUUID() };
  const rows = await tryOut(sql, [
    `insert into realtime.messages (id, topic, extension, private)
     values ('${probe.broadcast}', ${literal(topic)}, 'broadcast', true),
            ('${probe.presence}', ${literal(topic)}, 'presence', true)`,
    become(topic, claims),
    `select id from realtime.messages
     where topic = ${literal(topic)} and id in ('${probe.broadcast}', '${probe.presence}')`,
  ]);
  const seen = new Set(rows.map((row) => row.id));
  return { broadcast: seen.has(probe.broadcast), presence: seen.has(probe.presence) };
}

/**
 * Whether `claims` may send broadcasts to `topic`: whether the caller may insert one.
 * @throws PolicyError when a policy raises; another error when the database does not answer.
 */
export async function mayBroadcast(sql: postgres.Sql, topic: string, claims: Claims): Promise<boolean> {
  try {
    await tryOut(sql, [
      become(topic, claims),
      `insert into realtime.messages (topic, extension, private) values (${
        literal(topic)
      }, 'broadcast', true)`,
    ]);
    return true;
  } catch (error) {
    const cause = error instanceof PolicyError && error.cause;
    if (cause instanceof postgres.PostgresError && cause.code === "42501") return false;
    throw error;
  }
}

/** Takes on the caller's role and request settings until the end of the transaction. */
function become(topic: string, claims: Claims): string {
  const settings = {
    "realtime.topic": topic,
    "request.jwt.claims": JSON.stringify(claims),
    "request.jwt.claim.sub": claims.sub ?? "",
    "request.jwt.claim.role": claims.role,
    "request.headers": "{}",
    "role": claims.role,
  };
  const calls = Object.entries(settings).map(([name, value]) =>
    `set_config('${name}', ${literal(value)}, true)`
  );
  return `select ${calls.join(", ")}`;
}

/** Runs the statements and rolls them back; returns all rows. */
async function tryOut(sql: postgres.Sql, statements: string[]): Promise<postgres.Row[]> {
  try {
    const result = await sql.unsafe([...statements, "rollback"].join(";\n")).simple();
    return result.flat();
  } catch (error) {
    // Class 57P is the server going away, not a policy.
    if (!(error instanceof postgres.PostgresError) || error.code.startsWith("57P")) throw error;
    throw new PolicyError(error.message, { cause: error });
  }
}

/** Quotes a text for SQL. PostgreSQL's texts hold no NUL, and the protocol would end there. */
function literal(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", "''")}'`;
}
