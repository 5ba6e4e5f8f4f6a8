/**
 * How many requests one process of a function has under way at once. Beyond that a request is refused at once, before
 * anything is read or asked for it: what waits longer than its sender does is work for nothing, and those whom the
 * Data API's few connections serve are served the later for it (docs/platform.md#database-connections).
 */
import { EsteiraError } from "../../../../shared/errors/errors.ts";

/** A refusal a second is logged, with how many there were. */
const LOG_EVERY_MS = 1_000;

export class Admission {
  #inside = 0;
  #refused = 0;
  #nextLogAt = -Infinity;

  constructor(
    private readonly most: number,
    private readonly log: (refused: number) => void,
    private readonly now = () => performance.now(),
  ) {}

  /** How many are under way. */
  get inside(): number {
    return this.#inside;
  }

  /** Does `work`, unless as many are under way as may be. Error: 503 overloaded. */
  async through(work: () => Promise<void>): Promise<void> {
    if (this.#inside >= this.most) throw this.#refusal();
    this.#inside++;
    try {
      await work();
    } finally {
      this.#inside--;
    }
  }

  #refusal(): EsteiraError {
    this.#refused++;
    if (this.now() >= this.#nextLogAt) {
      this.log(this.#refused);
      this.#refused = 0;
      this.#nextLogAt = this.now() + LOG_EVERY_MS;
    }
    return new EsteiraError("overloaded", "Too much at once. Try again later.");
  }
}
