/** What is asked of the functions that no user calls: the worker, health, and the webhooks of the providers. */
import { z } from "zod";

/** `POST /worker`: something is to be done, in one lane or in any. */
export const wakeRequest = z.object({ lane: z.string().max(40).optional() });
export type WakeRequest = z.input<typeof wakeRequest>;

/** The answer of `POST /worker`, given before the work is done. */
export const wakeResponse = z.object({ accepted: z.literal(true) });
export type WakeResponse = z.infer<typeof wakeResponse>;

/** The answer of `GET /health`. `ms`: how long the database took to answer. */
export const healthResponse = z.object({
  status: z.literal("ok"),
  database: z.object({ status: z.literal("ok"), ms: z.number().int().nonnegative() }),
});
export type HealthResponse = z.infer<typeof healthResponse>;

/**
 * The answer of a webhook that has been stored. accepted: it is news; duplicate: it had come before; late: its job had
 * ended; other_task: it names a task that is not the job's; stale_attempt: it is about an attempt that another one has
 * followed; too_many: it was not stored, for the attempt has had a hundred, and this says nothing new of an end.
 */
export const webhookResponse = z.object({
  received: z.literal(true),
  verdict: z.enum(["accepted", "duplicate", "late", "other_task", "stale_attempt", "too_many"]),
});
export type WebhookResponse = z.infer<typeof webhookResponse>;
