/** Where the databases of `npm test` run: in memory, if this machine has room for them. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";

const GIB = 2 ** 30;

/** The file system in memory that Linux has. */
const MEMORY = "/dev/shm";

/** What a machine has left, in bytes. */
export interface Room {
  /** In its file system in memory. */
  shared: number;
  /** Altogether. */
  memory: number;
  /** How many databases may run at once: so many cores. */
  cores: number;
}

/** Whether databases may lie in memory: each takes 50 MiB, and what is written to it comes on top. */
export function hasRoom({ shared, memory, cores }: Room): boolean {
  const needed = Math.max(2 * GIB, cores * GIB / 2);
  return shared >= needed && memory >= 2 * needed;
}

/** A directory for databases in memory; undefined: there is no room, or no such thing. */
export async function directoryInMemory(): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    const room = {
      shared: bavail * bsize,
      memory: Deno.systemMemoryInfo().available,
      cores: navigator.hardwareConcurrency,
    };
    return hasRoom(room) ? join(MEMORY, `local-supabase-${Deno.uid() ?? "me"}`) : undefined;
  } catch {
    return undefined;
  }
}
