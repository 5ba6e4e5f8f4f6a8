/**
 * `db push` comes before `functions deploy`: for a while the functions of the release before work on the new schema.
 * What they ask of the database was noted when they were released; HEAD's schema still gives it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type postgres from "postgres";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { shortcomings } from "../../scripts/database/calls/compare.ts";
import { readRecording } from "../../scripts/database/calls/recorder.ts";
import { type Given, readRelease } from "../../scripts/database/calls/release.ts";
import { lookUp } from "../../scripts/database/calls/schema.ts";
import { fromMigrations, withDatabase } from "../../scripts/database/migrations/databases.ts";
import { readReleased } from "../../scripts/database/migrations/released.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { playAll } from "./play_all.ts";
import { CHANGES } from "./schema_changes.ts";

const head = fromMigrations(await readMigrations(join(SUPABASE, "migrations")));
const last = (await readReleased()).releases.at(-1)?.version;

async function allShortcomings(sql: postgres.ISql, given: readonly Given[]): Promise<string[]> {
  const found: string[] = [];
  for (const before of given) found.push(...shortcomings(before, await lookUp(sql, before)));
  return found;
}

Deno.test({
  name: `the functions of ${last ?? "the last release"} find in HEAD's schema what they ask for`,
  ignore: last === undefined,
  async fn() {
    const { uses } = await readRelease(last ?? "");
    await withDatabase(head, async ({ sql }) => assert.deepEqual(await allShortcomings(sql, uses), []));
  },
});

Deno.test("what the functions ask of the database is noted, and a schema that no longer gives it is told", async (test) => {
  const file = await Deno.makeTempFile();
  await playAll(file);
  const uses = await readRecording(file).finally(() => Deno.remove(file));

  await withDatabase(head, async ({ sql }) => {
    const given: Given[] = [];
    await test.step("HEAD's functions find in HEAD's schema what they ask for", async () => {
      for (const use of uses) {
        const found = await lookUp(sql, use);
        assert.ok("given" in found, JSON.stringify(found));
        given.push(found.given);
      }
      assert.deepEqual(await allShortcomings(sql, given), []);
    });
    await test.step("everything that the functions' code names was asked for", async () => {
      const called = new Set(uses.map(({ schema, name }) => `${schema}.${name}`));
      const source = await sourceOfFunctions();
      const named = [...source.matchAll(/\.rpc\(\s*"(\w+)"/g)].map((match) => match[1]);
      const forgotten = named.filter((name) =>
        !["worker", "public", "ops_api"].some((schema) => called.has(`${schema}.${name}`))
      );
      assert.deepEqual(forgotten, []);
    });
    for (const [what, statements, told] of CHANGES) {
      await test.step(what, async () => {
        const problems = await problemsAfter(sql, statements, given);
        if (told) {
          assert.ok(
            problems.some((problem) => told.test(problem)),
            problems.join("\n") || "nothing was told",
          );
        } else assert.deepEqual(problems, []);
      });
    }
  });
});

/** What is wrong after a change, which is taken back. */
async function problemsAfter(
  sql: postgres.Sql,
  statements: string,
  given: readonly Given[],
): Promise<string[]> {
  let problems: string[] = [];
  const done = new Error("taken back");
  await sql.begin(async (tx) => {
    await tx.unsafe(statements).simple();
    problems = await allShortcomings(tx, given);
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
  return problems;
}

/** The functions' code, tests excepted. */
async function sourceOfFunctions(directory = join(SUPABASE, "functions")): Promise<string> {
  let source = "";
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) source += await sourceOfFunctions(path);
    else if (name.endsWith(".ts") && !name.endsWith(".test.ts")) source += await Deno.readTextFile(path);
  }
  return source;
}
