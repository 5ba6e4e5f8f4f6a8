/** How long X has us wait, and whom: its windows in headers, of an account, of the app, of a quarter of an hour. */
import { type RateLimit, rateLimitOf, waitOf, waitTold } from "../kit/told_wait.ts";
import type { PlatformFailure } from "../platform.ts";

/** All windows but those of a day end within it: who is told nothing else waits for it. */
const WINDOW_MS = 15 * 60_000;

/** What too many requests hold up, and for how long. */
export function limitOf(headers: Headers, message: string): Pick<PlatformFailure, "scope" | "retryAfterMs"> {
  const ofApp = rateLimitOf(headers, "x-app-limit-24hour");
  if (isUsedUp(ofApp)) return { scope: "platform", ...waitOf(ofApp.resetMs, "wait") };
  const ofUser = rateLimitOf(headers, "x-user-limit-24hour");
  if (isUsedUp(ofUser)) return { scope: "connection", ...waitOf(ofUser.resetMs, "wait") };
  const told = waitTold({ headers, message }, "wait");
  return { scope: "connection", retryAfterMs: told.retryAfterMs ?? WINDOW_MS };
}

function isUsedUp(limit: RateLimit): limit is RateLimit & { resetMs: number } {
  return limit.remaining === 0 && limit.resetMs !== null;
}
