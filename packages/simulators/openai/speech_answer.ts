/** The answer to a request for speech: its sound, byte by byte, or what comes instead. */
import type { Output } from "../kit/output.ts";
import { pause } from "../kit/pause.ts";
import { problem } from "./failures.ts";
import type { OpenAiTask } from "./task.ts";

/** In about so many pieces a slow answer comes. */
const SLOW_PIECES = 20;
const FOR_EVER_MS = 2 ** 31 - 1;
const PAGE = "<html>\n<head><title>Just a moment...</title></head>\n<body></body>\n</html>\n";

const answered = new WeakMap<OpenAiTask, number>();

/** How much of a speech's sound its client has taken; null until it was offered. */
export function answeredBytes(task: OpenAiTask): number | null {
  return answered.get(task) ?? null;
}

/** The answer about a speech that has ended, as its faults want it. */
export function answerOf(task: OpenAiTask): Response {
  const { end, faults, id, submission } = task;
  const headers = {
    "x-request-id": id,
    "openai-processing-ms": String(Date.now() - task.createdAt.getTime()),
  };
  if (end?.status === "failed") return problem(end.failure, headers);
  const output = end?.status === "succeeded" ? end.outputs[0] : undefined;
  if (!output) return new Response(null, { status: 503 }); // the simulator is closing
  if (faults.wrong_type) {
    const { contentType = "text/html; charset=utf-8", body = PAGE } = faults.wrong_type;
    return new Response(body, { headers: { ...headers, "content-type": contentType } });
  }
  answered.set(task, 0);
  // Without a length, for it is made while it is sent.
  return new Response(sound(task, output), { headers: { ...headers, "content-type": submission.type } });
}

function sound(task: OpenAiTask, output: Output): ReadableStream<Uint8Array> {
  const { slow_answer: slow, cut_answer: cut, stalled_answer: stalled, empty_answer: empty } = task.faults;
  const stop = cut ?? stalled;
  const allowed = empty ? 0 : stop ? stop.bytes ?? Math.floor(output.bytes / 2) : output.bytes;
  const pieces = firstBytes(output, allowed, slow ? Math.ceil(output.bytes / SLOW_PIECES) : Infinity);
  return new ReadableStream({
    async pull(controller) {
      const { value: piece, done } = pieces.next();
      if (!done) {
        if (slow) await pause(slow.ms * piece.length / output.bytes, task.stop.signal).catch(() => {});
        controller.enqueue(piece);
        answered.set(task, (answered.get(task) ?? 0) + piece.length);
      } else if (cut) controller.error("cut_answer: the connection breaks");
      else if (stalled) await pause(FOR_EVER_MS, task.stop.signal).catch(() => {});
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** The first `bytes` of an output, in pieces of `size` at most. */
function* firstBytes(output: Output, bytes: number, size: number): Generator<Uint8Array, void> {
  let left = bytes;
  for (const block of output.blocks()) {
    for (let at = 0; at < block.length && left > 0; at += size) {
      const piece = block.subarray(at, Math.min(at + size, block.length, at + left));
      left -= piece.length;
      yield piece;
    }
    if (left <= 0) return;
  }
}
