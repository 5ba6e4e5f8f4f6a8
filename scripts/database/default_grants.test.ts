/** What a project granted by default before 2026-05-30 (docs/platform.md) opens nothing of ours. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { SUPABASE } from "../paths.ts";
import { type Catalog, KINDS, readCatalog } from "./catalog/catalog.ts";
import { differences } from "./catalog/differences.ts";
import { fromMigrations, withDatabase } from "./migrations/databases.ts";

/** As every Supabase project had it until then, for whatever `postgres` makes in `public`. */
const OLD_DEFAULTS = ["tables", "sequences", "functions"].map((kind) =>
  `alter default privileges for role postgres in schema public
     grant all on ${kind} to postgres, anon, authenticated, service_role;`
).join("\n");

async function catalogAfter(setup: string): Promise<Catalog> {
  const migrations = await readMigrations(join(SUPABASE, "migrations"));
  const before = { version: "0", name: "an_old_project", sql: setup };
  return await withDatabase(
    fromMigrations([before, ...migrations]),
    ({ sql }) => readCatalog(sql, KINDS.filter((kind) => kind !== "default_privilege")),
  );
}

Deno.test("every table, column, sequence and function is granted as here, whatever the project grants by default", async () => {
  const [strict, permissive] = await Promise.all(["select 1", OLD_DEFAULTS].map(catalogAfter));
  assert.ok(strict && permissive);
  assert.deepEqual(differences(strict, permissive), []);
});
