/** Everything that can be made to go wrong with the fal simulator. */
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

const status = z.int().min(400).max(599);

const taskFault = z.discriminatedUnion("kind", [
  ...LIFE_FAULTS,
  ...WEBHOOK_FAULTS,
  ...SIGNATURE_FAULTS,
  ...OUTPUT_FAULTS,
  ...CANCEL_FAULTS,
  ...BODY_FAULTS,
  /** The model answers with an error of this type (fal.md#errors). Default: `internal_server_error`, 500, retryable. */
  z.strictObject({
    kind: z.literal("fail"),
    type: z.string().optional(),
    msg: z.string().optional(),
    status: status.optional(),
    retryable: z.boolean().optional(),
  }),
  /** The model never gets to answer: a request error of this type. Default: `runner_disconnected`, 503. */
  z.strictObject({ kind: z.literal("fail_request"), type: z.string().optional(), status: status.optional() }),
  /** The task succeeds, but the webhook has no payload and says why (fal.md#webhooks, third body). */
  z.strictObject({ kind: z.literal("payload_error") }),
  /** fal itself tried more than once: `gateway_request_id` of the webhook is not the request's id (fal.md#webhooks). */
  z.strictObject({ kind: z.literal("retried_by_gateway") }),
  /** The webhook is signed by fal, and for another of its customers (fal.md#signature, 6). */
  z.strictObject({ kind: z.literal("signed_for_another_user") }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit", "poll", "status", "result", "cancel", "output", "jwks"]),
  BUSY,
  LATE_ANSWER,
  /** Submissions are answered this HTTP status and detail `times` times, and start nothing: 403 for a locked user … */
  z.strictObject({
    kind: z.literal("refuse"),
    status,
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
