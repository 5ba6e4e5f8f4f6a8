/** Input of the tool `upscaler`: enlarges an image. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const upscalerInput = z.strictObject({
  image: inputPath,
  variant: z.enum(["near", "far", "old_photo", "food", "logo", "render_3d"]).default("near").describe(
    "What the image shows: each kind has settings of its own, and often an app of its own.",
  ),
  scale: z.literal([2, 4]).default(2).describe("How many times as wide and as high."),
  detail: z.number().min(0).max(1).optional().describe(
    "How much detail is drawn anew, 0 (none) to 1; left out: the app decides.",
  ),
  resolution: z.literal([2048, 4096]).optional().describe(
    "Pixels of the longer side; left out: the app decides.",
  ),
  prompt: z.string().trim().min(1).max(2000).optional().describe("What the image shows, in words."),
});
export type UpscalerInput = z.input<typeof upscalerInput>;
