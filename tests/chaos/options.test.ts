import assert from "node:assert/strict";
import { parseOptions, UsageError } from "./options.ts";

Deno.test("a run has 2,000 jobs, a short one fewer and more deaths", () => {
  const full = parseOptions(["--seed", "1"]);
  assert.deepEqual(full, { jobs: 2000, seed: 1, isShort: false, isBig: false, only: [], killEveryMs: 5_000 });
  const short = parseOptions(["--seed", "1", "--short"]);
  assert.ok(short.isShort && short.jobs < full.jobs && short.killEveryMs < full.killEveryMs);
});

Deno.test("single faults are named one by one or with commas", () => {
  assert.deepEqual(parseOptions(["--only", "slow,busy", "--only", "calm"]).only, ["slow", "busy", "calm"]);
});

Deno.test("publications instead of jobs are asked for by their number", () => {
  assert.equal(parseOptions([]).publications, undefined);
  const { publications, isShort } = parseOptions(["--publications", "40", "--short"]);
  assert.deepEqual([publications, isShort], [40, true]);
  assert.throws(() => parseOptions(["--publications", "few"]), UsageError);
});

Deno.test("without a seed each run draws one", () => {
  assert.notEqual(parseOptions([]).seed, parseOptions([]).seed);
});

Deno.test("what makes no sense is refused with the usage", () => {
  for (
    const args of [["--jobs", "0"], ["--jobs", "1.5"], ["--seed", "x"], ["--kill-every", "-1"], ["--what"]]
  ) {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof UsageError && /Usage:/.test(error.message),
    );
  }
});
