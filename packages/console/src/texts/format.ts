/** Numbers, spans and moments, as the reader's language writes them. Durations come from SQL; here they are only written. */
import { durationIn } from "@esteira/client/react";
import type { Language } from "@esteira/preferences";

/** A whole number; a string where a JavaScript number could not hold it (session/exact_integers.ts). */
export type Whole = number | string;

export function wholeIn(language: Language, value: Whole): string {
  return new Intl.NumberFormat(language).format(typeof value === "string" ? BigInt(value) : value);
}

/** A part of one, from 0 to 1: `97,4%`. */
export function shareIn(language: Language, share: number): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** A span, from milliseconds: `0,3 s`, `4 min 05 s`, `2 h 10 min`, `3 d`. */
export function spanIn(language: Language, ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  if (days < 2) return durationIn(language, ms);
  return `${wholeIn(language, days)} d`;
}

/** A moment, from ISO 8601: the day only where it is not today. */
export function momentIn(language: Language, iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const isToday = at.toDateString() === now.toDateString();
  const isThisYear = at.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(language, {
    ...!isToday && { day: "2-digit", month: "2-digit" },
    ...!isThisYear && { year: "numeric" },
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(at);
}

/** The same in full, with its zone: for a tooltip. */
export function fullMomentIn(language: Language, iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(at);
}

const DAY_MS = 86_400_000;
