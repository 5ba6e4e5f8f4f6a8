/** One drain's work: the belts that it has looked at, and what follows from that. */
import { takeStarted } from "../engine/started.ts";
import type { Belt, Share } from "./belt.ts";
import type { Course } from "./belt_run.ts";
import { submitsOf } from "./belts.ts";
import { wakeAll } from "./linger.ts";

/** Works until nothing is left or `deadline` (milliseconds since 1970) is past. */
export class DrainWork {
  /** Runs that it waits for; whether they began with it, so that it counts what they did. */
  readonly #courses = new Map<Course, boolean>();

  constructor(readonly deadline: number) {}

  /** Has a belt worked off. Returns how much of it could be taken now; `done` waits for that. */
  look(belt: { drain(deadline: number): Share }): Promise<number> {
    const { course, isFirst, looked } = belt.drain(this.deadline);
    this.#add(course, isFirst);
    return looked;
  }

  /** Has a belt work on an item that is leased already, unless there is no hand for it until `latest`. */
  begin<Item>(belt: Belt<Item>, item: Item, latest: number): void {
    const { course, isFirst } = belt.begin(item, latest, this.deadline);
    this.#add(course, isFirst);
  }

  /** Has the lanes worked off in which something may have been started, and `lane` with them. */
  follow(lane: string | null = null): void {
    for (const one of new Set([...takeStarted(), ...lane === null ? [] : [lane]])) {
      void this.look(submitsOf(one));
    }
  }

  /** Something that was taken is not done with. */
  get isWorking(): boolean {
    return [...this.#courses.keys()].some(({ isOpen }) => isOpen);
  }

  /**
   * Waits for all that was taken, and for all that follows from it. Returns how many items. Throws, at the end, what a belt
   * could not lease for.
   */
  async done(): Promise<number> {
    let total = 0;
    let failure: { error: unknown } | undefined;
    for (const [course, isFirst] of this.#courses) {
      const count = await course.done.catch((error) => (failure ??= { error }, 0));
      if (isFirst) total += count;
      for (const [led, hasBegun] of course.led) this.#add(led, isFirst && hasBegun);
    }
    if (failure) throw failure.error;
    return total;
  }

  /** Waits as `done` does, then has a worker woken that stays for what is due soon. */
  async finish(): Promise<number> {
    const total = await this.done();
    const soon = [...this.#courses.keys()].flatMap((course) => {
      const lanes = [...course.soon];
      course.soon.clear();
      return lanes;
    });
    await wakeAll(new Set(soon));
    return total;
  }

  #add(course: Course, isFirst: boolean): void {
    if (!this.#courses.has(course)) this.#courses.set(course, isFirst);
  }
}
