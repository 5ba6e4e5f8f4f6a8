/** What goes wrong at OpenAI, whose answer is the result: what is lost of it is lost for good, and is not bought again. */
import type { Fault } from "@esteira/simulators/openai/faults";
import type { Scenario } from "./scenario.ts";

const LOST = { failed: ["submit_unknown"] } as const;
const SLOW = { fault: { kind: "slow", ms: 3_000 } } as const;

export const OPENAI: readonly Scenario<Fault>[] = [
  { name: "calm", rules: [], ends: "completed" },
  { name: "slow", rules: [{ fault: { kind: "slow", ms: 4_000 } }], ends: "completed" },
  { name: "slow_answer", rules: [{ fault: { kind: "slow_answer", ms: 3_000 } }], ends: "completed" },
  { name: "busy", rules: [{ fault: { kind: "busy", times: 1 } }], ends: "completed" },
  {
    // It may have been spoken: nobody buys it again.
    name: "error_of_its_own",
    rules: [{ times: 1, fault: { kind: "fail" } }],
    ends: { failed: ["submit_unknown"] },
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
    name: "python_json",
    rules: [{
      fault: {
        kind: "python_error",
        status: 429,
        type: "requests",
        code: "rate_limit_exceeded",
        message: "Rate limit reached",
        times: 1,
      },
    }],
    ends: "completed",
  },
  {
    name: "refused",
    rules: [{
      fault: {
        kind: "refuse",
        status: 400,
        type: "invalid_request_error",
        code: "invalid_value",
        message: "It cannot be said",
        times: 100,
      },
    }],
    ends: { failed: ["invalid_value"] },
  },
  {
    name: "page_instead_of_sound",
    rules: [{ fault: { kind: "wrong_type" } }],
    ends: { failed: ["output_wrong_type"] },
  },
  {
    name: "submit_503_but_accepted",
    rules: [{
      times: 1,
      fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true },
    }],
    ends: LOST,
  },
  {
    name: "submit_503",
    rules: [{ times: 1, fault: { kind: "http_error", path: "submit", status: 503, times: 1 } }],
    ends: LOST,
  },
  { name: "answer_cut", rules: [{ fault: { kind: "cut_answer" } }], ends: LOST },
  { name: "cancelled", rules: [SLOW], ends: "cancelled" },
  { name: "cancelled_at_once", rules: [SLOW], ends: "cancelled", cancels: "at_once" },
  { name: "cancelled_when_it_starts", rules: [SLOW], ends: "cancelled", cancels: "starting" },
];
