/**
 * The one migration that there is before the first release: all of supabase/schemas, in order. It is written anew
 * whenever a schema file changes, because nobody has applied it yet.
 */
import type { SchemaFile } from "../schemas.ts";

/** Its file in supabase/migrations. */
export const BASELINE = "20261101000000_baseline.sql";

/** How every migration ends: shipped rows follow the schema. */
export const INSTALL = "select ops.install();";

const HEAD =
  `-- The schema of Esteira, generated from supabase/schemas by "npm run migration". Read it; do not edit it: change the
-- file that a line comes from, named above it, and run the command again.`;
const WIDTH = 119;

/** The text of the baseline. */
export function renderBaseline(files: readonly SchemaFile[]): string {
  const parts = files.map(({ path, sql }) => `${banner(`supabase/${path}`)}\n\n${sql.trim()}\n`);
  return [`${HEAD}\n`, ...parts, `${banner("Shipped rows")}\n\n${INSTALL}\n`].join("\n");
}

function banner(title: string): string {
  return `-- ${title} `.padEnd(WIDTH, "=");
}
