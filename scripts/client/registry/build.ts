/**
 * Builds the shadcn registry: `npm run build:registry [folder]`. Writes `<folder>/<item>.json`, static files that any web
 * server can serve; `npx shadcn add <url>/job-card.json` (or a path) copies a component's source into an app.
 */
import { dirname, join, resolve } from "node:path";
import { ROOT } from "../../paths.ts";
import { itemFiles, readRegistry } from "./items.ts";

const SHADCN = join(ROOT, "node_modules/shadcn/dist/index.js");

/** Writes the items into `folder`. Throws with what the shadcn CLI said when it fails. */
export async function buildRegistry(folder: string): Promise<void> {
  const registry = await readRegistry();
  const files = await itemFiles(registry);
  const stage = await Deno.makeTempDir({ prefix: "esteira-registry-" });
  try {
    const items = registry.items.map((item) => ({
      ...item,
      files: (files.get(item.name) ?? []).map(({ target }) => ({
        path: target,
        type: target.endsWith(".css") ? "registry:file" : "registry:component",
        target,
      })),
    }));
    for (const { target, text } of [...files.values()].flat()) {
      await Deno.mkdir(dirname(join(stage, target)), { recursive: true });
      await Deno.writeTextFile(join(stage, target), text);
    }
    await Deno.writeTextFile(join(stage, "registry.json"), JSON.stringify({ ...registry, items }, null, 2));
    const { success, stdout, stderr } = await new Deno.Command("node", {
      args: [SHADCN, "build", "registry.json", "--output", resolve(folder), "--cwd", stage],
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      throw new Error([stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n"));
    }
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? join(ROOT, "packages/client/dist/r");
  await buildRegistry(folder);
  console.log(folder);
}
