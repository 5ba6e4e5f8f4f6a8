/**
 * The draft of a migration: what it takes from the migrations that there are to the schemas as they are now, as
 * pg-delta in the Supabase CLI sees it, and a list of what would still differ after that. A person makes a migration
 * of it (docs/upgrading.md says what to look for).
 */
import { join } from "node:path";
import postgres from "postgres";
import type { Migration } from "@esteira/local-supabase/postgres/migrations";
import { describeDifferences, type Difference, differences } from "../catalog/differences.ts";
import type { SchemaFile } from "../schemas.ts";
import { supabase } from "../supabase_cli.ts";
import { INSTALL } from "./baseline.ts";
import { type Database, fromMigrations, fromSchemas, readAll, withDatabase } from "./databases.ts";
import { DRAFT_MARK } from "./lock.ts";

/** What pg-delta found, what it did not, and whether its statements can be run at all. */
interface Delta {
  sql: string;
  /** What differs after its statements: the first side is schemas, the other migrations. */
  left: Difference[];
  /** Why they could not be run; what is left is then what differed before. */
  failure?: string;
}

/** The text of a draft; null when there is no difference. */
export async function draftMigration(
  migrations: readonly Migration[],
  files: readonly SchemaFile[],
): Promise<string | null> {
  return await withDatabase(
    fromSchemas(files),
    (target) =>
      withDatabase(fromMigrations(migrations), async (current) => {
        const before = differences(await readAll(target.sql), await readAll(current.sql));
        if (before.length === 0) return null;
        const sql = await pgDelta(current, target);
        const failure = await tryOut(current, sql);
        const left = failure ? before : differences(await readAll(target.sql), await readAll(current.sql));
        return renderDraft({ sql, left, ...failure ? { failure } : {} });
      }),
  );
}

async function pgDelta(from: Database, to: Database): Promise<string> {
  const directory = await Deno.makeTempDir();
  try {
    const file = join(directory, "difference.sql");
    const ends = ["--from", from.url, "--to", to.url];
    await supabase("db", "diff", "--use-pg-delta", "--strict-coverage", ...ends, "--output", file);
    return (await Deno.readTextFile(file)).trim();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs statements and what follows every migration, as `db push` would; returns why it could not. */
async function tryOut({ url }: Database, statements: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.begin((tx) => tx.unsafe(`${statements}\n${INSTALL}`).simple());
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.message;
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Whoever cannot get a lock gives up, rather than make everybody wait behind it. */
const TIMEOUTS = "set local lock_timeout = '5s';\nset local statement_timeout = '5min';";

/** Puts a draft into words. */
export function renderDraft({ sql, left, failure }: Delta): string {
  const head = [
    DRAFT_MARK,
    "",
    "Below is what pg-delta (Supabase CLI) makes of the difference between supabase/migrations and supabase/schemas.",
    "It knows objects, not what is in them: it drops a column and adds another where a person would move the data,",
    "it takes locks without asking who waits. Make it right, then take out this head. docs/upgrading.md says how.",
    "",
    ...(failure ? [`It cannot be run as it stands: ${failure}`, ""] : []),
    ...(left.length === 0 ? ["After it, nothing differs."] : [
      failure
        ? "What differs without it:"
        : "After it, this would still differ, and is to be written by hand:",
      ...describeDifferences(left, { here: "schemas", there: "migrations" }).split("\n").map((line) =>
        `  ${line}`
      ),
    ]),
  ];
  const comment = head.map((line) => `-- ${line}`.trimEnd()).join("\n");
  return [comment, TIMEOUTS, ...(sql === "" ? [] : [sql]), INSTALL].join("\n\n") + "\n";
}
