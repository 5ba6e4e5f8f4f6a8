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

/** What the database tells of the machinery, in the codes of the verdicts. broken: somebody must act. */
export const deepDatabase = z.object({
  status: z.enum(["ok", "degraded", "broken"]),
  schema: z.string(),
  tick_age_seconds: z.number().nullable(),
  problems: z.array(z.object({
    code: z.string(),
    level: z.enum(["error", "warn"]),
    detail: z.string(),
    subject: z.string().optional(),
    since: z.string().optional(),
  })),
});
export type DeepDatabase = z.infer<typeof deepDatabase>;

/** What a function has seen from where it runs. */
export const outsideCheck = z.object({
  name: z.string(),
  verdict: z.enum(["ok", "warn", "error", "unknown"]),
  detail: z.string(),
  repair: z.string().optional(),
});
export type OutsideCheck = z.infer<typeof outsideCheck>;

/** What is asked of `GET /health/deep`: `setup`: look at what a deployment needs, too. */
export const deepHealthQuery = z.object({ setup: z.literal("true").optional() });

/** The answer of `GET /health/deep`, and the details of its 503. `ms`: how long it took. */
export const deepHealthResponse = deepDatabase.extend({
  version: z.string(),
  ms: z.number().int().nonnegative(),
  checks: z.array(outsideCheck),
});
export type DeepHealthResponse = z.infer<typeof deepHealthResponse>;

/** A sample of `GET /health/metrics`, as the database has it. A counter's name is without `_total`, an info's without `_info`. */
export const metric = z.object({
  name: z.string(),
  kind: z.enum(["gauge", "counter", "info"]),
  help: z.string(),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
});
export type Metric = z.infer<typeof metric>;

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
