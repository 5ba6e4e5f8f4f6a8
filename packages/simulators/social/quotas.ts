/** What may be done so often in so long: counted exactly, for each account or app. */
import type { Clock } from "./clock.ts";

/** One limit. */
export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
  /** Counted from midnight to midnight there, such as `America/Los_Angeles`, and not in a window that moves along. */
  readonly dayIn?: string;
}

/** How a limit stands for one scope. */
export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** When there is more, milliseconds since 1970; now, when nothing was used. */
  readonly resetAt: number;
}

/** What was counted for one scope. */
export interface QuotaView extends Limit {
  readonly scope: string;
  /** Within the window that ends now. */
  readonly used: number;
  /** The most that ever lay within one window. */
  readonly most: number;
  /** How often there was none left. */
  readonly refused: number;
}

/** One limit with its counts: a window that moves along, so that no span of that length ever holds more, or a day. */
export class Quota {
  readonly #uses = new Map<string, { at: number[]; most: number; refused: number }>();

  constructor(readonly name: string, readonly limit: Limit, private readonly clock: Clock) {}

  standing(scope: string): Standing {
    const at = this.#within(scope);
    const { limit, windowMs, dayIn } = this.limit;
    const now = this.clock.now();
    return {
      limit,
      remaining: Math.max(0, limit - at.length),
      resetAt: dayIn === undefined ? (at[0] ?? now - windowMs) + windowMs : nextMidnight(now, dayIn),
    };
  }

  /** Uses one. @returns whether there was one left; if not, nothing was used. */
  take(scope: string): boolean {
    const hasOne = this.#within(scope).length < this.limit.limit;
    if (hasOne) this.count(scope);
    else this.refuse(scope);
    return hasOne;
  }

  /** Notes that there was none left. */
  refuse(scope: string): void {
    this.#within(scope);
    const entry = this.#uses.get(scope);
    if (entry) entry.refused++;
  }

  /** Uses one, whether or not there is one left. */
  count(scope: string): void {
    const at = this.#within(scope);
    at.push(this.clock.now());
    const entry = this.#uses.get(scope);
    if (entry) entry.most = Math.max(entry.most, at.length);
  }

  views(): QuotaView[] {
    return [...this.#uses].map(([scope, { most, refused }]) => ({
      ...this.limit,
      scope: `${this.name}:${scope}`,
      used: this.#within(scope).length,
      most,
      refused,
    }));
  }

  #within(scope: string): number[] {
    const entry = this.#uses.get(scope) ?? { at: [], most: 0, refused: 0 };
    this.#uses.set(scope, entry);
    const { windowMs, dayIn } = this.limit;
    const now = this.clock.now();
    const since = dayIn === undefined ? now - windowMs : lastMidnight(now, dayIn) - 1;
    let gone = 0;
    while (gone < entry.at.length && (entry.at[gone] ?? Infinity) <= since) gone++;
    if (gone > 0) entry.at.splice(0, gone);
    return entry.at;
  }
}

const HOUR_MS = 3_600_000;

/** When the day began in a time zone, milliseconds since 1970. Zones are whole quarters of an hour from each other. */
function lastMidnight(now: number, timeZone: string): number {
  const day = dayAt(now, timeZone);
  // Days have 25 hours at the most; the first moment that is of this day is looked for, by halves.
  let [before, at] = [now - 26 * HOUR_MS, now];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayAt(middle, timeZone) === day) at = middle;
    else before = middle;
  }
  return at;
}

function nextMidnight(now: number, timeZone: string): number {
  return lastMidnight(lastMidnight(now, timeZone) + 26 * HOUR_MS, timeZone);
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function dayAt(at: number, timeZone: string): string {
  const known = CLOCKS.get(timeZone);
  const clock = known ?? new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  if (!known) CLOCKS.set(timeZone, clock);
  return clock.format(at);
}
