/**
 * How long an answer says to wait: in `Retry-After`, in `x-rate-limit-…` headers, or in words. Believed within limits,
 * for a mistake of the platform's own must not hold a publication for years.
 */
import { parseHttpDate } from "../../providers/kit/retry_after.ts";
import { spokenWait } from "../../providers/kit/told_wait.ts";
import type { FailureClass } from "../platform.ts";

const HOUR_MS = 60 * 60_000;
const LONGEST_MS: Readonly<Record<FailureClass, number>> = {
  never: HOUR_MS,
  backoff: HOUR_MS,
  // Windows of a day are common.
  wait: 24 * HOUR_MS,
  pause: 24 * HOUR_MS,
  reconnect: 24 * HOUR_MS,
  unknown: HOUR_MS,
};
// Nobody asks for as much: it is a point in time where seconds belong, or no number at all.
const NONSENSE_MS = 365 * 24 * HOUR_MS;

/** A limit as headers tell it: how many, how many are left, and when they are given anew, in milliseconds from now. */
export interface RateLimit {
  limit: number | null;
  remaining: number | null;
  resetMs: number | null;
}

/** What an answer says: as much of it as there is. */
export interface Told {
  headers?: Headers;
  message?: string;
}

/** How long to wait, as a part of a failure of this class and within its limits; empty where nothing is said. */
export function waitTold(
  { headers, message = "" }: Told,
  failureClass: FailureClass,
  now: number = Date.now(),
): { retryAfterMs?: number } {
  if (headers) {
    const asked = retryAfterOf(headers, now);
    if (asked !== null) return waitOf(asked, failureClass);
    const { remaining, resetMs } = rateLimitOf(headers, "x-rate-limit", now);
    // What is left over is not what was refused.
    if (resetMs !== null && (remaining === null || remaining === 0)) return waitOf(resetMs, failureClass);
  }
  return waitOf(spokenWait(message) ?? NaN, failureClass);
}

/** `retryAfterMs` of a wait in milliseconds; empty where it is none, or nonsense. */
export function waitOf(ms: number, failureClass: FailureClass): { retryAfterMs?: number } {
  if (!(ms > 0) || ms > NONSENSE_MS) return {};
  return { retryAfterMs: Math.min(Math.ceil(ms), LONGEST_MS[failureClass]) };
}

/**
 * The limit that `<prefix>-limit`, `-remaining` and `-reset` tell, the last in seconds since 1970. It is reckoned by the
 * answer's own clock where that says the time (`Date`): ours may be another. A second more, for both are cut to seconds.
 */
export function rateLimitOf(headers: Headers, prefix: string, now: number = Date.now()): RateLimit {
  const reset = wholeNumber(headers.get(`${prefix}-reset`));
  const date = headers.get("date");
  const theirNow = date === null ? NaN : parseHttpDate(date, now);
  return {
    limit: wholeNumber(headers.get(`${prefix}-limit`)),
    remaining: wholeNumber(headers.get(`${prefix}-remaining`)),
    resetMs: reset === null
      ? null
      : Math.max(reset * 1000 - (Number.isNaN(theirNow) ? now : theirNow), 0) + 1000,
  };
}

/** What `Retry-After` asks for in milliseconds (RFC 9110 §10.2.3: seconds, or a date); null where there is none, or no sense in it. */
function retryAfterOf(headers: Headers, now: number): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const ms = /^\d{1,12}$/.test(value) ? Number(value) * 1000 : parseHttpDate(value, now) - now;
  return ms > 0 && ms <= NONSENSE_MS ? ms : null;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
