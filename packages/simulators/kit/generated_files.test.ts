import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decode } from "fast-png";
import { generatedBlocks, generatedFile, generatedPng } from "./generated_files.ts";
import { ENDINGS, type MediaType } from "./media_types.ts";

const TYPES = Object.keys(ENDINGS) as MediaType[];

/** What a file of the type begins with. */
const MAGIC: Record<MediaType, (bytes: Buffer) => boolean> = {
  "image/png": (bytes) => bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n",
  "image/jpeg": (bytes) => bytes.toString("latin1", 0, 3) === "\xff\xd8\xff",
  "image/webp": (bytes) =>
    bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP",
  "video/mp4": (bytes) => bytes.toString("latin1", 4, 8) === "ftyp",
  "audio/mpeg": (bytes) => bytes.readUInt16BE() === 0xfff3,
  "audio/wav": (bytes) =>
    bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 16) === "WAVEfmt ",
  "audio/opus": (bytes) =>
    bytes.toString("latin1", 0, 4) === "OggS" && bytes.toString("latin1", 28, 36) === "OpusHead",
  "audio/flac": (bytes) => bytes.toString("latin1", 0, 4) === "fLaC",
  "audio/aac": (bytes) => bytes.readUInt16BE() === 0xfff1,
};

Deno.test("a seed always gives the same valid PNG, another seed another one", () => {
  const image = generatedPng("a", 64);
  const { width, height } = decode(image, { checkCrc: true });
  assert.deepEqual([width, height], [64, 64]);
  assert.ok(Buffer.from(image).equals(generatedPng("a", 64)));
  assert.ok(!Buffer.from(image).equals(generatedPng("b", 64)));
});

for (const type of TYPES) {
  Deno.test(`a small ${type} begins like one, is the same for the same seed and different for another`, () => {
    const file = Buffer.from(generatedFile("a", type));
    assert.ok(MAGIC[type](file));
    assert.ok(file.length < 2_000, `${file.length} bytes`);
    assert.ok(file.equals(generatedFile("a", type)));
    assert.ok(!file.equals(generatedFile("b", type)));
  });

  Deno.test(`a large ${type} begins like one and has the size that was asked for`, () => {
    for (const bytes of [64, 65_536, 200_001]) {
      const file = Buffer.concat([...generatedBlocks("a", type, bytes)]);
      assert.equal(file.length, bytes);
      assert.ok(MAGIC[type](file));
    }
  });
}

Deno.test("a small PNG is a valid image", () => {
  assert.equal(decode(generatedFile("a", "image/png"), { checkCrc: true }).width, 16);
});

Deno.test("the boxes of an MP4 and the chunk of a WebP say how long they are", () => {
  const film = Buffer.concat([...generatedBlocks("a", "video/mp4", 5_000)]);
  const first = film.readUInt32BE(0);
  assert.equal(film.toString("latin1", first + 4, first + 8), "mdat");
  assert.equal(first + film.readUInt32BE(first), 5_000);
  const image = Buffer.from(generatedFile("a", "image/webp"));
  assert.equal(image.readUInt32LE(4) + 8, image.length);
});

Deno.test("no two blocks of a large file are alike, and another seed gives others", () => {
  const blocks = [
    ...generatedBlocks("a", "image/png", 4 * 65_536),
    ...generatedBlocks("b", "image/png", 65_536),
  ];
  assert.equal(new Set(blocks.map((block) => Buffer.from(block).toString("latin1"))).size, 5);
});

Deno.test("bytes that are cut short are the beginning of the file", () => {
  assert.deepEqual([...Buffer.concat([...generatedBlocks("a", "image/png", 3)])], [137, 80, 78]);
});
