/** The peers' npm packages: they have a package.json and a lock of their own, and nothing but the benchmarks wants them. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@esteira/local-supabase/command";
import { load } from "../npm/load.mjs";

const HOME = fileURLToPath(new URL("../npm/", import.meta.url));
// npm keeps here what it installed, in the form of a lock.
const INSTALLED = join(HOME, "node_modules/.package-lock.json");

/** Installs the peers if they are missing or not those of the lock. @throws CommandError when npm fails. */
export async function installPeers(): Promise<void> {
  const wanted = lockedVersions(await Deno.readTextFile(join(HOME, "package-lock.json")));
  const installed = await Deno.readTextFile(INSTALLED).then(lockedVersions, () => undefined);
  if (installed === wanted) return;
  console.error("Installing the peers from npm (once) …");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", args, { cwd: HOME });
}

/** The versions that package.json asks for, exactly, by name. */
export async function peerVersions(): Promise<Record<string, string>> {
  const { dependencies } = JSON.parse(await Deno.readTextFile(join(HOME, "package.json")));
  return dependencies;
}

/**
 * Loads a peer's module. `T` is what the caller uses of it: type checks pass without the peers installed.
 * @throws Error when it is not installed.
 */
export async function loadPeer<T>(name: string): Promise<T> {
  try {
    return await load(name);
  } catch (error) {
    throw new Error(`${name} could not be loaded: ${(error as Error).message}`);
  }
}

/** Reads a file of an installed package; undefined when there is none. */
export async function readPeerFile(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(join(HOME, "node_modules", path)).catch(() => undefined);
}

/** The names of what a directory of an installed package holds; none when there is no such directory. */
export async function listPeerFiles(path: string): Promise<string[]> {
  const entries = Deno.readDir(join(HOME, "node_modules", path));
  return await Array.fromAsync(entries, ({ name }) => name).catch(() => []);
}

/** Everything that a lock pins, as one text to compare; the root, of which only one form of the lock tells, left out. */
function lockedVersions(lock: string): string {
  const packages: Record<string, { version?: string }> = JSON.parse(lock).packages;
  return Object.keys(packages).filter((path) => path).sort().map((path) =>
    `${path}@${packages[path]?.version}`
  ).join();
}
