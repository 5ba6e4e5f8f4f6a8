/** An error in words for whoever asked for the job, beside those of whoever refused it: nobody's words are hidden. */
import { errorKind } from "../../../../shared/errors/provider_error_kinds.ts";
import type { ClientJob } from "../../api/job.ts";
import { type Texts, USER_ERRORS, type UserError } from "./texts.ts";

type Failure = Pick<ClientJob, "status" | "lane" | "error_code" | "error_message">;

/** Kinds of which our words say less than the provider's. */
const VAGUE: readonly UserError[] = ["task_failed", "provider_error", "invalid_input", "invalid_file"];

/** What a failed job's error means for its user. Null: it has not failed, or the provider's words say it better. */
export function jobErrorWords(job: Failure, texts: Texts): string | null {
  if (job.status !== "failed") return null;
  const kind = job.error_code === null ? undefined : errorKind(job.lane, job.error_code);
  if (!isUserError(kind)) return job.error_message === null ? job.error_code ?? texts.status.failed : null;
  return VAGUE.includes(kind) && job.error_message !== null ? null : texts.errors[kind];
}

/** A failed job's error in one line: as it was said, else what it means. */
export function errorSaid(job: Failure, texts: Texts): string {
  return job.error_message ?? jobErrorWords(job, texts) ?? texts.status.failed;
}

/** What a refused request or an upload that failed comes to. */
export function errorWords(error: unknown, texts: Texts): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (isUserError(code)) return texts.errors[code];
  return error instanceof Error && error.message !== "" ? error.message : texts.card.actionFailed;
}

function isUserError(code: unknown): code is UserError {
  return (USER_ERRORS as readonly unknown[]).includes(code);
}
