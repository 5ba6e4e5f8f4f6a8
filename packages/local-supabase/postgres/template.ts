/**
 * Ready databases, cached as data directories: the platform alone (what a hosted project has before the first
 * migration), and the platform with a project's migrations and seed. Copying one and starting a server on the copy
 * takes a fraction of a second, so every test that wants a database of its own gets a whole server.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { cached, cachePath, contentKey, makeRunDirectory, runsPath } from "../cache.ts";
import { run } from "../command.ts";
import { freePort } from "../ports.ts";
import { postgresBinaries } from "./binaries.ts";
import { type Cluster, initCluster, startCluster } from "./cluster.ts";
import { applyMigrations, type Migration } from "./migrations.ts";
import { giveToPostgres } from "./user.ts";

const PLATFORM = fileURLToPath(new URL("./platform/", import.meta.url));

/** What a database should hold from the start. */
export interface Contents {
  migrations: Migration[];
  /** SQL run after the migrations; usually `supabase/seed.sql`. */
  seed: string;
}

/** Nothing but the platform. */
export const EMPTY: Contents = { migrations: [], seed: "" };

/**
 * Starts a server on a fresh copy of the template for `contents`, building the template on first use. The copy is
 * deleted when the server is stopped. A durable one lies in the cache, others in `LOCAL_SUPABASE_RUNS` if that is set.
 */
export async function startDatabase(
  contents: Contents,
  { port = freePort(), durable = false }: { port?: number; durable?: boolean } = {},
): Promise<Cluster> {
  const binaries = await postgresBinaries();
  const template = await templateFor(binaries, contents);
  const home = await makeRunDirectory(durable ? cachePath() : runsPath());
  const dataDir = join(home, "data");
  try {
    await run("cp", ["-a", join(template, "data"), dataDir]);
    const cluster = await startCluster(binaries, { dataDir, port, durable });
    let stopped: Promise<void> | undefined;
    const stop = () =>
      stopped ??= cluster.stop().then(() => Deno.remove(home, { recursive: true }).catch(() => {}));
    return { ...cluster, stop };
  } catch (error) {
    await Deno.remove(home, { recursive: true }).catch(() => {});
    throw error;
  }
}

async function templateFor(binaries: string, contents: Contents): Promise<string> {
  const platform = await readPlatform();
  const sources = [
    binaries,
    ...platform,
    ...contents.migrations.flatMap((m) => [m.version, m.sql]),
    contents.seed,
  ];
  return await cached(`template-${await contentKey(...sources)}`, async (scratch) => {
    const dataDir = join(scratch, "data");
    await initCluster(binaries, dataDir);
    const cluster = await startCluster(binaries, { dataDir, port: freePort() });
    try {
      await runAs(cluster.url("supabase_admin"), platform);
      await applyMigrations(cluster.url(), contents.migrations);
      if (contents.seed) await runAs(cluster.url(), [contents.seed]);
    } finally {
      await cluster.stop();
    }
    await giveToPostgres(dataDir);
  });
}

async function readPlatform(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(PLATFORM)) names.push(entry.name);
  return await Promise.all(names.sort().map((name) => Deno.readTextFile(join(PLATFORM, name))));
}

async function runAs(url: string, scripts: string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const script of scripts) await sql.unsafe(script).simple();
  } finally {
    await sql.end();
  }
}
