/** Whether it could be said at any time why a job stood where it stood. Pure. */
import type { Evidence } from "../evidence.ts";

/** An open job had exactly one first verdict, one that had ended none that says it waits; and somebody has looked. */
export function everyJobIsExplained({ verdicts: { looks, problems } }: Pick<Evidence, "verdicts">): string[] {
  return looks === 0 ? ["nobody has looked"] : [...problems];
}
