/** Trying again until it works: what a client does that meets a server in the middle of a restart. */

const PAUSE_MS = 200;
const LONGEST_MS = 300_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Something did not work for five minutes; the message says what, and how it failed the last time. */
export class OutOfPatience extends Error {
  override name = "OutOfPatience";
}

/**
 * Calls `work` until it neither throws nor returns undefined, for five minutes at the most.
 * @throws OutOfPatience after that; at once what `isFinal` says is no use to try again.
 */
export async function untilItWorks<Result>(
  what: string,
  work: () => Promise<Result | undefined>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<Result> {
  const giveUpAt = performance.now() + LONGEST_MS;
  let last: unknown = "no answer";
  while (performance.now() < giveUpAt) {
    try {
      const result = await work();
      if (result !== undefined) return result;
    } catch (error) {
      if (isFinal(error)) throw error;
      last = error;
    }
    await pause(PAUSE_MS);
  }
  throw new OutOfPatience(`${what} did not work for five minutes: ${last}`);
}
