/** Input of the tool `video_upscaler`: enlarges a video. */
import { z } from "zod";
import { inputPath } from "./input_path.ts";

export const videoUpscalerInput = z.strictObject({
  // RunningHub takes no larger upload (runninghub.md#uploads).
  video: inputPath.describe("Path of the video, MP4 or MOV of up to 30 MB."),
});
export type VideoUpscalerInput = z.input<typeof videoUpscalerInput>;
