/** Who goes on with an upload, where the same file is uploaded twice at once: in one program, and in the tabs of a browser. */
import type { Locks } from "../live/surroundings.ts";

export interface Turns {
  /** Runs `run`, telling it whether nobody else is at this upload; if so, nobody is until it has ended. */
  with<T>(upload: string, run: (isAlone: boolean) => Promise<T>): Promise<T>;
}

/** @param locks those of the browser, where it has some: a page that may use none has them and refuses */
export function createTurns(locks: Locks | undefined): Turns {
  const running = new Set<string>();

  async function here<T>(upload: string, run: (isAlone: boolean) => Promise<T>): Promise<T> {
    const isAlone = !running.has(upload);
    running.add(upload);
    try {
      return await run(isAlone);
    } finally {
      if (isAlone) running.delete(upload);
    }
  }

  return {
    async with<T>(upload: string, run: (isAlone: boolean) => Promise<T>): Promise<T> {
      if (!locks) return await here(upload, run);
      let ran: Promise<T> | undefined;
      const held = (lock: unknown) => {
        ran = here(upload, (isAlone) => run(isAlone && lock !== null));
        return ran.then(() => {}, () => {}); // the lock is given back when it has ended, however
      };
      await locks.request(`esteira.upload.${upload}`, { ifAvailable: true }, held).catch(() => {});
      return await (ran ?? here(upload, run));
    },
  };
}
