/** The files that the client's package is made of. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { ROOT } from "../paths.ts";

const FOLDERS = ["packages/client", "shared", "scripts/client"];
const NOT_SOURCES = new Set(["node_modules", "dist"]);

/** Paths of the sources in the repository, sorted. */
export async function clientSources(): Promise<string[]> {
  const found = await Promise.all(FOLDERS.map(filesBelow));
  return [...found.flat(), "package-lock.json", "LICENSE"].sort();
}

/** One hash of all of them: the same as long as a build would make the same. */
export async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path).update("\0").update(await Deno.readFile(join(ROOT, path)));
  return hash.digest("hex");
}

/** Those modules of the contract that have schemas. */
export async function modulesWithSchemas(paths: readonly string[]): Promise<string[]> {
  const modules = paths.filter((path) =>
    /^shared\/(rows|requests|tools|errors|publishing)\/\w+\.ts$/.test(path)
  );
  const texts = await Promise.all(modules.map((path) => Deno.readTextFile(join(ROOT, path))));
  return modules.filter((_, at) => texts[at]?.includes('from "zod"'));
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) { if (!NOT_SOURCES.has(name)) found.push(...await filesBelow(path)); }
    else if (/\.(tsx?|css|json|md)$/.test(name) && !name.includes(".test.")) found.push(path);
  }
  return found;
}
