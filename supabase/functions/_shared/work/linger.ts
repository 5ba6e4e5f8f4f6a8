/** Staying for work that comes late: a drain that leaves a moment too early costs its users the wait for the next one. */
import { nextLook, wake } from "../engine/waking.ts";
import { logError } from "../runtime/log.ts";

// What is due later is for the next tick (cron.schedule, 10 s).
const SOON_SECONDS = 10;
const POLL_MS = 250;
// Longer than a poll: whoever waits for a task to end needs no answer within a quarter of a second.
const LOOK_MS = 1_000;

/** Whether what is due in so many seconds is worth staying for, or waking somebody who stays. */
export function isSoon(seconds: number): boolean {
  return seconds <= SOON_SECONDS;
}

/** Has a worker woken for each of these lanes. One that cannot be woken costs the wait for the tick. */
export async function wakeAll(lanes: Iterable<string>): Promise<void> {
  await Promise.all([...lanes].map((lane) => wake(lane))).catch((error) => logError("wake", error));
}

/** Who stays in this process already, by lane: a second one would only ask the same questions. */
const staying = new Set<string>();

/** The end of one drain: whether it stays, for how long, and who goes on after it. */
export class Linger {
  #quietSince = Date.now();
  #isBusy = false;
  readonly #key: string;
  readonly #stays: boolean;

  /** `lane`: undefined, all. `ms`: for how long it stays without work; 0: it does not. `deadline`: when it must end. */
  constructor(readonly lane: string | undefined, readonly ms: number, readonly deadline: number) {
    this.#key = lane ?? "";
    this.#stays = ms > 0 && !staying.has(this.#key);
    if (this.#stays) staying.add(this.#key);
  }

  /** There was work: the quiet begins anew. */
  hasWorked(): void {
    this.#quietSince = Date.now();
  }

  /** What was taken is under way: it is not quiet, and there is nothing to hurry for. */
  isWorking(): void {
    this.#quietSince = Date.now();
    this.#isBusy = true;
  }

  /** Waits for a moment; false: the drain is to end. */
  async waits(): Promise<boolean> {
    if (!this.#stays || Date.now() >= this.deadline) return false;
    // Belts look again by themselves as long as they find something: what is looked for here has come since.
    if (this.#isBusy) {
      this.#isBusy = false;
      return await this.#pause(LOOK_MS);
    }
    if (Date.now() - this.#quietSince < this.ms) return await this.#pause(POLL_MS);
    const seconds = await this.#soon(this.lane);
    if (seconds === null) return false;
    const ms = Math.min(Math.max(seconds * 1000, POLL_MS), LOOK_MS);
    return Date.now() + ms < this.deadline && await this.#pause(ms);
  }

  /** Asks for a successor for each lane in which something is due soon, when this drain had no time left for it. */
  async handOver(names: string[]): Promise<void> {
    if (!this.#stays || Date.now() + LOOK_MS < this.deadline) return;
    try {
      const due = await Promise.all(names.map(async (name) => await this.#soon(name) !== null));
      await wakeAll(names.filter((_, index) => due[index]));
    } catch (error) {
      logError("wake", error);
    }
  }

  /** It stays no more. To be called whatever happened. */
  ends(): void {
    if (this.#stays) staying.delete(this.#key);
  }

  /** In how many seconds something is due, if that is soon. */
  async #soon(lane: string | undefined): Promise<number | null> {
    const seconds = await nextLook(lane);
    return seconds !== null && isSoon(seconds) ? seconds : null;
  }

  async #pause(ms: number): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return true;
  }
}
