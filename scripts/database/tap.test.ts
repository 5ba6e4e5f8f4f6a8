import assert from "node:assert/strict";
import { parseTap } from "./tap.ts";

Deno.test("assertions that match their plan and hold leave no problem", () => {
  assert.deepEqual(parseTap("1..2\nok 1 - one\nok 2 - two\n"), { passed: 2, failed: 0, problems: [] });
});

Deno.test("the plan may come last, and assertions may have no number or description", () => {
  assert.deepEqual(parseTap("ok\nok 2\n1..2"), { passed: 2, failed: 0, problems: [] });
});

Deno.test("lines that are not TAP are ignored, also with Windows line ends", () => {
  const output = "c0ffee\r\n1..1\r\n\r\nokay then\r\nok 1 - it is 1..2\r\n# all well";
  assert.deepEqual(parseTap(output), { passed: 1, failed: 0, problems: [] });
});

Deno.test("a failed assertion is a problem that carries its own diagnostics", () => {
  const output =
    'ok 1 - one\n# of one\nnot ok 2 - two\n# Failed test 2: "two"\n#   have: 3\nok 3\n# of three\n1..3';
  assert.deepEqual(parseTap(output), {
    passed: 2,
    failed: 1,
    problems: ['not ok 2 - two\n# Failed test 2: "two"\n#   have: 3'],
  });
});

Deno.test("too few and too many assertions are problems", () => {
  assert.deepEqual(parseTap("1..3\nok 1").problems, ["3 assertions were planned, 1 were made."]);
  assert.deepEqual(parseTap("1..1\nok 1\nok 2").problems, ["1 assertions were planned, 2 were made."]);
});

Deno.test("a missing plan, a second one and one among the assertions are problems", () => {
  assert.deepEqual(parseTap("ok 1").problems, ["There is no plan."]);
  assert.deepEqual(parseTap("1..1\nok 1\n1..1").problems, ["There are 2 plans."]);
  assert.deepEqual(parseTap("ok 1\n1..2\nok 2").problems, [
    "The plan stands among the assertions instead of before or after them.",
  ]);
});

Deno.test("output without assertions is a problem, whatever was planned", () => {
  assert.deepEqual(parseTap("").problems, ["There is no plan.", "Nothing was asserted."]);
  assert.deepEqual(parseTap("1..0 # SKIP not today").problems, ["Nothing was asserted."]);
});

Deno.test("a directive excuses nothing", () => {
  assert.equal(parseTap("1..1\nnot ok 1 - later # TODO write it").failed, 1);
  assert.equal(parseTap("1..1\nok 1 # skip no network").failed, 1);
  assert.equal(parseTap("1..1\nok 1 - says \\# skip").failed, 0);
});

Deno.test("numbers out of order are a problem, such as after a rollback to a savepoint", () => {
  assert.deepEqual(parseTap("1..3\nok 1\nok 3 - c\nok 2").problems, [
    "Assertion 2 is out of order: ok 3 - c",
  ]);
  assert.deepEqual(parseTap("1..2\nok 1\nok 1 - again").problems, [
    "Assertion 2 is out of order: ok 1 - again",
  ]);
});

Deno.test("bailing out is a problem", () => {
  assert.deepEqual(parseTap("1..1\nok 1\nBail out! The roof is on fire.").problems, [
    "Bail out! The roof is on fire.",
  ]);
});
