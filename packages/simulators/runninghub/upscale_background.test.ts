import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encode } from "fast-png";
import { PngError } from "../kit/png_pixels.ts";
import { upscalePng } from "./png_upscale.ts";
import { answerFor, imageOf } from "./upscale_answer.ts";
import { INLINE_PIXELS, upscaleInBackground } from "./upscale_background.ts";

function greyImage(side: number): Uint8Array {
  return encode({
    width: side,
    height: side,
    channels: 1,
    data: new Uint8Array(side * side).map((_, n) => n >> 3),
  });
}

Deno.test("a large image is upscaled in a thread of its own, with the same result", async () => {
  const large = greyImage(Math.ceil(Math.sqrt(INLINE_PIXELS)) + 1);
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 5);
  const scaled = await upscaleInBackground(large, new AbortController().signal);
  clearInterval(ticking);
  assert.ok(ticks > 0, "the event loop stood still");
  assert.ok(Buffer.from(scaled.bytes).equals(upscalePng(large).bytes));
});

Deno.test("an error of the image survives the way between threads, another one ends the thread", () => {
  assert.deepEqual(imageOf(structuredClone(answerFor(greyImage(8)))), upscalePng(greyImage(8)));
  const answer = structuredClone(answerFor(damaged(greyImage(8))));
  assert.throws(() => imageOf(answer), PngError);
  assert.throws(() => answerFor("no bytes"), TypeError);
});

Deno.test("a small image is upscaled at once, with the same result or the same error", async () => {
  const small = greyImage(8);
  const { signal } = new AbortController();
  const scaled = await upscaleInBackground(small, signal);
  assert.ok(Buffer.from(scaled.bytes).equals(upscalePng(small).bytes));
  await assert.rejects(upscaleInBackground(damaged(small), signal), PngError);
});

function damaged(image: Uint8Array): Uint8Array {
  const copy = image.slice();
  copy[copy.length - 20] = (copy[copy.length - 20] ?? 0) ^ 0xff;
  return copy;
}

Deno.test("aborting ends the thread", async () => {
  const abort = new AbortController();
  const scaled = upscaleInBackground(greyImage(1000), abort.signal);
  abort.abort(new Error("cancelled"));
  await assert.rejects(scaled, /cancelled/);
});
