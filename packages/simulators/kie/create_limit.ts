/** KIE's rate limit: so many new tasks in any ten seconds; more are rejected, not queued (kie.md#limits). */

const WINDOW_MS = 10_000;

/** Counts the tasks that were created. */
export class CreateLimit {
  #times: number[] = [];

  /**
   * @param perWindow creates in ten seconds; undefined: no limit. The documented number is 20.
   * @param now the clock, in milliseconds.
   */
  constructor(private readonly perWindow?: number, private readonly now: () => number = Date.now) {}

  /** Whether one more may be created now; if so it counts. */
  takes(): boolean {
    if (this.perWindow === undefined) return true;
    const now = this.now();
    this.#times = this.#times.filter((time) => now - time < WINDOW_MS);
    if (this.#times.length >= this.perWindow) return false;
    this.#times.push(now);
    return true;
  }
}
