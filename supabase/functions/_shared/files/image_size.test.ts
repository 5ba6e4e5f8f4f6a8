import assert from "node:assert/strict";
import fc from "fast-check";
import { imageSize } from "./image_size.ts";
import { MediaReader } from "./media_bytes.ts";

const measure = async (bytes: number[], type: string) => {
  const file = new Uint8Array(bytes);
  const source = {
    bytes: file.length,
    read: (from: number, to: number) => Promise.resolve(file.slice(from, to)),
  };
  return await imageSize(new MediaReader(source, 1e6, new AbortController().signal), type);
};
const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const big = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, n) => (value >>> (8 * (bytes - 1 - n))) & 0xff);
const little = (value: number, bytes: number) => big(value, bytes).toReversed();

const size = fc.record({
  width: fc.integer({ min: 1, max: 16383 }),
  height: fc.integer({ min: 1, max: 16383 }),
}, { noNullPrototype: true });
const makers: Record<string, [type: string, (of: { width: number; height: number }) => number[]]> = {
  png: ["image/png", ({ width, height }) => [
    ...text("\x89PNG\r\n\x1a\n"),
    ...big(13, 4),
    ...text("IHDR"),
    ...big(width, 4),
    ...big(height, 4),
  ]],
  gif: ["image/gif", ({ width, height }) => [
    ...text("GIF89a"),
    ...little(width, 2),
    ...little(height, 2),
    ...Array(14).fill(0),
  ]],
  lossy: ["image/webp", ({ width, height }) => [
    ...text("RIFF\0\0\0\0WEBPVP8 \0\0\0\0"),
    0,
    0,
    0,
    0x9d,
    0x01,
    0x2a,
    ...little(width, 2),
    ...little(height, 2),
  ]],
  lossless: ["image/webp", ({ width, height }) => [
    ...text("RIFF\0\0\0\0WEBPVP8L\0\0\0\0"),
    0x2f,
    ...little(((width - 1) | ((height - 1) << 14)) >>> 0, 4),
    ...Array(5).fill(0),
  ]],
  extended: ["image/webp", ({ width, height }) => [
    ...text("RIFF\0\0\0\0WEBPVP8X\0\0\0\0"),
    0,
    0,
    0,
    0,
    ...little(width - 1, 3),
    ...little(height - 1, 3),
  ]],
  jpeg: ["image/jpeg", jpeg],
};

function jpeg({ width, height }: { width: number; height: number }, before: number[] = []): number[] {
  const comment = [0xff, 0xfe, ...big(60_002, 2), ...Array(60_000).fill(7)];
  return [
    0xff,
    0xd8,
    ...before,
    ...comment,
    0xff,
    0xff,
    0xc2,
    ...big(17, 2),
    8,
    ...big(height, 2),
    ...big(width, 2),
    ...Array(10).fill(1),
  ];
}

function exif(orientation: number, isLittle: boolean): number[] {
  const write = isLittle ? little : big;
  const body = [
    ...text("Exif\0\0"),
    ...text(isLittle ? "II" : "MM"),
    ...write(42, 2),
    ...write(8, 4),
    ...write(1, 2),
    ...write(0x0112, 2),
    ...write(3, 2),
    ...write(1, 4),
    ...write(orientation, 2),
    0,
    0,
  ];
  return [0xff, 0xe1, ...big(body.length + 2, 2), ...body];
}

Deno.test("the size of an image is in its header", async (t) => {
  for (const [name, [type, make]] of Object.entries(makers)) {
    await t.step(
      name,
      () =>
        fc.assert(fc.asyncProperty(size, async (of) => assert.deepEqual(await measure(make(of), type), of))),
    );
  }
});

Deno.test("a photograph that was taken on its side is as high as it is shown", async () => {
  const of = { width: 4000, height: 3000 };
  for (const isLittle of [true, false]) {
    assert.deepEqual(await measure(jpeg(of, exif(6, isLittle)), "image/jpeg"), { width: 3000, height: 4000 });
    assert.deepEqual(await measure(jpeg(of, exif(3, isLittle)), "image/jpeg"), of);
  }
});

Deno.test("what is cut off, empty or of no known kind has no size", async () => {
  assert.equal(await measure([], "image/jpeg"), null);
  assert.equal(await measure([], "image/png"), null);
  assert.equal(await measure(jpeg({ width: 1, height: 0 }), "image/jpeg"), null);
  assert.equal(await measure(jpeg({ width: 9, height: 9 }).slice(0, 60), "image/jpeg"), null);
  assert.equal(await measure(Array(100).fill(0), "image/avif"), null);
  assert.equal(await measure([0xff, 0xd8, ...Array(9000).fill(0xff)], "image/jpeg"), null);
});

Deno.test("no bytes make it throw", async () => {
  const types = fc.constantFrom("image/png", "image/jpeg", "image/gif", "image/webp");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), types, async (bytes, type) => {
      await measure([0xff, 0xd8, ...bytes], type);
      await measure([...bytes], type);
    }),
    { numRuns: 1000 },
  );
});
