import assert from "node:assert/strict";
import { parseOptions, UsageError } from "./options.ts";

const MEASURES = ["create", "life"];

Deno.test("without options everything is run for five rounds, and --quick runs one", () => {
  const plain = parseOptions([], MEASURES);
  assert.deepEqual(plain, {
    rounds: 5,
    seconds: 3,
    limitSeconds: 60,
    growthRows: 1_000_000,
    minutes: 15,
    only: [],
    profile: false,
  });
  const quick = { rounds: 1, seconds: 1, limitSeconds: 5, minutes: 1 };
  assert.deepEqual(parseOptions(["--quick"], MEASURES), { ...plain, ...quick });
  assert.equal(parseOptions(["--quick", "--rounds", "3"], MEASURES).rounds, 3);
});

Deno.test("--only takes several measures, repeated or with commas", () => {
  assert.deepEqual(parseOptions(["--only", "create,life"], MEASURES).only, ["create", "life"]);
  assert.deepEqual(parseOptions(["--only", "life", "--only", "create"], MEASURES).only, ["life", "create"]);
  assert.deepEqual(parseOptions(["life", "--quick"], MEASURES).only, ["life"]);
});

Deno.test("a mistake is answered with how it is done", () => {
  for (
    const args of [["--only", "drain"], ["--rounds", "2.5"], ["--seconds", "0"], ["--seconds", "x"], [
      "--fast",
    ]]
  ) {
    assert.throws(
      () => parseOptions(args, MEASURES),
      (error) =>
        error instanceof UsageError && error.message.includes("Usage: npm run bench") &&
        error.message.includes("create|life"),
    );
  }
});
