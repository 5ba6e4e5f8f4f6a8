/** Calling something again and again for a while, and how long each call took. */
import type { Figures } from "../contenders/contender.ts";
import { percentile } from "./stats.ts";

/** Milliseconds that `work` takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Runs `worker` on `count` loops at once, each over and over until `seconds` have passed, and returns how long that
 * took in seconds. `worker` is given the number of its loop.
 */
export async function runLoops(
  count: number,
  seconds: number,
  worker: (loop: number) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(Array.from({ length: count }, async (_, loop) => {
    while (performance.now() < end) await worker(loop);
  }));
  return (performance.now() - start) / 1000;
}

const WARM_UP = 20;

/**
 * Calls `call` one after the other for `seconds`, after a few calls that do not count. `between` runs after each call
 * and is not timed. Returns jobs a second of timed time, where a call makes `each` jobs, and p50 and p99 of a call.
 */
export async function callOneByOne(
  seconds: number,
  call: () => Promise<unknown>,
  { between, each = 1 }: { between?: () => Promise<unknown>; each?: number } = {},
): Promise<Figures> {
  for (let i = 0; i < (each === 1 ? WARM_UP : 1); i++) {
    await call();
    await between?.();
  }
  const times: number[] = [];
  await runLoops(1, seconds, async () => {
    times.push(await time(call));
    await between?.();
  });
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return { "jobs/s": 1000 * each * times.length / total, ...quantiles(times) };
}

/**
 * Calls `live` over and over on `connections` loops at once for `seconds`, after a few calls of each that do not count:
 * they open its connection and compile what it calls. Returns lives a second, p50 and p99; `live` is told whether it counts.
 */
export async function liveSideBySide(
  connections: number,
  seconds: number,
  live: (counts: boolean) => Promise<unknown>,
): Promise<Figures> {
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let i = 0; i < WARM_UP; i++) await live(false);
  }));
  const times: number[] = [];
  const took = await runLoops(connections, seconds, async () => {
    times.push(await time(() => live(true)));
  });
  return { "jobs/s": times.length / took, ...quantiles(times) };
}

/** p50 and p99 of times in milliseconds. */
export function quantiles(times: number[]): Figures {
  return { "p50 ms": percentile(times, 0.5), "p99 ms": percentile(times, 0.99) };
}
