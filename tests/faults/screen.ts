/** What one client shows, and whether that is what the database says. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import type postgres from "postgres";
import { createEsteira, isTerminal } from "@esteira/client";
import type { Person } from "./world.ts";

/** A job as it is compared: `id status step version progress error`. */
type Shown = readonly string[];

/** All that is compared of one user. */
export interface Truth {
  readonly jobs: Shown;
  readonly credits: number;
  readonly projectVersion: number;
}

export interface Screen {
  /** How the client stands with the project. */
  connection(): string;
  /** What it shows; undefined while something of it is not there. */
  shows(): Truth | undefined;
  /** What it has done that no screen may do: shown a job that went back. */
  readonly wrongs: readonly string[];
  /** What the client has said. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** As many as a queue loads at once. */
const LIMIT = 100;

/** Signs somebody in through `url`, and watches their jobs, credits and project. */
export async function openScreen(url: string, key: string, person: Person): Promise<Screen> {
  const auth = { persistSession: false };
  const supabase = createClient(url, key, { auth });
  const { error } = await supabase.auth.signInWithPassword(person);
  if (error) throw error;
  const screen = watchAs(supabase, person);
  return {
    ...screen,
    async close() {
      await screen.close();
      await supabase.auth.stopAutoRefresh();
    },
  };
}

/** Watches with a client that is signed in. */
export function watchAs(supabase: SupabaseClient, person: Person): Screen {
  const lines: string[] = [];
  const log = (message: string, details?: unknown) =>
    void lines.push(`${(performance.now() / 1000).toFixed(2)} s ${message} ${JSON.stringify(details) ?? ""}`);
  const logger = { debug: log, warn: log, error: log };
  const esteira = createEsteira(supabase, { shareTabs: false, logger });
  const queue = esteira.jobs.queue({ limit: LIMIT });
  const credits = esteira.credits.watch();
  const project = esteira.project(person.projectId).watch();
  const wrongs: string[] = [];
  const seen = new Map<string, { version: number; status: string }>();
  const look = () => {
    for (const { id, version, status } of queue.getSnapshot().data?.jobs ?? []) {
      const before = seen.get(id);
      if (before && before.version > version) wrongs.push(`${id}: version ${before.version} → ${version}`);
      if (before && isTerminal(before.status as "completed") && before.status !== status) {
        wrongs.push(`${id}: ${before.status} → ${status}`);
      }
      seen.set(id, { version, status });
    }
  };
  const leave = [queue.subscribe(look), credits.subscribe(() => {}), project.subscribe(() => {})];
  return {
    connection() {
      const { status, reason } = esteira.connection.getSnapshot();
      return `${status} (${reason})`;
    },
    wrongs,
    lines,
    shows() {
      const jobs = queue.getSnapshot().data?.jobs;
      const balance = credits.getSnapshot().data;
      const version = project.getSnapshot().data?.version;
      if (jobs === undefined || balance === null || version === undefined) return undefined;
      return {
        jobs: jobs.map(({ id, status, current_step, version, progress }) =>
          [id, status, current_step, version, progress].join(" ")
        ),
        credits: balance,
        projectVersion: version,
      };
    },
    async close() {
      for (const end of leave) end();
      esteira.close();
      await supabase.removeAllChannels();
    },
  };
}

/** What the database says of somebody. */
export async function truthOf(sql: postgres.Sql, { id, projectId }: Person): Promise<Truth> {
  const jobs = await sql`
    select concat_ws(' ', id, status, current_step, version, coalesce(progress::text, '')) as shown from public.jobs
    where user_id = ${id} order by created_at desc, id desc limit ${LIMIT}`;
  const [rest] = await sql`
    select (select balance::integer from public.credit_accounts where user_id = ${id}) as credits,
      (select version from public.projects where id = ${projectId}) as version`;
  return {
    jobs: jobs.map(({ shown }) => String(shown)),
    credits: Number(rest?.["credits"]),
    projectVersion: Number(rest?.["version"]),
  };
}

/**
 * Waits until each screen shows what the database says, at most `withinMs` milliseconds from now on. Nothing may change
 * meanwhile. Returns how long it took, in ms. @throws AssertionError with what one of them shows instead
 */
export async function eventuallyEqual(
  sql: postgres.Sql,
  screens: readonly (readonly [Person, Screen])[],
  withinMs: number,
): Promise<number> {
  const since = performance.now();
  const truths = new Map<string, Truth>();
  for (const [person] of screens) {
    if (!truths.has(person.id)) truths.set(person.id, await truthOf(sql, person));
  }
  for (const [person, screen] of screens) {
    const truth = truths.get(person.id);
    while (!isEqual(screen.shows(), truth)) {
      if (performance.now() - since > withinMs) {
        const lines = screen.lines.slice(-40).map((line) => line.slice(0, 160)).join("\n");
        const at = (performance.now() / 1000).toFixed(2);
        assert.deepEqual(
          screen.shows(),
          truth,
          `${lines}\nat ${at} s, after ${withinMs} ms: ${screen.connection()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  for (const [, screen] of screens) assert.deepEqual(screen.wrongs, []);
  return performance.now() - since;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
