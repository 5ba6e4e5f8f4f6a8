/** How supabase/schemas is written, so that a stranger can read it: lines, functions, stories, rights. */
import assert from "node:assert/strict";
import { readSchemaFiles, type SchemaFile } from "./schemas.ts";

const LINE = 120;
const FUNCTION = 60;

const files = await readSchemaFiles();

/** Each function of a file with its text, from `create function` to the end of its body. */
function functionsIn({ sql }: SchemaFile): { name: string; text: string }[] {
  return [...sql.matchAll(/^create (?:or replace )?function ([\w.]+)\([^]*?^\$\$;$/gm)].map((match) => ({
    name: match[1] ?? "",
    text: match[0],
  }));
}

Deno.test("no line is too long to be read", () => {
  const long = files.flatMap(({ path, sql }) =>
    sql.split("\n").flatMap((line, i) => [...line].length > LINE ? [`${path}:${i + 1}`] : [])
  );
  assert.deepEqual(long, []);
});

Deno.test("a function fits on a screen", () => {
  const long = files.flatMap((file) =>
    functionsIn(file).filter(({ text }) => text.split("\n").length > FUNCTION).map(({ name }) => name)
  );
  assert.deepEqual(long, []);
});

Deno.test("what nobody is to execute is taken away beside the function", () => {
  const open = files.flatMap((file) =>
    functionsIn(file)
      .filter(({ name }) =>
        !new RegExp(`^revoke execute on function ${RegExp.escape(name)}\\(`, "m").test(file.sql)
      )
      .map(({ name }) => `${file.path}: ${name}`)
  );
  assert.deepEqual(open, []);
});

Deno.test("a room begins with its story", () => {
  const rooms = Map.groupBy(files, ({ path }) => path.split("/")[1] ?? "");
  const silent = [...rooms].filter(([, [first]]) => !first?.sql.startsWith("-- ")).map(([room]) => room);
  assert.deepEqual(silent, []);
});
