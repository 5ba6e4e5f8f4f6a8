/**
 * Whose database this is: a running stack writes into its database which project it serves, so that a tool that finds
 * a database at a port can tell it from any other that may listen there.
 */
import postgres from "postgres";

const SETTING = "local_supabase.project";

/** Notes in the database at `url` (as its owner or a superuser) that it serves the project in `directory`. */
export async function markDatabase(url: string, directory: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const path = await Deno.realPath(directory);
    const [row] =
      await sql`select format('alter database %I set %s to %L', current_database(), ${SETTING}::text, ${path}::text) as statement`;
    await sql.unsafe(row?.statement);
  } finally {
    await sql.end();
  }
}

/** How long a database may take to say who it is. The driver itself would ask a peer that hangs up for ever. */
const PATIENCE_MS = 5_000;

/** The project directory that the database at `url` was marked with; null when it was not. Throws when it does not answer. */
export async function projectOf(url: string): Promise<string | null> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  try {
    const asked = sql`select nullif(current_setting(${SETTING}, true), '') as directory`.execute();
    asked.catch(() => {}); // when it is too late, nobody waits for it any more
    const [row] = await Promise.race([asked, late.promise]);
    return row?.directory ?? null;
  } finally {
    clearTimeout(timer);
    await sql.end({ timeout: 0 });
  }
}
