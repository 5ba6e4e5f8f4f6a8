/** Everything that can be made to go wrong with the KIE simulator. */
import { z } from "zod";
import {
  BODY_FAULTS,
  BUSY,
  CODE_FAULTS,
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
  ...BODY_FAULTS,
  /** The task fails. Default: the sample of kie.md#callbacks, code "500". */
  z.strictObject({
    kind: z.literal("fail"),
    failCode: z.string().optional(),
    failMsg: z.string().optional(),
  }),
  /** `resultJson` is no JSON, in the callback and in the first `times` readings. */
  z.strictObject({ kind: z.literal("malformed_result_json"), times: z.int().positive() }),
  /** The callback names the task `data.task_id`, like those of other model families (kie.md#callbacks, #signature). */
  z.strictObject({ kind: z.literal("snake_case_id") }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit", "poll", "upload", "output", "download_url", "credit"]),
  ...CODE_FAULTS,
  BUSY,
  LATE_ANSWER,
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
