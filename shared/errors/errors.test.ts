import assert from "node:assert/strict";
import { errorBody } from "./error_body.ts";
import { ERROR_STATUS, type ErrorCode, EsteiraError, isErrorCode } from "./errors.ts";

/** The statuses that clients are promised, by what the caller can do about the error. */
const PROMISED: Readonly<Record<number, readonly ErrorCode[]>> = {
  400: ["invalid_json"],
  401: ["unauthenticated"],
  402: ["insufficient_credits"],
  403: ["forbidden", "missing_scope", "not_an_operator"],
  404: [
    "not_found",
    "unknown_tool",
    "lane_not_found",
    "account_not_found",
    "user_not_found",
    "unknown_platform",
    "connection_not_found",
  ],
  405: ["method_not_allowed"],
  409: [
    "tool_disabled",
    "stale_token",
    "lane_not_pull",
    "job_ended",
    "not_retryable",
    "job_finishing",
    "idempotency_conflict",
    "stale_version",
    "duplicate_content",
    "reconnect_needed",
    "connection_revoked",
    "connection_ambiguous",
    "not_unknown",
    "already_resolved",
    "own_role",
    "run_running",
    "run_done",
    "run_aborted",
  ],
  410: ["choice_expired"],
  413: ["storage_full", "file_too_large", "payload_too_large"],
  415: ["unsupported_file_type"],
  422: [
    "invalid_input",
    "file_not_found",
    "refused_address",
    "output_unavailable",
    "invalid_capacity",
    "invalid_amount",
    "invalid_retry_class",
    "invalid_progress",
    "invalid_priority",
    "secret_not_found",
    "unknown_option",
    "media_missing",
    "too_many_media",
    "text_missing",
    "text_too_long",
    "too_many_links",
    "too_many_hashtags",
    "too_many_mentions",
    "too_many_cashtags",
    "media_refused",
    "media_unreachable",
    "settings_ignored",
    "invalid_schedule",
    "invalid_state",
    "redirect_not_allowed",
    "sign_in_refused",
    "no_accounts",
    "invalid_action",
    "invalid_filter",
    "reason_required",
  ],
  428: ["version_required"],
  429: [
    "too_many_creates",
    "too_many_waiting",
    "too_many_refunds",
    "too_many_projects",
    "too_many_reports",
    "too_many_streams",
    "posting_limit",
    "support_limit",
  ],
  500: ["internal_error"],
  503: [
    "misconfigured",
    "unhealthy",
    "schema_too_old",
    "overloaded",
    "database_unavailable",
    "storage_unavailable",
    "platform_unavailable",
  ],
};

for (const [status, codes] of Object.entries(PROMISED)) {
  Deno.test(`${codes.join(", ")}: status ${status}`, () => {
    for (const code of codes) assert.equal(new EsteiraError(code, "x").status, Number(status), code);
  });
}

Deno.test("every code has a promised status", () => {
  assert.deepEqual(Object.keys(ERROR_STATUS).toSorted(), Object.values(PROMISED).flat().toSorted());
});

Deno.test("an error is an Error with code, details and a body of the one shape", () => {
  const error = new EsteiraError("invalid_input", "scale: must be 2 or 4", { field: "scale" });
  assert.ok(error instanceof Error);
  assert.equal(error.name, "EsteiraError");
  assert.equal(String(error), "EsteiraError: scale: must be 2 or 4");
  const body = {
    error: { code: "invalid_input", message: "scale: must be 2 or 4", details: { field: "scale" } },
  };
  assert.deepEqual(error.toBody(), body);
  assert.deepEqual(errorBody.parse(JSON.parse(JSON.stringify(error.toBody()))), body);
});

Deno.test("details are there even when there are none", () => {
  assert.deepEqual(new EsteiraError("not_found", "x").toBody().error.details, {});
});

Deno.test("a status that is given wins over the code's own", () => {
  assert.equal(new EsteiraError("not_found", "x", {}, 410).status, 410);
});

Deno.test("only the codes are codes", () => {
  for (const code of Object.keys(ERROR_STATUS)) assert.ok(isErrorCode(code), code);
  for (const other of ["", "constructor", "toString", "__proto__", "NOT_FOUND", 404, null, undefined, {}]) {
    assert.equal(isErrorCode(other), false, String(other));
  }
});
