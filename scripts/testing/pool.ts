/** Runs the pieces of parts side by side, as many as keep this machine busy. */
import { type Part, type Piece, type Print, printAtOnce, sum, type Tally } from "./part.ts";

/** A part under way. */
export interface Running {
  readonly name: string;
  /** What was counted, and how many seconds went by from its first piece to its last. */
  readonly done: Promise<{ tally: Tally; seconds: number }>;
  /** Lets out what was held back; from now on it prints at once: what runs beside others must not talk through them. */
  show(): void;
}

/** Starts one part by itself; it prints at once. */
export function startAlone(name: string, part: Part, words: readonly string[]): Running {
  const startedAt = performance.now();
  const done = part.run(printAtOnce, words)
    .then((tally) => ({ tally, seconds: (performance.now() - startedAt) / 1000 }));
  return { name, done, show() {} };
}

/**
 * Starts parts in pieces, at most `workers` at once, beginning with the parts of `first`, in its order. What a piece
 * prints stays together.
 */
export async function startAll(
  parts: readonly (readonly [name: string, part: Part])[],
  { workers, first }: { workers: number; first: readonly string[] },
): Promise<Running[]> {
  const queue: (() => Promise<void>)[] = [];
  const rank = (name: string) => first.includes(name) ? first.indexOf(name) : first.length;
  const running = new Map<string, Running>();
  for (const [name, part] of parts.toSorted(([one], [other]) => rank(one) - rank(other))) {
    running.set(name, enqueue(name, await part.pieces(), queue));
  }
  const pending = queue.values();
  for (let worker = 0; worker < workers; worker++) {
    void (async () => {
      for (const run of pending) await run();
    })();
  }
  return parts.flatMap(([name]) => running.get(name) ?? []);
}

function enqueue(name: string, pieces: readonly Piece[], queue: (() => Promise<void>)[]): Running {
  const held: Parameters<Print>[] = [];
  let isShown = false;
  let startedAt: number | undefined;
  const tallies = pieces.map((piece) => {
    const { promise, resolve, reject } = Promise.withResolvers<Tally>();
    queue.push(async () => {
      startedAt ??= performance.now();
      const said: Parameters<Print>[] = [];
      const end = await piece((sink, bytes) => void said.push([sink, bytes]))
        .then((tally) => () => resolve(tally), (error) => () => reject(error));
      if (isShown) { for (const output of said) printAtOnce(...output); }
      else held.push(...said);
      end();
    });
    return promise;
  });
  const done = Promise.all(tallies).then((all) => ({
    tally: sum(all),
    seconds: (performance.now() - (startedAt ?? performance.now())) / 1000,
  }));
  done.catch(() => {}); // whoever shows it later is told
  return {
    name,
    done,
    show() {
      isShown = true;
      for (const output of held.splice(0)) printAtOnce(...output);
    },
  };
}
