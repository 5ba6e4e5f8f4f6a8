/** Ends of attempts without a result. What each means for the job, its credit and its slot is SQL's to decide. */
import type { Json } from "../../../../shared/database.types.ts";
import { withoutAddresses } from "../text/without_addresses.ts";
import { storable } from "../text/redact.ts";
import { unwrap, worker } from "./database.ts";
import type { ClassifiedFailure } from "./failure.ts";
import { report } from "./reports.ts";
import { mayStartNext } from "./started.ts";
import type { Message } from "./work_item.ts";

/** A message as the job's owner reads it: no addresses of ours, or of anybody's machines. */
export function toldToOwner(message: string): string {
  return withoutAddresses(storable(message));
}

/** Whose attempt it is, and the message that is done with when it ends. */
const about = ({ item, queue, msg_id }: Message) => ({
  p_job_id: item.job.id,
  p_token: item.attempt.token,
  p_queue: queue,
  p_msg_id: msg_id,
});

/**
 * The provider refused the submit, or its task failed. `isAllOver`: whatever the attempt's submits have made is known to
 * be over, and none is under way. Returns failed, retried, duplicate, late, or in_doubt: nothing was changed, since
 * something that the attempt has made may be alive.
 */
export async function attemptFailed(
  message: Message,
  failure: ClassifiedFailure,
  { isAllOver = false }: { isAllOver?: boolean } = {},
): Promise<string> {
  const told = {
    ...about(message),
    p_retry_class: failure.retryClass,
    p_error_code: failure.code,
    p_error_message: toldToOwner(failure.message),
    ...failure.raw === undefined ? {} : { p_raw: failure.raw as Json },
    ...failure.retryAfterMs === undefined ? {} : { p_retry_after: `${failure.retryAfterMs} milliseconds` },
    ...isAllOver ? { p_all_over: true } : {},
  };
  // Who pauses an account holds that, and goes alone.
  const call = failure.retryClass === "pause"
    ? worker().rpc("attempt_failed", told).then(unwrap)
    : report("attempt_failed", told);
  return await mayStartNext(message.item.job.lane, call) ?? "unknown";
}

/** Nobody ever learnt whether the provider took the task. Returns failed, known (look again: it is) or late. */
export async function submitUnknown(message: Message): Promise<string> {
  return unwrap(await mayStartNext(message.item.job.lane, worker().rpc("submit_unknown", about(message)))) ??
    "unknown";
}

/**
 * The deadline is past and the task's end not known. `isEarly`: its provider's own time for it is up, whatever the
 * deadline. Returns failed, not_yet (it was put off, or has succeeded) or late.
 */
export async function deadlinePassed(
  message: Message,
  why: string,
  { isEarly = false }: { isEarly?: boolean } = {},
): Promise<string> {
  return unwrap(
    await mayStartNext(
      message.item.job.lane,
      worker().rpc("deadline_passed", {
        ...about(message),
        p_message: toldToOwner(why),
        ...isEarly ? { p_is_early: true } : {},
      }),
    ),
  ) ?? "unknown";
}

/** We do not take this output, now or later. Returns failed, duplicate or late. */
export async function outputRefused(
  message: Message,
  refusal: { code: string; message: string; raw: unknown },
): Promise<string> {
  return unwrap(
    await mayStartNext(
      message.item.job.lane,
      worker().rpc("output_refused", {
        ...about(message),
        p_error_code: refusal.code,
        p_error_message: toldToOwner(refusal.message),
        p_raw: refusal.raw as Json,
      }),
    ),
  ) ?? "unknown";
}
