import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type Project, readProject } from "@esteira/local-supabase/project";
import { runPgtap } from "./pgtap.ts";

/** Runs `body` with a project that has no migrations and these test files. */
async function withProject(files: Record<string, string>, body: (project: Project) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(directory, "migrations"));
    await Deno.writeTextFile(join(directory, "config.toml"), "[db.seed]\nenabled = false\n");
    for (const [path, text] of Object.entries(files)) {
      const file = join(directory, "tests", path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    await body(await readProject(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("files run in order of path, each in a session of its own, and sum up", async () => {
  await withProject({
    "000_first.sql":
      "create table public.log (n int); select plan(1); select pass(); set esteira.mark = 'set';",
    "b/third.test.sql":
      "select plan(2); select is((select count(*) from public.log), 1::bigint); select is(current_user::text, 'postgres');",
    "a/second.test.sql":
      "insert into public.log values (1); select plan(1); select is(current_setting('esteira.mark', true), null);",
    "a/notes.md": "not a test",
  }, async (project) => {
    assert.deepEqual(await runPgtap({ project }), {
      passed: 4,
      failed: 0,
      report: ["ok     000_first.sql (1)", "ok     a/second.test.sql (1)", "ok     b/third.test.sql (2)"],
      failedFiles: [],
    });
  });
});

Deno.test("whatever leaves a doubt is a failure of its file, with what is known of it", async () => {
  await withProject({
    "broken.sql": "select plan(2); select pass('one'); select 1 / 0; select pass('two');",
    "empty.sql": "-- nothing",
    "joined.sql": "select plan(2); select pass('one'), pass('two');",
    "wrong.sql": "select plan(1); select is(1, 2, 'the same');",
  }, async (project) => {
    const { passed, failed, report, failedFiles } = await runPgtap({ project });
    assert.deepEqual(
      failedFiles,
      ["broken", "empty", "joined", "wrong"].map((name) => `supabase/tests/${name}.sql`),
    );
    const text = report.join("\n");
    assert.equal(passed, 2);
    assert.equal(failed, 6);
    assert.match(
      text,
      /FAILED broken\.sql \(1\)\n.*22012 division by zero\n.*2 assertions were planned, 1 were made/,
    );
    assert.match(text, /FAILED empty\.sql \(0\)\n.*There is no plan\.\n.*Nothing was asserted\./);
    assert.match(text, /FAILED joined\.sql \(1\)\n.*2 assertions were planned, 1 were made/);
    assert.match(text, /FAILED wrong\.sql \(0\)\n.*not ok 1 - the same\n[^]*have: 1\n.*want: 2/);
  });
});

Deno.test("a filter picks files by their path, always runs the helpers, and must pick something", async () => {
  await withProject({
    "000_helpers.sql": "select plan(1); select pass();",
    "a/one.sql": "select plan(1); select pass();",
    "b/two.sql": "select plan(1); select pass();",
  }, async (project) => {
    assert.deepEqual((await runPgtap({ project, filters: ["b/"] })).report, [
      "ok     000_helpers.sql (1)",
      "ok     b/two.sql (1)",
    ]);
    const nothing = await runPgtap({ project, filters: ["c/"] });
    assert.equal(nothing.failed, 1);
    assert.equal(nothing.report.at(-1), 'FAILED No test file has "c/" in its path.');
  });
});
