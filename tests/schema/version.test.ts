import assert from "node:assert/strict";
import { join } from "node:path";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { fromMigrations, withDatabase } from "../../scripts/database/migrations/databases.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { VERSION } from "../../shared/version.ts";

Deno.test("the schema says the version that the code says", async () => {
  const migrations = await readMigrations(join(SUPABASE, "migrations"));
  await withDatabase(fromMigrations(migrations), async ({ sql }) => {
    const [row] = await sql`select public.esteira_version() as version`;
    assert.equal(row?.version, VERSION);
  });
});
