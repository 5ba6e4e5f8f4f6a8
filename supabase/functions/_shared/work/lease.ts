/** A message's lease, as whoever works under it has to mind it. */
import type { WorkItem } from "../engine/work_item.ts";

// Left of a lease when what is under way is given up: to write down what is known of it.
const TIME_TO_WRITE_MS = 5_000;

/** How long something that begins with a lease may take, in milliseconds: after the lease another worker may be at it. */
export function leaseMs({ lease_seconds }: Pick<WorkItem, "lease_seconds">): number {
  const ms = lease_seconds * 1000;
  return Math.max(ms - TIME_TO_WRITE_MS, ms / 2);
}

/** Aborts shortly before the lease that begins now is over. */
export function untilLeaseEnds(item: Pick<WorkItem, "lease_seconds">): AbortSignal {
  return AbortSignal.timeout(leaseMs(item));
}
