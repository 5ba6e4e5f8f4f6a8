import assert from "node:assert/strict";
import { schemaFromJson, UnusableSchema } from "./json_schema.ts";

const portrait = schemaFromJson({
  type: "object",
  properties: {
    prompt: { type: "string", minLength: 1, maxLength: 20 },
    count: { type: "integer", minimum: 1, maximum: 4, default: 1 },
    style: { enum: ["oil", "pencil"] },
  },
  required: ["prompt"],
  additionalProperties: false,
});
const fault = (value: unknown) => {
  const issue = portrait.safeParse(value).error?.issues[0];
  return issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
};

Deno.test("an input that fits a tool's JSON Schema is taken, its defaults filled in", () => {
  assert.deepEqual(portrait.parse({ prompt: "a cat" }), { prompt: "a cat", count: 1 });
  const full = { prompt: "a cat", count: 4, style: "oil" };
  assert.deepEqual(portrait.parse(full), full);
});

Deno.test("one that does not is refused, and the field named", () => {
  for (
    const [field, value] of [
      ["prompt", {}],
      ["prompt", { prompt: "" }],
      ["prompt", { prompt: "x".repeat(21) }],
      ["count", { prompt: "a", count: 1.5 }],
      ["count", { prompt: "a", count: "2" }],
      ["style", { prompt: "a", style: "neon" }],
      ["size", { prompt: "a", size: 2 }],
      ["", "text"],
    ] as const
  ) {
    assert.equal(fault(value), field, JSON.stringify(value));
  }
});

Deno.test("parts of a schema may be named and referred to", () => {
  const schema = schemaFromJson({
    type: "object",
    properties: { size: { $ref: "#/$defs/size" } },
    $defs: { size: { type: "integer", minimum: 1 } },
  });
  assert.equal(schema.safeParse({ size: 1 }).success, true);
  assert.equal(schema.safeParse({ size: 0 }).success, false);
});

for (
  const unusable of [
    undefined,
    null,
    true,
    "object",
    {},
    { properties: { a: { type: "string" } } }, // without a type it would take anything
    { type: "array" },
    { type: "object", properties: { a: { type: "colour" } } },
    { type: "object", properties: { a: { $ref: "#/nowhere" } } },
    { type: "object", properties: { a: { type: "string", pattern: "(" } } },
    { type: "object", if: {}, then: {} },
    { type: "object", unevaluatedProperties: false },
  ]
) {
  Deno.test(`${JSON.stringify(unusable)} is no input schema`, () => {
    assert.throws(() => schemaFromJson(unusable), UnusableSchema);
  });
}
