/** Calling RunningHub, and what its answers mean. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, apiKeyOf, prepareApiCall } from "../kit/account_call.ts";
import { httpError, isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import { ProviderError } from "../provider.ts";
import { UNKNOWN_ERROR } from "./codes.ts";
import { businessFailure } from "./failures.ts";

const API: Api = { baseUrl: "https://www.runninghub.cn", scheme: "Bearer" };

const answer = z.looseObject({
  code: z.coerce.number().optional(),
  msg: z.string().nullish(),
  data: z.unknown().optional(),
});
type Answer = z.infer<typeof answer>;

interface CallOptions {
  json?: Record<string, unknown>;
  body?: ReadableStream<Uint8Array>;
  contentType?: string;
  timeoutMs?: number;
  /** An error after the request was sent leaves it open whether a task was made. */
  isSubmit?: boolean;
  /** Return every business code instead of throwing for those that are not 0. */
  anyCode?: boolean;
}

/** What RunningHub said, by its own code. */
export interface HubAnswer {
  code: number;
  msg: string;
  data: unknown;
  raw: unknown;
  headers: Headers;
}

/**
 * Builds a call. HTTP is 200 nearly always; what counts is `code` (runninghub.md#hosts). Its `send` throws ProviderError
 * for every code that is not success, unless any is wanted.
 */
export function prepareCall(
  work: WorkItem,
  path: string,
  { json, body, contentType, timeoutMs, isSubmit = false, anyCode = false }: CallOptions,
): { send(signal?: AbortSignal): Promise<HubAnswer> } {
  const prepared = prepareApiCall(work, API, path, {
    method: "POST",
    ...body ? { body } : { json: { apiKey: apiKeyOf(work), ...json } },
    ...contentType ? { contentType } : {},
    ...timeoutMs ? { timeoutMs } : {},
    isSubmit,
  });
  return {
    send: async (signal) => {
      const answer = readAnswer(await prepared.send(signal), isSubmit);
      if (answer.code === 0 || anyCode) return answer;
      throw refusal(answer, isSubmit);
    },
  };
}

/** Calls RunningHub. Errors: as prepareCall's and its `send`'s. */
export async function call(work: WorkItem, path: string, options: CallOptions): Promise<HubAnswer> {
  return await prepareCall(work, path, options).send();
}

/** What an answer that is no success says. */
export function refusal({ code, msg, raw, headers }: HubAnswer, isSubmit = false): ProviderError {
  const failure = businessFailure(code, msg, raw);
  // HTTP's 500 under another name: the task may have been made. Not where the name beside it says more.
  const isUnreachable = code === UNKNOWN_ERROR && failure.retryClass === "backoff";
  const retryClass = isUnreachable ? "wait" : failure.retryClass;
  return new ProviderError({
    ...failure,
    retryClass,
    ...waitTold({ headers, raw, message: msg }, retryClass),
  }, {
    isAmbiguous: isSubmit && isUnreachable,
    isUnreachable,
  });
}

function readAnswer(answered: ProviderAnswer, isSubmit: boolean): HubAnswer {
  const { status, raw, headers } = answered;
  if (status === 429) throw httpError(answered, { retryClass: "wait", message: "Too many requests" });
  if (isServersTrouble(status)) {
    throw httpError(answered, { retryClass: "wait", message: "RunningHub had an error" }, isSubmit);
  }
  const parsed = answer.safeParse(answered.body);
  if (!parsed.success) throw malformedAnswer("The answer is not of the documented shape", raw, isSubmit);
  return { ...codeOf(parsed.data, status), data: parsed.data.data, raw, headers };
}

function codeOf({ code, msg }: Answer, status: number): { code: number; msg: string } {
  const known = code ?? (status < 300 ? 0 : status);
  return { code: known === 200 ? 0 : known, msg: msg ?? "" }; // some clients see 200 for success (runninghub.md#hosts)
}
