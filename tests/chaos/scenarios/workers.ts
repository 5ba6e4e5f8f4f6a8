/** What goes wrong with workers outside. There is no simulator to misbehave: the crew plays it by the job's mark. */
import type { Scenario } from "./scenario.ts";

/** How a worker behaves that has claimed a job. */
export type Way =
  | "works"
  /** Stops without a word, in the middle of its work. */
  | "dies"
  /** Is not heard of for longer than its lease, and then hands in what it has. */
  | "dawdles"
  /** Says that it failed, and that another try may help. */
  | "fails"
  /** Says that it failed for good. */
  | "refuses"
  /** Gives the job back. */
  | "hands_back"
  /** Does not hear that the job is not its own any more, and hands in what it has. */
  | "goes_on";

/** The way of each claim of a job by its scenario; further ones just work. */
export const WAYS = {
  calm: [],
  worker_dies: ["dies"],
  worker_dies_twice: ["dies", "dies"],
  every_worker_dies: ["dies", "dies", "dies", "dies"],
  worker_dawdles: ["dawdles"],
  worker_fails: ["fails"],
  worker_refuses: ["refuses"],
  worker_hands_back: ["hands_back", "hands_back"],
  cancelled: [],
  cancelled_at_once: [],
  cancelled_when_it_runs: [],
  cancelled_in_vain: ["goes_on"],
  cancelled_and_the_worker_dies: ["dies"],
} as const satisfies Record<string, readonly Way[]>;

type Ends = Pick<Scenario<never>, "ends" | "cancels">;

const ENDS: Partial<Record<keyof typeof WAYS, Ends>> = {
  every_worker_dies: { ends: { failed: ["lease_expired"] } },
  worker_refuses: { ends: { failed: ["worker_refuses"] } },
  cancelled: { ends: "cancelled" },
  cancelled_at_once: { ends: "cancelled", cancels: "at_once" },
  cancelled_when_it_runs: { ends: "cancelled", cancels: "running" },
  cancelled_in_vain: { ends: "cancelled", cancels: "running" },
  cancelled_and_the_worker_dies: { ends: "cancelled", cancels: "running" },
};

export const WORKERS: readonly Scenario<never>[] = (Object.keys(WAYS) as (keyof typeof WAYS)[]).map((
  name,
) => ({
  name,
  rules: [],
  ...ENDS[name] ?? { ends: "completed" },
}));
