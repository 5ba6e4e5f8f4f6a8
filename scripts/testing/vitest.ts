/** Tests that run in Node and a DOM, which vitest runs: those of hooks and components. */
import { runCommand } from "./command.ts";
import { vitestFailures } from "./failures.ts";
import type { Print, Tally } from "./part.ts";

/** Runs the tests that a config of vitest names, or those of them that have one of the words in their path. */
export async function vitest(config: string, words: readonly string[], print: Print): Promise<Tally> {
  return (await heardVitest(config, words, print)).tally;
}

/** The same, with what it printed. */
export async function heardVitest(
  config: string,
  words: readonly string[],
  print: Print,
): Promise<{ tally: Tally; text: string }> {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", config, ...words];
  const { success, text } = await runCommand("node", args, print);
  return { tally: readVitestTally(text, success), text };
}

/** What the last summary of vitest counted; a run without one (it did not even start) is a failure. */
export function readVitestTally(text: string, success: boolean): Tally {
  const summary = [...text.matchAll(/^ *Tests +(.*)$/gm)].at(-1)?.[1] ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const tally = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  if (success) return tally;
  return { ...tally, failed: Math.max(1, tally.failed), failures: [vitestFailures(text)] };
}
