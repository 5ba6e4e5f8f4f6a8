/** Days of a calendar as texts, `2026-11-27`: what day it is where, and how long, the database says. */

export type Day = string;
export type Span = "month" | "week";

/** From the first day until before the last. */
export interface Range {
  readonly from: Day;
  readonly to: Day;
}

const DAY_MS = 86_400_000;

/** A text of the address as a day; null: it is none. */
export function readDay(text: string | undefined): Day | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text ?? "")) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || dayOf(ms) !== text ? null : dayOf(ms);
}

/** What day it is now in a time zone. */
export function todayIn(zone: string, now = new Date()): Day {
  const parts = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(now);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}

export function plus(day: Day, days: number): Day {
  return dayOf(msOf(day) + days * DAY_MS);
}

/** The weeks, from Sunday to Saturday, that a month has days in; or the one week. */
export function rangeOf(span: Span, day: Day): Range {
  if (span === "week") {
    const from = sundayOf(day);
    return { from, to: plus(from, 7) };
  }
  const first = `${day.slice(0, 7)}-01`;
  return { from: sundayOf(first), to: plus(sundayOf(plus(firstOfNext(first), -1)), 7) };
}

/** A day in the span before (-1) or after (1). */
export function moved(span: Span, day: Day, by: -1 | 1): Day {
  if (span === "week") return plus(day, 7 * by);
  const first = `${day.slice(0, 7)}-01`;
  return by === 1 ? firstOfNext(first) : `${plus(first, -1).slice(0, 7)}-01`;
}

/** The days of a range, week by week. */
export function weeksOf<T>(days: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** A day in words, whatever zone the reader is in. */
export function writeDay(language: string, day: Day, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(msOf(day));
}

const msOf = (day: Day) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);
const sundayOf = (day: Day) => plus(day, -new Date(msOf(day)).getUTCDay());
const firstOfNext = (first: Day) => `${plus(first, 31).slice(0, 7)}-01`;
