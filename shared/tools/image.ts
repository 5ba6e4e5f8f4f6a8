/** Input of the tool `image`: makes an image from words, or changes the images it is given. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const imageInput = z.strictObject({
  prompt: z.string().trim().min(1).max(5000),
  images: z.array(inputPath).max(5).default([]).describe(
    "Paths of images in the bucket `inputs`, to be edited; none: a new image is made.",
  ),
  aspect_ratio: z.enum(["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]).optional()
    .describe("Width to height; left out: the model decides."),
  output_format: z.enum(["png", "jpeg"]).default("png"),
});
export type ImageInput = z.input<typeof imageInput>;
