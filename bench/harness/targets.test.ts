import assert from "node:assert/strict";
import type { Figures } from "../contenders/contender.ts";
import { DISPATCH } from "../measures/dispatch.ts";
import { LIMIT_ESTEIRA, MOST } from "../measures/limit.ts";
import { CLIENTS, RATES, REALTIME } from "../measures/realtime.ts";
import type { Result } from "./rounds.ts";
import { judge } from "./targets.ts";

/** A result whose sides had these figures, one for each round. */
function result(measure: string, figures: Record<string, Figures[]>): Result {
  const rounds = Math.max(...Object.values(figures).map((list) => list.length));
  return {
    measure,
    title: measure,
    sides: Object.keys(figures),
    absent: {},
    rounds: Array.from({ length: rounds }, (_, i) => ({
      loadBefore: 0,
      loadAfter: 0,
      figures: Object.fromEntries(
        Object.entries(figures).flatMap(([side, list]) => list[i] ? [[side, list[i]]] : []),
      ),
    })),
  };
}

const p50s = (...values: number[]) => values.map((value) => ({ "p50 ms": value }));
const most = (claimers: number, database: number) => ({
  [MOST.claimers]: claimers,
  [MOST.database]: database,
});

Deno.test("targets of measures that were not run are not judged", () => {
  assert.deepEqual(judge([]), []);
});

Deno.test("a target is judged by the median, and a comparison by the ratio of medians", () => {
  const verdicts = judge([result("dispatch", {
    [DISPATCH.waiting(1_000)]: p50s(2, 1, 9),
    [DISPATCH.waiting(100_000)]: p50s(8, 2.8, 2),
  })]);
  assert.deepEqual(verdicts.map(({ value, isMet }) => [value, isMet]), [[2.8, true], [1.4, false], [
    undefined,
    undefined,
  ]]);
});

Deno.test("a limit that was exceeded once, by either count, did not hold", () => {
  const judged = (...rounds: Figures[]) => judge([result("limit", { [LIMIT_ESTEIRA]: rounds })])[0];
  assert.equal(judged(most(3, 3), most(2, 3))?.isMet, true);
  assert.equal(judged(most(3, 3), most(4, 3), most(3, 3))?.isMet, false);
  assert.equal(judged(most(3, 3), most(3, 4), most(3, 3))?.isMet, false);
  assert.equal(judged(most(3, 3))?.mustHold, true);
});

Deno.test("a limit that was to be measured and was not, did not hold either", () => {
  const [verdict] = judge([result("limit", { other: [most(1, 1)] })]);
  assert.equal(verdict?.isMet, undefined);
  assert.equal(verdict?.mustHold, true);
});

Deno.test("what the client adds is the worst of all rates, and unknown where one of them was not measured", () => {
  const sides = Object.fromEntries(
    CLIENTS.flatMap((clients) =>
      RATES.flatMap((rate) => [
        [REALTIME("alone", clients, rate), p50s(2)],
        [REALTIME("ours", clients, rate), p50s(clients === 200 && rate === 50 ? 9 : 3)],
      ])
    ),
  );
  const [verdict] = judge([result("realtime", sides)]);
  assert.deepEqual([verdict?.value, verdict?.isMet], [7, false]);
  const { [REALTIME("ours", 1, 1)]: _, ...rest } = sides;
  assert.equal(judge([result("realtime", rest)])[0]?.value, undefined);
});
