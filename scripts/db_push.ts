/**
 * `npm run db:push`: the Supabase CLI's `db push` against the local database. With the stack running (`npm start`,
 * `npm run stack`) that one; otherwise a database made for the purpose, empty but for the platform: every migration is
 * really applied, and a second push shows that there is nothing left to do.
 */
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "./paths.ts";
import { supabase } from "./supabase_cli.ts";

/** Pushes the migrations to the database at `url` and returns what the CLI said. */
export async function pushTo(url: string): Promise<string> {
  return await supabase("db", "push", `--remote=${url}`);
}

/** Whether a database listens on `port`. */
async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const port = Number(Deno.env.get("ESTEIRA_DB_PORT") ?? (await readProject(SUPABASE)).config.db.port);
  if (await listens(port)) {
    console.log(`Pushing to the database on port ${port}.`);
    console.log(await pushTo(`postgresql://postgres:postgres@127.0.0.1:${port}/postgres`));
  } else {
    console.log(
      `No database listens on port ${port}: pushing twice to a fresh one, which is deleted afterwards.`,
    );
    const cluster = await startDatabase(EMPTY);
    try {
      console.log(`First:  ${await pushTo(cluster.url())}`);
      console.log(`Second: ${await pushTo(cluster.url())}`);
    } finally {
      await cluster.stop();
    }
  }
}
