/** Who imports whom in this repository, types included, as Deno itself resolves it. */
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { ROOT } from "../paths.ts";

/** One import. Paths are those of the repository, with `/`. */
export interface Import {
  from: string;
  /** The file that is imported; null: it is no file of the repository's own. */
  to: string | null;
  /** What stands in the source: `./paths.ts`, `zod`, `@esteira/simulators/fal`. */
  specifier: string;
  /** When it is loaded: with its importer, when its importer asks for it (`import()`), or, for types alone, never. */
  when: "first" | "asked" | "never";
}

const NOT_OURS = new Set(["node_modules", ".git", ".cache", ".temp", "dist"]);

/** What only a bundler knows how to import. */
const NOT_CODE = /\.(css|svg|png|jpg|webp)$/;

const dependency = z.object({
  specifier: z.string(),
  code: z.object({ specifier: z.string().optional(), error: z.string().optional() }).optional(),
  type: z.object({ specifier: z.string().optional(), error: z.string().optional() }).optional(),
  isDynamic: z.boolean().default(false),
});
const graph = z.object({
  modules: z.array(z.object({
    specifier: z.string(),
    dependencies: z.array(dependency).default([]),
    error: z.string().optional(),
  })),
});

/** All imports of the code below `folders`. Throws when one of them leads nowhere. */
export async function readImports(folders: readonly string[]): Promise<Import[]> {
  const files = (await Promise.all(folders.map((folder) => sources(join(ROOT, folder))))).flat();
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, files.map((file) => `import "${pathToFileURL(file)}";\n`).join(""));
    const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", join(ROOT, "deno.json"), entry],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return importsOf(graph.parse(JSON.parse(new TextDecoder().decode(stdout))));
  } finally {
    await Deno.remove(entry);
  }
}

async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && !NOT_OURS.has(name)) found.push(...await sources(join(folder, name)));
    else if (/\.(tsx?|mjs)$/.test(name)) found.push(join(folder, name));
  }
  return found;
}

function importsOf({ modules }: z.infer<typeof graph>): Import[] {
  return modules.flatMap(({ specifier: module, dependencies, error }) => {
    const from = ownPath(module);
    if (NOT_CODE.test(module)) return [];
    if (error) throw new Error(`${module}: ${error}`);
    if (from === null) return [];
    return dependencies.map(({ specifier, code, type, isDynamic }) => {
      const failed = code?.error ?? type?.error;
      // A stylesheet of a package is there once the package is built.
      if (failed && !NOT_CODE.test(specifier)) throw new Error(`${from}: ${failed}`);
      const when = code ? isDynamic ? "asked" : "first" : "never";
      return { from, to: ownPath(code?.specifier ?? type?.specifier ?? ""), specifier, when };
    });
  });
}

/** The path of a module within the repository; null for what is not the repository's own. */
function ownPath(url: string): string | null {
  if (!url.startsWith("file:")) return null;
  const path = relative(ROOT, fileURLToPath(url)).replaceAll("\\", "/");
  return path.startsWith("../") || path.split("/").some((part) => NOT_OURS.has(part)) ? null : path;
}

/** What is loaded with a file: the repository's own files by their paths, all else as it stands in the source. */
export function loadedWith(
  file: string,
  imports: readonly Import[],
  when: readonly Import["when"][] = ["first"],
): string[] {
  const next = Map.groupBy(imports.filter((one) => when.includes(one.when)), ({ from }) => from);
  const found = new Set([file]);
  // A set is walked in the order of its growth, what is added on the way too.
  for (const one of found) next.get(one)?.forEach(({ to, specifier }) => found.add(to ?? specifier));
  return [...found];
}

/** Files that import each other, directly or by way of others: one list for each such circle. */
export function cyclesOf(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) next.set(from, [...next.get(from) ?? [], to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  // Tarjan: what is still on the stack when a file has been left, and began with it, can reach it and be reached.
  function visit(file: string): number {
    const own = order.size;
    order.set(file, own);
    stack.push(file);
    let low = own;
    for (const to of next.get(file) ?? []) {
      if (to === file) cycles.push([file]);
      else if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, lowest.get(to) ?? order.get(to) ?? own);
    }
    lowest.set(file, low);
    if (low === own) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) cycles.push(circle.sort());
    }
    return low;
  }
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
