import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { buildClient } from "./build.ts";
import { bundle } from "./bundle.ts";

const DIST = join(ROOT, "packages/client/dist");
await buildClient();
const imports = (names: string, door = "index.js") =>
  `export { ${names} } from ${JSON.stringify(join(DIST, door))};`;

Deno.test("the core is under 20 KiB in an app's bundle, and brings no zod, no TUS and no parser of streams", async () => {
  const { gzipped, packages } = await bundle(imports("createEsteira"));
  assert.deepEqual(packages, []);
  assert.ok(gzipped < 20 * 1024, `${gzipped} bytes`);
});

Deno.test("what an app does not use is not in its bundle", async () => {
  const { gzipped, code } = await bundle(imports("createStore"));
  assert.ok(gzipped < 600, `${gzipped} bytes: ${code.slice(0, 2000)}`);
});

Deno.test("no code of the package imports zod, and no type of it either", async () => {
  for await (const { name } of Deno.readDir(DIST)) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const text = await Deno.readTextFile(join(DIST, name));
    assert.doesNotMatch(text, /(from|import\()\s*["']zod|import\s*["']zod/, name);
  }
});

Deno.test("a server component may import hooks and components: they say that they run on the client", async () => {
  assert.match(await Deno.readTextFile(join(DIST, "react.js")), /^"use client";/);
  assert.doesNotMatch(await Deno.readTextFile(join(DIST, "index.js")), /use client/);
});
