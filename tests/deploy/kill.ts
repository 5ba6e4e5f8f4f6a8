/** Kills a deployment at a place that it has come to, as a machine that goes down does. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { TOKEN } from "./hosted.ts";
import type { Asked } from "./management_api.ts";
import type { Remote } from "./remote.ts";

/** It came to its end and not to where it was to be killed. */
export class NotReached extends Error {
  readonly code = "not_reached";
}

/** Where a deployment is killed. */
export interface Place {
  /** The request that it is killed at. */
  at(asked: Asked): boolean;
  /** The request has had its effect, and the answer is lost. */
  afterwards?: boolean;
}

/** Starts a deployment and kills it, with the CLI that it runs, when it has come to `place`. */
export async function killAt(remote: Remote, { at, afterwards = false }: Place): Promise<void> {
  const reached = Promise.withResolvers<void>();
  remote.api.instead = (asked, answer) => {
    if (!at(asked)) return undefined;
    if (afterwards) void answer().then(() => reached.resolve());
    else reached.resolve();
    return new Promise<Response>(() => {});
  };
  await killWhen(remote, reached.promise).finally(() => remote.api.instead = () => undefined);
}

/** Starts a deployment and kills it, with the CLI that it runs, when `when` has come. */
export async function killWhen(remote: Remote, when: Promise<unknown>): Promise<void> {
  const child = remote.start("--yes");
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const ended = child.status.then(async () => {
    throw new NotReached(`It came to its end before it could be killed:\n${(await output).join("")}`);
  });
  ended.catch(() => {});
  await Promise.race([when, ended]);
  await tellsNobody(await familyOf(child.pid), remote);
  await killFamily(child);
  await output;
}

/** Command lines are for every user of a machine to read. */
async function tellsNobody(pids: readonly number[], { api: { hosted } }: Remote): Promise<void> {
  for (const pid of pids) {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    for (const secret of [TOKEN, ...hosted.apiKeys.map(({ api_key }) => api_key)]) {
      assert.ok(!line.includes(secret), line);
    }
  }
}

/** Kills a process and all that it has started. */
export async function killFamily(child: Deno.ChildProcess): Promise<void> {
  for (const pid of await familyOf(child.pid)) kill(pid);
  await child.status;
}

/** Waits until no login of the CLI's is in the database any more: what was killed may have something to commit. */
export async function cliHasLeft({ sql }: Remote): Promise<void> {
  await eventually(async () => {
    const [row] = await sql`select from pg_stat_activity where usename like 'cli_login%'`;
    return row ? undefined : true;
  }, { what: "the CLI's sessions to end", timeoutMs: 60_000 });
}

/** Waits until a session of the database waits for an advisory lock. */
export async function waitsForLock({ sql }: Remote): Promise<void> {
  await eventually(async () => {
    const [row] = await sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'`;
    return row ? true : undefined;
  }, { what: "a session that waits", timeoutMs: 60_000 });
}

/** A process and all that it has started. */
export async function familyOf(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const children = text.split(" ").filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(familyOf))).flat()];
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
