/** Scenarios that several providers can have: each is written once, in the words that their simulators share. */
import type { Fault as AstriaFault } from "@esteira/simulators/astria/faults";
import type { Fault as FalFault } from "@esteira/simulators/fal/faults";
import type { Fault as KieFault } from "@esteira/simulators/kie/faults";
import type { Scenario } from "./scenario.ts";

const HALF_A_GIGABYTE = 500_000_000;
/** More than the bucket takes (settings.ts), unless half a gigabyte is asked for. */
const TOO_LARGE = 30_000_000;

/** Of every provider. */
export const ANYWHERE = [
  { name: "calm", rules: [], ends: "completed" },
  { name: "slow", rules: [{ fault: { kind: "slow", ms: 4_000 } }], ends: "completed" },
  { name: "lost_webhook", rules: [{ fault: { kind: "lost_webhook" } }], ends: "completed" },
  {
    name: "duplicate_webhook",
    rules: [{ fault: { kind: "duplicate_webhook", copies: 4 } }],
    ends: "completed",
  },
  { name: "late_webhook", rules: [{ fault: { kind: "delayed_webhook", ms: 6_000 } }], ends: "completed" },
  { name: "webhook_before_answer", rules: [{ fault: { kind: "webhook_before_answer" } }], ends: "completed" },
  {
    name: "running_after_the_end",
    rules: [{ fault: { kind: "out_of_order_webhook", late: "running" } }],
    ends: "completed",
  },
  { name: "replayed_webhook", rules: [{ fault: { kind: "replay_webhook" } }], ends: "completed" },
  { name: "malformed_webhook", rules: [{ fault: { kind: "malformed_webhook" } }], ends: "completed" },
  { name: "busy", rules: [{ fault: { kind: "busy", times: 1 } }], ends: "completed" },
  {
    name: "submit_503_but_accepted",
    rules: [{ fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true } }],
    ends: "completed",
  },
  {
    name: "submit_hangs_but_accepted",
    rules: [{ fault: { kind: "hang", path: "submit", times: 1, accepted: true } }],
    ends: "completed",
  },
  {
    name: "poll_503",
    rules: [{ fault: { kind: "http_error", path: "poll", status: 503, times: 2 } }],
    ends: "completed",
  },
  {
    name: "poll_hangs",
    rules: [{ fault: { kind: "hang", path: "poll", times: 1 } }],
    ends: "completed",
    takesMinutes: true,
  },
  {
    name: "submit_answered_late",
    rules: [{ fault: { kind: "late_answer", ms: 3_000, times: 1, taken: "at_once" } }],
    ends: "completed",
  },
  {
    name: "submit_taken_late",
    rules: [{ fault: { kind: "late_answer", ms: 3_000, times: 1, taken: "late" } }],
    ends: "completed",
  },
  {
    // After the lease of whoever submitted: the answer comes to nobody, the webhook tells.
    name: "submit_answered_too_late",
    rules: [{ fault: { kind: "late_answer", ms: 25_000, times: 1, taken: "at_once" } }],
    ends: "completed",
  },
  {
    name: "stray_webhook",
    rules: [{ fault: { kind: "stray_webhook", says: "succeeded" } }, { fault: { kind: "slow", ms: 2_000 } }],
    ends: "completed",
  },
  { name: "python_json", rules: [{ fault: { kind: "python_json" } }], ends: "completed" },
  { name: "cancelled", rules: [{ fault: { kind: "slow", ms: 6_000 } }], ends: "cancelled" },
  {
    name: "cancelled_at_once",
    rules: [{ fault: { kind: "slow", ms: 3_000 } }],
    ends: "cancelled",
    cancels: "at_once",
  },
  {
    name: "cancelled_when_it_starts",
    rules: [{ fault: { kind: "slow", ms: 3_000 } }],
    ends: "cancelled",
    cancels: "starting",
  },
  {
    name: "cancelled_when_it_runs",
    rules: [{ fault: { kind: "slow", ms: 3_000 } }],
    ends: "cancelled",
    cancels: "running",
  },
  { name: "cancelled_when_it_is_done", rules: [], ends: "cancelled", cancels: "webhook_received" },
  {
    // Whether there is a task is not known when it is cancelled.
    name: "cancelled_in_doubt",
    rules: [
      { fault: { kind: "slow", ms: 3_000 } },
      { times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true } },
    ],
    ends: "cancelled",
    cancels: "starting",
  },
] as const satisfies readonly Scenario<KieFault>[];

/** Of those that know failure and make files. */
export const WHERE_FILES_ARE_MADE = [
  {
    name: "stray_failure",
    rules: [{ fault: { kind: "stray_webhook", says: "failed" } }, { fault: { kind: "slow", ms: 2_000 } }],
    ends: "completed",
  },
  {
    name: "failed_after_the_end",
    rules: [{ fault: { kind: "out_of_order_webhook", late: "failed" } }],
    ends: "completed",
  },
  {
    name: "success_without_outputs",
    rules: [{ fault: { kind: "success_without_outputs", times: 2 } }],
    ends: "completed",
  },
  {
    name: "failed_then_success",
    rules: [{ fault: { kind: "failed_then_success", polls: 1 } }],
    ends: "completed",
    isLie: true,
  },
  {
    name: "failed_webhook_then_success",
    rules: [{ fault: { kind: "failed_then_success", polls: 0, webhook: true } }],
    ends: "completed",
    isLie: true,
  },
  {
    name: "output_503",
    rules: [{ fault: { kind: "http_error", path: "output", status: 503, times: 2 } }],
    ends: "completed",
  },
  {
    name: "output_hangs",
    rules: [{ fault: { kind: "hang", path: "output", times: 1 } }],
    ends: "completed",
    takesMinutes: true,
  },
  {
    // Bought once: there is no second task for a result that cannot be fetched.
    name: "dead_output",
    rules: [{ fault: { kind: "expired_output", status: 404 } }],
    ends: { failed: ["output_unavailable"] },
    dayPasses: true,
  },
  ...(["empty", "accepted", "html", "xml", "json"] as const).map((says) => ({
    name: `output_first_${says}`,
    rules: [{ fault: { kind: "other_output" as const, says, times: 1 } }],
    ends: "completed" as const,
  })),
  {
    name: "output_is_a_zip",
    rules: [{ fault: { kind: "other_output", says: "zip", times: 100 } }],
    ends: { failed: ["output_wrong_type"] },
  },
  { name: "output_slow", rules: [{ fault: { kind: "slow_output", bytesPerS: 300 } }], ends: "completed" },
  { name: "output_cut", rules: [{ fault: { kind: "cut_output", times: 2 } }], ends: "completed" },
  {
    name: "output_cut_without_ranges",
    rules: [{ fault: { kind: "cut_output", times: 2 } }, { fault: { kind: "no_ranges" } }],
    ends: "completed",
  },
  {
    name: "big_output_cut",
    rules: [{ fault: { kind: "big_output", bytes: 20_000_000 } }, {
      fault: { kind: "cut_output", times: 2 },
    }],
    ends: "completed",
    atMost: 1,
  },
  {
    // Storage answers 413, by the limit of the bucket.
    name: "output_too_large",
    rules: [{ fault: { kind: "big_output", bytes: TOO_LARGE } }],
    ends: { failed: ["output_too_large"] },
    atMost: 2,
  },
  // Storage answers 500 for a while, by a trigger (settings.ts).
  { name: "storage_fails", rules: [], ends: "completed" },
  {
    name: "redirected_output",
    rules: [{ fault: { kind: "redirecting_output", hops: 2 } }],
    ends: "completed",
  },
  {
    name: "output_inside_our_network",
    rules: [{ fault: { kind: "redirecting_output", to: "https://10.0.0.1/secret" } }],
    ends: { failed: ["refused_address"] },
  },
  {
    name: "big_output",
    rules: [{ fault: { kind: "big_output", bytes: 20_000_000 } }],
    ends: "completed",
    atMost: 2,
  },
  {
    name: "huge_output",
    rules: [{ fault: { kind: "big_output", bytes: HALF_A_GIGABYTE } }],
    ends: "completed",
    atMost: 1,
    takesMinutes: true,
    isHuge: true,
  },
] as const satisfies readonly Scenario<KieFault>[];

/** Of those that sign webhooks: one that cannot be believed is refused, and asking finds out. */
export const WHERE_WEBHOOKS_ARE_SIGNED = [
  { name: "wrong_signature", rules: [{ fault: { kind: "wrong_signature" } }], ends: "completed" },
  { name: "missing_signature", rules: [{ fault: { kind: "missing_signature" } }], ends: "completed" },
] as const satisfies readonly Scenario<KieFault>[];

/** Of those that neither know an idempotency key nor list tasks: what is in doubt is never submitted again. */
export const WHERE_DOUBT_STAYS = [
  {
    name: "submit_503",
    rules: [{ times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1 } }],
    ends: { failed: ["submit_unknown"] },
  },
  {
    // There is a task, it is paid for, and nobody tells.
    name: "answer_and_webhook_lost",
    rules: [
      { times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true } },
      { times: 1, fault: { kind: "lost_webhook" } },
    ],
    ends: { failed: ["submit_unknown"] },
  },
  {
    name: "submit_hangs",
    rules: [{ times: 1, fault: { kind: "hang", path: "submit", times: 1 } }],
    ends: { failed: ["submit_unknown"] },
    takesMinutes: true,
  },
] as const satisfies readonly Scenario<KieFault>[];

/**
 * Of those where a task in doubt can be looked for: after a grace, or at the deadline if that is sooner, it is found or
 * submitted again.
 */
export const WHERE_DOUBT_ENDS = [
  {
    name: "submit_503",
    // Where another task may be made by it, a submit is repeated only when none was found twice, a minute apart.
    rules: [{ times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1 } }],
    ends: "completed",
    takesMinutes: true,
  },
  {
    // There is a task, it is paid for, and nobody tells.
    name: "answer_and_webhook_lost",
    rules: [
      { times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true } },
      { times: 1, fault: { kind: "lost_webhook" } },
    ],
    ends: "completed",
  },
  {
    name: "submit_hangs",
    rules: [{ times: 1, fault: { kind: "hang", path: "submit", times: 1 } }],
    ends: "completed",
    takesMinutes: true,
  },
] as const satisfies readonly Scenario<KieFault>[];

/** Of those that can stop a task: the first try to do so meets an error, or is not answered. */
export const WHERE_TASKS_CAN_BE_STOPPED = [
  {
    name: "cancelled_at_the_second_try",
    rules: [
      { fault: { kind: "slow", ms: 6_000 } },
      { fault: { kind: "http_error", path: "cancel", status: 503, times: 1 } },
    ],
    ends: "cancelled",
  },
  {
    name: "cancel_hangs",
    rules: [
      { fault: { kind: "slow", ms: 60_000 } },
      { fault: { kind: "hang", path: "cancel", times: 1 } },
    ],
    ends: "cancelled",
    takesMinutes: true,
  },
] as const satisfies readonly Scenario<AstriaFault & FalFault>[];

/** Of those that may say that they will stop a task, and do not, or later. */
export const WHERE_TASKS_MAY_GO_ON = [
  {
    name: "cancel_is_ignored",
    rules: [{ fault: { kind: "slow", ms: 4_000 } }, { fault: { kind: "ignores_cancel" } }],
    ends: "cancelled",
    cancels: "running",
  },
  {
    name: "cancel_takes_a_while",
    rules: [{ fault: { kind: "slow", ms: 12_000 } }, { fault: { kind: "slow_cancel", ms: 3_000 } }],
    ends: "cancelled",
    cancels: "running",
  },
] as const satisfies readonly Scenario<FalFault>[];
