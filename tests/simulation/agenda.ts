/** What is going to happen, in order of time; what happens at the same time happens as it was noted. */

interface Entry {
  readonly at: number;
  readonly n: number;
  readonly act: () => Promise<void>;
}

export class Agenda {
  readonly #heap: Entry[] = [];
  #count = 0;

  /** `at`: milliseconds since 1970. */
  add(at: number, act: () => Promise<void>): void {
    const heap = this.#heap;
    heap.push({ at, n: this.#count++, act });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** When the next thing happens; Infinity: nothing does any more. */
  next(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Takes what happens until then, the earliest; undefined: nothing. */
  take(until: number): (() => Promise<void>) | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.at > until) return undefined;
    const last = heap.pop();
    if (heap.length > 0 && last) {
      heap[0] = last;
      this.#sink();
    }
    return first.act;
  }

  #sink(): void {
    for (let parent = 0;;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.n < b.n));
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a && b) [this.#heap[one], this.#heap[other]] = [b, a];
  }
}
