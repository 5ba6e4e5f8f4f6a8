/** Input of the tool `upscaler`: enlarges an image. */
import { z } from "zod";

export const upscalerInput = z.strictObject({
  /** Path of the image in the bucket `inputs`. */
  image: z.string().min(1).max(1024),
  /** How many times as wide and as high. */
  scale: z.union([z.literal(2), z.literal(4)]).default(2),
});
export type UpscalerInput = z.input<typeof upscalerInput>;
