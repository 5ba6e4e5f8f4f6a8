/**
 * Applies `supabase/migrations` the way `supabase db push` does: as `postgres`, in order of version, each recorded
 * in `supabase_migrations.schema_migrations`, so that the CLI finds them applied.
 */
import { join } from "node:path";
import postgres from "postgres";

export interface Migration {
  /** The digits before the first underscore of the file's name. */
  version: string;
  name: string;
  sql: string;
}

/** A migration failed; the message names the file and the statement's position. */
export class MigrationError extends Error {
  readonly code = "migration_failed";
}

/** Reads `<directory>/<version>_<name>.sql`, sorted by version. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const match = entry.name.match(/^(\d+)_(.+)\.sql$/);
    if (!match?.[1] || !match[2]) continue;
    migrations.push({
      version: match[1],
      name: match[2],
      sql: await Deno.readTextFile(join(directory, entry.name)),
    });
  }
  return migrations.sort((a, b) => a.version.localeCompare(b.version));
}

/** Applies each migration in a transaction of its own, as the role in `url`. */
export async function applyMigrations(url: string, migrations: Migration[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const { version, name, sql: text } of migrations) {
      await sql.begin(async (tx) => {
        await tx.unsafe(text).simple();
        await tx`insert into supabase_migrations.schema_migrations (version, name, statements)
                 values (${version}, ${name}, ${[text]})`;
      }).catch((error) => {
        throw new MigrationError(describe(`${version}_${name}.sql`, text, error));
      });
    }
  } finally {
    await sql.end();
  }
}

function describe(
  file: string,
  text: string,
  error: { message: string; position?: string; where?: string },
): string {
  const line = error.position ? `:${text.slice(0, Number(error.position)).split("\n").length}` : "";
  return `${file}${line}: ${error.message}${error.where ? `\n${error.where}` : ""}`;
}
