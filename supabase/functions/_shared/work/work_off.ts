/** Working off what can be leased, batch by batch, without letting a slow one hold up the others. */
import { logError } from "../runtime/log.ts";

// After which the next batch is taken although one of this is still worked on: it may copy a large file.
const PATIENCE_MS = 1_000;
// Each may hold several files' pieces in memory.
const MOST_BATCHES = 3;

/**
 * Takes batches with `next` until there is none, or `deadline` (milliseconds since 1970) is past, and has all of them
 * worked on; then waits for what is not done. Returns how many there were.
 */
export async function workOff<Work>(
  next: () => Promise<Work[]>,
  workOn: (all: Work[]) => Promise<void>,
  deadline: number,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let count = 0;
  try {
    while (Date.now() < deadline) {
      const batch = underWay.size < MOST_BATCHES ? await next() : [];
      count += batch.length;
      if (batch.length > 0) {
        const work = workOn(batch).finally(() => underWay.delete(work));
        underWay.add(work);
      } else if (underWay.size === 0) break;
      await patience(underWay);
    }
  } finally {
    await Promise.all(underWay);
  }
  return count;
}

/** Waits until one of these is done, for a while. */
async function patience(underWay: ReadonlySet<Promise<void>>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const longEnough = new Promise<void>((resolve) => timer = setTimeout(resolve, PATIENCE_MS));
  await Promise.race([...underWay, longEnough]).finally(() => clearTimeout(timer));
}

/** Works on all at the same time. One that throws keeps its lease and comes back when it ends; the others are not its concern. */
export function each<Work>(
  what: string,
  about: (one: Work) => Record<string, unknown>,
  work: (one: Work) => Promise<void>,
): (all: Work[]) => Promise<void> {
  return async (all) => {
    await Promise.all(all.map((one) => work(one).catch((error) => logError(what, error, about(one)))));
  };
}
