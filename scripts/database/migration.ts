/**
 * `npm run migration`: brings supabase/migrations after supabase/schemas. While nothing is released it writes the one
 * baseline anew. After a release, `npm run migration -- <name>` writes the draft of a migration, for a person to read.
 */
import { join } from "node:path";
import { readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { BASELINE, renderBaseline } from "./migrations/baseline.ts";
import { draftMigration } from "./migrations/draft.ts";
import { migrationFileName, UsageError } from "./migrations/file_name.ts";
import { readMigrationFiles, readReleased } from "./migrations/released.ts";
import { SUPABASE } from "../paths.ts";
import { exitCleanly } from "../program/exit.ts";
import { readSchemaFiles } from "./schemas.ts";

const MIGRATIONS = join(SUPABASE, "migrations");

/** Writes what is due and returns a sentence that says so. Throws UsageError, SchemaFilesError. */
async function main(name: string | undefined): Promise<string> {
  const files = await readSchemaFiles();
  const { releases } = await readReleased();
  if (releases.length === 0) {
    if (name) {
      throw new UsageError(
        `Nothing is released: there is one migration, ${BASELINE}, which has its name already. Run "npm run migration".`,
      );
    }
    await Deno.writeTextFile(join(MIGRATIONS, BASELINE), renderBaseline(files));
    return `Wrote supabase/migrations/${BASELINE} from ${files.length} schema files.`;
  }
  const last = [...(await readMigrationFiles()).keys()].at(-1) ?? BASELINE;
  const file = migrationFileName(name, last, new Date());
  const draft = await draftMigration(await readMigrations(MIGRATIONS), files);
  if (draft === null) return "The migrations say all that the schemas say: nothing to write.";
  await Deno.writeTextFile(join(MIGRATIONS, file), draft);
  return `Wrote the draft supabase/migrations/${file}. Read it and make it right: docs/upgrading.md says how.`;
}

if (import.meta.main) {
  await exitCleanly(async () => {
    console.log(await main(Deno.args[0]));
    return 0;
  });
}
