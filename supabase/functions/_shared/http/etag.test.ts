import assert from "node:assert/strict";
import { isKnown } from "./etag.ts";

const TAG = 'W/"abc"';

Deno.test("a tag is known where it is among those that are given, strong or weak", () => {
  for (const given of ['W/"abc"', '"abc"', '"x", W/"abc"', ' W/"abc" ', "*", '"x","abc","y"']) {
    assert.equal(isKnown(given, TAG), true, given);
  }
});

Deno.test("nothing else is taken for it", () => {
  for (const given of [undefined, "", "abc", '"abcd"', 'W/"x"', 'w/"abc"', "**", '"W/abc"', ",", "\\"]) {
    assert.equal(isKnown(given, TAG), false, given);
  }
});
