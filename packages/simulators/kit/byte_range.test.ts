import assert from "node:assert/strict";
import { partOf } from "./byte_range.ts";

const ask = (headers: Record<string, string>) => partOf(new Headers(headers), 100, '"tag"');

Deno.test("a range of bytes is a part of the file", () => {
  assert.deepEqual(ask({ range: "bytes=0-9" }), { from: 0, to: 10 });
  assert.deepEqual(ask({ range: "bytes=90-" }), { from: 90, to: 100 });
  assert.deepEqual(ask({ range: "bytes=90-500" }), { from: 90, to: 100 });
  assert.deepEqual(ask({ range: "bytes=-7" }), { from: 93, to: 100 });
  assert.deepEqual(ask({ range: "bytes=-700" }), { from: 0, to: 100 });
});

Deno.test("a range that has nothing in it is refused, what is no range is ignored", () => {
  assert.equal(ask({ range: "bytes=100-" }), "unsatisfiable");
  assert.equal(ask({ range: "bytes=-0" }), "unsatisfiable");
  for (const range of ["bytes=-", "bytes=9-3", "bytes=0-1,4-5", "items=0-1", "0-1"]) {
    assert.equal(ask({ range }), undefined, range);
  }
  assert.equal(ask({}), undefined);
});

Deno.test("If-Range has the whole file sent when it is another one", () => {
  assert.deepEqual(ask({ range: "bytes=5-", "if-range": '"tag"' }), { from: 5, to: 100 });
  assert.equal(ask({ range: "bytes=5-", "if-range": '"other"' }), undefined);
});
