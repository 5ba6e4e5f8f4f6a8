/**
 * One request at a time works on an upload. Who comes later asks the one before to let go: it may be a request whose
 * client died without a word. That one has a while to end, then its body is read no further.
 */

interface Holder {
  readonly letGo: AbortController;
  readonly done: Promise<void>;
}

export class UploadLocks {
  readonly #holders = new Map<string, Holder>();

  /** @param patienceMs how long who is asked to let go may go on, in milliseconds; tus-node-server's `lockDrainTimeout` */
  constructor(readonly patienceMs = 3_000) {}

  /** Runs `work` when all who came before are done. Its signal is aborted when somebody else has waited too long. */
  async with<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.#holders.get(name);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const mine = { letGo: new AbortController(), done };
    this.#holders.set(name, mine);
    const timer = before && setTimeout(() => before.letGo.abort(), this.patienceMs);
    try {
      await before?.done;
      clearTimeout(timer);
      return await work(mine.letGo.signal);
    } finally {
      resolve();
      if (this.#holders.get(name) === mine) this.#holders.delete(name);
    }
  }
}
