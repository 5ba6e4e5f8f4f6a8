/** Calling KIE, and what its answers mean. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, prepareApiCall } from "../kit/account_call.ts";
import { isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import type { ProviderAnswer } from "../kit/provider_call.ts";
import { waitTold } from "../kit/told_wait.ts";
import { ProviderError } from "../provider.ts";
import { CAP_REACHED, isInDoubt, isKiesTrouble, pauseOfCap, SUCCESS } from "./codes.ts";
import { classified } from "./failures.ts";
import { envelope } from "./task_record.ts";

const API: Api = { baseUrl: "https://api.kie.ai", scheme: "Bearer" };
const LEAST_WAIT_MS: Readonly<Record<number, number>> = { 429: 10_000, 455: 120_000 };

interface CallOptions {
  json?: Record<string, unknown>;
  /** An error after the request was sent leaves it open whether a task was made. */
  isSubmit?: boolean;
  /** Codes to be returned as success is, instead of thrown. */
  expects?: readonly number[];
}

/** What KIE said, by its own code. */
export interface KieAnswer {
  code: number;
  /** The code as it is shown: as `http_<status>` where KIE itself named none. */
  shown: string;
  msg: string;
  data: unknown;
  raw: unknown;
  headers: Headers;
}

/** Builds a call. Its `send` throws ProviderError for every code that is neither success nor expected. */
export function prepareCall(
  work: WorkItem,
  path: string,
  { json, isSubmit = false, expects = [] }: CallOptions,
): { send(signal?: AbortSignal): Promise<KieAnswer> } {
  const prepared = prepareApiCall(work, API, path, { ...json ? { json } : {}, isSubmit });
  return {
    send: async (signal) => {
      const answer = readAnswer(await prepared.send(signal), isSubmit);
      if (answer.code === SUCCESS || expects.includes(answer.code)) return answer;
      throw refusal(answer, isSubmit);
    },
  };
}

/** Calls KIE. Errors: as prepareCall's and its `send`'s. */
export async function call(work: WorkItem, path: string, options: CallOptions): Promise<KieAnswer> {
  return await prepareCall(work, path, options).send();
}

/** What counts is the `code` in the body: HTTP says 200 to errors as well (kie.md#submit). */
function readAnswer({ status, headers, body, raw }: ProviderAnswer, isSubmit: boolean): KieAnswer {
  const answer = envelope.safeParse(body).data;
  const isHttpError = status >= 400;
  const named = isHttpError && answer?.code === SUCCESS ? null : answer?.code ?? null;
  const code = named ?? (isHttpError ? status : null);
  if (code === null) throw malformedAnswer("The answer is not of the documented shape", raw, isSubmit);
  const msg = answer?.msg || answer?.message || "";
  const shown = named === null ? `http_${status}` : String(code);
  return { code, msg, data: answer?.data, raw, shown, headers };
}

/** Whether KIE itself named the code, not HTTP alone. */
export function isKiesOwn({ code, shown }: KieAnswer): boolean {
  return shown === String(code);
}

/** What an answer that is no success says. */
export function refusal(answer: KieAnswer, isSubmit = false): ProviderError {
  const { code, msg, raw, shown, headers } = answer;
  const known = classified(code, shown, msg);
  // HTTP's own 501 and 505 are a server's error like any other.
  const isHttps = !isKiesOwn(answer) && isServersTrouble(code);
  const isUnreachable = isHttps || (isKiesTrouble(code) && known.retryClass !== "never");
  const retryClass = isUnreachable ? "wait" : known.retryClass;
  const hint = waitTold({ headers, raw, message: msg }, retryClass).retryAfterMs ?? 0;
  const wait = Math.max(hint, code === CAP_REACHED ? pauseOfCap(msg) : leastWaitOf(code));
  const failure: ClassifiedFailure = {
    ...known,
    retryClass,
    message: msg || `KIE answered code ${code}`,
    raw,
    ...wait > 0 ? { retryAfterMs: wait } : {},
  };
  // A server's error may come after the task was made.
  return new ProviderError(failure, { isAmbiguous: isSubmit && (isHttps || isInDoubt(code)), isUnreachable });
}

/** A little more for some, so that those who were turned away together do not come back together. */
function leastWaitOf(code: number): number {
  return Math.round((LEAST_WAIT_MS[code] ?? 0) * (1 + Math.random() / 2));
}
