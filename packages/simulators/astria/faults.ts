/** Everything that can be made to go wrong with the Astria simulator. */
import { z } from "zod";
import {
  BODY_FAULTS,
  BUSY,
  kindsOf,
  LATE_ANSWER,
  LIFE_FAULTS,
  OUTPUT_FAULTS,
  requestFaults,
  WEBHOOK_FAULTS,
} from "../kit/common_faults.ts";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";

// Astria has no word for failure, so nothing can be said to have failed that has not; and none for a wish to stop: what
// is deleted is gone.
const [SLOW] = LIFE_FAULTS;

const taskFault = z.discriminatedUnion("kind", [
  SLOW,
  ...WEBHOOK_FAULTS,
  ...OUTPUT_FAULTS,
  ...BODY_FAULTS,
  /**
   * It never gets `trained_at`, and no callback comes. What a training that failed really looks like is not
   * documented (astria.md#callbacks).
   */
  z.strictObject({ kind: z.literal("fail") }),
  /** The callback has the entity in another wrapper than `{tune: …}` or `{prompt: …}` (astria.md#callbacks). */
  z.strictObject({ kind: z.literal("callback_shape"), shape: z.enum(["bare", "array"]) }),
  /** The first `times` readings after the callback still show it without `trained_at` and images. */
  z.strictObject({ kind: z.literal("stale_readings"), times: z.int().positive() }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit", "poll", "list", "cancel", "output"]),
  BUSY,
  LATE_ANSWER,
  /** A submission is refused with this status and JSON, `times` times: 402 without credits, 422 for what is invalid. */
  z.strictObject({
    kind: z.literal("refusal"),
    status: z.int().min(400).max(599),
    body: z.record(z.string(), z.unknown()).optional(),
    times: z.int().positive(),
  }),
]);

/** What a tune or prompt carries from its submission on. */
export type TaskFault = z.infer<typeof taskFault>;

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which tunes, prompts or requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);

export const TASK_FAULT_KINDS = kindsOf(taskFault.options);
