/** What the components say, by language. A template is a function: no language has to bend to another's word order. */
import type { ErrorCode } from "../../../../shared/errors/errors.ts";
import type { JobRefund, JobStatus } from "../../../../shared/words/statuses.ts";
import type { VerdictClears, VerdictLevel } from "../../../../shared/words/verdicts.ts";
import type { ConnectionStatus } from "../../api/connection.ts";
import type { PublishingTexts } from "./publishing_texts.ts";

export interface Texts {
  readonly step: {
    readonly progress: string;
    readonly position: (place: number, exact: boolean) => string;
    readonly highDemand: string;
    readonly failedAt: (step: string) => string;
    readonly scheduled: (when: string) => string;
    /** As it stands beside the bar: `45%`, or `≈ 45%` where the percentage is a guess. */
    readonly percent: (percent: number, isEstimate: boolean) => string;
    /** As it is read out. */
    readonly spokenPercent: (percent: number, isEstimate: boolean) => string;
  };
  readonly status: Readonly<Record<JobStatus, string>>;
  readonly card: {
    readonly cancel: string;
    readonly cancelling: string;
    /** Asked before a job is cancelled whose credits do not come back. */
    readonly cancelWithoutRefund: string;
    readonly keepRunning: string;
    readonly cancelAnyway: string;
    readonly retry: string;
    readonly retrying: string;
    readonly details: string;
    readonly download: string;
    readonly result: (title: string) => string;
    readonly resultOf: (title: string, n: number, count: number) => string;
    readonly expired: string;
    readonly loadingResult: string;
    readonly refund: Readonly<Record<JobRefund, string | null>>;
    readonly loading: string;
    readonly gone: string;
    readonly actionFailed: string;
  };
  readonly list: {
    readonly label: string;
    readonly loading: string;
    readonly empty: string;
    readonly more: string;
  };
  readonly debug: {
    readonly title: string;
    readonly close: string;
    readonly timeline: string;
    readonly noHistory: string;
    readonly attempt: (n: number) => string;
    readonly total: string;
    readonly ongoing: string;
    readonly jobId: string;
    readonly requestId: string;
    readonly tool: string;
    readonly lane: string;
    readonly created: string;
    readonly apiResponse: string;
    readonly webhookPayload: string;
    readonly none: string;
    readonly forAdmins: string;
    readonly rawFailed: string;
    readonly copy: string;
    readonly copyAll: string;
    readonly copied: string;
    readonly copyFailed: string;
  };
  readonly why: {
    readonly title: string;
    readonly also: string;
    readonly since: (when: string) => string;
    readonly expected: (when: string) => string;
    readonly clears: Readonly<Record<VerdictClears, string | null>>;
    readonly level: Readonly<Record<VerdictLevel, string>>;
    readonly diagnosis: string;
    readonly ruledOut: (count: number) => string;
    readonly failed: string;
  };
  readonly upload: {
    readonly choose: string;
    readonly drop: string;
    readonly dropNow: string;
    readonly rules: (types: string, bytes: string) => string;
    readonly sending: (name: string) => string;
    readonly done: (name: string) => string;
    readonly cancel: string;
    readonly again: string;
    readonly tooLarge: (bytes: string, most: string) => string;
    readonly wrongType: (type: string, types: string) => string;
    readonly empty: string;
    readonly oneAtATime: string;
    readonly failed: string;
  };
  readonly connection: {
    readonly label: string;
    readonly status: Readonly<Record<ConnectionStatus, string>>;
    readonly hint: Readonly<Record<ConnectionStatus, string>>;
    readonly retry: string;
    readonly lost: string;
    readonly reconnecting: string;
    readonly reload: string;
  };
  readonly toasts: {
    readonly label: string;
    readonly failed: (step: string, message: string) => string;
    readonly details: string;
    readonly dismiss: string;
  };
  readonly publishing: PublishingTexts;
  /** Why a request was refused, by code. What became of a job is told by `errorText` of the contract. */
  readonly refusals: Readonly<Record<Refusal, string>>;
}

/** Codes that a user can be told something useful about; others are told as they came. */
export const REFUSALS = [
  "invalid_input",
  "file_too_large",
  "unsupported_file_type",
  "file_not_found",
  "insufficient_credits",
  "too_many_creates",
  "too_many_waiting",
  "too_many_refunds",
  "unauthenticated",
  "job_finishing",
  "not_retryable",
  "storage_full",
  "tool_disabled",
  "overloaded",
  "database_unavailable",
  "storage_unavailable",
  "connection_ambiguous",
  "connection_not_found",
  "connection_revoked",
  "missing_scope",
  "reconnect_needed",
  "duplicate_content",
  "posting_limit",
  "unknown_option",
  "text_missing",
  "text_too_long",
  "too_many_links",
  "too_many_hashtags",
  "too_many_mentions",
  "too_many_cashtags",
  "media_missing",
  "too_many_media",
  "media_refused",
  "media_unreachable",
  "refused_address",
  "settings_ignored",
  "invalid_schedule",
  "choice_expired",
  "invalid_state",
  "redirect_not_allowed",
  "sign_in_refused",
  "no_accounts",
  "unknown_platform",
  "platform_unavailable",
  "already_resolved",
] as const satisfies readonly ErrorCode[];
export type Refusal = typeof REFUSALS[number];
