/** The property: whatever is done, in whatever order, the engine does what the model says and breaks no rule. */
import fc from "fast-check";
import { type Engine, play, playsOf } from "./play.ts";

/** How many moves a play has at the most, not counting those that its end takes. */
const LENGTH = 36;

export interface Runs {
  seed: number;
  count: number;
  /** Whether a counterexample is made as short as can be; false: the first is told as it is, which is quicker. */
  shrink: boolean;
}

/** Plays `count` random plays; returns the report of the first that fails, or undefined when all hold. */
export async function findCounterexample(
  engine: Engine,
  { seed, count, shrink }: Runs,
): Promise<string | undefined> {
  const property = fc.asyncProperty(playsOf(LENGTH), async (it) => {
    await play(engine, it);
  });
  const run = await fc.check(property, { seed, numRuns: count, endOnFailure: !shrink });
  if (!run.failed) return undefined;
  const { counterexample, errorInstance, numShrinks } = run;
  const reason = errorInstance instanceof Error
    ? errorInstance.stack ?? errorInstance.message
    : String(errorInstance);
  return `seed ${seed}, run ${run.numRuns}, shortened ${numShrinks} times:\n${
    JSON.stringify(counterexample?.[0])
  }\n${reason}`;
}

/** The seed of this run: that of ESTEIRA_SEED, or a new one. */
export function seedOfThisRun(): number {
  const given = Deno.env.get("ESTEIRA_SEED");
  return given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
}
