/** What Astria's tools are set to. */
import { z } from "zod";

/** What goes to Astria as it is. */
export const tuneSettings = z.object({
  base_tune_id: z.union([z.number().int(), z.string().min(1)]).optional(),
  branch: z.string().optional(),
  model_type: z.string().nullish(),
  preset: z.string().nullish(),
  token: z.string().optional(),
  steps: z.number().int().optional(),
  face_crop: z.boolean().optional(),
  training_face_correct: z.boolean().optional(),
  auto_extend: z.boolean().optional(),
});

/** How long after its eta a training is given up. */
export const overdueSettings = z.object({ eta_margin_minutes: z.number().positive().optional() });
