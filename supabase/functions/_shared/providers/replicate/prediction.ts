/** Predictions: where they are had, and what they look like. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { Api } from "../kit/account_call.ts";
import { looseId, looseText } from "../kit/fields.ts";

/** Replicate's API. */
export const API: Api = { baseUrl: "https://api.replicate.com", scheme: "Bearer" };

/** The path of a prediction. */
export function pathOf(id: string): string {
  return `/v1/predictions/${encodeURIComponent(id)}`;
}

/** A prediction as every answer and every webhook shows it. */
export const prediction = z.looseObject({
  id: looseId,
  status: looseText,
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  data_removed: z.boolean().nullish().catch(null),
  model: looseText,
  created_at: looseText,
  webhook: looseText,
});
export type Prediction = z.infer<typeof prediction>;

/** What its status says of a prediction (replicate.md#predictions); those not listed are not known. */
export const STATES: ReadonlyMap<string, "queued" | "running" | "succeeded" | "failed" | "stopped"> = new Map(
  [
    ["starting", "queued"],
    ["processing", "running"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "stopped"],
    ["aborted", "stopped"],
  ],
);

/** The prediction that a submit has made. */
export function submittedAs(externalId: string, { status, model }: Prediction, raw: unknown): Submitted {
  return { externalId, raw, details: { taskStatus: status, model } };
}
