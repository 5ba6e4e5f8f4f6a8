/** What one look at a row of the outbox has come to. */
import type { Json } from "../../../../shared/database.types.ts";
import type { CancelItem, Learnt, Over } from "../engine/cancels.ts";
import type { FoundTask } from "../providers/provider.ts";

/** All is over, or it is to be looked at again; `seconds`: default, later each time. */
export type Look = { over: Over } | { seconds?: number; learnt?: Learnt };

// The first look at what was asked to stop is soon; a provider that takes its time is not asked every second.
const WAITS_SECONDS = [2, 5, 15, 30, 60] as const;
const LONGEST_WAIT_SECONDS = 60;
/** For how long a worker has a row: what is noted meanwhile must not hand it to another. */
export const LEASE_SECONDS = 60;
const NONE_AGAIN_SECONDS = 61; // a none counts once a minute
const ENOUGH_NONES = 2;

/** After how many seconds a row is looked at again. */
export function waitOf({ cancel: { tries } }: CancelItem): number {
  return WAITS_SECONDS[Math.max(tries - 1, 0)] ?? LONGEST_WAIT_SECONDS;
}

/** The provider was asked to stop a task: it is looked at again soon. */
export const ASKED: Look = { seconds: WAITS_SECONDS[0], learnt: { isAsked: true } };

/** The provider has no task of the attempt. Believed when that was so twice, and nobody can be making one. */
export function noneOf({ cancel: { is_sender_gone, nones } }: CancelItem): Look {
  if (!is_sender_gone) return {};
  if (nones >= ENOUGH_NONES) return { over: "never_existed" };
  // The second that counts is followed at once by the look that concludes.
  return { seconds: nones === 0 ? NONE_AGAIN_SECONDS : WAITS_SECONDS[0], learnt: { isNone: true } };
}

/** What is to be kept of a task that was found. */
export function noteOf({ externalId, checkpoint }: FoundTask): Learnt {
  return { externalId, ...checkpoint ? { note: checkpoint as Record<string, Json> } : {} };
}

/** The same row, about a task that was found. */
export function aboutTask(item: CancelItem, { externalId, checkpoint }: FoundTask): CancelItem {
  const { attempt } = item;
  return {
    ...item,
    attempt: { ...attempt, external_id: externalId, checkpoint: { ...attempt.checkpoint, ...checkpoint } },
  };
}
