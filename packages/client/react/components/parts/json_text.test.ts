import fc from "fast-check";
import { expect, test } from "vitest";
import { layOutJson } from "./json_text.ts";

test("JSON is laid out, and every digit stays", () => {
  expect(layOutJson('{"id":1904152026220003329,"list":[1.10,{}],"none":[ ],"text":"a, {b}: \\"c\\""}')).toBe(
    '{\n  "id": 1904152026220003329,\n  "list": [\n    1.10,\n    {}\n  ],\n  "none": [],\n  "text": "a, {b}: \\"c\\""\n}',
  );
});

test("laid out as JSON.stringify does it, for whatever JSON there is", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    expect(layOutJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  }));
});

test("what is no JSON loses nothing but space", () => {
  const bare = (text: string) => text.replace(/\s/g, "");
  fc.assert(fc.property(fc.string(), (text) => {
    expect(bare(layOutJson(text))).toBe(bare(text));
  }));
});
