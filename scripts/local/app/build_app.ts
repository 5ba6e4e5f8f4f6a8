/** Builds the pages that are served on this machine, each once for each state of its sources. */
import { join } from "node:path";
import { cached, contentKey, openCache } from "@esteira/local-supabase/cache";
import { run } from "@esteira/local-supabase/command";
import { ROOT } from "../../paths.ts";

const APP = "packages/demo-app";
const CLIENT = "packages/client";
/** What all pages are made from beside their own folder. */
const COMMON = [CLIENT, "packages/preferences", "shared"];
const NOT_SOURCES = new Set(["node_modules", "dist", "testing"]);
/** Read at once, so that not all of them are open. */
const AT_ONCE = 32;

/**
 * The folder of the built demo app, made by Vite if its sources are new.
 * @param signal ends Vite when it is aborted.
 * @throws CommandError when Vite finds fault with them, or was ended.
 */
export async function buildApp(signal?: AbortSignal): Promise<string> {
  const sources = [APP, ...COMMON];
  return await buildPage("demo-app", { sources, folder: APP, findCheckout: linkToCheckout, signal });
}

/** The same of the operators' console. */
export async function buildConsole(signal?: AbortSignal): Promise<string> {
  const folder = "packages/console";
  const sources = [folder, ...COMMON];
  return await buildPage("console", { sources, folder, findCheckout: linkToCheckout, signal });
}

/** The same of the gallery of the client's components: for tests and pictures, in a checkout that lies where Vite can take it. */
export async function buildGallery(): Promise<string> {
  const findCheckout = () => Promise.resolve(ROOT);
  const folder = `${CLIENT}/react/gallery`;
  return await buildPage("gallery", { sources: [CLIENT, "shared"], folder, findCheckout });
}

interface Page {
  /** Folders whose every file may change the page. */
  readonly sources: readonly string[];
  /** Where its index.html is. */
  readonly folder: string;
  findCheckout(): Promise<string>;
  readonly signal?: AbortSignal | undefined;
}

async function buildPage(name: string, { sources, folder, findCheckout, signal }: Page): Promise<string> {
  const lock = await Deno.readTextFile(join(ROOT, "package-lock.json"));
  const key = await contentKey(lock, ...await contentsOf(sources));
  return await cached(`${name}-${key}`, async (scratch) => {
    const checkout = await findCheckout();
    const vite = join(checkout, "node_modules/vite/bin/vite.js");
    const options = ["--outDir", scratch, "--emptyOutDir", "--logLevel", "error"];
    await run(node(), [vite, "build", join(checkout, folder), ...options], {
      cwd: join(ROOT, folder),
      env: { NODE_ENV: "production", ESTEIRA_CHECKOUT: checkout },
      ...signal && { signal },
    });
  });
}

/** A way to the repository that Vite can take: it cuts paths at `#` and `?`, and a checkout may lie anywhere. */
async function linkToCheckout(): Promise<string> {
  const link = join(await openCache(), `checkout-${await contentKey(ROOT)}`);
  await Deno.symlink(ROOT, link).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  return link;
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
