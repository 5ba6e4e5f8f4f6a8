/**
 * `npm run release -- <version>`: locks the migrations of a release (supabase/migrations/released.json) and notes what
 * its functions ask of the database (supabase/releases/<version>.json), by running the end-to-end tests with a recorder
 * between the functions and the Data API. Writes nothing unless all is well. What it wrote is committed and tagged by
 * whoever releases.
 */
import { join } from "node:path";
import { VERSION } from "../../shared/version.ts";
import { readRecording } from "./calls/recorder.ts";
import { type Given, writeRelease } from "./calls/release.ts";
import { lookUp } from "./calls/schema.ts";
import { describeDifferences, differences } from "./catalog/differences.ts";
import { renderBaseline } from "./migrations/baseline.ts";
import { fromMigrations, fromSchemas, readAll, toMigration, withDatabase } from "./migrations/databases.ts";
import { UsageError } from "./migrations/file_name.ts";
import { lockProblems } from "./migrations/lock.ts";
import { lockRelease } from "./migrations/lock_release.ts";
import { readMigrationFiles, readReleased, writeReleased } from "./migrations/released.ts";
import { exitCleanly } from "../program/exit.ts";
import { readSchemaFiles, type SchemaFile } from "./schemas.ts";
import { denoTest } from "../testing/command.ts";
import { printAtOnce } from "../testing/part.ts";
import { listTestFiles } from "../testing/test_files.ts";

/** The checkout is not fit to be released; the message says why. */
export class NotReleasable extends Error {
  readonly code = "not_releasable";
}

async function release(version: string | undefined): Promise<string> {
  const files = await readMigrationFiles();
  const schemas = await readSchemaFiles();
  const released = await readReleased();
  const next = lockRelease(released, files, version, VERSION);
  const problems = lockProblems({ released, files, baseline: renderBaseline(schemas) });
  if (problems.length > 0) throw new NotReleasable(problems.join("\n"));
  await requireSame(files, schemas);

  const uses = await recordUses(files);
  await writeRelease({ version: VERSION, uses });
  await writeReleased(next);
  const count = next.releases.at(-1)?.migrations.length;
  return `Locked ${count} migrations and noted ${uses.length} uses of the database as ${version}.`;
}

async function requireSame(
  files: ReadonlyMap<string, string>,
  schemas: readonly SchemaFile[],
): Promise<void> {
  const migrated = await withDatabase(databaseOf(files), ({ sql }) => readAll(sql));
  const wanted = await withDatabase(fromSchemas(schemas), ({ sql }) => readAll(sql));
  const found = describeDifferences(differences(wanted, migrated), { here: "schemas", there: "migrations" });
  if (found !== "") throw new NotReleasable(`Migrations and schemas differ:\n${found}`);
}

/** Hundreds of megabytes through a recorder, of whose calls others make the same. */
const TELLS_NOTHING_NEW = "large_files";

/** What the functions ask for while the end-to-end tests run, and what the schema gives them. */
async function recordUses(files: ReadonlyMap<string, string>): Promise<Given[]> {
  const directory = await Deno.makeTempDir();
  try {
    const file = join(directory, "calls.jsonl");
    const tests = (await listTestFiles(["tests/e2e"])).filter((path) => !path.includes(TELLS_NOTHING_NEW));
    const { failed } = await denoTest(["--parallel", ...tests], printAtOnce, { ESTEIRA_RECORD_CALLS: file });
    if (failed > 0) throw new NotReleasable(`${failed} end-to-end tests failed`);
    const uses = await readRecording(file);
    return await withDatabase(databaseOf(files), async ({ sql }) => {
      const found: Given[] = [];
      for (const use of uses) {
        const answer = await lookUp(sql, use);
        if ("given" in answer) found.push(answer.given);
        // Tests make tools and tables of their own, and change what is there: what is not in the schema is theirs.
        else console.log(`Left out: ${answer.problem}`);
      }
      return found;
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function databaseOf(files: ReadonlyMap<string, string>) {
  return fromMigrations([...files].map(([file, sql]) => toMigration(file, sql)));
}

if (import.meta.main) {
  await exitCleanly(async () => {
    if (Deno.args.length !== 1) throw new UsageError(`Say which version: npm run release -- ${VERSION}`);
    console.log(await release(Deno.args[0]));
    return 0;
  });
}
