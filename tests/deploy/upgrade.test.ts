/** `npm run deploy` on a project that has the first release: the database first, then the functions. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { SUPABASE } from "../../scripts/paths.ts";
import { VERSION } from "../../shared/version.ts";
import { type Remote, startRemote } from "./remote.ts";

/** The baseline alone, noted as `db push` notes it. */
async function bringFirstRelease({ sql }: Remote): Promise<void> {
  const [first] = await readMigrations(join(SUPABASE, "migrations"));
  assert.ok(first);
  await sql.begin(async (tx: postgres.TransactionSql) => {
    await tx`create schema if not exists supabase_migrations`;
    await tx`create table if not exists supabase_migrations.schema_migrations
      (version text primary key, statements text[], name text)`;
    await tx.unsafe(first.sql).simple();
    await tx`insert into supabase_migrations.schema_migrations (version, name) values (${first.version}, ${first.name})`;
  });
}

Deno.test("an older release is brought to this one, the database before the functions", async () => {
  await using remote = await startRemote({ hurry: true });
  await bringFirstRelease(remote);
  const shown = await remote.deploy("--dry-run");
  assert.equal(shown.code, 0, shown.text);
  assert.match(shown.text, new RegExp(`Apply \\d+ of \\d+ migrations \\(0\\.2\\.0 → ${VERSION}\\)`));
  const { code, text } = await remote.deploy("--yes");
  assert.equal(code, 0, text);
  assert.match(text, new RegExp(`ok {6}database +schema: Version ${VERSION}`));
  assert.ok(text.indexOf("done   schema") < text.indexOf("doing  functions"), text);
});
