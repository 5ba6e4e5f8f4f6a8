import assert from "node:assert/strict";
import { beyondEnd, capped, contentRange, rangeStatus, requestedRange } from "./range.ts";
import { RestError } from "./rest_error.ts";

Deno.test("limit, offset and a Range header are all obeyed", () => {
  assert.deepEqual(requestedRange(null, null, null), { offset: 0, limit: null });
  assert.deepEqual(requestedRange("5", "10", null), { offset: 10, limit: 5 });
  assert.deepEqual(requestedRange(null, null, "3-7"), { offset: 3, limit: 5 });
  assert.deepEqual(requestedRange(null, null, "3-"), { offset: 3, limit: null });
  assert.deepEqual(requestedRange("10", "4", "0-5"), { offset: 4, limit: 2 });
  assert.deepEqual(requestedRange("0", null, null), { offset: 0, limit: 0 });
  assert.deepEqual(requestedRange("many", "1.5", "bytes=0-1"), { offset: 0, limit: null });
  assert.deepEqual(capped({ offset: 3, limit: null }, 100), { offset: 3, limit: 100 });
  assert.deepEqual(capped({ offset: 3, limit: 7 }, 100), { offset: 3, limit: 7 });
  assert.deepEqual(capped({ offset: 3, limit: 700 }, 100), { offset: 3, limit: 100 });
});

Deno.test("impossible ranges are refused with 416", () => {
  const refused = (error: unknown) =>
    error instanceof RestError && error.status === 416 && error.code === "PGRST103";
  assert.throws(() => requestedRange("-1", null, null), refused);
  assert.throws(() => requestedRange(null, null, "5-3"), refused);
  assert.equal(beyondEnd(11, 10)?.status, 416);
  assert.equal(beyondEnd(10, 10), undefined);
  assert.equal(beyondEnd(11, null), undefined);
});

Deno.test("Content-Range tells which rows are there, and of how many", () => {
  assert.equal(contentRange(0, 4, null), "0-4/*");
  assert.equal(contentRange(5, 9, 20), "5-9/20");
  assert.equal(contentRange(5, 4, 20), "*/20");
  assert.equal(contentRange(0, -1, 0), "*/0");
  assert.equal(rangeStatus(5, null), 200);
  assert.equal(rangeStatus(5, 20), 206);
  assert.equal(rangeStatus(20, 20), 200);
});
