/** Why OpenAI did not speak. */
import { z } from "zod";
import { httpError, httpFailure, isServersTrouble } from "../kit/failures.ts";
import { looseText } from "../kit/fields.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";

const problem = z.looseObject({
  error: z.looseObject({ message: looseText, type: looseText, code: looseText }),
});

/**
 * The error of an answer that is one. What OpenAI refuses in its own words was not begun. But an error that it had
 * itself, a page of a proxy between, or a time-out of its, says nothing of the speech: it may be made, and paid for.
 * All of these are weather.
 */
export function failureOf(answer: ProviderAnswer): ProviderError {
  const { status, raw } = answer;
  const said = problem.safeParse(raw).data?.error; // as it is stored: an error may repeat a part of the key
  const code = said?.code ?? null;
  const type = said?.type ?? null;
  const message = said?.message ?? `OpenAI answered HTTP ${status}`;
  const retryClass = retryClassOf({ status, code, type });
  const name = code ?? type;
  if (name === null) return httpError(answer, { retryClass, message }, true);
  const isUnreachable = isServersTrouble(status);
  return new ProviderError(httpFailure(answer, { retryClass, message, code: name }), {
    isUnreachable,
    // "wait": it says that it has not begun.
    isAmbiguous: isUnreachable && retryClass !== "wait",
  });
}
