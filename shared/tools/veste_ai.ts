/** Input of the tool `veste_ai`: dresses a person in the clothes of another picture. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const vesteAiInput = z.strictObject({
  /** Path of the picture of the person. */
  person_image: inputPath,
  /** Path of the picture of the clothes. */
  clothing_image: inputPath,
});
export type VesteAiInput = z.input<typeof vesteAiInput>;
