import assert from "node:assert/strict";
import fc from "fast-check";
import { film } from "./film_fixture.ts";
import type { MediaBytes } from "./media_bytes.ts";
import { probeMedia } from "./probe_media.ts";
import { sniff } from "./sniff.ts";

/** Bytes in memory, and how many of them were asked for. */
function inMemory(bytes: Uint8Array<ArrayBuffer>) {
  const asked: [number, number][] = [];
  const source: MediaBytes = {
    bytes: bytes.length,
    read: (from, to) => {
      asked.push([from, to]);
      return Promise.resolve(bytes.slice(from, to));
    },
  };
  return { source, asked, read: () => asked.reduce((sum, [from, to]) => sum + to - from, 0) };
}

const probe = async (bytes: Uint8Array<ArrayBuffer>) =>
  await probeMedia(inMemory(bytes).source, sniff(bytes) ?? "");

Deno.test("a film is told by its container: its length, size, rate and codecs", async () => {
  for (const container of ["mp4", "tail"] as const) {
    const bytes = await film({ container });
    assert.deepEqual(await probe(bytes), {
      contentType: "video/mp4",
      bytes: bytes.length,
      width: 1080,
      height: 1920,
      durationSeconds: 5,
      framesPerSecond: 30,
      videoCodec: "avc",
      audioCodec: "aac",
    });
  }
});

Deno.test("a film without sound has no codec of sound, and a film that is none is told by nothing", async () => {
  assert.equal((await probe(await film({ hasSound: false })))?.audioCodec, null);
  const found = await probeMedia(inMemory(await film({ container: "webm" })).source, "video/webm");
  assert.deepEqual([found?.videoCodec, found?.audioCodec, found?.width], ["vp9", "opus", 1080]);
  const broken = (await film()).slice(0, 300);
  assert.equal(await probe(broken), null);
});

Deno.test("a film that a browser has recorded is as long as all of its fragments", async () => {
  const bytes = await Deno.readFile(
    new URL("../../../../packages/demo-app/public/waves.mp4", import.meta.url),
  );
  const { durationSeconds, width, framesPerSecond } = await probe(bytes) ?? {};
  assert.deepEqual([Math.round(durationSeconds ?? 0), width, Math.round(framesPerSecond ?? 0)], [4, 540, 30]);
});

Deno.test("of a long film little is read, wherever its index is", async () => {
  for (const container of ["mp4", "tail"] as const) {
    const long = inMemory(await film({ seconds: 600, container }));
    const found = await probeMedia(long.source, "video/mp4");
    assert.equal(found?.durationSeconds, 600);
    assert.ok(long.read() < long.source.bytes / 2, `${long.read()} of ${long.source.bytes}`);
    assert.ok(long.asked.length < 20, `${long.asked.length} questions`);
  }
});

Deno.test("no more is read than a look is worth, and none takes longer than it may", async () => {
  const bytes = await film({ seconds: 600 });
  const { source, read } = inMemory(bytes);
  assert.equal(await probeMedia(source, "video/mp4", { maxBytes: 70_000 }), null);
  assert.ok(read() <= 70_000);
  const silent: MediaBytes = { bytes: 1e6, read: () => new Promise(() => {}) };
  assert.equal(await probeMedia(silent, "video/mp4", { maxMs: 20 }), null);
  assert.equal(await probeMedia(silent, "image/png", { maxMs: 20 }), null);
});

Deno.test("a source that stops giving leaves it open what the file is", async () => {
  const lost: MediaBytes = { bytes: 1e6, read: () => Promise.reject(new Error("gone")) };
  assert.equal(await probeMedia(lost, "video/mp4"), null);
  assert.equal(await probeMedia(lost, "image/jpeg"), null);
});

Deno.test("a film that says it has billions of samples in a chunk is told by nothing, at once", async () => {
  const bytes = await film({ seconds: 1 });
  const at = new TextDecoder("latin1").decode(bytes).indexOf("stsc");
  bytes[at + 16] = 236; // of the first entry's samples in each chunk
  const startedAt = performance.now();
  assert.equal(await probe(bytes), null);
  assert.ok(performance.now() - startedAt < 5_000);
});

Deno.test("whatever is broken in a film, the look comes to an end without a word", async () => {
  const bytes = await film({ seconds: 1 });
  const breakage = fc.array(
    fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 })),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(breakage, fc.integer({ min: 0, max: bytes.length }), async (changes, length) => {
      const broken = bytes.slice(0, length);
      for (const [at, value] of changes) if (at < length) broken[at] = value;
      const found = await probeMedia(inMemory(broken).source, "video/mp4", { maxMs: 2_000 });
      assert.ok(found === null || found.durationSeconds === null || found.durationSeconds > 0);
    }),
    { numRuns: 300 },
  );
});
