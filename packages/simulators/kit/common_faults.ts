/**
 * The faults that any provider can have. A simulator takes the groups that make sense for its provider and adds its
 * own; a fault that two simulators share has the same name and the same fields in both.
 *
 * A *task fault* is taken when a task is submitted, stays with it and shows in `GET /_simulator/tasks`. A *request
 * fault* strikes single requests; its `times` is how often.
 */
import { z } from "zod";
import type { FaultRule } from "./fault_rules.ts";
import { OTHER_CONTENTS } from "./other_contents.ts";

const milliseconds = z.int().nonnegative();
const count = z.int().positive();

/** What happens in a task's life, and how it is told. */
export const LIFE_FAULTS = [
  /** The task takes `ms` instead of the simulator's `taskMs`. */
  z.strictObject({ kind: z.literal("slow"), ms: milliseconds }),
  /** SUCCESS, but the webhook has no outputs and the first `times` readings have none either. */
  z.strictObject({ kind: z.literal("success_without_outputs"), times: count }),
  /**
   * The task succeeds, but the first `polls` readings after its end say that it failed; with `webhook`, a webhook that
   * says so is delivered before the one of the success. Default: one poll, no webhook.
   */
  z.strictObject({
    kind: z.literal("failed_then_success"),
    polls: z.int().nonnegative().optional(),
    webhook: z.boolean().optional(),
  }),
] as const;

/** What happens when somebody asks for the task to be stopped; for providers that can be asked. */
export const CANCEL_FAULTS = [
  /** The provider says that it will stop the task, which goes on to its own end all the same. */
  z.strictObject({ kind: z.literal("ignores_cancel") }),
  /** The provider says that it will stop the task, and does so `ms` later, unless the task has ended by then. */
  z.strictObject({ kind: z.literal("slow_cancel"), ms: milliseconds }),
] as const;

/** What happens to webhooks. */
export const WEBHOOK_FAULTS = [
  /** No webhook of the task arrives. */
  z.strictObject({ kind: z.literal("lost_webhook") }),
  /** The webhook of the end is delivered `copies` times in all, at the same time. */
  z.strictObject({ kind: z.literal("duplicate_webhook"), copies: z.int().min(2).max(20) }),
  /** The webhook of the end has this body, byte for byte. Default: the first half of the right one. */
  z.strictObject({ kind: z.literal("malformed_webhook"), body: z.string().optional() }),
  /** The webhook of the end is sent `ms` after the end, when polls have long known. */
  z.strictObject({ kind: z.literal("delayed_webhook"), ms: milliseconds }),
  /** The task ends at once and its webhook is delivered before the submission is answered. */
  z.strictObject({ kind: z.literal("webhook_before_answer") }),
  /**
   * After the webhook of the end was delivered once comes another one: with `failed` it says that the task failed, with
   * `running` that it still runs (what was held back, or would have been sent, when it began to run).
   */
  z.strictObject({ kind: z.literal("out_of_order_webhook"), late: z.enum(["failed", "running"]) }),
  /**
   * When the task begins to run, a webhook comes to its address that names another task, one that there is not: that one
   * has ended, says it, with files that can be had.
   */
  z.strictObject({ kind: z.literal("stray_webhook"), says: z.enum(["succeeded", "failed"]) }),
  /** After the webhook of the end was delivered once it is sent again as it was sent `ageS` seconds ago (default 3600). */
  z.strictObject({ kind: z.literal("replay_webhook"), ageS: z.int().nonnegative().optional() }),
] as const;

/** What happens to signatures; for providers that sign. */
export const SIGNATURE_FAULTS = [
  /** Every webhook of the task is signed with another key. */
  z.strictObject({ kind: z.literal("wrong_signature") }),
  /** No webhook of the task has any of the signature's headers. */
  z.strictObject({ kind: z.literal("missing_signature") }),
] as const;

/** What the JSON about a task is like, in webhooks and readings. */
export const BODY_FAULTS = [
  /** Written by Python: it has `NaN`, `Infinity` and `-Infinity` where JSON has no word for such numbers. */
  z.strictObject({ kind: z.literal("python_json") }),
] as const;

/** Each output has this many bytes, made while they are sent: the first bytes of its type, then random ones. */
export const BIG_OUTPUT = z.strictObject({ kind: z.literal("big_output"), bytes: z.int().min(8) });

/** What happens at the addresses of the outputs. */
export const OUTPUT_FAULTS = [
  /** The first `times` downloads of each output have something else in them (kit/other_contents.ts). */
  z.strictObject({ kind: z.literal("other_output"), says: z.enum(OTHER_CONTENTS), times: count }),
  /** Outputs come so slowly, a tenth of a second's worth at a time. */
  z.strictObject({ kind: z.literal("slow_output"), bytesPerS: z.int().min(10) }),
  /** The connection breaks in the middle of the first `times` downloads of each output. */
  z.strictObject({ kind: z.literal("cut_output"), times: count }),
  /** Whoever asks for a part of an output is sent the whole. */
  z.strictObject({ kind: z.literal("no_ranges") }),
  BIG_OUTPUT,
  /**
   * The links to the outputs answer this status (default 410). With `fresh`, the next reading after one of them was
   * fetched has new links that work; else they are dead for good.
   */
  z.strictObject({
    kind: z.literal("expired_output"),
    status: z.union([z.literal(403), z.literal(404), z.literal(410)]).optional(),
    fresh: z.boolean().optional(),
  }),
  /** The links redirect `hops` times (default 1) before the file comes; with `to`, the last redirect leads there instead. */
  z.strictObject({
    kind: z.literal("redirecting_output"),
    hops: z.int().min(1).max(50).optional(),
    to: z.string().min(1).optional(),
  }),
] as const;

/** The provider is too busy: a submission is refused with what the provider says over its limits, `times` times. */
export const BUSY = z.strictObject({ kind: z.literal("busy"), times: count });

/**
 * A submission is answered `ms` late, `times` times. Its task begins at once, or (`taken` is `late`) only then, whether
 * or not the client is still there.
 */
export const LATE_ANSWER = z.strictObject({
  kind: z.literal("late_answer"),
  ms: milliseconds,
  times: count,
  taken: z.enum(["at_once", "late"]),
});

/**
 * Requests that go wrong below the provider's API. `paths` are the simulator's endpoints by name: at least `submit`,
 * `poll` and `output`, where it has them also `upload` and `cancel`.
 */
export function requestFaults<const Paths extends readonly string[]>(paths: Paths) {
  const path = z.enum(paths);
  const onlySubmit = ({ path, accepted }: { path: string; accepted?: boolean | undefined }) =>
    !accepted || path === "submit" || path === "run";
  return [
    /**
     * The endpoint answers this HTTP status `times` times, with an HTML page. With `accepted` a submission starts its
     * task all the same: the one whose outcome the client cannot know.
     */
    z.strictObject({
      kind: z.literal("http_error"),
      path,
      status: z.int().min(400).max(599),
      times: count,
      accepted: z.boolean().optional(),
    }).refine(onlySubmit, { error: "only a submission can be accepted" }),
    /** The endpoint takes the request and never answers, `times` times; `accepted` as above. */
    z.strictObject({ kind: z.literal("hang"), path, times: count, accepted: z.boolean().optional() })
      .refine(onlySubmit, { error: "only a submission can be accepted" }),
  ] as const;
}

/** HTTP 200 with the error code of a provider that has its own codes: in the answer of a submission, or of a poll. */
export const CODE_FAULTS = [
  /** Submissions are answered this code `times` times and start nothing. */
  z.strictObject({ kind: z.literal("submit_code"), code: z.int(), msg: z.string(), times: count }),
  /** Polls are answered this code `times` times. */
  z.strictObject({ kind: z.literal("poll_code"), code: z.int(), msg: z.string(), times: count }),
] as const;

type TaskFault = z.infer<
  (
    | typeof LIFE_FAULTS
    | typeof WEBHOOK_FAULTS
    | typeof SIGNATURE_FAULTS
    | typeof OUTPUT_FAULTS
    | typeof CANCEL_FAULTS
    | typeof BODY_FAULTS
  )[number]
>;

/** Faults by kind, as a task carries them. */
export type FaultsOf<Fault extends { kind: string }> = {
  readonly [Kind in Fault["kind"]]?: Extract<Fault, { kind: Kind }>;
};

/** The faults of a task that the kit itself knows. */
export type CommonTaskFaults = FaultsOf<TaskFault>;

/** The faults of a request that the kit itself knows. */
export type CommonRequestFault =
  | z.infer<ReturnType<typeof requestFaults<readonly string[]>>[number]>
  | z.infer<typeof LATE_ANSWER>;

/** The kinds of some fault schemas, in their order. */
export function kindsOf(schemas: readonly { shape: { kind: { value: string } } }[]): string[] {
  return schemas.map(({ shape }) => shape.kind.value);
}

/**
 * How often a rule strikes: `times` of the rule, and for faults of single requests also `times` of the fault,
 * whichever is less. Undefined: without end.
 */
export function strikesOf(
  { times, fault }: FaultRule<{ kind: string; times?: number }>,
  taskKinds: readonly string[],
): number | undefined {
  const own = taskKinds.includes(fault.kind) ? undefined : fault.times;
  return own === undefined ? times : Math.min(own, times ?? Infinity);
}
