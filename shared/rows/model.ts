/** Models: what trainings leave behind. Names are those of the columns of `public.ai_models`. */
import { z } from "zod";

/** Where a model stands; the same words as the SQL enum `public.model_status`. */
export const MODEL_STATUSES = ["TRAINING", "READY", "ERROR"] as const;
export type ModelStatus = typeof MODEL_STATUSES[number];

/** `GET /models/:id/status`: what a screen asks for while it waits. Times are ISO 8601. */
export const modelStatus = z.object({
  id: z.guid(),
  status: z.enum(MODEL_STATUSES),
  progress: z.number().int().min(0).max(100).describe("Percent; 100 once it is READY."),
  errorMessage: z.string().nullable().describe("Why there is no model; null unless the status is ERROR."),
  modelUrl: z.string().nullable().describe(
    "What the provider knows the model by (Astria: the tune id); null until READY.",
  ),
  trainedAt: z.string().nullable(),
});
export type ModelStatusAnswer = z.infer<typeof modelStatus>;

/** A model as its owner sees it. */
export const model = modelStatus.extend({
  name: z.string(),
  trainingJobId: z.guid().nullable().describe(
    "The job that trains or trained it; null when that job is gone.",
  ),
  version: z.number().int().positive(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Model = z.infer<typeof model>;

/** The answer of `GET /models`: the caller's models, newest first, at most 100. */
export const modelsResponse = z.object({ models: z.array(model) });
export type ModelsResponse = z.infer<typeof modelsResponse>;

/** Columns of `public.ai_models` that make up a `Model`, for `select`. */
export const MODEL_COLUMNS = Object.keys(model.shape).join(",");

/** Columns that make up the answer of `GET /models/:id/status`. */
export const MODEL_STATUS_COLUMNS = Object.keys(modelStatus.shape).join(",");
