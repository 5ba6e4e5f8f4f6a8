/** Whether users who were deleted midway are gone. Pure. */
import type { Evidence } from "../evidence.ts";

/** How long after the deletion a submit may still come that passed the checkpoint before it: the longest lease. */
const UNDER_WAY_MS = 20_000;

/** Nothing is left of who was deleted: no job, no attempt, no file; and no task began for them after that. */
export function leaversAreGone({ leavers, tasks }: Evidence): string[] {
  return leavers.flatMap(({ userId, leftAt, texts, remains }) => [
    ...remains.map((what) => `of the deleted user ${userId} there is still ${what}`),
    ...tasks.filter(({ text, beganAt }) => texts.has(text ?? "") && beganAt > leftAt + UNDER_WAY_MS)
      .map(({ id, provider }) => `task ${id} began at ${provider} for the deleted user ${userId}`),
  ]);
}
