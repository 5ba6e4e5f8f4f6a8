/** A gate: so many go through at once, the others wait in the order of their coming. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";

/** How somebody comes to a gate. */
export interface Coming {
  /** Before all who are not: for what has been begun, and cannot be refused any more. */
  isUrgent?: boolean;
  /** How long it waits, in milliseconds; for ever unless it is told. */
  patienceMs?: number;
}

export class Gate {
  #inside = 0;
  readonly #urgent = new Set<() => void>();
  readonly #others = new Set<() => void>();

  constructor(private readonly width: number) {}

  /** How many are through, and how many wait. */
  get state(): { inside: number; waiting: number } {
    return { inside: this.#inside, waiting: this.#urgent.size + this.#others.size };
  }

  /**
   * Does `work` once there is room. Throws what it throws, and EsteiraError overloaded when there was none for as long as
   * the caller would wait: then nothing was done.
   */
  async pass<T>(work: () => Promise<T>, { isUrgent = false, patienceMs }: Coming = {}): Promise<T> {
    if (this.#inside < this.width) this.#inside++;
    else await this.#turn(isUrgent ? this.#urgent : this.#others, patienceMs);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Waits for a place that somebody leaves. */
  async #turn(queue: Set<() => void>, patienceMs: number | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    queue.add(resolve);
    const timer = patienceMs === undefined ? undefined : setTimeout(() => {
      queue.delete(resolve);
      reject(new EsteiraError("overloaded", "Too much is under way. Try again later."));
    }, patienceMs);
    await promise.finally(() => clearTimeout(timer));
  }

  /** Hands the place on: whoever comes meanwhile cannot take it from those who wait. */
  #leave(): void {
    for (const queue of [this.#urgent, this.#others]) {
      for (const next of queue) {
        queue.delete(next);
        return next();
      }
    }
    this.#inside--;
  }
}
