/** The hands of one worker: how many items it works on at once, over all its queues. */

/**
 * Most hands wait for somebody's answer, which costs a socket and a few kilobytes each; what holds files waits for memory
 * besides (files/memory.ts). So a lane of fifty slots at a slow provider can have all of them under way.
 */
const SHARED = 60;
/** A queue's own, which no other can take: one that is full of slow work keeps nobody else waiting. */
const OWN = 4;

/**
 * Hands for queues, by their names: each has `own` that nobody takes from it, the rest is `shared`. Who finds none is told
 * when there is one, those first who have waited longest.
 */
export class Hands {
  readonly #held = new Map<string, number>();
  #waiting: { queue: string; tell: () => void }[] = [];

  constructor(readonly shared: number = SHARED, readonly own: number = OWN) {}

  /** Takes up to `wanted` hands for a queue. Returns how many it got; 0: all that it may have are busy. */
  take(queue: string, wanted: number): number {
    const taken = Math.min(wanted, this.#freeFor(queue));
    if (taken > 0) this.#held.set(queue, this.#heldBy(queue) + taken);
    return taken;
  }

  /** Gives hands back, and tells those who wait. */
  give(queue: string, hands: number): void {
    const held = this.#heldBy(queue) - hands;
    if (held > 0) this.#held.set(queue, held);
    else this.#held.delete(queue);
    for (const waiting of [...this.#waiting]) {
      if (this.#freeFor(waiting.queue) === 0) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.tell();
    }
  }

  /** Calls `tell` once, when a hand for `queue` is given back. */
  whenFree(queue: string, tell: () => void): void {
    this.#waiting.push({ queue, tell });
  }

  #heldBy(queue: string): number {
    return this.#held.get(queue) ?? 0;
  }

  /** Its own that are free, and what is left of the shared ones. */
  #freeFor(queue: string): number {
    let lent = 0;
    for (const held of this.#held.values()) lent += Math.max(held - this.own, 0);
    return Math.max(this.own - this.#heldBy(queue), 0) + this.shared - lent;
  }
}

/** The hands of this process. */
export const HANDS: Hands = new Hands();
