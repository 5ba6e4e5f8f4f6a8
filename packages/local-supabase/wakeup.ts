/** A sleep that can be cut short. A wake-up that comes while nobody sleeps is kept for the next sleep. */
export class Wakeup {
  #pending = false;
  #resume: (() => void) | undefined;

  /** Ends the present sleep, or the next one before it begins. */
  wake(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Sleeps until woken, at most `ms` milliseconds (default: without limit). */
  async sleep(ms?: number): Promise<void> {
    if (!this.#pending) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        // Timers hold 31 bits of milliseconds; waking early is harmless.
        if (ms !== undefined) timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      });
      clearTimeout(timer);
      this.#resume = undefined;
    }
    this.#pending = false;
  }
}
