/** For tests: rows of the outbox of cancels, as the database hands them to a worker. */
import type { CancelItem } from "./cancels.ts";
import { type Differences, messageFor } from "./work_item_fixture.ts";

/** A row about a task that was submitted once; nobody is at a submit any more. */
export function cancelItem(
  cancel: Partial<CancelItem["cancel"]> = {},
  differences: Differences = {},
): CancelItem {
  const attempt = { phase: "finished", submits: 1, ...differences.attempt } as const;
  const { item } = messageFor("http://127.0.0.1:9", { ...differences, attempt, kind: "cancel" });
  return {
    ...item,
    job: { ...item.job, input: {}, deadline_at: null },
    cancel: { asked_at: null, tries: 1, is_sender_gone: true, accepted_id: null, nones: 0, ...cancel },
  };
}
