/** Everything that can be made to go wrong with the OpenAI simulator. */
import { z } from "zod";
import { BIG_OUTPUT, BUSY, kindsOf, LATE_ANSWER, LIFE_FAULTS, requestFaults } from "../kit/common_faults.ts";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";

// The answer is the end: nothing is told before or after it, and there is no address to fetch it from.
const [SLOW] = LIFE_FAULTS;

const times = z.int().positive();
/** How much of the sound comes before it stops; default: half. */
const bytes = z.int().nonnegative().optional();
const error = z.strictObject({
  status: z.int().min(400).max(599),
  type: z.string(),
  code: z.string().nullable(),
  message: z.string(),
});

const taskFault = z.discriminatedUnion("kind", [
  SLOW,
  BIG_OUTPUT,
  /** The speech is made, and its bytes then come evenly over `ms`. */
  z.strictObject({ kind: z.literal("slow_answer"), ms: z.int().positive() }),
  /** The connection breaks after `bytes` of the sound. */
  z.strictObject({ kind: z.literal("cut_answer"), bytes }),
  /** After `bytes` of the sound nothing more comes, and the connection stays. */
  z.strictObject({ kind: z.literal("stalled_answer"), bytes }),
  /** 200 with the right type, and not one byte. */
  z.strictObject({ kind: z.literal("empty_answer") }),
  /** 200 with something else instead of sound. Default: a page in HTML, said to be one. */
  z.strictObject({
    kind: z.literal("wrong_type"),
    contentType: z.string().optional(),
    body: z.string().optional(),
  }),
  /** Half-way the server has an error, after it has worked. Default: `server_error` with 500. */
  z.strictObject({ kind: z.literal("fail"), ...error.partial().shape }),
]);

const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit"]),
  LATE_ANSWER,
  BUSY,
  /** No money is left: 429 all the same, `times` times. Default code: `insufficient_quota` (openai.md#errors). */
  z.strictObject({ kind: z.literal("out_of_quota"), times, code: z.string().optional() }),
  /** Requests are answered this error `times` times, and nothing is made. */
  z.strictObject({ kind: z.literal("refuse"), times, ...error.shape }),
  /** The same, and the JSON is as Python writes it, with `NaN` in it. */
  z.strictObject({ kind: z.literal("python_error"), times, ...error.shape }),
]);

/** What a speech carries from its request on. */
export type TaskFault = z.infer<typeof taskFault>;

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);

export const TASK_FAULT_KINDS = kindsOf(taskFault.options);
