/** One run of a belt: from the first look at its queue until nothing is left there and nothing is under way. */
import type { Hands } from "./hands.ts";

/** A run of a belt, for those who work on its items and those who wait for it. */
export interface Course {
  /** Until when more is taken, in milliseconds since 1970. */
  readonly deadline: number;
  /** Kept when all that was taken is done with: how many items. Broken by a call that could not lease. */
  readonly done: Promise<number>;
  /** Lanes in which its work has made something due soon. */
  readonly soon: Set<string>;
  /** Runs that its work has led to, and whether that began them. */
  readonly led: Map<Course, boolean>;
  /** It takes more, or what it has taken is under way. */
  readonly isOpen: boolean;
}

/** A queue. */
export interface Queue<Item> {
  /** Whose hands they are: its own are for this name. */
  name: string;
  /** Leases up to `quantity` items. None: there are none. */
  lease(quantity: number): Promise<Item[]>;
  /** Begins to work on all of these. Each promise is kept when its item is done with; none is broken. */
  begin(items: Item[], course: Course): Promise<void>[];
  /** How many hands it may have at the most. */
  most?: number;
  /** Undefined: there is memory for more. Else kept when there is again. */
  relief?(): Promise<void> | undefined;
}

/** Of one call: what comes is begun before the next one is asked for. */
const LEASED_AT_ONCE = 10;
/** One that waits for somebody's commit (engine/messages.ts) does not keep the next from looking. */
const MOST_CALLS = 2;

/** Somebody who wants to know when the queue has been looked through. */
interface Looker {
  /** How many items there had been when it came. */
  since: number;
  promise: PromiseWithResolvers<number>;
}

export class Run<Item> implements Course {
  readonly soon = new Set<string>();
  readonly led = new Map<Course, boolean>();
  readonly #end = Promise.withResolvers<number>();
  #lookers: Looker[] = [];
  deadline = 0;
  #count = 0;
  /** Hands: each has an item, or is kept for one that is asked for. */
  #held = 0;
  #calls = 0;
  #mayBeMore = false;
  /** What somebody else has leased, and until when it may be begun (milliseconds since 1970). */
  #brought: { item: Item; latest: number }[] = [];
  #isWaiting = false;
  #failure: { error: unknown } | undefined;
  #isOver = false;

  constructor(readonly queue: Queue<Item>, readonly hands: Hands) {
    this.done.catch(() => {}); // whoever waits for it is told
  }

  /** Who comes now can share it. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#failure;
  }

  get done(): Promise<number> {
    return this.#end.promise;
  }

  /** Has the queue looked at once more, until `deadline`. */
  join(deadline: number): Promise<number> {
    this.deadline = Math.max(this.deadline, deadline);
    this.#mayBeMore = true;
    const promise = Promise.withResolvers<number>();
    promise.promise.catch(() => {}); // whoever waits for it is told
    this.#lookers.push({ since: this.#count, promise });
    this.#turn();
    return promise.promise;
  }

  /** Has an item worked on that is leased already, as soon as there is a hand; after `latest` its lease has it. */
  bring(item: Item, latest: number, deadline: number): void {
    this.deadline = Math.max(this.deadline, deadline);
    this.#brought.push({ item, latest });
    this.#turn();
  }

  /** Takes what can be taken, and ends when there is nothing to wait for. */
  #turn(): void {
    this.#beginBrought();
    while (this.#mayTake && this.#calls < MOST_CALLS) {
      const relief = this.queue.relief?.();
      if (relief) return this.#waits((tell) => void relief.then(tell));
      const wanted = Math.min((this.queue.most ?? Infinity) - this.#held, LEASED_AT_ONCE);
      if (wanted <= 0) return this.#tellLookers();
      const hands = this.hands.take(this.queue.name, wanted);
      if (hands === 0) return this.#waits((tell) => this.hands.whenFree(this.queue.name, tell));
      this.#held += hands;
      this.#mayBeMore = false;
      void this.#take(hands);
    }
    if (this.#held === 0 && this.#brought.length === 0 && !this.#mayTake) this.#finish();
  }

  #beginBrought(): void {
    while (this.#brought.length > 0) {
      if (this.hands.take(this.queue.name, 1) === 0) {
        return this.#waits((tell) => this.hands.whenFree(this.queue.name, tell));
      }
      const brought = this.#brought.shift();
      const isInTime = brought !== undefined && Date.now() <= brought.latest;
      this.#held++;
      this.#count += Number(isInTime);
      const begun = isInTime ? this.queue.begin([brought.item], this) : [Promise.resolve()];
      for (const done of begun) void done.finally(() => this.#free(1));
    }
  }

  get #mayTake(): boolean {
    return this.#mayBeMore && this.isOpen && Date.now() < this.deadline;
  }

  /** Nothing can be taken now: somebody will tell when. */
  #waits(ask: (tell: () => void) => void): void {
    this.#tellLookers();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    ask(() => {
      this.#isWaiting = false;
      if (!this.#isOver) this.#turn();
    });
  }

  async #take(hands: number): Promise<void> {
    const lookers = this.#lookers.splice(0);
    this.#calls++;
    const items = await this.#lease(hands);
    this.#calls--;
    this.#count += items.length;
    if (items.length === 0) this.#tellLookers(lookers);
    else {
      this.#lookers.push(...lookers);
      this.#mayBeMore = true;
      for (const done of this.queue.begin(items, this)) void done.finally(() => this.#free(1));
    }
    this.#free(hands - items.length);
  }

  async #lease(quantity: number): Promise<Item[]> {
    try {
      return await this.queue.lease(quantity);
    } catch (error) {
      this.#failure ??= { error };
      return [];
    }
  }

  #free(hands: number): void {
    this.#held -= hands;
    if (hands > 0) this.hands.give(this.queue.name, hands);
    this.#turn();
  }

  #tellLookers(lookers: Looker[] = this.#lookers.splice(0)): void {
    for (const { since, promise } of lookers) {
      if (this.#failure) promise.reject(this.#failure.error);
      else promise.resolve(this.#count - since);
    }
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tellLookers();
    if (this.#failure) this.#end.reject(this.#failure.error);
    else this.#end.resolve(this.#count);
  }
}
