/** How long processes of the server have been at work, which neighbours of the benchmark do not make longer. */
import type { Sql } from "./connection.ts";

const TICK_MS = 10; // USER_HZ is 100 wherever Linux runs

/** Milliseconds of CPU that the one connection of a pool has used; undefined where there is no /proc. */
export async function cpuOf(sql: Sql): Promise<number | undefined> {
  const stat = await statOf(await backendOf(sql));
  return stat && TICK_MS * stat.own;
}

/** Milliseconds of CPU that all processes of the server have used, those that are over too; undefined without /proc. */
export async function serverCpu(sql: Sql): Promise<number | undefined> {
  const backend = await backendOf(sql);
  const postmaster = (await statOf(backend))?.parent;
  const total = postmaster && await statOf(postmaster);
  if (!total) return undefined;
  let ticks = total.own + total.children;
  for await (const { name } of Deno.readDir("/proc")) {
    const stat = /^\d+$/.test(name) ? await statOf(Number(name)) : undefined;
    if (stat?.parent === postmaster) ticks += stat.own;
  }
  return TICK_MS * ticks;
}

async function backendOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
}

/** Ticks that a process has used in itself and in the kernel, and those of its children that are over. */
async function statOf(pid: number): Promise<{ parent: number; own: number; children: number } | undefined> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
  // After the name, which may hold blanks: state, parent, …, the 12th to 15th are the ticks.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  if (!fields) return undefined;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { parent: fields[1] ?? 0, own: user + system, children: childUser + childSystem };
}

/** Nanoseconds of CPU that a server's process has used, by the scheduler's account; NaN where there is none. */
export async function cpuNanosecondsOf(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/schedstat`).catch(() => "");
  return text ? Number(text.split(" ")[0]) : NaN;
}

/** Pages that clients have asked the buffers for, all of them since the statistics began. */
export async function buffersAskedFor(sql: Sql): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ pages: number }[]>`
    select sum(hits + reads)::float8 as pages from pg_stat_io where backend_type = 'client backend'`;
  return row?.pages ?? NaN;
}

/** Seconds of CPU that this process and all that it has started have used, and those of them that have ended. */
export async function cpuOfAll(): Promise<number> {
  const all: { pid: number; parent: number; ticks: number }[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    const stat = pid > 0 ? await statOf(pid) : undefined;
    if (stat) all.push({ pid, parent: stat.parent, ticks: stat.own + stat.children });
  }
  const ours = new Set([Deno.pid]);
  // A child has the higher number until those start anew: twice around is enough for our few generations.
  for (const { pid, parent } of [...all, ...all]) if (ours.has(parent)) ours.add(pid);
  return all.reduce((sum, { pid, ticks }) => sum + (ours.has(pid) ? ticks : 0), 0) * TICK_MS / 1000;
}
