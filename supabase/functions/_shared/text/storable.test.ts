import assert from "node:assert/strict";
import fc from "fast-check";
import { isStorableText, unstorable } from "./storable.ts";

const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));

Deno.test("what JSON can say of ordinary things can be stored", () => {
  const value = fc.jsonValue({ noUnicodeString: false });
  fc.assert(fc.property(value, (value) => {
    const text = JSON.stringify(value);
    const isOdd = /\\u0000|\\ud[89a-f]/i.test(text); // as JSON.stringify writes what is not well-formed
    assert.equal(unstorable(value) === undefined, !isOdd, text);
  }));
});

Deno.test("a NUL or half a surrogate pair is found wherever it is, and its place told", () => {
  for (const odd of ["\0", "a\0b", "\ud83d", "\ude00 x"]) {
    assert.equal(isStorableText(odd), false);
    assert.deepEqual(unstorable(odd)?.path, []);
    assert.deepEqual(unstorable({ a: [1, { b: odd }] })?.path, ["a", "1", "b"]);
    assert.deepEqual(unstorable({ a: { [odd]: 1 } })?.path, ["a"]);
  }
  assert.equal(unstorable({ "😀": "😀" }), undefined);
  assert.equal(unstorable({ a: "\0" }, { willBeRedacted: true }), undefined);
});

Deno.test("a hundred levels are taken and no more, however many there are", () => {
  assert.equal(unstorable(nested(100)), undefined);
  assert.match(unstorable(nested(101))?.message ?? "", /100 deep/);
  assert.match(unstorable(nested(100_000))?.message ?? "", /100 deep/);
});
