/** Who leads: who holds the lock. It falls to the next in the queue when its holder goes; it can be stolen from one that is silent. */
import type { Locks } from "../surroundings.ts";

export interface Election {
  /** Takes the lock from whoever has it. */
  steal(): void;
  /** Gives the lock back, and stands in the queue again. */
  resign(): void;
  /** Gives the lock back, or leaves the queue. */
  close(): void;
}

export interface ElectionEvents {
  /** This tab leads. */
  won(): void;
  /** It does not any more: another has stolen the lock. It is in the queue again. */
  lost(): void;
  /** There are no locks here after all. */
  impossible(error: unknown): void;
}

/** One request for the lock. */
interface Candidacy {
  readonly leaveQueue: AbortController;
  giveBack: (() => void) | null;
}

export function standForElection(locks: Locks, name: string, events: ElectionEvents): Election {
  let current: Candidacy | null = null;

  function stand(steal: boolean): void {
    withdraw();
    const mine: Candidacy = { leaveQueue: new AbortController(), giveBack: null };
    current = mine;
    const held = () =>
      new Promise<void>((resolve) => {
        if (current !== mine) return resolve();
        mine.giveBack = resolve;
        events.won();
      });
    // A request that steals takes no signal.
    const options = steal ? { steal } : { signal: mine.leaveQueue.signal };
    Promise.resolve().then(() => locks.request(name, options, held)).catch((error: unknown) => {
      if (current !== mine) return;
      if (mine.giveBack) events.lost();
      else if ((error as Error | null)?.name !== "AbortError") return events.impossible(error);
      if (current === mine) stand(false);
    });
  }

  function withdraw(): void {
    const last = current;
    current = null;
    last?.leaveQueue.abort();
    last?.giveBack?.();
  }

  stand(false);
  return {
    steal() {
      if (current && !current.giveBack) stand(true);
    },
    resign() {
      if (current) stand(false);
    },
    close: withdraw,
  };
}
