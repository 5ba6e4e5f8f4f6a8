/** What a run is like that is not asked for on the command line: how long things take, and when what is disturbed. */
import { slowness } from "@esteira/local-supabase/testing";
import type { PlannedOutage } from "./disturbances.ts";
import type { Pace } from "./settings.ts";

export interface Plan {
  readonly pace: Pace;
  readonly users: number;
  /** Users who are deleted midway. */
  readonly leavers: number;
  readonly spreadMs: number;
  readonly crashesAt: readonly number[];
  readonly outages: readonly PlannedOutage[];
  readonly killsUntil: number;
  readonly killsForMs: number;
  /** After how long of copying in vain a day passes. */
  readonly dayPassesAfterMs: number;
  /** How long all jobs may take together before the run is called stuck. Much longer than on the slowest machine. */
  readonly patienceMs: number;
}

const LARGEST_OUTPUT = 25_000_000;

export const FULL: Plan = {
  pace: {
    lease: "20 seconds",
    leaseOfAnswers: "30 seconds",
    poll: "5 seconds",
    backoffBase: "1 second",
    backoffMax: "10 seconds",
    timeout: "2 minutes",
    timeoutWhereDoubtEnds: "4 minutes",
    taskLife: "4 minutes",
    storageFails: "20 seconds",
    largestOutput: LARGEST_OUTPUT,
    slots: 40,
  },
  users: 12,
  leavers: 4,
  spreadMs: 120_000,
  crashesAt: [0.25, 0.6],
  outages: [
    { at: 0.1, provider: "kie", outage: { how: "refused", ms: 10_000 } },
    { at: 0.2, provider: "replicate", outage: { how: "error", status: 503, of: "reads", ms: 15_000 } },
    { at: 0.35, provider: "fal", outage: { how: "refused", ms: 10_000 } },
    { at: 0.45, provider: "runninghub", outage: { how: "error", status: 502, of: "everything", ms: 10_000 } },
    { at: 0.55, provider: "astria", outage: { how: "error", status: 500, of: "submits", ms: 10_000 } },
    { at: 0.65, provider: "replicate", outage: { how: "refused", ms: 10_000 } },
  ],
  killsUntil: 0.9,
  killsForMs: 240_000,
  dayPassesAfterMs: 20_000,
  patienceMs: 60 * 60_000,
};

export const SHORT: Plan = {
  pace: {
    lease: "8 seconds",
    leaseOfAnswers: "20 seconds",
    poll: "2 seconds",
    backoffBase: "500 milliseconds",
    backoffMax: "4 seconds",
    timeout: "30 seconds",
    timeoutWhereDoubtEnds: "40 seconds",
    // A doubt is looked at a minute after its submit.
    taskLife: "80 seconds",
    storageFails: "8 seconds",
    largestOutput: LARGEST_OUTPUT,
    slots: 8,
  },
  users: 4,
  leavers: 2,
  spreadMs: 10_000,
  crashesAt: [0.3],
  outages: [
    { at: 0.1, provider: "kie", outage: { how: "refused", ms: 3_000 } },
    { at: 0.4, provider: "replicate", outage: { how: "error", status: 503, of: "reads", ms: 4_000 } },
  ],
  killsUntil: 0.6,
  killsForMs: 60_000,
  dayPassesAfterMs: 8_000,
  patienceMs: 10 * 60_000,
};

/** With results of half a gigabyte nothing is too large; on a busy machine a task may take as much longer as all does. */
export function planFor({ isShort, isBig }: { isShort: boolean; isBig: boolean }): Plan {
  const plan = isShort ? SHORT : FULL;
  const { timeout, timeoutWhereDoubtEnds, taskLife, largestOutput } = plan.pace;
  return {
    ...plan,
    pace: {
      ...plan.pace,
      timeout: withRoom(timeout),
      timeoutWhereDoubtEnds: withRoom(timeoutWhereDoubtEnds),
      taskLife: withRoom(taskLife),
      largestOutput: isBig ? 1_000_000_000 : largestOutput,
    },
  };
}

/** Up to three times as long. */
function withRoom(interval: string): string {
  const [, count, unit] = /^(\d+) (seconds?|minutes?)$/.exec(interval) ?? [];
  return `${Math.ceil(Number(count) * Math.min(slowness(), 3))} ${unit}`;
}
