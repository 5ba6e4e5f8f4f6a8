/** Cancelling an attempt whose submits may each have made a task: all of them must be over. */
import type { CancelItem } from "../engine/cancels.ts";
import type { FoundTask, Provider } from "../providers/provider.ts";
import { aboutTask, type Look, noneOf } from "./cancel_look.ts";
import { bestOf, tasksOf } from "./find_tasks.ts";
import { stopTask } from "./stop_task.ts";

/** Stops every task that lives. Over when all are, and no submit can make another; the accepted one is let be. */
export async function cancelSeveral(provider: Provider, item: CancelItem): Promise<Look> {
  const found = await tasksOf(provider, item);
  if (found === null) return {};
  const tasks = withKnown(item, found).filter(({ externalId }) => externalId !== item.cancel.accepted_id);
  const alive = tasks.filter(({ state }) => state === "alive");
  let isAsked = false;
  for (const task of alive) {
    // Asked each time: which of them were asked before is not known.
    const standing = await stopTask(provider, aboutTask(item, task), task.externalId, false);
    isAsked ||= standing === "asked";
    if (standing !== "asked" && standing !== "alive") task.state = standing;
  }
  if (tasks.some(({ state }) => state === "alive") || !item.cancel.is_sender_gone) {
    return isAsked ? { learnt: { isAsked } } : {};
  }
  const best = bestOf(tasks);
  if (best) return { over: best.state === "alive" ? "failed" : best.state };
  return item.cancel.accepted_id === null ? noneOf(item) : { over: "succeeded" };
}

/** With the task whose id is known, should the provider not list it (yet). */
function withKnown({ attempt: { external_id } }: CancelItem, found: readonly FoundTask[]): FoundTask[] {
  const tasks = found.map((task) => ({ ...task }));
  if (external_id !== null && !tasks.some(({ externalId }) => externalId === external_id)) {
    tasks.push({ externalId: external_id, state: "alive", raw: null, details: {} });
  }
  return tasks;
}
