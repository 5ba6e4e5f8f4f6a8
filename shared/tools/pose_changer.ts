/** Input of the tool `pose_changer`: shows a person in the pose of another picture. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const poseChangerInput = z.strictObject({
  person_image: inputPath.describe("Path of the picture of the person."),
  reference_image: inputPath.describe("Path of the picture that shows the pose."),
});
export type PoseChangerInput = z.input<typeof poseChangerInput>;
