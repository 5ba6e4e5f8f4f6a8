/** An attempt's deadline. */
import type { WorkItem } from "../engine/work_item.ts";

/** How much is left until the attempt's deadline, in whole seconds; 0: it is past; null: it has none yet. */
export function secondsLeft({ job: { deadline_at } }: WorkItem): number | null {
  if (deadline_at === null) return null;
  return Math.max(Math.ceil((Date.parse(deadline_at) - Date.now()) / 1000), 0);
}
