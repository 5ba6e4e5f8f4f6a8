/** Runs the pieces of parts side by side, as many as keep this machine busy. */
import { within } from "./failures.ts";
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

/** Which parts begin first. */
export interface Plan {
  /** How many pieces run at once: by workers that begin with what waits, and by those that begin with what is busy. */
  workers: { waiting: number; busy: number };
  /** Parts that wait most of their time, the longest first. */
  waiting: readonly string[];
  /** Parts that keep a core busy, the longest first. */
  busy: readonly string[];
}

/**
 * Starts parts in pieces, so that pieces that wait run beside those that compute, and short ones fill what is left in the
 * end. What a piece prints stays together.
 */
export async function startAll(
  parts: readonly (readonly [name: string, part: Part])[],
  { workers, waiting, busy }: Plan,
): Promise<Running[]> {
  const queue: (() => Promise<void>)[] = [];
  const rank = (name: string) =>
    waiting.includes(name)
      ? waiting.indexOf(name) - waiting.length
      : busy.includes(name)
      ? busy.length - busy.indexOf(name)
      : 0;
  const running = new Map<string, Running>();
  for (const [name, part] of parts.toSorted(([one], [other]) => rank(one) - rank(other))) {
    running.set(name, enqueue(name, await part.pieces(), queue));
  }
  const work = async (take: () => (() => Promise<void>) | undefined) => {
    for (let run = take(); run; run = take()) await run();
  };
  for (let worker = 0; worker < workers.waiting; worker++) void work(() => queue.shift());
  for (let worker = 0; worker < workers.busy; worker++) void work(() => queue.pop());
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
        .then((tally) => () => resolve(withFailures(tally, said)), (error) => () => reject(error));
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

/** A tally that says what failed: where it did not, what its piece printed has to. */
function withFailures(tally: Tally, said: readonly Parameters<Print>[]): Tally {
  if (tally.failed === 0 || tally.failures) return tally;
  const decoder = new TextDecoder();
  return { ...tally, failures: [within(said.map(([, bytes]) => decoder.decode(bytes)).join(""))] };
}
