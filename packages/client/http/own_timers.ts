/** Timers that end with their client, whoever has set them. */
import type { Surroundings } from "../live/surroundings.ts";

/** The same surroundings; after `close` no timer of theirs is left, and none is set any more. */
export function ownTimers(surroundings: Surroundings): { surroundings: Surroundings; close(): void } {
  const timers = new Set<unknown>();
  let isClosed = false;
  return {
    surroundings: {
      ...surroundings,
      setTimeout(run, ms) {
        if (isClosed) return undefined;
        const timer = surroundings.setTimeout(() => {
          timers.delete(timer);
          run();
        }, ms);
        timers.add(timer);
        return timer;
      },
      clearTimeout(timer) {
        timers.delete(timer);
        surroundings.clearTimeout(timer);
      },
    },
    close() {
      isClosed = true;
      for (const timer of timers) surroundings.clearTimeout(timer);
      timers.clear();
    },
  };
}
