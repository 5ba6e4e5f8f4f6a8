/** Looking through a provider for what an attempt's submits have made. */
import type { WorkItem } from "../engine/work_item.ts";
import type { FoundTask, Provider } from "../providers/provider.ts";
import { contextOf } from "./submit_context.ts";
import { asking } from "./weather.ts";

/** All tasks of the attempt; null: the provider cannot be looked through. Throws ProviderError. */
export async function tasksOf(provider: Provider, item: WorkItem): Promise<FoundTask[] | null> {
  const { findTasks } = provider;
  if (!findTasks) return null;
  return await asking(item, () => findTasks.call(provider, item, contextOf(provider, item)));
}

const RANKS: readonly FoundTask["state"][] = ["succeeded", "alive", "failed", "stopped"];

/** The task that an attempt goes on with: one that succeeded before one that may. */
export function bestOf(tasks: readonly FoundTask[]): FoundTask | undefined {
  return tasks.toSorted((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state))[0];
}

/**
 * Whether an attempt may have several tasks: then it is over only when all of them are. Elsewhere a repetition makes no
 * second task, or there is none.
 */
export function mayHaveSeveral({ resubmit }: Provider, { attempt }: WorkItem): boolean {
  return resubmit === "at_least_once" && attempt.submits > 1;
}

/** For how long a submit of the attempt may still be under way, in seconds; 0: nobody is at one. */
export function senderSeconds({ attempt: { submit_until } }: WorkItem): number {
  if (submit_until === null) return 0;
  return Math.max(Math.ceil((Date.parse(submit_until) - Date.now()) / 1000), 0);
}
