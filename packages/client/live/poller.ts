/** One timer for all snapshots that are due. */
import type { SnapshotReader } from "./snapshot_reader.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Poller {
  /** Something has changed that changes what is due when. */
  rearm(): void;
  stop(): void;
}

/** Lets each reader go on when it is due, while `mayRead`. */
export function createPoller(
  readers: () => Iterable<SnapshotReader>,
  mayRead: () => boolean,
  surroundings: Surroundings,
): Poller {
  let timer: unknown;
  let isStopped = false;

  function rearm(): void {
    surroundings.clearTimeout(timer);
    timer = undefined;
    if (isStopped || !mayRead()) return;
    const due = Math.min(...[...readers()].map((reader) => reader.dueAt()));
    if (due === Infinity) return; // what runs rearms when it ends
    timer = surroundings.setTimeout(() => {
      for (const reader of [...readers()]) reader.goOn();
      rearm();
    }, Math.max(due - surroundings.now(), 0));
  }

  return {
    rearm,
    stop() {
      isStopped = true;
      surroundings.clearTimeout(timer);
    },
  };
}
