/** Copying large results: in pieces, on from where an earlier worker was, and with the same bytes whatever happens. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { copyFile, keepStream } from "./copy_file.ts";
import type { CopyState } from "./copy_state.ts";
import type { CopyTarget } from "./copy_target.ts";
import { type FakeSource, fakeSource } from "./fake_source.ts";
import { MEMORY } from "./memory.ts";
import { CopyPaused, OutputError } from "./output_error.ts";
import { FOLDER } from "./paths_fixture.ts";
import { PNG } from "./png_fixture.ts";
import { streamSource } from "./source.ts";

const project = fakeSupabase();

const fails = (code: OutputError["code"], words = /./) => (error: unknown) =>
  error instanceof OutputError && error.code === code && words.test(error.message);

/** A file that begins like a picture. */
function picture(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size).map((_, index) => (index * 31 + seed * 7 + (index >> 8)) % 251);
  bytes.set(PNG.subarray(0, size));
  return bytes;
}

/** A copy, and what an earlier worker noted of it. */
class Copy {
  state: CopyState | null = null;
  readonly target: CopyTarget = {
    path: `${FOLDER}/1-0`,
    declaredType: null,
    types: ["image/*", "text/plain"],
    maxBytes: 1_000_000,
    pieceBytes: 100,
    partBytes: 100,
    until: Infinity,
    latest: Infinity,
    budget: { bytes: Infinity },
    tries: 1,
    areWordsFinal: false,
    note: (state) => {
      this.state = state && JSON.parse(JSON.stringify(state));
      return Promise.resolve();
    },
  };

  constructor(readonly source: FakeSource, differences: Partial<CopyTarget> = {}) {
    Object.assign(this.target, differences);
  }

  /** What one worker does. */
  run(): Promise<Awaited<ReturnType<typeof copyFile>>> {
    return copyFile(this.source.address, this.target, this.state);
  }
}

const stored = () => project.files.get(`outputs/${FOLDER}/1-0.png`)?.bytes;

Deno.test("a file of one piece is put at once, a longer one goes in pieces, each asked for by itself", async () => {
  await using source = fakeSource({ bytes: picture(100) });
  assert.equal((await new Copy(source).run()).bytes, 100);
  assert.deepEqual(source.asked, [null]);
  source.manners.bytes = picture(250);
  assert.deepEqual(await new Copy(source).run(), {
    bucket: "outputs",
    path: `${FOLDER}/1-0.png`,
    content_type: "image/png",
    bytes: 250,
  });
  assert.deepEqual(source.asked.slice(1), [null, "bytes=100-199", "bytes=200-249"]);
  assert.deepEqual(stored(), source.manners.bytes);
});

Deno.test("a piece may be asked for in parts, so that less is on its way at a time", async () => {
  await using source = fakeSource({ bytes: picture(250) });
  await new Copy(source, { partBytes: 70 }).run();
  const asked = ["bytes=100-169", "bytes=170-199", "bytes=200-249"];
  assert.deepEqual(source.asked, [null, ...asked]);
  assert.deepEqual(stored(), source.manners.bytes);
});

Deno.test("whatever breaks, at the source or in Storage, the copy has the same bytes in the end, each fetched about once", async () => {
  const event = fc.oneof(
    fc.record({ cut: fc.nat({ max: 120 }) }),
    fc.record({ taken: fc.nat({ max: 100 }), status: fc.constantFrom(500, 503, 429, 544) }),
    fc.constant({ dies: true }),
    fc.constant({ busy: 503 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 20, max: 1500 }),
      fc.integer({ min: 16, max: 200 }),
      fc.integer({ min: 10, max: 200 }),
      fc.array(event, { maxLength: 12 }),
      async (size, pieceBytes, partBytes, events) => {
        project.reset();
        await using source = fakeSource({ bytes: picture(size) });
        const copy = new Copy(source, { pieceBytes, partBytes });
        let patches = 0;
        for (const [index, one] of [...events, null].entries()) {
          source.next = !one
            ? []
            : "cut" in one
            ? [one.cut]
            : "busy" in one
            ? [() => new Response("<Error/>", { status: one.busy })]
            : [];
          const dies = one !== null && "dies" in one ? patches + 2 : Infinity;
          project.uploads.trouble = ({ method }) => {
            if (method !== "PATCH") return undefined;
            if (++patches === dies) return { status: 500 };
            return one && "taken" in one ? { status: one.status, taken: one.taken } : undefined;
          };
          const isLast = index === events.length;
          try {
            await copy.run();
            break;
          } catch (error) {
            assert.ok(!isLast, error instanceof Error ? error.message : "");
            assert.ok(fails("output_unavailable")(error), String(error));
          }
        }
        assert.deepEqual(stored(), source.manners.bytes);
        // An answer with the whole is given up after its first piece; here all of it was on its way.
        const wholes = source.asked.filter((range) => range === null).length;
        const most = size * (1 + wholes) + events.length * pieceBytes;
        assert.ok(source.sent <= most, `${source.sent} of ${size}`);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("a worker stops when its time is over, and the next one goes on", async () => {
  await using source = fakeSource({ bytes: picture(1000) });
  const copy = new Copy(source, { budget: { bytes: 250 } });
  await assert.rejects(copy.run(), CopyPaused);
  assert.equal([...project.uploads.underWay.values()][0]?.bytes.length, 300);
  copy.target.budget.bytes = Infinity;
  copy.target.until = 0;
  await assert.rejects(copy.run(), CopyPaused, "no time for another piece");
  assert.equal([...project.uploads.underWay.values()][0]?.bytes.length, 300);
  copy.target.until = Infinity;
  await copy.run();
  assert.deepEqual(stored(), source.manners.bytes);
  assert.deepEqual(source.asked.slice(0, 3), [null, "bytes=100-199", "bytes=200-299"]);
  assert.equal(new Set(source.asked.slice(3)).size, 7, "and the other seven pieces");
});

Deno.test("a file that has changed is copied anew: from one that says so, and from one that does not know of parts", async () => {
  for (const hasParts of [true, false]) {
    project.reset();
    await using source = fakeSource({ bytes: picture(450) });
    const copy = new Copy(source, { budget: { bytes: 150 } });
    await assert.rejects(copy.run(), CopyPaused);
    source.manners = { bytes: picture(470, 2), eTag: '"two"', hasParts };
    copy.target.budget.bytes = Infinity;
    assert.equal((await copy.run()).bytes, 470);
    assert.deepEqual(stored(), source.manners.bytes);
    assert.equal(project.uploads.underWay.size, 1, "the old upload is given up");
  }
});

Deno.test("a source without anything to know the file by, or without its length, is read in one go or from the beginning", async () => {
  for (const manners of [{ eTag: null }, { eTag: 'W/"weak"' }, { hasLength: false }, { hasParts: false }]) {
    project.reset();
    await using source = fakeSource({ bytes: picture(450), ...manners });
    const copy = new Copy(source, { budget: { bytes: 100 }, until: 0 });
    source.next = [330];
    await assert.rejects(copy.run(), fails("output_unavailable", /broke off/));
    Object.assign(copy.target, { until: Infinity, budget: { bytes: Infinity } });
    assert.equal((await copy.run()).bytes, 450, JSON.stringify(manners));
    assert.deepEqual(stored(), source.manners.bytes);
    assert.equal(source.asked.filter((range) => range === null).length + ("hasParts" in manners ? 1 : 0), 2);
  }
});

Deno.test("a date that is old enough does where there is no ETag", async () => {
  const date = new Date(Date.now() - 60_000).toUTCString();
  await using source = fakeSource({
    bytes: picture(300),
    eTag: date,
    headers: { etag: "W/x", "last-modified": date },
  });
  await new Copy(source).run();
  assert.deepEqual(source.asked, [null, "bytes=100-199", "bytes=200-299"]);
});

Deno.test("an answer that is not the part that was asked for is none", async () => {
  await using source = fakeSource({ bytes: picture(300) });
  const wrong = (range: string) => () =>
    new Response(picture(100), { status: 206, headers: { "content-range": range } });
  for (const range of ["bytes 0-99/300", "bytes 100-199/301", "bytes 100-199/*", "nonsense"]) {
    project.reset();
    source.next = [source.manners.bytes.length, wrong(range)];
    assert.equal((await new Copy(source).run()).bytes, 300, range);
    assert.deepEqual(stored(), source.manners.bytes);
  }
});

Deno.test("an upload that Storage has forgotten is begun anew; one that is whole already is finished", async () => {
  await using source = fakeSource({ bytes: picture(300) });
  const copy = new Copy(source, { budget: { bytes: 100 } });
  await assert.rejects(copy.run(), CopyPaused);
  project.uploads.underWay.clear();
  copy.target.budget.bytes = Infinity;
  await copy.run();
  assert.deepEqual(stored(), source.manners.bytes);
  const asked = source.asked.length;
  await copy.run();
  assert.equal(source.asked.length, asked, "nothing is fetched once more");
});

Deno.test("two workers at the same file do not mix it up: one of them gives way", async () => {
  await using source = fakeSource({ bytes: picture(500) });
  const copy = new Copy(source, { budget: { bytes: 100 } });
  await assert.rejects(copy.run(), CopyPaused);
  copy.target.budget.bytes = Infinity;
  const other = new Copy(source);
  other.state = copy.state;
  const ends = await Promise.allSettled([copy.run(), other.run()]);
  for (const end of ends) {
    if (end.status === "rejected") {
      assert.ok(fails("output_unavailable", /Another worker/)(end.reason), String(end.reason));
    }
  }
  if (ends.every(({ status }) => status === "rejected")) await copy.run();
  assert.deepEqual(stored(), source.manners.bytes);
});

Deno.test("what Storage refuses is final, what it has trouble with is not", async () => {
  await using source = fakeSource({ bytes: picture(300) });
  const cases = [
    [413, "output_too_large"],
    [415, "output_wrong_type"],
    [500, "output_unavailable"],
    [503, "output_unavailable"],
    [429, "output_unavailable"],
    [404, "output_unavailable"], // the bucket
  ] as const;
  for (const [status, code] of cases) {
    project.uploads.trouble = () => ({ status });
    await assert.rejects(new Copy(source).run(), fails(code), `${status}`);
  }
});

Deno.test("a piece that Storage has trouble with is sent again, from where Storage is", async () => {
  await using source = fakeSource({ bytes: picture(300) });
  let troubles = 2;
  project.uploads.trouble = ({ method }) =>
    method === "PATCH" && troubles-- > 0 ? { status: 503, taken: 30 } : undefined;
  await new Copy(source, { tries: 3 }).run();
  assert.deepEqual(stored(), source.manners.bytes);
  assert.deepEqual(source.asked, [null, "bytes=30-129", "bytes=60-159", "bytes=160-259", "bytes=260-299"]);
});

Deno.test("a file that turns out to be too large, or no text in its middle, is given up", async () => {
  await using source = fakeSource({ bytes: picture(500), hasLength: false });
  await assert.rejects(new Copy(source, { maxBytes: 450 }).run(), fails("output_too_large"));
  assert.equal(project.uploads.underWay.size, 0);
  const words = new TextEncoder().encode("Ein längerer Text. ".repeat(30));
  words[400] = 0;
  source.manners = { bytes: words };
  await assert.rejects(new Copy(source).run(), fails("output_wrong_type", /control characters/));
  words[400] = 0xff;
  await assert.rejects(new Copy(source).run(), fails("output_wrong_type", /no UTF-8/));
  assert.equal(project.uploads.underWay.size, 0);
  assert.equal(project.files.size, 0);
});

Deno.test("a text may be gone on with in the middle of a character", async () => {
  const bytes = new TextEncoder().encode("x" + "ä€😀".repeat(60));
  for (let pieceBytes = 95; pieceBytes < 105; pieceBytes++) {
    project.reset();
    await using source = fakeSource({ bytes });
    const copy = new Copy(source, { pieceBytes });
    for (copy.target.budget.bytes = 1;; copy.target.budget.bytes = 1) {
      const end = await copy.run().catch((error) => assert.ok(error instanceof CopyPaused, String(error)));
      if (end) break;
    }
    assert.deepEqual(project.files.get(`outputs/${FOLDER}/1-0.txt`), { bytes, contentType: "text/plain" });
  }
});

Deno.test("what comes but once is stored as it comes, its length told at the end", async () => {
  await using source = fakeSource({ bytes: picture(1) });
  const { target } = new Copy(source, { areWordsFinal: true });
  for (const size of [20, 100, 101, 350]) {
    const pieces = Array.from(
      { length: Math.ceil(size / 7) },
      (_, n) => picture(size).subarray(n * 7, n * 7 + 7),
    );
    const file = await keepStream(streamSource(ReadableStream.from(pieces), "image/png"), target);
    assert.equal(file.bytes, size);
    assert.deepEqual(stored(), picture(size));
  }
  const none = streamSource(ReadableStream.from([]), null);
  await assert.rejects(keepStream(none, target), fails("output_unavailable", /empty/));
  const words = streamSource(new Blob(["{}"]).stream(), null);
  await assert.rejects(keepStream(words, target), fails("output_wrong_type"));
  const broken = new ReadableStream({ pull: (controller) => controller.error(new RangeError("cut")) });
  await assert.rejects(keepStream(streamSource(broken, null), target), RangeError);
});

Deno.test("no more files are copied at a time than there is memory for, each with two of its pieces", async () => {
  await using source = fakeSource({ bytes: picture(250) });
  const others = Promise.withResolvers<void>();
  const lent = MEMORY.lend(MEMORY.bytes - 399, () => others.promise);
  const small = new Copy(source, { path: `${FOLDER}/1-1` });
  await small.run();
  const large = new Copy(source, { pieceBytes: 200 });
  const copied = large.run();
  while (!MEMORY.relief()) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(stored(), undefined);
  others.resolve();
  await lent;
  await copied;
  assert.deepEqual(stored(), source.manners.bytes);
  assert.equal(MEMORY.relief(), undefined);
});
