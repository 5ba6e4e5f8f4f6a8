import assert from "node:assert/strict";
import { inputSchemaOf } from "./registry.ts";
import { upscalerInput } from "./upscaler.ts";

Deno.test("a tool's input schema is found by its name", () =>
  assert.equal(inputSchemaOf("upscaler"), upscalerInput));

Deno.test("a name that no tool has finds nothing", () => {
  for (const name of ["", "Upscaler", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(inputSchemaOf(name), undefined, name);
  }
});
