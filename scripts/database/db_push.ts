/**
 * `npm run db:push`: the Supabase CLI's `db push` against the local database. With this checkout's stack running (`npm
 * start`, `npm run stack`) that one; with nothing at its port a database made for the purpose, empty but for the
 * platform: every migration is really applied, and a second push shows that there is nothing left to do. Whatever else
 * listens there is left alone.
 */
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { projectOf } from "@esteira/local-supabase/postgres/marker";
import { exitCleanly } from "../program/exit.ts";
import { SUPABASE } from "../paths.ts";
import { readPorts } from "../program/ports.ts";
import { supabase } from "./supabase_cli.ts";

/** What listens is not this checkout's stack; the message says what is known of it and what to do. */
export class NotOurDatabase extends Error {
  readonly code = "not_our_database";
}

/** Pushes the migrations to the database at `url` and returns what the CLI said. */
export async function pushTo(url: string): Promise<string> {
  return await supabase("db", "push", `--remote=${url}`);
}

/**
 * Makes sure that the database at `url` is that of the stack which serves the project in `directory`.
 * @throws NotOurDatabase
 */
export async function requireOurs(url: string, directory: string = SUPABASE): Promise<void> {
  const wanted = await Deno.realPath(directory);
  const found = await projectOf(url).catch((error) => error as Error);
  if (found === wanted) return;
  const what = found instanceof Error
    ? `What listens there is no database that lets us in (${found.message})`
    : found === null
    ? "The database there does not say which project it serves, so it is not of npm start or npm run stack"
    : `The database there serves ${found}, not ${wanted}`;
  throw new NotOurDatabase(
    `Nothing was pushed to ${new URL(url).host}. ${what}. Stop it, name another port by ESTEIRA_DB_PORT, ` +
      `or, if it is what you mean, push to it by name: npx supabase db push --remote=<its URL>`,
  );
}

/** Whether something listens on `port`. */
async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Pushes to the stack's database at `port`, or twice to a fresh one when nothing is there. */
async function push(port: number): Promise<void> {
  if (await listens(port)) {
    const url = `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`;
    await requireOurs(url);
    console.log(`Pushing to the database of the stack on port ${port}.`);
    console.log(await pushTo(url));
    return;
  }
  console.log(`No stack on port ${port}: pushing twice to a fresh database, which is deleted afterwards.`);
  const cluster = await startDatabase(EMPTY);
  try {
    console.log(`First:  ${await pushTo(cluster.url())}`);
    console.log(`Second: ${await pushTo(cluster.url())}`);
  } finally {
    await cluster.stop();
  }
}

if (import.meta.main) {
  await exitCleanly(async () => {
    await push(readPorts().database);
    return 0;
  });
}
