/** Errors in words for whoever sees them. What was said stands first: nobody's words are hidden. */
import { errorText } from "../../../../shared/errors/provider_errors.ts";
import type { Language } from "../../../../shared/words/labels.ts";
import type { ClientJob } from "../../api/job.ts";
import { type Refusal, REFUSALS, type Texts } from "./texts.ts";

type Failure = Pick<ClientJob, "status" | "lane" | "error_code" | "error_message">;

export interface FailureWords {
  /** The error as whoever raised it said it; where there are no words of it, what it means. */
  readonly said: string;
  /** What that means for the user, where it says more. */
  readonly meaning: string | null;
}

/** Why a job failed. Null: it has not. */
export function failureWords(job: Failure, texts: Texts, language: Language): FailureWords | null {
  if (job.status !== "failed") return null;
  const meaning = errorText(job.lane, job.error_code, language) ?? null;
  if (job.error_message !== null) return { said: job.error_message, meaning };
  return { said: meaning ?? job.error_code ?? texts.status.failed, meaning: null };
}

/** What a refused request or an upload that failed comes to. */
export function errorWords(error: unknown, texts: Texts): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (isRefusal(code)) return texts.refusals[code];
  return error instanceof Error && error.message !== "" ? error.message : texts.card.actionFailed;
}

function isRefusal(code: unknown): code is Refusal {
  return (REFUSALS as readonly unknown[]).includes(code);
}
