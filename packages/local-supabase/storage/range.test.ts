import assert from "node:assert/strict";
import fc from "fast-check";
import { sliceOf } from "./range.ts";

Deno.test("a range header is read as RFC 9110 has it", () => {
  const cases: [string | null, number, ReturnType<typeof sliceOf>][] = [
    [null, 10, "whole"],
    ["bytes=0-", 10, { start: 0, length: 10 }],
    ["bytes=2-5", 10, { start: 2, length: 4 }],
    ["bytes=8-99", 10, { start: 8, length: 2 }],
    ["bytes=-3", 10, { start: 7, length: 3 }],
    ["bytes=-30", 10, { start: 0, length: 10 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=5-2", 10, "whole"],
    ["bytes=-", 10, "whole"],
    ["bytes=0-1,4-5", 10, "whole"],
    ["items=0-1", 10, "whole"],
  ];
  for (const [header, size, expected] of cases) {
    assert.deepEqual(sliceOf(header, size), expected, header ?? "");
  }
});

Deno.test("a slice always lies within the file", () => {
  const end = fc.option(fc.nat({ max: 50 }), { nil: "" as const });
  fc.assert(fc.property(end, end, fc.nat({ max: 40 }), (first, last, size) => {
    const slice = sliceOf(`bytes=${first}-${last}`, size);
    if (typeof slice === "string") return;
    assert.ok(slice.length > 0 && slice.start >= 0 && slice.start + slice.length <= size);
  }));
});
