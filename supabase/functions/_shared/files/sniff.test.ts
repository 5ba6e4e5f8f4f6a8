import assert from "node:assert/strict";
import fc from "fast-check";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
const size = [0, 0, 0, 32];

const SAMPLES: readonly (readonly [string, Uint8Array, string | null])[] = [
  ["a PNG", bytes([0x89], "PNG\r\n", [0x1a], "\n"), "image/png"],
  ["a JPEG with JFIF header", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0x10], "JFIF"), "image/jpeg"],
  ["a JPEG with EXIF header", bytes([0xff, 0xd8, 0xff, 0xe1]), "image/jpeg"],
  ["a WebP", bytes("RIFF", size, "WEBP"), "image/webp"],
  ["a GIF of 1987", bytes("GIF87a"), "image/gif"],
  ["a GIF of 1989", bytes("GIF89a"), "image/gif"],
  ["an MP4", bytes(size, "ftypisom"), "video/mp4"],
  ["an MP4 of version 2", bytes(size, "ftypmp42"), "video/mp4"],
  ["a QuickTime film", bytes(size, "ftypqt  "), "video/quicktime"],
  ["a WAV, which is RIFF too", bytes("RIFF", size, "WAVE"), null],
  ["HTML", bytes("<!DOCTYPE html>"), null],
  ["SVG", bytes('<svg xmlns="http'), null],
  ["a ZIP", bytes("PK", [3, 4]), null],
  ["JSON", bytes('{"code":404}'), null],
  ["a PNG with its line ends converted", bytes([0x89], "PNG\n", [0x1a], "\n"), null],
  // The same container as MP4, by other brands (ISO/IEC 23008-12, AV1 image file format).
  ["an HEIC photo", bytes(size, "ftypheic"), null],
  ["an AVIF picture", bytes(size, "ftypavif"), null],
  ["an M4A sound", bytes(size, "ftypM4A "), null],
];

for (const [name, sample, type] of SAMPLES) {
  Deno.test(`${name} is ${type ?? "nothing that Esteira handles"}`, () => {
    assert.equal(sniff(sample), type);
    const padded = new Uint8Array(SNIFF_BYTES);
    padded.set(sample.subarray(0, SNIFF_BYTES));
    assert.equal(sniff(padded), type);
  });
}

Deno.test("a file that ends within its signature is nothing", () => {
  for (const length of [0, 1, 2, 4, 5, 7]) {
    for (const [, sample] of SAMPLES.filter(([, , type]) => type !== "image/jpeg" && type !== "image/gif")) {
      assert.equal(sniff(sample.subarray(0, length)), null);
    }
  }
  assert.equal(sniff(bytes([0xff, 0xd8])), null);
  assert.equal(sniff(bytes("GIF89")), null);
  assert.equal(sniff(bytes("RIFF", size, "WEB")), null);
});

Deno.test("any bytes are given an answer, and SNIFF_BYTES of them are enough for it", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (file) => {
    assert.equal(sniff(file), sniff(file.subarray(0, SNIFF_BYTES)));
  }));
});
