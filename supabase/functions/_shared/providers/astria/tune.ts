/** Tunes: what they look like, and how they are told apart. */
import { z } from "zod";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { looseText } from "../kit/fields.ts";

/** An id. One with 16 digits or more comes as text already; each is kept as text, whatever its length. */
export const tuneId = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,40}$/)]).transform(
  String,
);

/** A tune as Astria shows it. */
export const tune = z.looseObject({
  id: tuneId,
  title: z.string().nullish().catch(null),
  created_at: looseText,
  started_training_at: looseText,
  trained_at: looseText,
  eta: looseText,
  expires_at: looseText,
  ckpt_url: looseText,
});
export type Tune = z.infer<typeof tune>;

/** The path of a tune. */
export function pathOf(id: string): string {
  return `/tunes/${encodeURIComponent(id)}`;
}

/** The idempotency key: a second submit of the attempt makes no second tune, the next attempt makes its own. */
export function titleOf({ job, attempt }: WorkItem): string {
  return `${job.id}-${attempt.attempt}`;
}

/** The tune that a submit has made. */
export function submittedAs(made: Tune, raw: unknown): Submitted {
  return { externalId: made.id, raw, details: { title: made.title, eta: made.eta } };
}
