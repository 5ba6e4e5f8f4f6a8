/** What is to be done about each of OpenAI's errors. */
import type { RetryClass } from "../../engine/failure.ts";
import { classIn, type RetryTable } from "../kit/retry_table.ts";

type Named = Readonly<Record<RetryClass, readonly string[]>>;

// The codes and types of openai.md#errors. What has none of them is judged by its HTTP status.
const NAMED: Named = {
  never: ["model_not_found", "invalid_value"],
  backoff: ["server_error"],
  // Whoever is refused for where the worker runs is not refused where the next one does.
  wait: [
    ...["rate_limit_exceeded", "slow_down", "server_is_overloaded", "service_unavailable_error"],
    ...["rate_limit_error", "unsupported_country_region_territory"],
  ],
  // 429 as well, and no waiting helps.
  pause: [
    ...["insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded"],
    ...["project_spend_limit_exceeded", "organization_usage_limit_exceeded"],
    ...["billing_hard_limit_reached", "billing_not_active", "invalid_api_key", "account_deactivated"],
  ],
};

const STATUSES: RetryTable = {
  never: [400, 404, 405, 413, 415, 422],
  backoff: [408, 409, 500, 502, 504],
  wait: [429, 503],
  pause: [401, 402, 403],
};

/** What to do about an error. The code comes before the type, which is coarser, and both before the HTTP status. */
export function retryClassOf(
  { status, code, type }: { status: number; code: string | null; type: string | null },
): RetryClass {
  return named(code) ?? named(type) ?? classIn(STATUSES, status) ?? (status >= 500 ? "backoff" : "never");
}

function named(name: string | null): RetryClass | undefined {
  const classes: readonly RetryClass[] = ["never", "backoff", "wait", "pause"];
  return name === null ? undefined : classes.find((retryClass) => NAMED[retryClass].includes(name));
}
