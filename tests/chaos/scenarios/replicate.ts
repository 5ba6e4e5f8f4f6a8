/** What goes wrong at Replicate. */
import type { Fault } from "@esteira/simulators/replicate/faults";
import type { Scenario } from "./scenario.ts";
import {
  ANYWHERE,
  WHERE_DOUBT_ENDS,
  WHERE_FILES_ARE_MADE,
  WHERE_TASKS_CAN_BE_STOPPED,
  WHERE_TASKS_MAY_GO_ON,
  WHERE_WEBHOOKS_ARE_SIGNED,
} from "./shared.ts";

const OF_ITS_OWN: readonly Scenario<Fault>[] = [
  {
    name: "moderated",
    rules: [{ fault: { kind: "fail", error: "NSFW content was detected" } }],
    ends: { failed: ["content_moderation"] },
  },
  {
    name: "passing_failure",
    rules: [{
      times: 1,
      fault: { kind: "fail", error: "Director: unexpected error handling prediction (E8765)" },
    }],
    ends: "completed",
  },
  { name: "aborted", rules: [{ times: 1, fault: { kind: "abort" } }], ends: "completed" },
  {
    // It was made, and is not bought again.
    name: "result_removed",
    rules: [{ fault: { kind: "data_removed" } }],
    ends: { failed: ["data_removed"] },
  },
  { name: "rotated_secret", rules: [{ fault: { kind: "rotated_secret" } }], ends: "completed" },
  ...(["string", "array", "object"] as const).map((shape) => ({
    name: `output_is_${shape}`,
    rules: [{ fault: { kind: "output_shape" as const, shape } }],
    ends: "completed" as const,
  })),
  {
    name: "refused",
    rules: [{ fault: { kind: "refuse", status: 422, detail: "The input has no such field", times: 100 } }],
    ends: { failed: ["http_422"] },
  },
];

export const REPLICATE: readonly Scenario<Fault>[] = [
  ...ANYWHERE,
  ...WHERE_FILES_ARE_MADE,
  ...WHERE_WEBHOOKS_ARE_SIGNED,
  ...WHERE_DOUBT_ENDS,
  ...WHERE_TASKS_CAN_BE_STOPPED,
  ...WHERE_TASKS_MAY_GO_ON,
  ...OF_ITS_OWN,
];
