/** Keeping a message from others while its result is copied. */
import { defer } from "../../engine/messages.ts";
import type { Message } from "../../engine/work_item.ts";
import { logError } from "../../runtime/log.ts";
import type { Slice } from "./slice.ts";

export const LEASE_SECONDS = 60;
// What is copied sooner is not worth a note.
const COPYING_TICK_MS = 2_000;
// At the first tick, then every 20 s: long before the lease ends, also when one call to extend it is lost.
const EXTEND_EVERY_TICKS = 10;

/** The note that a worker is at the copy, for as long as its lease. */
export function isAtIt(): { copying_until: string } {
  return { copying_until: new Date(Date.now() + LEASE_SECONDS * 1000).toISOString() };
}

/**
 * In how many seconds the worker at the copy is heard of again, or is dead; 0: there is none. There may be two messages
 * about a task: what a webhook has sent, and the question that waits for the case that none comes.
 */
export function secondsTaken({ item: { attempt } }: Message): number {
  const until = Date.parse(attempt.checkpoint.copying_until ?? "");
  return until > Date.now() + 1000 ? Math.ceil((until - Date.now()) / 1000) : 0;
}

/** How far a large file is, for whoever asks why it takes so long. */
function sentOf({ sent }: Slice["budget"]): { copied_bytes?: number } {
  return sent === undefined ? {} : { copied_bytes: sent };
}

/**
 * Does `work` and keeps the message from others meanwhile: a large file takes longer than a lease. Notes until when, so
 * that the reaper does not ask about the task as well: each question would start another copy of the same file.
 */
export async function underLease<T>(
  message: Message,
  work: () => Promise<T>,
  { budget }: Pick<Slice, "budget">,
): Promise<T> {
  let ticks = 0;
  let extending = Promise.resolve();
  const timer = setInterval(() => {
    if (ticks++ % EXTEND_EVERY_TICKS > 0) return;
    extending = defer(message, LEASE_SECONDS, { ...isAtIt(), ...sentOf(budget) }).catch((error) =>
      logError("extend lease", error)
    );
  }, COPYING_TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // What is said of the message next must not be overtaken by that.
    await extending;
  }
}
