import assert from "node:assert/strict";
import { upscalerInput } from "../../../shared/tools/upscaler.ts";
import { fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { checkInput, toolRules } from "./tool_rules.ts";

const project = fakeSupabase();
const FILES = { image: { types: ["image/png"], max_bytes: 1000 } };
const SCHEMA = { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] };

Deno.test("a tool of the registry has its schema there, and its files in its row", async () => {
  project.tools.upscaler = { files: FILES, input_schema: SCHEMA };
  const { schema, files } = await toolRules("upscaler");
  assert.equal(schema, upscalerInput);
  assert.deepEqual(files, { image: { ...FILES.image, max_count: 1 } });
});

Deno.test("a tool that is data has both in its row", async () => {
  project.tools.portrait = { input_schema: SCHEMA };
  const { schema, files } = await toolRules("portrait");
  assert.deepEqual(files, {});
  assert.deepEqual(schema.parse({ prompt: "a cat" }), { prompt: "a cat" });
  assert.equal(schema.safeParse({}).success, false);
});

Deno.test("a tool that there is not is unknown", async () => {
  await assert.rejects(toolRules("teleporter"), { code: "unknown_tool", status: 404 });
});

Deno.test("a tool without an input schema of use is the operator's to mend, and takes nothing", async () => {
  project.tools.bare = {};
  project.tools.odd = { input_schema: { type: "object", if: {} } };
  const misconfigured = { code: "misconfigured", status: 503 };
  await assert.rejects(toolRules("bare"), { ...misconfigured, message: /The tool bare .* it has none/ });
  await assert.rejects(toolRules("odd"), { ...misconfigured, message: /The tool odd .* not supported/ });
});

/** How often the settings of a tool were read. */
const reads = () => project.requests.filter(({ path }) => path.includes("/tools")).length;

Deno.test("rules are read once for many jobs that name no file, and again after some seconds", async () => {
  project.tools.sketch = { input_schema: SCHEMA, files: FILES };
  const before = reads();
  for (const now of [0, 100, 4_999]) await checkInput("sketch", { prompt: "a cat" }, [], now);
  assert.equal(reads() - before, 1);
  await checkInput("sketch", { prompt: "a cat" }, [], 5_000);
  assert.equal(reads() - before, 2);
});

Deno.test("rules that have changed refuse nothing any more, and are believed no longer than some seconds", async () => {
  project.tools.verse = { input_schema: SCHEMA };
  await checkInput("verse", { prompt: "a cat" }, [], 0);
  project.tools.verse = { input_schema: { ...SCHEMA, required: [] } };
  assert.deepEqual((await checkInput("verse", {}, [], 1)).input, {}, "what it takes now it takes at once");
  project.tools.verse = { input_schema: SCHEMA };
  const refused = { code: "invalid_input", details: { field: "input.prompt" } };
  await assert.rejects(checkInput("verse", {}, ["input"], 6_000), ({ code, details: { field } }) => {
    assert.deepEqual({ code, details: { field } }, refused);
    return true;
  });
});

Deno.test("for a job that names a file the rules are read", async () => {
  const image = { type: "string" };
  const properties = { ...SCHEMA.properties, image };
  project.tools.frame = { input_schema: { ...SCHEMA, properties }, files: FILES };
  const before = reads();
  for (const now of [0, 1]) await checkInput("frame", { prompt: "a cat", image: "u/1.png" }, [], now);
  assert.equal(reads() - before, 2);
});
