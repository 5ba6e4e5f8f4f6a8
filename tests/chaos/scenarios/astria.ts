/** What goes wrong at Astria: it makes no files here, signs nothing and has no word for failure. */
import type { Fault } from "@esteira/simulators/astria/faults";
import type { Scenario } from "./scenario.ts";
import { ANYWHERE, WHERE_DOUBT_ENDS, WHERE_TASKS_CAN_BE_STOPPED } from "./shared.ts";

const OF_ITS_OWN: readonly Scenario<Fault>[] = [
  ...(["bare", "array"] as const).map((shape) => ({
    name: `callback_is_${shape}`,
    rules: [{ fault: { kind: "callback_shape" as const, shape } }],
    ends: "completed" as const,
  })),
  { name: "stale_readings", rules: [{ fault: { kind: "stale_readings", times: 2 } }], ends: "completed" },
  {
    // Nothing tells of it: given up at the deadline, and not bought again.
    name: "never_trained",
    rules: [{ fault: { kind: "fail" } }],
    ends: { failed: ["deadline_exceeded"] },
    takesMinutes: true,
  },
  {
    name: "refused",
    rules: [{ fault: { kind: "refusal", status: 422, times: 100 } }],
    ends: { failed: ["http_422"] },
  },
];

export const ASTRIA: readonly Scenario<Fault>[] = [
  ...ANYWHERE,
  ...WHERE_DOUBT_ENDS,
  ...WHERE_TASKS_CAN_BE_STOPPED,
  ...OF_ITS_OWN,
];
