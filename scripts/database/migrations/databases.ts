/** The two databases that must be the same: one made from supabase/schemas, one from supabase/migrations. */
import postgres from "postgres";
import { type Contents, startDatabase } from "@esteira/local-supabase/postgres";
import type { Migration } from "@esteira/local-supabase/postgres/migrations";
import { type Catalog, readCatalog } from "../catalog/catalog.ts";
import { readRows } from "../catalog/rows.ts";
import type { SchemaFile } from "../schemas.ts";
import { renderBaseline } from "./baseline.ts";

/** A database with the platform, and the schema files in their order; shipped rows are installed. */
export function fromSchemas(files: readonly SchemaFile[]): Contents {
  return { migrations: [{ version: "0", name: "schemas", sql: renderBaseline(files) }], seed: "" };
}

/** A database with the platform, and migrations applied one after the other. */
export function fromMigrations(migrations: readonly Migration[]): Contents {
  return { migrations: [...migrations], seed: "" };
}

/** A migration file as `db push` takes it. */
export function toMigration(file: string, sql: string): Migration {
  const [, version = "", name = ""] = file.match(/^(\d+)_(.+)\.sql$/) ?? [];
  return { version, name, sql };
}

/** A database of one's own, and a superuser's session in it. */
export interface Database {
  /** Connection string as `postgres`, who applies migrations. */
  readonly url: string;
  readonly sql: postgres.Sql;
}

/** Starts a database, gives it to `body` and stops it. */
export async function withDatabase<T>(
  contents: Contents,
  body: (database: Database) => Promise<T>,
): Promise<T> {
  const cluster = await startDatabase(contents);
  const sql = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
  try {
    return await body({ url: cluster.url(), sql });
  } finally {
    await sql.end({ timeout: 1 });
    await cluster.stop();
  }
}

/** Objects and rows of a database. `sql` is one session, or a transaction in it. */
export async function readAll(sql: postgres.ISql): Promise<Catalog> {
  return new Map([...await readCatalog(sql), ...await readRows(sql)]);
}
