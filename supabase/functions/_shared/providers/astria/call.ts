/** Calling Astria, and what its errors mean. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, prepareApiCall } from "../kit/account_call.ts";
import { httpError } from "../kit/failures.ts";
import type { PreparedCall, ProviderAnswer, ProviderCall } from "../kit/provider_call.ts";
import type { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";

const API: Api = { baseUrl: "https://api.astria.ai", scheme: "Bearer" };

interface CallOptions extends Pick<ProviderCall, "json" | "method" | "timeoutMs" | "isSubmit"> {
  /** Errors that are answers like those of success. */
  accepts?: (answer: ProviderAnswer) => boolean;
}

/** Builds a call. Its `send` throws ProviderError for every status that is no success. */
export function prepareCall(work: WorkItem, path: string, options: CallOptions): PreparedCall {
  const { accepts = () => false, isSubmit = false, ...request } = options;
  const headers = { accept: "application/json" };
  const prepared = prepareApiCall(work, API, path, { headers, isSubmit, ...request });
  return {
    send: async (signal) => {
      const answer = await prepared.send(signal);
      const { status } = answer;
      if ((status >= 200 && status < 300) || accepts(answer)) return answer;
      throw refusal(answer, isSubmit);
    },
  };
}

/** Calls Astria. Errors: as prepareCall's and its `send`'s. */
export async function call(work: WorkItem, path: string, options: CallOptions = {}): Promise<ProviderAnswer> {
  return await prepareCall(work, path, options).send();
}

/** Why a question or a submit was turned down. Of a 504 Astria says that it "would probably have been processed". */
export function refusal(answer: ProviderAnswer, isSubmit = false): ProviderError {
  const { status, raw } = answer;
  return httpError(answer, { retryClass: retryClassOf(status), message: messageOf(status, raw) }, isSubmit);
}

/** What Astria said, unmasked: a sentence where there is one, else the errors by field as they came. */
function messageOf(status: number, raw: unknown): string {
  const said = z.looseObject({ error: z.string().min(1).optional(), message: z.string().min(1).optional() })
    .safeParse(raw).data;
  const errors = typeof raw === "object" && raw !== null ? JSON.stringify(raw) : undefined;
  return said?.error ?? said?.message ?? errors ?? `Astria answered HTTP ${status}`;
}
