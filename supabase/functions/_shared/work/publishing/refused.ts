/** What is done about a publication that could not be prepared or committed. */
import { publicationFailed } from "../../engine/publications.ts";
import { ClassifiedError } from "../../engine/failure.ts";
import type { Message } from "../../engine/work_item.ts";
import { PlatformError, type PlatformFailure } from "../../platforms/platform.ts";
import { logError } from "../../runtime/log.ts";
import { leaveInDoubt } from "./doubt.ts";
import { logFailed } from "./log_publication.ts";
import { DONE, type Turned } from "./turned.ts";

/**
 * Something failed. `isCommitted`: this worker has sent a commit; what is no refusal of it for sure leaves it in doubt. What
 * earlier ones sent is known not to be there: else nothing is tried but to find it. Throws what is no failure of a publication.
 */
export async function refused(message: Message, error: unknown, isCommitted: boolean): Promise<Turned> {
  const failure = failureOf(error);
  if (!failure) throw error;
  const isAmbiguous = (error instanceof PlatformError && error.isAmbiguous) || failure.class === "unknown";
  // Looks may have found nothing before the platform showed it: preparing that meets it says so.
  const mayBeThere = isCommitted || message.item.attempt.submits > 0;
  if (mayBeThere && isAmbiguous) {
    logError("commit", error, { job: message.item.job.id, outcome: "unknown" });
    return await leaveInDoubt(message, failure.message, failure);
  }
  const told = isAmbiguous ? { ...failure, class: "backoff" as const } : failure;
  const verdict = await publicationFailed(message, told, { isAllOver: message.item.attempt.submits > 0 });
  logFailed(message, verdict, told);
  return verdict === "in_doubt" ? await leaveInDoubt(message, told.message) : DONE;
}

/** Weather is not the publication's fault: it waits, and no attempt is used. */
function failureOf(error: unknown): PlatformFailure | null {
  if (error instanceof PlatformError) {
    const { failure, isUnreachable, isAmbiguous } = error;
    return isUnreachable && !isAmbiguous ? { ...failure, class: "wait", scope: "publication" } : failure;
  }
  if (!(error instanceof ClassifiedError)) return null;
  const { retryClass, ...rest } = error.failure;
  return { ...rest, class: retryClass, scope: "publication" };
}
