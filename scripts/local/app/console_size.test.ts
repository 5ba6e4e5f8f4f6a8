import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { z } from "zod";
import { buildConsole } from "./build_app.ts";

/** What Vite notes of each thing that it has built: its file, and what it brings along. */
const part = z.object({
  file: z.string(),
  css: z.array(z.string()).default([]),
  imports: z.array(z.string()).default([]),
});
const MOST = 300_000;

Deno.test("each of the console's screens comes, with all it needs but the drawing of charts, in less than 300 kB", async () => {
  const folder = await buildConsole();
  const manifest = z.record(z.string(), part).parse(
    JSON.parse(await Deno.readTextFile(join(folder, ".vite/manifest.json"))),
  );
  const screens = Object.keys(manifest).filter((name) => name.endsWith("_screen.tsx"));
  assert.ok(screens.length >= 16, screens.join());
  for (const screen of screens) {
    const files = new Set(["index.html", ...filesOf(manifest, "index.html"), ...filesOf(manifest, screen)]);
    const sizes = await Promise.all([...files].map(async (file) => {
      return gzipSync(await Deno.readFile(join(folder, file))).length;
    }));
    const sum = sizes.reduce((one, other) => one + other, 0);
    assert.ok(sum < MOST, `${screen}: ${sum} bytes`);
  }
});

function filesOf(
  manifest: Record<string, z.infer<typeof part>>,
  name: string,
  seen = new Set<string>(),
): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const { file, css, imports } = manifest[name]!;
  return [file, ...css, ...imports.flatMap((other) => filesOf(manifest, other, seen))];
}
