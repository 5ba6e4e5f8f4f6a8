import assert from "node:assert/strict";
import type { Figures } from "../contenders/contender.ts";
import { CREATE } from "../measures/create.ts";
import { COST, EQUAL, LIVES, STAGE_P50 } from "../measures/equal_work.ts";
import { SHORT_LIFE } from "../measures/short_life.ts";
import { judge } from "./targets.ts";

const result = (measure: string, figures: Record<string, Figures>) => ({
  measure,
  title: measure,
  sides: Object.keys(figures),
  absent: {},
  rounds: [{ loadBefore: 0, loadAfter: 0, figures }],
});

const [FIRST = "", SECOND = ""] = EQUAL.others;

/** What became of the target that tells of this column or peer. */
function judged(measure: string, figures: Record<string, Figures>, word: string) {
  const verdict = judge([result(measure, figures)]).find(({ target }) => target.includes(word));
  return [verdict?.value, verdict?.isMet];
}

Deno.test("a cost is ahead when it is less than the least of the others, a rate when it is more than the most", () => {
  const less = (ours: number) =>
    judged("equal_work", {
      [EQUAL.ours]: { [COST.wal]: ours },
      [FIRST]: { [COST.wal]: 20 },
      [SECOND]: { [COST.wal]: 10 },
    }, COST.wal);
  assert.deepEqual([less(8), less(15)], [[0.8, true], [1.5, false]]);
  const more = (ours: number) =>
    judged("equal_work", {
      [EQUAL.ours]: { [LIVES(8)]: ours },
      [FIRST]: { [LIVES(8)]: 100 },
      [SECOND]: { [LIVES(8)]: 300 },
    }, LIVES(8));
  assert.deepEqual([more(600), more(200)], [[0.5, true], [1.5, false]]);
});

Deno.test("a design that does not do a step is not compared in it, and we are not ahead of nobody", () => {
  const [column, other] = [STAGE_P50("webhook"), STAGE_P50("create")];
  const figures = {
    [EQUAL.ours]: { [column]: 2, [other]: 2 },
    [FIRST]: { [other]: 1 },
    [SECOND]: { [column]: 4, [other]: 1 },
  };
  assert.deepEqual(judged("equal_work", figures, column), [0.5, true]);
  const alone = { [EQUAL.ours]: { [column]: 2 } };
  assert.deepEqual(judged("equal_work", alone, column), [undefined, undefined]);
});

Deno.test("a run in which our jobs had not all that was asked has failed", () => {
  const verdict = judge([result("equal_work", { [FIRST]: { [COST.wal]: 20 } })])[0];
  assert.deepEqual([verdict?.mustHold, verdict?.isMet], [true, undefined]);
});

Deno.test("a bare queue may be twice as fast, on one connection and on eight", () => {
  const rate = (jobs: number) => ({ "jobs/s": jobs });
  const create = { [CREATE.free]: rate(600), [CREATE.pgmq]: rate(1_800) };
  assert.deepEqual(judged("create", create, `within 2 × of ${CREATE.pgmq}`), [3, false]);
  const short = {
    [SHORT_LIFE("ours", 1)]: rate(200),
    [SHORT_LIFE("pgmq", 1)]: rate(300),
    [SHORT_LIFE("ours", 8)]: rate(500),
    [SHORT_LIFE("pgmq", 8)]: rate(1_000),
  };
  assert.deepEqual(judged("short_life", short, "within 2 × of pgmq"), [2, true]);
});
