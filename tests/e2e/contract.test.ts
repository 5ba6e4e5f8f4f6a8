import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { runPgtap } from "../../scripts/database/pgtap.ts";
import { pushTo } from "../../scripts/database/db_push.ts";
import { generateTypes } from "../../scripts/database/generate_types.ts";
import { ROOT, SUPABASE } from "../../scripts/paths.ts";
import { supabase } from "../../scripts/database/supabase_cli.ts";
import { JOB_STATUSES } from "../../shared/words/statuses.ts";
import { JOB_STEPS } from "../../shared/words/steps.ts";
import { VERDICT_CODES } from "../../shared/words/verdict_codes.ts";
import { VERDICT_CLEARS, VERDICT_LEVELS } from "../../shared/words/verdicts.ts";

// @acceptance 004:294
Deno.test("the Supabase CLI pushes the migrations to a plain project, and a second push does nothing", async () => {
  const cluster = await startDatabase(EMPTY);
  try {
    assert.match(await pushTo(cluster.url()), /Finished supabase db push/);
    assert.match(await pushTo(cluster.url()), /Remote database is up to date/);
    const sql = postgres(cluster.url(), { max: 1 });
    const { migrations } = await readProject(SUPABASE);
    const applied = await sql`select version from supabase_migrations.schema_migrations order by version`;
    await sql.end();
    assert.deepEqual(applied.map(({ version }) => version), migrations.map(({ version }) => version));

    const advice = await supabase(
      "db",
      "advisors",
      "--type",
      "security",
      "--level",
      "warn",
      `--remote=${cluster.url()}`,
      "--output-format",
      "json",
    );
    assert.deepEqual(JSON.parse(advice).results, []);
  } finally {
    await cluster.stop();
  }
});

Deno.test("SQL's enums are TypeScript's", async () => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const sql = postgres(cluster.url(), { max: 1 });
  try {
    const [row] = await sql`
      select enum_range(null::public.job_status)::text[] as statuses, enum_range(null::public.job_step)::text[] as steps`;
    assert.deepEqual(row?.statuses, [...JOB_STATUSES]);
    assert.deepEqual(row?.steps, [...JOB_STEPS]);
  } finally {
    await sql.end();
    await cluster.stop();
  }
});

Deno.test('what is generated from the database is up to date (else run "npm run types")', async () => {
  for (const [path, text] of Object.entries(await generateTypes())) {
    assert.equal(await Deno.readTextFile(path), text, path);
  }
});

Deno.test("what verdicts are made of are the words of the database, and each code is said in both languages", async () => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const sql = postgres(cluster.url(), { max: 1 });
  try {
    const words = await sql`select code, level, clears, en, pt_br from private.verdict_words()`;
    assert.deepEqual(words.map(({ code }) => code).sort(), [...VERDICT_CODES].sort());
    for (const { code, level, clears, en, pt_br } of words) {
      assert.ok(VERDICT_LEVELS.includes(level) && VERDICT_CLEARS.includes(clears), code);
      for (const sentences of [en, pt_br]) assert.ok(sentences.length >= 1 && sentences.length <= 3, code);
    }
  } finally {
    await sql.end();
    await cluster.stop();
  }
});

// Its catalogue is the same as here (scripts/database/default_grants.test.ts); `npm run test:long` runs every file again.
Deno.test("who may do what holds on an older project too, whose default privileges grant all to the API roles", async () => {
  const project = await readProject(SUPABASE);
  const sql = ["tables", "functions", "sequences"].map((kind) =>
    `alter default privileges in schema public grant all on ${kind} to anon, authenticated, service_role;`
  ).join("\n");
  const older = { version: "20200101000000", name: "older_project", sql };
  const filters = Deno.env.get("ESTEIRA_BIG") ? [] : await filesAboutRights();
  const { failed, report } = await runPgtap({
    project: { ...project, migrations: [older, ...project.migrations] },
    filters,
  });
  assert.equal(failed, 0, report.filter((line) => !line.startsWith("ok")).join("\n"));
});

/** The tests in SQL in which somebody is refused for want of a right. */
async function filesAboutRights(): Promise<string[]> {
  const files: string[] = [];
  const search = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory) await search(path);
      else if ((await Deno.readTextFile(join(ROOT, path))).includes("42501")) files.push(path);
    }
  };
  await search("supabase/tests");
  assert.ok(files.length > 10, files.join());
  return files;
}
