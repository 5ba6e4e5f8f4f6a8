/** How many streams a user has in this process. */
import { EsteiraError } from "../../../shared/errors/errors.ts";

/** Tabs and devices of one person; a browser opens six connections to a server at the most. */
export const MOST_STREAMS = 10;

export class Places {
  readonly #taken = new Map<string, number>();

  /** Takes one; returns what gives it back, once. Error: 429 too_many_streams, details `{limit, retryAt}`. */
  take(userId: string, most: number = MOST_STREAMS): () => void {
    const taken = this.#taken.get(userId) ?? 0;
    if (taken >= most) {
      throw new EsteiraError("too_many_streams", `No more than ${most} streams at a time.`, {
        limit: most,
        retryAt: new Date(Date.now() + 60_000).toISOString(), // by then each of them has ended
      });
    }
    this.#taken.set(userId, taken + 1);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      const left = (this.#taken.get(userId) ?? 1) - 1;
      if (left > 0) this.#taken.set(userId, left);
      else this.#taken.delete(userId);
    };
  }
}
