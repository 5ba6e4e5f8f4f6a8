/** For the stack's own tests: a database that holds the platform and nothing else. */
import type { Cluster } from "./postgres/cluster.ts";
import { EMPTY, startDatabase } from "./postgres/template.ts";

/** Runs `body` against a fresh platform database (see postgres/platform) and stops it afterwards. */
export async function withPlatform(body: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startDatabase(EMPTY);
  try {
    await body(cluster);
  } finally {
    await cluster.stop();
  }
}

/**
 * How many times longer than on a machine at rest this one takes: processes that want a processor for each that there is,
 * 1 to 8. What a test allows for time is to be multiplied by it, so that a busy machine makes tests slow and not wrong.
 */
export function slowness(): number {
  const [load = 0] = Deno.loadavg();
  return Math.min(8, Math.max(1, load / navigator.hardwareConcurrency));
}

/**
 * Waits until `probe` gives something other than undefined; fails after `timeoutMs`, on a busy machine after as many times
 * that as it is slower (`slowness`). Asks every 10 ms at first and less often the longer it takes, ten times a second in the
 * end: whoever is waited for needs the processor, too.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 5000, what = "the expected state" } = {},
): Promise<T> {
  const startedAt = performance.now();
  const waited = () => performance.now() - startedAt;
  while (waited() < timeoutMs * slowness()) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(10, waited() / 16), 100)));
  }
  throw new Error(`Waited ${Math.round(waited())} ms in vain for ${what}`);
}
