/** Whether anything is left over: credits, slots, messages, dead letters, broadcasts that were swallowed. Pure. */
import type { Evidence } from "../evidence.ts";

/** The ledger agrees with itself and with every job's end; this covers the refund of each that did not complete. */
export function creditsAddUp({ creditDrift }: Evidence): string[] {
  return [...creditDrift];
}

/** No slot is held, and no queue has a message. */
export function nothingIsHeld({ busySlots, queues }: Evidence): string[] {
  return [
    ...busySlots > 0 ? [`${busySlots} slots are held`] : [],
    ...[...queues].filter(([, n]) => n > 0).map(([name, n]) => `${name} has ${n} messages`),
  ];
}

/** ops.dead_letters has one letter for each failed job and none for any other. */
export function deadLettersAreTheFailed({ deadLetters, jobs, leavers }: Evidence): string[] {
  // Those of users who are gone name jobs that are gone too.
  const ids = new Set(jobs.map(({ id }) => id));
  const letters = Map.groupBy(deadLetters.filter((id) => leavers.length === 0 || ids.has(id)), (id) => id);
  const failed = new Set(jobs.filter(({ status }) => status === "failed").map(({ id }) => id));
  return [
    ...[...failed].filter((id) => letters.get(id)?.length !== 1)
      .map((id) => `failed job ${id} has ${letters.get(id)?.length ?? 0} dead letters`),
    ...[...letters.keys()].filter((id) => !failed.has(id)).map((id) =>
      `job ${id} has a dead letter and did not fail`
    ),
  ];
}

/** No broadcast was swallowed. */
export function broadcastsWent({ broadcastFailures }: Evidence): string[] {
  return [...broadcastFailures];
}
