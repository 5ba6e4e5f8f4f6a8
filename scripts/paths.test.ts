import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { ROOT } from "./paths.ts";

const NOT_OURS = ["node_modules", ".git", ".cache", ".temp"];

/** What turns a file's URL into a path wrongly: `%20` stays, and on Windows a slash comes before the drive. */
const WRONG = [
  /import\.meta\.url\s*\)\s*\.(?:pathname|href\.(?:slice|replace))/,
  /import\.meta\.(?:url|resolve\([^)]*\))\s*\.(?:slice|substring|replace|replaceAll|split)\(/,
  /new URL\(\s*import\.meta\.resolve\([^)]*\)\s*\)\s*\.pathname/,
];

async function* sources(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (NOT_OURS.includes(name)) continue;
    if (isDirectory) yield* sources(join(directory, name));
    else if (/\.(ts|tsx|mts|js|mjs)$/.test(name)) yield join(directory, name);
  }
}

Deno.test("no path is cut out of a file's URL by hand: fileURLToPath and import.meta.dirname know how", async () => {
  const found: string[] = [];
  for await (const file of sources(ROOT)) {
    const text = await Deno.readTextFile(file);
    if (WRONG.some((pattern) => pattern.test(text))) found.push(relative(ROOT, file));
  }
  assert.deepEqual(found, []);
});

Deno.test("that would be found", () => {
  const url = "import.meta." + "url"; // in two pieces, or this file would be found itself
  for (
    const wrong of [
      `new URL("./platform/", ${url}).pathname`,
      `new URL(\n  "./x",\n  ${url}\n).pathname`,
      `${url}.replace("file://", "")`,
    ]
  ) assert.ok(WRONG.some((pattern) => pattern.test(wrong)), wrong);
  assert.ok(!WRONG.some((pattern) => pattern.test(`new URL("./x", ${url})`)));
});
