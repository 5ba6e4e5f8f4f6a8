/** Input of the tool `veste_ai`: dresses a person in the clothes of another picture. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const vesteAiInput = z.strictObject({
  person_image: inputPath.describe("Path of the picture of the person."),
  clothing_image: inputPath.describe("Path of the picture of the clothes."),
});
export type VesteAiInput = z.input<typeof vesteAiInput>;
