/** What one client shows of its user. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createEsteira, isTerminal } from "@esteira/client";
import { LIMIT, type Truth } from "./compared.ts";
import type { Person } from "./world.ts";

export interface Screen {
  /** How the client stands with the project: `live by socket (joined)`. */
  connection(): string;
  /** What it shows; undefined while something of it is not there. */
  shows(): Truth | undefined;
  /** What it has done that no screen may do: shown a job that went back. */
  readonly wrongs: readonly string[];
  /** What the client has said. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export interface Watching {
  /** Whether it shows jobs alone, and keeps no log: in a crowd, what is not asked for leaves time to others. */
  readonly onlyJobs?: boolean;
  readonly transport?: "socket" | "sse";
}

/** Signs somebody in through `url`, and watches their jobs, credits and project. */
export async function openScreen(
  url: string,
  key: string,
  person: Person,
  watching: Watching = {},
): Promise<Screen> {
  const auth = { persistSession: false };
  const supabase = createClient(url, key, { auth });
  const { error } = await supabase.auth.signInWithPassword(person);
  if (error) throw error;
  const screen = watchAs(supabase, person, watching);
  return {
    ...screen,
    async close() {
      await screen.close();
      await supabase.auth.stopAutoRefresh();
    },
  };
}

/** Watches with a client that is signed in. */
export function watchAs(
  supabase: SupabaseClient,
  person: Person,
  { onlyJobs = false, transport = "socket" }: Watching = {},
): Screen {
  const lines: string[] = [];
  const log = (message: string, details?: unknown) =>
    void lines.push(`${(performance.now() / 1000).toFixed(2)} s ${message} ${JSON.stringify(details) ?? ""}`);
  const logger = { debug: log, warn: log, error: log };
  const esteira = createEsteira(supabase, { shareTabs: false, transport, ...onlyJobs ? {} : { logger } });
  const queue = esteira.jobs.queue({ limit: LIMIT });
  const credits = onlyJobs ? undefined : esteira.credits.watch();
  const project = onlyJobs ? undefined : esteira.project(person.projectId).watch();
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
  const leave = [queue.subscribe(look), credits?.subscribe(() => {}), project?.subscribe(() => {})];
  return {
    connection() {
      const { status, via, reason } = esteira.connection.getSnapshot();
      return `${status} by ${via} (${reason})`;
    },
    wrongs,
    lines,
    shows() {
      const jobs = queue.getSnapshot().data?.jobs;
      const balance = credits?.getSnapshot().data;
      const version = project?.getSnapshot().data?.version;
      if (jobs === undefined || balance === null || project && version === undefined) return undefined;
      return {
        jobs: jobs.map(({ id, status, current_step, version, progress }) =>
          [id, status, current_step, version, progress].join(" ")
        ),
        ...balance !== undefined && version !== undefined && { credits: balance, projectVersion: version },
      };
    },
    async close() {
      for (const end of leave) end?.();
      esteira.close();
      await supabase.removeAllChannels();
    },
  };
}
