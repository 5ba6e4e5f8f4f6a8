import assert from "node:assert/strict";
import { COST, costFigures, stopwatch } from "./equal_work.ts";

Deno.test("a stage named twice in a life counts once, and lives that do not count leave nothing", async () => {
  const { stages, timed, next } = stopwatch();
  for (const counts of [false, true, true]) {
    await timed("create", () => Promise.resolve());
    await timed("complete", () => Promise.resolve());
    await timed(() => "complete", () => Promise.resolve());
    next(counts);
  }
  assert.deepEqual([stages.create?.length, stages.complete?.length, stages.webhook], [2, 2, undefined]);
  assert.deepEqual(stages["create and claim"], stages.create);
});

Deno.test("a stage may be named by what came of it, which is handed on", async () => {
  const { stages, timed, next } = stopwatch();
  const task = await timed(
    ({ isNew }) => isNew ? "claim" : "complete",
    () => Promise.resolve({ isNew: true }),
  );
  next(true);
  assert.deepEqual([task, Object.keys(stages)], [{ isNew: true }, ["claim", "create and claim"]]);
});

Deno.test("costs are those of one job, CPU in seconds of a thousand, whole pages left out", () => {
  const costs = { walBytes: 30_000, pageBytes: 10_000, walRecords: 0, commits: 0, rows: 34, dead: 18 };
  assert.deepEqual(costFigures({ ...costs, cpuMs: 20 }, 2), {
    [COST.cpu]: 10,
    [COST.wal]: 10,
    [COST.rows]: 17,
    [COST.dead]: 9,
  });
  assert.equal(COST.cpu in costFigures({ ...costs, cpuMs: undefined }, 2), false);
});
