/** What settle does with a task whose end is not known yet, and with one that failed. */
import { attemptFailed } from "../engine/attempts.ts";
import type { ClassifiedFailure } from "../engine/failure.ts";
import { acknowledge, defer } from "../engine/messages.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";
import { logError, logJob } from "../runtime/log.ts";

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 120;

/**
 * Looks again later, each time after twice as long, until the attempt's deadline. A poll is over with its answer: the
 * reaper sends the next one, as often as the lane wants to know.
 */
export async function askAgain(message: Message, why: string): Promise<void> {
  const { item, read_count } = message;
  if (isPastDeadline(item)) {
    return await fail(message, {
      retryClass: "backoff",
      code: "deadline_exceeded",
      message: `Gave up waiting: ${why}`,
    });
  }
  if (item.kind === "poll") {
    logJob(item.job.id, "polled", { why });
    return await acknowledge(message);
  }
  const seconds = Math.min(
    FIRST_WAIT_SECONDS * 2 ** (read_count - 1),
    LONGEST_WAIT_SECONDS,
  );
  logJob(item.job.id, "asking again", { why, seconds });
  await defer(message, seconds).catch((error) => logError("settle", error, { job: item.job.id }));
}

function isPastDeadline({ job }: WorkItem): boolean {
  return job.deadline_at !== null && Date.parse(job.deadline_at) < Date.now();
}

/** Ends the attempt as failed. */
export async function fail(message: Message, failure: ClassifiedFailure): Promise<void> {
  const verdict = await attemptFailed(message, failure);
  logJob(message.item.job.id, verdict, {
    error_code: failure.code,
    error: failure.message,
  });
}
