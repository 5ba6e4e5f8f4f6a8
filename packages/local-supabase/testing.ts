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
 * Waits until `probe` gives something other than undefined; fails after `timeoutMs`. Asks every 10 ms at first and less
 * often the longer it takes, ten times a second in the end: whoever is waited for needs the processor, too.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 5000, what = "the expected state" } = {},
): Promise<T> {
  const startedAt = performance.now();
  const waited = () => performance.now() - startedAt;
  while (waited() < timeoutMs) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(10, waited() / 16), 100)));
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
}
