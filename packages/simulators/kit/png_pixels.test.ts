import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import { decodePixels, encodePixels, MAX_PIXELS, PngError } from "./png_pixels.ts";

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG written by hand, for the storage forms that fast-png's encoder does not write. `rows` without filter bytes. */
function png(
  { width, height, depth, colour, rows, extra = [] }: {
    width: number;
    height: number;
    depth: number;
    colour: number;
    rows: number[][];
    extra?: Buffer[];
  },
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const image = deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = [chunk("IHDR", header), ...extra, chunk("IDAT", image), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

const GREY = 0, RGB = 2, INDEXED = 3;

Deno.test("what is encoded is decoded to the same pixels, for every number of channels and both depths", () => {
  const pixels = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
    .chain(({ width, height }) =>
      fc.constantFrom(1, 2, 3, 4).chain((channels) => {
        const size = { minLength: width * height * channels, maxLength: width * height * channels };
        return fc.oneof(fc.uint8Array(size), fc.uint16Array(size))
          .map((data) => ({ width, height, channels, data }));
      })
    );
  fc.assert(fc.property(pixels, (image) => assert.deepEqual(decodePixels(encodePixels(image)), image)));
});

Deno.test("grey of 1, 2 and 4 bits is unpacked row by row and spread over 0 to 255", () => {
  const oneBit = png({ width: 3, height: 2, depth: 1, colour: GREY, rows: [[0b101_00000], [0b010_00000]] });
  assert.deepEqual([...decodePixels(oneBit).data], [255, 0, 255, 0, 255, 0]);
  const twoBits = png({ width: 4, height: 1, depth: 2, colour: GREY, rows: [[0b00_01_10_11]] });
  assert.deepEqual([...decodePixels(twoBits).data], [0, 85, 170, 255]);
  const fourBits = png({ width: 3, height: 1, depth: 4, colour: GREY, rows: [[0x0f, 0x30]] });
  assert.deepEqual([...decodePixels(fourBits).data], [0, 255, 51]);
});

Deno.test("a palette becomes RGB, and RGBA when it has transparent entries", () => {
  const palette = chunk("PLTE", Buffer.from([255, 0, 0, 0, 0, 255]));
  const image = { width: 3, height: 1, depth: 1, colour: INDEXED, rows: [[0b010_00000]] };
  const opaque = decodePixels(png({ ...image, extra: [palette] }));
  assert.deepEqual({ ...opaque, data: [...opaque.data] }, {
    width: 3,
    height: 1,
    channels: 3,
    data: [255, 0, 0, 0, 0, 255, 255, 0, 0],
  });
  const glass = decodePixels(png({ ...image, extra: [palette, chunk("tRNS", Buffer.from([7]))] }));
  assert.equal(glass.channels, 4);
  assert.deepEqual([...glass.data], [255, 0, 0, 7, 0, 0, 255, 255, 255, 0, 0, 7]);
});

Deno.test("a transparent colour becomes an alpha channel", () => {
  const grey = png({
    width: 2,
    height: 1,
    depth: 4,
    colour: GREY,
    rows: [[0x3f]],
    extra: [chunk("tRNS", Buffer.from([0, 3]))],
  });
  assert.deepEqual([...decodePixels(grey).data], [51, 0, 255, 255]);
  const rgb = png({
    width: 3,
    height: 1,
    depth: 8,
    colour: RGB,
    rows: [[1, 2, 3, 1, 2, 4, 3, 2, 1]],
    extra: [chunk("tRNS", Buffer.from([0, 1, 0, 2, 0, 3]))],
  });
  assert.deepEqual([...decodePixels(rgb).data], [1, 2, 3, 0, 1, 2, 4, 255, 3, 2, 1, 255]);
});

Deno.test("a damaged byte or a cut-off end is noticed", () => {
  const intact = encodePixels({
    width: 8,
    height: 8,
    channels: 3,
    data: new Uint8Array(192).map((_, n) => n * 7),
  });
  assert.doesNotThrow(() => decodePixels(intact));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: intact.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, flip) => {
        const damaged = intact.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        assert.throws(() => decodePixels(damaged), PngError);
        assert.throws(() => decodePixels(intact.subarray(0, at)), PngError);
      },
    ),
  );
});

Deno.test("an image that announces too many pixels is refused before it is decoded", () => {
  const side = Math.ceil(Math.sqrt(MAX_PIXELS)) + 1;
  const bomb = png({ width: side, height: side, depth: 8, colour: GREY, rows: [[0]] });
  assert.throws(() => decodePixels(bomb), /exceed 16000000/);
});
