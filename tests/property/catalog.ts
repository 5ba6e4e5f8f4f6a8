/** What the plays happen in: four lanes, their tools and accounts, two users, and how long things take. */

export type User = "ana" | "bo";
export type LaneName = "once" | "twice" | "same" | "outside";
export type AccountName = "a" | "b" | "c" | "d" | "e";
export type ToolName = "paid" | "free" | "doubled" | "same" | "outside";

/** How a lane's provider treats a submit that is repeated; workers outside have no submit. */
export const LANES: Record<
  LaneName,
  { resubmit: "reconcile_only" | "at_least_once" | "idempotent"; accounts: AccountName[]; canFind: boolean }
> = {
  once: { resubmit: "reconcile_only", accounts: ["a", "b"], canFind: false },
  twice: { resubmit: "at_least_once", accounts: ["c"], canFind: true },
  same: { resubmit: "idempotent", accounts: ["e"], canFind: true },
  outside: { resubmit: "reconcile_only", accounts: ["d"], canFind: false },
};
export const LANE_NAMES: readonly LaneName[] = ["once", "same", "twice", "outside"];
export const ACCOUNTS: readonly AccountName[] = ["a", "b", "c", "d", "e"];

export const TOOLS: Record<ToolName, { lane: LaneName; cost: number; maxAttempts: number }> = {
  paid: { lane: "once", cost: 2, maxAttempts: 3 },
  free: { lane: "once", cost: 0, maxAttempts: 2 },
  doubled: { lane: "twice", cost: 2, maxAttempts: 2 },
  same: { lane: "same", cost: 1, maxAttempts: 2 },
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
  refundWindow: 24 * 3600,
};
