/** Surroundings in the hands of a test: time passes when it says so. */
import { setImmediate } from "node:timers";
import type { Surroundings } from "../live/surroundings.ts";

export interface ManualClock extends Surroundings {
  /** Lets what is due within `ms` run, and all that follows from it. */
  pass(ms: number): Promise<void>;
  /** Tells of the page and the network. */
  tell(what: "visible" | "hidden" | "online" | "offline" | "restored"): void;
  timers(): number;
}

/** Lets everything run that is only waiting for its turn; a module that is loaded, too. */
export async function settle(): Promise<void> {
  // A module that is there already takes a few turns all the same.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    for (let i = 0; i < 30; i++) await Promise.resolve();
  }
}

/** @param start milliseconds since 1970 @param ahead how far this clock is ahead of others, in ms */
export function manualClock(
  start = Date.UTC(2026, 10, 26, 12),
  random: () => number = () => 0.5,
): ManualClock {
  let now = start;
  let serial = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const listeners = new Set<Parameters<Surroundings["watch"]>[0]>();
  return {
    now: () => now,
    setTimeout(run, ms) {
      timers.set(++serial, { at: now + Math.max(0, ms), run });
      return serial;
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    random,
    uuid: () => `00000000-0000-4000-8000-${String(++serial).padStart(12, "0")}`,
    isVisible: () => true,
    isOnline: () => true,
    watch(tell) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    locks: undefined,
    BroadcastChannel: undefined,
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort(([a, one], [b, two]) =>
          one.at - two.at || a - b
        );
        const [next] = due;
        if (!next) break;
        const [id, { at, run }] = next;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await settle();
      }
      now = end;
      await settle();
    },
    tell: (what) => [...listeners].forEach((listener) => listener(what)),
    timers: () => timers.size,
  };
}
