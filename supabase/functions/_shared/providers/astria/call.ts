/** Calling Astria, and what its errors mean. */
import { z } from "zod";
import type { ClassifiedFailure } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, callApi } from "../kit/account_call.ts";
import { httpFailure } from "../kit/failures.ts";
import type { ProviderAnswer, ProviderCall } from "../kit/provider_call.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";

const API: Api = { baseUrl: "https://api.astria.ai", scheme: "Bearer" };

interface CallOptions extends Pick<ProviderCall, "json" | "method" | "timeoutMs" | "isSubmit"> {
  /** Statuses that are answers like those of success. */
  accept?: readonly number[];
}

/** Calls Astria. Throws ProviderError for every status that is no success. */
export async function call(work: WorkItem, path: string, options: CallOptions): Promise<ProviderAnswer> {
  const { accept = [], ...request } = options;
  const answer = await callApi(work, API, path, { headers: { accept: "application/json" }, ...request });
  const { status } = answer;
  if ((status >= 200 && status < 300) || accept.includes(status)) return answer;
  // "Would probably have been processed", says astria.md#errors of a 504; of the others nobody knows.
  throw new ProviderError(failureOf(answer), request.isSubmit === true && status >= 500);
}

function failureOf(answer: ProviderAnswer): ClassifiedFailure {
  const { status, raw } = answer;
  return httpFailure(answer, { retryClass: retryClassOf(status), message: messageOf(status, raw) });
}

/** What Astria said, unmasked: a sentence where there is one, else the errors by field as they came. */
function messageOf(status: number, raw: unknown): string {
  const said = z.looseObject({ error: z.string().min(1).optional(), message: z.string().min(1).optional() })
    .safeParse(raw).data;
  const errors = typeof raw === "object" && raw !== null ? JSON.stringify(raw) : undefined;
  return said?.error ?? said?.message ?? errors ?? `Astria answered HTTP ${status}`;
}
