import assert from "node:assert/strict";
import { databaseFailures, denoFailures, vitestFailures, within } from "./failures.ts";

Deno.test("of a run of deno test its errors are told, and of one that did not come so far its last words", () => {
  const text = `
it holds ... ok (1ms)
it breaks ... FAILED (1ms)

 ERRORS 

it breaks => ./tests/one.test.ts:1:6
error: AssertionError: 1 !== 2

 FAILURES 

it breaks => ./tests/one.test.ts:1:6

FAILED | 1 passed | 1 failed (3ms)

error: Test failed
`;
  assert.equal(
    denoFailures(text),
    "it breaks => ./tests/one.test.ts:1:6\nerror: AssertionError: 1 !== 2\n\n FAILURES \n\n" +
      "it breaks => ./tests/one.test.ts:1:6",
  );
  assert.equal(denoFailures("error: Module not found\n"), "error: Module not found");
});

Deno.test("of a run of vitest what stands between its results and its summary is told", () => {
  const text = `
 ✓ |react 19| components/good.test.tsx (3 tests) 12ms

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  |react 18.2| components/job_list.test.tsx > a list > is long
AssertionError: expected 1 to be 2

 Test Files  1 failed | 1 passed (2)
      Tests  1 failed | 3 passed (4)
`;
  assert.equal(
    vitestFailures(text),
    "FAIL  |react 18.2| components/job_list.test.tsx > a list > is long\nAssertionError: expected 1 to be 2",
  );
});

Deno.test("of the database's tests the files are told that did not hold", () => {
  const report = ["ok     a.sql (3)", "FAILED b.sql (2)", "         not ok 3 - it holds", "ok     c.sql (1)"];
  assert.equal(databaseFailures(report), "FAILED b.sql (2)\n         not ok 3 - it holds");
});

Deno.test("what is long is told by its beginning and its end", () => {
  const told = within(`begin${"-".repeat(100_000)}end`);
  assert.ok(told.length < 7000 && told.startsWith("begin") && told.endsWith("end"), String(told.length));
});
