/** Looking for secrets where they must not be: in any row, any log, any broadcast. */
import type postgres from "postgres";

/** Schemas whose rows somebody may read, or that are kept for long; the Vault is for nobody. */
const SCHEMAS = ["public", "private", "ops", "pgmq", "realtime", "net", "cron", "storage"];

/** Where in the database one of `secrets` can be read in clear: names of tables. */
export async function tablesWith(sql: postgres.Sql, secrets: readonly string[]): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ${sql(SCHEMAS)} order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
    const hit = rows.find(({ row }) => secrets.some((secret) => row.includes(secret)));
    if (hit) found.push(`${name}: ${excerpt(hit.row, secrets)}`);
  }
  return found;
}

/** The lines that have one of `secrets` in them. */
export function linesWith(lines: readonly string[], secrets: readonly string[]): string[] {
  return lines.filter((line) => secrets.some((secret) => line.includes(secret)))
    .map((line) => excerpt(line, secrets));
}

/** What stands around a secret, and not the secret. */
function excerpt(text: string, secrets: readonly string[]): string {
  const secret = secrets.find((secret) => text.includes(secret)) ?? "";
  const at = text.indexOf(secret);
  return `${text.slice(Math.max(0, at - 80), at)}[secret]${
    text.slice(at + secret.length, at + secret.length + 40)
  }`;
}
