/** Tests that run in Node and a DOM, which vitest runs: those of hooks and components. */
import { runCommand } from "./command.ts";
import type { Part, Print, Tally } from "./part.ts";

/** The part whose tests a config of vitest names. Words pick files by their path, as vitest takes them. */
export function vitestPart(config: string): Part {
  const run = async (print: Print, words: readonly string[]): Promise<Tally> => {
    const args = ["node_modules/vitest/vitest.mjs", "run", "--config", config, ...words];
    const { success, text } = await runCommand("node", args, print);
    return readVitestTally(text, success);
  };
  return { run, pieces: () => Promise.resolve([(print) => run(print, [])]) };
}

/** What the last summary of vitest counted; a run without one (it did not even start) is a failure. */
export function readVitestTally(text: string, success: boolean): Tally {
  const summary = [...text.matchAll(/^ *Tests +(.*)$/gm)].at(-1)?.[1] ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const tally = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  return success ? tally : { ...tally, failed: Math.max(1, tally.failed) };
}
