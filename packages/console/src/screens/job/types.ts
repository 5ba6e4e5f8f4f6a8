/** What `ops_api` tells of one job: `job_facts`, `timeline`, `verdicts`, `raw`. */
import type { Whole } from "../../texts/format.ts";

export interface Verdict {
  readonly rank: number;
  readonly code: string;
  readonly level: string;
  readonly subject: string | null;
  readonly since: string | null;
  readonly held_ms: number | null;
  readonly detail: string;
  readonly evidence: string;
  readonly clears: string;
  readonly expected_at: string | null;
  readonly expected_in_ms: number | null;
  readonly action: string | null;
  readonly repair_sql: string | null;
  readonly ruled_out: boolean;
  readonly words: Readonly<Record<"pt-BR" | "en", string>>;
}

export interface Verdicts {
  readonly job_id: string;
  readonly at: string;
  readonly is_now: boolean;
  readonly verdicts: readonly Verdict[];
}

export interface Span {
  readonly attempt: number;
  readonly kind: string;
  readonly begun_at: string;
  readonly ended_at: string | null;
  readonly from_ms: number;
  readonly ms: number;
  readonly is_open: boolean;
  readonly note: string | null;
}

export interface Step {
  readonly step: string;
  readonly at: string;
  readonly attempt: number;
  readonly ms: number | null;
  readonly details: string;
}

/** A verdict that was noted while it held. */
export interface Noted {
  readonly seen_at: string;
  readonly until: string | null;
  readonly code: string;
  readonly level: string;
}

export interface Timeline {
  readonly job_id: string;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly now: string;
  readonly is_open: boolean;
  readonly total_ms: number;
  readonly spans: readonly Span[];
  readonly by_kind: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
  readonly noted: readonly Noted[];
}

export interface RawPart {
  readonly part: string;
  readonly attempt: number | null;
  readonly at: string | null;
  readonly bytes: number;
  readonly body: string;
}

export interface Attempt {
  readonly attempt: number;
  readonly dispatch: number;
  readonly phase: string;
  readonly outcome: string | null;
  readonly account: string | null;
  readonly worker: string | null;
  readonly external_id: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly submits: number;
  readonly cost: Whole | null;
  readonly cost_currency: string | null;
  readonly ms: number;
}

export interface Webhook {
  readonly received_at: string;
  readonly provider: string;
  readonly attempt: number;
  readonly verdict: string;
  readonly external_id: string | null;
  readonly verified_by: string;
}

export interface Refusal {
  readonly provider: string;
  readonly reason: string;
  readonly times: Whole;
  readonly first_at: string;
  readonly last_at: string;
}

export interface Delivery {
  readonly hour: string;
  readonly channel: string;
  readonly changes: Whole;
  readonly missed: Whole;
  readonly late_max_ms: number;
}

export interface Told {
  readonly at: string;
  readonly event: string;
  readonly step: string | null;
  readonly version: number | null;
  readonly all_sent: boolean | null;
}

export interface PublicationStep {
  readonly step: string;
  readonly name: string;
  readonly timestamp: string;
  readonly times?: number;
}

export interface Publication {
  readonly group_id: string;
  readonly platform: string;
  readonly connection_id: string;
  readonly line: string;
  readonly hold: string | null;
  readonly post_id: string | null;
  readonly permalink: string | null;
  readonly committed_at: string | null;
  readonly unknown_at: string | null;
  readonly resolved: string | null;
  readonly warnings: readonly { readonly code?: string; readonly message?: string }[];
  readonly steps: readonly PublicationStep[];
}

export interface Act {
  readonly at: string;
  readonly action: string;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly run_id: string;
}

export interface JobRow {
  readonly id: string;
  readonly tool: string;
  readonly lane: string;
  readonly status: string;
  readonly current_step: string;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly failed_at_step: string | null;
  readonly request_id: string | null;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly retry_count: number;
  readonly waits: number;
  readonly dispatches: number;
  readonly priority: number;
  readonly progress: number | null;
  readonly credits_charged: Whole;
  readonly refund: string;
  readonly retried_from: string | null;
  readonly run_at: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly deadline_at: string | null;
  readonly completed_at: string | null;
  readonly version: Whole;
  readonly output_url: string | null;
  readonly age_ms: number;
  readonly has_output: boolean;
}

export interface Facts {
  readonly job: JobRow;
  readonly user: {
    readonly id: string;
    readonly email: string | null;
    readonly balance: Whole | null;
    readonly paused_until: string | null;
  } | null;
  readonly attempts: readonly Attempt[];
  readonly webhooks: readonly Webhook[];
  readonly refusals: readonly Refusal[];
  readonly credits: readonly { readonly kind: string; readonly amount: Whole; readonly created_at: string }[];
  readonly publication: Publication | null;
  readonly quarantine: readonly {
    readonly part: string;
    readonly error: string;
    readonly since: string;
    readonly times: number;
  }[];
  readonly told: readonly Told[];
  readonly deliveries: readonly Delivery[];
  readonly retried_as: string | null;
  readonly acts: readonly Act[];
}
