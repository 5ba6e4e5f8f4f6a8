import assert from "node:assert/strict";
import { providerNamed } from "./registry.ts";
import { runninghub } from "./runninghub.ts";

Deno.test("a provider is found by its name", () => assert.equal(providerNamed("runninghub"), runninghub));

Deno.test("a name that no provider has is an error that lists those there are", () => {
  for (const name of ["", "RunningHub", "constructor", "__proto__"]) {
    assert.throws(() => providerNamed(name), /there are .*runninghub/, name);
  }
});
