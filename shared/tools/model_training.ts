/** Input of the tool `model_training`: trains a model on pictures of one subject. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const modelTrainingInput = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("What the model is called on the user's screen."),
  // The provider's words (docs/providers/astria.md#submit).
  subject: z.enum(["man", "woman", "boy", "girl", "cat", "dog", "style"]).describe("What the pictures show."),
  images: z.array(inputPath).min(4).max(20).describe("Paths of the pictures in the bucket `inputs`."),
  characteristics: z.record(z.string().min(1).max(40), z.string().min(1).max(100)).optional().describe(
    'Traits that the pictures share, such as `{eye_color: "blue eyes"}`.',
  ),
});
export type ModelTrainingInput = z.input<typeof modelTrainingInput>;
