/** How long LinkedIn has us wait, and whom: its quotas are of a day that ends at midnight UTC, and no header tells of them. */
import { waitTold } from "../kit/told_wait.ts";
import type { PlatformFailure } from "../platform.ts";

const DAY_MS = 86_400_000;
/** Where it says nothing of a day it protects itself, and goes on by itself. */
const BURST_MS = 5 * 60_000;
/** Behind midnight, for clocks differ. */
const MARGIN_MS = 60_000;

const QUOTA = /\b(APPLICATION_AND_MEMBER|APPLICATION|MEMBER) (DAY|HOUR|MINUTE|SECOND)\b/;

/** What too many requests hold up, and for how long: the whole app where its own quota is used up. */
export function limitOf(
  headers: Headers,
  message: string,
  now: number = Date.now(),
): Pick<PlatformFailure, "scope" | "retryAfterMs"> {
  const [, whose, window] = QUOTA.exec(message) ?? [];
  const scope = whose === "APPLICATION" ? "platform" : "connection";
  const told = waitTold({ headers }, "wait", now).retryAfterMs;
  return { scope, retryAfterMs: told ?? (window === "DAY" ? untilMidnight(now) : BURST_MS) };
}

/** Milliseconds until the next day of UTC has begun; never more than a day, for nobody waits longer. */
export function untilMidnight(now: number): number {
  return Math.min(DAY_MS - now % DAY_MS + MARGIN_MS, DAY_MS);
}
