/** Which drawing stands for a tool. */
import type { IconName } from "./icon.tsx";

const KNOWN: Readonly<Record<string, IconName>> = {
  upscaler: "upscaler",
  pose_changer: "pose_changer",
  veste_ai: "veste_ai",
  video_upscaler: "video_upscaler",
  image: "canvas",
  model_training: "train",
};

export function toolIcon(tool: string): IconName {
  return KNOWN[tool] ?? "sparkle";
}
