/**
 * A clean end for programs that hold things: servers, databases, directories. Whatever ends the program — its return,
 * an error, Ctrl-C once or twice, SIGTERM — each thing is closed, the last one first. (One that is killed cannot do that;
 * its processes end by themselves, and the next start removes its files.)
 */

/** What can be closed. */
export interface Closable {
  close(): Promise<unknown>;
}

/** What a program is given to hold things by. */
export interface Holder {
  /** Is aborted when the end has begun. */
  readonly ending: AbortSignal;
  /** Has `close` called at the end. */
  atExit(close: () => Promise<unknown>): void;
  /** Closes at the end what `starting` gives, also when the end comes before it has started. Else as `unlessEnding`. */
  hold<T extends Closable>(starting: Promise<T>): Promise<T>;
  /** As `promise`, until the end has begun: then neither its result nor its error concerns the program any more. */
  unlessEnding<T>(promise: Promise<T>): Promise<T>;
}

/** Exit codes by signal, as shells have them: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** For as long as closing may take; then the process ends all the same. */
const PATIENCE_MS = 30_000;
/** Ctrl-C reaches the programs that we run as well. One of them may be gone before the signal has reached us. */
const SIGNAL_MS = 100;

/**
 * Runs `main`; ends the process with the number it returns. When it returns none, the process stays until a signal.
 * Known errors (those with a `code`) are shown as their message alone.
 */
export async function exitCleanly(main: (holder: Holder) => Promise<number | void>): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const ending = new AbortController();
  const never = new Promise<never>(() => {});
  const stop = async (code: number) => {
    if (ending.signal.aborted) return;
    ending.abort();
    setTimeout(() => {
      console.error(`Not everything could be closed within ${PATIENCE_MS / 1000} s.`);
      Deno.exit(code || 1);
    }, PATIENCE_MS);
    for (const close of closers.toReversed()) await close().catch((error) => console.error(error));
    Deno.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (!ending.signal.aborted) console.error(`\nStopping …`);
      void stop(SIGNALS[signal]);
    });
  }

  const holder: Holder = {
    ending: ending.signal,
    atExit: (close) => void closers.push(close),
    hold(starting) {
      // What does not start has closed what it had begun.
      closers.push(() => starting.then((it) => it.close(), () => {}));
      return holder.unlessEnding(starting);
    },
    unlessEnding: (promise) =>
      promise.then(
        (result) => ending.signal.aborted ? never : result,
        (error) => ending.signal.aborted ? never : Promise.reject(error),
      ),
  };
  try {
    const code = await holder.unlessEnding(main(holder));
    if (typeof code === "number") await stop(code);
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
    if (ending.signal.aborted) return;
    console.error(error instanceof Error && "code" in error ? error.message : error);
    await stop(1);
  }
}
