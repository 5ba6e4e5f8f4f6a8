import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { SUPABASE } from "../paths.ts";
import { unboundedWrites } from "./unbounded_writes.ts";

/** The *.sql files below `directory`. */
async function sqlFiles(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) files.push(...await sqlFiles(path));
    else if (name.endsWith(".sql")) files.push(path);
  }
  return files.sort();
}

Deno.test("statements without WHERE are found, wherever they stand", () => {
  for (
    const [sql, ...found] of [
      ["delete from a", "delete from a"],
      ["delete from a using b; delete from c where true", "delete from a using b"],
      ["update a set x = 1", "update a set x = 1"],
      [
        "update only a.b as c set x = (select 1 where true) from d",
        "update only a.b as c set x = (select 1 where true) from d",
      ],
      ["with x as (delete from a returning 1) select 1 from x where true", "delete from a"],
      ["select throws_ok('delete from a', null)", "delete from a"],
      ["do $f$ begin execute format('update %I set x = ''where''', t); end $f$", "update %I set x = 'where'"],
      ["for r in update a set x = 1 returning * loop delete from b where x; end loop", "update a set x = 1"],
      ["insert into a select 1 where true; DELETE\nFROM a -- where", "DELETE\nFROM a -- where"],
    ] as const
  ) assert.deepEqual(unboundedWrites(sql), found, sql);
});

Deno.test("what has its WHERE, and what is no such statement, is left alone", () => {
  for (
    const sql of [
      "delete from a where true",
      "update a set x = 1 where y in (select 1)",
      "update a x set (b, c) = (1, 2) from d where d.e = x.e returning *",
      "select 1 from a for update; set local x = 1",
      "select 1 from a for update skip locked",
      "insert into a values (1) on conflict (x) do update set x = 1",
      "create trigger t before update on a for each row execute function f()",
      "grant select, update, delete on a to b; set role b",
      "create policy p on a for update to b using (true)",
      "comment on table a is 'who may update it, and delete from it what is where it is'",
      'update a set "where" = 1 where true',
    ]
  ) assert.deepEqual(unboundedWrites(sql), [], sql);
});

async function refusedIn(directories: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of (await Promise.all(directories.map((name) => sqlFiles(join(SUPABASE, name))))).flat()) {
    const statements = unboundedWrites(await Deno.readTextFile(file));
    found.push(...statements.map((statement) => `${relative(SUPABASE, file)}: ${statement}`));
  }
  return found;
}

Deno.test("none of our statements, nor of our tests', is one that the Data API's sessions refuse", async () => {
  assert.deepEqual(await refusedIn(["schemas", "migrations", "tests"]), []);
});
