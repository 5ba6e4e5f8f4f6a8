import assert from "node:assert/strict";
import { upscalerInput } from "../../../shared/tools/upscaler.ts";
import { fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { toolRules } from "./tool_rules.ts";

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
