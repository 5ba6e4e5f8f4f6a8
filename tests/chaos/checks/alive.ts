/** How long a task counts as its attempt's: until it ended, or until the waiting for it was given up by name. Pure. */
import type { Evidence, Task } from "../evidence.ts";

/**
 * From when on, in milliseconds since 1970, it is excused that a task of this attempt is alive. The named exceptions: a
 * task that was waited for as long as its lane's task_life (its row in the outbox says `unknown`), and in a pull lane one
 * whose lease has ended, which is all that can be known there.
 */
export function excusedFrom({ outbox, attempts }: Evidence): (token: string | undefined) => number {
  const excuses = new Map<string, number>();
  for (const { token, how, over_at } of outbox) {
    if (how === "unknown" && over_at) excuses.set(token, over_at.getTime());
  }
  for (const { token, error_code, finished_at } of attempts) {
    if (error_code === "lease_expired" && finished_at) excuses.set(token, finished_at.getTime());
  }
  return (token) => excuses.get(token ?? "") ?? Infinity;
}

/** From when until when a task counts, in milliseconds since 1970. */
export interface Life {
  readonly task: Task;
  readonly from: number;
  readonly to: number;
}

/** The lives of all tasks. */
export function livesOf(evidence: Evidence): Life[] {
  const excused = excusedFrom(evidence);
  return evidence.tasks.map((task) => ({
    task,
    from: task.beganAt,
    to: Math.min(task.endedAt ?? Infinity, excused(task.token)),
  }));
}
