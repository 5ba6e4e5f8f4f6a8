import fc from "fast-check";
import assert from "node:assert/strict";
import { partAt, partsOf } from "./parts.ts";

const MIB = 1024 * 1024;
const MEGABYTE = 1_000_000;

Deno.test("a file of any length is cut as TikTok wants it, and into parts that fit into memory", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 50 * MIB }), fc.integer({ min: 1, max: 4096 * MIB })),
      (bytes) => {
        const { chunk, count } = partsOf(bytes);
        assert.equal(count, Math.floor(bytes / chunk), "total_chunk_count");
        assert.ok(count >= 1 && count <= 1000);
        if (bytes < 5 * MEGABYTE) assert.deepEqual([chunk, count], [bytes, 1]);
        else assert.ok(chunk >= 5 * MEGABYTE);
        const last = bytes - chunk * (count - 1);
        assert.ok(chunk < 10 * MIB && last < 10 * MIB + 1000 && last < 2 * chunk);
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("parts follow one another from the first byte to the last", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 * MIB }), (bytes) => {
      const parts = partsOf(bytes);
      let sent = 0;
      for (let n = 0; n < parts.count; n++) {
        const part = partAt(parts, sent);
        assert.deepEqual([part?.from, part?.isLast], [sent, n === parts.count - 1]);
        sent = part?.to ?? NaN;
      }
      assert.deepEqual([sent, partAt(parts, sent)], [bytes, null]);
    }),
    { numRuns: 200 },
  );
});

Deno.test("no part begins in the middle of another, nor outside the file", () => {
  const parts = partsOf(20 * MIB);
  for (const sent of [1, -parts.chunk, 20 * MIB, 40 * MIB, NaN]) {
    assert.equal(partAt(parts, sent), null, `${sent}`);
  }
});

Deno.test("200 MB go in 38 parts of hardly more than the least", () => {
  const { chunk, count } = partsOf(200 * MEGABYTE);
  assert.deepEqual([chunk, count], [5_263_157, 38]);
});
