/** What `ops_api.now` answers. */

export interface LaneLine {
  readonly lane: string;
  readonly provider: string;
  readonly delivery: string;
  /** The first verdict on its next job in line, or `ok`. */
  readonly code: string;
  readonly level: string;
  readonly detail: string | null;
  readonly since: string | null;
  readonly slots: number;
  readonly running: number;
  readonly free: number;
  /** Counted to 10,000, as `scheduled` is. */
  readonly waiting: number;
  readonly scheduled: number;
  readonly oldest_ms: number | null;
  readonly drains_p50_ms: number | null;
  readonly drains_p90_ms: number | null;
  readonly rate: { readonly limit: number; readonly window_ms: number; readonly used: number } | null;
  readonly paused: { readonly reason: string; readonly until: string | null } | null;
  readonly circuit: {
    readonly since: string;
    readonly open_ms: number;
    readonly reason: string;
    readonly probe_at: string;
  } | null;
  /** Attempts a minute, sixty of them; null: it was not looked. */
  readonly ended: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
}

export interface Totals {
  readonly running: number;
  readonly slots: number;
  readonly waiting: number;
  readonly scheduled: number;
  readonly ended: number;
  readonly failed: number;
  readonly lanes_paused: number;
  readonly circuits_open: number;
  readonly alerts_open: number;
  readonly runs_open: number;
  readonly set_aside: number;
}

export interface Now {
  readonly at: string;
  readonly lanes: readonly LaneLine[];
  readonly totals: Totals;
  readonly is_complete: boolean;
}

export const COUNTED_TO = 10_000;

/** Whether anything could run in it: one without slots, in which nothing waits, is one that nobody has set up. */
export function isInUse({ slots, running, waiting, scheduled, paused, circuit }: LaneLine): boolean {
  return slots + running + waiting + scheduled > 0 || paused !== null || circuit !== null;
}

/** The sum of what is known. */
export function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
