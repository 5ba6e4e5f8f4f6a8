/** Builds the pages that are served on this machine, each once for each state of its sources. */
import { join } from "node:path";
import { cached, contentKey } from "@esteira/local-supabase/cache";
import { run } from "@esteira/local-supabase/command";
import { ROOT } from "../../paths.ts";

const APP = "packages/demo-app";
const CLIENT = "packages/client";
const NOT_SOURCES = new Set(["node_modules", "dist", "testing"]);
/** Read at once, so that not all of them are open. */
const AT_ONCE = 32;

/**
 * The folder of the built demo app, made by Vite if its sources are new.
 * @param signal ends Vite when it is aborted.
 * @throws CommandError when Vite finds fault with them, or was ended.
 */
export async function buildApp(signal?: AbortSignal): Promise<string> {
  return await buildPage("demo-app", APP, [APP, CLIENT, "shared"], signal);
}

/** The same of the gallery of the client's components. */
export async function buildGallery(): Promise<string> {
  return await buildPage("gallery", `${CLIENT}/react/gallery`, [CLIENT, "shared"]);
}

async function buildPage(
  name: string,
  folder: string,
  sources: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const lock = await Deno.readTextFile(join(ROOT, "package-lock.json"));
  const key = await contentKey(lock, ...await contentsOf(sources));
  return await cached(`${name}-${key}`, async (scratch) => {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "--outDir", scratch, "--emptyOutDir", "--logLevel", "error"];
    const options = { cwd: join(ROOT, folder), env: { NODE_ENV: "production" } };
    await run(node(), args, { ...options, ...signal && { signal } });
  });
}

/** The Node that runs the npm script, or the one that is found. */
function node(): string {
  return Deno.env.get("npm_node_execpath") || "node";
}

/** Path and content of each source, in the order of the paths. */
async function contentsOf(folders: readonly string[]): Promise<string[]> {
  const paths = (await Promise.all(folders.map((folder) => filesIn(folder)))).flat().sort();
  const contents: string[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    contents.push(...await Promise.all(some.map(async (path) => `${path}\n${await read(path)}`)));
  }
  return contents;
}

async function read(path: string): Promise<string> {
  return new TextDecoder("latin1").decode(await Deno.readFile(join(ROOT, path)));
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (NOT_SOURCES.has(name) || name.includes(".test.")) continue;
    if (isDirectory) found.push(...await filesIn(`${folder}/${name}`));
    else found.push(`${folder}/${name}`);
  }
  return found;
}
