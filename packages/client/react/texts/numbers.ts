/** Numbers, sizes and times, as a language writes them. */
import type { Language } from "../../../../shared/words/labels.ts";

export function numberIn(language: Language, value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

/** `bytes` as a person reads sizes: `812 KB`, `4,5 MB`. Units of 1,000, as phones count. */
export function bytesIn(language: Language, bytes: number): string {
  const [unit, divisor] = bytes < 1000
    ? ["byte", 1]
    : bytes < 1e6
    ? ["kilobyte", 1e3]
    : bytes < 1e9
    ? ["megabyte", 1e6]
    : ["gigabyte", 1e9];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: String(unit),
    unitDisplay: "short",
    maximumFractionDigits: divisor === 1 ? 0 : 1,
  }).format(bytes / Number(divisor));
}

/** A span of time, from milliseconds: `0,3 s`, `12 s`, `4 min 05 s`, `2 h 10 min`. */
export function durationIn(language: Language, ms: number): string {
  const whole = Math.max(0, ms);
  const one = (value: number, digits = 0) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 9_950) return `${one(whole / 1000, 1)} s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 60) return `${one(seconds)} s`;
  if (seconds < 3600) return `${one(Math.floor(seconds / 60))} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${one(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

/** How long a video is, from seconds: whole minutes without any: `12 s`, `10 min`, `4 min 05 s`. */
export function lengthIn(language: Language, seconds: number): string {
  const isWhole = seconds >= 60 && seconds < 3600 && seconds % 60 === 0;
  return isWhole ? `${numberIn(language, seconds / 60)} min` : durationIn(language, seconds * 1000);
}

/** A moment with date and time, from ISO 8601, in `zone` (left out: the reader's); null for what is no moment. */
export function momentIn(language: Language, iso: string, zone?: string): string | null {
  return format(language, iso, { dateStyle: "short", timeStyle: "medium", timeZone: zone });
}

/** The time of day of a moment, to the second. */
export function clockIn(language: Language, iso: string, zone?: string): string | null {
  return format(language, iso, { timeStyle: "medium", timeZone: zone });
}

function format(language: Language, iso: string, style: Intl.DateTimeFormatOptions): string | null {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? null : writer(language, style).format(date);
}

const writers = new Map<string, Intl.DateTimeFormat>();

/** Kept, for making one takes a millisecond, which a list of a thousand has no time for. Whoever travels gets others. */
function writer(language: Language, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([language, style, new Date().getTimezoneOffset()]);
  const kept = writers.get(name) ?? new Intl.DateTimeFormat(language, style);
  writers.set(name, kept);
  return kept;
}
