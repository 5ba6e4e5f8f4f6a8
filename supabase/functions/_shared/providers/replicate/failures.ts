/** Why Replicate turned a question down, and why a prediction failed. */
import { z } from "zod";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import { httpError } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import type { ProviderError } from "../provider.ts";
import { MODERATION, retryClassOf, retryClassOfError } from "./codes.ts";
import { prediction } from "./prediction.ts";

const ERROR_CODE = /\b(E\d{3,5})\b/;

const problem = z.looseObject({ title: looseText, detail: looseText });

/** Why a question or a submit was turned down. */
export function refusal(answer: ProviderAnswer, isSubmit = false): ProviderError {
  const { status, raw } = answer;
  const { title, detail } = problem.safeParse(raw).data ?? {};
  const message = detail ?? title ?? `Replicate answered HTTP ${status}`;
  return httpError(answer, { retryClass: retryClassOf(status), message }, isSubmit);
}

/** Why a prediction did not succeed (replicate.md#predictions, #errors), in its own words as they are stored. */
export function taskFailure(status: "failed" | "canceled" | "aborted", raw: unknown): ClassifiedFailure {
  const { error } = prediction.safeParse(raw).data ?? {};
  const said = typeof error === "string" ? error.trim() : error ? JSON.stringify(error) : "";
  if (status === "canceled") return failure("never", said || "The prediction was canceled");
  if (status === "aborted") return failure("backoff", said || "The prediction was stopped before it started");
  return failure(retryClassOfError(said), said || "The prediction failed without a reason");

  function failure(retryClass: RetryClass, message: string): ClassifiedFailure {
    // A refusal of content has a code of ours where it has none of Replicate's.
    const code = ERROR_CODE.exec(said)?.[1] ?? (MODERATION.test(said) ? "content_moderation" : status);
    return { retryClass, code, message, raw, ...waitTold({ message }, retryClass) };
  }
}
