import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Frame, FrameSplitter } from "./frames.ts";

/** A frame as a sender writes it. */
function frame(opcode: number, size: number, isMasked: boolean): Uint8Array {
  const mask = isMasked ? 0x80 : 0;
  const length = size < 126
    ? [mask | size]
    : size < 65_536
    ? [mask | 126, size >> 8, size & 255]
    : [mask | 127, 0, 0, 0, 0, size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255];
  return Uint8Array.of(
    0x80 | opcode,
    ...length,
    ...new Uint8Array(isMasked ? 4 : 0),
    ...new Uint8Array(size).fill(7),
  );
}

const frames = fc.array(
  fc.record({
    opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
    size: fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000)),
    isMasked: fc.boolean(),
  }),
  { maxLength: 8 },
);

Deno.test("frames are found whole, however the bytes that carry them are cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (sent, cuts) => {
      const wire = Buffer.concat(sent.map(({ opcode, size, isMasked }) => frame(opcode, size, isMasked)));
      const splitter = new FrameSplitter();
      const found: Frame[] = [];
      for (let at = 0, n = 0; at < wire.length; n++) {
        const end = at + (cuts[n % cuts.length] ?? 1);
        found.push(...splitter.split(wire.subarray(at, end)));
        at = end;
      }
      assert.deepEqual(found.map(({ isData }) => isData), sent.map(({ opcode }) => opcode < 8));
      assert.ok(Buffer.concat(found.map(({ bytes }) => bytes)).equals(wire));
    }),
    { numRuns: 50 },
  );
});
