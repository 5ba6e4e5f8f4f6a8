/** docs/migrating.md, and what it shows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { fencedBlocks } from "../docs/fenced.ts";

const page = await Deno.readTextFile(join(ROOT, "docs/migrating.md"));

/** Its TypeScript. */
export const typescript: string[] = fencedBlocks(page, "ts");

/** The block of SQL that has these words. */
export function sqlWith(words: string): string {
  return fencedBlocks(page, "sql").find((block) => block.includes(words)) ??
    assert.fail(`no SQL with ${words}`);
}
