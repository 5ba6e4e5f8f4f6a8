/** Calling Astria, and what its errors mean. */
import { z } from "zod";
import type { ClassifiedFailure } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, prepareApiCall } from "../kit/account_call.ts";
import { httpFailure } from "../kit/failures.ts";
import type { PreparedCall, ProviderAnswer, ProviderCall } from "../kit/provider_call.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";

const API: Api = { baseUrl: "https://api.astria.ai", scheme: "Bearer" };

interface CallOptions extends Pick<ProviderCall, "json" | "method" | "timeoutMs" | "isSubmit"> {
  /** Statuses that are answers like those of success. */
  accept?: readonly number[];
}

/** Builds a call. Its `send` throws ProviderError for every status that is no success. */
export function prepareCall(work: WorkItem, path: string, options: CallOptions): PreparedCall {
  const { accept = [], isSubmit = false, ...request } = options;
  const headers = { accept: "application/json" };
  const prepared = prepareApiCall(work, API, path, { headers, isSubmit, ...request });
  return {
    send: async (signal) => {
      const answer = await prepared.send(signal);
      const { status } = answer;
      if ((status >= 200 && status < 300) || accept.includes(status)) return answer;
      // "Would probably have been processed", says astria.md#errors of a 504; of the others nobody knows.
      throw new ProviderError(failureOf(answer), { isAmbiguous: isSubmit && status >= 500 });
    },
  };
}

/** Calls Astria. Errors: as prepareCall's and its `send`'s. */
export async function call(work: WorkItem, path: string, options: CallOptions = {}): Promise<ProviderAnswer> {
  return await prepareCall(work, path, options).send();
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
