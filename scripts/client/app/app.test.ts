import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../paths.ts";
import { addComponents, makeApp, unpackClient } from "./new_app.ts";
import { NODE, OWNED, TYPED } from "./sources.ts";

const CACHE = join(ROOT, ".cache/apps");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

Deno.test("an app with the tarball, and with all components as its own sources, is typed as it should be", async () => {
  await using app = await makeApp(CACHE);
  await unpackClient(app);
  assert.equal((await addComponents(app)).length, 14);
  await app.write("src/owned.tsx", OWNED);
  await app.write("src/typed.ts", TYPED);
  await app.run("node", TSC, "--pretty", "false");
});

Deno.test("Node 20 runs the tarball, renders its components, and ends by itself", async () => {
  await using app = await makeApp(CACHE);
  await unpackClient(app);
  await app.write("program.mjs", NODE);
  const [line = ""] = (await app.run("node", "--no-experimental-websocket", "program.mjs")).split("\n");
  const { store, html } = JSON.parse(line);
  assert.equal(store, 1);
  assert.match(html, /esteira-connection/);
});
