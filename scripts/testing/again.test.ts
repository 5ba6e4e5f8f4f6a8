import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { Again, failedFiles, failedVitestFiles } from "./again.ts";

const print = () => {};

/** Runs `body` with two test files: one fails as long as there is no file `marker`, the other always passes. */
async function withTests(body: (folder: string, marker: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: join(ROOT, "scripts/testing"), prefix: "again_" });
  const marker = join(folder, "calm");
  try {
    await Deno.writeTextFile(
      join(folder, "busy.test.ts"),
      `Deno.test("waits", async (t) => {
        await t.step("for calm", () => Deno.lstatSync(${JSON.stringify(marker)}));
      });`,
    );
    await Deno.writeTextFile(join(folder, "calm.test.ts"), `Deno.test("is calm", () => {});`);
    await body(folder, marker);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what failed beside others and passes alone has not failed, and is told", async () => {
  await withTests(async (folder, marker) => {
    const again = new Again();
    assert.deepEqual(await again.denoTest(["--no-check", folder], print), {
      passed: 1,
      failed: 0,
      skipped: 0,
    });
    await Deno.writeTextFile(marker, "");
    assert.deepEqual(await again.run(print), { passed: 0, failed: 0, skipped: 0, again: 1, failures: [] });
  });
});

Deno.test("what fails alone too has failed", async () => {
  await withTests(async (folder) => {
    const again = new Again();
    await again.denoTest(["--no-check", folder], print);
    const { failures, ...counted } = await again.run(print);
    assert.deepEqual(counted, { passed: 0, failed: 1, skipped: 0, again: 0 });
    assert.match(failures.join(), /^waits \.\.\. for calm => .*busy\.test\.ts.*\nerror: NotFound/);
  });
});

Deno.test("what does not start, and what is broken in many files, has failed at once", async () => {
  const again = new Again();
  assert.equal((await again.denoTest(["--no-check", "scripts/testing/nowhere.test.ts"], print)).failed, 1);
  assert.equal((await again.run(print)).failed, 0, "nothing was left");
  const many = ["a", "b", "c", "d"].map((name) => `it => ./tests/${name}.test.ts:1:6`).join("\n");
  assert.equal(failedFiles(` FAILURES \n\n${many}\n`).length, 4);
});

Deno.test("what is drawn by chance has failed at once, whatever is drawn the next time", async () => {
  await withTests(async (folder) => {
    await Deno.rename(join(folder, "busy.test.ts"), join(folder, "busy_property.test.ts"));
    const again = new Again();
    assert.equal((await again.denoTest(["--no-check", folder], print)).failed, 1);
    assert.equal((await again.run(print)).failed, 0, "nothing was left");
  });
});

Deno.test("the files are named in which a test, a step or the file itself failed", () => {
  const text = `
 ERRORS 

it breaks => ./tests/not_this.test.ts:1:6

 FAILURES 

it breaks => ./tests/e2e/one.test.ts:10:6
it breaks ... in a step => ./tests/e2e/one.test.ts:63:13
./packages/local-supabase/background/cron.test.ts (uncaught error)

FAILED | 84 passed | 1 failed (3m31s)
`;
  assert.deepEqual(failedFiles(text), [
    "tests/e2e/one.test.ts",
    "packages/local-supabase/background/cron.test.ts",
  ]);
});

Deno.test("so are those of vitest, whatever its projects are called", () => {
  const text = `
 ✓ |react 19| components/good.test.tsx (3 tests) 12ms
 FAIL  |react 18.2| components/job_list.test.tsx > a list > is long
 FAIL  |react 18.2| components/job_list.test.tsx > a list > is short
 FAIL  src/pages/jobs.test.ts
`;
  assert.deepEqual(failedVitestFiles(text), ["components/job_list.test.tsx", "src/pages/jobs.test.ts"]);
});
