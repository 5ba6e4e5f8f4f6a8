/** How long a provider asks to wait: believed within limits, for a mistake of its own must not stop a job for years. */
import type { RetryClass } from "../../engine/failure.ts";

const HOUR_MS = 60 * 60_000;
// Those who are paused wait for a person, and may be told to wait until tomorrow.
const LONGEST_MS: Readonly<Record<RetryClass, number>> = {
  never: HOUR_MS,
  backoff: HOUR_MS,
  wait: HOUR_MS,
  pause: 24 * HOUR_MS,
};
// Nobody asks for as much: it is a point in time where seconds belong, the year 9999, or no number at all.
const NONSENSE_MS = 365 * 24 * HOUR_MS;

const DAYS = "Sun|Mon|Tue|Wed|Thu|Fri|Sat";
const LONG_DAYS = "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";
// RFC 9110 §5.6.7: the format of today, and the two obsolete ones that are still to be read.
const FORMATS: readonly RegExp[] = [
  new RegExp(`^(?:${DAYS}), (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^(?:${LONG_DAYS}), (?<day>\\d{2})-${MONTH}-(?<shortYear>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^(?:${DAYS}) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * What `Retry-After` asks for (RFC 9110 §10.2.3: digits for seconds, or a date), as a part of a failure of this class.
 * Empty where there is none, or nonsense.
 */
export function retryAfter(
  headers: Headers,
  retryClass: RetryClass,
  now: number = Date.now(),
): { retryAfterMs?: number } {
  const value = headers.get("retry-after");
  if (value === null) return {};
  return waitOf(/^\d+$/.test(value) ? Number(value) * 1000 : parseHttpDate(value, now) - now, retryClass);
}

/** The same for a wait that a provider tells otherwise, in milliseconds: at most an hour, a day where it pauses an account. */
export function waitOf(ms: number, retryClass: RetryClass): { retryAfterMs?: number } {
  if (!(ms > 0) || ms > NONSENSE_MS) return {};
  return { retryAfterMs: Math.min(Math.ceil(ms), LONGEST_MS[retryClass]) };
}

/** Reads an HTTP-date (RFC 9110 §5.6.7), in milliseconds since 1970; NaN for what is none. `now`: for years of two digits. */
export function parseHttpDate(text: string, now: number): number {
  const parts = FORMATS.map((format) => format.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!parts) return NaN;
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const year = parts.year === undefined ? yearOf(Number(parts.shortYear), now) : Number(parts.year);
  const month = MONTHS.indexOf(parts.month ?? "");
  const time = Date.UTC(year, month, day, hour, minute, second);
  const read = new Date(time);
  // The 31st of February would be a day of March; a leap second is the next minute.
  const isDate = read.getUTCFullYear() === year && read.getUTCMonth() === month && read.getUTCDate() === day;
  const isTime = (hour ?? 99) < 24 && (minute ?? 99) < 60 && (second ?? 99) <= 60;
  return isTime && (isDate || second === 60) ? time : NaN;
}

/** More than fifty years ahead means that it was a hundred years earlier. */
function yearOf(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
