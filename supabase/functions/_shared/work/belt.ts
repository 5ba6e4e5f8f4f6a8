/**
 * A belt: one queue, worked off by as many hands as there are. Each item holds one hand from before it is leased until it is
 * done with, and a hand that is free takes the next one at once: a slow item holds up no other. Drains of one queue in one
 * process share a run of its belt: whoever comes while it runs has it look again.
 */
import { HANDS, type Hands } from "./hands.ts";
import { type Course, type Queue, Run } from "./belt_run.ts";

/** What a drain has of a run. */
export interface Share {
  course: Course;
  /** Whether the run began with this drain. */
  isFirst: boolean;
  /** Kept as soon as the queue is found empty, or no more can be taken now: how many items came meanwhile. Broken as `done`. */
  looked: Promise<number>;
}

export class Belt<Item> {
  #run: Run<Item> | undefined;

  constructor(readonly queue: Queue<Item>, readonly hands: Hands = HANDS) {}

  /** Works until the queue is empty, or `deadline` (milliseconds since 1970) is past. */
  drain(deadline: number): Share {
    const { course, isFirst } = this.#running();
    return { course, isFirst, looked: course.join(deadline) };
  }

  /**
   * Works on an item that its caller has leased, with the first hand that is free; not after `latest`: then its lease brings
   * it back. Looks for nothing else.
   */
  begin(item: Item, latest: number, deadline: number): Omit<Share, "looked"> {
    const running = this.#running();
    running.course.bring(item, latest, deadline);
    return running;
  }

  #running(): { course: Run<Item>; isFirst: boolean } {
    const current = this.#run?.isOpen ? this.#run : undefined;
    const course = this.#run = current ?? new Run(this.queue, this.hands);
    return { course, isFirst: course !== current };
  }
}

/** Waits for a hand for `queue`, and does `work` with it. Undefined: none was free within `ms`, and nothing was done. */
export async function withHand<T>(
  queue: string,
  ms: number,
  work: () => Promise<T>,
  hands: Hands = HANDS,
): Promise<T | undefined> {
  const latest = Date.now() + ms;
  while (hands.take(queue, 1) === 0) {
    await new Promise<void>((resolve) => hands.whenFree(queue, resolve));
    if (Date.now() > latest) return undefined;
  }
  try {
    return await work();
  } finally {
    hands.give(queue, 1);
  }
}
