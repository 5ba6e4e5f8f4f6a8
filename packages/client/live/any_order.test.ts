/** ESTEIRA_SEED repeats a run; ESTEIRA_SEQUENCES says how many plays there are (150 by default). */
import assert from "node:assert/strict";
import fc from "fast-check";
import { moves } from "./testing/fake_moves.ts";
import { play } from "./testing/fake_play.ts";

const options = fc.record({
  seed: fc.nat(),
  shareTabs: fc.boolean(),
  givesTokens: fc.boolean(),
  leavesBehind: fc.boolean(),
});

Deno.test("whatever happens in whatever order, every screen shows the rows within one poll", async () => {
  const seed = Number(Deno.env.get("ESTEIRA_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = Number(Deno.env.get("ESTEIRA_SEQUENCES") ?? 150);
  console.log(`ESTEIRA_SEED=${seed} ESTEIRA_SEQUENCES=${numRuns}`);
  const property = fc.asyncProperty(moves, options, play);
  const run = await fc.check(property, { seed, numRuns });
  const { counterexample, errorInstance, numShrinks } = run;
  const reason = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
  assert.ok(!run.failed, `shortened ${numShrinks} times:\n${JSON.stringify(counterexample)}\n${reason}`);
});
