/**
 * Running again, alone, the few test files that failed beside others. What waits by the clock for browsers, workers,
 * providers, a lock or a throttle of a quarter of a second may wait in vain on a machine that twenty programs share, and
 * says nothing of the product then. What fails alone too has failed; what passes alone is told by name, so that nobody
 * takes it for one that passed at once.
 */
import type { PgtapOptions } from "../database/pgtap.ts";
import { denoTest, heardDenoTest } from "./command.ts";
import { databaseTest, heardDatabaseTest } from "./database.ts";
import { heardVitest, vitest } from "./vitest.ts";
import { type Print, printLine, sum, type Tally } from "./part.ts";

/** In more files of a piece than this it is no accident, and what failed has failed. */
const FEW = 3;
/** What is drawn by chance fails by its seed and not by the clock: it would pass the next time, and was right the first. */
const DRAWN = /property|any_order|no_deadlock|crowd/;

/** The files that `deno test` says a test has failed in, by their paths in the repository. */
export function failedFiles(text: string): string[] {
  const failures = text.split(/^ FAILURES *$/m).at(1) ?? "";
  const named = failures.matchAll(/(?:=> |^)\.\/(\S+\.test\.ts)(?::\d+:\d+| \(uncaught error\))/gm);
  return [...new Set([...named].map(([, file = ""]) => file))];
}

/** The files that vitest says a test has failed in, by their paths below its root. */
export function failedVitestFiles(text: string): string[] {
  const named = text.matchAll(/^ *FAIL +(?:\|[^|]*\| +)?(\S+\.test\.tsx?)(?: |$)/gm);
  return [...new Set([...named].map(([, file = ""]) => file))];
}

/** What is to be run again when nothing else runs. */
export class Again {
  /** By the name that is told. */
  readonly #files = new Map<string, (print: Print) => Promise<Tally>>();

  /** `deno test <args>`; where few of its files have failed, those are left for `run`, and count as nothing yet. */
  async denoTest(args: readonly string[], print: Print, env: Record<string, string> = {}): Promise<Tally> {
    const { tally, text } = await heardDenoTest(args, print, env);
    return this.#leave(
      tally,
      failedFiles(text).map((file) => [file, (print) => denoTest(["--no-check", file], print)]),
    );
  }

  /** The same of vitest with this config. */
  async vitest(config: string, print: Print): Promise<Tally> {
    const { tally, text } = await heardVitest(config, [], print);
    return this.#leave(
      tally,
      failedVitestFiles(text).map((file) => [`${config}: ${file}`, (print) => vitest(config, [file], print)]),
    );
  }

  /** The same of a share of the database's own tests. */
  async databaseTest(share: PgtapOptions["share"], print: Print): Promise<Tally> {
    const { tally, files } = await heardDatabaseTest({ share }, print);
    return this.#leave(
      tally,
      files.map((file) => [file, (print) => databaseTest({ filters: [file] }, print)]),
    );
  }

  #leave(tally: Tally, files: readonly [string, (print: Print) => Promise<Tally>][]): Tally {
    const isFinal = files.length === 0 || files.length > FEW || files.some(([name]) => DRAWN.test(name));
    if (tally.failed === 0 || isFinal) return tally;
    for (const [name, run] of files) this.#files.set(name, run);
    return { passed: tally.passed, failed: 0, skipped: tally.skipped ?? 0 };
  }

  /** Runs what was left, one file after the other. */
  async run(print: Print): Promise<Required<Tally>> {
    const tallies: Tally[] = [];
    for (const [file, runAlone] of this.#files) {
      const { failed, failures } = await runAlone(print);
      printLine(
        print,
        failed > 0 ? `${file} fails alone too.` : `${file} failed beside others and passes alone.`,
      );
      tallies.push({ passed: 0, failed, again: Number(failed === 0), ...(failures ? { failures } : {}) });
    }
    return sum(tallies);
  }
}
