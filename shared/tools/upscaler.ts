/** Input of the tool `upscaler`: enlarges an image. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const upscalerInput = z.strictObject({
  image: inputPath,
  /** What the image shows: each kind has settings of its own, and often an app of its own. */
  variant: z.enum(["near", "far", "old_photo", "food", "logo", "render_3d"]).default("near"),
  /** How many times as wide and as high. */
  scale: z.union([z.literal(2), z.literal(4)]).default(2),
  /** How much detail is drawn anew, 0 (none) to 1; left out: the app decides. */
  detail: z.number().min(0).max(1).optional(),
  /** Pixels of the longer side; left out: the app decides. */
  resolution: z.union([z.literal(2048), z.literal(4096)]).optional(),
  /** What the image shows, in words. */
  prompt: z.string().trim().min(1).max(2000).optional(),
});
export type UpscalerInput = z.input<typeof upscalerInput>;
