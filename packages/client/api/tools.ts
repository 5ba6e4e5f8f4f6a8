/** The inputs of the tools whose schema is code; other tools are typed loosely. */
import type { ImageInput } from "../../../shared/tools/image.ts";
import type { ModelTrainingInput } from "../../../shared/tools/model_training.ts";
import type { PoseChangerInput } from "../../../shared/tools/pose_changer.ts";
import type { SpeechInput } from "../../../shared/tools/speech.ts";
import type { UpscalerInput } from "../../../shared/tools/upscaler.ts";
import type { VesteAiInput } from "../../../shared/tools/veste_ai.ts";
import type { VideoUpscalerInput } from "../../../shared/tools/video_upscaler.ts";

export interface ToolInputs {
  image: ImageInput;
  model_training: ModelTrainingInput;
  pose_changer: PoseChangerInput;
  speech: SpeechInput;
  upscaler: UpscalerInput;
  veste_ai: VesteAiInput;
  video_upscaler: VideoUpscalerInput;
}

/** A tool's name: one of those above, or any other that the project has. */
// deno-lint-ignore ban-types -- `string & {}` keeps the known names in completion
export type ToolName = keyof ToolInputs | (string & {});

export type InputOf<T extends ToolName> = T extends keyof ToolInputs ? ToolInputs[T]
  : Record<string, unknown>;
