/** What `ops_api.act` answers: what an act would come to, and what has come of it. */
import type { Whole } from "../texts/format.ts";

export type Filter = Readonly<Record<string, unknown>>;
export type Counts = Readonly<Record<string, number>>;

export interface Plan {
  readonly action: string;
  readonly matched: number;
  readonly qualified: number;
  /** Why it is not for the others, and for how many. */
  readonly skipped: Counts;
  /** For each of these reasons, one such job. */
  readonly examples?: Readonly<Record<string, string>>;
  readonly credits?: { readonly charged: Whole; readonly refunded: Whole };
  /** The first jobs that it is for. */
  readonly sample?: readonly string[];
  readonly in_background?: boolean;
  /** What support may do yet today. */
  readonly left?: Counts;
  /** Where it is on no job: lane, account, tool, user, connection or platform. */
  readonly thing?: string;
  /** How many jobs wait there, up to 10,000. */
  readonly waiting?: number;
}

export type RunState = "running" | "done" | "aborted";

export interface Progress {
  readonly run_id: string;
  readonly state: RunState;
  readonly items: number;
  readonly done: number;
  readonly skipped_in_run: number;
  readonly failed: number;
  readonly to_do: number;
  /** Why something was not done, or is put off. */
  readonly codes: Counts;
  readonly new_job_ids: readonly string[];
}

export type Done = Plan & Partial<Progress>;

/** Whether the act's jobs are named one by one, so that there can be no more of them than are named. */
export function namesJobs(filter: Filter): boolean {
  return "job_id" in filter || "job_ids" in filter;
}

/**
 * The filter with which an act is done after its plan was read: on no more jobs than the plan said, for there may be more
 * of them by now.
 */
export function boundBy(filter: Filter, plan: Plan): Filter {
  return plan.thing || namesJobs(filter) || plan.matched === 0 ? filter : { ...filter, limit: plan.matched };
}
