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

/** What a migration must not do to the functions that are deployed, and what it may. `told`: null for what it may. */
const CHANGES: readonly [what: string, sql: string, told: RegExp | null][] = [
  [
    "a function is gone",
    "drop function worker.acknowledge(text, bigint)",
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "a function has another name",
    "alter function worker.lanes() rename to all_lanes",
    /worker\.lanes\(\): there is no/,
  ],
  [
    "an argument is gone",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_msg_id bigint) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument has another name",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_message bigint) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument has another type",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id uuid) returns void language sql as 'select';
     grant execute on function worker.acknowledge(text, uuid) to service_role`,
    /worker\.acknowledge: the argument p_msg_id was bigint and is uuid/,
  ],
  [
    "an argument must be given that was not there",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument may be given that was not there",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text default null) returns void
     language sql as 'select';
     grant execute on function worker.acknowledge(text, bigint, text) to service_role`,
    null,
  ],
  [
    "a call could be meant for two functions",
    "create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text default null) returns void language sql as 'select'",
    /worker\.acknowledge\(p_msg_id, p_queue\): could be any of 2 functions/,
  ],
  [
    "a function is taken from who calls it",
    "revoke execute on function worker.acknowledge(text, bigint) from service_role",
    /worker\.acknowledge\(p_msg_id, p_queue\): service_role may not call it/,
  ],
  [
    "a schema is taken from who uses it",
    "revoke usage on schema worker from service_role",
    /worker\.lanes\(\): service_role may not call it/,
  ],
  [
    "a column of a result is gone",
    `drop function worker.receive(text, integer);
     create function worker.receive(p_lane text, p_qty integer default 10) returns table (queue text, msg_id bigint, item jsonb)
     language sql as 'select null::text, 1::bigint, null::jsonb';
     grant execute on function worker.receive(text, integer) to service_role`,
    /worker\.receive: the result read_count is gone/,
  ],
  [
    "a result has another type",
    `drop function worker.checkpoint(uuid, uuid, jsonb);
     create function worker.checkpoint(p_job_id uuid, p_token uuid, p_checkpoint jsonb) returns text language sql as 'select null::text';
     grant execute on function worker.checkpoint(uuid, uuid, jsonb) to service_role`,
    /worker\.checkpoint: the result was boolean and is text/,
  ],
  [
    "one row is returned instead of many",
    `drop function worker.lanes();
     create function worker.lanes() returns text language sql as 'select null::text';
     grant execute on function worker.lanes() to service_role`,
    /worker\.lanes: returns one row, not many/,
  ],
  ["a row has one column more", "alter table public.jobs add column made_up text", null],
  [
    "a column that a function returns has another name",
    "alter table public.jobs rename column output_url to result_url",
    /public\.create_job: the result output_url is gone/,
  ],
  [
    "a column that is read has another name",
    "alter table public.tools rename column settings to wiring",
    /public\.tools: there is no column settings/,
  ],
  [
    "a column is taken from who reads it",
    "revoke select on public.jobs from authenticated",
    /public\.jobs\.\w+: authenticated may not select it/,
  ],
  [
    "a table has another name",
    "alter table public.ai_models rename to models",
    /public\.ai_models: there is no such table/,
  ],
];

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
        !called.has(`worker.${name}`) && !called.has(`public.${name}`)
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
