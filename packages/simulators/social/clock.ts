/** The clock of a platform: this machine's, and as far ahead as somebody has put it. Tokens, media and quotas go by it. */
export class Clock {
  #aheadMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Puts the clock ahead; what was to end by then has ended. */
  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
