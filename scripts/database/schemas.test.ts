import assert from "node:assert/strict";
import { join } from "node:path";
import { orderSchemaFiles, readSchemaFiles, SchemaFilesError } from "./schemas.ts";

const says = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SchemaFilesError);
  assert.match(error.message, message);
  return true;
};

Deno.test("rooms come in the order of schema_paths, and in a room the files by name", () => {
  const files = ["schemas/jobs/20_b.sql", "schemas/jobs/10_a.sql", "schemas/base/90_z.sql"];
  assert.deepEqual(orderSchemaFiles(["./schemas/base/*.sql", "schemas/jobs/*.sql"], files), [
    "schemas/base/90_z.sql",
    "schemas/jobs/10_a.sql",
    "schemas/jobs/20_b.sql",
  ]);
});

Deno.test("a file that no pattern fits is not left out in silence", () => {
  assert.throws(
    () => orderSchemaFiles(["./schemas/a/*.sql"], ["schemas/a/1.sql", "schemas/b/1.sql", "schemas/c.sql"]),
    says(/leaves out schemas\/b\/1\.sql, schemas\/c\.sql/),
  );
  assert.throws(
    () => orderSchemaFiles(["./schemas/a/*.sql"], ["schemas/a/1.sql", "schemas/a/notes.txt"]),
    says(/leaves out schemas\/a\/notes\.txt/),
  );
});

Deno.test("a file that two patterns fit is not read twice", () => {
  assert.throws(
    () => orderSchemaFiles(["./schemas/a/*.sql", "./schemas/**/*.sql"], ["schemas/a/1.sql"]),
    says(/schemas\/a\/1\.sql would be read twice: .*\.\/schemas\/a\/\*\.sql and in \.\/schemas\/\*\*/),
  );
});

Deno.test("a pattern that fits nothing is a mistake", () => {
  assert.throws(
    () => orderSchemaFiles(["./schemas/jbos/*.sql"], ["schemas/jobs/1.sql"]),
    says(/jbos.* fits no file/),
  );
});

Deno.test("the files of a project are read with their text", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(directory, "schemas/a"), { recursive: true });
    await Deno.writeTextFile(join(directory, "schemas/a/1.sql"), "select 1;");
    await Deno.writeTextFile(join(directory, "schemas/a/.2.sql.swp"), "");
    await Deno.writeTextFile(
      join(directory, "config.toml"),
      '[db.migrations]\nschema_paths = ["./schemas/a/*.sql"]\n',
    );
    assert.deepEqual(await readSchemaFiles(directory), [{ path: "schemas/a/1.sql", sql: "select 1;" }]);
    await Deno.writeTextFile(join(directory, "config.toml"), "[db]\nport = 1\n");
    await assert.rejects(() => readSchemaFiles(directory), says(/names no schema_paths/));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
