import assert from "node:assert/strict";
import fc from "fast-check";
import { isStorableText, unstorable } from "./storable.ts";

const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));

Deno.test("what JSON can say of ordinary things can be stored", () => {
  const value = fc.jsonValue({ noUnicodeString: false });
  fc.assert(fc.property(value, (value) => {
    const text = JSON.stringify(value);
    // As JSON.stringify writes what is not well-formed; and the one name that no field may have.
    const isOdd = /\\u0000|\\ud[89a-f]/i.test(text) || text.includes('"__proto__":');
    assert.equal(unstorable(value) === undefined, !isOdd, text);
  }));
});

Deno.test("a NUL or half a surrogate pair is found wherever it is, and its place told", () => {
  for (const odd of ["\0", "a\0b", "\ud83d", "\ude00 x"]) {
    assert.equal(isStorableText(odd), false);
    assert.deepEqual(unstorable(odd)?.path, []);
    assert.deepEqual(unstorable({ a: [1, { b: odd }] })?.path, ["a", "1", "b"]);
    assert.deepEqual(unstorable({ a: { [odd]: 1 } })?.path, [
      "a",
      odd.toWellFormed().replace("\0", "\ufffd"),
    ]);
  }
  assert.equal(unstorable({ "😀": "😀" }), undefined);
  assert.equal(unstorable({ a: "\0" }, { willBeRedacted: true }), undefined);
});

Deno.test("a number that JSON could not be written with is found, a large one is not", () => {
  assert.deepEqual(unstorable(JSON.parse('{"a":[0,{"b":1e999}]}'))?.path, ["a", "1", "b"]);
  assert.deepEqual(unstorable(JSON.parse("-1e999"), { willBeRedacted: true })?.path, []);
  assert.equal(unstorable(JSON.parse('{"a":[1e308,-1e308,123456789012345678901234567890]}')), undefined);
});

Deno.test("names that every object has are names like any other", () => {
  for (const name of ["constructor", "prototype", "toString", "hasOwnProperty"]) {
    assert.equal(unstorable(JSON.parse(`{"${name}":{"${name}":1}}`)), undefined);
    assert.deepEqual(unstorable(JSON.parse(`{"${name}":{"${name}":"\\u0000"}}`))?.path, [name, name]);
  }
  assert.deepEqual(unstorable(JSON.parse('{"a":{"__proto__":1}}'))?.path, ["a", "__proto__"]);
});

Deno.test("a hundred levels are taken and no more, however many there are", () => {
  assert.equal(unstorable(nested(100)), undefined);
  assert.match(unstorable(nested(101))?.message ?? "", /100 deep/);
  assert.match(unstorable(nested(100_000))?.message ?? "", /100 deep/);
});
