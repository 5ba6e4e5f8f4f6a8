/** How an upscaling thread tells its outcome: as data, because an error's class does not survive the way between threads. */
import { PngError } from "../kit/png_pixels.ts";
import { type ScaledPng, upscalePng } from "./png_upscale.ts";

/** What the thread answers. */
export type UpscaleAnswer = { kind: "scaled"; image: ScaledPng } | { kind: "not_a_png"; message: string };

/** Upscales, in the thread. @throws whatever is not the image's fault. */
export function answerFor(bytes: unknown): UpscaleAnswer {
  if (!(bytes instanceof Uint8Array)) throw new TypeError("the thread wants the image's bytes");
  try {
    return { kind: "scaled", image: upscalePng(bytes) };
  } catch (error) {
    if (error instanceof PngError) return { kind: "not_a_png", message: error.message };
    throw error;
  }
}

/** The image of an answer, outside the thread. @throws PngError when there is none. */
export function imageOf(answer: UpscaleAnswer): ScaledPng {
  if (answer.kind === "not_a_png") throw new PngError(answer.message);
  return answer.image;
}
