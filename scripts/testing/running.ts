/** A part under way. What it prints can be held back, so that two that run at once do not talk through each other. */
import { type Part, type Print, printAtOnce, type Tally, type Wanted } from "./part.ts";

export interface Running {
  readonly name: string;
  /** What was counted, and how long it took in seconds. */
  readonly done: Promise<{ tally: Tally; seconds: number }>;
  /** Lets out what was held back; from now on it prints at once. */
  show(): void;
}

/** Starts a part. */
export function start(name: string, part: Part, wanted: Wanted, isShown: boolean): Running {
  const held: Parameters<Print>[] = [];
  let isOpen = isShown;
  const startedAt = performance.now();
  const tally = part(
    (sink, bytes) => isOpen ? printAtOnce(sink, bytes) : void held.push([sink, bytes]),
    wanted,
  );
  return {
    name,
    done: tally.then((counted) => ({ tally: counted, seconds: (performance.now() - startedAt) / 1000 })),
    show() {
      isOpen = true;
      for (const output of held.splice(0)) printAtOnce(...output);
    },
  };
}
