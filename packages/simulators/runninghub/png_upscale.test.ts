import assert from "node:assert/strict";
import { decode, encode } from "fast-png";
import fc from "fast-check";
import { upscalePng } from "./png_upscale.ts";

Deno.test("every pixel becomes a block of two by two of the same colour", () => {
  const image = fc.tuple(
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 7 }),
    fc.constantFrom(1, 2, 3, 4),
  )
    .chain(([width, height, channels]) => {
      const samples = width * height * channels;
      return fc.uint8Array({ minLength: samples, maxLength: samples })
        .map((data) => ({ width, height, channels, data }));
    });
  fc.assert(fc.property(image, (source) => {
    const scaled = upscalePng(encode(source));
    const result = decode(scaled.bytes, { checkCrc: true });
    assert.deepEqual([result.width, result.height, result.channels], [
      source.width * 2,
      source.height * 2,
      source.channels,
    ]);
    assert.deepEqual([scaled.width, scaled.height], [result.width, result.height]);
    for (let y = 0; y < result.height; y++) {
      for (let x = 0; x < result.width; x++) {
        const from = ((y >> 1) * source.width + (x >> 1)) * source.channels;
        const at = (y * result.width + x) * source.channels;
        assert.deepEqual(
          [...result.data.slice(at, at + source.channels)],
          [...source.data.slice(from, from + source.channels)],
        );
      }
    }
  }));
});

Deno.test("16-bit samples keep both bytes", () => {
  const source = encode({ width: 1, height: 1, channels: 1, depth: 16, data: new Uint16Array([0x1234]) });
  const result = decode(upscalePng(source).bytes);
  assert.equal(result.depth, 16);
  assert.deepEqual([...result.data], [0x1234, 0x1234, 0x1234, 0x1234]);
});
