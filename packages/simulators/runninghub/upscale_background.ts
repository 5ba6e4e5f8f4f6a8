/** Upscaling that does not hold up the rest of the process, which may be a whole stack with its tests. */
import { Worker } from "node:worker_threads";
import { announcedSize } from "../kit/png_pixels.ts";
import { type ScaledPng, upscalePng } from "./png_upscale.ts";
import { imageOf, type UpscaleAnswer } from "./upscale_answer.ts";

/** Below this many pixels the work itself is quicker than starting a thread for it. */
export const INLINE_PIXELS = 256 * 1024;

/**
 * Does what `upscalePng` does, in a thread of its own when the image is large.
 * @param signal aborting it ends the thread.
 * @throws PngError as `upscalePng`; the signal's reason when aborted.
 */
export async function upscaleInBackground(bytes: Uint8Array, signal: AbortSignal): Promise<ScaledPng> {
  signal.throwIfAborted();
  const size = announcedSize(bytes);
  if (!size || size.width * size.height <= INLINE_PIXELS) return upscalePng(bytes);
  const worker = new Worker(new URL("./upscale_worker.ts", import.meta.url));
  const answer = Promise.withResolvers<UpscaleAnswer>();
  const abort = () => answer.reject(signal.reason);
  signal.addEventListener("abort", abort);
  worker.once("message", answer.resolve);
  worker.once("error", answer.reject);
  worker.once("exit", () => answer.reject(new Error("the upscaling thread ended without an answer")));
  // Not as `workerData`: Deno takes seconds to hand megabytes over that way, and stands still meanwhile.
  worker.postMessage(bytes);
  try {
    return imageOf(await answer.promise);
  } finally {
    signal.removeEventListener("abort", abort);
    await worker.terminate();
  }
}
