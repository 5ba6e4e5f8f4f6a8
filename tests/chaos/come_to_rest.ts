/** Waiting, when all jobs have ended, until nothing more is to come of them. */
import type { Environment } from "../world/environment.ts";
import type { Crew } from "./crew.ts";
import { queueLengths, tasksOf } from "./gather.ts";
import { pause } from "./patience.ts";
import type { Plan } from "./plans.ts";

const QUIET_MS = 1_500;

/**
 * Waits until the queues and the outbox are empty, no file is doomed that is still there, and the simulators have nothing
 * more to do. Messages that point at jobs which have ended would be put away when their time comes, and doomed files looked
 * for again in hours; here the time comes at once.
 */
export async function comeToRest(
  environment: Environment,
  crew: Crew,
  { pace, patienceMs }: Plan,
): Promise<void> {
  const { sql } = environment;
  const giveUpAt = performance.now() + patienceMs;
  let quietSince = performance.now();
  let before = "";
  while (performance.now() - quietSince < QUIET_MS && performance.now() < giveUpAt) {
    const queues = await queueLengths(environment);
    for (const [queue, length] of queues) {
      // But for what a worker may be at work on.
      if (length > 0) {
        await sql`
          update pgmq.${sql(`q_${queue}`)} set vt = clock_timestamp()
          where read_ct = 0 or vt > clock_timestamp() + greatest(${pace.lease}::interval, '30 seconds')`;
      }
    }
    const [open] = await sql`
      select (select count(*)::integer from private.cancels where over_at is null) as cancels,
        (select count(*)::integer from private.doomed_files) as doomed`;
    const tasks = tasksOf(environment, crew).map(({ outcome, wasHeard }) => [outcome, wasHeard]);
    const isIdle = [...queues.values(), open?.cancels].every((length) => length === 0) &&
      tasks.every(([outcome]) => outcome !== null);
    // Only when nothing can be stored any more: that is what the second look is for.
    if (isIdle) await sql`update private.doomed_files set due_at = clock_timestamp() where tries = 0`;
    const now = JSON.stringify([[...queues], open, tasks]);
    if (!isIdle || open?.doomed !== 0 || now !== before) quietSince = performance.now();
    before = now;
    await pause(250);
  }
}
