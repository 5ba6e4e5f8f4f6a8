/** Everything that can be made to go wrong with the RunningHub simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";

const milliseconds = z.int().nonnegative();
const count = z.int().positive();
const code = z.int();

const fault = z.discriminatedUnion("kind", [
  /** The task takes `ms` instead of the simulator's `taskMs`. */
  z.strictObject({ kind: z.literal("slow"), ms: milliseconds }),
  /**
   * The webhook has another of the bodies seen in the wild (providers.md §1.8); with `bareNumberId` the task id is
   * an unquoted number.
   */
  z.strictObject({
    kind: z.literal("webhook_shape"),
    shape: z.enum(["v1", "flat", "wrapped", "bare"]),
    bareNumberId: z.boolean().optional(),
  }),
  /** No webhook arrives; getWebhookDetail says the delivery failed, retryWebhook delivers it. */
  z.strictObject({ kind: z.literal("lost_webhook") }),
  /** The webhook is delivered `copies` times in all, at the same time. */
  z.strictObject({ kind: z.literal("duplicate_webhook"), copies: z.int().min(2).max(20) }),
  /** The webhook's body is `body`, byte for byte. */
  z.strictObject({ kind: z.literal("malformed_webhook"), body: z.string() }),
  /**
   * The task ends FAILED. Default code 805, node KSampler, exception RuntimeError; set the last two to imitate
   * infrastructure failures ("OSError" on "LoadImage", providers.md §1.10).
   */
  z.strictObject({
    kind: z.literal("fail"),
    code: code.optional(),
    exceptionMessage: z.string(),
    exceptionType: z.string().optional(),
    nodeName: z.string().optional(),
  }),
  /** ai-app/run answers this code `times` times and starts nothing. */
  z.strictObject({ kind: z.literal("submit_code"), code, msg: z.string(), times: count }),
  /** upload answers this code and keeps nothing. `contains` is compared with the name of the uploaded file. */
  z.strictObject({ kind: z.literal("upload_code"), code, msg: z.string() }),
  /** SUCCESS, but the webhook has no outputs and the outputs endpoint has none the first `times` times. */
  z.strictObject({ kind: z.literal("success_without_outputs"), times: count }),
  /** The result has `bytes` bytes: a PNG signature and random bytes, whatever the input. */
  z.strictObject({ kind: z.literal("big_output"), bytes: z.int().min(8) }),
  /**
   * The endpoint answers this HTTP status `times` times, with an HTML page. With `accepted` a run starts its task
   * all the same: the submission whose outcome the client cannot know.
   */
  z.strictObject({
    kind: z.literal("http_error"),
    path: z.enum(["run", "upload", "outputs", "status"]),
    status: z.int().min(400).max(599),
    times: count,
    accepted: z.boolean().optional(),
  }).refine(({ path, accepted }) => !accepted || path === "run", { error: "only a run can be accepted" }),
  /** The task ends at once and its webhook is delivered before ai-app/run answers. */
  z.strictObject({ kind: z.literal("webhook_before_answer") }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** The fault of one kind. */
export type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

/** A fault, and for which tasks or requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);

/** The kinds that a task carries with it from its submission; the others concern single requests. */
export const TASK_FAULTS = [
  "slow",
  "webhook_shape",
  "lost_webhook",
  "duplicate_webhook",
  "malformed_webhook",
  "fail",
  "success_without_outputs",
  "big_output",
  "webhook_before_answer",
] as const satisfies readonly Fault["kind"][];

/** The faults of one task, by kind. */
export type TaskFaults = { readonly [Kind in (typeof TASK_FAULTS)[number]]?: FaultOf<Kind> };

/**
 * How often a rule strikes: `times` of the rule, and for faults of single requests also `times` of the fault,
 * whichever is less. Undefined: without end.
 */
export function strikesOf({ times, fault }: FaultRule): number | undefined {
  const own = fault.kind === "submit_code" || fault.kind === "http_error" ? fault.times : undefined;
  return own === undefined ? times : Math.min(own, times ?? Infinity);
}
