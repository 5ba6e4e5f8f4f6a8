/**
 * The input schemas that are code. The rest of a tool is its row in `public.tools`; a tool without a schema here has it
 * there, as JSON Schema in `settings.input_schema` (json_schema.ts).
 */
import type { z } from "zod";
import { imageInput } from "./image.ts";
import { modelTrainingInput } from "./model_training.ts";
import { poseChangerInput } from "./pose_changer.ts";
import { publicationInputs } from "./publication.ts";
import { speechInput } from "./speech.ts";
import { upscalerInput } from "./upscaler.ts";
import { vesteAiInput } from "./veste_ai.ts";
import { videoUpscalerInput } from "./video_upscaler.ts";

const SCHEMAS: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = {
  image: imageInput,
  model_training: modelTrainingInput,
  pose_changer: poseChangerInput,
  speech: speechInput,
  upscaler: upscalerInput,
  veste_ai: vesteAiInput,
  video_upscaler: videoUpscalerInput,
  ...publicationInputs,
};

/** The input schema of `tool`, or undefined when it is none of these. */
export function inputSchemaOf(tool: string): z.ZodType<Record<string, unknown>> | undefined {
  return Object.hasOwn(SCHEMAS, tool) ? SCHEMAS[tool] : undefined;
}
