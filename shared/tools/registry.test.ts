import assert from "node:assert/strict";
import { inputSchemaOf } from "./registry.ts";
import { upscalerInput } from "./upscaler.ts";

Deno.test("a tool's input schema is found by its name", () =>
  assert.equal(inputSchemaOf("upscaler"), upscalerInput));

/** The fields that name files, for each tool that takes nothing else. */
const FILES_ALONE = {
  pose_changer: ["person_image", "reference_image"],
  veste_ai: ["person_image", "clothing_image"],
  video_upscaler: ["video"],
};

const atFault = (tool: string, input: unknown) =>
  inputSchemaOf(tool)?.safeParse(input).error?.issues[0]?.path;

Deno.test("tools that take files alone take each of them, as a path, and nothing more", () => {
  for (const [tool, fields] of Object.entries(FILES_ALONE)) {
    const input = Object.fromEntries(fields.map((field) => [field, `u/${field}.png`]));
    assert.deepEqual(inputSchemaOf(tool)?.parse(input), input, tool);
    for (const field of fields) {
      for (const value of [undefined, null, "", 7, ["u/a.png"], "x".repeat(1025)]) {
        assert.deepEqual(atFault(tool, { ...input, [field]: value }), [field], `${tool}.${field}: ${value}`);
      }
    }
    assert.deepEqual(atFault(tool, { ...input, scale: 2 }), [], tool);
  }
});

Deno.test("a name that no tool has finds nothing", () => {
  for (const name of ["", "Upscaler", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(inputSchemaOf(name), undefined, name);
  }
});
