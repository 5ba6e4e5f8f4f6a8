/** Builds the demo app, once for each state of its sources. */
import { join } from "node:path";
import { cached, contentKey } from "@esteira/local-supabase/cache";
import { run } from "@esteira/local-supabase/command";
import { ROOT } from "../../paths.ts";

const APP = "packages/demo-app";
/** What the page is made of. */
const SOURCES = [APP, "packages/client", "shared"];
const NO_SOURCES = new Set(["node_modules", "dist", "testing", "gallery"]);
/** Kept in the order of their names, a few at a time. */
const AT_ONCE = 32;

/**
 * The folder of the built page, made by Vite if its sources are new.
 * @throws CommandError when Vite finds fault with them.
 */
export async function buildApp(): Promise<string> {
  const key = await contentKey(await Deno.readTextFile(join(ROOT, "package-lock.json")), ...await texts());
  return await cached(`demo-app-${key}`, async (scratch) => {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "--outDir", scratch, "--emptyOutDir", "--logLevel", "error"];
    await run(node(), args, { cwd: join(ROOT, APP), env: { NODE_ENV: "production" } });
  });
}

/** The Node that runs the npm script, or the one that is found. */
function node(): string {
  return Deno.env.get("npm_node_execpath") || "node";
}

/** Path and content of each source. */
async function texts(): Promise<string[]> {
  const paths = (await Promise.all(SOURCES.map((folder) => filesIn(folder)))).flat().sort();
  const all: string[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    all.push(...await Promise.all(some.map(async (path) => `${path}\n${await read(path)}`)));
  }
  return all;
}

async function read(path: string): Promise<string> {
  return new TextDecoder("latin1").decode(await Deno.readFile(join(ROOT, path)));
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (NO_SOURCES.has(name) || name.includes(".test.")) continue;
    if (isDirectory) found.push(...await filesIn(`${folder}/${name}`));
    else found.push(`${folder}/${name}`);
  }
  return found;
}
