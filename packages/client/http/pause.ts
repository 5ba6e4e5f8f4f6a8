/** Waiting, so that it can be given up. */
import type { Surroundings } from "../live/surroundings.ts";

/**
 * Resolves after `ms`, or at once when `wake` (of `on`) is told. @throws `signal.reason` when that aborts
 */
export function pause(
  surroundings: Pick<Surroundings, "setTimeout" | "clearTimeout">,
  ms: number,
  signal: AbortSignal,
  onWake?: (wake: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = () => {
      surroundings.clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      unwatch?.();
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const wake = () => {
      end();
      resolve();
    };
    const timer = surroundings.setTimeout(wake, ms);
    const unwatch = onWake?.(wake);
    signal.addEventListener("abort", abort);
  });
}

/** Aborts when one of the signals does, with its reason. `release` lets go of them: what outlives a call must not keep it. */
export function anySignal(
  signals: readonly (AbortSignal | undefined)[],
): { signal: AbortSignal; abort: (reason: unknown) => void; release: () => void } {
  const controller = new AbortController();
  const releases: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    releases.push(() => signal.removeEventListener("abort", abort));
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => releases.splice(0).forEach((release) => release()),
  };
}

/** What `promise` comes to, unless `signal` aborts before. @throws `signal.reason` */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
  });
  return await Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
