/** What the screen reads: `ops_api.delivery` and two reports of the schema `ops`. */
import type { Whole } from "../../texts/format.ts";

/** One channel in the hours asked for; `channel` null: all of them together. */
export interface Channel {
  readonly channel: string | null;
  readonly users: number;
  readonly changes: Whole;
  readonly percent: number | null;
  readonly terminal: Whole;
  readonly terminal_percent: number | null;
  readonly missed: Whole;
  readonly missed_percent: number | null;
  readonly late_p50_ms: number | null;
  readonly late_p95_ms: number | null;
  readonly late_p99_ms: number | null;
  readonly late_max_ms: number | null;
  readonly by_hour: {
    readonly changes: readonly number[];
    readonly missed: readonly number[];
    readonly late_p50_ms: readonly (number | null)[];
    readonly late_p95_ms: readonly (number | null)[];
  };
}

/** Why broadcasts could not be sent. */
export interface Cause {
  readonly cause: string;
  readonly count: Whole;
  readonly heard: Whole;
  readonly last_at: string;
  readonly message: string | null;
  readonly topic: string;
  readonly event: string;
}

export interface Delivery {
  readonly from: string;
  readonly to: string;
  readonly hours: readonly string[];
  readonly is_complete: boolean;
  readonly channels: readonly Channel[];
  readonly unsent: {
    readonly count: Whole;
    readonly heard: Whole;
    readonly by_hour: readonly number[];
    readonly causes: readonly Cause[];
  };
}

/** What a check of `ops.realtime_doctor` has found. */
export interface Check {
  readonly check_name: string;
  readonly verdict: "ok" | "info" | "warn" | "error";
  readonly subject: string | null;
  readonly detail: string;
  readonly repair_sql: string | null;
}

/** A row of `ops.realtime_policies`. */
export interface Policy {
  readonly schemaname: string;
  readonly tablename: string;
  readonly policyname: string;
  readonly permissive: string;
  readonly roles: readonly string[];
  readonly cmd: string;
  readonly qual: string | null;
  readonly with_check: string | null;
}

/** Told while it happened, rather than found out by asking. */
const LIVE = ["realtime", "sse"];

/** The share of all changes that screens were told of live, from 0 to 1; null: nothing was told. */
export function liveShare(channels: readonly Channel[]): number | null {
  const told = channels.filter(({ channel }) => channel !== null);
  if (told.length === 0) return null;
  const percent = told.filter(({ channel }) => LIVE.includes(channel ?? "")).map(({ percent }) =>
    percent ?? 0
  );
  return percent.reduce((sum, one) => sum + one, 0) / 100;
}

/** Below this share something is likely to be wrong, as the doctor has it. */
export const LIVE_AT_LEAST = 0.5;
/** One in twenty missed is what the alert rule "Screens miss changes" counts. */
export const MISSED_AT_MOST = 0.05;
