/**
 * Ids like RunningHub's: 63-bit snowflakes in decimal, 19 digits, far above 2^53. Every id made here is odd, so
 * it has no exact JavaScript number: a reader that goes through one always gets another id, not just sometimes.
 */

/** 2010-11-04, the epoch that gives 19 digits today (and until 2080). */
const EPOCH_MS = 1_288_834_974_657;
const SEQUENCE_BITS = 12n;
const MACHINE_BITS = 10n;
const MAX_SEQUENCE = 2 ** Number(SEQUENCE_BITS) - 1;

/** Makes ids that grow and never repeat. Two makers differ in their machine number, mostly. */
export class Snowflakes {
  readonly #machine = BigInt(crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) &
    ((1n << MACHINE_BITS) - 1n);
  #ms = 0;
  #sequence = 1;

  /** @param now the clock, in milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  next(): string {
    const ms = Math.max(this.now(), this.#ms);
    this.#sequence = ms > this.#ms ? 1 : this.#sequence + 2;
    this.#ms = ms;
    if (this.#sequence > MAX_SEQUENCE) {
      this.#ms++;
      this.#sequence = 1;
    }
    const time = BigInt(this.#ms - EPOCH_MS) << (SEQUENCE_BITS + MACHINE_BITS);
    return String(time | (this.#machine << SEQUENCE_BITS) | BigInt(this.#sequence));
  }
}
