/** What the screen reads: `ops_api.schedules`. */
import type { Whole } from "../../texts/format.ts";

export type PartVerdict = "ok" | "never" | "dead" | "inactive" | "unscheduled" | "failing";

export interface Part {
  readonly part: string;
  /** The job of pg_cron that runs it, and when that runs. */
  readonly schedule: string;
  readonly cron: string | null;
  readonly every_ms: number | null;
  readonly beat_at: string | null;
  readonly ago_ms: number | null;
  readonly beats: Whole | null;
  readonly next_at: string | null;
  readonly next_in_ms: number | null;
  /** How long ago it should have run again. */
  readonly late_ms: number | null;
  readonly verdict: PartVerdict;
  readonly since: string | null;
  readonly since_ms: number | null;
  readonly detail: string;
  readonly did: Readonly<Record<string, unknown>> | null;
  readonly repair_sql: string | null;
}

export interface Fault {
  readonly part: string;
  readonly lane: string | null;
  readonly error: string;
  readonly sqlstate: string;
  readonly since: string;
  readonly last_at: string;
  readonly times: Whole;
  readonly fails_now: boolean;
  readonly ago_ms: number;
  readonly lasted_ms: number;
}

/** A job that a part has set aside. */
export interface SetAside {
  readonly job_id: string;
  readonly part: string;
  readonly lane: string | null;
  readonly user_id: string | null;
  readonly status: string | null;
  readonly current_step: string | null;
  readonly error: string;
  readonly sqlstate: string;
  readonly since: string;
  readonly times: number;
  readonly aside_ms: number;
}

export interface Schedules {
  readonly at: string;
  readonly parts: readonly Part[];
  readonly faults: readonly Fault[];
  readonly quarantine: readonly SetAside[];
  readonly quarantined: number;
}
