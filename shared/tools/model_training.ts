/** Input of the tool `model_training`: trains a model on pictures of one subject. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const modelTrainingInput = z.strictObject({
  /** What the model is called on the user's screen. */
  name: z.string().trim().min(1).max(100),
  /** What the pictures show; one of the provider's words (docs/providers/astria.md#submit). */
  subject: z.enum(["man", "woman", "boy", "girl", "cat", "dog", "style"]),
  /** Paths of the pictures in the bucket `inputs`. */
  images: z.array(inputPath).min(4).max(20),
  /** Traits that the pictures share, such as `{eye_color: "blue eyes"}`. */
  characteristics: z.record(z.string().min(1).max(40), z.string().min(1).max(100)).optional(),
});
export type ModelTrainingInput = z.input<typeof modelTrainingInput>;
