/** What can become of the bytes of an output on their way. */
import { setTimeout as timer } from "node:timers/promises";

const PARTS_PER_S = 10;

/** The bytes from `from` up to `to`, of blocks that begin at 0; `sent` is told of each part that is taken. */
export function* partOfBlocks(
  blocks: Iterable<Uint8Array>,
  from: number,
  to: number,
  sent: (bytes: number) => void,
): Generator<Uint8Array> {
  let at = 0;
  for (const block of blocks) {
    const part = block.subarray(Math.max(from - at, 0), Math.max(to - at, 0));
    at += block.length;
    if (part.length > 0) {
      sent(part.length);
      yield part;
    }
    if (at >= to) return;
  }
}

/** The same bytes, so many a second. */
export function paced(body: ReadableStream<Uint8Array>, bytesPerS: number): ReadableStream<Uint8Array> {
  const size = Math.ceil(bytesPerS / PARTS_PER_S);
  let left = size;
  return body.pipeThrough(
    new TransformStream({
      async transform(block, controller) {
        for (let at = 0; at < block.length;) {
          const part = block.subarray(at, at + left);
          controller.enqueue(part);
          at += part.length;
          left -= part.length;
          if (left > 0) continue;
          left = size;
          await timer(1000 / PARTS_PER_S);
        }
      },
    }),
  );
}

/** The first `bytes` bytes, and then the connection breaks. */
export function withoutEnd(body: ReadableStream<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  let left = Math.floor(bytes);
  return body.pipeThrough(
    new TransformStream({
      transform(block, controller) {
        if (left > 0) controller.enqueue(block.subarray(0, left));
        left -= block.length;
        // Not an error with a stack: the server prints that of any it meets.
        if (left <= 0) controller.error("the connection is cut on request");
      },
    }),
  );
}
