/** Input of the tool `pose_changer`: shows a person in the pose of another picture. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const poseChangerInput = z.strictObject({
  /** Path of the picture of the person. */
  person_image: inputPath,
  /** Path of the picture that shows the pose. */
  reference_image: inputPath,
});
export type PoseChangerInput = z.input<typeof poseChangerInput>;
