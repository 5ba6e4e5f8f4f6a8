/** The code in the page on React fits hooks and components: their types say so. */
import { join } from "node:path";
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/paths.ts";
import { fencedBlocks } from "./fenced.ts";
import { pages } from "./repository.ts";

/** What the page leaves to its reader. */
const GIVEN = `
declare const [projectUrl, publishableKey]: [string, string];
declare function open(modelId: string): void;
`;

/** A program for each block. */
function programs(page: string): string[] {
  return fencedBlocks(page, "tsx").map((block) => `${block}\n${GIVEN}`);
}

Deno.test("the code in docs/react.md has the types of hooks and components", async () => {
  const all = programs((await pages()).get("docs/react.md") ?? "");
  assert.ok(all.length >= 4);
  // Inside the repository, as TypeScript looks for packages from where a file lies.
  await Deno.mkdir(join(ROOT, ".cache"), { recursive: true });
  const folder = await Deno.makeTempDir({ dir: join(ROOT, ".cache"), prefix: "react-page-" });
  try {
    const client = join(ROOT, "packages/client");
    const paths = {
      "@esteira/client": [join(client, "index.ts")],
      "@esteira/client/react": [join(client, "react/index.ts")],
    };
    const config = {
      extends: join(client, "tsconfig.json"),
      compilerOptions: { paths },
      include: ["*"],
      exclude: [],
    };
    await Deno.writeTextFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    for (const [n, program] of all.entries()) {
      await Deno.writeTextFile(join(folder, `block_${n}.tsx`), program);
    }
    const args = [join(ROOT, "node_modules/typescript/bin/tsc"), "--pretty", "false", "-p", folder];
    const { success, stdout } = await new Deno.Command("node", { args }).output();
    assert.ok(success, new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
