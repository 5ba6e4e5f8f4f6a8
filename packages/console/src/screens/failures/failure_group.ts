/** What `ops_api.failures` answers, and what can be done about it. */
import type { Filter } from "../../act/plan.ts";
import { hrefTo } from "../../data/use_filters.ts";

export interface FailureGroup {
  /** Lane, error code and step, joined. */
  readonly fingerprint: string;
  readonly lane: string;
  readonly error_code: string | null;
  readonly failed_step: string;
  readonly count: number;
  readonly users: number;
  readonly tools: readonly string[];
  /** How many of them nobody has done again, and whose tool is switched on. */
  readonly redrivable: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly last_ms: number;
  readonly sample_id: string;
  readonly sample_message: string;
  /** Counts of 24 equal parts of the time, the oldest first. */
  readonly trend: readonly number[];
}

export interface Failures {
  readonly at: string;
  readonly since: string;
  readonly groups: readonly FailureGroup[];
  readonly looked_at: number;
  /** Whether all that failed in that time was looked at. */
  readonly is_complete: boolean;
}

/** What one looks back on, as the address names it and as PostgreSQL does. */
export const SPANS = {
  "1h": "1 hour",
  "6h": "6 hours",
  "1d": "1 day",
  "7d": "7 days",
  "30d": "30 days",
} as const;
export type Span = keyof typeof SPANS;

export function spanOf(text: string | undefined): Span {
  return text !== undefined && Object.hasOwn(SPANS, text) ? text as Span : "1d";
}

/** What groups were counted of. */
export interface CountedScope {
  /** What the screen is narrowed to. */
  readonly among: Filter;
  /** When the time begins that is looked back on. */
  readonly since: string;
}

/**
 * The filter of an act on the jobs that a group counts, of those that the screen is narrowed to (`among`) and that ended
 * since then; null: a filter cannot name those without a code.
 */
export function filterOf(
  { lane, error_code, failed_step }: FailureGroup,
  { among, since }: CountedScope,
): Filter | null {
  return error_code === null ? null : { ...among, lane, error_code, failed_step, ended_from: since };
}

/** Where the jobs of a group are listed. */
export function hrefOf({ lane, error_code, failed_step }: FailureGroup): string {
  return hrefTo("/jobs", { status: "failed", lane, error_code: error_code ?? undefined, failed_step });
}
