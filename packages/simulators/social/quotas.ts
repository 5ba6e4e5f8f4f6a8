/** What may be done so often in so long: counted exactly, for each account or app. */
import type { Clock } from "./clock.ts";

/** One limit. */
export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
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

/** One limit with its counts: a window that moves along, so that no span of that length ever holds more. */
export class Quota {
  readonly #uses = new Map<string, { at: number[]; most: number; refused: number }>();

  constructor(readonly name: string, readonly limit: Limit, private readonly clock: Clock) {}

  standing(scope: string): Standing {
    const at = this.#within(scope);
    const { limit, windowMs } = this.limit;
    return {
      limit,
      remaining: Math.max(0, limit - at.length),
      resetAt: (at[0] ?? this.clock.now() - windowMs) + windowMs,
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
    const since = this.clock.now() - this.limit.windowMs;
    let gone = 0;
    while (gone < entry.at.length && (entry.at[gone] ?? Infinity) <= since) gone++;
    if (gone > 0) entry.at.splice(0, gone);
    return entry.at;
  }
}
