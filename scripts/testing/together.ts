/**
 * `deno test` gives every test file a runtime of its own and loads all that it imports into it, which takes longer than most
 * files run. This is a test file that has others run in its own: `ESTEIRA_TOGETHER`, a JSON array of their paths in the
 * repository. A test that fails is told with its own file. For files that leave no trace in what all share
 * (test_files.ts: `mayShare`).
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../paths.ts";

const files: string[] = JSON.parse(Deno.env.get("ESTEIRA_TOGETHER") ?? "[]");
for (const file of files) await import(pathToFileURL(join(ROOT, file)).href);
