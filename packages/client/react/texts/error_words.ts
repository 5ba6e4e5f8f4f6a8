/** An error in words for whoever asked for the job; what is not well known is told as it came. */
import { errorKind } from "../../../../shared/errors/provider_error_kinds.ts";
import type { ClientJob } from "../../api/job.ts";
import { type Texts, USER_ERRORS, type UserError } from "./texts.ts";

function isUserError(code: unknown): code is UserError {
  return (USER_ERRORS as readonly unknown[]).includes(code);
}

/** Why a job failed. Null: it has not. */
export function jobErrorWords(
  job: Pick<ClientJob, "status" | "lane" | "error_code" | "error_message">,
  texts: Texts,
): string | null {
  if (job.status !== "failed") return null;
  const kind = job.error_code === null ? undefined : errorKind(job.lane, job.error_code);
  return isUserError(kind) ? texts.errors[kind] : job.error_message ?? job.error_code ?? texts.status.failed;
}

/** What a refused request or an upload that failed comes to. */
export function errorWords(error: unknown, texts: Texts): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (isUserError(code)) return texts.errors[code];
  return error instanceof Error && error.message !== "" ? error.message : texts.card.actionFailed;
}
