/** What KIE's failures are, and why a task failed. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import { waitTold } from "../kit/told_wait.ts";
import { GENERATION_FAILED, MODERATION, retryClassOf } from "./codes.ts";
import type { TaskRecord } from "./task_record.ts";

/** Class and code; a refusal of content has a code of ours, since KIE tells it by words alone. */
export function classified(
  code: number,
  shown: string,
  text: string,
): Pick<ClassifiedFailure, "retryClass" | "code"> {
  const says = code >= 500 || code === 400 || code === 422; // of an account or a limit these words mean something else
  if (says && MODERATION.test(text)) return { retryClass: "never", code: "content_moderation" };
  return { retryClass: retryClassOf(code, text), code: shown };
}

/**
 * Why a task failed, in its own words. `failCode` is a number like those of kie.md#codes or a word of the model's; a
 * word is treated as 501 is: tried again only when the text looks as if that would help.
 */
export function taskFailure({ failCode, failMsg }: TaskRecord, raw: unknown): ClassifiedFailure {
  const shown = failCode?.trim() || String(GENERATION_FAILED);
  const message = failMsg?.trim() || `The task failed with code ${shown}`;
  const code = /^\d{3}$/.test(shown) ? Number(shown) : GENERATION_FAILED;
  const { retryClass, code: known } = classified(code, shown, `${shown} ${message}`);
  // A task that has failed is over, however busy its model was: another one is another attempt.
  const lasting = retryClass === "wait" ? "backoff" : retryClass;
  return { retryClass: lasting, code: known, message, raw, ...waitTold({ message }, lasting) };
}
