import assert from "node:assert/strict";
import { type Tool, toolsResponse } from "../../../shared/rows/tool.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { jobsApi } from "./jobs_fixture.ts";

const logs = recordLogs();
const { project, call } = jobsApi();
const SCHEMA = { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] };

/** A row as `worker.list_tools` gives it. */
const row = (tool: string, other: Record<string, unknown> = {}) => ({
  tool,
  lane: "external",
  titles: { en: "A tool" },
  credit_cost: 1,
  effect: null,
  timeout_seconds: 1800,
  max_waiting: null,
  priority: { default: 0, min: -100, max: 100 },
  files: {},
  input_schema: null,
  ...other,
});
const tools = async (): Promise<Tool[]> => {
  const answer = await call("GET /tools");
  assert.equal(answer.status, 200);
  return toolsResponse.parse(answer.body).tools;
};

Deno.test("a tool that is code shows the schema that its input is checked by, as JSON Schema", async () => {
  project.answers.list_tools = [
    row("upscaler", { files: { image: { types: ["image/png"], max_bytes: 9 } } }),
  ];
  const [upscaler] = await tools();
  assert.deepEqual(upscaler?.files, { image: { types: ["image/png"], max_bytes: 9, max_count: 1 } });
  const schema = upscaler?.input_schema as {
    properties: Record<string, Record<string, unknown>>;
    required: string[];
  };
  assert.deepEqual(schema.required, ["image"], "what has a default need not be given");
  const { description, ...detail } = schema.properties.detail ?? {};
  assert.deepEqual(detail, { type: "number", minimum: 0, maximum: 1 });
  assert.match(String(description), /how much detail/i, "a form can say what a field is for");
});

Deno.test("a tool that is data shows the schema in its row as it is", async () => {
  project.answers.list_tools = [row("portrait", { input_schema: SCHEMA })];
  assert.deepEqual((await tools())[0]?.input_schema, SCHEMA);
});

Deno.test("a tool that nobody could use is left out, the others are not", async () => {
  logs.length = 0;
  project.answers.list_tools = [
    row("bare"),
    row("odd", { input_schema: { type: "object", if: {} } }),
    row("portrait", { input_schema: SCHEMA }),
  ];
  assert.deepEqual((await tools()).map(({ tool }) => tool), ["portrait"]);
  assert.equal(logs.filter((line) => line.startsWith("[tools]")).length, 2);
});

Deno.test("tools are told to those who are signed in", async () => {
  assert.equal((await call("GET /tools", { as: "nobody" })).status, 401);
});
