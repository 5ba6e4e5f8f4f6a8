/** Which upgrade there is to be tested. */
import { join } from "node:path";
import { type Migration, readMigrations } from "@esteira/local-supabase/postgres/migrations";
import { readProject } from "@esteira/local-supabase/project";
import { lockedFiles, readReleased } from "../../scripts/database/migrations/released.ts";
import { SUPABASE } from "../../scripts/paths.ts";

/** What the last release has, what is new since, and the rows for development. While nothing is released, all is new. */
export async function sinceLastRelease(): Promise<
  { released: Migration[]; fresh: Migration[]; seed: string }
> {
  const locked = new Set(lockedFiles(await readReleased()).map(({ file }) => file));
  const all = await readMigrations(join(SUPABASE, "migrations"));
  const isLocked = ({ version, name }: Migration) => locked.has(`${version}_${name}.sql`);
  return {
    released: all.filter(isLocked),
    fresh: all.filter((migration) => !isLocked(migration)),
    seed: (await readProject(SUPABASE)).seed,
  };
}
