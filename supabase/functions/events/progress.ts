/**
 * How far a stream has told what was broadcast, small enough to be the `id:` of an event: a client that comes back with the
 * last id it has seen is told each broadcast once, whatever was committed meanwhile and in whatever order.
 *
 * Broadcasts have the time at which their transaction began, and become visible when it commits, in another order. So
 * there is no last one. There is a moment before which all has been told (`began`: whatever began before it is over,
 * because no transaction takes longer than MARGIN_MS), and there are the few that began later and have been told, by
 * name. The moment stays where it was at the last look into the database, for as long as the names are few: the next
 * stream looks there again, and finds what Realtime may have dropped. When they are many it moves on: by the order of
 * commits in which Realtime tells, what is told now says that all which began MARGIN_MS earlier has been told.
 */

import { Buffer } from "node:buffer";

/** How long a transaction that changes something takes at the most, in milliseconds. The Data API ends them after 8 s. */
export const MARGIN_MS = 10_000;
/** How many an id can name: it is a header of 2 KB at the most, and names 20 a second for as long as one must. */
export const MOST_NAMED = 200;

const MARGIN = MARGIN_MS * 1000;
const NAME_LENGTH = 8;
const TEXT = new RegExp(`^1\\.([0-9a-z]{1,11})\\.((?:[\\w-]{${NAME_LENGTH}}){0,${MOST_NAMED}}|!)$`);

export class Progress {
  /** By name: when they were written. Infinity: an id has named them, and the database has not been asked yet. */
  readonly #told: Map<string, number>;
  #began: number;

  private constructor(began: number, told: Map<string, number>) {
    this.#began = began;
    this.#told = told;
  }

  /** Of a stream that has told nothing yet. It knows no moment until `reach`. */
  static unknown(): Progress {
    return new Progress(0, new Map());
  }

  /** Reads an id; undefined: it is none, or had too many to name. */
  static read(id: string): Progress | undefined {
    const [, began = "", names = "!"] = id.match(TEXT) ?? [];
    if (names === "!") return undefined;
    const told = names.match(/.{8}/g) ?? [];
    return new Progress(parseInt(began, 36), new Map(told.map((name) => [name, Infinity])));
  }

  /** The moment before which all has been told, in microseconds since 1970. 0: not known. */
  get began(): number {
    return this.#began;
  }

  /**
   * Takes note of a broadcast; false: it has been told. `id`: of the broadcast. `at`: when it was written, in microseconds
   * since 1970, which is after its transaction began.
   */
  take(id: string, at: number): boolean {
    if (at < this.#began) return false; // Realtime may be late, too
    const name = nameOf(id);
    const known = this.#told.get(name);
    this.#told.set(name, Math.min(at, known ?? Infinity));
    return known === undefined;
  }

  /** Whatever began before `began` has been told. */
  reach(began: number): void {
    if (began <= this.#began) return;
    this.#began = began;
    for (const [name, at] of this.#told) if (at < began) this.#told.delete(name);
  }

  /** All that has been told since `began` has been taken with its time: what has none is not there any more. */
  settle(began: number): void {
    this.reach(began);
    for (const [name, at] of this.#told) if (at === Infinity) this.#told.delete(name);
  }

  /** The id of an event. `at`: of what Realtime has told last; null: it was not Realtime. */
  id(at: number | null = null): string {
    if (this.#told.size > MOST_NAMED && at !== null) this.reach(at - MARGIN);
    const names = this.#told.size > MOST_NAMED ? "!" : [...this.#told.keys()].join("");
    return `1.${this.#began.toString(36)}.${names}`;
  }
}

/** The last 48 bits of a UUID of chance: enough to tell some hundreds apart. */
function nameOf(id: string): string {
  return Buffer.from(id.slice(-12), "hex").toString("base64url");
}
