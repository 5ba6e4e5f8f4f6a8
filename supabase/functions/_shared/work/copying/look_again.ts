/** A result that could not be copied now. SQL gives it up a day after the provider's word; nothing is made again. */
import { z } from "zod";
import { defer } from "../../engine/messages.ts";
import { wake } from "../../engine/waking.ts";
import type { Message } from "../../engine/work_item.ts";
import { logError, logJob } from "../../runtime/log.ts";
import { withoutAddresses } from "../../text/without_addresses.ts";

const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 15 * 60;
const LONGEST_REASON = 300;

const looked = z.object({
  /** Looks in a row that came to nothing. */
  looks: z.number().int().nonnegative().catch(0),
});

/** Why, for operators: an address would be the result itself. */
function reasonOf(why: string): string {
  return withoutAddresses(why).slice(0, LONGEST_REASON);
}

/** Looks again later, each time after twice as long. */
export async function lookAgain(message: Message, why: string): Promise<void> {
  const { job, attempt } = message.item;
  const { looks } = looked.parse(attempt.checkpoint);
  const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(looks, 30), LONGEST_PAUSE_SECONDS);
  logJob(job.id, "looking again", { why, seconds, looks: looks + 1 });
  await defer(message, seconds, { looks: looks + 1, copying_until: null, look_error: reasonOf(why) });
}

/** There was not the time to copy all: another worker goes on at once. */
export async function handOver(message: Message, how: string): Promise<void> {
  const { job } = message.item;
  logJob(job.id, "copying goes on", { how });
  await defer(message, 1, { looks: 0, copying_until: null });
  await wake(job.lane).catch((error) => logError("wake", error, { job: job.id }));
}
