/** Looking at a stream while it passes through. */
import { MAX_OUTPUT_BYTES, tooLarge } from "./output_error.ts";

/** Reads at least `size` bytes (fewer if there are no more) and gives them back together with the whole stream. */
export async function peek(
  stream: ReadableStream<Uint8Array>,
  size: number,
): Promise<{ first: Uint8Array; rest: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let ended = false;
  while (
    !ended && chunks.reduce((sum, chunk) => sum + chunk.length, 0) < size
  ) {
    const { value, done } = await reader.read();
    if (value) chunks.push(value);
    ended = done;
  }
  async function* all() {
    yield* chunks;
    for (
      let next = await reader.read();
      !next.done;
      next = await reader.read()
    ) yield next.value;
  }
  const first = new Uint8Array(
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  chunks.reduce(
    (offset, chunk) => (first.set(chunk, offset), offset + chunk.length),
    0,
  );
  return { first: first.slice(0, size), rest: streamOf(all(), reader) };
}

/** A stream of what `chunks` yields. Cancelling it cancels `reader`, also when nothing has been read yet. */
function streamOf(
  chunks: AsyncGenerator<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** Counts what passes; errors the stream when it is more than a result may have. */
export function countBytes(
  stream: ReadableStream<Uint8Array>,
): { stream: ReadableStream<Uint8Array>; bytes: () => number } {
  let bytes = 0;
  const counted = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT_BYTES) throw tooLarge(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  return { stream: counted, bytes: () => bytes };
}
