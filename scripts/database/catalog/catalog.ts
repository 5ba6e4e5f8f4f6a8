/**
 * What a database is, as text that can be compared: every object that somebody can have made, the platform's and the
 * extensions' included, each under its kind and name with all of its properties.
 */
import { join } from "node:path";
import type postgres from "postgres";
import { ROOT } from "../../paths.ts";

const HERE = join(ROOT, "scripts/database/catalog");

/** A property's value, as Postgres writes it in JSON. */
export type Properties = Record<string, unknown>;

/** `<kind> <name>` → properties. */
export type Catalog = ReadonlyMap<string, Properties>;

/** The kinds of objects, in the order in which differences are told; each is a query in queries/. */
export const KINDS = [
  "schema",
  "extension",
  "role",
  "default_privilege",
  "type",
  "table",
  "column",
  "constraint",
  "index",
  "sequence",
  "function",
  "trigger",
  "rule",
  "policy",
  "publication",
  "event_trigger",
  "statistics",
  "other",
] as const;

/** One of them. */
export type Kind = typeof KINDS[number];

/**
 * Reads a catalog, or some kinds of it. `sql` is one session, or a transaction in it: the queries share temporary
 * functions.
 */
export async function readCatalog(sql: postgres.ISql, kinds: readonly Kind[] = KINDS): Promise<Catalog> {
  const catalog = new Map<string, Properties>();
  // Names are then written with their schema, whatever the session's own path.
  await sql`select set_config('search_path', '', false)`;
  await sql.unsafe(await Deno.readTextFile(join(HERE, "prepare.sql"))).simple();
  for (const kind of kinds) {
    const query = await Deno.readTextFile(join(HERE, `queries/${kind}.sql`));
    const rows = await sql.unsafe<{ name: string; definition: Properties }[]>(query);
    for (const { name, definition } of rows) catalog.set(`${kind} ${name}`, definition);
  }
  return catalog;
}
