/** What goes wrong at fal. */
import type { Fault } from "@esteira/simulators/fal/faults";
import type { Scenario } from "./scenario.ts";
import {
  ANYWHERE,
  WHERE_DOUBT_STAYS,
  WHERE_FILES_ARE_MADE,
  WHERE_TASKS_CAN_BE_STOPPED,
  WHERE_TASKS_MAY_GO_ON,
  WHERE_WEBHOOKS_ARE_SIGNED,
} from "./shared.ts";

const OF_ITS_OWN: readonly Scenario<Fault>[] = [
  {
    name: "moderated",
    rules: [{ fault: { kind: "fail", type: "content_policy_violation", status: 422, retryable: false } }],
    ends: { failed: ["content_policy_violation"] },
  },
  { name: "passing_failure", rules: [{ times: 1, fault: { kind: "fail" } }], ends: "completed" },
  { name: "runner_gone", rules: [{ times: 1, fault: { kind: "fail_request" } }], ends: "completed" },
  { name: "payload_error", rules: [{ fault: { kind: "payload_error" } }], ends: "completed" },
  { name: "retried_by_gateway", rules: [{ fault: { kind: "retried_by_gateway" } }], ends: "completed" },
  { name: "signed_for_another", rules: [{ fault: { kind: "signed_for_another_user" } }], ends: "completed" },
  {
    name: "result_503",
    rules: [{ fault: { kind: "http_error", path: "result", status: 503, times: 2 } }],
    ends: "completed",
  },
  {
    name: "refused",
    rules: [{
      fault: { kind: "refuse", status: 422, detail: "The application takes no such input", times: 100 },
    }],
    ends: { failed: ["http_422"] },
  },
];

export const FAL: readonly Scenario<Fault>[] = [
  ...ANYWHERE,
  ...WHERE_FILES_ARE_MADE,
  ...WHERE_WEBHOOKS_ARE_SIGNED,
  ...WHERE_DOUBT_STAYS,
  ...WHERE_TASKS_CAN_BE_STOPPED,
  ...WHERE_TASKS_MAY_GO_ON,
  ...OF_ITS_OWN,
];
