/** What the parts of `npm test` have in common. */

/** How many tests, or checks, held. */
export interface Tally {
  passed: number;
  failed: number;
  /** How many could not be run here, such as those that need a browser; left out: none. */
  skipped?: number;
  /** How many files failed beside others and passed alone (again.ts); left out: none. */
  again?: number;
  /** What went wrong (failures.ts), a text for each run in which something did; left out: what it printed tells. */
  failures?: readonly string[];
}

type Sink = typeof Deno.stdout | typeof Deno.stderr;

/** Where what a part prints goes. */
export type Print = (sink: Sink, bytes: Uint8Array) => void;

/** Prints at once. */
export const printAtOnce: Print = (sink, bytes) => void sink.writeSync(bytes);

/** Prints what it finds and returns what it counted. */
export type Piece = (print: Print) => Promise<Tally>;

export interface Part {
  /** The part by itself. `words`: of the paths that are meant; none: all. */
  run(print: Print, words: readonly string[]): Promise<Tally>;
  /**
   * The same for `all`, in pieces that may run beside each other and beside those of other parts. They take it that
   * somebody checks the types of everything: to check those of a part alone takes as long as some parts.
   */
  pieces(): Promise<readonly Piece[]>;
}

/** Prints a line. */
export function printLine(print: Print, line: string): void {
  print(Deno.stdout, new TextEncoder().encode(`${line}\n`));
}

/** The sum of tallies. */
export function sum(tallies: readonly Tally[]): Required<Tally> {
  return tallies.reduce<Required<Tally>>(
    (total, { passed, failed, skipped = 0, again = 0, failures = [] }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      again: total.again + again,
      failures: [...total.failures, ...failures],
    }),
    { passed: 0, failed: 0, skipped: 0, again: 0, failures: [] },
  );
}

/** `7 passed, 0 failed`, and what was skipped or passed only alone: whoever reads it knows what was not proved. */
export function told({ passed, failed, skipped = 0, again = 0 }: Tally): string {
  return [
    `${passed} passed, ${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(again > 0 ? [`${again} files only alone`] : []),
  ].join(", ");
}
