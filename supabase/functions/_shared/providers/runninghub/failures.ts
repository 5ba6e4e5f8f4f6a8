/** What RunningHub's failures are, and why a task failed. */
import { z } from "zod";
import type { ClassifiedFailure } from "../../engine/failure.ts";
import { waitTold } from "../kit/told_wait.ts";
import { FAILED, retryClassOf } from "./codes.ts";

// Failures inside a task that are the machine's fault, not the input's (runninghub.md#codes, last paragraph).
const INFRASTRUCTURE = /stale file handle|errno 116|connection reset/i;
const FILE_ERROR = /\b(OSError|FileNotFoundError)\b/i;
const LOADING = /Load(Image|Video)/i;

/** What a business code says. */
export function businessFailure(
  code: number,
  msg: string,
  raw: unknown,
): ClassifiedFailure {
  return {
    retryClass: retryClassOf(code, msg),
    code: String(code),
    message: msg || `RunningHub answered code ${code}`,
    raw,
  };
}

/**
 * Why a task failed (runninghub.md#outcomes, code 805): its exception, unmasked; retried only when the machine was at
 * fault.
 */
export function taskFailure(
  data: unknown,
  msg: string,
  raw: unknown,
): ClassifiedFailure {
  const reason = z.looseObject({
    failedReason: z.looseObject({
      exception_message: z.string().nullish(),
      exception_type: z.string().nullish(),
      node_name: z.string().nullish(),
    }).nullish(),
  }).safeParse(data).data?.failedReason;
  const message = reason?.exception_message?.trim() || msg || "The task failed";
  const evidence = [
    reason?.exception_type,
    reason?.exception_message,
    reason?.node_name,
  ].join(" ");
  const retryClass = isInfrastructure(evidence) ? "backoff" : "never";
  return { retryClass, code: String(FAILED), message, raw, ...waitTold({ message }, retryClass) };
}

/** Whether the machine is to blame. Two looks for the file that could not be loaded: one would take the square of the text's length. */
function isInfrastructure(evidence: string): boolean {
  const at = evidence.search(FILE_ERROR);
  return INFRASTRUCTURE.test(evidence) || (at !== -1 && LOADING.test(evidence.slice(at)));
}
