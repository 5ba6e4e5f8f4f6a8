/** Finds the test files that somebody means by a word. */
import { join } from "node:path";
import { ROOT } from "../paths.ts";

/** Paths of the `*.test.ts` files below `folders`, relative to the repository and sorted. */
export async function listTestFiles(folders: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
      if (name === "node_modules") continue;
      const path = `${folder}/${name}`;
      if (isDirectory) paths.push(...await listTestFiles([path]));
      else if (name.endsWith(".test.ts")) paths.push(path);
    }
  }
  return paths.sort();
}

/** The paths that have one of `words` in them. A word may be a path itself, as a shell completes it. */
export function pick(paths: readonly string[], words: readonly string[]): string[] {
  const wanted = words.map((word) => word.replace(ROOT, "").replace(/^\.\//, ""));
  return paths.filter((path) => wanted.some((word) => path.includes(word)));
}

/** Folders whose tests put nothing in the place of what all share, such as `fetch`: they may run in one runtime. */
const SHARING = ["shared/", "packages/simulators/", "tests/world/"];

/** Whether a test file may run in one runtime with others like it (together.ts). */
export const mayShare = (path: string): boolean => SHARING.some((folder) => path.startsWith(folder));

/** Deals paths into at most `hands` lists, one after the other: neighbours, which are often alike, are in different ones. */
export function deal(paths: readonly string[], hands: number): string[][] {
  return Array.from(
    { length: Math.min(hands, paths.length) },
    (_, hand) => paths.filter((_, at) => at % hands === hand),
  );
}
