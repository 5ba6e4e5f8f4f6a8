/** When who was refused for a moment may come again: not all of them at the same time. */
const SOONEST_MS = 1_000;
const LATEST_MS = 5_000;

/** A moment drawn by chance, as ISO 8601. `random`: from 0 to below 1. */
export function comeAgainAt(now = Date.now(), random = Math.random()): string {
  return new Date(now + SOONEST_MS + random * (LATEST_MS - SOONEST_MS)).toISOString();
}
