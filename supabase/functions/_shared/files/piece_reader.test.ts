import assert from "node:assert/strict";
import fc from "fast-check";
import { OutputError } from "./output_error.ts";
import { PieceReader } from "./piece_reader.ts";

const streamOf = (chunks: readonly Uint8Array[], end?: unknown) => {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else if (end === "never") return new Promise(() => {});
      else if (end) controller.error(end);
      else controller.close();
    },
  }, { highWaterMark: 0 });
};
const bytes = fc.uint8Array({ maxLength: 40 });

Deno.test("however a stream is cut into chunks, its pieces are as long as was asked, and together the whole", async () => {
  await fc.assert(fc.asyncProperty(fc.array(bytes), fc.integer({ min: 1, max: 50 }), async (chunks, size) => {
    const reader = new PieceReader(streamOf(chunks));
    const whole = new Uint8Array(await new Blob(chunks.map((chunk) => Uint8Array.from(chunk))).arrayBuffer());
    const pieces: number[] = [];
    while (!await reader.isAtEnd()) {
      const piece = await reader.read(size);
      pieces.push(...piece);
      assert.ok(piece.length === size || await reader.isAtEnd());
    }
    assert.deepEqual(Uint8Array.from(pieces), whole);
    assert.equal((await reader.read(size)).length, 0);
  }));
});

Deno.test("what was read before counts, and comes first", async () => {
  const reader = new PieceReader(streamOf([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]));
  const head = await reader.read(2);
  assert.deepEqual(await reader.read(4, Infinity, head), Uint8Array.of(1, 2, 3, 4));
  assert.deepEqual(await reader.read(4, Infinity, Uint8Array.of(9)), Uint8Array.of(9, 5));
});

Deno.test("what came before a stream breaks off is handed out first", async () => {
  const reader = new PieceReader(streamOf([Uint8Array.of(1, 2)], new RangeError("cut")), {
    lost: () => "lost",
  });
  assert.deepEqual(await reader.read(5), Uint8Array.of(1, 2));
  await assert.rejects(reader.read(5), (error) => error === "lost");
  await assert.rejects(reader.isAtEnd(), (error) => error === "lost");
});

Deno.test("a chunk that takes too long is given up, and the whole may take as long as it likes", async () => {
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      controller.enqueue(Uint8Array.of(1));
    },
  });
  const patient = new PieceReader(slow, { stallMs: 200 });
  assert.equal((await patient.read(20)).length, 20);
  await patient.close();
  const stalled = new PieceReader(streamOf([Uint8Array.of(1)], "never"), { stallMs: 20 });
  assert.deepEqual(await stalled.read(5), Uint8Array.of(1));
  await assert.rejects(
    stalled.read(5),
    (error) => error instanceof OutputError && error.code === "output_unavailable",
  );
});

Deno.test("when the time is over what there is is handed out, and what comes later is not lost", async () => {
  const late = Promise.withResolvers<void>();
  let isFirst = true;
  const reader = new PieceReader(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (!isFirst) await late.promise;
        controller.enqueue(Uint8Array.of(isFirst ? 1 : 2));
        isFirst = false;
      },
    }, { highWaterMark: 0 }),
  );
  assert.deepEqual(await reader.read(2, Date.now() + 20), Uint8Array.of(1));
  late.resolve();
  assert.deepEqual(await reader.read(1), Uint8Array.of(2));
  await reader.close();
});
