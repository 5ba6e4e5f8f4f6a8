import assert from "node:assert/strict";
import fc from "fast-check";
import { isPart, rangeHeaders, totalOf, validatorOf } from "./range.ts";

const answer = (status: number, headers: Record<string, string>) => ({
  status,
  headers: new Headers(headers),
});
const part = fc.record({
  total: fc.integer({ min: 1, max: 2 ** 40 }),
  size: fc.integer({ min: 1, max: 2 ** 24 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ total, size, share }) => ({
  total,
  size,
  from: Math.min(Math.floor(total * share), total - 1),
  validator: '"v"',
}));

Deno.test("what is asked for lies within the file, is no longer than a part, and its answer is known for it", () => {
  fc.assert(fc.property(part, (one) => {
    const headers = rangeHeaders(one);
    const [, first = "", last = ""] = headers.range?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
    assert.equal(Number(first), one.from);
    assert.ok(Number(last) >= one.from && Number(last) < one.total && Number(last) - one.from < one.size);
    assert.equal(headers["if-range"], one.validator);
    const contentRange = `bytes ${first}-${last}/${one.total}`;
    assert.ok(isPart(answer(206, { "content-range": contentRange }), one));
    assert.equal(totalOf(answer(206, { "content-range": contentRange })), one.total);
    assert.ok(!isPart(answer(200, { "content-range": contentRange }), one));
  }));
});

Deno.test("any other range is not the part: elsewhere, longer, of another file, or of one of unknown length", () => {
  fc.assert(fc.property(part, fc.nat(), fc.nat(), fc.nat(), (one, first, more, total) => {
    const last = first + more;
    const isIt = first === one.from && total === one.total && last < Math.min(one.from + one.size, one.total);
    assert.equal(isPart(answer(206, { "content-range": `bytes ${first}-${last}/${total}` }), one), isIt);
  }));
  const one = { from: 10, size: 10, total: 100, validator: '"v"' };
  for (const range of ["bytes 10-19/*", "bytes */100", "10-19/100", "bytes 10-/100", "bytes 19-10/100", ""]) {
    assert.ok(!isPart(answer(206, { "content-range": range }), one), range);
  }
  assert.ok(isPart(answer(206, { "content-range": "bytes 10-12/100" }), one), "a shorter one is");
});

Deno.test("a file is known by a strong ETag, or by a date that is older than the answer", () => {
  const [date, before] = ["Thu, 26 Nov 2026 12:00:10 GMT", "Thu, 26 Nov 2026 12:00:09 GMT"];
  const of = (headers: Record<string, string>) => validatorOf(new Headers(headers));
  assert.equal(of({ etag: '"a"', "last-modified": before, date }), '"a"');
  assert.equal(of({ etag: 'W/"a"', "last-modified": before, date }), before);
  assert.equal(of({ etag: 'W/"a"' }), null);
  assert.equal(of({ etag: "a" }), null);
  assert.equal(of({ "last-modified": date, date }), null);
  assert.equal(of({ "last-modified": before }), null);
  assert.equal(of({ "last-modified": "yesterday", date }), null);
  assert.equal(of({}), null);
});

Deno.test("how long a file is, is believed where it is a number", () => {
  assert.equal(totalOf(answer(200, { "content-length": "0" })), 0);
  assert.equal(totalOf(answer(200, { "content-length": "524288000" })), 524288000);
  for (const length of ["-1", "1e9", "9".repeat(18), "many"]) {
    assert.equal(totalOf(answer(200, { "content-length": length })), null, length);
  }
  assert.equal(totalOf(answer(200, {})), null);
  assert.equal(totalOf(answer(206, { "content-range": "bytes 0-1/*", "content-length": "2" })), null);
});
