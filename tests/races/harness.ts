/**
 * Races between two sessions, in a fixed shape: A begins a transaction and does its half; B starts its call and is
 * proved to wait for A (or to finish all the same, where the design says that it skips); A commits or rolls back; what
 * B was told and what the rows say is asserted. Nothing sleeps: who waits for whom is read from pg_blocking_pids.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import type { Cluster } from "@esteira/local-supabase/postgres/cluster";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { eventually } from "@esteira/local-supabase/testing";
import { SUPABASE } from "../../scripts/paths.ts";

const DEADLOCK = "40P01";

/** Arguments of an engine function by name; objects and arrays go as jsonb. */
export type Arguments = Record<string, string | number | boolean | object | null>;
/** A row as postgres.js gives it: bigint as text, jsonb parsed, timestamps as Date. */
export type Row = Record<string, unknown>;

/** One connection, so one transaction at a time. */
export class Session {
  readonly #sql: postgres.Sql;

  private constructor(
    sql: postgres.Sql,
    readonly name: string,
    readonly pid: number,
    /** What the server has said beside its answers: `SEVERITY: message`, as much as `client_min_messages` lets through. */
    readonly notices: string[],
  ) {
    this.#sql = sql;
  }

  static async open(url: string, name: string): Promise<Session> {
    const notices: string[] = [];
    const sql = postgres(url, {
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: ({ severity, message }) => void notices.push(`${severity}: ${message}`),
      connection: { application_name: name, statement_timeout: 60_000 },
    });
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    assert(row);
    return new Session(sql, name, row.pid, notices);
  }

  /** The rows of a query with $1, $2, … for `values`. */
  async rows<T extends Row = Row>(query: string, values: Arguments[string][] = []): Promise<T[]> {
    try {
      return await this.#sql.unsafe<T[]>(query, values as postgres.ParameterOrJSON<never>[]);
    } catch (error) {
      // Who waited for whom, and where in the engine the victim stood, belongs into the report of a failed test.
      if (isDatabaseError(error) && error.code === "57014") error.message += `\n${query}`;
      if (isDatabaseError(error) && error.code === DEADLOCK) {
        error.message += `\n${error.detail}\n${error.where}`;
      }
      throw error;
    }
  }

  /** The one row of a query; fails when there is another number of them. */
  async row<T extends Row = Row>(query: string, values: Arguments[string][] = []): Promise<T> {
    const rows = await this.rows<T>(query, values);
    assert(rows.length === 1 && rows[0], `${rows.length} rows instead of one: ${query}`);
    return rows[0];
  }

  /** The rows of a set-returning function, called by the names of its arguments. */
  async call<T extends Row = Row>(name: string, named: Arguments): Promise<T[]> {
    const names = Object.keys(named).map((argument, i) => `${argument} => $${i + 1}`);
    return await this.rows<T>(`select * from ${name}(${names.join(", ")})`, Object.values(named));
  }

  /** What a function with one scalar result returns, called by the names of its arguments. */
  async ask<T>(name: string, named: Arguments): Promise<T> {
    const [row] = await this.call(name, named);
    assert(row, `${name} returned nothing`);
    return Object.values(row)[0] as T;
  }

  async begin(): Promise<void> {
    await this.rows("begin");
  }

  /** Ends the transaction begun. */
  async end(how: Ending): Promise<void> {
    await this.rows(how);
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }
}

/** How session A's transaction ends. */
export type Ending = "commit" | "rollback";
export const ENDINGS: readonly Ending[] = ["commit", "rollback"];

/** Two sessions to race, and a third that looks on and prepares. */
export interface Track {
  a: Session;
  b: Session;
  referee: Session;
  /** Opens one more session, as `role` (default: postgres), closed with the test. */
  another(name: string, role?: string): Promise<Session>;
}

/** An error of the database: SQLSTATE in `code`, the machine-readable code of a refusal in `detail`. */
export function isDatabaseError(error: unknown): error is postgres.PostgresError {
  return error instanceof postgres.PostgresError;
}

/** The refusal that a call ended with, as `402 insufficient_credits`; null when it ended well. Other errors are thrown. */
export async function refusalOf(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (isDatabaseError(error) && error.code.startsWith("PT")) {
      return `${error.code.slice(2)} ${error.detail}`;
    }
    throw error;
  }
}

/** A call that goes on while the test does other things; whoever awaits it sees its error. */
export function start<T>(call: Promise<T>): Promise<T> {
  call.catch(() => {});
  return call;
}

/** Waits for the proof that `waiting` waits for a lock that `holder` holds. */
export async function waits(referee: Session, waiting: Session, holder: Session): Promise<void> {
  await eventually(async () => {
    const { proved } = await referee.row<{ proved: boolean }>(
      `select coalesce(bool_or(wait_event_type = 'Lock' and $2 = any (pg_blocking_pids(pid))), false) as proved
       from pg_stat_activity where pid = $1`,
      [waiting.pid, holder.pid],
    );
    return proved || undefined;
  }, { what: `${waiting.name} to wait for ${holder.name}` });
}

async function isWaiting(referee: Session, session: Session): Promise<boolean> {
  const { waiting } = await referee.row<{ waiting: boolean }>(
    "select coalesce(bool_or(wait_event_type = 'Lock'), false) as waiting from pg_stat_activity where pid = $1",
    [session.pid],
  );
  return waiting;
}

/** Returns as soon as `call` waits for a lock, whoever holds it, or has ended: for calls that may do either. */
export async function waitsOrEnds(
  referee: Session,
  caller: Session,
  call: Promise<unknown>,
): Promise<"waits" | "ended"> {
  let ended = false;
  const end = () => ended = true;
  call.then(end, end);
  return await eventually(async () => {
    if (ended) return "ended";
    return await isWaiting(referee, caller) ? "waits" : undefined;
  }, { what: `${caller.name} to wait or to finish` });
}

/** Fails when `call` waits for a lock, whoever holds it; otherwise gives its result. */
export async function skips<T>(referee: Session, caller: Session, call: Promise<T>): Promise<T> {
  const what = await waitsOrEnds(referee, caller, start(call));
  assert.equal(what, "ended", `${caller.name} waits for a lock, though it should skip what is locked`);
  return await call;
}

/** Starts a database for the tests of one file; `race` declares a test that gets fresh sessions on it. */
export function races(): { race: (sentence: string, body: (track: Track) => Promise<void>) => void } {
  let cluster: Cluster | undefined;
  Deno.test.beforeAll(async () => {
    cluster = await startDatabase(await readProject(SUPABASE));
    await noticeDeadlocksSoon(cluster);
  });
  Deno.test.afterAll(async () => await cluster?.stop());
  return {
    race: (sentence, body) =>
      Deno.test(sentence, async () => {
        assert(cluster);
        const { url } = cluster;
        const sessions: Session[] = [];
        const another = async (name: string, role?: string) => {
          const session = await Session.open(url(role), name);
          sessions.push(session);
          return session;
        };
        try {
          await body({
            a: await another("A"),
            b: await another("B"),
            referee: await another("referee"),
            another,
          });
        } finally {
          await Promise.all(sessions.map((session) => session.close()));
        }
      }),
  };
}

/** Has the server look for deadlocks after 100 ms of waiting rather than a second, so that tests of them are quick. */
export async function noticeDeadlocksSoon(cluster: Cluster): Promise<void> {
  const superuser = await Session.open(cluster.url("supabase_admin"), "superuser");
  await superuser.rows("alter role postgres set deadlock_timeout = '100ms'");
  await superuser.close();
}
