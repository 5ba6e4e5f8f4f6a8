/**
 * The draft of a migration is made by the real CLI: what it finds, what is left for a person, and what pg-delta is
 * known not to see (docs/upgrading.md tells of it; when a new CLI sees more, this test says so).
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { INSTALL } from "../../scripts/database/migrations/baseline.ts";
import { draftMigration } from "../../scripts/database/migrations/draft.ts";
import { DRAFT_MARK } from "../../scripts/database/migrations/lock.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { readSchemaFiles } from "../../scripts/database/schemas.ts";
import { MUTATIONS } from "./mutations/all.ts";

const migrations = await readMigrations(join(SUPABASE, "migrations"));
const files = await readSchemaFiles();
const withMore = (sql: string) => draftMigration(migrations, [...files, { path: "schemas/more.sql", sql }]);

Deno.test("there is nothing to draft when migrations and schemas say the same", async () => {
  assert.equal(await draftMigration(migrations, files), null);
});

Deno.test("a draft says what it is, holds the statements, and ends as every migration does", async () => {
  const draft = await withMore(`
    create table private.colours (colour text primary key);
    comment on table private.colours is 'What jobs can look like.';`);
  assert.ok(draft);
  assert.ok(draft.startsWith(`-- ${DRAFT_MARK}\n`));
  assert.match(draft, /CREATE TABLE "private"\."colours"/);
  assert.match(draft, /^-- After it, nothing differs\.$/m);
  assert.ok(draft.endsWith("\n\nselect ops.install();\n"));
});

Deno.test("what pg-delta leaves out is listed in the draft, and is what we know it leaves out", async () => {
  const usual = MUTATIONS.filter(({ pgDelta, as }) => pgDelta !== "fails" && as === "postgres");
  const changes = usual.map(({ sql }) => sql.replace(/;?\s*$/, ";"));
  // Rows are changed after they were shipped: what is changed stays so when they are shipped again.
  const draft = await withMore([INSTALL, ...changes].join("\n"));
  assert.ok(draft);
  const listed = [...draft.matchAll(/^-- {3}(.+): (?:different|only in (?:schemas|migrations))$/gm)].map((
    match,
  ) => match[1]);
  const missed = usual.filter(({ pgDelta }) => pgDelta === "misses").map(({ object }) => object);
  // A column whose collation changes is dropped and added again, so that those behind it move up; and which of two
  // free slots is gone, nothing tells.
  const followUps = /^column private\.broadcast_failures\.|^row private\.slots/;
  assert.deepEqual(
    listed.filter((object) => !followUps.test(object ?? "")).sort(),
    missed.filter((o) => !followUps.test(o)).sort(),
  );
});

Deno.test("what pg-delta knows that it cannot manage stops the draft", async () => {
  await assert.rejects(
    () => withMore("create statistics private.spare_statistics on user_id, status from public.jobs;"),
    /strict coverage rejected unmanaged schema objects/,
  );
});
