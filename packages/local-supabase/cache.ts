/**
 * Where the stack keeps what is costly to make: the prepared Postgres binaries, ready database templates, and the
 * data of running stacks. Outside the checkout, because Postgres will not run as root and so runs as another user,
 * who must be able to read it: a checkout in a private home directory is closed to that user.
 */
import { join, resolve } from "node:path";
import process from "node:process";

/** The cache cannot be used; the message says what to do about it. */
export class CacheError extends Error {
  readonly code = "cache_unusable";
}

/** `LOCAL_SUPABASE_CACHE`, or `/var/tmp/local-supabase-<uid>`: survives reboots, readable by other users, private to this one for writing. */
export function cachePath(): string {
  // Absolute, because the programs that are given it run elsewhere.
  return resolve(Deno.env.get("LOCAL_SUPABASE_CACHE") || `/var/tmp/local-supabase-${Deno.uid() ?? "me"}`);
}

/**
 * `LOCAL_SUPABASE_RUNS`, or the cache: where databases lie while they run. Tests start hundreds of them, and a file
 * system in memory makes a copy of a template in a tenth of the time.
 */
export function runsPath(): string {
  const path = Deno.env.get("LOCAL_SUPABASE_RUNS");
  return path ? resolve(path) : cachePath();
}

/**
 * Makes the cache directory if it is missing and returns its path.
 * @throws CacheError when it cannot be made or written, or belongs to somebody else.
 */
export async function openCache(): Promise<string> {
  return await openDirectory(cachePath(), "LOCAL_SUPABASE_CACHE");
}

async function openDirectory(path: string, variable: string): Promise<string> {
  const advice = `Remove it, or set ${variable} to a directory that you can write and others can read.`;
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o755 });
    const info = await Deno.stat(path);
    if (info.uid !== null && info.uid !== Deno.uid()) {
      throw new CacheError(`The cache directory ${path} belongs to user ${info.uid}. ${advice}`);
    }
    await Deno.chmod(path, 0o755);
    for await (const _ of Deno.readDir(path)) break;
    const probe = await Deno.makeTempFile({ dir: path, prefix: "probe-" });
    await Deno.remove(probe);
  } catch (error) {
    if (error instanceof CacheError) throw error;
    throw new CacheError(
      `The cache directory ${path} cannot be used: ${(error as Error).message}. ${advice}`,
    );
  }
  return path;
}

/**
 * Returns `<cache>/<name>`, made by `build` if it is not there yet. `build` fills a scratch directory that is
 * renamed when it is complete, so that a half-made entry is never seen and two processes may build at once.
 */
export async function cached(name: string, build: (scratch: string) => Promise<void>): Promise<string> {
  const cache = await openCache();
  const path = join(cache, name);
  if (await exists(path)) {
    await Deno.utime(path, new Date(), new Date());
    return path;
  }
  await removeUnused(cache);
  const scratch = await Deno.makeTempDir({ dir: cache, prefix: `${name}.` });
  await Deno.chmod(scratch, 0o755);
  try {
    await build(scratch);
    await Deno.rename(scratch, path);
  } catch (error) {
    await Deno.remove(scratch, { recursive: true }).catch(() => {});
    if (!await exists(path)) throw error; // otherwise another process finished the same entry first
  }
  return path;
}

/** Removes entries that nothing has asked for in a week: every change of a migration makes a template of its own. */
async function removeUnused(cache: string): Promise<void> {
  const aWeekAgo = Date.now() - 7 * 24 * 3600 * 1000;
  for await (const { name } of Deno.readDir(cache)) {
    if (name.startsWith("run-")) continue;
    // Another process may be done with a scratch directory between the listing and the look.
    const { mtime } = await Deno.stat(join(cache, name)).catch(() => ({ mtime: null }));
    if (mtime && mtime.getTime() < aWeekAgo) {
      await Deno.remove(join(cache, name), { recursive: true }).catch(() => {});
    }
  }
}

/**
 * Makes a directory in the cache, or in `runs` (`runsPath`), for as long as this process lives. Named after the
 * process, so that what a killed one left behind is recognised and removed by the next.
 */
export async function makeRunDirectory(runs = cachePath()): Promise<string> {
  const cache = await openCache();
  const home = runs === cache ? cache : await openDirectory(runs, "LOCAL_SUPABASE_RUNS");
  for (const directory of new Set([cache, home])) await removeLeftBehind(directory);
  const path = await Deno.makeTempDir({ dir: home, prefix: `run-${Deno.pid}-` });
  await Deno.chmod(path, 0o755);
  return path;
}

async function removeLeftBehind(directory: string): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) {
    const owner = name.match(/^run-(\d+)-/)?.[1];
    if (owner && !isAlive(Number(owner))) {
      await Deno.remove(join(directory, name), { recursive: true }).catch(() => {});
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM"; // it lives, but belongs to somebody else
  }
}

/** Short hash of texts, to name a cache entry by its content. */
export async function contentKey(...parts: string[]): Promise<string> {
  const bytes = new TextEncoder().encode(parts.join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
}
