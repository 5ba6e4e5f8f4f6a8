import assert from "node:assert/strict";
import fc from "fast-check";
import { parseExactJson } from "./exact_json.ts";

Deno.test("an unquoted 64-bit integer keeps every digit", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
    const { taskId } = parseExactJson(`{"taskId": ${id}}`) as { taskId: string | number };
    assert.equal(String(taskId), String(id));
  }));
});

Deno.test("everything that fits a JavaScript number is read as JSON.parse reads it", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    fc.pre(!/\d{16}/.test(text));
    assert.deepEqual(parseExactJson(text), JSON.parse(text));
  }));
});

Deno.test("text that is not JSON is a SyntaxError", () => {
  assert.throws(() => parseExactJson("{taskId}"), SyntaxError);
});
