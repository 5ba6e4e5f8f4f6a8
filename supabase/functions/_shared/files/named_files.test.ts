import assert from "node:assert/strict";
import { filesNamed, refusalOf } from "./named_files.ts";

const rule = { types: ["image/png"], max_bytes: 1000, max_count: 2 };

Deno.test("of a field no more files are named than the tool takes, and none that is no text", () => {
  const named = filesNamed({ image: rule, mask: rule }, { image: ["a", 7, "b", "c"], mask: "m", other: "o" });
  assert.deepEqual(named.map(({ field, path }) => [field, path]), [["image", "a"], ["mask", "m"]]);
});

Deno.test("a file may be as large as the tool says, and a byte more is too large", () => {
  assert.equal(refusalOf("image", rule, { type: "image/png", bytes: 1000 }), null);
  assert.equal(refusalOf("image", rule, { type: "image/png", bytes: 1001 })?.code, "file_too_large");
});
