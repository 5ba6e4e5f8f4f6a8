/** How long a connection's own process has been at work, which neighbours of the benchmark do not make longer. */
import type { Sql } from "./connection.ts";

const TICK_MS = 10; // USER_HZ is 100 wherever Linux runs

/** Milliseconds of CPU that the one connection of a pool has used; undefined where there is no /proc. */
export async function cpuOf(sql: Sql): Promise<number | undefined> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const stat = await Deno.readTextFile(`/proc/${row?.pid}/stat`).catch(() => undefined);
  // After the name, which may hold blanks: the 12th and 13th are what it used in itself and in the kernel.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields && TICK_MS * (Number(fields[11]) + Number(fields[12]));
}
