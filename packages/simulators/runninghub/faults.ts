/** Everything that can be made to go wrong with the RunningHub simulator. */
import { z } from "zod";
import {
  BODY_FAULTS,
  BUSY,
  CANCEL_FAULTS,
  CODE_FAULTS,
  kindsOf,
  LATE_ANSWER,
  LIFE_FAULTS,
  OUTPUT_FAULTS,
  requestFaults,
  WEBHOOK_FAULTS,
} from "../kit/common_faults.ts";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";

const code = z.int();

const taskFault = z.discriminatedUnion("kind", [
  ...LIFE_FAULTS,
  ...WEBHOOK_FAULTS,
  ...OUTPUT_FAULTS,
  ...CANCEL_FAULTS,
  ...BODY_FAULTS,
  /**
   * The webhook has another of the bodies seen in the wild (runninghub.md#webhooks); with `bareNumberId` the task id is
   * an unquoted number.
   */
  z.strictObject({
    kind: z.literal("webhook_shape"),
    shape: z.enum(["v1", "flat", "wrapped", "bare"]),
    bareNumberId: z.boolean().optional(),
  }),
  /**
   * The task id is an unquoted number of 19 digits in the answer of the submission and in the webhook
   * (runninghub.md#submit, #webhooks).
   */
  z.strictObject({ kind: z.literal("bare_number_id") }),
  /** The webhook is JSON, but the `eventData` in it is not; default: it ends in the middle. */
  z.strictObject({ kind: z.literal("malformed_event_data"), eventData: z.string().nullable().optional() }),
  /**
   * The task ends FAILED. Default code 805, node KSampler, exception RuntimeError; set the last two to imitate
   * infrastructure failures ("OSError" on "LoadImage", runninghub.md#codes).
   */
  z.strictObject({
    kind: z.literal("fail"),
    code: code.optional(),
    exceptionMessage: z.string(),
    exceptionType: z.string().optional(),
    nodeName: z.string().optional(),
  }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  /** `submit` is ai-app/run and `poll` both status and outputs; they also have their own names. */
  ...requestFaults(["submit", "poll", "upload", "cancel", "output", "run", "status", "outputs"]),
  ...CODE_FAULTS,
  /** 421 TASK_QUEUE_MAXED. */
  BUSY,
  LATE_ANSWER,
  /** upload answers this code and keeps nothing. `contains` is compared with the name of the uploaded file. */
  z.strictObject({ kind: z.literal("upload_code"), code, msg: z.string() }),
]);

/** What a task carries from its submission on. */
export type TaskFault = z.infer<typeof taskFault>;

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** The fault of one kind. */
export type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

/** A fault, and for which tasks or requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);

export const TASK_FAULT_KINDS = kindsOf(taskFault.options);
