import { setTimeout as timer } from "node:timers/promises";

/**
 * Waits `ms` milliseconds, or less: an aborted signal ends the wait at once and leaves no timer behind.
 * @throws the `AbortError` of the signal.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await timer(ms, undefined, { signal });
}
