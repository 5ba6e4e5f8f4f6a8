/** What the plays happen in: three lanes, their tools and accounts, two users, and how long things take. */

export type User = "ana" | "bo";
export type LaneName = "once" | "twice" | "outside";
export type AccountName = "a" | "b" | "c" | "d";
export type ToolName = "paid" | "free" | "doubled" | "outside";

/** How a lane's provider treats a submit that is repeated; workers outside have no submit. */
export const LANES: Record<
  LaneName,
  { resubmit: "reconcile_only" | "at_least_once"; accounts: AccountName[] }
> = {
  once: { resubmit: "reconcile_only", accounts: ["a", "b"] },
  twice: { resubmit: "at_least_once", accounts: ["c"] },
  outside: { resubmit: "reconcile_only", accounts: ["d"] },
};
export const LANE_NAMES: readonly LaneName[] = ["once", "twice", "outside"];
export const ACCOUNTS: readonly AccountName[] = ["a", "b", "c", "d"];

export const TOOLS: Record<ToolName, { lane: LaneName; cost: number; maxAttempts: number }> = {
  paid: { lane: "once", cost: 2, maxAttempts: 3 },
  free: { lane: "once", cost: 0, maxAttempts: 2 },
  doubled: { lane: "twice", cost: 2, maxAttempts: 2 },
  outside: { lane: "outside", cost: 1, maxAttempts: 2 },
};

export const BALANCES: Record<User, number> = { ana: 12, bo: 3 };

/** Seconds. The defaults of lanes and tools, but for the lives of jobs and tasks, which are short enough to be seen. */
export const SECONDS = {
  lease: 120,
  /** How long after its lease a submit may still be under way. */
  senderGrace: 30,
  noneEvery: 60,
  timeout: 1800,
  /** Between a deadline and the end that needs no worker. */
  overtime: 300,
  expiresAfter: 24 * 3600,
  taskLife: 2 * 3600,
  copying: 24 * 3600,
  pause: 900,
  rateWindow: 60,
};
