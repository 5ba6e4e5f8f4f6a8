/** Rows of `ops_api.find_jobs`. */
import type { Whole } from "../../texts/format.ts";

export interface JobLine {
  readonly id: string;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly tool: string;
  readonly lane: string;
  readonly status: string;
  readonly current_step: string;
  readonly failed_at_step: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly priority: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly credits_charged: Whole;
  readonly refund: string;
  readonly retried_from: string | null;
  readonly progress: number | null;
  readonly run_at: string | null;
  readonly created_at: string;
  readonly age_ms: number;
  readonly waited_ms: number;
  readonly ran_ms: number | null;
}

/** A page of them; one that is not complete may have none and still be followed by others. */
export interface JobPage {
  readonly jobs: readonly JobLine[];
  readonly next: unknown;
  readonly looked_at: number;
  readonly looked_until: string | null;
  readonly is_complete: boolean;
}

export interface FindWords {
  readonly tools: readonly string[];
  readonly lanes: readonly string[];
  readonly error_codes: readonly { readonly code: string; readonly count: number }[];
}
