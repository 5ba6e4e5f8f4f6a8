/** How long a publication that was committed is left alone between two looks. */
import { defer, type Note } from "../../engine/messages.ts";
import type { Message } from "../../engine/work_item.ts";
import { logJob } from "../../runtime/log.ts";
import { secondsLeft } from "../time_left.ts";
import type { Turned } from "./turned.ts";

const LONGEST_SECONDS = 60;

/**
 * Puts the message off: for half as long as its commit is ago, so that what is quick is seen quickly and what is slow asked
 * after seldom; not for less than `least`, and to the attempt's deadline at most, when it is looked at a last time.
 * `note`: as of defer.
 */
export async function lookLater(
  message: Message,
  why: string,
  least: number,
  note: Note = {},
): Promise<Turned> {
  const { item } = message;
  const at = Date.parse(item.publication?.committed_at ?? "");
  const half = Number.isNaN(at) ? 0 : (Date.now() - at) / 2000;
  const wait = Math.max(Math.min(Math.ceil(half), LONGEST_SECONDS), least);
  const seconds = Math.max(Math.min(wait, secondsLeft(item) || Infinity), 1);
  logJob(item.job.id, "looking again", { why, seconds });
  await defer(message, seconds, note);
  return { is: "later", seconds };
}

/** Whether the attempt's deadline is past. */
export function isOverdue({ item }: Message): boolean {
  return secondsLeft(item) === 0;
}
