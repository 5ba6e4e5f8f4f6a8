/** Why an option is not enqueued, as the caller is told. */
import { EsteiraError, isErrorCode } from "../../../shared/errors/errors.ts";
import type { PublicationIssue } from "../../../shared/publishing/option_rules.ts";
import type { Rejection } from "../../../shared/requests/requests_publications.ts";

/** An option that is not enqueued. `n`: its place in `selectedOptions`. */
export interface Refused {
  n: number;
  rejection: Rejection;
}

/** What is wrong with an option: the first issue is told, and all of them where there are several. */
export function rejectionOf(option: string, issues: readonly PublicationIssue[]): Rejection {
  const [first] = issues;
  if (!first) throw new Error(`There is nothing wrong with ${option}`);
  const { code, field, message } = first;
  const details = { ...first.details, ...issues.length > 1 ? { issues } : {} };
  return { platform: option, code, field, message, ...Object.keys(details).length > 0 ? { details } : {} };
}

/** The error where no option is left: that of the first, and in its details what is wrong with each. */
export function nothingLeft(rejected: readonly Rejection[]): EsteiraError {
  const [first] = rejected;
  const code = first && isErrorCode(first.code) ? first.code : "invalid_input";
  return new EsteiraError(code, `${first?.platform}: ${first?.message}`, {
    ...first?.details,
    platform: first?.platform,
    field: first?.field,
    rejected,
  });
}

/** The field of the request that a field of its `n`th job stands for: the database knows jobs alone. */
export function fieldOfRequest(field: string | null, n: number): string {
  const option = `selectedOptions.${n}`;
  const known: Readonly<Record<string, string>> = {
    connectionId: "connections",
    idempotency_key: "idempotencyKey",
    media: "mediaFiles",
    run_at: "scheduledFor",
    tool: option,
  };
  return field === null ? option : Object.hasOwn(known, field) ? known[field] ?? field : field;
}
