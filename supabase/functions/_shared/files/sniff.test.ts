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
  ["a WAV, which is RIFF too", bytes("RIFF", size, "WAVEfmt "), "audio/wav"],
  ["an AVI, which is RIFF too", bytes("RIFF", size, "AVI "), null],
  ["an MP3 with tags", bytes("ID3", [4, 0, 0]), "audio/mpeg"],
  ["an MP3 of MPEG-1, 44.1 kHz", bytes([0xff, 0xfb, 0x90, 0x64]), "audio/mpeg"],
  ["an MP3 of MPEG-2, 24 kHz", bytes([0xff, 0xf3, 0xe4, 0xc4]), "audio/mpeg"],
  ["MPEG audio of layer II", bytes([0xff, 0xfd, 0x90, 0x04]), "audio/mpeg"],
  ["an AAC stream of MPEG-2", bytes([0xff, 0xf9, 0x58, 0x40]), "audio/aac"],
  ["an AAC stream of MPEG-4", bytes([0xff, 0xf1, 0x50, 0x80]), "audio/aac"],
  ["UTF-16 with a byte order mark", bytes([0xff, 0xfe, 0x68, 0, 0x69, 0]), null],
  ["a frame with a sampling rate that there is not", bytes([0xff, 0xfb, 0x9c, 0x64]), null],
  ["a FLAC", bytes("fLaC", [0, 0, 0, 34]), "audio/flac"],
  ["an Opus stream", bytes("OggS", Array(22).fill(0), [1, 19], "OpusHead"), "audio/ogg"],
  ["a Vorbis stream", bytes("OggS", Array(22).fill(0), [1, 30, 1], "vorbis"), "audio/ogg"],
  ["a Theora film", bytes("OggS", Array(22).fill(0), [1, 42, 0x80], "theora"), null],
  ["a PDF", bytes("%PDF-1.7"), "application/pdf"],
  ["HTML", bytes("<!DOCTYPE html>"), null],
  ["SVG", bytes('<svg xmlns="http'), null],
  ["a ZIP", bytes("PK", [3, 4]), null],
  ["JSON", bytes('{"code":404}'), null],
  ["a PNG with its line ends converted", bytes([0x89], "PNG\n", [0x1a], "\n"), null],
  // The same container as MP4, by other brands (ISO/IEC 23008-12, AV1 image file format).
  ["an HEIC photo", bytes(size, "ftypheic"), null],
  ["an AVIF picture", bytes(size, "ftypavif"), null],
  ["an M4A sound", bytes(size, "ftypM4A "), "audio/mp4"],
  ["an audio book", bytes(size, "ftypM4B "), "audio/mp4"],
];

for (const [name, sample, type] of SAMPLES) {
  Deno.test(`${name} is ${type ?? "nothing that Esteira knows"}`, () => {
    assert.equal(sniff(sample), type);
    const padded = new Uint8Array(SNIFF_BYTES);
    padded.set(sample.subarray(0, SNIFF_BYTES));
    assert.equal(sniff(padded), type);
  });
}

Deno.test("a file that ends within its signature is nothing", () => {
  const long = SAMPLES.filter(([, sample]) =>
    /^(image\/(png|webp)|video|audio\/(mp4|wav|ogg))/.test(sniff(sample) ?? "")
  );
  for (const length of [0, 1, 2, 4, 5, 7]) {
    for (const [, sample] of long) assert.equal(sniff(sample.subarray(0, length)), null);
  }
  assert.equal(sniff(bytes([0xff, 0xd8])), null);
  assert.equal(sniff(bytes([0xff, 0xfb])), null);
  assert.equal(sniff(bytes("GIF89")), null);
  assert.equal(sniff(bytes("RIFF", size, "WEB")), null);
  assert.equal(sniff(bytes("%PDF")), null);
});

Deno.test("any bytes are given an answer, and SNIFF_BYTES of them are enough for it", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (file) => {
    assert.equal(sniff(file), sniff(file.subarray(0, SNIFF_BYTES)));
  }));
});
