/** What `ops_api.runs` and `ops_api.run` answer. */
import type { Filter, Progress, RunState } from "../../act/plan.ts";

export interface RunLine {
  readonly run_id: string;
  readonly action: string;
  readonly filter: Filter;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly actor_role: string;
  readonly state: RunState;
  readonly items: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly to_do: number;
  readonly begun_at: string;
  readonly beat_at: string | null;
  readonly ended_at: string | null;
}

export interface NotDone {
  readonly n: number;
  readonly job_id: string;
  /** skipped or failed; null: it is tried again. */
  readonly outcome: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly tries: number;
  readonly next_at: string | null;
}

export interface Run extends RunLine, Progress {
  /** The first hundred that were not done, or are put off. */
  readonly not_done: readonly NotDone[];
}
