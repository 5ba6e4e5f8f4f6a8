/** The one shape of an error, and the stable codes in it. Messages may change; codes do not. (`error_body.ts` checks it.) */

/** Every code that Esteira's functions answer with, and its HTTP status. */
export const ERROR_STATUS = {
  invalid_json: 400,
  unauthenticated: 401,
  insufficient_credits: 402,
  forbidden: 403,
  missing_scope: 403,
  not_an_operator: 403,
  not_found: 404,
  unknown_tool: 404,
  lane_not_found: 404,
  account_not_found: 404,
  user_not_found: 404,
  unknown_platform: 404,
  connection_not_found: 404,
  method_not_allowed: 405,
  tool_disabled: 409,
  stale_token: 409,
  lane_not_pull: 409,
  job_ended: 409,
  not_retryable: 409,
  job_finishing: 409,
  idempotency_conflict: 409,
  stale_version: 409,
  duplicate_content: 409,
  reconnect_needed: 409,
  connection_revoked: 409,
  connection_ambiguous: 409,
  not_unknown: 409,
  already_resolved: 409,
  own_role: 409,
  run_running: 409,
  run_done: 409,
  run_aborted: 409,
  choice_expired: 410,
  storage_full: 413,
  file_too_large: 413,
  payload_too_large: 413,
  unsupported_file_type: 415,
  invalid_input: 422,
  file_not_found: 422,
  refused_address: 422,
  unknown_option: 422,
  media_missing: 422,
  too_many_media: 422,
  text_missing: 422,
  text_too_long: 422,
  too_many_links: 422,
  too_many_hashtags: 422,
  too_many_mentions: 422,
  too_many_cashtags: 422,
  media_refused: 422,
  media_unreachable: 422,
  settings_ignored: 422,
  invalid_schedule: 422,
  invalid_state: 422,
  redirect_not_allowed: 422,
  sign_in_refused: 422,
  no_accounts: 422,
  output_unavailable: 422,
  invalid_capacity: 422,
  invalid_amount: 422,
  invalid_retry_class: 422,
  invalid_progress: 422,
  invalid_priority: 422,
  secret_not_found: 422,
  invalid_action: 422,
  invalid_filter: 422,
  reason_required: 422,
  version_required: 428,
  too_many_creates: 429,
  too_many_waiting: 429,
  too_many_refunds: 429,
  too_many_projects: 429,
  too_many_reports: 429,
  too_many_streams: 429,
  posting_limit: 429,
  support_limit: 429,
  internal_error: 500,
  misconfigured: 503,
  unhealthy: 503,
  schema_too_old: 503,
  overloaded: 503,
  database_unavailable: 503,
  storage_unavailable: 503,
  platform_unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * What only the client says: `network` and `timed_out` (nobody knows whether it came there), `malformed_answer` (what came
 * is not Esteira's), `too_many_requests` and `platform_error` (the platform's own refusals), `user_changed` and `closed`
 * (given up on the way). The first two have status 0.
 */
export type ClientErrorCode =
  | "network"
  | "timed_out"
  | "malformed_answer"
  | "too_many_requests"
  | "platform_error"
  | "user_changed"
  | "closed";

/** The body of every response that is not a success. */
export interface ErrorBody {
  error: {
    code: string;
    message: string;
    /** What helps to mend it: the field at fault, the limit, … */
    details: Record<string, unknown>;
  };
}

/**
 * An error that a function answers with: thrown anywhere, made into a response in one place. The client makes the same of
 * the response, and of what has none.
 */
export class EsteiraError extends Error {
  readonly status: number;

  /** `status` defaults to the code's own. */
  constructor(
    readonly code: ErrorCode | ClientErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
    status?: number,
  ) {
    super(message);
    this.name = "EsteiraError";
    this.status = status ?? (isErrorCode(code) ? ERROR_STATUS[code] : 0);
  }

  /** The response body. */
  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}

/** Whether a string is one of the codes above. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERROR_STATUS, code);
}
