/** How changes reach screens: what clients measure and report, as `public.report_delivery` takes it. */

/** What a change was learned by. `snapshot`: a read after (re)connecting; `poll`: a read because it was time. */
export const DELIVERY_CHANNELS = ["realtime", "sse", "poll", "snapshot"] as const;
export type DeliveryChannel = typeof DELIVERY_CHANNELS[number];

/** Upper ends of the buckets of `late`, in milliseconds; the last bucket holds what was later than all of them. */
export const LATE_BOUNDS_MS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000] as const;

/** How many reports `public.report_delivery` takes in one call; a further one is `invalid_input`. */
export const MAX_REPORTS = 100;

/** The greatest count in a report. */
export const MAX_COUNT = 100_000;

/** What one channel brought since the last report. All counts are whole, from 0 to `MAX_COUNT`. */
export interface DeliveryReport {
  channel: DeliveryChannel;
  /** Changes (of jobs, models, projects) that were learned by this channel first. */
  changes: number;
  /** How many of them were ends of jobs: the state is terminal. */
  terminal: number;
  /** How many of them a live connection was up for, and should have brought before. */
  missed: number;
  /**
   * How late they were: a count for each bucket of `LATE_BOUNDS_MS`, and one for the rest, twelve in all. Together no more
   * than `changes`; less where it cannot be told, as of what had changed before anybody was watching.
   */
  late: number[];
  /** The latest of them, in milliseconds, from 0 to a day. */
  late_max_ms: number;
}

/** Which of the twelve buckets counts a change that was learned `ms` milliseconds late. */
export function lateBucket(ms: number): number {
  const bucket = LATE_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return bucket < 0 ? LATE_BOUNDS_MS.length : bucket;
}

/** A report of nothing yet, to count in. */
export function emptyReport(channel: DeliveryChannel): DeliveryReport {
  return {
    channel,
    changes: 0,
    terminal: 0,
    missed: 0,
    late: Array.from({ length: LATE_BOUNDS_MS.length + 1 }, () => 0),
    late_max_ms: 0,
  };
}
