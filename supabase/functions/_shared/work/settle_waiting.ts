/** What settle does with a task whose end is not known yet. */
import { deadlinePassed } from "../engine/endings.ts";
import { defer } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { logError, logJob } from "../runtime/log.ts";
import { secondsLeft } from "./time_left.ts";

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 120;

/**
 * Looks again later, not within `leastSeconds`, until the attempt's deadline; then the job ends. A poll is put off as its
 * lane wants it, what a webhook has sent each time twice as long.
 */
export async function askAgain(message: Message, why: string, leastSeconds = 0): Promise<void> {
  const { item } = message;
  const left = secondsLeft(item);
  if (left === 0) {
    const verdict = await deadlinePassed(message, `Gave up waiting: ${why}`);
    logJob(item.job.id, verdict, { error_code: "deadline_exceeded", error: why });
    if (verdict !== "not_yet") return;
  }
  // At the deadline it is asked a last time.
  const seconds = Math.max(Math.min(waitOf(message), left || Infinity), leastSeconds, 1);
  logJob(item.job.id, item.kind === "poll" ? "polled" : "asking again", { why, seconds });
  await defer(message, seconds).catch((error) => logError("settle", error, { job: item.job.id }));
}

/** The provider's own time for the task is up: the job ends as at its deadline, and the outbox stops the task. */
export async function giveUpEarly(message: Message, why: string): Promise<void> {
  const verdict = await deadlinePassed(message, why, { isEarly: true });
  logJob(message.item.job.id, verdict, { error_code: "deadline_exceeded", error: why });
  if (verdict === "not_yet") await askAgain(message, why);
}

function waitOf({ item: { kind, poll_seconds }, read_count }: Message): number {
  const [first, longest] = kind === "poll"
    ? [poll_seconds.after, poll_seconds.every]
    : [FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS];
  return Math.min(first * 2 ** (read_count - 1), longest);
}
