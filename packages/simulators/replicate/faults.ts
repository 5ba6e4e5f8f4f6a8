/** Everything that can be made to go wrong with the Replicate simulator. */
import { z } from "zod";
import {
  BODY_FAULTS,
  BUSY,
  CANCEL_FAULTS,
  kindsOf,
  LATE_ANSWER,
  LIFE_FAULTS,
  OUTPUT_FAULTS,
  requestFaults,
  SIGNATURE_FAULTS,
  WEBHOOK_FAULTS,
} from "../kit/common_faults.ts";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";

const taskFault = z.discriminatedUnion("kind", [
  ...LIFE_FAULTS,
  ...WEBHOOK_FAULTS,
  ...SIGNATURE_FAULTS,
  ...OUTPUT_FAULTS,
  ...CANCEL_FAULTS,
  ...BODY_FAULTS,
  /** The prediction fails with this error. Default: an unexpected error of Replicate's. */
  z.strictObject({ kind: z.literal("fail"), error: z.string().optional() }),
  /** The prediction is stopped before it starts (replicate.md#predictions: `aborted`). */
  z.strictObject({ kind: z.literal("abort") }),
  /**
   * The hour is over: readings of the prediction have no output any more, `data_removed` says why
   * (replicate.md#limits).
   */
  z.strictObject({ kind: z.literal("data_removed") }),
  /** What the output looks like: every model has a shape of its own (replicate.md#predictions). */
  z.strictObject({ kind: z.literal("output_shape"), shape: z.enum(["string", "array", "object"]) }),
  /** The secret was changed a moment ago: webhooks have a signature by each, the good one last. */
  z.strictObject({ kind: z.literal("rotated_secret") }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit", "poll", "list", "cancel", "output", "secret", "upload", "files"]),
  BUSY,
  LATE_ANSWER,
  /** Submissions are answered this HTTP status and detail `times` times, and start nothing: 402 … */
  z.strictObject({
    kind: z.literal("refuse"),
    status: z.int().min(400).max(599),
    detail: z.string(),
    times: z.int().positive(),
  }),
]);

/** What a task carries from its submission on. */
export type TaskFault = z.infer<typeof taskFault>;

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which tasks or requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);

export const TASK_FAULT_KINDS = kindsOf(taskFault.options);
